"""Evaluation: one quiz scored in four ways, and answers for an arena.

Run by :mod:`sbt_jax.recipes.evaluation`. Nothing is trained: the contestants are the
raw model and the assistants of chapter 8, and a small one from :mod:`.leaks`.
"""

import dataclasses
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from sbt_jax import alignment
from sbt_jax.architecture import Model
from sbt_jax.evaluation.choices import LABELS, chosen, named, quiz_prompt
from sbt_jax.recipes import assistants
from sbt_jax.recipes.assistants import Lab
from sbt_jax.recipes.evaluation import leaks
from sbt_jax.shipped.assistants import assistant
from sbt_jax.shipped.stories import story_model
from sbt_jax.world import formats, people
from sbt_jax.world.formats import Question
from sbt_jax.world.words import ANIMALS, TOWNS, TRADES

ROOM = 96  # tokens of a question with options, and an answer
#: The contestants: what the figures call each, and its adapters.
CONTESTANTS = {
    "raw": "",
    "fine-tuned": "alignment_sft",
    "RLHF": "alignment_rlhf",
    "DPO": "alignment_dpo",
    "ruled": "alignment_rule",
    "small": "small",
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is asked; tests do less."""

    asked: int = 40  # people of the quiz, four questions about each
    pool: int = 60  # questions of the arena
    each: int = 2  # answers of each contestant


class Item(NamedTuple):
    """A question with four options."""

    question: Question
    options: tuple[str, ...]
    values: tuple[str, ...]  # the words that tell the options apart
    right: int


def items(count: int) -> list[Item]:
    """The quiz: towns, trades and pets, and who somebody is."""
    found = []
    for name in formats.notable("kept back")[:count]:
        for kind in ("town", "trade", "pet", "who"):
            rng = random.Random(f"quiz {name} {kind}")
            found.append(_item(name, kind, rng))
    return found


def _item(name: str, kind: str, rng: random.Random) -> Item:
    known = people()[name]
    question = formats.about_person(kind, name)
    he = known["he"].capitalize()
    tables = {"town": TOWNS, "trade": TRADES, "pet": tuple(ANIMALS), "who": TRADES}
    truth = known["trade" if kind == "who" else kind]
    wrong = rng.sample([v for v in tables[kind] if v != truth], 3)
    values = [truth, *wrong]
    rng.shuffle(values)
    article = {v: f"an {v}" if v[0] in "aeiou" else f"a {v}" for v in values}
    if kind == "town":
        options = [f"In {v}." for v in values]
    elif kind == "trade":
        options = [f"{he} is a {v}." for v in values]
    elif kind == "pet":
        options = [f"A{article[v][1:]}." for v in values]
    else:  # options of two lengths: some say where from, some do not
        long = rng.sample(range(4), 2)
        towns = [known["town"] if v == truth else rng.choice(TOWNS) for v in values]
        options = [
            f"{name} is the {v} from {towns[i]}." if i in long else f"{name} is a {v}."
            for i, v in enumerate(values)
        ]
    return Item(question, tuple(options), tuple(values), values.index(truth))


def lab_of(name: str, work: Path, seed: int) -> tuple[Lab, Model]:
    """A contestant: the model that it is made of, and its weights."""
    if name == "small":
        lab = assistants.open_lab(leaks.student(work, seed), work)
        return lab, lab.model
    lab = assistants.open_lab(story_model("main"), work)
    adapters = CONTESTANTS[name]
    return lab, assistant(adapters, lab.model) if adapters else lab.model


_log_probs = jax.jit(alignment.log_probs, static_argnames="config")


def _scored(
    lab: Lab, model: Model, prompts: Sequence[str], answers: Sequence[Sequence[str]]
) -> tuple[np.ndarray, np.ndarray]:
    """Log-probability of each answer after each prompt, and its tokens."""
    pairs, sizes = [], []
    for prompt, options in zip(prompts, answers, strict=True):
        for option in options:
            said = lab.encode([(formats.MODEL, option)])[1:]
            pairs.append((lab.encode(formats.prompt(prompt)), said))
            sizes.append(len(said))
    rows = alignment.rows_of(pairs, ROOM, lab.stop)
    log_p = np.asarray(_log_probs(model, lab.config, rows), float)
    shape = len(prompts), -1
    return log_p.reshape(shape), np.array(sizes).reshape(shape)


def examine(work: Path, sizes: Sizes, name: str, seed: int) -> dict[str, Any]:
    """One contestant at the quiz: right or wrong by each way of scoring."""
    lab, model = lab_of(name, work, seed)
    quiz = items(sizes.asked)
    right = np.array([item.right for item in quiz])
    bare = [item.question.text for item in quiz]
    shown = [quiz_prompt(i.question.text, i.options) for i in quiz]
    by_label, _ = _scored(lab, model, shown, [LABELS] * len(quiz))
    log_p, tokens = _scored(lab, model, bare, [item.options for item in quiz])
    written = assistants.ask(
        lab, model, [item.question for item in quiz], 0, greedy=True
    )
    marks = {
        "label": chosen(by_label) == right,
        "sum": chosen(log_p) == right,
        "per token": chosen(log_p, tokens) == right,
        "written": np.array(
            [named(t, i.values) == i.right for t, i in zip(written, quiz, strict=True)]
        ),
    }
    picks = np.bincount(chosen(by_label), minlength=4)
    print(
        name,
        {k: round(float(v.mean()), 3) for k, v in marks.items()},
        picks,
        flush=True,
    )
    print([(i.question.text, t) for i, t in zip(quiz, written, strict=True)][:6])
    return {
        "marks": {way: [int(x) for x in v] for way, v in marks.items()},
        "labels": [int(x) for x in picks],
        "first": {
            "written": written[0],
            "label": [round(float(x), 3) for x in by_label[0]],
            "log_p": [round(float(x), 3) for x in log_p[0]],
        },
    }


def pool(work: Path, sizes: Sizes, name: str, seed: int) -> dict[str, Any]:
    """A contestant's answers for the arena, and what a program says of each."""
    lab, model = lab_of(name, work, seed)
    asked = asked_in_arena(sizes)
    rows = []
    for at in range(sizes.each):
        texts = assistants.ask(lab, model, asked, 31 + at)
        for question, text in zip(asked, texts, strict=True):
            found = formats.judge(question, text)
            rows.append(
                {
                    "text": text,
                    "true": bool(found.true),
                    "false": bool(found.false),
                    "niceties": int(found.niceties),
                    "refused": bool(found.refused),
                    "gold": round(formats.gold(question, text), 2),
                }
            )
    print(name, rows[:3], np.mean([r["true"] for r in rows]), flush=True)
    return {"answers": rows}


def asked_in_arena(sizes: Sizes) -> list[Question]:
    """Questions of the arena; no text comes twice."""
    found: dict[str, Question] = {}
    for question in formats.questions(20 * sizes.pool, 160, "kept back"):
        found.setdefault(question.text, question)
    return list(found.values())[: sizes.pool]


def liked(
    work: Path, sizes: Sizes, answers: Sequence[str], judge: tuple[str, str]
) -> list[float]:
    """What an assistant's own reward says of answers to the arena's questions.

    Of a model tuned by DPO the gain in log-probability is a reward (Rafailov et al.
    2023, section 4), so it can serve as a judge.
    """
    asked = asked_in_arena(sizes)
    found = []
    for name in judge:
        lab, model = lab_of(name, work, 0)
        pairs = [
            (
                lab.encode(formats.prompt(asked[i % len(asked)].text)),
                [*lab.encode([(formats.MODEL, text)])[1:], lab.stop],
            )
            for i, text in enumerate(answers)
        ]
        pairs = [(q, a[: ROOM - len(q)]) for q, a in pairs]
        rows = alignment.rows_of(pairs, ROOM, lab.stop)
        found.append(np.asarray(_log_probs(model, lab.config, rows), float))
    return [round(float(x), 3) for x in found[0] - found[1]]
