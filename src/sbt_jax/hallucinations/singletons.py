r"""Facts read once, and how much must be made up: a bound.

Public names: :mod:`sbt_jax.hallucinations`.
Source: Good (1953); Kalai & Vempala (2024), arXiv:2311.14648; Kalai et al. (2025),
arXiv:2509.04664, theorem 2.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from sbt_jax import checks


def singleton_share(people: Any) -> float:
    r"""The share of statements about somebody of whom no other statement is.

    Good and Turing's estimate of how much of the next reading will be new.

    Args:
      people: The number of a person for each statement that was read.

    Raises:
      TypeError: If they are not whole numbers.
      ValueError: If there is none.

    Example:
      >>> singleton_share([3, 3, 7, 9])
      0.5
    """
    read = checks.ids("people", people)
    if not read.size:
        raise ValueError(f"people must not be empty, got {people!r}")
    _, times = np.unique(read, return_counts=True)
    return float((times == 1).sum() / read.size)


def missing_mass(law: Any, people: Any) -> float:
    """The probability that the next statement is about somebody never read of.

    Args:
      law: How often each person is spoken of; together 1.
      people: Who was read of.

    Raises:
      TypeError: If something is of another type.
      ValueError: If a number is out of range, or ``law`` does not add up to 1.

    Example:
      >>> missing_mass([0.5, 0.25, 0.25], [0, 0, 2])
      0.25
    """
    shares = checks.all_finite("law", law).astype(float)
    checks.shaped("law", shares, (None,))
    if shares.size == 0 or shares.min() < 0 or abs(shares.sum() - 1) > 1e-6:
        raise ValueError(f"law must add up to 1, got {shares.sum()}")
    left = shares.copy()
    left[checks.ids("people", people, len(shares))] = 0
    return float(left.sum())


class Bounds(NamedTuple):
    """Between which two shares of false statements a model must be."""

    low: float  # 0 or below says nothing
    high: float  # 1 or above says nothing


def singleton_bounds(
    singletons: float, read: int, wrong: int, miscalibration: float = 0.0
) -> Bounds:
    r"""Theorem 2 of Kalai et al.: false statements of a model that always answers.

    .. math::
        s - \frac{2}{k} - \frac{35 + 6 \ln N}{\sqrt N} - \delta \;\le\; \mathrm{err}

    with probability 99 %, for any way to learn arbitrary facts; and there is one,
    perfectly calibrated, for which

    .. math:: \mathrm{err} \;\le\; s - \frac{s}{k + 1} + \frac{13}{\sqrt N}

    Args:
      singletons: :math:`s`, from :func:`singleton_share`.
      read: :math:`N`, the number of statements.
      wrong: :math:`k`, how many wrong answers each question has.
      miscalibration: :math:`\delta` of the model, 0 for a calibrated one.

    Raises:
      TypeError: If something is of another type.
      ValueError: If a number is out of range.

    Example:
      >>> [round((35 + 6 * math.log(n)) / n**0.5, 2) for n in (10**4, 10**5, 10**6)]
      [0.9, 0.33, 0.12]
      >>> low, high = singleton_bounds(0.4, read=10**6, wrong=143)
      >>> round(low, 2), round(high, 2)
      (0.27, 0.41)
    """
    checks.number("singletons", singletons, 0, 1)
    checks.whole("read", read, 1)
    checks.whole("wrong", wrong, 1)
    checks.number("miscalibration", miscalibration, 0, 1)
    chance = (35 + 6 * math.log(read)) / math.sqrt(read)
    return Bounds(
        singletons - 2 / wrong - chance - miscalibration,
        singletons - singletons / (wrong + 1) + 13 / math.sqrt(read),
    )
