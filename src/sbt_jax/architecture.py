r"""Architecture: the Transformer that the whole book is about.

Page: ``book/architecture.md``.  Figure: ``viz/architecture.py``.
Source: Vaswani et al. (2017), arXiv:1706.03762, section 3, with today's
parts: RMSNorm (Zhang & Sennrich 2019, arXiv:1910.07467) before each
sublayer and a gated MLP (Shazeer 2020, arXiv:2002.05202).
"""

import dataclasses
import functools
import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax.attention import Attention, init_attention, multi_head

EPSILON = 1e-6


@dataclasses.dataclass(frozen=True)
class Config:
    """Sizes of a model. Hashable, so that ``jit`` can take it as static.

    Args:
      vocab_size: Number of tokens.
      width: Size of the residual stream.
      layers: Number of blocks.
      heads: Attention heads of each block; must split ``width`` evenly.
      mlp: Hidden size of each gated MLP.
      window: Longest sequence, in tokens.

    Raises:
      TypeError: If a size is not an int.
      ValueError: If a size is below 1, or the heads do not fit the width.

    Example:
      >>> Config(vocab_size=256, width=64, layers=2, heads=4, mlp=128, window=32)
      Config(vocab_size=256, width=64, layers=2, heads=4, mlp=128, window=32)
    """

    vocab_size: int
    width: int
    layers: int
    heads: int
    mlp: int
    window: int

    def __post_init__(self) -> None:
        for name, size in dataclasses.asdict(self).items():
            if type(size) is not int:
                raise TypeError(f"{name} must be an int, got {size!r}")
            if size < 1:
                raise ValueError(f"{name} must be >= 1, got {size}")
        if self.width % (2 * self.heads):
            raise ValueError(
                f"width must split into {self.heads} heads of even size, "
                f"got {self.width}"
            )


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
    """All weights. The embedding is also the unembedding (tied)."""

    embedding: Float[Array, "vocab width"]
    blocks: tuple[Block, ...]
    norm: Float[Array, " width"]


def init_mlp(key: PRNGKeyArray, width: int, mlp: int) -> Mlp:
    """Random weights, scaled by the size of what each one reads.

    Example:
      >>> print(init_mlp(jax.random.key(0), width=4, mlp=8).down.shape)
      (8, 4)
    """
    gate, up, down = jax.random.normal(key, (3, width, mlp))
    scale = 1 / math.sqrt(width)
    return Mlp(gate * scale, up * scale, down.reshape(mlp, width) / math.sqrt(mlp))


@functools.partial(jax.jit, static_argnames="config")
def init_model(key: PRNGKeyArray, config: Config) -> Model:
    """Random weights of a whole model.

    What a block adds to the stream starts smaller the more blocks there
    are, and the embedding starts small, so that the first loss is close
    to the logarithm of the vocabulary size.

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
        attention = init_attention(attention_key, config.width, config.heads)
        attention = attention._replace(output=attention.output * small)
        mlp = init_mlp(mlp_key, config.width, config.mlp)
        mlp = mlp._replace(down=mlp.down * small)
        blocks.append(Block(ones, attention, ones, mlp))
    return Model(0.02 * embedding, tuple(blocks), ones)


def rms_norm(
    gain: Float[Array, " width"], stream: Float[Array, "time width"]
) -> Float[Array, "time width"]:
    r"""Scale every vector to a root mean square of 1, then by a gain.

    .. math:: y_i = g_i \, x_i \Big/ \sqrt{\tfrac1n \sum_j x_j^2 + \epsilon}

    Example:
      >>> print(rms_norm(jnp.array([1.0, 2.0]), jnp.array([[3.0, -3.0]])).round(3))
      [[ 1. -2.]]
    """
    mean_square = jnp.mean(stream**2, axis=-1, keepdims=True)
    return gain * stream / jnp.sqrt(mean_square + EPSILON)


def gated_mlp(
    weights: Mlp, stream: Float[Array, "time width"]
) -> Float[Array, "time width"]:
    r"""A hidden layer whose units are switched by a second one.

    .. math:: (\mathrm{silu}(x W_g) \odot x W_u) W_d

    Example:
      >>> one = jnp.ones((1, 1))
      >>> print(gated_mlp(Mlp(one, 2 * one, one), one).round(3))
      [[1.462]]
    """
    return (jax.nn.silu(stream @ weights.gate) * (stream @ weights.up)) @ weights.down


def forward(
    model: Model, config: Config, tokens: Int[Array, " time"]
) -> Float[Array, "time vocab"]:
    """Logits of the next token at every position of one sequence.

    One sequence, no batch axis: ``jax.vmap(forward, (None, None, 0))``.

    Args:
      model: The weights.
      config: The sizes they were made with.
      tokens: Ids from 0 to ``vocab_size - 1``; others are not noticed here.

    Returns:
      Unnormalised log-probabilities, in nats. Row ``t`` has seen tokens
      ``0 … t``.

    Raises:
      ValueError: If the sequence is longer than the window.

    Example:
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> print(forward(model, config, jnp.array([104, 105])).shape)
      (2, 256)
    """
    if len(tokens) > config.window:
        raise ValueError(
            f"tokens must fit a window of {config.window}, got {len(tokens)}"
        )
    stream = model.embedding[tokens]
    for block in model.blocks:
        stream += multi_head(block.attention, rms_norm(block.attention_norm, stream))
        stream += gated_mlp(block.mlp, rms_norm(block.mlp_norm, stream))
    return rms_norm(model.norm, stream) @ model.embedding.T


def parameter_count(config: Config) -> dict[str, int]:
    """Number of weights of each kind, without building any.

    Returns:
      Counts of ``embedding`` (used twice, stored once), ``attention``,
      ``mlp`` and ``norm``, over all layers.

    Example:
      >>> parameter_count(Config(256, width=8, layers=2, heads=2, mlp=16, window=32))
      {'embedding': 2048, 'attention': 512, 'mlp': 768, 'norm': 40}
    """
    return {
        "embedding": config.vocab_size * config.width,
        "attention": config.layers * 4 * config.width**2,
        "mlp": config.layers * 3 * config.width * config.mlp,
        "norm": (2 * config.layers + 1) * config.width,
    }
