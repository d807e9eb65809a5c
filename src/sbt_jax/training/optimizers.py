r"""Optimisers written out: SGD, momentum, Adam, AdamW, and the schedule of the rate.

Public names: :mod:`sbt_jax.training`.
Source: momentum: Polyak (1964), "Some methods of speeding up the convergence of
iteration methods"; Adam: Kingma & Ba (2015), arXiv:1412.6980, algorithm 1; AdamW:
Loshchilov & Hutter (2019), arXiv:1711.05101, algorithm 2.
"""

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from sbt_jax import checks


class Optimizer(NamedTuple):
    """Two functions: ``init(weights)`` and ``update(gradient, state, weights, rate)``.

    The second returns the new weights and the new state. The learning rate is an
    argument of each update, so it may change at any time.
    """

    init: Callable[[Any], Any]
    update: Callable[[Any, Any, Any, Any], tuple[Any, Any]]


class Moments(NamedTuple):
    """What Adam remembers: running means of the gradient and of its square."""

    mean: Any
    square: Any
    step: Any


def sgd() -> Optimizer:
    r"""Go against the gradient.

    .. math:: w \leftarrow w - \eta g

    Example:
      >>> optimizer = sgd()
      >>> w, _ = optimizer.update(jnp.array(1.0), (), jnp.array(2.0), 0.5)
      >>> print(w)
      1.5
    """

    def update(gradient: Any, state: Any, weights: Any, rate: Any) -> tuple[Any, Any]:
        return jax.tree.map(lambda w, g: w - rate * g, weights, gradient), state

    return Optimizer(lambda weights: (), update)


def momentum(keep: float = 0.9) -> Optimizer:
    r"""Keep a part of the last step, like a ball that rolls.

    .. math:: v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta v

    Args:
      keep: :math:`\beta`, from 0 (plain descent) to below 1.

    Raises:
      ValueError: If ``keep`` is out of range.

    Example:
      >>> optimizer = momentum(0.5)
      >>> w, v = jnp.array(1.0), jnp.array(2.0)
      >>> print(optimizer.update(jnp.array(2.0), v, w, 0.25)[0])
      0.25
    """
    checks.number("keep", keep, 0, 1, below=True)

    def update(gradient: Any, state: Any, weights: Any, rate: Any) -> tuple[Any, Any]:
        state = jax.tree.map(lambda v, g: keep * v + g, state, gradient)
        return jax.tree.map(lambda w, v: w - rate * v, weights, state), state

    return Optimizer(functools.partial(jax.tree.map, jnp.zeros_like), update)


def adam(
    b1: float = 0.9,
    b2: float = 0.999,
    epsilon: float = 1e-8,
    decay: float = 0.0,
) -> Optimizer:
    r"""Divide each weight's mean gradient by its usual size.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1) g \\
        s &\leftarrow \beta_2 s + (1 - \beta_2) g^2 \\
        w &\leftarrow w - \eta \left(\frac{m / (1 - \beta_1^t)}
        {\sqrt{s / (1 - \beta_2^t)} + \epsilon} + \lambda w\right)

    Args:
      b1: How much of the mean is kept.
      b2: How much of the mean square is kept.
      epsilon: Keeps the division finite.
      decay: :math:`\lambda`, see :func:`adamw`.

    Raises:
      TypeError: If an argument is no number.
      ValueError: If ``b1`` or ``b2`` is not in 0 to below 1, ``epsilon`` is not
        positive or ``decay`` negative.

    Example:
      >>> optimizer = adam()
      >>> w = jnp.array([1.0, 1.0])
      >>> gradient = jnp.array([0.001, 1000.0])
      >>> new, _ = optimizer.update(gradient, optimizer.init(w), w, 0.5)
      >>> print(*(f"{x:.3f}" for x in new))
      0.500 0.500
    """
    checks.number("b1", b1, 0, 1, below=True)
    checks.number("b2", b2, 0, 1, below=True)
    checks.number("epsilon", epsilon, 0, above=True)
    checks.number("decay", decay, 0)

    def init(weights: Any) -> Moments:
        zeros = jax.tree.map(jnp.zeros_like, weights)
        return Moments(zeros, zeros, jnp.array(0))

    def update(slopes: Any, state: Any, weights: Any, rate: Any) -> Any:
        t = state.step + 1
        mean = _running(state.mean, slopes, b1)
        squares = jax.tree.map(jnp.square, slopes)
        square = _running(state.square, squares, b2)

        def moved(w: Array, m: Array, s: Array) -> Array:
            usual = jnp.sqrt(s / (1 - b2**t)) + epsilon
            return w - rate * (m / (1 - b1**t) / usual + decay * w)

        new = jax.tree.map(moved, weights, mean, square)
        return new, Moments(mean, square, t)

    return Optimizer(init, update)


def _running(old: Any, new: Any, keep: float) -> Any:
    """A running mean: a part of the old one is kept."""
    return jax.tree.map(lambda a, b: keep * a + (1 - keep) * b, old, new)


def adamw(
    decay: float = 0.01, b1: float = 0.9, b2: float = 0.999, epsilon: float = 1e-8
) -> Optimizer:
    r"""Adam, and every weight shrinks a little at each step.

    The decay stands beside the division, not inside the gradient: it pulls on all
    weights alike. See :func:`adam` for the formula.

    Args:
      decay: :math:`\lambda`, in units of the learning rate.
      b1: See :func:`adam`.
      b2: See :func:`adam`.
      epsilon: See :func:`adam`.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> optimizer, w = adamw(decay=0.5), jnp.array(1.0)
      >>> print(optimizer.update(jnp.array(0.0), optimizer.init(w), w, 0.5)[0])
      0.75
    """
    return adam(b1, b2, epsilon, decay)


def learning_rate(
    step: Array | int, steps: int, peak: Array | float, warmup: int
) -> Float[Array, ""]:
    """Warm-up in a straight line from 0, then half a cosine down to 0.

    After ``steps`` it stays at 0.

    Args:
      step: How many updates are done; NaN for a negative one.
      steps: Updates in all.
      peak: The highest rate.
      warmup: Updates until there.

    Raises:
      TypeError: If ``steps`` or ``warmup`` is not whole.
      ValueError: If ``warmup`` is not in 0 to below ``steps``.

    Example:
      >>> print([round(float(learning_rate(t, 100, 1.0, 10)), 2) for t in (0, 5, 10)])
      [0.0, 0.5, 1.0]
      >>> print([round(float(learning_rate(t, 100, 1.0, 10)), 2) for t in (55, 100)])
      [0.5, 0.0]
    """
    checks.whole("warmup", warmup, 0, checks.whole("steps", steps, 1) - 1)
    up = jnp.where(jnp.asarray(step) < 0, jnp.nan, step / max(warmup, 1))
    past = jnp.clip(step - warmup, 0, steps - warmup)
    down = (1 + jnp.cos(jnp.pi * past / (steps - warmup))) / 2
    return peak * jnp.where(jnp.asarray(step) < warmup, up, down)


def descend(
    optimizer: Optimizer,
    loss: Callable[[Any], Float[Array, ""]],
    start: Any,
    rate: Float[Array, ""] | float,
    steps: int,
) -> tuple[Any, Float[Array, " steps"]]:
    """The path of an optimiser, and the loss before each update.

    Args:
      optimizer: Which one.
      loss: From weights to a number.
      start: The first weights.
      rate: The learning rate of all steps.
      steps: How many.

    Returns:
      The weights at the start and after each step, and the losses.

    Raises:
      TypeError: If ``steps`` is not an int.
      ValueError: If ``steps`` is below 1.

    Example:
      >>> path, losses = descend(sgd(), lambda w: w**2, jnp.array(1.0), 0.25, 3)
      >>> print(path, losses)
      [1.    0.5   0.25  0.125] [1.     0.25   0.0625]
    """
    checks.whole("steps", steps, 1)
    start = jax.tree.map(_floating, start)
    return _descend(optimizer, loss, start, rate, steps)


@functools.partial(jax.jit, static_argnames=("optimizer", "loss", "steps"))
def _descend(
    optimizer: Optimizer,
    loss: Callable[[Any], Float[Array, ""]],
    start: Any,
    rate: Float[Array, ""] | float,
    steps: int,
) -> tuple[Any, Float[Array, " steps"]]:
    slope = jax.value_and_grad(loss)

    def step(carry: tuple[Any, Any], _: None) -> tuple[Any, Any]:
        weights, state = carry
        value, gradient = slope(weights)
        return optimizer.update(gradient, state, weights, rate), (weights, value)

    (last, _), (path, losses) = jax.lax.scan(
        step, (start, optimizer.init(start)), None, length=steps
    )
    return jax.tree.map(lambda p, w: jnp.append(p, w[None], 0), path, last), losses


def best_momentum(low: float, high: float) -> tuple[float, float, float]:
    r"""The best momentum for a bowl: learning rate, part kept, shrinking a step.

    .. math::
        \eta &= \left(\frac{2}{\sqrt{\lambda_1} + \sqrt{\lambda_n}}\right)^2 \\
        \beta &= \left(\frac{\sqrt{\lambda_n} - \sqrt{\lambda_1}}
        {\sqrt{\lambda_n} + \sqrt{\lambda_1}}\right)^2

    The distance to the bottom shrinks by :math:`\sqrt\beta` a step in the long run.

    Args:
      low: Smallest curvature :math:`\lambda_1` of the bowl.
      high: Largest curvature :math:`\lambda_n`.

    Raises:
      ValueError: If not ``0 < low <= high``.

    Example:
      >>> [round(x, 3) for x in best_momentum(1.0, 100.0)]
      [0.033, 0.669, 0.818]
    """
    checks.number("low", low, infinite=True)
    checks.number("high", high, infinite=True)
    if not 0 < low <= high < math.inf:
        raise ValueError(f"curvatures must be 0 < low <= high, got {low}, {high}")
    one, other = math.sqrt(low), math.sqrt(high)
    shrink = (other - one) / (other + one)
    return (2 / (one + other)) ** 2, shrink**2, shrink


def _floating(weight: Any) -> Array:
    """A weight that can change by less than 1."""
    checks.numbers(start=weight)
    array = jnp.asarray(weight)
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(float)
