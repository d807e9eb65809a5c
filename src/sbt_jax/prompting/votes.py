r"""Self-consistency: ask several times, and count the answers.

Public names: :mod:`sbt_jax.prompting`.
Source: Wang et al. (2022), arXiv:2203.11171, section 2, for the vote; Chen et al.
(2024), arXiv:2403.02419, section 3, for when it hurts.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from sbt_jax import checks

MOST = 201  # votes that are counted exactly


def vote_right(shares: Sequence[float], right: int, votes: int) -> float:
    r"""How likely the answer with the most votes is the right one.

    Each vote is an independent draw. Where several answers lead, one of them is
    chosen by chance. Exact: sums over how often the right answer came, and for each
    over how many of the others can have come as often.

    .. math:: P = \sum_c \binom{n}{c} p^c \sum_k \frac{1}{1 + k}
       P(\text{the others: none above } c, k \text{ at } c)

    Args:
      shares: Probability of each answer; together 1.
      right: Which one is right.
      votes: How many are asked for, 1 to 201.

    Raises:
      ValueError: If shares are none or do not sum to 1, ``right`` is none of them,
        or ``votes`` is out of range.

    Example:
      >>> round(vote_right([0.4, 0.2, 0.2, 0.2], 0, 40), 2)
      0.89
      >>> round(vote_right([0.4, 0.6], 0, 40), 2)
      0.1
    """
    p = np.asarray(shares, float)
    if p.ndim != 1 or not len(p) or not (p >= 0).all() or abs(p.sum() - 1) > 1e-6:
        raise ValueError(f"shares must be probabilities, got {shares}")
    checks.whole("right", right, 0, len(p) - 1)
    n = checks.whole("votes", votes, 1, MOST)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    others = [x for i, x in enumerate(p) if i != right and x > 0]
    total = 0.0
    for came in range(1, n + 1) if p[right] > 0 else ():
        rest = n - came
        # Others are counted as if each were ``rest`` times as likely: no sum is tiny.
        scale = rest * np.log(max(rest, 1))
        own = logs[n] + came * np.log(p[right]) - logs[came] - scale
        ways = _others([x * max(rest, 1) for x in others], came, rest, logs)
        shared = sum(w / (1 + ties) for ties, w in enumerate(ways))
        total += np.exp(own) * shared
    return float(min(total, 1.0))


def _others(
    sizes: Sequence[float], most: int, rest: int, logs: Float[np.ndarray, " steps"]
) -> Float[np.ndarray, " samples"]:
    """Weight of all ways in which the others share ``rest`` votes, by ties.

    A way gives nobody more than ``most``; ``ties`` is how many have just that. The
    weight is the product of x^j / j! over sizes x.
    """
    ways = np.zeros((len(sizes) + 1, rest + 1))
    ways[0, 0] = 1.0
    for x in sizes:
        counts = np.arange(min(most - 1, rest) + 1)
        weight = np.exp(counts * np.log(x) - logs[counts])
        after = np.stack([np.convolve(row, weight)[: rest + 1] for row in ways])
        if most <= rest:
            tie = np.exp(most * np.log(x) - logs[most])
            after[1:, most:] += tie * ways[:-1, : rest + 1 - most]
        ways = after
    return ways[:, rest]


def vote_curve(
    shares: Sequence[float], right: int, votes: Sequence[int]
) -> list[float]:
    """:func:`vote_right` for several numbers of votes.

    Example:
      >>> [round(p, 2) for p in vote_curve([0.4, 0.2, 0.2, 0.2], 0, [5, 20])]
      [0.51, 0.75]
    """
    return [vote_right(shares, right, n) for n in votes]
