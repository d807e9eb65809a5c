"""Prompting: the main model asked for one thing in fifty wordings.

Run by :mod:`sbt_jax.recipes.prompting`. Nothing is trained.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from sbt_jax import architecture, world
from sbt_jax.prompting.wordings import OUTSIDE, filled, frames, possible
from sbt_jax.shipped.stories import StoryModel, encode_story, word_tokens
from sbt_jax.world import people

LONGEST = 64  # tokens of a wording and a town


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is asked; tests do less."""

    people: int = 72  # those whom stories mention most
    inside: int = 40  # wordings
    outside: int = len(OUTSIDE)
    letters: int = 165  # of a wording that the world has
    searched: int = 4000  # stories


_probs = jax.jit(
    lambda model, config, rows: jax.nn.log_softmax(
        architecture.forward(model, config, rows)
    ),
    static_argnames="config",
)


def answers(reader: StoryModel, frame: str, names: Sequence[str]) -> dict[str, Any]:
    """Whether the likeliest next word is the right town, and how likely that is."""
    rows, places = np.zeros((len(names), LONGEST), np.int32), []
    for row, name in zip(rows, names, strict=True):
        ids = encode_story(reader.tokenizer, filled(frame, name))
        town = word_tokens(reader.tokenizer, f" {people()[name]['town']}")
        row[: len(ids) + len(town)] = [*ids, *town]
        places.append((len(ids), len(ids) + len(town)))
    p = np.asarray(_probs(reader.model, reader.config, rows))
    right, sure = [], []
    for row, log_p, (start, end) in zip(rows, p, places, strict=True):
        at = np.arange(start, end)
        right.append(bool((log_p[at - 1].argmax(-1) == row[at]).all()))
        sure.append(float(np.exp(log_p[at - 1, row[at]].sum())))
    return {
        "frame": frame,
        "possible": all(possible(filled(frame, name)) for name in names[:2]),
        "right": round(float(np.mean(right)), 4),
        "p": round(float(np.mean(sure)), 4),
    }


def measure(reader: StoryModel, sizes: Sizes) -> dict[str, Any]:
    """Every wording, about everybody."""
    told = (s.text for s in world.stories(sizes.searched, world.HELD_OUT_SEED, 30_000))
    inside = frames(told, sizes.inside, sizes.letters)
    names = list(people())[: sizes.people]
    return {
        "people": len(names),
        "inside": [answers(reader, frame, names) for frame in inside],
        "outside": [answers(reader, f, names) for f in OUTSIDE[: sizes.outside]],
    }
