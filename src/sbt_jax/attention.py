r"""Attention: every token looks back and mixes what it finds.

Page: ``book/attention.md``.  Figure: ``viz/attention.py``.
Source: Vaswani et al. (2017), arXiv:1706.03762, section 3.2; rotary
positions: Su et al. (2021), arXiv:2104.09864, section 3.4; fewer key and
value heads: Ainslie et al. (2023), arXiv:2305.13245, section 2.2.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from sbt_jax._attention_blocks import (
    attend_causally,
    attention_weights,
    causal_mask,
    check_mask,
    mix,
)
from sbt_jax._attention_project import FLOAT32, project

__all__ = [
    "ROTARY_BASE",
    "Attention",
    "Heads",
    "attend",
    "attend_causally",
    "attention_weights",
    "causal_mask",
    "init_attention",
    "mix",
    "multi_head",
    "project",
    "read_heads",
    "rotary",
    "write_heads",
]

ROTARY_BASE = 10_000.0


class Attention(NamedTuple):
    """Weights of one layer of attention with several heads in parallel."""

    query: Float[Array, "width heads head"]
    key: Float[Array, "width kv_heads head"]
    value: Float[Array, "width kv_heads head"]
    output: Float[Array, "heads head width"]


class Heads(NamedTuple):
    """What every head reads from the stream. Positions are in already."""

    query: Float[Array, "*batch time heads head"]
    key: Float[Array, "*batch time kv_heads head"]
    value: Float[Array, "*batch time kv_heads head"]


def init_attention(
    key: PRNGKeyArray, width: int, heads: int, kv_heads: int | None = None
) -> Attention:
    """Random weights that keep the size of what passes through them.

    Args:
      key: Random key.
      width: Size of the residual stream.
      heads: Number of heads. Each gets ``width / heads`` dimensions.
      kv_heads: Number of key and value heads, each shared by a group of
        query heads; as many as ``heads`` if not given.

    Returns:
      Normal weights, each with standard deviation ``1 / sqrt(width)``.

    Raises:
      ValueError: If ``width`` does not split into heads of even size (rotary
        positions turn pairs of dimensions), or the heads into groups.

    Example:
      >>> weights = init_attention(jax.random.key(0), 8, heads=2, kv_heads=1)
      >>> print(weights.query.shape, weights.key.shape, weights.output.shape)
      (8, 2, 4) (8, 1, 4) (2, 4, 8)
    """
    if heads < 1 or width < 1 or width % (2 * heads):
        raise ValueError(
            f"width must split into heads of even size, got {width} for {heads}"
        )
    shared = heads if kv_heads is None else kv_heads
    if shared < 1 or heads % shared:
        raise ValueError(f"kv_heads must divide {heads} heads, got {kv_heads}")
    shape = (width, heads, width // heads)
    q, k, v, o = jax.random.normal(key, (4, *shape)) / math.sqrt(width)
    output = o.reshape(heads, width // heads, width)
    return Attention(q, k[:, :shared], v[:, :shared], output)


def rotary(
    vectors: Float[Array, "*batch time heads head"],
    offset: int | Int[Array, ""] = 0,
    base: float = ROTARY_BASE,
) -> Float[Array, "*batch time heads head"]:
    r"""Turn each vector by angles that grow with its position.

    Dimensions :math:`i` and :math:`i + d/2` are one pair. At position
    :math:`t` the pair turns by the angle

    .. math:: \theta_{t, i} = t \cdot b^{-2i/d}

    so a dot product of two turned vectors depends on their distance only.

    Args:
      vectors: Queries or keys of one sequence.
      offset: Position of the first vector, which may be traced.
      base: :math:`b`. A larger base turns the slow pairs slower.

    Returns:
      Vectors of the same lengths as before.

    Raises:
      ValueError: If the size of a head is odd.

    Example:
      >>> east = jnp.array([[[1.0, 0.0]]] * 2)
      >>> print(rotary(east)[:, 0].round(3))
      [[1.    0.   ]
       [0.54  0.841]]
    """
    time, _, size = vectors.shape[-3:]
    if size % 2:
        raise ValueError(f"rotary needs an even head size, got {size}")
    speeds = base ** (-jnp.arange(0, size, 2) / size)
    positions = offset + jnp.arange(time)
    angles = positions[:, None, None] * speeds  # (time, 1, head / 2)
    cos, sin = jnp.cos(angles), jnp.sin(angles)
    first, second = jnp.split(vectors, 2, axis=-1)
    turned = [first * cos - second * sin, first * sin + second * cos]
    return jnp.concatenate(turned, axis=-1)


def attend(
    query: Float[Array, "*batch time heads head"],
    key: Float[Array, "*batch keys kv_heads head"],
    value: Float[Array, "*batch keys kv_heads head"],
    mask: Bool[Array, "*#batch time keys"] | None = None,
    offset: int | Int[Array, ""] = 0,
) -> Float[Array, "*batch time heads head"]:
    r"""Mix the values of past positions, weighted by query-key agreement.

    .. math:: \mathrm{softmax}\left(\frac{QK^\top}{\sqrt d}\right) V

    with the softmax over the positions up to and including one's own.

    Args:
      query: What each position asks for, for each head.
      key: What each position offers: of the same sequence, or of a cache.
      value: What each position hands over when it is attended to.
      mask: False where a query may not look either, such as into another text.
        The future stays hidden whatever it says.
      offset: Position of the first query among the keys.

    Returns:
      For each position and head, a weighted mean of values.

    Raises:
      ValueError: If the shapes do not fit together.

    Example:
      >>> value = jnp.array([[[1.0, 0.0]], [[0.0, 1.0]]])
      >>> nothing = jnp.zeros_like(value)
      >>> print(attend(nothing, nothing, value)[:, 0].round(3))
      [[1.  0. ]
       [0.5 0.5]]
    """
    if value.shape[:-1] != key.shape[:-1]:
        raise ValueError(
            f"value must match a key of shape {key.shape}, got {value.shape}"
        )
    seen = causal_mask(query.shape[-3], key.shape[-3], offset)
    if mask is not None:
        check_mask(mask, *seen.shape)
        seen = seen & mask
    return mix(attention_weights(query, key, seen), value)


def read_heads(
    weights: Attention,
    stream: Float[Array, "*batch time width"],
    offset: int | Int[Array, ""] = 0,
    dtype: DTypeLike = FLOAT32,
) -> Heads:
    """Queries, keys and values, with positions in the first two.

    Args:
      weights: Projections of every head.
      stream: One (normalised) vector a position, from ``offset`` on.
      offset: Position of the first vector.
      dtype: Of the factors of the products: see :func:`project`.

    Example:
      >>> weights = init_attention(jax.random.key(0), 8, heads=2, kv_heads=1)
      >>> print(*(x.shape for x in read_heads(weights, jnp.ones((3, 8)))))
      (3, 2, 4) (3, 1, 4) (3, 1, 4)
    """
    query, key, value = (project(stream, each, dtype) for each in weights[:3])
    return Heads(rotary(query, offset), rotary(key, offset), value)


def write_heads(
    weights: Attention,
    mixed: Float[Array, "*batch time heads head"],
    dtype: DTypeLike = FLOAT32,
) -> Float[Array, "*batch time width"]:
    """What the heads add to the stream: the sum of what each one adds.

    Example:
      >>> weights = init_attention(jax.random.key(0), width=8, heads=2)
      >>> print(write_heads(weights, jnp.ones((3, 2, 4))).shape)
      (3, 8)
    """
    heads, head, width = weights.output.shape
    together = mixed.reshape(*mixed.shape[:-2], heads * head)
    return project(together, weights.output.reshape(heads * head, width), dtype)


def multi_head(
    weights: Attention,
    stream: Float[Array, "*batch time width"],
    segments: Int[Array, "*batch time"] | None = None,
    dtype: DTypeLike = FLOAT32,
) -> Float[Array, "*batch time width"]:
    """One layer of causal self-attention with rotary positions.

    Args:
      weights: Projections of every head.
      stream: One (normalised) vector a position.
      segments: Which text each position belongs to, where several share a
        row: no position sees another text.
      dtype: Of the factors of the products: see :func:`project`.

    Returns:
      What the layer adds to the residual stream.

    Example:
      >>> weights = init_attention(jax.random.key(0), width=8, heads=2)
      >>> print(multi_head(weights, jnp.ones((3, 8))).shape)
      (3, 8)
    """
    heads = read_heads(weights, stream, dtype=dtype)
    return write_heads(weights, attend_causally(*heads, segments), dtype)
