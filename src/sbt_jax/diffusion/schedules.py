r"""How much picture and how much noise there is at each time.

A noisy picture is :math:`x_t = a\,x + b\,\varepsilon`. On this page :math:`a` and
:math:`b` are a cosine and a sine, so that time runs from 0, the clean picture, to 1,
nothing but noise. The other schedules are those of published models.

Public names: :mod:`sbt_jax.diffusion`; mirrored in ``viz/diffusion/erase.mjs``.
Source: Ho et al. (2020), arXiv:2006.11239, section 4; Nichol & Dhariwal (2021),
arXiv:2102.09672, section 3.2; Karras et al. (2022), arXiv:2206.00364, equation 5; Lin
et al. (2023), arXiv:2305.08891, algorithm 1.
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks


def levels(
    time: float | Float[Array, "*batch"],
) -> tuple[Float[Array, "*batch"], Float[Array, "*batch"]]:
    """Shares of picture and of noise at a time: a cosine and a sine.

    Example:
      >>> [round(float(x), 3) for x in levels(0.5)]
      [0.707, 0.707]
    """
    angle = jnp.asarray(time) * (jnp.pi / 2)
    return jnp.cos(angle), jnp.sin(angle)


def add_noise(
    clean: Float[Array, "*batch pixels"],
    noise: Float[Array, "*batch pixels"],
    time: float | Float[Array, "*batch"],
) -> Float[Array, "*batch pixels"]:
    r"""A picture after noise: :math:`x_t = a\,x + b\,\varepsilon`.

    Args:
      clean: The picture.
      noise: As many numbers of a normal distribution.
      time: From 0 to 1; one for all, or one a picture.

    Raises:
      ValueError: If the noise has another shape.

    Example:
      >>> print(add_noise(jnp.ones(2), jnp.zeros(2), 0.5).round(3))
      [0.707 0.707]
    """
    checks.numbers(clean=clean, noise=noise)
    checks.shaped("noise", noise, clean.shape)
    a, b = (jnp.asarray(x)[..., None] for x in levels(time))
    return a * clean + b * noise


def linear_alphas(
    steps: int = 1000, first: float = 1e-4, last: float = 0.02, scaled: bool = False
) -> Float[np.ndarray, " steps"]:
    r"""Share of the picture's variance that is left after each step, DDPM's way.

    .. math:: \bar\alpha_t = \prod_{s \le t} (1 - \beta_s)

    Args:
      steps: How many.
      first: Variance of the noise that the first step adds.
      last: The same of the last one.
      scaled: Whether its root, and not itself, grows evenly, as in Stable Diffusion.

    Raises:
      ValueError: If there is no step, or a variance is not between 0 and 1.

    Example:
      >>> linear_alphas()[[99, 499, 999]].round(4)
      array([0.897 , 0.0786, 0.    ])
    """
    checks.whole("steps", steps, 1)
    checks.number("first", first, 0, 1, above=True, below=True)
    checks.number("last", last, 0, 1, above=True, below=True)
    beta = (
        np.linspace(first**0.5, last**0.5, steps) ** 2
        if scaled
        else np.linspace(first, last, steps)
    )
    return np.cumprod(1 - beta)


def cosine_alphas(
    steps: int = 1000, most: float = 0.999
) -> Float[np.ndarray, " steps"]:
    """The same by the cosine schedule of Nichol & Dhariwal.

    Args:
      steps: How many.
      most: A step's variance is at most this.

    Raises:
      ValueError: If there is no step, or ``most`` is not between 0 and 1.

    Example:
      >>> cosine_alphas()[[0, 499]].round(4)
      array([1.    , 0.4938])
    """
    checks.whole("steps", steps, 1)
    checks.number("most", most, 0, 1, above=True, below=True)
    at = np.arange(steps + 1) / steps
    share = np.cos((at + 0.008) / 1.008 * np.pi / 2) ** 2
    return np.cumprod(1 - np.minimum(1 - share[1:] / share[:-1], most))


def flow_alphas(steps: int = 1000) -> Float[np.ndarray, " steps"]:
    r"""The same of flow matching, whose shares are :math:`1 - t` and :math:`t`.

    Picture and noise are scaled together so that their squares sum to 1, as those of
    the other schedules do: what counts is how much there is of one beside the other.

    Args:
      steps: How many; the last leaves only noise.

    Raises:
      ValueError: If there is no step.

    Example:
      >>> flow_alphas(4).round(3)
      array([0.9, 0.5, 0.1, 0. ])
    """
    checks.whole("steps", steps, 1)
    noise = np.arange(1, steps + 1) / steps
    return (1 - noise) ** 2 / ((1 - noise) ** 2 + noise**2)


def time_of(alphas: Float[np.ndarray, " steps"]) -> Float[np.ndarray, " steps"]:
    r"""The time of this page at which as much of the picture is left.

    .. math:: t = \tfrac{2}{\pi} \arccos \sqrt{\bar\alpha}

    So one sampler can walk every schedule. Noise that is :math:`\sigma` times as strong
    as the picture leaves :math:`\bar\alpha = 1 / (1 + \sigma^2)`.

    Args:
      alphas: Shares of the picture's variance, from 0 to 1.

    Raises:
      ValueError: If one is not from 0 to 1.

    Example:
      >>> time_of(np.array([1.0, 0.5, 0.0]))
      array([0. , 0.5, 1. ])
    """
    alphas = np.asarray(checks.all_finite("alphas", alphas))
    if ((alphas < 0) | (alphas > 1)).any():
        raise ValueError(f"alphas must be from 0 to 1, got {alphas}")
    return np.arccos(np.sqrt(alphas)) / (np.pi / 2)


def zero_terminal(
    alphas: Float[np.ndarray, " steps"],
) -> Float[np.ndarray, " steps"]:
    """A schedule shifted and stretched so that its last step leaves no picture.

    Raises:
      ValueError: If there are fewer than two steps.

    Example:
      >>> zero_terminal(np.array([0.81, 0.25])).round(3)
      array([0.81, 0.  ])
    """
    alphas = checks.all_finite("alphas", alphas)
    if np.ndim(alphas) != 1 or len(alphas) < 2:
        raise ValueError(f"alphas must hold at least two, got shape {alphas.shape}")
    root = np.sqrt(alphas)
    return ((root - root[-1]) * root[0] / (root[0] - root[-1])) ** 2


def signal_to_noise(alphas: Float[np.ndarray, " steps"]) -> Float[np.ndarray, " steps"]:
    """Variance of the picture over that of the noise.

    Example:
      >>> signal_to_noise(np.array([0.5, 0.1])).round(3)
      array([1.   , 0.111])
    """
    alphas = np.asarray(checks.all_finite("alphas", alphas))
    return alphas / (1 - alphas)


def edm_noises(
    steps: int = 18, least: float = 0.002, most: float = 80.0, power: float = 7.0
) -> Float[np.ndarray, " steps"]:
    """The noise of each step in the sampler of Karras et al., from most to least.

    Raises:
      ValueError: If there are fewer than two steps, or a value is not positive.

    Example:
      >>> edm_noises()[:3].round(2)
      array([80.  , 57.59, 40.79])
    """
    checks.whole("steps", steps, 2)
    for name, value in (("least", least), ("most", most), ("power", power)):
        checks.number(name, value, 0, above=True)
    ends = most ** (1 / power), least ** (1 / power)
    return np.linspace(*ends, steps) ** power


def chosen_steps(
    steps: int, of: int = 1000, trailing: bool = True
) -> Int[np.ndarray, " steps"]:
    """Which of the training's steps a sampler visits, the noisiest first.

    Args:
      steps: How many it takes.
      of: How many there were in training.
      trailing: Whether it starts at the very last, or stops short of it.

    Raises:
      ValueError: If it takes more than there are.

    Example:
      >>> chosen_steps(50)[0], chosen_steps(50, trailing=False)[0]
      (np.int64(999), np.int64(980))
    """
    checks.whole("of", of, 1)
    checks.whole("steps", steps, 1, of)
    if trailing:
        return np.rint(np.arange(of, 0, -of / steps)).astype(int)[:steps] - 1
    return np.arange(steps)[::-1] * (of // steps)
