r"""pass@k: how likely at least one of k programs passes.

Public names: :mod:`sbt_jax.evaluation`.
Source: Chen et al. (2021), arXiv:2107.03374, section 2.1 and figure 3.
"""

import math

from sbt_jax import checks


def pass_at_k(drawn: int, passed: int, k: int) -> float:
    r"""The unbiased estimate, from more programs than k.

    .. math:: 1 - \binom{n - c}{k} \Big/ \binom{n}{k}

    It is the share of all choices of k of the n programs in which one passes.

    Args:
      drawn: Programs that were drawn, :math:`n`.
      passed: Of these, how many passed, :math:`c`.
      k: How many one may try, at most ``drawn``.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> round(pass_at_k(20, 1, 10), 3), round(pass_at_k(20, 0, 10), 3)
      (0.5, 0.0)
    """
    n = checks.whole("drawn", drawn, 1)
    c = checks.whole("passed", passed, 0, n)
    k = checks.whole("k", k, 1, n)
    return 1.0 - math.comb(n - c, k) / math.comb(n, k)


def plug_in(drawn: int, passed: int, k: int) -> float:
    r"""What seems natural, and is too low: :math:`1 - (1 - c/n)^k`.

    Args:
      drawn: Programs that were drawn.
      passed: Of these, how many passed.
      k: How many one may try.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> round(plug_in(20, 1, 10), 3)
      0.401
    """
    n = checks.whole("drawn", drawn, 1)
    c = checks.whole("passed", passed, 0, n)
    return 1.0 - (1.0 - c / n) ** checks.whole("k", k, 1)
