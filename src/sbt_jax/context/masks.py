r"""Which tokens a token may see: a window that slides, and sinks that stay.

Public names: :mod:`sbt_jax.context`.
Source: sliding windows: Jiang et al. (2023), arXiv:2310.06825, section 2; sinks:
Xiao et al. (2024), arXiv:2309.17453, section 3.2.
"""

import jax.numpy as jnp
from jaxtyping import Array, Bool

from sbt_jax import checks
from sbt_jax.attention import causal_mask


def window_mask(time: int, window: int, sinks: int = 0) -> Bool[Array, "time keys"]:
    """Each token sees itself and the few before it, and the first ones of the text.

    Args:
      time: Number of positions.
      window: How many tokens a token sees, itself included.
      sinks: How many tokens at the start of the text stay in view beside them.

    Returns:
      True where a query may look.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If the window is below 1, or another number negative.

    Example:
      >>> print(window_mask(4, window=2, sinks=1).astype(int))
      [[1 0 0 0]
       [1 1 0 0]
       [1 1 1 0]
       [1 0 1 1]]
    """
    checks.whole("window", window, 1)
    checks.whole("sinks", sinks)
    seen = causal_mask(time, time)
    at = jnp.arange(time)
    near = at[:, None] - at < min(window, 2**30)
    return seen & (near | (at < min(sinks, 2**30)))


def reach(window: int, layers: int) -> int:
    """How far back news can come from, if each layer passes it on.

    A token of the top layer sees ``window`` tokens of the layer below; each of these
    saw ``window`` tokens of the one below that.

    Args:
      window: How many tokens a token sees in one layer.
      layers: Number of layers.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If one is below 1.

    Example:
      >>> reach(4096, 32)
      131072
    """
    return checks.whole("window", window, 1) * checks.whole("layers", layers, 1)
