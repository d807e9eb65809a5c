r"""Weights in four bits: blocks, a scale for each, and sixteen levels.

Public names: :mod:`sbt_jax.finetuning`.
Source: NF4 and double quantization: Dettmers et al. (2023), arXiv:2305.14314, section
3, with the offset of bitsandbytes; MXFP4: the OCP specification of Microscaling formats
1.0 (2023), sections 5 and 6; NVFP4: two scales, as NVIDIA describes it.
"""

import dataclasses
import functools
import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from sbt_jax import checks

#: Where bitsandbytes starts on the bell curve: half-way between two ways to end it.
OFFSET = 1 - 0.5 * (1 / 30 + 1 / 32)


def normal_levels() -> Float[np.ndarray, " classes"]:
    r"""The sixteen levels of NF4, from quantiles of a bell curve.

    Eight positive ones and seven negative ones, each evenly spaced in probability from
    the offset to one half, and zero; all divided by the largest.

    Example:
      >>> print(normal_levels()[[0, 7, 8, 15]].round(4))
      [-1.      0.      0.0796  1.    ]
    """
    bell = NormalDist().inv_cdf
    up = [bell(p) for p in np.linspace(OFFSET, 0.5, 9)[:-1]]
    down = [-bell(p) for p in np.linspace(OFFSET, 0.5, 8)[:-1]]
    levels = np.sort([*up, 0.0, *down])
    return levels / levels.max()


def float_levels(exponent: int, mantissa: int) -> Float[np.ndarray, " classes"]:
    """Every value of a small float with a sign, and with none that is not finite.

    Args:
      exponent: Bits of the exponent, at least 1.
      mantissa: Bits of the mantissa.

    Example:
      >>> print(float_levels(2, 1)[7:])
      [0.  0.5 1.  1.5 2.  3.  4.  6. ]
    """
    checks.whole("exponent", exponent, 1, 5)
    checks.whole("mantissa", mantissa, 0, 4)
    bias, steps = 2 ** (exponent - 1) - 1, 2**mantissa
    found = {
        (m / steps if not e else 1 + m / steps) * 2.0 ** (max(e, 1) - bias)
        for e in range(2**exponent)
        for m in range(steps)
    }
    return np.array(sorted(found | {-x for x in found if x}))


#: bitsandbytes' fp4, which is no E2M1: its smallest step is a sixteenth of a unit.
FP4 = np.array([0, 0.0625, 2, 3, 4, 6, 8, 12]) / 12


@dataclasses.dataclass(frozen=True)
class Format:
    """How a block of weights is written.

    Args:
      levels: What a code may stand for, from the lowest to the highest.
      block: Weights that share a scale.
      scale: How the scale of a block is kept: ``float32``, ``E8M0`` (a power of two)
        or ``E4M3`` (a float of eight bits, with one float32 for the whole matrix).

    Raises:
      ValueError: If the levels do not rise, or there is no such scale.

    Example:
      >>> Format((-1.0, 0.0, 1.0), block=0)
      Traceback (most recent call last):
      ValueError: block must be >= 1, got 0
    """

    levels: tuple[float, ...]
    block: int = 64
    scale: str = "float32"

    def __post_init__(self) -> None:
        checks.whole("block", self.block, 1)
        if len(self.levels) < 2 or not (np.diff(self.levels) > 0).all():
            raise ValueError(f"levels must rise, got {self.levels}")
        if self.scale not in SCALE_BITS:
            raise ValueError(
                f"scale must be one of {[*SCALE_BITS]}, got {self.scale!r}"
            )


SCALE_BITS = {"float32": 32, "E8M0": 8, "E4M3": 8}


@functools.cache
def formats() -> dict[str, Format]:
    """The formats of the chapter, by name.

    Example:
      >>> list(formats())
      ['NF4', 'int4', 'fp4', 'MXFP4', 'NVFP4']
    """
    e2m1 = tuple(float_levels(2, 1).tolist())
    fp4 = (*(-FP4[:0:-1]).tolist(), *FP4.tolist())
    return {
        "NF4": Format(tuple(normal_levels().tolist())),
        "int4": Format(tuple((np.arange(-7, 8) / 7).tolist())),
        "fp4": Format(fp4),
        "MXFP4": Format(e2m1, 32, "E8M0"),
        "NVFP4": Format(e2m1, 16, "E4M3"),
    }


class Blocks(NamedTuple):
    """Weights as codes: the number of a level each, and a scale a block."""

    codes: Int[np.ndarray, "rows cols"]
    scale: Float[np.ndarray, " rows"]
    size: int  # weights, without what fills the last block


def block_scales(
    largest: Float[np.ndarray, " rows"], how: Format
) -> Float[np.ndarray, " rows"]:
    """The scale of each block from the largest size in it, as its format keeps it."""
    top = max(abs(how.levels[0]), abs(how.levels[-1]))
    if how.scale == "float32":
        return (largest / top).astype(np.float32)
    if how.scale == "E8M0":
        # The specification takes the exponents' difference: what exceeds is cut off.
        two = math.floor(math.log2(top))
        _, exponent = np.frexp(largest)
        power = np.clip(exponent - 1.0 - two, -127, 127)
        return np.where(largest > 0, 2.0**power, 0).astype(np.float32)
    e4m3 = _e4m3()
    whole = float(largest.max(initial=0)) / (top * e4m3[-1])
    if not whole > 0:
        return np.zeros_like(largest, np.float32)
    at = _nearest(largest / (top * whole), e4m3)
    return (e4m3[at] * whole).astype(np.float32)


@functools.cache
def _e4m3() -> np.ndarray:
    """Positive values of E4M3; its highest code is no number."""
    values = float_levels(4, 3)
    return values[(values >= 0) & (values <= 448)]


def _nearest(values: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """The number of the level next to each value; the lower one of two."""
    between = (levels[1:] + levels[:-1]) / 2
    return np.searchsorted(between, values, side="left")


def encode_blocks(weights: Float[np.ndarray, "*batch"], how: Format) -> Blocks:
    """Weights as codes: the level next to each, after division by its block's scale.

    Args:
      weights: Numbers, read row by row; the last block is filled up with 0.
      how: The format.

    Raises:
      ValueError: If a weight is not finite.

    Example:
      >>> found = encode_blocks(np.array([2.0, -1.0, 0.0]), Format((-1.0, 0.0, 1.0), 2))
      >>> print(found.codes.tolist(), found.scale)
      [[2, 0], [1, 1]] [2. 0.]
    """
    flat = checks.all_finite("weights", weights).astype(np.float32).ravel()
    rows = np.pad(flat, (0, -len(flat) % how.block)).reshape(-1, how.block)
    scale = block_scales(np.abs(rows).max(axis=1, initial=0), how)
    divided = rows / np.where(scale > 0, scale, 1)[:, None]
    codes = _nearest(divided.astype(float), np.array(how.levels))
    return Blocks(codes, scale, len(flat))


def decode_blocks(
    blocks: Blocks, how: Format, shape: tuple[int, ...]
) -> Float[np.ndarray, "*batch"]:
    """The numbers that codes and scales stand for.

    Example:
      >>> one = Format((-1.0, 0.0, 1.0), 2)
      >>> weights = np.array([2.0, -1.0, 0.0])
      >>> print(decode_blocks(encode_blocks(weights, one), one, (3,)))
      [ 2. -2.  0.]
    """
    levels = np.array(how.levels, np.float32)
    values = (levels[blocks.codes] * blocks.scale[:, None]).ravel()[: blocks.size]
    return values.reshape(shape)


def rounded(
    weights: Float[np.ndarray, "*batch"], how: Format
) -> Float[np.ndarray, "*batch"]:
    """Weights after the way into a format and back.

    Example:
      >>> print(rounded(np.array([0.9, -0.2, 0.4]), formats()["int4"]).round(3))
      [ 0.9   -0.257  0.386]
    """
    return decode_blocks(encode_blocks(weights, how), how, np.shape(weights))


def relative_error(
    weights: Float[np.ndarray, "*batch"], other: Float[np.ndarray, "*batch"]
) -> float:
    """The length of the difference, over the length of the weights.

    Example:
      >>> relative_error(np.array([3.0, 4.0]), np.array([3.0, 3.0]))
      0.2
    """
    length = float(np.linalg.norm(np.asarray(weights, float)))
    if not length > 0:
        raise ValueError(f"weights must not all be 0, got {weights}")
    return float(np.linalg.norm(np.asarray(weights, float) - other)) / length


def code_bits(codes: Int[np.ndarray, "*batch"], count: int) -> float:
    """What the codes carry, in bits each: the entropy of how often they are used.

    Args:
      codes: From :func:`encode_blocks`.
      count: How many levels there are.

    Example:
      >>> code_bits(np.array([[0, 1, 2, 3]]), 4)
      2.0
    """
    checks.ids("codes", codes, checks.whole("count", count, 1))
    share = np.bincount(np.asarray(codes).ravel(), minlength=count) / np.size(codes)
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())


def stored_bits(how: Format, double: bool = False) -> float:
    """Bits a weight: its code, and its part of the scales.

    Args:
      how: The format.
      double: Whether scales are kept in eight bits, with a float32 for each 256.

    Example:
      >>> nf4 = formats()["NF4"]
      >>> stored_bits(nf4), round(stored_bits(nf4, double=True), 3)
      (4.5, 4.127)
    """
    code = math.ceil(math.log2(len(how.levels)))
    if double:
        return code + 8 / how.block + 32 / (how.block * 256)
    return code + SCALE_BITS[how.scale] / how.block


def double_rounded(
    scale: Float[np.ndarray, " rows"], block: int = 256
) -> Float[np.ndarray, " rows"]:
    """Scales after double quantization: minus their mean, in eight bits.

    Example:
      >>> scale = np.linspace(0.5, 1.5, 300, dtype=np.float32)
      >>> print(abs(double_rounded(scale) - scale).max() < 0.02)
      True
    """
    mean = np.float32(np.mean(scale))
    eight = _eight_bits(checks.whole("block", block, 1))
    return rounded(np.asarray(scale) - mean, eight) + mean


@functools.cache
def _eight_bits(block: int) -> Format:
    values = float_levels(4, 3)
    return Format(tuple((values[np.abs(values) <= 448] / 448).tolist()), block)
