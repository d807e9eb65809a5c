r"""Induction: a model of attention only that continues what repeats.

Public names: :mod:`sbt_jax.attention`.
Source: Elhage et al. (2021), "A Mathematical Framework for Transformer Circuits";
Olsson et al. (2022), arXiv:2209.11895. Positions on queries and keys only follow
Press, Smith & Lewis (2021), arXiv:2012.15832 (position-infused attention).
"""

import dataclasses
import functools
import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.attention.blocks import attention_weights, causal_mask, mix
from sbt_jax.attention.layer import Attention, init_attention
from sbt_jax.attention.positions import init_positions, rotary

POSITIONS = ("queries and keys", "rotary", "stream")


@dataclasses.dataclass(frozen=True)
class InductionConfig:
    """Sizes of the model, and where it is told positions.

    Args:
      vocab_size: Number of tokens.
      width: Size of the residual stream.
      layers: Layers of attention; there is nothing else between them.
      heads: Heads of each layer.
      window: Longest sequence.
      positions: ``queries and keys`` adds a learned table to what these two read,
        ``rotary`` turns them, ``stream`` adds the table to everything.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If a size is below 1, the heads do not split ``width`` into even
        sizes, or ``positions`` is another one.

    Example:
      >>> InductionConfig().positions
      'queries and keys'
    """

    vocab_size: int = 64
    width: int = 64
    layers: int = 2
    heads: int = 4
    window: int = 64
    positions: str = POSITIONS[0]

    def __post_init__(self) -> None:
        for name in ("vocab_size", "width", "layers", "heads", "window"):
            checks.whole(name, getattr(self, name), 1)
        if self.width % (2 * self.heads):
            raise ValueError(
                f"width must split into {self.heads} heads of even size,"
                f" got {self.width}"
            )
        if self.positions not in POSITIONS:
            raise ValueError(
                f"positions must be one of {POSITIONS}, got {self.positions!r}"
            )


class Induction(NamedTuple):
    """All weights of the model."""

    embedding: Float[Array, "vocab width"]
    position: Float[Array, "time width"]
    layers: tuple[Attention, ...]
    unembedding: Float[Array, "width vocab"]


def init_induction(key: PRNGKeyArray, config: InductionConfig) -> Induction:
    """Random weights.

    Example:
      >>> model = init_induction(jax.random.key(0), InductionConfig())
      >>> sum(leaf.size for leaf in jax.tree.leaves(model))
      45056
    """
    keys = jax.random.split(key, 3 + config.layers)
    size = (config.vocab_size, config.width)
    embedding, unembedding = (
        jax.random.normal(k, size) / math.sqrt(config.width) for k in keys[:2]
    )
    return Induction(
        2 * embedding,
        2 * init_positions(keys[2], config.window, config.width),
        tuple(init_attention(k, config.width, config.heads) for k in keys[3:]),
        unembedding.T,
    )


def heads_on(
    config: InductionConfig, off: tuple[tuple[int, int], ...] = ()
) -> Float[Array, "layers heads"]:
    """A switch for each head: 1, or 0 for those that are off.

    Args:
      config: The sizes.
      off: Pairs of a layer and a head, both counted from 0.

    Raises:
      ValueError: If there is no such layer or head.

    Example:
      >>> print(heads_on(InductionConfig(), off=((1, 0),)))
      [[1. 1. 1. 1.]
       [0. 1. 1. 1.]]
    """
    on = jnp.ones((config.layers, config.heads))
    for layer, head in off:
        for name, at, size in (
            ("layer", layer, config.layers),
            ("head", head, config.heads),
        ):
            checks.whole(name, at, 0, size - 1)
        on = on.at[layer, head].set(0.0)
    return on


def forward_induction(
    model: Induction,
    config: InductionConfig,
    tokens: Int[Array, "*batch time"],
    on: Float[Array, "layers heads"] | None = None,
) -> tuple[
    Float[Array, "*batch time vocab"],
    tuple[Float[Array, "*batch heads time time"], ...],
]:
    """Logits of the next token, and the attention of each layer.

    Args:
      model: The weights.
      config: The sizes they were made with.
      tokens: Ids.
      on: What each head's output is multiplied by; see :func:`heads_on`.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If the sequence is empty or longer than the window, an id is out of
        range, or the sizes are not those of the weights.

    Example:
      >>> config = InductionConfig()
      >>> model = init_induction(jax.random.key(0), config)
      >>> logits, maps = forward_induction(model, config, jnp.arange(5))
      >>> print(logits.shape, maps[0].shape)
      (5, 64) (4, 5, 5)
    """
    checks.known_ids("tokens", tokens, config.vocab_size)
    time = tokens.shape[-1] if tokens.ndim else 0
    if not 1 <= time <= config.window:
        raise ValueError(f"tokens must fit a window of {config.window}, got {time}")
    if len(model.layers) != config.layers:
        found = len(model.layers)
        raise ValueError(f"config must have {found} layers, got {config.layers}")
    place = model.position[:time]
    stream = model.embedding[tokens]
    stream = stream + place if config.positions == "stream" else stream
    on = heads_on(config) if on is None else on
    checks.numbers(on=on)
    checks.shaped("on", on, (config.layers, config.heads))
    maps = []
    for layer, switch in zip(model.layers, on, strict=True):
        placed = stream + place if config.positions == POSITIONS[0] else stream
        query, key = (jnp.tensordot(placed, w, 1) for w in layer[:2])
        if config.positions == "rotary":
            query, key = rotary(query), rotary(key)
        weights = attention_weights(query, key, causal_mask(time, time))
        mixed = mix(weights, jnp.tensordot(stream, layer.value, 1))
        stream = stream + jnp.tensordot(mixed * switch[:, None], layer.output, 2)
        maps.append(weights)
    return stream @ model.unembedding, tuple(maps)


def repeats(
    key: PRNGKeyArray, config: InductionConfig, batch: int, periods: tuple[int, int]
) -> tuple[Int[Array, "batch time"], Int[Array, " batch"]]:
    """Random tokens that repeat: a new sequence, and how long until it starts again.

    Args:
      key: Random key.
      config: Sizes; sequences are one longer than the window, for the last target.
      batch: How many sequences.
      periods: The shortest and the longest.

    Raises:
      ValueError: If a period is not within the window.

    Example:
      >>> tokens, period = repeats(jax.random.key(0), InductionConfig(), 2, (3, 3))
      >>> print(tokens[:, :3] == tokens[:, 3:6])
      [[ True  True  True]
       [ True  True  True]]
    """
    checks.whole("batch", batch, 1)
    low, high = (checks.whole("periods", period) for period in periods)
    if not 1 <= low <= high <= config.window:
        raise ValueError(f"periods must rise within 1..{config.window}, got {periods}")
    return _repeats(key, config, batch, (low, high))


@functools.partial(jax.jit, static_argnames=("config", "batch", "periods"))
def _repeats(
    key: PRNGKeyArray, config: InductionConfig, batch: int, periods: tuple[int, int]
) -> tuple[Int[Array, "batch time"], Int[Array, " batch"]]:
    low, high = periods
    length = config.window + 1
    token_key, period_key = jax.random.split(key)
    tokens = jax.random.randint(token_key, (batch, length), 0, config.vocab_size)
    period = jax.random.randint(period_key, (batch,), low, high + 1)
    first = jnp.arange(length) % period[:, None]
    return jnp.take_along_axis(tokens, first, axis=1), period


def repeat_loss(
    model: Induction,
    config: InductionConfig,
    tokens: Int[Array, "batch time"],
    period: Int[Array, " batch"],
    on: Float[Array, "layers heads"] | None = None,
) -> Float[Array, ""]:
    """Mean surprise, in nats, at the tokens that repeat and so can be known.

    Raises:
      TypeError: If ids or periods are not integers.
      ValueError: If nothing repeats within the window, or the shapes do not fit.

    Example:
      >>> config = InductionConfig()
      >>> model = init_induction(jax.random.key(0), config)
      >>> some = repeats(jax.random.key(1), config, 4, (8, 16))
      >>> bool(repeat_loss(model, config, *some) > 4)  # ln 64 is 4.16
      True
    """
    check_periods(config, tokens, period)
    logits, _ = forward_induction(model, config, tokens[:, :-1], on)
    log_p = jax.nn.log_softmax(logits)
    nats = -jnp.take_along_axis(log_p, tokens[:, 1:, None], axis=-1)[..., 0]
    # The token after position t is the period-th or later: it was there before.
    known = jnp.arange(nats.shape[1]) + 1 >= period[:, None] + 1
    return jnp.where(known, nats, 0.0).sum() / known.sum()


def check_periods(
    config: InductionConfig,
    tokens: Int[Array, "batch time"],
    period: Int[Array, " batch"],
) -> None:
    """Refuse periods without a second copy, as far as they are known by now."""
    checks.known_ids("tokens", tokens, config.vocab_size)
    checks.known_ids("period", period, low=1)
    checks.shaped("period", period, (len(tokens),))
    most = tokens.shape[1] - 2
    if not isinstance(period, jax.core.Tracer) and not int(period.min()) <= most:
        raise ValueError(f"period must be in 1..{most}, got {period.min()}")
