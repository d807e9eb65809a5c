"""Where in a story a model had a real choice: what the book's first page shows."""

from typing import NamedTuple

import numpy as np

from sbt_jax import checks, world
from sbt_jax.shipped.predictions import next_words
from sbt_jax.shipped.stories import StoryModel

SHOWN = 5  # words that are told
ENOUGH = 0.9  # of the probability must be on them
LEAST = 0.02  # of a word that is told


class Choice(NamedTuple):
    """A place in a story, and what the model gave each word there."""

    before: str
    word: str
    after: str
    likely: dict[str, float]


def liveliest_choice(reader: StoryModel, story: str, begin: str = "") -> Choice:
    """The place after a beginning at which the model was least sure of the next word.

    Only places count where a few words have nearly all of the probability, so that the
    bars of those words show the whole choice, and the story took one of them.

    Args:
      reader: The model.
      story: A whole story of the world.
      begin: How it begins; places in there do not count.

    Raises:
      ValueError: If the story does not begin so, or has no such place.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> found = liveliest_choice(story_model(), "One sunny day", "One")
      >>> found.before, found.word, len(found.likely) > 2
      ('One', ' sunny', True)
    """
    if not checks.text("story", story).startswith(checks.text("begin", begin)):
        raise ValueError(f"story must begin with {begin!r}, got {story[:40]!r}")
    words = world.split(story)
    best, most = None, 0.0
    for at in range(len(world.split(begin)), len(words)):
        before, word = "".join(words[:at]), words[at]
        _, given = next_words(reader, before)
        order = sorted(given.items(), key=lambda pair: -pair[1])[:SHOWN]
        top = [pair for pair in order if pair[1] >= LEAST]
        p = np.array([share for _, share in top])
        even = float(-(p * np.log(p)).sum())
        if word in dict(top) and p.sum() >= ENOUGH and even > most:
            best, most = Choice(before, word, "".join(words[at + 1 :]), dict(top)), even
    if best is None:
        raise ValueError(f"story must hold a choice after its beginning, got {story!r}")
    return best
