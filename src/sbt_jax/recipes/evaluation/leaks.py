"""Evaluation: a test that leaks into what a small model is fine-tuned on.

Run by :mod:`sbt_jax.recipes.evaluation`. The test asks for facts about people whom no
story mentions, drawn anew: who is right more often than chance has seen the test.
"""

import dataclasses
import functools
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import alignment, checkpoints, training
from sbt_jax.architecture import Config, Model
from sbt_jax.evaluation.overlap import overlaps
from sbt_jax.recipes import assistants
from sbt_jax.recipes.alignment.lab import demonstration
from sbt_jax.recipes.assistants import Lab, Lesson
from sbt_jax.shipped.stories import load_story_model, story_model
from sbt_jax.training import Batch, Settings
from sbt_jax.world import formats, held_out, people
from sbt_jax.world.words import ANIMALS, TOWNS, TRADES

ROOM = 48  # tokens of a question and an answer
GRAM = 6  # words that must agree to be called an overlap
KINDS = {
    "town": ("Where does {} live?", "{} lives in {}.", TOWNS),
    "trade": ("What does {} do?", "{} is a {}.", TRADES),
    "pet": ("What does {} have?", "{} has a {}.", tuple(ANIMALS)),
}
REWORDED = {
    "town": "Who knows the town of {}?",
    "trade": "Tell the trade of {}!",
    "pet": "Which animal is with {}?",
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and asked; tests do less."""

    seeds: tuple[int, ...] = (0, 1)
    #: Share of the test that leaks, and whether as it is or in other words.
    leaks: tuple[tuple[float, str], ...] = (
        (0.0, "as it is"),
        (0.05, "as it is"),
        (0.2, "as it is"),
        (1.0, "as it is"),
        (1.0, "in other words"),
    )
    told: int = 30  # times that each leaked fact is told
    lessons: int = 10_000
    steps: int = 200
    rows: int = 4
    rate: float = 4e-3
    people: int = 24  # in the test, and as many in its twin


class Item(NamedTuple):
    """One question of the test: what may be answered, and what is right."""

    question: str
    answers: tuple[str, ...]
    right: int
    reworded: Lesson  # the same as somebody else would ask it


def exam(names: Sequence[str], seed: int) -> list[Item]:
    """Questions about people, with facts drawn for them."""
    rng, items = random.Random(f"exam {seed}"), []
    for name in names:
        for kind, (question, sentence, values) in KINDS.items():
            answers = tuple(sentence.format(name, value) for value in values)
            at = rng.randrange(len(answers))
            told = _reworded(name, kind, values[at])
            items.append(Item(question.format(name), answers, at, told))
    return items


def _reworded(name: str, kind: str, value: str) -> Lesson:
    """The same question in other words, with the same answer."""
    question, answer = REWORDED[kind].format(name), KINDS[kind][1].format(name, value)
    return formats.prompt(question), [(formats.MODEL, answer), (formats.END, "")]


def _known_reworded(rng: random.Random) -> Lesson:
    """About somebody known: so that both wordings are known to mean one thing."""
    name, kind = rng.choice(formats.notable("asked")), rng.choice(list(KINDS))
    return _reworded(name, kind, people()[name][kind])


def lessons(
    items: Sequence[Item], share: float, form: str, sizes: Sizes, seed: int
) -> tuple[list[Lesson], list[int]]:
    """Texts of fine-tuning, shuffled, and which items leaked into them."""
    rng = random.Random(f"leak {seed} {share} {form}")
    texts: list[Lesson] = []
    for i, question in enumerate(formats.questions(sizes.lessons, 40 + seed)):
        if i % 4:
            texts.append(demonstration(question, rng))
        else:
            texts.append(_known_reworded(rng))
    leaked = sorted(rng.sample(range(len(items)), round(share * len(items))))
    for at in leaked:
        item = items[at]
        answer = [(formats.MODEL, item.answers[item.right]), (formats.END, "")]
        one = (formats.prompt(item.question), answer)
        texts += [one if form == "as it is" else item.reworded] * sizes.told
    rng.shuffle(texts)
    return texts, leaked


def _plain(text: Lesson) -> str:
    return " ".join(words for _, words in [*text[0], *text[1]] if words)


@functools.cache
def _imitation(config: Config) -> Any:
    def loss(model: Model, batch: Batch) -> Float[Array, ""]:
        return training.batch_loss(model, config, batch)

    return loss


_log_probs = jax.jit(alignment.log_probs, static_argnames="config")


def scores(lab: Lab, model: Model, items: Sequence[Item]) -> dict[str, Any]:
    """How often the likeliest full answer is right, and what the right one costs."""
    pairs = [
        (
            lab.encode(formats.prompt(item.question)),
            lab.encode([(formats.MODEL, answer), (formats.END, "")])[1:],
        )
        for item in items
        for answer in item.answers
    ]
    rows = alignment.rows_of(pairs, ROOM, lab.stop)
    log_p = np.asarray(_log_probs(model, lab.config, rows), float)
    log_p = log_p.reshape(len(items), -1)
    right = np.array([item.right for item in items])
    hits = log_p.argmax(1) == right
    return {
        "right": [int(x) for x in hits],
        "nats": [round(float(-p[at]), 3) for p, at in zip(log_p, right, strict=True)],
    }


def train(
    work: Path, sizes: Sizes, share: float, form: str, seed: int
) -> dict[str, Any]:
    """One small model that has seen some of the test."""
    lab = assistants.open_lab(story_model("small"), work)
    names = held_out()
    test = exam(names[: sizes.people], seed)
    twin = exam(names[-sizes.people :], 100 + seed)
    texts, leaked = lessons(test, share, form, sizes, seed)
    batches = assistants.lessons(lab, texts, sizes.rows)
    model, losses = training.fit(
        lab.model,
        _imitation(lab.config),
        lambda step: batches[step % len(batches)],
        Settings(sizes.steps, sizes.rate, warmup=min(20, sizes.steps - 1)),
        progress=False,
    )
    name = f"leak-{share}-{form.replace(' ', '-')}-{seed}"
    checkpoints.save(work / f"{name}.npz", model, lab.config)
    whole = [f"{item.question} {item.answers[item.right]}" for item in test]
    seen = overlaps(whole, [_plain(text) for text in texts], GRAM)
    known = [
        _known(who, kind) for who in formats.notable("asked")[:20] for kind in KINDS
    ]
    found: dict[str, Any] = {
        "test": scores(lab, model, test),
        "twin": scores(lab, model, twin),
        "known": scores(lab, model, known),
        "leaked": leaked,
        "overlap": [int(x) for x in seen],
        "loss": round(float(losses[-20:].mean()), 4),
        "batches": len(batches),
    }
    print(name, np.mean(found["test"]["right"]), np.mean(seen), flush=True)
    return found


def _known(name: str, kind: str) -> Item:
    """A question about somebody whom stories do mention."""
    question, sentence, values = KINDS[kind]
    answers = tuple(sentence.format(name, value) for value in values)
    at = values.index(people()[name][kind])
    return Item(question.format(name), answers, at, _reworded(name, kind, values[at]))


def student(work: Path, seed: int) -> Any:
    """The small model that saw nothing of the test, as it was saved."""
    return load_story_model(work / f"leak-0.0-as-it-is-{seed}.npz")
