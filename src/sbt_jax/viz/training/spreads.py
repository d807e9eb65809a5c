"""Spreads and short numbers, as the lines of these figures say them.

Public names: :mod:`sbt_jax.viz.training`.
"""

from collections.abc import Iterable, Sequence

from sbt_jax import numbers


def short(values: Iterable[float | int]) -> list[float]:
    """Four digits of each number, which is more than a line shows.

    Example:
      >>> short([0.123456, 1234.56])
      [0.1235, 1235.0]
    """
    return [float(f"{value:.4g}") for value in values]


def spread(values: Sequence[float | int], digits: int) -> str:
    """A mean, and the smallest and the largest where they differ.

    Example:
      >>> spread([1.0, 2.0, 3.0], 1)
      '2.0 (1.0 to 3.0)'
    """
    return numbers.spread(values, lambda value: numbers.decimal(value, digits))
