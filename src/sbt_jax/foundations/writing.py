"""Text drawn from a distribution over the next token.

Public names: :mod:`sbt_jax.foundations`.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

from sbt_jax import checks


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
      TypeError: If a token is not an integer.
      ValueError: If ``steps`` is negative, there is nothing to draw from, or a
        probability or a draw is out of range.

    Example:
      >>> def coin(tokens):
      ...     return np.array([0.5, 0.5])
      >>> numbers = iter([0.1, 0.7, 0.4])
      >>> generate_words(numbers.__next__, coin, start=[1], steps=3)
      [1, 0, 1, 0]
    """
    checks.whole("steps", steps, 0)
    tokens = checks.row("start", start).tolist()
    if stop is not None:
        checks.whole("stop", stop, 0)
    for _ in range(steps):
        each = np.asarray(next_probs(tokens), float)
        if not (each >= 0).all():
            raise ValueError(f"next_probs must be >= 0, got {each.min()}")
        p = np.cumsum(each)
        if not 0 < p[-1] < math.inf:
            raise ValueError(f"next_probs must sum to > 0, got {p[-1]}")
        drawn = checks.number("draw()", draw(), 0, 1, below=True)
        token = int(np.searchsorted(p, drawn * p[-1], side="right"))
        # A draw just below 1 may round up to the whole sum.
        token = min(token, int(np.flatnonzero(each)[-1]))
        tokens.append(token)
        if token == stop:
            break
    return tokens
