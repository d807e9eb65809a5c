r"""Many steps, many tries: how rare failures add up.

Public names: :mod:`sbt_jax.agents`.
Source: pass^k: Yao et al. (2024), arXiv:2406.12045, section 3; pass@k: Chen et al.
(2021), arXiv:2107.03374, section 2.1.
"""

import math
from collections.abc import Sequence

import numpy as np

from sbt_jax import checks


def all_right(step: float, steps: int) -> float:
    r"""The chance that every step comes out right, if steps fail alone: :math:`p^n`.

    Args:
      step: :math:`p`, of one step.
      steps: :math:`n`.

    Raises:
      TypeError: If a number is of another kind.
      ValueError: If it is out of range.

    Example:
      >>> round(all_right(0.95, 20), 3), round(all_right(0.99, 100), 3)
      (0.358, 0.366)
    """
    checks.number("step", step, 0, 1)
    checks.whole("steps", steps)
    return float(step**steps)


def _tries(right: Sequence[int], tries: int, k: int) -> np.ndarray:
    checks.whole("tries", tries, 1)
    checks.whole("k", k, 1, tries)
    counts = checks.row("right", right, tries + 1)
    if not counts.size:
        raise ValueError(f"right must not be empty, got {right!r}")
    return counts


def pass_all(right: Sequence[int], tries: int, k: int) -> float:
    r"""pass^k: the chance that all of ``k`` tries of a task come out right.

    .. math:: \frac{1}{M} \sum_m \binom{c_m}{k} / \binom{n}{k}

    Args:
      right: :math:`c_m`, how many tries of each task were right.
      tries: :math:`n`, how many there were.
      k: How many have to be right together.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If one is out of range, or there is no task.

    Example:
      >>> pass_all([8, 4, 0], tries=8, k=1), round(pass_all([8, 4, 0], 8, 4), 3)
      (0.5, 0.338)
    """
    counts = _tries(right, tries, k)
    ways = [math.comb(int(c), k) for c in counts]
    return float(np.mean(ways) / math.comb(tries, k))


def pass_any(right: Sequence[int], tries: int, k: int) -> float:
    """pass@k: the chance that at least one of ``k`` tries comes out right.

    Args:
      right: How many tries of each task were right.
      tries: How many there were.
      k: How many are looked at.

    Raises:
      TypeError: If a number is not whole.
      ValueError: As in :func:`pass_all`.

    Example:
      >>> round(pass_any([8, 4, 0], 8, 4), 3)
      0.662
    """
    counts = _tries(right, tries, k)
    ways = [math.comb(tries - int(c), k) for c in counts]
    return float(1 - np.mean(ways) / math.comb(tries, k))


def beta_law(one: float, two: float, k: int) -> float:
    r"""pass^k if each task has a chance of its own, drawn from a beta distribution.

    The distribution is the one with the given pass^1 and pass^2.

    .. math:: \prod_{i<k} \frac{a + i}{a + b + i}

    Args:
      one: pass^1.
      two: pass^2: at least ``one`` squared, less than ``one``.
      k: How many tries have to be right together.

    Raises:
      TypeError: If a number is of another kind.
      ValueError: If it is out of range.

    Example:
      >>> round(beta_law(0.604, 0.491, 4), 3)
      0.392
    """
    checks.number("one", one, 0, 1, above=True, below=True)
    checks.number("two", two, one * one, one, above=True, below=True)
    checks.whole("k", k, 1)
    size = (one - two) / (two - one * one)  # a + b
    first = one * size
    return float(np.prod([(first + i) / (size + i) for i in range(k)]))


def horizon(half: float, share: float) -> float:
    r"""How long a task may be to succeed in some share, if failures come steadily.

    .. math:: t_s = t_{1/2} \, \frac{\ln s}{\ln \frac12}

    Args:
      half: Length of tasks of which half succeed, in any unit of time.
      share: :math:`s`, the share that shall succeed.

    Raises:
      TypeError: If a number is of another kind.
      ValueError: If it is out of range.

    Example:
      >>> round(horizon(59.0, 0.8), 1)
      19.0
    """
    checks.number("half", half, 0, above=True)
    checks.number("share", share, 0, 1, above=True, below=True)
    return half * math.log(share) / math.log(0.5)


def tokens_read(contexts: Sequence[int]) -> tuple[int, int]:
    """Tokens that a model reads in a run: all anew each turn, and each only once.

    Args:
      contexts: How many tokens stand before it at every turn, never fewer than before.

    Raises:
      TypeError: If they are not whole.
      ValueError: If there is none, or one is smaller than the one before it.

    Example:
      >>> tokens_read([20, 60, 100])
      (180, 100)
    """
    sizes = checks.row("contexts", contexts)
    if not sizes.size or (np.diff(sizes) < 0).any():
        raise ValueError(f"contexts must grow from turn to turn, got {contexts}")
    return int(sizes.sum()), int(sizes[-1])
