r"""Rankings: the best few, and several rankings made one.

Page: ``book/rag.md``.  Public names: :mod:`sbt_jax.rag`.
Source: Cormack, Clarke & Büttcher (2009), "Reciprocal rank fusion outperforms
Condorcet and individual rank learning methods".
"""

from collections.abc import Iterable, Sequence

import numpy as np
from jaxtyping import Float

from sbt_jax import checks

#: The constant of the paper, found in a pilot experiment and not changed since.
PILOT = 60


def top(
    scores: Float[np.ndarray, " samples"], count: int, positive: bool = False
) -> list[int]:
    """The numbers of the highest scores, the best first; of equals the earlier.

    Args:
      scores: One a document.
      count: How many at most.
      positive: Whether a score of 0 or less is no hit.

    Raises:
      TypeError: If scores are not numbers, or ``count`` is not whole.
      ValueError: If they are no list or one is NaN, or ``count`` is negative.

    Example:
      >>> top(np.array([0.5, 2.0, 0.0, 2.0]), 3), top(np.array([0.0, 1.0]), 2, True)
      ([1, 3, 0], [1])
    """
    row = np.asarray(scores)
    if row.dtype.kind not in "iufbV":  # V: JAX's bfloat16
        raise TypeError(f"scores must be numbers, got {scores!r}")
    if row.dtype.kind == "V":
        row = row.astype(np.float32)
    checks.shaped("scores", row, (None,))
    if np.isnan(row).any():
        raise ValueError("scores must be numbers, got nan")
    checks.whole("count", count)
    rows = np.arange(len(row))
    if 0 < count < len(row):  # only what may be among them is put in order
        rows = np.flatnonzero(row >= np.partition(row, -count)[-count])
    # From the end, twice: small integers would not bear a minus sign.
    rows = rows[::-1]
    order = rows[np.argsort(row[rows], kind="stable")][::-1][:count]
    return [int(i) for i in order if not positive or row[i] > 0]


def fused(
    rankings: Sequence[Sequence[int]], constant: float | int = PILOT
) -> list[int]:
    r"""Reciprocal rank fusion: what stands high in several rankings comes first.

    .. math:: \sum_r \frac{1}{c + \mathrm{rank}_r(d)}

    Only ranks count: scores of different searches cannot be added.

    Args:
      rankings: Each the numbers of documents, the best first.
      constant: How little the first places stand out, :math:`c`.

    Returns:
      All that stand in one of them, the best first; of equals the smaller number.

    Raises:
      TypeError: If rankings are no lists of whole numbers.
      ValueError: If a number is negative, or a document stands twice in a ranking.

    Example:
      >>> fused([[7, 8, 9], [8, 5]])
      [8, 7, 5, 9]
    """
    checks.number("constant", constant, 0)
    scores: dict[int, float] = {}
    if isinstance(rankings, str | bytes) or not isinstance(rankings, Iterable):
        raise TypeError(f"rankings must be lists of integers, got {rankings!r}")
    for given in rankings:
        ranking = checks.row("rankings", given).tolist()
        if len(set(ranking)) < len(ranking):
            raise ValueError(f"rankings must name a document once, got {ranking}")
        for rank, document in enumerate(ranking, 1):
            scores[document] = scores.get(document, 0.0) + 1 / (constant + rank)
    return sorted(scores, key=lambda one: (-scores[one], one))
