r"""Guidance on a line, where everything can be computed.

The prompt's pictures are normal with variance 1, all pictures normal with variance 2.
Guided samples are normal, too; but their variance isn't that of the density that
guidance is often said to sample.

Public names: :mod:`sbt_jax.diffusion`; mirrored in ``viz/diffusion/line.mjs``.
Source: Bradley & Nakkiran (2024), arXiv:2408.09000, section 3.
"""

import numpy as np
from jaxtyping import Float

from sbt_jax import checks

TOLD, ALL = 1.0, 2.0  # variances of what fits the prompt, and of everything


def sharpened_variance(scale: float) -> float:
    r"""Variance of the density :math:`p(x|c)^\gamma p(x)^{1-\gamma}`.

    Args:
      scale: :math:`\gamma`, at least 1.

    Raises:
      ValueError: If it is below 1.

    Example:
      >>> sharpened_variance(3.0)
      0.5
    """
    checks.number("scale", scale, 1)
    return 1 / (scale / TOLD + (1 - scale) / ALL)


def guided_variance(scale: float, renewed: bool = False) -> float:
    r"""Variance of what guidance really gives, in endlessly many steps.

    .. math:: 2^{1-\gamma} \text{ (DDIM)}, \qquad
              \frac{2 - 2^{2-2\gamma}}{2\gamma - 1} \text{ (DDPM)}

    Args:
      scale: :math:`\gamma`, at least 1.
      renewed: Whether the noise is renewed on the way, as in DDPM.

    Raises:
      ValueError: If the scale is below 1.

    Example:
      >>> guided_variance(3.0), guided_variance(3.0, renewed=True)
      (0.25, 0.3875)
    """
    checks.number("scale", scale, 1)
    if renewed:
        return (2 - 2 ** (2 - 2 * scale)) / (2 * scale - 1)
    return 2 ** (1 - scale)


def walked_variance(scale: float, steps: int, eta: float = 0.0) -> float:
    """The same by walking: the variance after each step of the sampler.

    Every step is linear, so a variance is all that there is to follow.

    Args:
      scale: Guidance, at least 1.
      steps: How many, evenly spaced in the angle of signal and noise.
      eta: 0 for DDIM, 1 for DDPM.

    Raises:
      ValueError: If the scale is below 1, or there is no step.

    Example:
      >>> round(walked_variance(1.0, 1000), 2)
      1.0
    """
    checks.number("scale", scale, 1)
    checks.whole("steps", steps, 1)
    checks.number("eta", eta, 0, 1)
    angles = np.linspace(np.pi / 2, 0, steps + 1)
    a, b = np.cos(angles), np.sin(angles)
    variance = 1.0
    for at in range(steps):
        told, every = (_shrink(v, a[at], b[at]) for v in (TOLD, ALL))
        guess = every + scale * (told - every)
        said = (1 - a[at] * guess) / b[at]
        ratio = max(1 - (a[at] / a[at + 1]) ** 2, 0)
        renewed = eta * b[at + 1] / b[at] * ratio**0.5
        kept = max(b[at + 1] ** 2 - renewed**2, 0) ** 0.5
        variance = (a[at + 1] * guess + kept * said) ** 2 * variance + renewed**2
    return float(variance)


def _shrink(variance: float, a: float, b: float) -> float:
    """The exact guess of a normal world is this times the noisy value."""
    return a * variance / (a**2 * variance + b**2)


def bell(
    x: Float[np.ndarray, " places"], variance: float
) -> Float[np.ndarray, " places"]:
    """Density of a normal distribution around zero."""
    return np.exp(-(x**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
