"""Homes: asked of models, drawn several times, refused, and read from notes.

Run by :mod:`sbt_jax.recipes.hallucinations`.
"""

import random
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from sbt_jax import alignment, training, world
from sbt_jax.checkpoints import data_file
from sbt_jax.hallucinations import answer_entropy, meaning
from sbt_jax.recipes import assistants
from sbt_jax.recipes.assistants import Lab, Lesson
from sbt_jax.shipped.adapters import load_adapters
from sbt_jax.shipped.assistants import assistant
from sbt_jax.shipped.homes import home_log_probs
from sbt_jax.shipped.reader import reader_model
from sbt_jax.shipped.reading import read_notes
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.world import formats, notes
from sbt_jax.world.words import TOWNS

#: Adapters of main, and how it is asked with them; without any, as stories ask.
ASKED = {
    "": "story",
    "alignment_sft": "asked",
    "alignment_dpo": "asked",
    "alignment_rlhf": "asked",
}
TUNED = "alignment_sft"
ENOUGH = 0.5  # of the tries must be right, or the lesson is to be silent


def told(stories: int) -> dict[str, int]:
    """How often the first stories of the base corpus tell each home."""
    counts = world.stated(story.text for story in world.stories(stories))
    return {name: counts[name, "town"] for name in world.people()}


def homes(
    main: StoryModel, model: str, names: Sequence[str], way: str
) -> list[list[float]]:
    """What a model gives each town, as natural logarithms."""
    weights = assistant(model, main.model) if model else main.model
    found = home_log_probs(main, weights, names, way)
    return [[round(float(x), 3) for x in row] for row in found]


def question(name: str) -> str:
    """What is asked about somebody.

    Example:
      >>> question("Nora Cole")
      'Where does Nora Cole live?'
    """
    return f"Where does {name} live?"


def drawn(lab: Lab, names: Sequence[str], draws: int) -> list[dict[str, Any]]:
    """Several answers of the assistant to each question, drawn at temperature 1.

    ``said`` has the town of each, -1 for none; ``texts`` is the entropy of the texts,
    ``meanings`` that of the towns, ``tokens`` the mean surprise of a token.
    """
    model = assistant(TUNED, lab.model)
    many = [name for name in names for _ in range(draws)]
    prompts = [lab.encode(formats.prompt(question(name))) for name in many]
    texts, blocks = assistants.reply(lab, model, prompts, 13, length=48)
    log_p = jax.jit(alignment.log_probs, static_argnames="config")
    nats: list[float] = []
    for block in blocks:
        size = len(block.tokens)
        full = jax.tree.map(
            lambda x: np.concatenate([x, np.repeat(x[-1:], 64 - len(x), 0)]), block
        )
        own = np.asarray(log_p(model, lab.config, full))[:size]
        nats += (-own / np.asarray(block.asked).sum(1)).tolist()
    found = []
    for i in range(0, len(many), draws):
        these = texts[i : i + draws]
        towns = [meaning(text, TOWNS) for text in these]
        found.append(
            {
                "said": [TOWNS.index(t) if t else -1 for t in towns],
                "texts": round(answer_entropy(these), 4),
                "meanings": round(answer_entropy(towns), 4),
                "tokens": round(float(np.mean(nats[i : i + draws])), 4),
                "first": these[0],
            }
        )
    return found


# -- Taught to be silent ------------------------------------------------------------


def halves(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Whom lessons are about, and who is only asked about afterwards.

    Lessons are about the people whom chapter 8 asked about, and every second of those
    whom it never did. The others are for measuring.

    Example:
      >>> learn, ask = halves(list(world.people()))
      >>> len(learn), len(ask)
      (324, 252)
    """
    asked, back = (set(formats.notable(half)) for half in formats.HALVES)
    gone = set(world.held_out())
    rare = [n for n in names if n not in asked | back | gone]
    lessons = {n for n in names if n in asked} | set(rare[::2])
    return [n for n in names if n in lessons], [n for n in names if n not in lessons]


def _lessons(
    names: Sequence[str], known: Sequence[str], seed: int, count: int
) -> list[Lesson]:
    """Half about homes, half about everything else that was learned before."""
    rng = random.Random(seed)
    others = iter(formats.questions(count, 700 + seed))
    texts = []
    for i in range(count):
        if i % 2:
            one = next(others)
            if one.kind == "town":
                continue
            answer = formats.shown_answer(one, rng)
        else:
            name = rng.choice(names)
            one = formats.about_person("town", name)
            answer = formats.shown_answer(one, rng) if name in known else notes.ABSENT
        said = [(formats.MODEL, answer), (formats.END, "")]
        texts.append((formats.prompt(one.text), said))
    return texts


def taught_silence(
    lab: Lab,
    names: Sequence[str],
    tries: Sequence[dict[str, Any]],
    steps: int,
    rows: int,
    seed: int,
) -> dict[str, Any]:
    """An assistant that learned when to say that nobody told it; what it says then.

    Lessons refuse where fewer than half of its own tries were right. ``said`` has, for
    each person asked about afterwards, the town of its likeliest answer, -1 where it
    refuses, -2 for anything else.
    """
    people = world.people()
    learn, ask = halves(names)
    right = {
        name: np.mean([TOWNS[i] == people[name]["town"] for i in row["said"] if i >= 0])
        if max(row["said"]) >= 0
        else 0.0
        for name, row in zip(names, tries, strict=True)
    }
    known = [name for name in learn if right[name] >= ENOUGH]
    count = steps * rows * 16 + 64
    batches = assistants.lessons(lab, _lessons(learn, known, seed, count), rows)
    adapters, losses = assistants.tune(lab, adapters_of(lab), batches, steps, 2e-3)
    model = training.add_adapters(lab.model, adapters)
    prompts = [lab.encode(formats.prompt(question(name))) for name in ask]
    texts, _ = assistants.reply(lab, model, prompts, seed, length=48, greedy=True)
    towns = [meaning(text, TOWNS) for text in texts]
    return {
        "lessons": len(learn),
        "refused in lessons": len(learn) - len(known),
        "loss": [losses[0], round(float(np.mean(losses[-10:])), 4)],
        "asked": list(ask),
        "said": [
            TOWNS.index(town) if town else (-1 if notes.ABSENT in text else -2)
            for town, text in zip(towns, texts, strict=True)
        ],
    }


def adapters_of(lab: Lab) -> Any:
    """The assistant's own adapters, from which its lessons go on."""
    return load_adapters(data_file(f"{TUNED}.npz"), lab.model)[0]


# -- Notes --------------------------------------------------------------------------


def with_notes(names: Sequence[str]) -> dict[str, Any]:
    """The reader on the same homes, with a right note, a wrong one, and none of use.

    Each question stands after two notes. ``right`` is the share that tells the town of
    the note, or where none tells it says so; ``refused`` the share that says so.
    """
    reader, people, rng = reader_model(), world.people(), random.Random(5)
    chosen = [name for name in names if name in set(notes.kept_back())]
    ways: dict[str, list[notes.Text]] = {"right": [], "wrong": [], "none": []}
    for name in chosen:
        town = people[name]["town"]
        other = rng.choice([n for n in chosen if n != name])
        beside = notes.fact("town", other, rng.choice(TOWNS)).answer
        false = rng.choice([t for t in TOWNS if t != town])
        for way, about in (("right", town), ("wrong", false)):
            one = notes.fact("town", name, about)
            pair = (one.answer, beside) if rng.random() < 0.5 else (beside, one.answer)
            at = pair.index(one.answer)
            ways[way].append(notes.Text(pair, (one._replace(rests_on=(at,)),)))
        third = rng.choice([n for n in chosen if n not in (name, other)])
        pair = (beside, notes.fact("town", third, rng.choice(TOWNS)).answer)
        gone = notes.Asked("absent", question(name), notes.ABSENT, ())
        ways["none"].append(notes.Text(pair, (gone,)))
    found: dict[str, Any] = {"asked": len(chosen)}
    for way, texts in ways.items():
        answers = read_notes(reader, texts)
        found[way] = {
            "right": round(float(np.mean([one.right for one in answers])), 4),
            "refused": round(float(np.mean([one.refused for one in answers])), 4),
        }
    return found
