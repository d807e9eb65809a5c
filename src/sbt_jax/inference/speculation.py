r"""Speculation: a small model guesses some tokens, the large one checks them at once.

Public names: :mod:`sbt_jax.inference`.
Source: Leviathan, Kalman & Matias (2023), arXiv:2211.17192, sections 2.2, 2.3 and 3.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from sbt_jax import checks
from sbt_jax.numbers import Number

#: How guesses are judged: rightly, or with one of three classic mistakes.
RULES = (
    "exact",
    "redraw from the large model",
    "greedy guess, soft check",
    "unequal temperatures",
)
HEAT = 0.6  # of the draft in the last of them


class Judged(NamedTuple):
    """What one pass of the large model gave: ``kept`` guesses, then one token more.

    ``last`` replaces the first guess that was refused, or follows them all.
    """

    kept: int
    last: int


def overlap(
    p: Float[np.ndarray, "*batch vocab"], q: Float[np.ndarray, "*batch vocab"]
) -> Float[np.ndarray, "*batch"]:
    r"""How likely a guess from ``q`` is kept by ``p``: :math:`\sum_i \min(p_i, q_i)`.

    Raises:
      ValueError: If the shapes differ, or a probability is negative or not finite.

    Example:
      >>> print(overlap(np.array([0.5, 0.5]), np.array([0.9, 0.1])).round(3))
      0.6
    """
    p, q = _both(p, q)
    return np.asarray(np.minimum(p, q).sum(-1))


def residual(
    p: Float[np.ndarray, "*batch vocab"], q: Float[np.ndarray, "*batch vocab"]
) -> Float[np.ndarray, "*batch vocab"]:
    r"""What a refused guess is replaced from: :math:`(p - q)_+`, scaled to sum to 1.

    Where both are the same nothing is ever refused, and it is ``p``.

    Raises:
      ValueError: If the shapes differ, or a probability is negative or not finite.

    Example:
      >>> residual(np.array([0.5, 0.3, 0.2]), np.array([0.9, 0.1, 0.0])).round(3)
      array([0. , 0.5, 0.5])
    """
    p, q = _both(p, q)
    left = np.maximum(p - q, 0.0)
    total = left.sum(-1, keepdims=True)
    return np.where(total > 0, left / np.where(total > 0, total, 1.0), p)


def judge(
    p: Float[np.ndarray, "_ vocab"],
    q: Float[np.ndarray, "guesses vocab"],
    guesses: Sequence[int] | Int[np.ndarray, " guesses"],
    chances: Float[np.ndarray, " _"],
) -> Judged:
    r"""Keep guesses with probability :math:`\min(1, p/q)`, up to the first refusal.

    Args:
      p: What the large model says at each guess, and after the last.
      q: What the small one said when it drew each guess.
      guesses: The ids that it drew.
      chances: A number from 0 to 1 for each judgement, and one for the last token.

    Returns:
      How many guesses are kept, and the token that follows them: from the residual
      after a refusal, from the last row of ``p`` if all are kept.

    Raises:
      TypeError: If an argument holds no numbers.
      ValueError: If the shapes do not fit, a probability is negative or not finite, a
        guess is no id, or a chance is not from 0 to below 1.

    Example:
      >>> p = np.array([[0.5, 0.5], [0.0, 1.0]])
      >>> judge(p, np.array([[0.9, 0.1]]), [0], np.array([0.7, 0.0]))
      Judged(kept=0, last=1)
      >>> judge(p, np.array([[0.9, 0.1]]), [1], np.array([0.7, 0.0]))
      Judged(kept=1, last=1)
    """
    p, q = _shares("p", p), _shares("q", q)
    if p.ndim != 2 or q.ndim != 2 or p.shape != (len(q) + 1, q.shape[1]):
        shapes = p.shape, q.shape
        raise ValueError(f"p must have a row more than q, got {shapes}")
    ids = checks.row("guesses", guesses, p.shape[-1])
    checks.shaped("guesses", ids, (len(q),))
    chances = _shares("chances", chances)
    checks.shaped("chances", chances, (len(q) + 1,))
    if chances.max() >= 1:
        raise ValueError(f"chances must be below 1, got {chances.max()}")
    for at, guess in enumerate(guesses):
        if chances[at] * q[at, guess] >= p[at, guess]:
            return Judged(at, drawn(residual(p[at], q[at]), chances[-1]))
    return Judged(len(guesses), drawn(p[-1], chances[-1]))


def drawn(p: Float[np.ndarray, " vocab"], chance: float) -> int:
    """The token that a chance falls on, in the order of the ids.

    Args:
      p: Weights, not all of them 0.
      chance: A number from 0 to below 1.

    Raises:
      ValueError: If a weight is negative or not finite, or the chance out of range.

    Example:
      >>> drawn(np.array([0.5, 0.5]), 0.6)
      1
    """
    checks.number("chance", chance, 0, 1, below=True)
    total = np.cumsum(_shares("p", p))
    if not total.size or total[-1] == 0:
        raise ValueError(f"p must have a weight above 0, got {np.asarray(p)}")
    return int(min(np.searchsorted(total, chance * total[-1], "right"), len(p) - 1))


def law(
    p: Float[np.ndarray, " vocab"],
    q: Float[np.ndarray, " vocab"],
    rule: str = "exact",
) -> Float[np.ndarray, " vocab"]:
    """How likely each token really is to come out, where one guess is judged.

    Args:
      p: What the large model says.
      q: What the small one says.
      rule: One of ``RULES``. Only the first gives ``p``.

    Raises:
      ValueError: If the shapes differ, a probability is negative or not finite, or
        there is no such rule.

    Example:
      >>> p, q = np.array([0.5, 0.3, 0.2]), np.array([0.9, 0.1, 0.0])
      >>> law(p, q).round(3), law(p, q, "redraw from the large model").round(3)
      (array([0.5, 0.3, 0.2]), array([0.7 , 0.22, 0.08]))
    """
    p, q = _both(p, q)
    if rule not in RULES:
        raise ValueError(f"rule must be one of {RULES}, got {rule!r}")
    told = q
    if rule == RULES[2]:
        told = np.zeros_like(q)
        told[q.argmax()] = 1.0
    elif rule == RULES[3]:
        told = q ** (1 / HEAT) / (q ** (1 / HEAT)).sum()
    kept = told * np.minimum(1.0, np.divide(p, q, out=np.ones_like(p), where=q > 0))
    again = p if rule == RULES[1] else residual(p, q)
    return kept + (1 - kept.sum()) * again


def expected_tokens(rate: Number, guesses: int) -> float:
    r"""Mean tokens of a pass, if each guess is kept with the same probability.

    .. math:: \frac{1 - \alpha^{\gamma + 1}}{1 - \alpha}

    Args:
      rate: :math:`\alpha`, from 0 to 1.
      guesses: :math:`\gamma`.

    Raises:
      TypeError: If ``guesses`` is not whole.
      ValueError: If an argument is out of range.

    Example:
      >>> expected_tokens(0.8, 0), round(expected_tokens(0.8, 4), 2)
      (1.0, 3.36)
    """
    checks.number("rate", rate, 0, 1)
    checks.whole("guesses", guesses)
    return float(sum(rate**i for i in range(guesses + 1)))


def speedup(
    rate: Number,
    guesses: int,
    cost: Number,
    check: Number = 1.0,
) -> float:
    r"""How many times faster than one token at a time.

    .. math:: \frac{1 - \alpha^{\gamma+1}}{(1 - \alpha)(\gamma c + v)}

    Args:
      rate: :math:`\alpha`.
      guesses: :math:`\gamma`.
      cost: :math:`c`, a step of the small model in steps of the large one.
      check: :math:`v`, the pass that checks, in the same steps. Where memory is the
        limit it costs as much as one step; where sums are, as many as it reads.

    Raises:
      ValueError: If an argument is out of range.

    Example:
      >>> round(speedup(0.75, 7, 0.02), 1), round(speedup(0.75, 7, 0.02, check=8), 2)
      (3.2, 0.44)
    """
    checks.number("cost", cost, 0)
    checks.number("check", check, 0, above=True)
    return expected_tokens(rate, guesses) / (guesses * cost + check)


def break_even(rate: Number, guesses: int, cost: Number) -> float:
    r"""What a check may cost at most, in steps, for guesses to pay; below 0: never.

    .. math:: \frac{1 - \alpha^{\gamma+1}}{1 - \alpha} - \gamma c

    Arguments are those of :func:`speedup`.

    Example:
      >>> round(break_even(0.8, 4, 0.1), 2), round(break_even(0.3, 8, 0.2), 2)
      (2.96, -0.17)
    """
    checks.number("cost", cost, 0)
    return expected_tokens(rate, guesses) - guesses * cost


def _both(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two distributions of one shape, checked."""
    p, q = _shares("p", p), _shares("q", q)
    if p.shape != q.shape:
        raise ValueError(f"p and q must have one shape, got {p.shape} and {q.shape}")
    return p, q


def _shares(name: str, values: np.ndarray) -> np.ndarray:
    found = checks.all_finite(name, values).astype(np.float64)
    if found.size and found.min() < 0:
        raise ValueError(f"{name} must be >= 0, got {found.min()}")
    return found
