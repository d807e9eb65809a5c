r"""Curvature: how sharply a loss bends, and descent at the edge of stability.

Public names: :mod:`sbt_jax.training`.
Source: Cohen et al. (2021), arXiv:2103.00065, sections 2 and 3; products with the
Hessian without it: Pearlmutter (1994), "Fast exact multiplication by the Hessian".
"""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

from sbt_jax import checks


def sharpness(
    loss: Callable[[Any], Float[Array, ""]],
    weights: Any,
    direction: Any = None,
    rounds: int = 100,
) -> tuple[Float[Array, ""], Any]:
    r"""The curvature along the direction in which the loss bends most.

    Power iteration: multiply a direction by the Hessian :math:`H` again and again,
    and it turns to the eigenvector of the largest eigenvalue. The product
    :math:`H v` is the rate at which the gradient changes along :math:`v`.

    Args:
      loss: From weights to a number.
      weights: Where.
      direction: Where to begin, if a good one is known.
      rounds: Products with the Hessian.

    Returns:
      The eigenvalue of the largest size, and its direction: 0 and the direction of
      the start where the loss does not bend.

    Raises:
      TypeError: If ``rounds`` is not an int, or weights are not floats.
      ValueError: If ``rounds`` is below 1, or ``direction`` is zero.

    Example:
      >>> bowl = lambda w: 3 * w[0] ** 2 + w[1] ** 2
      >>> print(f"{sharpness(bowl, jnp.zeros(2))[0]:.3f}")
      6.000
    """
    checks.whole("rounds", rounds, 1)
    for leaf in jax.tree.leaves(weights):
        checks.numbers(weights=leaf)
    flat, build = ravel_pytree(weights)
    if not jnp.issubdtype(flat.dtype, jnp.floating):
        raise TypeError(f"weights must be floats, got {flat.dtype}")
    if direction is None:
        first = jax.random.normal(jax.random.key(0), flat.shape)
    else:
        first = ravel_pytree(direction)[0]
        if not isinstance(first, jax.core.Tracer) and not first.any():
            raise ValueError(f"direction must not be zero, got {direction}")

    def slope(point: Array) -> Array:
        return jax.grad(lambda w: loss(build(w)))(point)

    def turn(v: Array, _: None) -> tuple[Array, Array]:
        bent = jax.grad(lambda point: slope(point) @ v)(flat)
        # Where the loss is straight, no direction is better than the one at hand.
        return jnp.where((bent == 0).all(), v, _long_as_one(bent)), v @ bent

    v, values = jax.lax.scan(turn, _long_as_one(first), None, length=rounds)
    return values[-1], build(v)


def _long_as_one(v: Float[Array, " width"]) -> Float[Array, " width"]:
    """A vector of length 1, however long it was."""
    largest = jnp.abs(v).max()
    scale = jnp.where(
        largest > 2.0**50, 2.0**-80, jnp.where(largest < 2.0**-50, 2.0**80, 1)
    )
    v = v * scale
    return v / jnp.linalg.norm(v)


def at_the_edge(
    loss: Callable[[Any], Float[Array, ""]],
    start: Any,
    rate: Float[Array, ""] | float,
    steps: int,
    every: int,
    rounds: int = 20,
) -> tuple[Float[Array, " places"], Float[Array, " places"]]:
    """Plain gradient descent on all of the data, with its sharpness on the way.

    Args:
      loss: From weights to a number, on all of the data.
      start: The first weights.
      rate: The learning rate.
      steps: How many; a multiple of ``every``.
      every: Steps between two measurements.
      rounds: Products with the Hessian for each, begun where the last one ended.

    Returns:
      Loss and sharpness, before the first of each ``every`` steps.

    Raises:
      TypeError: If a number of steps or rounds is not whole.
      ValueError: If ``steps`` is not a multiple of ``every``.

    Example:
      >>> bowl = lambda w: (w**2).sum()
      >>> losses, bends = at_the_edge(bowl, jnp.ones(2), 0.25, steps=2, every=1)
      >>> print(losses, *(f"{bend:.3f}" for bend in bends))
      [2.  0.5] 2.000 2.000
    """
    checks.whole("every", every)
    checks.whole("steps", steps)
    checks.whole("rounds", rounds, 1)
    if every < 1 or steps < every or steps % every:
        raise ValueError(f"steps must be a multiple of every, got {steps}, {every}")
    return _edge(loss, start, rate, steps, every, rounds)


@functools.partial(jax.jit, static_argnames=("loss", "steps", "every", "rounds"))
def _edge(
    loss: Callable[[Any], Float[Array, ""]],
    start: Any,
    rate: Float[Array, ""] | float,
    steps: int,
    every: int,
    rounds: int,
) -> tuple[Float[Array, " places"], Float[Array, " places"]]:
    slope = jax.grad(loss)

    def down(_: Any, weights: Any) -> Any:
        return jax.tree.map(lambda w, g: w - rate * g, weights, slope(weights))

    def stretch(carry: tuple[Any, Any], _: None) -> tuple[Any, Any]:
        weights, direction = carry
        bend, direction = sharpness(loss, weights, direction, rounds)
        now = loss(weights), bend
        return (jax.lax.fori_loop(0, every, down, weights), direction), now

    _, first = sharpness(loss, start, rounds=10 * rounds)
    _, found = jax.lax.scan(stretch, (start, first), None, length=steps // every)
    return found
