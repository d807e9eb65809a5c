r"""Why losses fall along a line: a learner that knows what it has met.

Public names: :mod:`sbt_jax.scaling`.
Source: Hutter (2021), "Learning Curve Theory", arXiv:2102.04074.
"""

from typing import Any

import numpy as np
from jaxtyping import Float

from sbt_jax import checks
from sbt_jax.numbers import Number
from sbt_jax.scaling.law import positive


def zipf(count: int, exponent: Number) -> Float[np.ndarray, " places"]:
    r"""How often each of many facts comes up: :math:`p_i \propto i^{-s}`.

    Args:
      count: Of facts.
      exponent: :math:`s`; at 0 all are equally common.

    Raises:
      TypeError: If ``count`` is not whole.
      ValueError: If a number is out of range.

    Example:
      >>> print(zipf(2, 1.0).round(2))
      [0.67 0.33]
    """
    places = np.arange(1, checks.whole("count", count, 1) + 1, dtype=float)
    shares = places ** -float(checks.number("exponent", exponent, 0))
    return shares / shares.sum()


def unmet(
    shares: Float[np.ndarray, " places"], sizes: Any
) -> Float[np.ndarray, " samples"]:
    r"""How often one is asked for a fact that was never met before.

    .. math:: \sum_i p_i (1 - p_i)^D

    Args:
      shares: How often each fact comes up; together 1.
      sizes: Numbers of facts met, :math:`D`, repeats counted.

    Raises:
      ValueError: If the shares are none, or a size is not positive.

    Example:
      >>> print(unmet(np.array([0.5, 0.5]), [1, 2, 3]))
      [0.5   0.25  0.125]
    """
    p = checks.all_finite("shares", shares).astype(float)
    if p.ndim != 1 or not len(p) or p.min() < 0 or abs(p.sum() - 1) > 1e-6:
        raise ValueError(f"shares must be one row that sums to 1, got {shares}")
    met = positive("sizes", sizes)
    with np.errstate(divide="ignore"):
        never = np.log1p(-p)  # a fact that always comes up is met at once
    return np.array([float((p * np.exp(size * never)).sum()) for size in met])
