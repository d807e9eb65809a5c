r"""Approximate search: look only into the cells that are nearest to the question.

Page: ``book/rag.md``.  Public names: :mod:`sbt_jax.rag`.
Source: Jégou, Douze & Schmid (2011), "Product quantization for nearest neighbor
search", section IV, for the inverted file over the cells of k-means.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from sbt_jax import checks

ROUNDS = 10  # of k-means


class Cells(NamedTuple):
    """Vectors of length 1, sorted into cells around their centers."""

    table: Float[np.ndarray, "samples width"]
    centers: Float[np.ndarray, "rows width"]
    cell: Int[np.ndarray, " samples"]  # of each vector


def _units(table: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(table, axis=1, keepdims=True)
    return table / np.where(length > 0, length, 1)


def sorted_into(
    table: Float[np.ndarray, "samples width"], cells: int, seed: int
) -> Cells:
    """k-means by direction: each vector goes to the center with the largest cosine.

    Args:
      table: Vectors of any length.
      cells: How many.
      seed: Of the vectors that are the first centers.

    Raises:
      TypeError: If ``table`` is not of numbers.
      ValueError: If there are fewer vectors than cells, or one is not finite.

    Example:
      >>> table = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]])
      >>> found = sorted_into(table, 2, seed=0)
      >>> bool(found.cell[0] == found.cell[1] != found.cell[2])
      True
    """
    table = checks.all_finite("table", table).astype(float)
    checks.shaped("table", table, (None, None))
    checks.whole("cells", cells, 1, len(table))
    rng = np.random.default_rng(checks.whole("seed", seed))
    units = _units(table)
    centers = units[rng.choice(len(units), cells, replace=False)]
    for _ in range(ROUNDS):
        cell = (units @ centers.T).argmax(1)
        sums = np.zeros_like(centers)
        np.add.at(sums, cell, units)
        centers = np.where(np.any(sums, axis=1, keepdims=True), _units(sums), centers)
    return Cells(units, centers, (units @ centers.T).argmax(1))


def probed(
    cells: Cells, query: Float[np.ndarray, " width"], count: int, probes: int
) -> tuple[list[int], float]:
    """The nearest vectors in the few cells nearest to a question.

    Args:
      cells: Where to look.
      query: A vector.
      count: How many vectors to give, at most.
      probes: How many cells to look into. All of them is exact search.

    Returns:
      Numbers of vectors, the nearest first; the share of all that were compared.

    Raises:
      TypeError: If ``query`` is not of numbers.
      ValueError: If a number is out of range or not finite, or shapes do not fit.

    Example:
      >>> cells = sorted_into(np.array([[1.0, 0], [0.9, 0.1], [0, 1.0]]), 2, seed=0)
      >>> found, share = probed(cells, np.array([1.0, 0.0]), 2, probes=1)
      >>> found, round(share, 2)
      ([0, 1], 0.67)
    """
    query = checks.all_finite("query", query)
    checks.shaped("query", query, (cells.table.shape[1],))
    checks.whole("count", count)
    checks.whole("probes", probes, 1, len(cells.centers))
    near = np.argsort(-(cells.centers @ query), kind="stable")[:probes]
    rows = np.flatnonzero(np.isin(cells.cell, near))
    order = np.argsort(-(cells.table[rows] @ query), kind="stable")[:count]
    return [int(i) for i in rows[order]], len(rows) / len(cells.table)


def recall_by_probes(
    table: Float[np.ndarray, "samples width"],
    cells: int,
    probes: tuple[int, ...],
    queries: int,
    seed: int,
    count: int = 10,
) -> list[tuple[int, float, float]]:
    """How many of the true nearest are found, and the share compared.

    The questions are vectors of the table itself, drawn at random and moved a little.

    Returns:
      A row for each number of probes: it, the share compared, the recall.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If one is out of range: there is at least one question, and there are
        no more questions, or neighbours, than vectors.

    Example:
      >>> table = np.random.default_rng(0).normal(size=(50, 4))
      >>> recall_by_probes(table, 5, (5,), 3, seed=0)
      [(5, 1.0, 1.0)]
    """
    made = sorted_into(table, cells, seed)
    checks.whole("queries", queries, 1, len(made.table))
    checks.whole("count", count, 1, len(made.table))
    each = checks.row("probes", probes, len(made.centers) + 1, low=1).tolist()
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(made.table), queries, replace=False)
    noise = rng.normal(size=(queries, made.table.shape[1])) * 0.5
    asked = made.table[rows] + noise / np.sqrt(made.table.shape[1])
    truth = [set(np.argsort(-(made.table @ q), kind="stable")[:count]) for q in asked]
    found = []
    for most in each:
        both = [probed(made, q, count, most) for q in asked]
        right = [
            len(t & set(one)) / count for t, (one, _) in zip(truth, both, strict=True)
        ]
        shares = [share for _, share in both]
        found.append((most, float(np.mean(shares)), float(np.mean(right))))
    return found
