r"""Where a token stands: three ways to tell attention.

Public names: :mod:`sbt_jax.attention`.
Source: sinusoidal: Vaswani et al. (2017), arXiv:1706.03762, section 3.5;
rotary: Su et al. (2021), arXiv:2104.09864, section 3.4.
"""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checks

ROTARY_BASE = 10_000.0


def init_positions(
    key: PRNGKeyArray, window: int, width: int
) -> Float[Array, "time width"]:
    """Learned positions: a table with a row for each place, random at first.

    A model adds row ``t`` to what it reads at position ``t``. It learns nothing
    about a place that no training text has reached, and has no row beyond the table.

    Args:
      key: Random key.
      window: Longest sequence.
      width: Size of the residual stream.

    Returns:
      Normal numbers with standard deviation ``1 / sqrt(width)``.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If it is below 1.

    Example:
      >>> init_positions(jax.random.key(0), window=5, width=4).shape
      (5, 4)
    """
    checks.whole("window", window, 1)
    checks.whole("width", width, 1)
    return jax.random.normal(key, (window, width)) / math.sqrt(width)


def sinusoidal(
    time: int, width: int, base: float = ROTARY_BASE
) -> Float[Array, "time width"]:
    r"""Fixed positions: waves from fast to slow.

    .. math:: P_{t, 2i} = \sin(t \cdot b^{-2i/n}), \quad
              P_{t, 2i+1} = \cos(t \cdot b^{-2i/n})

    Args:
      time: Number of positions.
      width: :math:`n`, the size of the residual stream.
      base: :math:`b`. A larger base has slower slow waves.

    Returns:
      A row for each position, to add to what the model reads there.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If ``width`` is odd, a size negative or ``base`` not positive.

    Example:
      >>> print(sinusoidal(2, 4).round(3))
      [[0.    1.    0.    1.   ]
       [0.841 0.54  0.01  1.   ]]
    """
    checks.whole("time", time)
    checks.number("base", base, 0, above=True)
    if checks.whole("width", width) % 2:
        raise ValueError(f"width must be even, got {width}")
    speeds = base ** (-jnp.arange(0, width, 2) / width)
    angles = jnp.arange(time)[:, None] * speeds  # (time, width / 2)
    waves = jnp.stack([jnp.sin(angles), jnp.cos(angles)], axis=-1)
    return waves.reshape(time, width)


def rotary(
    vectors: Float[Array, "*batch time heads head"],
    offset: int | Int[Array, ""] = 0,
    base: float = ROTARY_BASE,
) -> Float[Array, "*batch time heads head"]:
    r"""Turn each vector by angles that grow with its position.

    Dimensions :math:`i` and :math:`i + d/2` are one pair. At position
    :math:`t` the pair turns by the angle

    .. math:: \theta_{t, i} = t \cdot b^{-2i/d}

    so of the two positions only the distance enters a dot product.

    Args:
      vectors: Queries or keys of one sequence.
      offset: Position of the first vector, which may be traced.
      base: :math:`b`. A larger base turns the slow pairs slower.

    Returns:
      Vectors of the same lengths as before.

    Raises:
      TypeError: If ``offset`` is not whole.
      ValueError: If the size of a head is odd, or ``base`` not positive.

    Example:
      >>> east = jnp.array([[[1.0, 0.0]]] * 2)
      >>> print(rotary(east)[:, 0].round(3))
      [[1.    0.   ]
       [0.54  0.841]]
    """
    checks.numbers(vectors=vectors)
    checks.number("base", base, 0, above=True)
    if isinstance(offset, jax.Array):
        checks.kind("offset", offset, "integers")
    else:
        checks.whole("offset", offset)
    time, _, size = vectors.shape[-3:]
    if size % 2:
        raise ValueError(f"rotary needs an even head size, got {size}")
    speeds = base ** (-jnp.arange(0, size, 2) / size)
    positions = offset + jnp.arange(time)
    angles = positions[:, None, None] * speeds  # (time, 1, head / 2)
    cos, sin = jnp.cos(angles), jnp.sin(angles)
    first, second = jnp.split(vectors, 2, axis=-1)
    turned = [first * cos - second * sin, first * sin + second * cos]
    return jnp.concatenate(turned, axis=-1)
