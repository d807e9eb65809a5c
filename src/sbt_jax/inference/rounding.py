r"""Numbers of few bits: a cache that is rounded, and the block formats of chips.

Public names: :mod:`sbt_jax.inference`.
Source: rounding by group, and which axis: Liu et al. (2024), arXiv:2402.02750, section
3; E2M1 in blocks: OCP Microscaling Formats (MX) Specification v1.0, section 5.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checks

#: What E2M1 can say beside the sign: two bits of exponent, one of mantissa.
E2M1 = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
AXES = ("token", "channel")


class Blocks(NamedTuple):
    """A block format: numbers that share a scale, and the bits of that scale."""

    size: int
    scale_bits: int

    @property
    def bits(self) -> float:
        """Bits of a number, its share of the scale included."""
        return 4 + self.scale_bits / self.size


MXFP4 = Blocks(size=32, scale_bits=8)
NVFP4 = Blocks(size=16, scale_bits=8)


def rounded(
    kept: Float[Array, "*batch time kv_heads head"], bits: int, axis: str
) -> Float[Array, "*batch time kv_heads head"]:
    r"""Keys or values as they come back from a cache with few bits.

    Each group has its own smallest and largest number, and :math:`2^b` levels, evenly
    spaced between the two.

    Args:
      kept: Numbers of one layer.
      bits: :math:`b`, of each number.
      axis: Which numbers form a group: those of one head of a ``token``, or those of
        one ``channel`` over all tokens.

    Raises:
      TypeError: If ``bits`` is not whole.
      ValueError: If ``bits`` is not from 1 to 16, or there is no such axis.

    Example:
      >>> kept = jnp.array([0.0, 0.4, 1.0]).reshape(1, 1, 3)
      >>> print(rounded(kept, bits=1, axis="token").ravel())
      [0. 0. 1.]
    """
    checks.numbers(kept=kept)
    checks.whole("bits", bits, 1, 16)
    if axis not in AXES:
        raise ValueError(f"axis must be one of {AXES}, got {axis!r}")
    over = -1 if axis == "token" else -3
    low = kept.min(over, keepdims=True)
    step = (kept.max(over, keepdims=True) - low) / (2**bits - 1)
    safe = jnp.where(step > 0, step, 1.0)
    return low + jnp.round((kept - low) / safe) * step


def e2m1(
    values: Float[np.ndarray, " places"], blocks: Blocks = MXFP4
) -> Float[np.ndarray, " places"]:
    """Numbers as they come back from four bits each and one scale a block.

    The scale of MXFP4 is a power of two. That of NVFP4 is an eight-bit float; here it
    is whatever number fits best to the largest of the block.

    Args:
      values: As many as fill whole blocks.
      blocks: The format.

    Raises:
      ValueError: If they do not fill blocks, or one is not finite.

    Example:
      >>> print(e2m1(np.array([6.0, 2.6, -0.7, 0.2] * 8))[:4])
      [ 6.   3.  -0.5  0. ]
    """
    values = checks.all_finite("values", values).astype(np.float64)
    if values.ndim != 1 or values.size % blocks.size or not values.size:
        raise ValueError(
            f"values must fill blocks of {blocks.size}, got shape {values.shape}"
        )
    rows = values.reshape(-1, blocks.size)
    top = np.abs(rows).max(1, keepdims=True)
    top = np.where(top > 0, top, 1.0)
    power = 2.0 ** (np.floor(np.log2(top)) - 2)  # 2: the largest exponent of E2M1
    scale = power if blocks == MXFP4 else top / E2M1[-1]
    sizes = np.minimum(np.abs(rows) / scale, E2M1[-1])
    levels = np.array(E2M1)
    near = np.abs(sizes[..., None] - levels).argmin(-1)
    return (np.sign(rows) * levels[near] * scale).reshape(-1)
