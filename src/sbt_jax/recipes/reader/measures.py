"""What the reader can do: answers by notes, kinds, distance, and against memory."""

import itertools
import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from sbt_jax import world
from sbt_jax.shipped.reading import Answer, read_notes
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.world import notes
from sbt_jax.world.notes import FACTS, MOST, THEMES, Text

FAR = (0, 50, 100, 150, 200, 256)  # tokens from a note to the answer, as bins


def texts_of(
    count: int, many: int, seed: int, themes: Sequence[str] = ("fact",), **how: Any
) -> list[Text]:
    """Texts about people never asked about, with one question each."""
    rng = random.Random(f"{seed} {many} {themes} {how}")
    plan: dict[str, Any] = {"asked": 1, "absent": 0.0, "half": "kept back"} | how
    return [notes.draw(rng, many, themes=themes, **plan) for _ in range(count)]


def share(reader: StoryModel, texts: Sequence[Text], of: str = "right") -> float:
    """The share of answers that are right, or refused."""
    return _mean(read_notes(reader, texts), of)


def _mean(answers: Sequence[Answer], of: str) -> float:
    return round(float(np.mean([getattr(one, of) for one in answers])), 4)


def by_number(reader: StoryModel, count: int) -> dict[str, dict[str, float]]:
    """Right answers, refused ones, and refusals where nobody told, by notes."""
    found: dict[str, dict[str, float]] = {"right": {}, "refused": {}, "absent": {}}
    for many in range(1, MOST + 1):
        there = read_notes(reader, texts_of(count, many, seed=9))
        gone = texts_of(count, many, seed=10, absent=1.0)
        found["right"][str(many)] = _mean(there, "right")
        found["refused"][str(many)] = _mean(there, "refused")
        found["absent"][str(many)] = share(reader, gone)
    return found


def against_memory(reader: StoryModel, count: int) -> dict[str, float]:
    """Notes that contradict what stories say of the people they mention most."""
    rng, facts = random.Random(11), world.people()
    known = [name for name in notes.kept_back() if name not in world.held_out()]
    texts = []
    for name in rng.choices(known[:24], k=count):
        kind = rng.choice(FACTS)
        true = [v for v in notes.values(kind) if facts[name][kind] in v.split()]
        others = [value for value in notes.values(kind) if value not in true]
        one = notes.fact(kind, name, rng.choice(others))
        texts.append(Text((one.answer,), (one,)))
    return {"right": share(reader, texts)}


def by_kind(reader: StoryModel, count: int) -> dict[str, dict[str, float]]:
    """Answers to every kind of question, among six notes of every theme."""
    texts = texts_of(4 * count, 6, 12, tuple(THEMES), asked=8)
    answers = read_notes(reader, texts)
    kinds = sorted({one.asked.kind for one in answers})
    return {
        kind: {"right": round(float(np.mean(right)), 4), "of": len(right)}
        for kind in kinds
        for right in [[one.right for one in answers if one.asked.kind == kind]]
    }


def by_distance(reader: StoryModel, count: int) -> dict[str, dict[str, float]]:
    """Answers by how many tokens stand between the note and the answer."""
    answers = read_notes(reader, texts_of(count, MOST, 13, asked=8))
    found = {}
    for low, high in itertools.pairwise(FAR):
        right = [one.right for one in answers if low < one.distance <= high]
        if right:
            found[f"{high}"] = {
                "right": round(float(np.mean(right)), 4),
                "of": len(right),
            }
    return found


def reserved(reader: StoryModel) -> dict[str, float]:
    """How alike the rows of the reserved tokens are: cosines of all pairs."""
    rows = np.asarray(reader.model.embedding)[
        list(reader.tokenizer.special_ids.values())
    ]
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    pairs = (unit @ unit.T)[np.triu_indices(len(rows), 1)]
    return {"mean": round(float(pairs.mean()), 3), "most": round(float(pairs.max()), 3)}
