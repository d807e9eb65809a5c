"""A model of stories that is trained anew, watched at several of its ages.

Page: ``book/training.md``, where *small* is trained in every build.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float

from sbt_jax import world
from sbt_jax.architecture import Config, Model
from sbt_jax.shipped.predictions import next_words
from sbt_jax.shipped.skills import skills_on_the_way
from sbt_jax.shipped.stories import StoryModel, story_tokenizer
from sbt_jax.training import Batch, Settings, train

#: Updates after which the model is looked at.
MARKS = (0, 32, 64, 128, 256, 512, 1024, 1536, 2048, 3072, 4400)
#: A story up to where a careful reader expects Tom.
ASKED = (
    "One sunny day Anna and Tom were in the barn. Anna had a red ball. With a smile"
    ' Anna gave it to Tom. "Who has the ball?" asked Anna. "I have it," said'
)


class Birth(NamedTuple):
    """A training run, and what the model could do at each of its ages."""

    marks: tuple[int, ...]  # updates before each look
    model: Model  # in the end
    losses: Float[np.ndarray, " steps"]  # nats a token
    gaps: list[float]  # nats a word above the entropy
    skills: dict[str, list[float]]  # what a word of each skill costs too much, in nats
    stories: list[tuple[str, str]]  # how ``ASKED`` goes on: the possible, and the rest
    said: list[dict[str, float]]  # the probability of each word after ``ASKED``


def watch_birth(
    config: Config,
    settings: Settings,
    batch_at: Callable[[int], Batch],
    marks: Sequence[int] = MARKS,
    told: int = 60,
) -> Birth:
    """Train a model of stories from seed 0, and look at it on the way.

    Args:
      config: The sizes of the model.
      settings: How to train.
      batch_at: The batch of each step, of stories of the shipped tokenizer.
      marks: Updates after which to look; 0 is before the first.
      told: How many stories that it has not read measure it.

    Raises:
      ValueError: If a skill does not occur in so few stories.

    Tested in ``tests/shipped/test_births.py``.
    """
    kept: dict[int, Model] = {}
    model, losses = train(
        jax.random.key(0),
        config,
        settings,
        batch_at,
        snapshot=kept.__setitem__,
        snapshot_at=marks,
    )
    tokenizer = story_tokenizer()
    ages = [StoryModel(kept[mark], config, tokenizer) for mark in marks]
    texts = [story.text for story in world.stories(told, world.HELD_OUT_SEED)]
    gaps, skills, stories = skills_on_the_way(ages, texts, begin=ASKED)
    said = [next_words(age, ASKED)[1] for age in ages]
    return Birth(tuple(marks), model, losses, gaps, skills, stories, said)
