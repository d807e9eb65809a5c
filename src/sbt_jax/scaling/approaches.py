"""The best size of a budget without a law: read it off the runs.

Public names: :mod:`sbt_jax.scaling`.
Source: Hoffmann et al. (2022), arXiv:2203.15556, sections 3.1 and 3.2; what a parabola
gets wrong: arXiv:2603.22339.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sbt_jax import checks
from sbt_jax.numbers import Number
from sbt_jax.scaling.law import Law, Split, best_split, positive, predicted_loss


class Line(NamedTuple):
    r"""A power law as a line: :math:`\log_{10} y = s \log_{10} x + c`."""

    slope: float
    intercept: float

    def at(self, x: Number) -> float:
        """The value at some place.

        Example:
          >>> Line(0.5, 1.0).at(100.0)
          100.0
        """
        checks.number("x", x, 0, above=True)
        return float(10 ** (self.slope * np.log10(x) + self.intercept))


def power_line(x: Any, y: Any) -> Line:
    """The straight line through points on logarithmic axes, by least squares.

    Args:
      x: At least two places, above zero.
      y: The values there, above zero.

    Raises:
      ValueError: If a number is not positive, or all places are one.

    Example:
      >>> print(*(round(v, 3) for v in power_line([1, 10, 100], [2, 20, 200])))
      1.0 0.301
    """
    places, values = positive("x", x), positive("y", y)
    checks.shaped("y", values, places.shape)
    if places.ndim != 1 or len(np.unique(places)) < 2:
        raise ValueError(f"x must hold two places or more, got {places}")
    slope, intercept = np.polyfit(np.log10(places), np.log10(values), 1)
    return Line(float(slope), float(intercept))


def lowest(parameters: Any, losses: Any) -> float:
    """The size at the bottom of a parabola through the losses of one budget.

    The parabola is drawn over the logarithm of the size. Hoffmann and others call it
    approach 2.

    Args:
      parameters: At least three sizes.
      losses: Of models of these sizes that all spent the same budget.

    Returns:
      The size, or infinity if the parabola has no bottom.

    Raises:
      ValueError: If a number is not positive, or there are fewer than three sizes.

    Example:
      >>> round(lowest([10, 100, 1000], [2.0, 1.0, 2.0]))
      100
    """
    sizes, found = positive("parameters", parameters), positive("losses", losses)
    checks.shaped("losses", found, sizes.shape)
    if sizes.ndim != 1 or len(np.unique(sizes)) < 3:
        raise ValueError(f"parameters must hold three sizes or more, got {sizes}")
    logs = np.log10(sizes)
    bend, slope, _ = np.polyfit(logs - logs.mean(), found, 2)
    return float(10 ** (logs.mean() - slope / (2 * bend))) if bend > 0 else np.inf


def by_parabolas(
    law: Law, budgets: Sequence[Number], wide: Number = 16.0, points: int = 15
) -> Line:
    """What approach 2 finds where there is no noise: tokens by budget.

    Args:
      law: That the losses follow exactly.
      budgets: In FLOPs.
      wide: From the best size, sizes are taken up to so many times smaller and larger.
      points: How many for each budget.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> from sbt_jax.scaling import growth, laws
      >>> law = laws()["Hoffmann, as printed"]
      >>> line = by_parabolas(law, [1e17, 1e19, 1e21])
      >>> round(line.slope - (1 - growth(law)), 6)  # the slope is right
      0.0
    """
    checks.number("wide", wide, 1, above=True)
    checks.whole("points", points, 3)
    tokens = []
    for budget in budgets:
        best = best_split(law, budget).parameters
        sizes = best * wide ** np.linspace(-1, 1, points)
        found = lowest(sizes, predicted_loss(law, sizes, budget / 6 / sizes))
        tokens.append(budget / 6 / found)
    return power_line(budgets, tokens)


def frontier(budgets: Any, losses: Any) -> np.ndarray:
    """Which runs no cheaper run beats: approach 1.

    Args:
      budgets: What each run cost.
      losses: What it reached.

    Returns:
      For each run whether it is one of them.

    Raises:
      ValueError: If a number is not positive, or the lengths differ.

    Example:
      >>> frontier([1, 2, 2, 3], [3.0, 2.0, 2.5, 2.2])
      array([ True,  True, False, False])
    """
    spent, found = positive("budgets", budgets), positive("losses", losses)
    checks.shaped("losses", found, spent.shape)
    best = np.array([found[spent <= budget].min() for budget in spent])
    return found <= best


def best_of(law: Law, budgets: Sequence[Number]) -> list[Split]:
    """The best split of each budget by a law: approach 3.

    Example:
      >>> from sbt_jax.scaling import laws
      >>> len(best_of(laws()["fitted again"], [1e18, 1e20]))
      2
    """
    return [best_split(law, budget) for budget in budgets]
