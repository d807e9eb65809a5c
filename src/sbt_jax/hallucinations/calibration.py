r"""Calibration: does a model that says 70 % come out right seven times in ten?

Public names: :mod:`sbt_jax.hallucinations`.
Source: Guo et al. (2017), arXiv:1706.04599, sections 2 and 4.2; debiasing: Kumar, Liang
& Ma (2019), arXiv:1909.10155, section 5.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks

#: A number for each answer.
Column = Float[np.ndarray, " samples"] | Float[Array, " samples"] | Sequence[float]
NORMS = ("l1", "l2", "max")
#: Temperatures among which :func:`fit_temperature` looks.
COLDEST, HOTTEST = 0.05, 20.0


class Bins(NamedTuple):
    """Answers of like confidence together; bins without answers are left out."""

    share: Float[np.ndarray, " places"]  # of all weight
    confidence: Float[np.ndarray, " places"]  # mean
    right: Float[np.ndarray, " places"]  # share that is right
    number: Int[np.ndarray, " places"]  # answers


def _columns(
    confidence: Any, right: Any, weights: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three columns of one length, checked."""
    sure = checks.all_finite("confidence", confidence).astype(float)
    checks.shaped("confidence", sure, (None,))
    if not sure.size:
        raise ValueError(f"confidence must not be empty, got {confidence!r}")
    for value in (sure.min(), sure.max()):
        checks.number("confidence", float(value), 0, 1)
    hit = checks.all_finite("right", right).astype(float)
    checks.shaped("right", hit, sure.shape)
    if not np.isin(hit, (0, 1)).all():
        bad = hit[~np.isin(hit, (0, 1))][0]
        raise ValueError(f"right must hold 0 and 1, got {bad}")
    given = np.ones(len(sure)) if weights is None else weights
    given = checks.all_finite("weights", given).astype(float)
    checks.shaped("weights", given, sure.shape)
    if given.min() < 0 or given.sum() == 0:
        raise ValueError(f"weights must be >= 0 and not all 0, got {given.min()}")
    return sure, hit, given / given.sum()


def reliability(
    confidence: Column,
    right: Any,
    bins: int = 10,
    weights: Any = None,
    mass: bool = False,
) -> Bins:
    """Answers sorted into bins by confidence: how sure, and how often right.

    Args:
      confidence: Probability that the model gave its answer, from 0 to 1.
      right: Whether it was right; booleans, or 0 and 1.
      bins: How many.
      weights: How much each answer counts; all alike if not given.
      mass: Whether bins hold equally many answers instead of being equally wide.

    Raises:
      TypeError: If something is of another type.
      ValueError: If lengths differ, there is no answer, or a number is out of range.

    Example:
      >>> found = reliability([0.25, 0.25, 0.55, 0.75, 0.75], [0, 0, 1, 1, 1], bins=2)
      >>> print(found.confidence.round(3), found.right, found.number)
      [0.25  0.683] [0. 1.] [2 3]
    """
    sure, hit, share = _columns(confidence, right, weights)
    checks.whole("bins", bins, 1)
    if mass:
        order = np.argsort(sure, kind="stable")
        place = np.empty(len(sure), int)
        place[order] = np.arange(len(sure)) * bins // len(sure)
    else:
        # A confidence of 1 belongs to the last bin, not to one of its own.
        place = np.minimum((sure * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    total = np.bincount(place, share, minlength=bins)
    kept = total > 0
    sums = [np.bincount(place, share * x, minlength=bins)[kept] for x in (sure, hit)]
    mean, good = (x / total[kept] for x in sums)
    return Bins(total[kept], mean, good, count[kept])


def calibration_error(
    confidence: Column,
    right: Any,
    bins: int = 10,
    weights: Any = None,
    mass: bool = False,
    norm: str = "l1",
    debias: bool = False,
) -> float:
    r"""How far confidence is from the share that is right, over all bins.

    .. math:: \mathrm{ECE} = \sum_b w_b\, |\mathrm{right}_b - \mathrm{confidence}_b|

    Even a perfectly calibrated model scores above 0, the more so the fewer answers a
    bin holds: give the number of answers and bins with it.

    Args:
      confidence, right, bins, weights, mass: As of :func:`reliability`.
      norm: ``l1`` is the ECE; ``l2`` the root of the mean square; ``max`` the worst
        bin.
      debias: Take off what chance alone would add to the square; with ``l2`` only.

    Raises:
      TypeError: If something is of another type.
      ValueError: As of :func:`reliability`, or if ``norm`` is another.

    Example:
      >>> five = [0.25, 0.25, 0.55, 0.75, 0.75], [0, 0, 1, 1, 1]
      >>> [round(calibration_error(*five, bins=2, norm=n), 4) for n in NORMS]
      [0.29, 0.2918, 0.3167]
    """
    if norm not in NORMS:
        raise ValueError(f"norm must be one of {NORMS}, got {norm!r}")
    if debias and norm != "l2":
        raise ValueError(f"debias must go with norm 'l2', got {norm!r}")
    found = reliability(confidence, right, bins, weights, mass)
    gap = np.abs(found.right - found.confidence)
    if norm == "max":
        return float(gap.max())
    if norm == "l1":
        return float(found.share @ gap)
    square = gap**2
    if debias:
        chance = found.right * (1 - found.right)
        # One answer alone says nothing of its spread.
        square = square - np.where(
            found.number > 1, chance / np.maximum(found.number - 1, 1), 0
        )
    return float(np.sqrt(max(found.share @ square, 0.0)))


def brier(confidence: Column, right: Any, weights: Any = None) -> float:
    """Mean square of confidence less the truth, 0 or 1: honest and sharp is best.

    Raises:
      TypeError: If something is of another type.
      ValueError: As of :func:`reliability`.

    Example:
      >>> brier([1.0, 0.5], [1, 0])
      0.125
    """
    sure, hit, share = _columns(confidence, right, weights)
    return float(share @ (sure - hit) ** 2)


def with_temperature(
    log_probs: Float[np.ndarray, "samples vocab"], t: float
) -> Float[np.ndarray, "samples vocab"]:
    """Probabilities of the choices at a temperature, each row together 1.

    Args:
      log_probs: Natural logarithms of what the model gives each choice.
      t: Above 1 makes it less sure, below 1 surer; the order stays.

    Raises:
      TypeError: If something is of another type.
      ValueError: If there is no choice, or ``t`` is not positive.

    Example:
      >>> print(with_temperature(np.log([[0.8, 0.2]]), 2.0).round(3))
      [[0.667 0.333]]
    """
    rows = checks.all_finite("log_probs", log_probs).astype(float)
    checks.shaped("log_probs", rows, (None, None))
    if not rows.size:
        raise ValueError(f"log_probs must not be empty, got shape {rows.shape}")
    checks.number("t", t, 0, above=True)
    scaled = (rows - rows.max(1, keepdims=True)) / t
    p = np.exp(scaled)
    return p / p.sum(1, keepdims=True)


def fit_temperature(
    log_probs: Float[np.ndarray, "samples vocab"], truth: Any, weights: Any = None
) -> float:
    """The temperature under which the right choices cost the least nats.

    One number for all answers: the likeliest choice never changes.

    Args:
      log_probs: As of :func:`with_temperature`.
      truth: Which choice is right, a whole number for each row.
      weights: How much each row counts; all alike if not given.

    Raises:
      TypeError: If something is of another type.
      ValueError: If lengths differ, or a number is out of range.

    Example:
      >>> sure = np.log(np.tile([0.9, 0.1], (4, 1)))
      >>> round(fit_temperature(sure, [0, 0, 0, 1]), 2)  # right three times in four
      2.0
    """
    rows = checks.all_finite("log_probs", log_probs).astype(float)
    checks.shaped("log_probs", rows, (None, None))
    right = checks.ids("truth", truth, rows.shape[1])
    checks.shaped("truth", right, (len(rows),))
    *_, share = _columns(np.zeros(len(rows)), np.zeros(len(rows)), weights)

    def cost(log_t: float) -> float:
        p = with_temperature(rows, float(np.exp(log_t)))
        return float(-share @ np.log(np.maximum(p[np.arange(len(p)), right], 1e-300)))

    low, high = np.log(COLDEST), np.log(HOTTEST)
    golden = (5**0.5 - 1) / 2
    while high - low > 1e-5:  # the cost has one valley in 1 / t
        left, other = high - golden * (high - low), low + golden * (high - low)
        if cost(left) < cost(other):
            high = other
        else:
            low = left
    return float(np.exp((low + high) / 2))
