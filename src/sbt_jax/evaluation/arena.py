r"""The arena: from votes between two to a rating of all.

Public names: :mod:`sbt_jax.evaluation`.
Source: Bradley & Terry (1952), Biometrika 39; Chiang et al. (2024), arXiv:2403.04132,
sections 4 and 5; Elo (1978), "The Rating of Chessplayers".
"""

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checks

SCALE, CENTRE = 400 / math.log(10), 1000.0  # of ratings as arenas print them
STEPS = 40  # of Newton's method; it takes about six
FLAT = 1e-3  # a slope, a battle, or a bend: less is none


class Votes(NamedTuple):
    """Battles: who met whom, and how it went."""

    first: Int[np.ndarray, " samples"]
    second: Int[np.ndarray, " samples"]
    won: Float[np.ndarray, " samples"]  # 1 if the first won, 0.5 if nobody, else 0
    #: How the first differs from the second, by feature: length, niceties.
    style: Float[np.ndarray, "samples cols"]


class Ratings(NamedTuple):
    """Strengths in log-odds, mean 0, then weights of style; and their covariance."""

    strength: Float[np.ndarray, " classes"]
    style: Float[np.ndarray, " cols"]
    covariance: Float[np.ndarray, "rows cols"]

    @property
    def error(self) -> Float[np.ndarray, " classes"]:
        """Standard error of each strength."""
        variance = np.diag(self.covariance)[: len(self.strength)]
        return np.sqrt(np.maximum(variance, 0.0))

    @property
    def points(self) -> Float[np.ndarray, " classes"]:
        """Strengths as arenas print them: 400 points are 10 to 1."""
        return CENTRE + SCALE * self.strength


def votes(first: object, second: object, won: object, style: object = None) -> Votes:
    """Battles as arrays, checked.

    Args:
      first: Number of one contestant of each battle.
      second: Number of the other.
      won: 1 if the first won, 0 if the second, 0.5 if they were called alike.
      style: A row of features a battle, first minus second; none if not given.

    Raises:
      ValueError: If there is none, lengths differ, somebody meets themselves, or a
        result is out of range.

    Example:
      >>> votes([0, 1], [1, 2], [1, 0.5]).style.shape
      (2, 0)
    """
    one, other = checks.row("first", first), checks.row("second", second)
    result = checks.all_finite("won", won).astype(float)
    if not len(one):
        raise ValueError(f"first must have at least one battle, got {first!r}")
    checks.shaped("second", other, one.shape)
    checks.shaped("won", result, one.shape)
    if (one == other).any():
        raise ValueError(
            f"second must be another than first, got {one[one == other][0]}"
        )
    if ((result < 0) | (result > 1)).any():
        raise ValueError(f"won must be in 0..1, got {result}")
    rows = (
        np.zeros((len(one), 0)) if style is None else checks.all_finite("style", style)
    )
    checks.shaped("style", rows, (len(one), None))
    return Votes(one, other, result, np.asarray(rows, float))


def _rows(battles: Votes, count: int) -> Float[np.ndarray, "samples cols"]:
    """+1 for the first, -1 for the second, then the style."""
    at = np.arange(len(battles.first))
    rows = np.zeros((len(at), count))
    rows[at, battles.first], rows[at, battles.second] = 1.0, -1.0
    return np.concatenate([rows, battles.style], axis=1)


def _tie(count: int, size: int) -> Float[Array, "rows cols"]:
    """What holds the mean strength at zero, and changes nothing else."""
    ones = jnp.zeros(size).at[:count].set(1.0)
    return jnp.outer(ones, ones)


def newton(
    rows: Float[Array, "samples cols"],
    won: Float[Array, " samples"],
    weights: Float[Array, " samples"],
    count: int,
    prior: Float[Array, ""] | float,
) -> tuple[Float[Array, " cols"], Float[Array, " cols"]]:
    """The likeliest parameters, and the slope that is left there."""
    size = rows.shape[1]
    pull = prior * jnp.eye(size)
    hold = _tie(count, size)

    def slope(at: Array) -> Array:
        p = jax.nn.sigmoid(rows @ at)
        return rows.T @ (weights * (p - won)) + pull @ at

    def step(_: Any, at: Array) -> Array:
        p = jax.nn.sigmoid(rows @ at)
        bend = (rows * (weights * p * (1 - p))[:, None]).T @ rows + pull + hold
        bend = bend + 1e-6 * jnp.eye(size)
        move = jnp.linalg.solve(bend, slope(at))
        return at - move * jnp.minimum(1.0, 2.0 / (jnp.abs(move).max() + 1e-9))

    at = jax.lax.fori_loop(0, STEPS, step, jnp.zeros(size))
    return at, slope(at)


UNBOUNDED = (
    "have no finite best strengths: somebody wins or loses all, or two groups never"
    " meet; set prior above 0"
)


def _bounded(
    at: Float[np.ndarray, " cols"],
    slope: Float[np.ndarray, " cols"],
    bend: Float[np.ndarray, "rows cols"],
) -> bool:
    """Whether a best place was found: finite, flat, and bent in each direction."""
    flat = np.abs(slope).max() <= FLAT * max(np.trace(bend), 10)
    return bool(flat and np.isfinite(at).all() and np.linalg.eigvalsh(bend)[0] >= FLAT)


_newton = jax.jit(newton, static_argnames="count")


def bradley_terry(
    battles: Votes, count: int, prior: float = 0.0
) -> Ratings:  # fmt: skip
    r"""Strengths under which the votes are likeliest, with robust errors.

    .. math:: P(i \text{ beats } j) = \sigma(\theta_i - \theta_j + \beta^\top x)

    That is logistic regression without an intercept. The covariance is the sandwich
    :math:`H^{-1} G H^{-1}`, which holds also where the model is not quite true.

    Args:
      battles: From :func:`votes`. With style, its weights :math:`\beta` are found, too.
      count: Contestants.
      prior: How strongly strengths are pulled to 0. Somebody who wins all battles has
        no finite strength without it.

    Raises:
      ValueError: If a contestant is out of range, or there is no finite best place.

    Example:
      >>> found = bradley_terry(votes([0] * 4, [1] * 4, [1, 1, 1, 0]), 2)
      >>> print((found.strength[0] - found.strength[1]).round(3))  # the log of 3
      1.099
    """
    checks.whole("count", count, 2)
    checks.number("prior", prior, 0)
    for side in (battles.first, battles.second):
        checks.ids("count", side, count)
    rows = _rows(battles, count)
    weights = np.ones(len(rows))
    found, left = _newton(rows, battles.won, weights, count, prior)
    at = np.asarray(found, float)
    p = 1 / (1 + np.exp(-np.clip(rows @ at, -50, 50)))
    size = rows.shape[1]
    hold = np.asarray(_tie(count, size)) + (prior + 1e-6) * np.eye(size)
    bend = (rows * (p * (1 - p))[:, None]).T @ rows + hold
    if not _bounded(at, np.asarray(left), bend):
        raise ValueError(f"battles {UNBOUNDED}, got {prior}")
    bend = np.linalg.inv(bend)
    single = rows * (battles.won - p)[:, None]
    covariance = bend @ (single.T @ single) @ bend
    return Ratings(at[:count], at[count:], covariance)


def bootstrap(
    key: PRNGKeyArray, battles: Votes, count: int, draws: int = 100, prior: float = 0.0
) -> Float[np.ndarray, "rows classes"]:
    """Strengths of many arenas whose battles are drawn from these, with replacement.

    Args:
      key: Random key.
      battles: From :func:`votes`.
      count: Contestants.
      draws: How many arenas.
      prior: As in :func:`bradley_terry`.

    Example:
      >>> battles = votes([0] * 4, [1] * 4, [1, 1, 1, 0])
      >>> bootstrap(jax.random.key(0), battles, 2, draws=5, prior=0.5).shape
      (5, 2)
    """
    checks.whole("draws", draws, 1)
    checks.whole("count", count, 2)
    rows, many = jnp.asarray(_rows(battles, count)), len(battles.won)
    at = jax.random.randint(key, (draws, many), 0, many)
    weights = jax.vmap(lambda row: jnp.bincount(row, length=many))(at)
    each = jax.jit(
        jax.vmap(
            lambda w: newton(rows, jnp.asarray(battles.won), w, count, prior)[0][:count]
        )
    )
    return np.asarray(each(weights.astype(float)), float)


def elo(
    battles: Votes, count: int, k: float = 32.0, start: float = CENTRE
) -> Float[np.ndarray, " classes"]:
    r"""Ratings that move after each battle; the order of battles matters.

    .. math:: r_i \leftarrow r_i + K (s - E), \quad
       E = \frac{1}{1 + 10^{(r_j - r_i) / 400}}

    Args:
      battles: From :func:`votes`, in their order.
      count: Contestants.
      k: :math:`K`, the most that one battle can move.
      start: Everybody's first rating.

    Raises:
      ValueError: If a contestant is out of range, or ``k`` is not positive.

    Example:
      >>> print(elo(votes([0], [1], [1.0]), 2, k=32.0))
      [1016.  984.]
    """
    checks.whole("count", count, 2)
    checks.number("k", k, 0, above=True)
    checks.real("start", start)
    for side in (battles.first, battles.second):
        checks.ids("count", side, count)
    now = np.full(count, float(start))
    pairs = zip(battles.first, battles.second, strict=True)
    for (one, other), won in zip(pairs, battles.won, strict=True):
        moved = k * (won - expected(now[one], now[other]))
        now[one] += moved
        now[other] -= moved
    return now


def expected(one: float, other: float) -> float:
    """How often somebody with one rating beats somebody with another.

    Example:
      >>> round(expected(1100.0, 1000.0), 2), round(expected(1400.0, 1000.0), 3)
      (0.64, 0.909)
    """
    return 1 / (
        1 + 10 ** ((checks.real("other", other) - checks.real("one", one)) / 400)
    )
