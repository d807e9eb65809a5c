r"""Superposition: more features than dimensions, in a model of fifteen numbers.

Public names: :mod:`sbt_jax.interpretability`.
Source: Elhage et al. (2022), "Toy Models of Superposition", arXiv:2209.10652,
sections 2 and 3.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checks

#: How much each feature matters, beside the one before it.
IMPORTANCE = 0.8
SAMPLES, TOY_STEPS, TOY_RATE = 512, 1_000, 0.03
GOLDEN = (math.sqrt(5) - 1) / 2
TINY = 1e-12


class Toy(NamedTuple):
    """A model that squeezes features into fewer numbers and unpacks them again."""

    weights: Float[Array | np.ndarray, "features width"]
    bias: Float[Array | np.ndarray, " features"]


def toy_output(
    toy: Toy, x: Float[Array, "*batch features"]
) -> Float[Array, "*batch features"]:
    r"""Into few numbers and back: :math:`\mathrm{relu}((x W) W^\top + b)`.

    Raises:
      ValueError: If there are not as many features.

    Example:
      >>> toy = Toy(jnp.array([[1.0], [-1.0]]), jnp.zeros(2))
      >>> print(toy_output(toy, jnp.array([1.0, 0.0])))
      [1. 0.]
    """
    checks.numbers(x=x)
    if x.shape[-1:] != toy.bias.shape:
        raise ValueError(f"x must have {len(toy.bias)} features, got {x.shape}")
    return jax.nn.relu((x @ toy.weights) @ toy.weights.T + toy.bias)


def toy_loss(toy: Toy, x: Float[Array, "batch features"]) -> Float[Array, ""]:
    """Mean squared error, in which later features matter less.

    Raises:
      ValueError: If there are not as many features.

    Example:
      >>> toy = Toy(jnp.zeros((2, 1)), jnp.zeros(2))
      >>> print(toy_loss(toy, jnp.array([[1.0, 0.0]])).round(3))
      1.0
    """
    weight = IMPORTANCE ** jnp.arange(x.shape[-1])
    return (weight * (x - toy_output(toy, x)) ** 2).sum(-1).mean()


def toy_data(
    density: float, features: int = 5, samples: int = SAMPLES
) -> Float[np.ndarray, "samples features"]:
    """Samples in which each feature is there with a probability; mirrored.

    No chance is in it: multiples of irrational numbers, which cover everything evenly.

    Args:
      density: How often each feature is there, above 0 and at most 1.
      features: How many.
      samples: How many.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> print((toy_data(0.25) > 0).mean().round(2))
      0.25
    """
    checks.number("density", density, 0, 1, above=True)
    checks.whole("features", features, 1)
    checks.whole("samples", samples, 1)
    number = np.arange(1, samples + 1)[:, None]
    step = np.arange(1, 2 * features + 1)
    turns = number * np.sqrt(step + GOLDEN) % 1
    there = turns[:, :features] < density
    return np.where(there, 0.05 + 0.95 * turns[:, features:], 0.0)


def toy_start(seed: int, features: int = 5, width: int = 2) -> Toy:
    """Small weights to begin from, others for each seed; mirrored.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> toy_start(0).weights.shape
      (5, 2)
    """
    checks.whole("seed", seed)
    checks.whole("features", features, 1)
    checks.whole("width", width, 1)
    at = np.arange(1, features * width + 1) + 17 * (seed + 1)
    turns = at * math.sqrt(2) * (seed + 1) % 1
    return Toy((0.8 * turns - 0.4).reshape(features, width), np.zeros(features))


def train_toy(
    density: float, seed: int = 0, steps: int = TOY_STEPS, rate: float = TOY_RATE
) -> Toy:
    """Train the toy by Adam on all samples at once; mirrored in ``toy.mjs``.

    Args:
      density: How often each feature is there.
      seed: Where it begins.
      steps: Updates.
      rate: Of Adam; it falls in a straight line to a tenth.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> train_toy(0.05, steps=1).weights.shape
      (5, 2)
    """
    checks.whole("steps", steps, 0)
    checks.number("rate", rate, 0, above=True)
    x, toy = toy_data(density), toy_start(seed)
    importance = IMPORTANCE ** np.arange(x.shape[1])
    state = [(np.zeros_like(part), np.zeros_like(part)) for part in toy]
    for step in range(1, steps + 1):
        slopes = _toy_slope(toy, x, importance)
        now = rate * (1 - 0.9 * step / steps)
        parts = []
        for i, (part, slope) in enumerate(zip(toy, slopes, strict=True)):
            mean, square = state[i]
            mean = 0.9 * mean + 0.1 * slope
            square = 0.999 * square + 0.001 * slope**2
            state[i] = (mean, square)
            usual = np.sqrt(square / (1 - 0.999**step)) + 1e-8
            parts.append(part - now * (mean / (1 - 0.9**step)) / usual)
        toy = Toy(*parts)
    return toy


def _toy_slope(toy: Toy, x: np.ndarray, importance: np.ndarray) -> Toy:
    """The gradient of :func:`toy_loss`, by hand."""
    few = x @ toy.weights
    before = few @ toy.weights.T + toy.bias
    off = importance * 2 * (np.maximum(before, 0) - x) * (before > 0) / len(x)
    weights = off.T @ few + x.T @ (off @ toy.weights)
    return Toy(weights, off.sum(0))


def dimension_shares(
    weights: Float[np.ndarray, "features width"],
) -> Float[np.ndarray, " features"]:
    r"""Each feature's share of a dimension; mirrored in ``toy.mjs``.

    .. math:: D_i = \frac{\|W_i\|^2}{\sum_j (\hat W_i \cdot W_j)^2}

    1: a dimension of its own; 0.5: shared with one other; 0: not there.

    Raises:
      ValueError: If a weight is not finite, or it is no matrix.

    Example:
      >>> print(dimension_shares(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]])))
      [0.5 0.5 1. ]
    """
    weights = checks.shaped("weights", np.asarray(weights, float), (None, None))
    checks.all_finite("weights", weights)
    square = (weights**2).sum(1)
    there = square > 1e-6
    unit = weights / np.sqrt(np.maximum(square, TINY))[:, None]
    crowd = ((unit @ weights.T) ** 2).sum(1)
    return np.where(there, square / np.maximum(crowd, TINY), 0.0)


def welch_bound(count: int, width: int) -> float:
    r"""The least that the largest \|cosine\| of so many directions can be.

    .. math:: \sqrt{\frac{n - m}{m (n - 1)}}

    Source: Welch (1974), "Lower bounds on the maximum cross correlation of signals".

    Args:
      count: Directions :math:`n`.
      width: Dimensions :math:`m`.

    Raises:
      ValueError: If there are not more directions than dimensions.

    Example:
      >>> round(welch_bound(512, 128), 4)
      0.0766
    """
    checks.whole("width", width, 1)
    checks.whole("count", count, width + 1)
    return math.sqrt((count - width) / (width * (count - 1)))
