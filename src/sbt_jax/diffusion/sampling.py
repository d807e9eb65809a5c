r"""From noise to a picture: three costumes of one answer, a step, and guidance.

Public names: :mod:`sbt_jax.diffusion`; mirrored in ``viz/diffusion/erase.mjs``.
Source: Song et al. (2020), arXiv:2010.02502, equations 12 and 16; Salimans & Ho (2022),
arXiv:2202.00512, appendix D (velocity); Ho & Salimans (2022), arXiv:2207.12598,
equation 6.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from sbt_jax import checks
from sbt_jax.diffusion.schedules import levels


def clean_of(
    noisy: Float[Array, "*batch pixels"],
    velocity: Float[Array, "*batch pixels"],
    time: float | Float[Array, ""],
) -> Float[Array, "*batch pixels"]:
    r"""The clean picture that a velocity means: :math:`\hat x = a\,x_t - b\,v`.

    Raises:
      ValueError: If the two differ in shape.

    Example:
      >>> print(clean_of(jnp.ones(1), jnp.zeros(1), 0.0))
      [1.]
    """
    checks.shaped("velocity", velocity, noisy.shape)
    a, b = levels(time)
    return a * noisy - b * velocity


def noise_of(
    noisy: Float[Array, "*batch pixels"],
    velocity: Float[Array, "*batch pixels"],
    time: float | Float[Array, ""],
) -> Float[Array, "*batch pixels"]:
    r"""The noise that a velocity means: :math:`\hat\varepsilon = b\,x_t + a\,v`.

    Raises:
      ValueError: If the two differ in shape.

    Example:
      >>> print(noise_of(jnp.ones(1), jnp.zeros(1), 1.0))
      [1.]
    """
    checks.shaped("velocity", velocity, noisy.shape)
    a, b = levels(time)
    return b * noisy + a * velocity


def velocity_of(
    noisy: Float[Array, "*batch pixels"],
    clean: Float[Array, "*batch pixels"],
    time: float | Float[Array, ""],
) -> Float[Array, "*batch pixels"]:
    r"""The velocity that a guess of the clean picture means.

    .. math:: v = (a\,x_t - \hat x) / b

    Raises:
      ValueError: If the two differ in shape.

    Example:
      >>> print(velocity_of(jnp.ones(1), jnp.ones(1), 1.0))
      [-1.]
    """
    checks.shaped("clean", clean, noisy.shape)
    a, b = levels(time)
    return (a * noisy - clean) / b


def step_back(
    noisy: Float[Array, "*batch pixels"],
    clean: Float[Array, "*batch pixels"],
    time: float | Float[Array, ""],
    to: float | Float[Array, ""],
    fresh: Float[Array, "*batch pixels"] | None = None,
    eta: float = 0.0,
) -> Float[Array, "*batch pixels"]:
    r"""One step to less noise: the guess, with as much noise as belongs to its time.

    .. math:: x_s = a_s \hat x + \sqrt{b_s^2 - \sigma^2}\,\hat\varepsilon + \sigma z,
              \quad \sigma = \eta \tfrac{b_s}{b_t} \sqrt{1 - a_t^2 / a_s^2}

    Args:
      noisy: The picture at ``time``.
      clean: The guess of the clean one.
      time: Where it is, above 0.
      to: Where it goes, below ``time``.
      fresh: :math:`z`, new noise; needed if ``eta`` is not 0.
      eta: 0 keeps the old noise (DDIM), 1 renews as much as DDPM does.

    Raises:
      ValueError: If the shapes differ, or new noise is needed and missing.

    Example:
      >>> print(step_back(jnp.ones(1), jnp.full(1, 0.5), 1.0, 0.0))
      [0.5]
    """
    checks.shaped("clean", clean, noisy.shape)
    checks.number("eta", eta, 0, 1)
    (a, b), (a_to, b_to) = levels(time), levels(to)
    said = (noisy - a * clean) / b
    if not eta:
        return a_to * clean + b_to * said
    if fresh is None:
        raise ValueError(f"fresh must be given with eta, got {fresh}")
    renewed = eta * b_to / b * jnp.sqrt(jnp.maximum(1 - (a / a_to) ** 2, 0))
    kept = jnp.sqrt(jnp.maximum(b_to**2 - renewed**2, 0))
    return (
        a_to * clean
        + kept * said
        + renewed * checks.shaped("fresh", fresh, noisy.shape)
    )


def guided(
    without: Float[Array, "*batch pixels"],
    told: Float[Array, "*batch pixels"],
    scale: float | Float[Array, ""],
) -> Float[Array, "*batch pixels"]:
    r"""Classifier-free guidance: beyond what the prompt changes.

    .. math:: \hat x = \hat x_{\text{without}} +
              \gamma (\hat x_{\text{told}} - \hat x_{\text{without}})

    Args:
      without: The answer without a prompt.
      told: The answer with it.
      scale: 1 follows the prompt as it was learned, more exaggerates it.

    Raises:
      ValueError: If the two differ in shape.

    Example:
      >>> print(guided(jnp.zeros(1), jnp.ones(1), 3.0))
      [3.]
    """
    checks.shaped("told", told, without.shape)
    return without + scale * (told - without)
