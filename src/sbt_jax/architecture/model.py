"""Weights of a model, and the parts that it is made of.

Public names: :mod:`sbt_jax.architecture`.
"""

import functools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.architecture.config import EPSILON, Config
from sbt_jax.attention import FLOAT32, Attention, init_attention, project

SCALE = 2.0**-40  # of what is squared: exact, and no square of it is too large


class Mlp(NamedTuple):
    """Weights of a gated MLP: two projections in, one out."""

    gate: Float[Array, "width mlp"]
    up: Float[Array, "width mlp"]
    down: Float[Array, "mlp width"]


class Block(NamedTuple):
    """Weights of one block: attention, then MLP, each with its norm."""

    attention_norm: Float[Array, " width"]
    attention: Attention
    mlp_norm: Float[Array, " width"]
    mlp: Mlp


class Model(NamedTuple):
    """All weights. The embedding is also the unembedding (tied).

    ``blocks`` are a tuple, or stacked: see :func:`stack_blocks`.
    """

    embedding: Float[Array, "vocab width"]
    blocks: Sequence[Block]
    norm: Float[Array, " width"]


def init_mlp(key: PRNGKeyArray, width: int, mlp: int) -> Mlp:
    """Random weights, scaled by the size of what each one reads.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If it is below 1.

    Example:
      >>> print(init_mlp(jax.random.key(0), width=4, mlp=8).down.shape)
      (8, 4)
    """
    checks.whole("width", width, 1)
    checks.whole("mlp", mlp, 1)
    gate, up, down = jax.random.normal(key, (3, width, mlp))
    scale = 1 / math.sqrt(width)
    return Mlp(gate * scale, up * scale, down.reshape(mlp, width) / math.sqrt(mlp))


@functools.partial(jax.jit, static_argnames="config")
def init_model(key: PRNGKeyArray, config: Config) -> Model:
    """Random weights of a whole model.

    What a block adds to the stream starts smaller the more blocks there
    are, and the embedding starts large, so that a token is not drowned by what
    blocks write before they have learned anything. The last norm starts
    small, so that the first loss is close to the logarithm of the vocabulary size.

    Args:
      key: Random key.
      config: The sizes.

    Returns:
      The weights, in float32.

    Example:
      >>> config = Config(256, width=8, layers=3, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> print(model.embedding.shape, len(model.blocks))
      (256, 8) 3
    """
    key, embedding_key = jax.random.split(key)
    embedding = jax.random.normal(embedding_key, (config.vocab_size, config.width))
    small = 1 / math.sqrt(2 * config.layers)
    ones = jnp.ones(config.width)
    blocks = []
    for block_key in jax.random.split(key, config.layers):
        attention_key, mlp_key = jax.random.split(block_key)
        attention = init_attention(
            attention_key, config.width, config.heads, config.key_heads
        )
        attention = attention._replace(output=attention.output * small)
        mlp = init_mlp(mlp_key, config.width, config.mlp)
        mlp = mlp._replace(down=mlp.down * small)
        blocks.append(Block(ones, attention, ones, mlp))
    return Model(embedding, tuple(blocks), 0.02 * ones)


def rms_norm(
    gain: Float[Array, " width"],
    stream: Float[Array, "*batch width"],
    epsilon: float = EPSILON,
) -> Float[Array, "*batch width"]:
    r"""Scale every vector to a root mean square of 1, then by a gain.

    .. math:: y_i = g_i \, x_i \Big/ \sqrt{\tfrac1n \sum_j x_j^2 + \epsilon}

    Half precision and whole numbers are squared in float32. Numbers may be as large as
    :math:`10^{30}`; beyond, the result is NaN.

    Args:
      gain: :math:`g`.
      stream: :math:`x`, a vector a position.
      epsilon: :math:`\epsilon`.

    Raises:
      ValueError: If the widths differ, or ``epsilon`` is not positive.

    Example:
      >>> print(rms_norm(jnp.array([1.0, 2.0]), jnp.array([[3.0, -3.0]])).round(3))
      [[ 1. -2.]]
    """
    checks.numbers(gain=gain, stream=stream)
    if gain.shape != stream.shape[-1:]:
        raise ValueError(f"stream must have a width of {len(gain)}, got {stream.shape}")
    stream, root, dtype = with_root(stream, epsilon)
    return (gain * stream / root).astype(jnp.promote_types(dtype, gain.dtype))


def with_root(
    stream: Float[Array, "*batch width"], epsilon: float = EPSILON
) -> tuple[Float[Array, "*batch width"], Float[Array, "*batch 1"], Any]:
    """Numbers and the root of their mean square, both scaled, and of which type.

    Scaled alike, they have the quotient that they had before, and its slope.
    """
    checks.number("epsilon", epsilon, 0, above=True)
    dtype = stream.dtype
    wide = stream.astype(jnp.promote_types(dtype, jnp.float32)) * SCALE
    square = jnp.mean(wide**2, axis=-1, keepdims=True)
    square = jnp.where(square < jnp.inf, square, jnp.nan)
    return wide, jnp.sqrt(square + epsilon * SCALE**2), dtype


def gated_mlp(
    weights: Mlp,
    stream: Float[Array, "*batch width"],
    dtype: DTypeLike = FLOAT32,
) -> Float[Array, "*batch width"]:
    r"""A hidden layer whose units are switched by a second one.

    .. math:: (\mathrm{silu}(x W_g) \odot x W_u) W_d

    Args:
      weights: The three projections.
      stream: One (normalised) vector a position.
      dtype: Of the factors: see :func:`sbt_jax.attention.project`.

    Example:
      >>> one = jnp.ones((1, 1))
      >>> print(gated_mlp(Mlp(one, 2 * one, one), one).round(3))
      [[1.462]]
    """
    checks.numbers(stream=stream)
    gate = jax.nn.silu(project(stream, weights.gate, dtype))
    passed = gate * project(stream, weights.up, dtype)
    return project(passed, weights.down, dtype)


def logit_lens(
    model: Model,
    stream: Float[Array, "*batch width"],
    dtype: DTypeLike = FLOAT32,
    epsilon: float = EPSILON,
) -> Float[Array, "*batch vocab"]:
    """Logits as if the stream at some depth were the last one.

    At the end of the model this is what the model says; earlier it is what it
    would say if the blocks that follow added nothing.
    Source: nostalgebraist (2020), "interpreting GPT: the logit lens".

    Args:
      model: The weights; the last norm and the unembedding are used.
      stream: Vectors of the residual stream, at any depth.
      dtype: Of the factors: see :func:`sbt_jax.attention.project`.
      epsilon: Of the last norm: that of the model's configuration.

    Returns:
      Unnormalised log-probabilities, in nats.

    Example:
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> print(logit_lens(model, model.embedding[:2]).argmax(axis=1))
      [0 1]
    """
    read = rms_norm(model.norm, stream, epsilon)
    return project(read, model.embedding.T, dtype)


def check_model(model: Model, config: Config) -> None:
    """Refuse sizes that the weights were not made with."""
    for name, found, size in (
        ("vocab_size", model.embedding.shape[0], config.vocab_size),
        ("width", model.embedding.shape[1], config.width),
        ("layers", len(model.blocks), config.layers),
    ):
        if found != size:
            raise ValueError(f"config must have the model's {name} {found}, got {size}")


def check_length(config: Config, tokens: Int[Array, "*batch time"]) -> None:
    """Refuse a sequence that is empty, or longer than the window."""
    checks.known_ids("tokens", tokens, config.vocab_size)
    if not tokens.ndim or not tokens.shape[-1]:
        raise ValueError(f"tokens must not be empty, got shape {tokens.shape}")
    if tokens.shape[-1] > config.window:
        raise ValueError(
            f"tokens must fit a window of {config.window}, got {tokens.shape[-1]}"
        )
