r"""Positions beyond the length that a model was trained at.

Public names: :mod:`sbt_jax.context`.
Source: interpolation: Chen et al. (2023), arXiv:2306.15595, section 2.3; a larger base
("NTK-aware") and YaRN: Peng et al. (2024), arXiv:2309.00071, sections 3.1 to 3.4;
ALiBi: Press et al. (2022), arXiv:2108.12409, section 3.
"""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from sbt_jax import checks
from sbt_jax.attention import ROTARY_BASE

FAST, SLOW = 32.0, 1.0  # turns within the trained length: kept above, slowed below


def _pairs(head: int) -> int:
    if checks.whole("head", head, 2) % 2:
        raise ValueError(f"head must be even, got {head}")
    return head // 2


def rotary_speeds(head: int, base: float = ROTARY_BASE) -> Float[Array, " _"]:
    r"""How far each pair of a head turns from one token to the next.

    .. math:: \omega_i = b^{-2i/d}

    Divided by a factor they are *position interpolation*: a text that is so many times
    longer turns no pair further than the trained one did.

    Args:
      head: :math:`d`, the size of a head.
      base: :math:`b`.

    Raises:
      TypeError: If ``head`` is not whole.
      ValueError: If it is odd or below 2, or ``base`` not positive.

    Example:
      >>> print(rotary_speeds(4).round(3))
      [1.   0.01]
    """
    pairs = _pairs(head)
    checks.number("base", base, 0, above=True)
    return base ** (-jnp.arange(pairs) / pairs)


def turned(
    vectors: Float[Array, "*batch time heads head"], speeds: Float[Array, " _"]
) -> Float[Array, "*batch time heads head"]:
    """Rotary positions with speeds of one's own: see :func:`sbt_jax.attention.rotary`.

    Args:
      vectors: Queries or keys of one sequence.
      speeds: Of each pair, from one token to the next.

    Raises:
      ValueError: If there is not one speed for each pair.

    Example:
      >>> east = jnp.array([[[1.0, 0.0]]] * 2)
      >>> print(turned(east, rotary_speeds(2))[:, 0].round(3))
      [[1.    0.   ]
       [0.54  0.841]]
    """
    checks.numbers(vectors=vectors, speeds=speeds)
    time, _, head = vectors.shape[-3:]
    if speeds.shape != (_pairs(head),):
        raise ValueError(f"speeds must be {head // 2}, got shape {speeds.shape}")
    angles = jnp.arange(time)[:, None, None] * speeds  # (time, 1, head / 2)
    cos, sin = jnp.cos(angles), jnp.sin(angles)
    first, second = jnp.split(vectors, 2, axis=-1)
    both = [first * cos - second * sin, first * sin + second * cos]
    return jnp.concatenate(both, axis=-1)


def ntk_base(factor: float, head: int, base: float = ROTARY_BASE) -> float:
    r"""The base that slows the slowest pair by a factor, and the fastest not at all.

    .. math:: b' = b \cdot s^{d/(d-2)}

    Args:
      factor: :math:`s`, how many times longer texts are than trained ones.
      head: :math:`d`.
      base: :math:`b`.

    Raises:
      TypeError: If ``head`` is not whole.
      ValueError: If it is odd or below 4, ``factor`` below 1 or ``base`` not positive.

    Example:
      >>> round(ntk_base(8.0, head=128))
      82685
    """
    checks.number("factor", factor, 1)
    checks.number("base", base, 0, above=True)
    checks.whole("head", head, 4)
    _pairs(head)
    return float(base * factor ** (head / (head - 2)))


def yarn_ramp(head: int, trained: int, base: float = ROTARY_BASE) -> Float[Array, " _"]:
    """By pair how much of the slowing down is applied: 0 to the fast, 1 to the slow.

    A pair that turns round more than 32 times within the trained length tells near
    tokens apart and is left alone; one that turns less than once is slowed in full.

    Args:
      head: Size of a head.
      trained: The length that the model was trained at.
      base: Of the angles.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If one is out of range.

    Example:
      >>> ramp = yarn_ramp(128, trained=4096)
      >>> int((ramp == 0).sum()) - 1, int((ramp < 1).sum())
      (20, 46)
    """
    pairs = _pairs(head)
    checks.whole("trained", trained, 1)
    checks.number("base", base, 1, above=True)

    def pair_with(turns: float) -> float:
        return pairs * math.log(trained / (turns * 2 * math.pi)) / math.log(base)

    low = max(math.floor(pair_with(FAST)), 0)
    high = min(math.ceil(pair_with(SLOW)), head - 1)
    steps = max(high - low, 0.001)  # as in the makers' code
    return jnp.clip((jnp.arange(pairs) - low) / steps, 0, 1)


def yarn_speeds(
    factor: float, head: int, trained: int, base: float = ROTARY_BASE
) -> Float[Array, " _"]:
    """Speeds of YaRN: fast pairs as trained, slow ones divided by the factor.

    Args:
      factor: How many times longer texts are than trained ones.
      head: Size of a head.
      trained: The length that the model was trained at.
      base: Of the angles.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If a number is out of range.

    Example:
      >>> ratio = yarn_speeds(16.0, 128, 4096) / rotary_speeds(128)
      >>> print(ratio[0].round(3), ratio[-1].round(4))
      1.0 0.0625
    """
    checks.number("factor", factor, 1)
    speeds, ramp = rotary_speeds(head, base), yarn_ramp(head, trained, base)
    return speeds * (1 - ramp) + speeds / factor * ramp


def yarn_scale(factor: float) -> float:
    r"""What YaRN multiplies queries and keys by, so that long texts stay sharp.

    .. math:: 0.1 \ln s + 1

    Raises:
      ValueError: If ``factor`` is below 1.

    Example:
      >>> round(yarn_scale(16.0), 3)
      1.277
    """
    return 0.1 * math.log(checks.number("factor", factor, 1)) + 1


def alibi_slopes(heads: int) -> Float[Array, " heads"]:
    r"""How fast each head loses interest in what is far.

    .. math:: m_i = 2^{-8i/h}, \quad i = 1 \dots h

    Raises:
      TypeError: If ``heads`` is not whole.
      ValueError: If it is below 1.

    Example:
      >>> print(alibi_slopes(8)[:3])
      [0.5   0.25  0.125]
    """
    number = jnp.arange(1, checks.whole("heads", heads, 1) + 1)
    return 2.0 ** (-8 * number / heads)


def alibi_bias(heads: int, time: int) -> Float[Array, "heads time keys"]:
    """What ALiBi adds to scores: a penalty that grows with the distance.

    Args:
      heads: Number of heads.
      time: Number of positions.

    Returns:
      0 on the diagonal, negative before it. What it says of the future does not count.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If one is out of range.

    Example:
      >>> print(alibi_bias(8, 3)[0])
      [[ 0.   0.5  1. ]
       [-0.5  0.   0.5]
       [-1.  -0.5  0. ]]
    """
    at = jnp.arange(checks.whole("time", time))
    return alibi_slopes(heads)[:, None, None] * (at - at[:, None])
