"""Many heads: read from the stream, attend, write back.

Public names: :mod:`sbt_jax.attention`.
"""

from jax.typing import DTypeLike
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.attention.blocks import (
    attend_causally,
)
from sbt_jax.attention.layer import Attention, Heads
from sbt_jax.attention.positions import (
    ROTARY_BASE,
    rotary,
)
from sbt_jax.attention.projection import FLOAT32, project


def read_heads(
    weights: Attention,
    stream: Float[Array, "*batch time width"],
    offset: int | Int[Array, ""] = 0,
    dtype: DTypeLike = FLOAT32,
    base: float = ROTARY_BASE,
) -> Heads:
    """Queries, keys and values, with positions in the first two.

    Args:
      weights: Projections of every head.
      stream: One (normalised) vector a position, from ``offset`` on.
      offset: Position of the first vector.
      dtype: Of the factors of the products: see :func:`project`.
      base: Of the angles of the positions: see :func:`rotary`.

    Example:
      >>> import jax
      >>> from sbt_jax.attention import init_attention
      >>> weights = init_attention(jax.random.key(0), 8, heads=2, kv_heads=1)
      >>> print(*(x.shape for x in read_heads(weights, jax.numpy.ones((3, 8)))))
      (3, 2, 4) (3, 1, 4) (3, 1, 4)
    """
    checks.numbers(stream=stream)
    query, key, value = (project(stream, each, dtype) for each in weights[:3])
    return Heads(rotary(query, offset, base), rotary(key, offset, base), value)


def write_heads(
    weights: Attention,
    mixed: Float[Array, "*batch time heads head"],
    dtype: DTypeLike = FLOAT32,
) -> Float[Array, "*batch time width"]:
    """What the heads add to the stream: the sum of what each one adds.

    Raises:
      ValueError: If ``mixed`` is of other heads.

    Example:
      >>> import jax
      >>> from sbt_jax.attention import init_attention
      >>> weights = init_attention(jax.random.key(0), width=8, heads=2)
      >>> print(write_heads(weights, jax.numpy.ones((3, 2, 4))).shape)
      (3, 8)
    """
    checks.numbers(mixed=mixed)
    heads, head, width = weights.output.shape
    checks.shaped("mixed", mixed, (*mixed.shape[:-2], heads, head))
    together = mixed.reshape(*mixed.shape[:-2], heads * head)
    return project(together, weights.output.reshape(heads * head, width), dtype)


def multi_head(
    weights: Attention,
    stream: Float[Array, "*batch time width"],
    segments: Int[Array, "*batch time"] | None = None,
    dtype: DTypeLike = FLOAT32,
    base: float = ROTARY_BASE,
) -> Float[Array, "*batch time width"]:
    """One layer of causal self-attention with rotary positions.

    Args:
      weights: Projections of every head.
      stream: One (normalised) vector a position.
      segments: Which text each position belongs to, where several share a
        row: no position sees another text.
      dtype: Of the factors of the products: see :func:`project`.
      base: Of the angles of the positions: see :func:`rotary`.

    Returns:
      What the layer adds to the residual stream.

    Example:
      >>> import jax
      >>> from sbt_jax.attention import init_attention
      >>> weights = init_attention(jax.random.key(0), width=8, heads=2)
      >>> print(multi_head(weights, jax.numpy.ones((3, 8))).shape)
      (3, 8)
    """
    heads = read_heads(weights, stream, dtype=dtype, base=base)
    return write_heads(weights, attend_causally(*heads, segments), dtype)
