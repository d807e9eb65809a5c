r"""The whole way from noise to a picture: even steps, other spacings, a second guess.

Public names: :mod:`sbt_jax.diffusion`.
Source: Song et al. (2020), arXiv:2010.02502, section 4; Karras et al. (2022),
arXiv:2206.00364, algorithm 1.
"""

from collections.abc import Callable
from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checks
from sbt_jax.diffusion.sampling import step_back
from sbt_jax.diffusion.schedules import levels

#: Clean pictures from noisy ones and the time.
Guesser: TypeAlias = Callable[[Array, Array], Array]


def sample(
    key: Array,
    start: Float[Array, "batch pixels"],
    guess: Guesser,
    steps: int,
    eta: float = 0.0,
) -> Float[Array, "moments batch pixels"]:
    """Erase noise in even steps from time 1 to 0. Takes ``key`` first.

    Args:
      key: For new noise; without ``eta`` it changes nothing.
      start: Pure noise.
      guess: Gives the clean pictures from noisy ones and the time.
      steps: How many guesses are made.
      eta: As in :func:`step_back`.

    Returns:
      The pictures at every moment, the first of them ``start``.

    Raises:
      ValueError: If there is no step.

    Example:
      >>> path = sample(jax.random.key(0), jnp.ones((1, 2)), lambda x, t: x * 0.5, 1)
      >>> print(path[-1])
      [[0.5 0.5]]
    """
    checks.whole("steps", steps, 1)
    return sample_along(key, start, guess, 1 - np.arange(steps + 1) / steps, eta)


def sample_along(
    key: Array,
    start: Float[Array, "batch pixels"],
    guess: Guesser,
    times: Float[np.ndarray, " moments"],
    eta: float = 0.0,
    corrected: bool = False,
) -> Float[Array, "moments batch pixels"]:
    """Erase noise along times of any spacing. Takes ``key`` first.

    Times that are even on the way of flow matching make it Euler's method, those of
    :func:`edm_noises` with ``corrected`` make it that of Karras et al.; each other
    schedule has its own (:func:`time_of`).

    Args:
      key: For new noise; without ``eta`` it changes nothing.
      start: Pure noise.
      guess: Gives the clean pictures from noisy ones and the time.
      times: Falling, from 1 or less to 0.
      eta: As in :func:`step_back`.
      corrected: Whether each step but the last is corrected by a second guess, as
        :func:`heun_back` does; then the first time is below 1, and ``eta`` is 0.

    Returns:
      The pictures at every moment, the first of them ``start``.

    Raises:
      ValueError: If the times are none, or what ``corrected`` needs is not so.

    Example:
      >>> times = np.array([0.9, 0.5, 0.0])
      >>> path = sample_along(
      ...     jax.random.key(0), jnp.ones((1, 2)), lambda x, t: x * 0.5, times
      ... )
      >>> print(path.shape)
      (3, 1, 2)
    """
    times = np.asarray(checks.all_finite("times", times), float)
    falling = times.ndim == 1 and len(times) > 1 and (np.diff(times) < 0).all()
    if not falling or times[0] > 1 or times[-1] != 0:
        raise ValueError(f"times must fall from at most 1 to 0, got {times}")
    if corrected and (eta or times[0] == 1):
        raise ValueError(
            "corrected needs eta 0 and a first time below 1,"
            f" got eta {eta} and {times[0]}"
        )

    def one(noisy: Array, step: tuple[Array, Array, Array]) -> tuple[Array, Array]:
        time, to, at = step
        if corrected:
            after = heun_back(noisy, guess, time, to)
        else:
            fresh = jax.random.normal(jax.random.fold_in(key, at), noisy.shape)
            after = step_back(noisy, guess(noisy, time), time, to, fresh, eta)
        return after, after

    pairs = jnp.asarray(times[:-1]), jnp.asarray(times[1:]), jnp.arange(len(times) - 1)
    if not corrected:
        _, path = jax.lax.scan(one, start, pairs)
        return jnp.concatenate([start[None], path])
    end, path = jax.lax.scan(one, start, jax.tree.map(lambda x: x[:-1], pairs))
    # Nothing is left to correct at time 0: the last step lands on its guess.
    last = guess(end, jnp.float32(times[-2]))
    return jnp.concatenate([start[None], path, last[None]])


def heun_back(
    noisy: Float[Array, "*batch pixels"],
    guess: Guesser,
    time: float | Float[Array, ""],
    to: float | Float[Array, ""],
) -> Float[Array, "*batch pixels"]:
    r"""One step by Heun's method: go, guess again there, and go by the mean of both.

    Over the share of the picture, :math:`x_t / a`, noise grows evenly with
    :math:`\sigma = b / a`. So with the noises :math:`\hat\varepsilon_1` that the first
    guess implies, and :math:`\hat\varepsilon_2` of the second,

    .. math:: \frac{x_s}{a_s} = \frac{x_t}{a_t} + (\sigma_s - \sigma_t)\,
              \tfrac12 (\hat\varepsilon_1 + \hat\varepsilon_2)

    Args:
      noisy: The picture at ``time``.
      guess: Gives the clean picture from a noisy one and the time; asked twice.
      time: Where it is, below 1.
      to: Where it goes, above 0 and below ``time``.

    Example:
      >>> print(heun_back(jnp.ones(1), lambda x, t: 0 * x, 0.6, 0.5).round(3))
      [0.874]
    """
    (a, b), (a_to, b_to) = levels(time), levels(to)
    first = guess(noisy, jnp.asarray(time))
    one = (noisy - a * first) / b
    there = a_to * first + b_to * one
    two = (there - a_to * guess(there, jnp.asarray(to))) / b_to
    return a_to * (noisy / a + (b_to / a_to - b / a) * (one + two) / 2)
