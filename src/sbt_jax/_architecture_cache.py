"""Decoding with a cache: every token is read once.

Public names: :mod:`sbt_jax.architecture`.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Int

from sbt_jax._architecture_config import Config
from sbt_jax._architecture_model import (
    Model,
    check_length,
    gated_mlp,
    logit_lens,
    rms_norm,
)
from sbt_jax.attention import FLOAT32, Heads, attend, read_heads, write_heads


class Cache(NamedTuple):
    """Keys and values of the tokens read so far, with room up to the window.

    Shapes never change, so one compiled step serves the whole text and can be
    the body of a ``lax.scan``. Rows from ``length`` on are not read.
    """

    key: Float[Array, "layers *batch keys kv_heads head"]
    value: Float[Array, "layers *batch keys kv_heads head"]
    length: Int[Array, ""]


def init_cache(config: Config, batch: tuple[int, ...] = ()) -> Cache:
    """A cache that has read nothing.

    Args:
      config: The sizes of the model.
      batch: Leading axes of the tokens to come: ``()`` for one sequence.

    Example:
      >>> config = Config(256, 8, layers=3, heads=2, mlp=16, window=32, kv_heads=1)
      >>> print(init_cache(config).key.shape)
      (3, 32, 1, 4)
    """
    shape = (config.layers, *batch, config.window, config.key_heads, config.head)
    return Cache(jnp.zeros(shape), jnp.zeros(shape), jnp.zeros((), jnp.int32))


def extend(
    model: Model,
    config: Config,
    cache: Cache,
    tokens: Int[Array, "*batch time"],
    dtype: DTypeLike = FLOAT32,
) -> tuple[Float[Array, "*batch time vocab"], Cache]:
    """Read some more tokens: a whole prompt at once, or one at a time.

    The logits are those that :func:`forward` gives for the whole text, without
    the work on what was read before.

    Args:
      model: The weights.
      config: The sizes they were made with.
      cache: What was read before.
      tokens: The ids that follow, at least one.
      dtype: Of the factors: see :func:`forward`.

    Returns:
      Logits after each of the new tokens, and the cache with them in it.

    Raises:
      ValueError: If the tokens do not fit the room that is left. Under ``jit``
        that is not known in time, and the logits are NaN.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> logits, cache = extend(
      ...     model, config, init_cache(config), jnp.array([104, 105])
      ... )
      >>> logits, cache = extend(model, config, cache, jnp.array([33]))
      >>> print(logits.shape, cache.length)
      (1, 256) 3
    """
    check_length(config, tokens)
    start, time = cache.length, tokens.shape[-1]
    _check_room(config, cache, time)
    stream = model.embedding[tokens]
    for layer, block in enumerate(model.blocks):
        read = rms_norm(block.attention_norm, stream)
        heads = read_heads(block.attention, read, start, dtype)
        cache = _remember(cache, layer, heads)
        key, value = cache.key[layer], cache.value[layer]
        mixed = attend(heads.query, key, value, offset=start)
        stream += write_heads(block.attention, mixed, dtype)
        stream += gated_mlp(block.mlp, rms_norm(block.mlp_norm, stream), dtype)
    fits = start + time <= config.window
    logits = jnp.where(fits, logit_lens(model, stream, dtype), jnp.nan)
    return logits, cache._replace(length=start + time)


def _remember(cache: Cache, layer: int, heads: Heads) -> Cache:
    """The cache with the keys and values of new tokens in one layer."""
    batch = [0] * (cache.key.ndim - 4)
    place: list[int | Array] = [layer, *batch, cache.length, 0, 0]
    key = jax.lax.dynamic_update_slice(cache.key, heads.key[None], place)
    value = jax.lax.dynamic_update_slice(cache.value, heads.value[None], place)
    return Cache(key, value, cache.length)


def _check_room(config: Config, cache: Cache, time: int) -> None:
    """Refuse what does not fit, as far as it is known by now."""
    if not isinstance(cache.length, jax.core.Tracer):
        room = config.window - int(cache.length)
        if time > room:
            raise ValueError(f"tokens must fit the {room} places left, got {time}")
