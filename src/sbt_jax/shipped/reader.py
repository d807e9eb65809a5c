"""The reader: *main* after mid-training, which looks up what stands before it."""

import functools

from sbt_jax.checkpoints import data_file
from sbt_jax.shipped.stories import StoryModel, load_story_model

DATA_FILES = ("reader.npz", "stories_tokenizer.json")


@functools.cache
def reader_model() -> StoryModel:
    """The reader as it is shipped, in int8.

    It goes on from what :func:`sbt_jax.world.notes.prompt` says; how often it is right
    stands in the table ``reading``.

    Example:
      >>> reader_model().config.window
      256
    """
    return load_story_model(data_file("reader.npz"))
