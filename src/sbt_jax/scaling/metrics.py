"""One and the same progress, measured in two ways.

Public names: :mod:`sbt_jax.scaling`.
Source: Schaeffer et al. (2023), arXiv:2304.15004, section 2.
"""

import math

from sbt_jax import checks
from sbt_jax.numbers import Number


def all_right(share: Number, length: Number) -> float:
    """How often all of several things are right, if each is right on its own.

    Args:
      share: How often one is right.
      length: How many there are.

    Raises:
      ValueError: If the share is none, or the length not positive.

    Example:
      >>> print(round(all_right(0.9, 10), 2), round(all_right(0.99, 10), 2))
      0.35 0.9
    """
    checks.number("share", share, 0, 1)
    checks.number("length", length, 0, above=True)
    return float(share**length)


def length_of(share: Number, whole: Number) -> float:
    """How many things must be right together for ``whole`` to come of ``share``.

    Args:
      share: How often one is right, above 0 and below 1.
      whole: How often all are, likewise.

    Raises:
      ValueError: If a share is out of range.

    Example:
      >>> round(length_of(0.9, 0.9**7), 6)
      7.0
    """
    checks.number("share", share, 0, 1, above=True, below=True)
    checks.number("whole", whole, 0, 1, above=True, below=True)
    return math.log(whole) / math.log(share)
