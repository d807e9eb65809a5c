"""Every word of told stories: what it takes to know it, its truth, what models gave it.

Page: ``book/foundations.md``.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Shaped

from sbt_jax import world
from sbt_jax.shipped.measures import word_costs, word_marks
from sbt_jax.shipped.stories import StoryModel


class Told(NamedTuple):
    """The words of some stories, one after another, the end of each included."""

    words: Shaped[np.ndarray, " samples"]
    skills: Shaped[np.ndarray, " samples"]  # what it takes to know each
    truth: Float[np.ndarray, " samples"]  # its true probability
    given: dict[str, Float[np.ndarray, " samples"]]  # what each model gave it
    ends: list[int]  # where each story ends: the number of words so far


def words_told(models: Mapping[str, StoryModel], stories: int) -> Told:
    """What models gave each word of stories that they have not read.

    Args:
      models: By name.
      stories: How many.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> told = words_told({"small": story_model("small")}, 2)
      >>> len(told.words) == len(told.given["small"]) == told.ends[-1]
      True
    """
    texts = [s.text for s in world.stories(stories, seed=world.HELD_OUT_SEED)]
    marks = [word_marks(text) for text in texts]
    every = [mark for of_story in marks for mark in of_story]
    words, skills, truth = map(np.array, zip(*every, strict=True))
    given = {
        name: np.exp(-np.concatenate(word_costs(reader, texts)))
        for name, reader in models.items()
    }
    return Told(words, skills, truth, given, np.cumsum([*map(len, marks)]).tolist())


def first_stories(told: Told, stories: int) -> Told:
    """The words of the first stories alone.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> told = words_told({"small": story_model("small")}, 2)
      >>> len(first_stories(told, 1).truth) == told.ends[0]
      True
    """
    size = told.ends[stories - 1]
    given = {name: p[:size] for name, p in told.given.items()}
    parts = (told.words[:size], told.skills[:size], told.truth[:size])
    return Told(*parts, given, told.ends[:stories])
