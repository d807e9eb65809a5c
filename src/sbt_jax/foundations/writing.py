"""Text drawn from a distribution over the next token.

Public names: :mod:`sbt_jax.foundations`.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float


def generate_words(
    draw: Callable[[], float],
    next_probs: Callable[[Sequence[int]], Float[np.ndarray, " vocab"]],
    start: Sequence[int],
    steps: int,
    stop: int | None = None,
) -> list[int]:
    r"""The autoregressive loop: ask, draw, append, ask again.

    .. math:: x_t \sim p(\,\cdot \mid x_{<t})

    Args:
      draw: Gives a uniform number in [0, 1) each time.
      next_probs: Any language model: from tokens to the distribution of the
        next one.
      start: The tokens so far.
      steps: The most to add.
      stop: The token after which to stop.

    Returns:
      All tokens, ``start`` included.

    Raises:
      ValueError: If ``steps`` is negative, or there is nothing to draw from.

    Example:
      >>> def coin(tokens):
      ...     return np.array([0.5, 0.5])
      >>> numbers = iter([0.1, 0.7, 0.4])
      >>> generate_words(numbers.__next__, coin, start=[1], steps=3)
      [1, 0, 1, 0]
    """
    if steps < 0:
        raise ValueError(f"steps must be >= 0, got {steps}")
    tokens = list(start)
    for _ in range(steps):
        p = np.cumsum(next_probs(tokens), dtype=float)
        if not 0 < p[-1] < math.inf:
            raise ValueError(f"next_probs must sum to > 0, got {p[-1]}")
        token = int(np.searchsorted(p, draw() * p[-1], side="right"))
        tokens.append(token)
        if token == stop:
            break
    return tokens
