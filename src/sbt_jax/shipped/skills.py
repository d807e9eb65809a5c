"""What a model of stories can do, skill by skill."""

import functools
import math
from collections.abc import Iterable, Sequence

import numpy as np

from sbt_jax import checks, world
from sbt_jax.shipped.measures import word_costs, word_marks
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.shipped.writing import generate_stories

EVERY = "every word"
LENGTH = 260  # letters of a story that are shown
#: Skills in plain words, and which marks of the world's words each one stands for.
SKILLS = {
    "grammar": ("grammar",),
    "names": ("name", "pronoun"),
    "who has what": ("who", "state"),
    "sums": ("sum",),
    "facts": ("fact",),
}


def skill_costs(reader: StoryModel, texts: Sequence[str]) -> dict[str, float]:
    """What a word of each skill costs a model above its true cost, in nats.

    The mean over every word is the gap to the entropy, measured on these stories.

    Args:
      reader: The model.
      texts: Whole stories of the world.

    Raises:
      TypeError: If ``texts`` is one string.
      ValueError: If a skill does not occur in them.

    Example:
      >>> from sbt_jax import world
      >>> from sbt_jax.shipped.stories import story_model
      >>> told = [story.text for story in world.stories(20, world.HELD_OUT_SEED)]
      >>> costs = skill_costs(story_model("main"), told)
      >>> list(costs)[:2], costs["grammar"] < 0.1
      (['every word', 'grammar'], True)
    """
    texts = checks.words("texts", texts)
    above: dict[str, list[float]] = {name: [] for name in (EVERY, *SKILLS)}
    named = {mark: name for name, marks in SKILLS.items() for mark in marks}
    for text, costs in zip(texts, word_costs(reader, texts), strict=True):
        for (skill, p), cost in zip(_marks(text), costs, strict=True):
            nats = float(cost) + math.log(p)
            above[EVERY].append(nats)
            if skill in named:
                above[named[skill]].append(nats)
    for name, values in above.items():
        if not values:
            raise ValueError(f"texts must hold the skill {name!r}, got {len(texts)}")
    return {name: float(np.mean(values)) for name, values in above.items()}


def skills_on_the_way(
    readers: Iterable[StoryModel],
    texts: Sequence[str],
    seed: int = 0,
    begin: str = "",
) -> tuple[list[float], dict[str, list[float]], list[tuple[str, str]]]:
    """What models at several moments of one training can do, and write.

    Args:
      readers: The models, in the order of their age.
      texts: Whole stories of the world, to measure on.
      seed: Of the stories that they write.
      begin: How the stories begin, which the world could hold.

    Returns:
      At each moment: the gap to the entropy, in nats a word; what a word of each
      skill costs too much; and how a story goes on, as the part that the world could
      hold and the rest.

    Raises:
      ValueError: If a skill does not occur in the texts.

    Example:
      >>> from sbt_jax import world
      >>> from sbt_jax.shipped.stories import story_model
      >>> told = [story.text for story in world.stories(20, world.HELD_OUT_SEED)]
      >>> gaps, skills, stories = skills_on_the_way([story_model("main")], told)
      >>> len(gaps), list(skills)[0], len(stories)
      (1, 'grammar', 1)
    """
    gaps, costs, stories = [], [], []
    for reader in readers:
        costs.append(skill_costs(reader, texts))
        gaps.append(costs[-1].pop(EVERY))
        (text,) = generate_stories(reader, begin, seed=seed)
        if len(text) > len(begin) + LENGTH:
            text = text[: len(begin) + LENGTH].rsplit(" ", 1)[0]
        end = max(len("".join(world.read(text).words)), len(begin))
        stories.append((text[len(begin) : end], text[end:]))
    return gaps, {skill: [cost[skill] for cost in costs] for skill in SKILLS}, stories


@functools.lru_cache(1000)
def _marks(text: str) -> list[tuple[str, float]]:
    """The skill and the true probability of each word, read once for all models."""
    return [(skill, p) for _, skill, p in word_marks(text)]
