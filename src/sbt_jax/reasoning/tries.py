r"""One long thought or many short ones: what equal tokens buy.

Public names: :mod:`sbt_jax.reasoning`.
Source: Snell et al. (2024), arXiv:2408.03314; votes as in
:func:`sbt_jax.prompting.vote_right`.
"""

from typing import NamedTuple

from sbt_jax import checks
from sbt_jax.prompting import vote_right
from sbt_jax.reasoning.cups import PLACES, law

MOST_TRIES = 41  # of a vote: beyond, its sum takes long


class Bought(NamedTuple):
    """What a number of tokens buys: how often the answer is right."""

    chain: float  # one chain, as long as the tokens allow
    vote: float  # many answers at once, the most frequent one
    best: float  # many answers at once, one that a checker calls right


def best_of(right: float, tries: int, checker: float = 1.0) -> float:
    r"""How often the picked answer is right, if a checker may err.

    The checker says *right* of a right answer with probability ``checker``, and *wrong*
    of a wrong one with the same. One that it calls right is picked, by lot; if there
    is none, any.

    .. math:: \frac{p c}{p c + q (1 - c)} \bigl(1 - (1 - s)^n\bigr) +
              \frac{p (1 - c)}{p (1 - c) + q c} (1 - s)^n, \quad
              s = p c + q (1 - c)

    Args:
      right: :math:`p`, of one try; :math:`q = 1 - p`.
      tries: :math:`n`.
      checker: :math:`c`: at 1 it never errs, at ½ it knows nothing.

    Raises:
      ValueError: If a share is out of range or there is no try.

    Example:
      >>> [round(best_of(0.2, n), 3) for n in (1, 4, 16)]
      [0.2, 0.59, 0.972]
      >>> round(best_of(0.2, 1000, 0.9), 3), round(best_of(0.2, 1000, 0.5), 3)
      (0.692, 0.2)
    """
    p = checks.number("right", right, 0, 1)
    c = checks.number("checker", checker, 0, 1)
    checks.whole("tries", tries, 1)
    said = p * c + (1 - p) * (1 - c)
    none = (1 - said) ** tries
    found = p * c / said if said else 0.0
    left = p * (1 - c) / (1 - said) if said < 1 else 0.0
    return float(found * (1 - none) + left * none)


def belief(swaps: int, budget: int, silent: float = 0.0) -> list[float]:
    """How likely each place is to who has followed some of the swaps; the best first.

    Raises:
      ValueError: As in :func:`sbt_jax.reasoning.law`.

    Example:
      >>> [round(p, 2) for p in belief(4, 2)]
      [0.4, 0.15, 0.15, 0.15, 0.15]
    """
    best = law(swaps, budget, silent)
    others = len(PLACES) - 1
    return [best, *[(1 - best) / others] * others]


def equal_tokens(
    swaps: int, tokens: int, silent: float, checker: float = 1.0
) -> Bought:
    """One chain, a vote, or the best of many, for the same number of tokens.

    Counted are places and answers: an answer at once takes one token, a chain one for
    each place and one for the answer. Tries at once are drawn from what can be known
    without a chain, see :func:`belief`.

    Args:
      swaps: Of the game.
      tokens: What may be spent.
      silent: Swaps that are done in the head.
      checker: As in :func:`best_of`.

    Raises:
      ValueError: If there is no token, or more than can be voted with.

    Example:
      >>> [round(x, 2) for x in equal_tokens(8, 9, silent=1.5)]
      [1.0, 0.2, 0.87]
    """
    checks.whole("tokens", tokens, 1, MOST_TRIES)
    at_once = belief(swaps, 0, silent)
    first, other, rivals = at_once[0], at_once[1], len(at_once) - 1
    written = min(tokens - 1, swaps)
    votes = [vote_right(at_once, i, tokens) for i in (0, 1)]
    picks = [best_of(p, tokens, checker) for p in (first, other)]
    return Bought(
        law(swaps, written, silent),
        first * votes[0] + rivals * other * votes[1],
        first * picks[0] + rivals * other * picks[1],
    )
