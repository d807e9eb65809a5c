"""What stands in a model's stream at the last token of each of some texts."""

import functools
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import architecture, checks
from sbt_jax.architecture import Config, Model, Trace
from sbt_jax.shipped.stories import StoryModel, encode_story


def last_streams(
    reader: StoryModel, texts: Sequence[str]
) -> Float[np.ndarray, "samples depth width"]:
    """The residual stream at the last token of each text, at every depth.

    Args:
      reader: The model.
      texts: Beginnings of stories.

    Returns:
      Depth 0 is the embedding; see :class:`sbt_jax.architecture.Trace`.

    Raises:
      TypeError: If ``texts`` is one string.
      ValueError: If there is no text, or one does not fit the window.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> last_streams(story_model("small"), ["Once", "Once upon"]).shape
      (2, 5, 64)
    """
    texts = checks.words("texts", texts)
    if not texts:
        raise ValueError(f"texts must not be empty, got {texts!r}")
    rows = [encode_story(reader.tokenizer, text) for text in texts]
    longest = max(map(len, rows))
    if longest > reader.config.window:
        window = reader.config.window
        raise ValueError(f"texts must fit a window of {window}, got {longest}")
    length = min(-(-longest // 64) * 64, reader.config.window)
    tokens = np.zeros((len(rows), length), np.int32)
    for i, ids in enumerate(rows):  # what follows the last token is not seen by it
        tokens[i, : len(ids)] = ids
    last = jnp.array([len(ids) - 1 for ids in rows])
    return np.asarray(_last(reader.model, reader.config, jnp.asarray(tokens), last))


@functools.partial(jax.jit, static_argnames="config")
def _last(
    model: Model,
    config: Config,
    tokens: Int[Array, "samples time"],
    last: Int[Array, " samples"],
) -> Float[Array, "samples depth width"]:
    def one(row: tuple[Array, Array]) -> Array:
        ids, end = row
        return architecture.trace(model, config, ids).streams[:, end]

    return jax.lax.map(one, (tokens, last), batch_size=16)


def trace_story(reader: StoryModel, text: str) -> Trace:
    """All that a model does with a text: logits, attention, residual stream.

    Raises:
      ValueError: If the text does not fit the window.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> trace_story(story_model("small"), "Once upon a time").attention.shape
      (2, 4, 5, 5)
    """
    ids = jnp.array(encode_story(reader.tokenizer, text))
    return _trace(reader.model, reader.config, ids)


_trace = jax.jit(architecture.trace, static_argnames="config")
