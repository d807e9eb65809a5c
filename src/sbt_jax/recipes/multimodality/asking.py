"""Multimodality: beginnings of stories that end in a sum.

Run by :mod:`sbt_jax.recipes.multimodality`.
"""

import re
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from sbt_jax import world
from sbt_jax.shipped.stories import StoryModel, encode_story
from sbt_jax.world.words import NUMBERS as COUNTED

ASKED = re.compile(
    r"[A-Z]\w+ had (\w+) (\w+) and \w+ had (\w+)\. Together they had (\w+)"
)
TOLD = re.compile(
    r"[A-Z]\w+ had (\w+) (\w+)\. \w+ gave (\w+) of them to \w+\. Then \w+ had (\w+)"
)
LENGTH = 40  # tokens of a row


class Asked(NamedTuple):
    """Texts that ask: ids, and where the numbers and the answer stand."""

    tokens: Int[np.ndarray, "rows time"]
    places: Int[np.ndarray, "rows 3"]  # first number, second number, answer
    values: Int[np.ndarray, "rows 3"]


def texts(
    reader: StoryModel, pattern: re.Pattern[str], count: int, searched: int
) -> Asked:
    """Beginnings of stories up to an answer, short enough for a row."""
    tokens, places, values = [], [], []
    numbers = {word: n for n, word in enumerate(COUNTED)}
    groups = (1, 3, 4)
    for story in world.stories(searched, world.HELD_OUT_SEED, 60_000):
        found = pattern.search(story.text)
        if not found:
            continue
        ids = encode_story(reader.tokenizer, story.text[: found.end()])
        if len(ids) > LENGTH:
            continue
        at = [
            len(encode_story(reader.tokenizer, story.text[: found.start(g) - 1]))
            for g in groups
        ]
        tokens.append(ids + [0] * (LENGTH - len(ids)))
        places.append(at)
        values.append([numbers[found[g].lower()] for g in groups])
        if len(tokens) == count:
            break
    return Asked(np.array(tokens), np.array(places), np.array(values))
