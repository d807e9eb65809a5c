"""Spreads, as the lines of these figures say them.

Public names: :mod:`sbt_jax.viz.training`.
"""

from collections.abc import Sequence

from sbt_jax import numbers


def spread(values: Sequence[float | int], digits: int) -> str:
    """A mean, and the smallest and the largest where they differ.

    Example:
      >>> spread([1.0, 2.0, 3.0], 1)
      '2.0 (1.0 to 3.0)'
    """
    return numbers.spread(values, lambda value: numbers.decimal(value, digits))
