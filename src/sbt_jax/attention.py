r"""Attention: every token looks back and mixes what it finds.

Page: ``book/attention.md``.  Figure: ``viz/attention.py``.
Source: Vaswani et al. (2017), arXiv:1706.03762, section 3.2; rotary
positions: Su et al. (2021), arXiv:2104.09864, section 3.4.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

ROTARY_BASE = 10_000.0


class Attention(NamedTuple):
    """Weights of one layer of attention with several heads in parallel."""

    query: Float[Array, "width heads head"]
    key: Float[Array, "width heads head"]
    value: Float[Array, "width heads head"]
    output: Float[Array, "heads head width"]


def init_attention(key: PRNGKeyArray, width: int, heads: int) -> Attention:
    """Random weights that keep the size of what passes through them.

    Args:
      key: Random key.
      width: Size of the residual stream.
      heads: Number of heads. Each gets ``width / heads`` dimensions.

    Returns:
      Normal weights, each with standard deviation ``1 / sqrt(width)``.

    Raises:
      ValueError: If the heads do not share ``width`` into even parts, as
        rotary positions turn pairs of dimensions.

    Example:
      >>> weights = init_attention(jax.random.key(0), width=8, heads=2)
      >>> print(weights.query.shape, weights.output.shape)
      (8, 2, 4) (2, 4, 8)
    """
    if heads < 1 or width < 1 or width % (2 * heads):
        raise ValueError(
            f"width must split into heads of even size, got {width} for {heads}"
        )
    shape = (width, heads, width // heads)
    q, k, v, o = jax.random.normal(key, (4, *shape)) / math.sqrt(width)
    return Attention(q, k, v, o.reshape(heads, width // heads, width))


def rotary(
    vectors: Float[Array, "time heads head"], base: float = ROTARY_BASE
) -> Float[Array, "time heads head"]:
    r"""Turn each vector by angles that grow with its position.

    Dimensions :math:`i` and :math:`i + d/2` are one pair. At position
    :math:`t` the pair turns by the angle

    .. math:: \theta_{t, i} = t \cdot b^{-2i/d}

    so a dot product of two turned vectors depends on their distance only.

    Args:
      vectors: Queries or keys of one sequence, the first at position 0.
      base: :math:`b`. A larger base turns the slow pairs slower.

    Returns:
      Vectors of the same lengths.

    Raises:
      ValueError: If the size of a head is odd.

    Example:
      >>> east = jnp.array([[[1.0, 0.0]]] * 2)
      >>> print(rotary(east)[:, 0].round(3))
      [[1.    0.   ]
       [0.54  0.841]]
    """
    time, _, size = vectors.shape
    if size % 2:
        raise ValueError(f"rotary needs an even head size, got {size}")
    speeds = base ** (-jnp.arange(0, size, 2) / size)
    angles = jnp.arange(time)[:, None, None] * speeds  # (time, 1, head / 2)
    cos, sin = jnp.cos(angles), jnp.sin(angles)
    first, second = jnp.split(vectors, 2, axis=-1)
    turned = [first * cos - second * sin, first * sin + second * cos]
    return jnp.concatenate(turned, axis=-1)


def attend(
    query: Float[Array, "time heads head"],
    key: Float[Array, "time heads head"],
    value: Float[Array, "time heads head"],
) -> Float[Array, "time heads head"]:
    r"""Mix the values of past positions, weighted by query-key agreement.

    .. math:: \mathrm{softmax}\left(\frac{QK^\top}{\sqrt d}\right) V

    with the softmax over the positions up to and including one's own.
    One sequence, no batch axis: ``jax.vmap(attend)`` adds it.

    Args:
      query: What each position asks for, for each head.
      key: What each position offers.
      value: What each position hands over when it is attended to.

    Returns:
      For each position and head, a weighted mean of values.

    Example:
      >>> value = jnp.array([[[1.0, 0.0]], [[0.0, 1.0]]])
      >>> nothing = jnp.zeros_like(value)
      >>> print(attend(nothing, nothing, value)[:, 0].round(3))
      [[1.  0. ]
       [0.5 0.5]]
    """
    scores = jnp.einsum("qhd,khd->hqk", query, key)
    scores = scores / math.sqrt(query.shape[-1])  # (heads, time, time)
    past = jnp.tril(jnp.ones(scores.shape[-2:], dtype=bool))
    mixture = jax.nn.softmax(jnp.where(past, scores, -jnp.inf), axis=-1)
    return jnp.einsum("hqk,khd->qhd", mixture, value)


def multi_head(
    weights: Attention, stream: Float[Array, "time width"]
) -> Float[Array, "time width"]:
    """One layer of causal self-attention with rotary positions.

    Args:
      weights: Projections of every head.
      stream: One (normalised) vector a position.

    Returns:
      What the layer adds to the residual stream.

    Example:
      >>> weights = init_attention(jax.random.key(0), width=8, heads=2)
      >>> print(multi_head(weights, jnp.ones((3, 8))).shape)
      (3, 8)
    """
    query, key, value = (
        jnp.einsum("tw,whd->thd", stream, projection) for projection in weights[:3]
    )
    mixed = attend(rotary(query), rotary(key), value)
    return jnp.einsum("thd,hdw->tw", mixed, weights.output)
