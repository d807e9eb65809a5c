"""One layer of attention: its weights, and how positions look at positions.

Public names: :mod:`sbt_jax.attention`.
Source: Vaswani et al. (2017), arXiv:1706.03762, section 3.2; fewer key and
value heads: Ainslie et al. (2023), arXiv:2305.13245, section 2.2.
"""

import math
from typing import NamedTuple

import jax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.attention.blocks import attention_weights, causal_mask, check_mask, mix


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
      TypeError: If a size is not whole.
      ValueError: If ``width`` does not split into heads of even size (rotary
        positions turn pairs of dimensions), or the heads into groups.

    Example:
      >>> weights = init_attention(jax.random.key(0), 8, heads=2, kv_heads=1)
      >>> print(weights.query.shape, weights.key.shape, weights.output.shape)
      (8, 2, 4) (8, 1, 4) (2, 4, 8)
    """
    checks.whole("heads", heads)
    checks.whole("width", width)
    if heads < 1 or width < 1 or width % (2 * heads):
        raise ValueError(
            f"width must split into heads of even size, got {width} for {heads}"
        )
    shared = heads if kv_heads is None else checks.whole("kv_heads", kv_heads)
    if shared < 1 or heads % shared:
        raise ValueError(f"kv_heads must divide {heads} heads, got {kv_heads}")
    shape = (width, heads, width // heads)
    # Drawn in one row, which compiles three times as fast; the numbers are the same.
    drawn = jax.random.normal(key, (4 * width**2,)) / math.sqrt(width)
    q, k, v, o = drawn.reshape(4, *shape)
    output = o.reshape(heads, width // heads, width)
    return Attention(q, k[:, :shared], v[:, :shared], output)


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
      >>> import jax.numpy as jnp
      >>> value = jnp.array([[[1.0, 0.0]], [[0.0, 1.0]]])
      >>> nothing = jnp.zeros_like(value)
      >>> print(attend(nothing, nothing, value)[:, 0].round(3))
      [[1.  0. ]
       [0.5 0.5]]
    """
    checks.numbers(query=query, key=key, value=value)
    if not value.ndim or value.shape[:-1] != key.shape[:-1]:
        raise ValueError(
            f"value must match a key of shape {key.shape}, got {value.shape}"
        )
    seen = causal_mask(query.shape[-3], key.shape[-3], offset)
    if mask is not None:
        check_mask(mask, *seen.shape)
        seen = seen & mask
    return mix(attention_weights(query, key, seen), value)
