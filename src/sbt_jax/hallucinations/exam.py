r"""Grading: what a wrong answer costs decides whether guessing pays.

Public names: :mod:`sbt_jax.hallucinations`.
Source: Kalai et al. (2025), arXiv:2509.04664, section 4; F of SimpleQA: Wei et al.
(2024), arXiv:2411.04368, section 3; risk and coverage: El-Yaniv & Wiener (2010).
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from sbt_jax import checks
from sbt_jax.hallucinations.calibration import Column, _columns


def penalty_for(t: float) -> float:
    r"""What a wrong answer must cost, so that only one surer than t is worth giving.

    .. math:: \frac{t}{1 - t}

    A right answer earns 1 and silence 0, so an answer of confidence :math:`c` earns
    :math:`c - (1 - c)\,t/(1-t)` on average, which is above 0 just where :math:`c > t`.

    Args:
      t: Confidence from which on an answer is wanted, from 0 up to 1.

    Raises:
      TypeError: If it is no number.
      ValueError: If it is out of range.

    Example:
      >>> [round(penalty_for(t), 3) for t in (0.0, 0.5, 0.75, 0.9)]
      [0.0, 1.0, 3.0, 9.0]
    """
    checks.number("t", t, 0, 1, below=True)
    return t / (1 - t)


class Marks(NamedTuple):
    """What an exam found: shares of all questions, and the mean mark."""

    right: float
    wrong: float
    silent: float
    score: float


def sit(
    confidence: Column,
    right: Any,
    threshold: float = 0.0,
    penalty: float = 0.0,
    weights: Any = None,
) -> Marks:
    """Answer where confidence reaches a threshold, and be graded.

    Args:
      confidence: Probability that the model gave its answer.
      right: Whether that answer is right.
      threshold: The least confidence with which it speaks.
      penalty: What a wrong answer costs; a right one earns 1, silence 0.
      weights: How much each question counts; all alike if not given.

    Raises:
      TypeError: If something is of another type.
      ValueError: If lengths differ, or a number is out of range.

    Example:
      >>> sit([0.9, 0.4], [1, 0], threshold=0.5, penalty=1.0)
      Marks(right=0.5, wrong=0.0, silent=0.5, score=0.5)
    """
    sure, hit, share = _columns(confidence, right, weights)
    checks.number("threshold", threshold, 0)
    checks.number("penalty", penalty, 0)
    speaks = sure >= threshold
    good, bad = (float(share[speaks] @ x[speaks]) for x in (hit, 1 - hit))
    return Marks(good, bad, float(share[~speaks].sum()), good - penalty * bad)


def risk_coverage(
    confidence: Column, right: Any
) -> tuple[Float[np.ndarray, " samples"], Float[np.ndarray, " samples"]]:
    """The surest answers first: how many are given, and what share of them is wrong.

    Raises:
      TypeError: If something is of another type.
      ValueError: If lengths differ, or a number is out of range.

    Example:
      >>> coverage, risk = risk_coverage([0.9, 0.8, 0.3, 0.2], [1, 1, 0, 1])
      >>> print(coverage, risk.round(2))
      [0.25 0.5  0.75 1.  ] [0.   0.   0.33 0.25]
    """
    sure, hit, _ = _columns(confidence, right, None)
    order = np.argsort(-sure, kind="stable")
    given = np.arange(1, len(sure) + 1)
    return given / len(sure), np.cumsum(1 - hit[order]) / given


def auroc(score: Any, positive: Any) -> float:
    """How often a positive one scores higher than another; ties count one half.

    Args:
      score: A number for each answer, such as its confidence.
      positive: Which are the positive ones, such as those that are right.

    Raises:
      TypeError: If something is of another type.
      ValueError: If lengths differ, or all are of one kind.

    Example:
      >>> auroc([0.9, 0.8, 0.3], [1, 0, 0]), auroc([1.0, 1.0], [1, 0])
      (1.0, 0.5)
    """
    values = checks.all_finite("score", score).astype(float)
    checks.shaped("score", values, (None,))
    _, chosen, _ = _columns(np.zeros(len(values)), positive, None)
    ones, zeros = values[chosen == 1], values[chosen == 0]
    if not len(ones) or not len(zeros):
        raise ValueError(f"positive must hold both kinds, got {len(ones)} of one")
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]  # from 1; ties share theirs
    above = rank[chosen == 1].sum() - len(ones) * (len(ones) + 1) / 2
    return float(above / (len(ones) * len(zeros)))


def f_score(correct: float, wrong: float) -> float:
    """Of SimpleQA: the harmonic mean of right of all, and right of those tried.

    Args:
      correct: Share of questions answered right.
      wrong: Share answered wrong; the rest was not tried.

    Raises:
      TypeError: If one is no number.
      ValueError: If one is out of range, or nothing was tried.

    Example:
      >>> round(f_score(0.382, 0.608), 3)
      0.384
    """
    checks.number("correct", correct, 0, 1)
    checks.number("wrong", wrong, 0, 1)
    if correct + wrong == 0:
        raise ValueError(f"correct and wrong must not both be 0, got {correct}")
    return 2 * correct / (1 + correct + wrong)
