"""How well an adapter has learned another world, by what it takes to know a word."""

from collections.abc import Sequence

import numpy as np

from sbt_jax import world
from sbt_jax.architecture import Model
from sbt_jax.shipped.measures import word_costs
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.world import END
from sbt_jax.world.domains import domain

DATA_FILES = (
    "finetuning_logbook.npz",
    "finetuning_lullaby.npz",
    "finetuning_quiz.npz",
)
SURE = 0.999  # the world leaves no choice


def sure_words(
    reader: StoryModel,
    model: Model,
    name: str,
    skills: Sequence[str],
    count: int = 40,
    seed: int = 11,
) -> dict[str, float]:
    """The mean probability of words that the world makes certain, by skill.

    Args:
      reader: *Main*, for its sizes and its tokenizer.
      model: The weights to ask.
      name: Of the other world.
      skills: As the world's rules name them, such as ``grammar`` or ``sum``.
      count: Texts that nobody trained on.
      seed: Which texts.

    Raises:
      ValueError: If there is no such world, or none of its texts needs a skill.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> main = story_model("small")
      >>> found = sure_words(main, main.model, "quiz", ["sum"], count=3)
      >>> 0 < found["sum"] < 1
      True
    """
    there = domain(name)
    told = [story.text for story in world.stories(count, seed=seed, world=there)]
    chances: dict[str, list[float]] = {skill: [] for skill in skills}
    costs = word_costs(reader._replace(model=model), told)
    for text, nats in zip(told, costs, strict=True):
        reading = world.begin(there)
        for word, cost in zip([*world.split(text), END], nats, strict=True):
            after = reading.after(word)
            if after and after.skill in chances and after.probability > SURE:
                chances[after.skill].append(float(np.exp(-cost)))
            reading = reading.read([word])
    for skill, found in chances.items():
        if not found:
            raise ValueError(f"skills must be some that {name} needs, got {skill!r}")
    return {skill: float(np.mean(found)) for skill, found in chances.items()}
