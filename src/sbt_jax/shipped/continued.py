"""A beginning of a story, gone on with by a model, one way of choosing or another."""

import jax
import jax.numpy as jnp

from sbt_jax import world
from sbt_jax.generation import Sampling, generate
from sbt_jax.shipped.stories import StoryModel, decode_story, encode_story


def go_on(
    reader: StoryModel, start: str, how: Sampling, steps: int, seed: int = 0
) -> str:
    """How a model goes on.

    Args:
      reader: The model.
      start: The beginning of a story.
      how: How each token is chosen.
      steps: The most tokens to add.
      seed: The same seed writes the same.

    Returns:
      What was added, up to the end of the story.

    Raises:
      ValueError: If the beginning and the steps do not fit the window.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> go_on(story_model("small"), "Once upon a", Sampling(0.0), 3)
      ' time there was'
    """
    end = reader.tokenizer.special_ids[world.END]
    ids = jnp.array(encode_story(reader.tokenizer, start))
    key = jax.random.key(seed)
    new = generate(key, reader.model, reader.config, ids, steps, how, end)
    return decode_story(reader.tokenizer, new.tokens[: int(new.length)].tolist())
