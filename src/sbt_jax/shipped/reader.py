"""The reader: *main* after mid-training, which looks up what stands before it."""

import functools
from typing import Any

from sbt_jax.checkpoints import data_file, read_table
from sbt_jax.shipped.stories import StoryModel, load_story_model

DATA_FILES = ("reader.npz", "reading.json", "stories_tokenizer.json")


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


def measured_on_notes() -> dict[str, Any]:
    """What the table of the reader says of it, as it is shipped.

    Example:
      >>> measured_on_notes()["right"]["2"] > 0.95
      True
    """
    return read_table("reading")["measured"]
