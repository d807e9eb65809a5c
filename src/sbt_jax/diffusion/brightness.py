r"""Brightness on a line: what a schedule that keeps a bit of the picture does to it.

Half of all pictures are dark and half are bright, each half spread like a bell. All
that a sampler can get wrong here is the mean of a picture's numbers, and this mean
stands on a line of its own: of :math:`n` numbers with noise of strength 1, the noise of
the mean, times :math:`\sqrt n`, is again of strength 1. So the exact guess is known,
and 24 places of the first noise, evenly likely, stand for all of them.

Public names: :mod:`sbt_jax.diffusion`.
Source: Lin et al. (2023), arXiv:2305.08891, sections 2 and 3.
"""

from statistics import NormalDist

import numpy as np
from jaxtyping import Float, Int

from sbt_jax import checks

NUMBERS = 64 * 64 * 4  # of a latent picture of Stable Diffusion
MIDDLE, SPREAD = 0.6, 0.15  # brightness of the bright half; the dark one is below 0
PLACES = 24


def even_places(count: int = PLACES) -> Float[np.ndarray, " places"]:
    """Places of a normal distribution that part it evenly, from low to high.

    Raises:
      ValueError: If there is none.

    Example:
      >>> even_places(2).round(3)
      array([-0.674,  0.674])
    """
    checks.whole("count", count, 1)
    bell = NormalDist()
    return np.array([bell.inv_cdf((i + 0.5) / count) for i in range(count)])


def true_brightness(count: int = PLACES) -> Float[np.ndarray, " places"]:
    """The same of the world: half of them dark, half bright.

    Raises:
      ValueError: If there are not two at least, or their number is odd.

    Example:
      >>> true_brightness(4).round(2)
      array([-0.7, -0.5,  0.5,  0.7])
    """
    checks.whole("count", count, 2)
    if count % 2:
        raise ValueError(f"count must be even, got {count}")
    half = MIDDLE + SPREAD * even_places(count // 2)
    return np.concatenate([-half[::-1], half])


def guess_brightness(
    seen: Float[np.ndarray, " places"], signal: float, noise: float
) -> Float[np.ndarray, " places"]:
    r"""The exact guess: the mean of each half, weighted by how likely it is.

    Args:
      seen: :math:`a\,y + b\,\varepsilon`, where :math:`y` is the brightness times the
        root of how many numbers a picture has.
      signal: :math:`a`.
      noise: :math:`b`, above 0.

    Raises:
      ValueError: If there is no noise.

    Example:
      >>> guess_brightness(np.array([0.0, 5.0]), 0.05, 1.0).round(1)
      array([ 0. , 87.9])
    """
    checks.number("noise", noise, 0, above=True)
    root = NUMBERS**0.5
    mean, own = MIDDLE * root, (SPREAD * root) ** 2
    variance = signal**2 * own + noise**2
    # How likely bright is, against dark: both bells are equally wide.
    bright = (1 + np.tanh(signal * mean * seen / variance)) / 2
    each = [m + signal * own / variance * (seen - signal * m) for m in (-mean, mean)]
    return (1 - bright) * each[0] + bright * each[1]


def made_brightness(
    alphas: Float[np.ndarray, " steps"],
    steps: Int[np.ndarray, " moments"],
    count: int = PLACES,
) -> Float[np.ndarray, " places"]:
    """Brightness of what is made from pure noise, by the exact guess and DDIM.

    Each step keeps the order of the places, so that they part the outcome evenly, too.

    Args:
      alphas: A schedule: share of the picture's variance after each step.
      steps: Which of them are visited, the noisiest first, as :func:`chosen_steps`
        gives them. The first noise is pure, whatever the schedule says of it.
      count: How many places are followed.

    Raises:
      ValueError: If a step is none of the schedule, or ``count`` is not positive.

    Example:
      >>> made_brightness(np.array([0.9, 1e-4, 1e-6]), np.array([2, 1, 0]), 2).round(2)
      array([-0.3,  0.3])
    """
    alphas = np.asarray(checks.all_finite("alphas", alphas))
    steps = checks.ids("steps", steps, len(alphas))
    left = np.append(alphas[steps], 1.0)
    a, b = np.sqrt(left), np.sqrt(1 - left)
    places = even_places(count)
    for at in range(len(steps)):
        guess = guess_brightness(places, a[at], b[at])
        said = (places - a[at] * guess) / b[at]
        places = a[at + 1] * guess + b[at + 1] * said
    return places / NUMBERS**0.5
