r"""How good a search is: recall, reciprocal rank, discounted gain, and their doubt.

Page: ``book/rag.md``.  Public names: :mod:`sbt_jax.rag`.
Source: Järvelin & Kekäläinen (2002), "Cumulated gain-based evaluation of IR
techniques", sections 2.1 and 2.2.
"""

import math
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from sbt_jax import checks


def recall_at(ranking: Sequence[int], right: Collection[int], count: int) -> float:
    """The share of what is right that stands among the first few.

    Args:
      ranking: Numbers of documents, the best first.
      right: Those that should be found.
      count: How many are looked at, k.

    Raises:
      TypeError: If numbers are not whole.
      ValueError: If nothing is right, or a number is negative.

    Example:
      >>> recall_at([4, 2, 9], {2, 9}, 2)
      0.5
    """
    checks.whole("count", count)
    first = checks.row("ranking", ranking)[:count].tolist()
    wanted = _listed("right", right)
    if not wanted:
        raise ValueError(f"right must not be empty, got {right!r}")
    return len(wanted.intersection(first)) / len(wanted)


def _listed(name: str, values: Collection[int]) -> set[int]:
    one = isinstance(values, str | bytes) or not isinstance(values, Iterable)
    return set(checks.row(name, values if one else [*values]).tolist())


def reciprocal_rank(ranking: Sequence[int], right: Collection[int]) -> float:
    """One over the place of the first right document; 0 if there is none.

    Its mean over many questions is the MRR.

    Args:
      ranking: Numbers of documents, the best first.
      right: Those that should be found.

    Raises:
      TypeError: If numbers are not whole.
      ValueError: If one is negative.

    Example:
      >>> reciprocal_rank([4, 2, 9], {2, 9}), reciprocal_rank([4], {2})
      (0.5, 0.0)
    """
    wanted, order = _listed("right", right), checks.row("ranking", ranking).tolist()
    places = (i for i, one in enumerate(order, 1) if one in wanted)
    return 1 / next(places, math.inf)


def dcg(gains: Sequence[float | int], base: float | int = 2) -> list[float]:
    r"""Discounted cumulated gain after each rank, as it was first defined.

    A gain at a rank below the base counts in full, and from there on it is divided by
    the logarithm of its rank to that base.

    Args:
      gains: How much each document is worth, the best ranked first.
      base: Of the logarithm.

    Raises:
      TypeError: If gains are not numbers.
      ValueError: If one is negative or not finite, or the base is not above 1.

    Example:
      >>> [round(x, 2) for x in dcg([3, 2, 3])]
      [3.0, 5.0, 6.89]
    """
    checks.number("base", base, 1, above=True)
    found, total = [], 0.0
    for rank, gain in enumerate(_worth(gains), 1):
        total += gain / max(1.0, math.log(rank, base))
        found.append(total)
    return found


def _worth(gains: Sequence[float | int]) -> list[float]:
    row = checks.shaped("gains", checks.all_finite("gains", gains), (None,))
    if row.size and row.min() < 0:
        raise ValueError(f"gains must be >= 0, got {row.min()}")
    return row.astype(float).tolist()


def ndcg(gains: Sequence[float | int], base: float | int = 2) -> list[float]:
    """The same as a share of the best order of these gains, after each rank.

    Raises:
      TypeError: If gains are not numbers.
      ValueError: If one is negative or not finite, or the base is not above 1.

    Example:
      >>> [round(x, 2) for x in ndcg([2, 3])]
      [0.67, 1.0]
    """
    ideal = dcg(sorted(_worth(gains), reverse=True), base)
    return [a / b if b else 0.0 for a, b in zip(dcg(gains, base), ideal, strict=True)]


def bootstrap(
    values: Sequence[float | int], seed: int, draws: int = 2000, share: float = 0.95
) -> tuple[float, float]:
    """Between what the mean would lie with other questions of the same kind.

    The questions are drawn anew with replacement, many times.

    Args:
      values: One a question.
      seed: Of the draws.
      draws: How many.
      share: Of the means that lie inside.

    Raises:
      TypeError: If values are not numbers, or another number is not whole.
      ValueError: If there are no values, or a number is out of range or not finite.

    Example:
      >>> low, high = bootstrap([0.0, 1.0] * 50, seed=0)
      >>> round(low, 1), round(high, 1)
      (0.4, 0.6)
    """
    checks.whole("draws", draws, 1)
    checks.number("share", share, 0, 1, above=True, below=True)
    row = checks.all_finite("values", values).astype(float)
    checks.shaped("values", row, (None,))
    if not row.size:
        raise ValueError(f"values must not be empty, got {values!r}")
    rng = np.random.default_rng(checks.whole("seed", seed))
    means = row[rng.integers(len(row), size=(draws, len(row)))].mean(1)
    low, high = np.quantile(means, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)
