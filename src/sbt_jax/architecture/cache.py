"""Decoding with a cache: every token is read once.

Public names: :mod:`sbt_jax.architecture`.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.architecture.config import Config
from sbt_jax.architecture.model import (
    Block,
    Model,
    check_length,
    check_model,
    gated_mlp,
    logit_lens,
    rms_norm,
)
from sbt_jax.architecture.stacked import After, through_blocks
from sbt_jax.attention import FLOAT32, attend, attend_causally, read_heads, write_heads

LONG = 256  # tokens read at once: where more begin a text, skipping the future pays
SMALLEST = 64  # room, in tokens; below, a step of the book's models is no faster


class Cache(NamedTuple):
    """Keys and values of the tokens read so far, and room for more.

    One array a layer, heads before positions: so they are written in place, and
    each head reads its keys in one run of memory (measured: 4 times faster in a
    batch of 16 than one array for all layers). A step does not change shapes, so
    one compiled step fills the whole room, also as the body of a ``lax.scan``.
    What stands from ``length`` on does not count, but every step passes over it:
    see :func:`cache_sizes`.
    """

    key: tuple[Float[Array, "*batch kv_heads keys head"], ...]
    value: tuple[Float[Array, "*batch kv_heads keys head"], ...]
    length: Int[Array, ""]

    @property
    def room(self) -> int:
        """The most tokens that it can hold."""
        return self.key[0].shape[-2]


def init_cache(
    config: Config, batch: tuple[int, ...] = (), room: int | None = None
) -> Cache:
    """A cache that has read nothing.

    Args:
      config: The sizes of the model.
      batch: Leading axes of the tokens to come: ``()`` for one sequence,
        which is decoded much faster than a batch of one.
      room: The most tokens to come; the window if not given.

    Raises:
      ValueError: If ``room`` is not from 1 to the window.

    Example:
      >>> config = Config(256, 8, layers=3, heads=2, mlp=16, window=32, kv_heads=1)
      >>> cache = init_cache(config)
      >>> print(len(cache.key), cache.key[0].shape)
      3 (1, 32, 4)
    """
    room = config.window if room is None else room
    checks.whole("room", room, 1, config.window)
    for size in batch:
        checks.whole("batch", size)
    shape = (*batch, config.key_heads, room, config.head)
    key, value = (
        tuple(jnp.zeros(shape) for _ in range(config.layers)) for _ in range(2)
    )
    with jax.ensure_compile_time_eval():  # under jit, too, it is known to be empty
        return Cache(key, value, jnp.zeros((), jnp.int32))


def grow(cache: Cache, room: int) -> Cache:
    """The same cache with room for more tokens.

    Raises:
      ValueError: If that were less room than before.

    Example:
      >>> config = Config(256, 8, layers=3, heads=2, mlp=16, window=32)
      >>> grow(init_cache(config, room=4), 8).room
      8
    """
    more = checks.whole("room", room, cache.room) - cache.room

    def longer(kept: Array) -> Array:
        return jnp.pad(kept, [(0, 0)] * (kept.ndim - 2) + [(0, more), (0, 0)])

    key, value = jax.tree.map(longer, (cache.key, cache.value))
    return Cache(key, value, cache.length)


def cache_sizes(read: int, end: int) -> list[int]:
    """Sizes for a cache that starts small and is doubled whenever it is full.

    A step passes over the whole room, so most steps in the room of the end would
    pass over what is not there yet.

    Args:
      read: Tokens that are read at once, at the start.
      end: Tokens at the end.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If it is negative, or more are read than there are at the end.

    Example:
      >>> cache_sizes(16, 216)
      [64, 128, 216]
      >>> cache_sizes(100, 120)
      [120]
    """
    checks.whole("read", read, 0, checks.whole("end", end))
    sizes, room = [], SMALLEST
    while room < end:
        if room > read:
            sizes.append(room)
        room *= 2
    return [*sizes, end]


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
    check_model(model, config)
    check_length(config, tokens)
    _check_room(config, cache, tokens)
    start, epsilon = cache.length, config.epsilon
    begins = not isinstance(start, jax.core.Tracer) and not int(start)
    skips = begins and tokens.shape[-1] > LONG

    def one_block(stream: Array, block: Block, key: Array, value: Array) -> After:
        read = rms_norm(block.attention_norm, stream, epsilon)
        heads = read_heads(block.attention, read, start, dtype, config.rotary_base)
        key = _written(key, heads.key, start)
        value = _written(value, heads.value, start)
        past = jnp.swapaxes(key, -3, -2), jnp.swapaxes(value, -3, -2)
        if skips:  # there is no other past than these tokens
            mixed = attend_causally(*heads)
        else:
            mixed = attend(heads.query, *past, offset=start)
        stream += write_heads(block.attention, mixed, dtype)
        read = rms_norm(block.mlp_norm, stream, epsilon)
        return stream + gated_mlp(block.mlp, read, dtype), (key, value)

    past = cache.key, cache.value
    stream = model.embedding[tokens]
    stream, (keys, values) = through_blocks(one_block, stream, model.blocks, *past)
    length = start + tokens.shape[-1]
    logits = logit_lens(model, stream, dtype, epsilon)
    logits = jnp.where(length <= cache.room, logits, jnp.nan)
    return logits, Cache(tuple(keys), tuple(values), length)


def _written(
    kept: Float[Array, "*batch kv_heads keys head"],
    new: Float[Array, "*batch time kv_heads head"],
    start: Int[Array, ""],
) -> Float[Array, "*batch kv_heads keys head"]:
    """The cache of one layer with the keys, or values, of new tokens in it."""
    # A cache may be of more precision than the weights: in 64-bit mode it is.
    swapped = jnp.swapaxes(new, -3, -2).astype(kept.dtype)
    return jax.lax.dynamic_update_slice_in_dim(kept, swapped, start, axis=-2)


def _check_room(
    config: Config, cache: Cache, tokens: Int[Array, "*batch time"]
) -> None:
    """Refuse what does not fit, as far as it is known by now."""
    *batch, time = tokens.shape
    room = min(cache.room, config.window)
    expected = (*batch, config.key_heads, room, config.head)
    if len(cache.key) != config.layers:
        raise ValueError(
            f"cache must have {config.layers} layers, got {len(cache.key)}"
        )
    if cache.key[0].shape != expected:
        raise ValueError(
            f"cache must have layers of {expected}, got {cache.key[0].shape}"
        )
    left = cache.room
    if not isinstance(cache.length, jax.core.Tracer):
        left -= int(cache.length)
    if time > left:
        raise ValueError(f"tokens must fit the {left} places left, got {time}")
