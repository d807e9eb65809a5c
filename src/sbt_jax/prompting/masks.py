"""Constrained decoding: only tokens with which a valid answer can go on.

Public names: :mod:`sbt_jax.prompting`.
Source: Willard & Louf (2023), arXiv:2307.09702, section 3: a mask for each state of
what was written.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float

from sbt_jax import checks


def may_follow(
    valid: Sequence[Sequence[int]], written: Sequence[int], vocab_size: int
) -> Bool[np.ndarray, " vocab"]:
    """Which tokens may come next, so that a valid answer can still come of it.

    Args:
      valid: Every valid answer as ids, its end included.
      written: The ids of the answer so far.
      vocab_size: How many tokens there are.

    Raises:
      ValueError: If no valid answer begins like that, or an id is out of range.

    Example:
      >>> print(may_follow([[1, 3], [1, 2], [0, 3]], [1], 4).astype(int))
      [0 0 1 1]
    """
    checks.whole("vocab_size", vocab_size, 1)
    start, allowed = list(written), np.zeros(vocab_size, bool)
    for one in valid:
        ids = checks.row("valid", one, vocab_size).tolist()
        if len(ids) > len(start) and ids[: len(start)] == start:
            allowed[ids[len(start)]] = True
    if not allowed.any():
        raise ValueError(f"written must begin a valid answer, got {start}")
    return allowed


def masked(
    logits: Float[np.ndarray, "*batch vocab"], allowed: Bool[np.ndarray, " vocab"]
) -> Float[np.ndarray, "*batch vocab"]:
    """Logits in which what is not allowed is ruled out.

    Raises:
      ValueError: If the shapes differ.

    Example:
      >>> print(masked(np.array([2.0, 1.0]), np.array([False, True])))
      [-inf   1.]
    """
    checks.numbers(logits=logits)
    allowed = checks.kind("allowed", allowed, "booleans")
    checks.shaped("allowed", allowed, np.shape(logits)[-1:])
    return np.where(allowed, logits, -np.inf)
