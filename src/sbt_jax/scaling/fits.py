r"""Fit a law to runs: for every pair of exponents the rest is a line.

Public names: :mod:`sbt_jax.scaling`.
Source: variable projection: Golub and Pereyra (1973), "The differentiation of
pseudo-inverses and nonlinear least squares problems whose variables separate".
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from sbt_jax import checks
from sbt_jax.scaling.law import Law, positive, predicted_loss

#: Exponents that are tried, of size and of text.
GRID = tuple(round(0.04 * step, 2) for step in range(1, 61))
FLAT = 1e-12  # a determinant, as a share of the product of the diagonal
#: Which of floor, size and text may be above zero: all, then two, then one.
SOME = ((1, 1, 1), (0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))


class Runs(NamedTuple):
    """Trained models: their sizes, what they read, and the loss on new text."""

    parameters: Float[np.ndarray, " runs"]
    tokens: Float[np.ndarray, " runs"]
    losses: Float[np.ndarray, " runs"]


class Fitted(NamedTuple):
    """A fitted law, and how well each pair of exponents does."""

    #: The best one.
    law: Law
    #: Root of its mean squared error, as a share of the loss.
    error: float
    #: The same for each pair of exponents of the grid.
    valley: Float[np.ndarray, "rows cols"]


def runs_of(parameters: Any, tokens: Any, losses: Any) -> Runs:
    """Runs as arrays of one length.

    Raises:
      ValueError: If the lengths differ, a number is not positive, or there are fewer
        than five runs: a law has five constants.

    Example:
      >>> runs_of([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]).losses[0]
      np.float64(5.0)
    """
    found = [
        positive(name, values)
        for name, values in (
            ("parameters", parameters),
            ("tokens", tokens),
            ("losses", losses),
        )
    ]
    if found[0].ndim != 1 or len(found[0]) < 5:
        raise ValueError(f"parameters must be >= 5 runs, got shape {found[0].shape}")
    for name, array in zip(("tokens", "losses"), found[1:], strict=True):
        checks.shaped(name, array, found[0].shape)
    return Runs(*found)


def _project(
    runs: Runs, counts: np.ndarray, alphas: np.ndarray, betas: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Squared error and floor, size, text of each pair of exponents.

    The three enter the law linearly, so that the best ones solve three equations. What
    comes out negative is held at zero.
    """
    middle = np.exp(np.log(runs.parameters).mean()), np.exp(np.log(runs.tokens).mean())
    weights = counts / runs.losses**2  # errors count as shares of the loss
    a = (runs.parameters / middle[0]) ** -alphas[:, None]  # (alphas, runs)
    b = (runs.tokens / middle[1]) ** -betas[:, None]
    shape = (len(alphas), len(betas))
    whole = counts.sum()
    even = np.broadcast_to
    gram = [
        [even(weights.sum(), shape), even((a @ weights)[:, None], shape)],
        [even((a**2 @ weights)[:, None], shape), (a * weights) @ b.T],
    ]
    one_b = even(b @ weights, shape)
    b_b = even(b**2 @ weights, shape)
    g = [[*gram[0], one_b], [gram[0][1], *gram[1]], [one_b, gram[1][1], b_b]]
    shares = counts / runs.losses
    h = [even(shares.sum(), shape), even((a @ shares)[:, None], shape)]
    h.append(even(b @ shares, shape))
    best, found = np.full(shape, np.inf), np.zeros((*shape, 3))
    for some in SOME:
        solved = _solved(g, h, some)
        error = whole - sum(x * y for x, y in zip(solved, h, strict=True))
        fits = (np.minimum.reduce(solved) >= 0) & (error < best)
        best = np.where(fits, error, best)
        found = np.where(fits[..., None], np.stack(solved, -1), found)
    sizes, texts = middle[0] ** alphas[:, None], middle[1] ** betas
    scale = np.stack([even(x, shape) for x in (1.0, sizes, texts)], axis=-1)
    return np.maximum(best, 0) / whole, found * scale


def _solved(g: list[Any], h: list[Any], some: Sequence[int]) -> list[np.ndarray]:
    """Three equations by Cramer's rule; what is not among ``some`` comes out zero."""
    rows = [
        [g[i][j] * some[i] * some[j] + (i == j) * (1 - some[i]) for j in range(3)]
        for i in range(3)
    ]
    right = [h[i] * some[i] for i in range(3)]
    whole = _determinant(rows)
    # Columns that say the same leave the answer open: then fewer of them must do.
    flat = np.abs(whole) < FLAT * rows[0][0] * rows[1][1] * rows[2][2]
    whole = np.where(flat, np.nan, whole)
    return [
        _determinant([[*r[:k], y, *r[k + 1 :]] for r, y in zip(rows, right)]) / whole  # noqa: B905
        for k in range(3)
    ]


def _determinant(m: list[list[Any]]) -> Any:
    return (
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    )


def fit_law(
    runs: Runs,
    counts: Any = None,
    alphas: Any = GRID,
    betas: Any = GRID,
) -> Fitted:
    """The law that is nearest to some runs, by variable projection.

    For every pair of exponents the rest is found by least squares, and the best pair of
    the grid wins. Nothing has to converge.

    Args:
      runs: At least five.
      counts: How often each run counts; once if not given.
      alphas: Exponents of the size to try.
      betas: Exponents of the text to try.

    Raises:
      ValueError: If fewer than five runs count, or a number is out of range.

    Example:
      >>> n, d = np.array([[1, 2, 4, 1, 2, 4, 8], [1, 1, 1, 4, 4, 4, 8]]) * 1e3
      >>> law = Law(0.5, 400.0, 90.0, 0.8, 0.4)
      >>> found = fit_law(runs_of(n, d, predicted_loss(law, n, d)))
      >>> print([round(x, 2) for x in found.law])
      [0.5, 400.0, 90.0, 0.8, 0.4]
    """
    runs = runs_of(*runs)
    how_often = np.ones(len(runs.losses)) if counts is None else np.asarray(counts)
    how_often = checks.all_finite("counts", how_often).astype(float)
    checks.shaped("counts", how_often, runs.losses.shape)
    if how_often.min() < 0 or (how_often > 0).sum() < 5:
        raise ValueError(f"counts must leave >= 5 runs, got {how_often}")
    a, b = positive("alphas", alphas), positive("betas", betas)
    errors, found = _project(runs, how_often, a, b)
    at = np.unravel_index(errors.argmin(), errors.shape)
    floor, size, text = map(float, found[at])
    law = Law(floor, size, text, float(a[at[0]]), float(b[at[1]]))
    return Fitted(law, float(np.sqrt(errors[at])), np.sqrt(errors))


def bootstrap(runs: Runs, groups: Any, rounds: int = 100, seed: int = 0) -> list[Law]:
    """Laws fitted to runs that are drawn anew, some twice and others not at all.

    Args:
      runs: At least five.
      groups: Runs with the same number are drawn together, as two seeds of one size.
      rounds: Number of fits.
      seed: Of the draws.

    Raises:
      ValueError: If the numbers do not fit the runs.

    Example:
      >>> n, d = np.array([[1, 2, 4, 1, 2, 4, 8], [1, 1, 1, 4, 4, 4, 8]]) * 1e3
      >>> runs = runs_of(n, d, predicted_loss(Law(0.5, 400.0, 90.0, 0.8, 0.4), n, d))
      >>> len(bootstrap(runs, range(7), rounds=3))
      3
    """
    runs = runs_of(*runs)
    marks = checks.row("groups", list(groups))
    checks.shaped("groups", marks, runs.losses.shape)
    checks.whole("rounds", rounds, 1)
    checks.whole("seed", seed)
    rng, kinds = np.random.default_rng(seed), np.unique(marks)
    found: list[Law] = []
    while len(found) < rounds:
        drawn = rng.choice(kinds, len(kinds))
        counts = np.array([(drawn == mark).sum() for mark in marks], float)
        if (counts > 0).sum() >= 5:
            found.append(fit_law(runs, counts).law)
    return found


def residuals(law: Law, runs: Runs) -> Float[np.ndarray, " runs"]:
    """By how much of itself each loss is above what a law says.

    Example:
      >>> law = Law(1.0, 1.0, 1.0, 1.0, 1.0)
      >>> runs = Runs(np.full(5, 2.0), np.full(5, 2.0), np.array([2, 2, 2, 2, 2.2]))
      >>> print(residuals(law, runs).round(2))
      [0.  0.  0.  0.  0.1]
    """
    return runs.losses / predicted_loss(law, runs.parameters, runs.tokens) - 1
