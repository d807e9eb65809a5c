r"""Error bars: how far a score may be off, alone and beside another.

Public names: :mod:`sbt_jax.evaluation`.
Source: Miller (2024), "Adding Error Bars to Evals", arXiv:2411.00640, sections 2 to 4.
"""

import math

import numpy as np

from sbt_jax import checks

WIDE = 1.96  # standard errors to each side hold the truth 95 times in 100


def _scores(name: str, values: object, least: int = 2) -> np.ndarray:
    scores = checks.all_finite(name, values).astype(float)
    if scores.ndim != 1 or len(scores) < least:
        raise ValueError(f"{name} must be {least} scores or more, got {scores.shape}")
    return scores


def standard_error(scores: object) -> float:
    r"""How far a mean score would move with other questions of the same kind.

    .. math:: \sqrt{s^2 / n}

    Args:
      scores: One a question, for example 0 or 1.

    Raises:
      ValueError: If there are fewer than 2, or one is not finite.

    Example:
      >>> round(standard_error([1, 1, 1, 0] * 25), 3)
      0.044
    """
    s = _scores("scores", scores)
    return float(s.std(ddof=1) / math.sqrt(len(s)))


def clustered_error(scores: object, groups: object) -> float:
    r"""The same where questions come in groups, such as several about one text.

    .. math:: \frac{1}{n} \sqrt{\sum_g \Big(\sum_{i \in g} (s_i - \bar s)\Big)^2}

    Args:
      scores: One a question.
      groups: The number of the group of each question.

    Raises:
      ValueError: If the lengths differ, or a score is not finite.

    Example:
      >>> twice = [1, 1, 1, 0] * 25
      >>> round(clustered_error(twice + twice, list(range(100)) * 2), 3)
      0.043
    """
    s = _scores("scores", scores)
    of = checks.row("groups", groups)
    checks.shaped("groups", of, s.shape)
    _, of = np.unique(of, return_inverse=True)
    sums = np.bincount(of, weights=s - s.mean())
    return float(np.sqrt((sums**2).sum()) / len(s))


def paired_error(one: object, other: object) -> float:
    """The standard error of a difference, question by question.

    Both answered the same questions. What is hard is hard for both, and cancels.

    Args:
      one: Scores of one model.
      other: Scores of another, on the same questions in the same order.

    Raises:
      ValueError: If the lengths differ, or a score is not finite.

    Example:
      >>> one, other = [1, 1, 1, 0] * 25, [1, 1, 0, 0] * 25
      >>> round(paired_error(one, other), 3)
      0.044
    """
    a, b = _scores("one", one), _scores("other", other)
    checks.shaped("other", b, a.shape)
    return standard_error(a - b)


def difference_error(
    one: float, other: float, questions: int, correlation: float = 0.0
) -> float:
    r"""The standard error of the difference of two shares of right answers.

    .. math:: \sqrt{\frac{p(1-p) + q(1-q) - 2 \rho \sqrt{p(1-p)\, q(1-q)}}{n}}

    Args:
      one: Share that one model gets right.
      other: Share of the other.
      questions: How many both were asked.
      correlation: How alike the two are in what they get right, -1 to 1; 0 if each
        got questions of its own.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> round(difference_error(0.75, 0.7, 200), 3)
      0.045
      >>> round(difference_error(0.75, 0.7, 200, 0.8), 3)
      0.02
    """
    p, q = checks.number("one", one, 0, 1), checks.number("other", other, 0, 1)
    checks.whole("questions", questions, 1)
    rho = checks.number("correlation", correlation, -1, 1)
    a, b = p * (1 - p), q * (1 - q)
    return math.sqrt(max(a + b - 2 * rho * math.sqrt(a * b), 0.0) / questions)


def wrong_order(
    one: float, other: float, questions: int, correlation: float = 0.0
) -> float:
    """How often the worse of two would come out first, on other questions.

    Args:
      one: Share that one model really gets right.
      other: Share of the other.
      questions: How many both are asked.
      correlation: As in :func:`difference_error`.

    Example:
      >>> round(wrong_order(0.75, 0.7, 200), 2), round(wrong_order(0.7, 0.7, 200), 2)
      (0.13, 0.5)
    """
    error = difference_error(one, other, questions, correlation)
    gap = abs(one - other)
    if error == 0:
        return 0.0 if gap else 0.5
    return 0.5 * math.erfc(gap / error / math.sqrt(2))
