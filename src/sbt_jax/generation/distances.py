"""How far two distributions are apart, zeros included.

Public names: :mod:`sbt_jax.generation`.
"""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from sbt_jax import checks


def total_variation(
    truth: Float[Array, "*batch vocab"], model: Float[Array, "*batch vocab"]
) -> Float[Array, "*batch"]:
    r"""The probability mass that would have to move.

    .. math:: \tfrac12 \sum_i |p_i - q_i|

    Args:
      truth: Probabilities :math:`p`. Zeros are welcome, in either.
      model: Probabilities :math:`q`.

    Returns:
      0 for equals, 1 for distributions that share no outcome.

    Raises:
      ValueError: If the two have different shapes.

    Example:
      >>> print(total_variation(jnp.array([0.5, 0.5, 0]), jnp.array([0.5, 0, 0.5])))
      0.5
    """
    checks.numbers(truth=truth, model=model)
    checks.shaped("model", model, jnp.shape(truth))
    return 0.5 * jnp.abs(truth - model).sum(-1)


def jensen_shannon(
    truth: Float[Array, "*batch vocab"], model: Float[Array, "*batch vocab"]
) -> Float[Array, "*batch"]:
    r"""How well one draw tells the two apart; finite even where one has zeros.

    .. math:: \tfrac12 D(p \| m) + \tfrac12 D(q \| m), \quad m = \tfrac12 (p + q)

    Source: Lin (1991), "Divergence measures based on the Shannon entropy".

    Args:
      truth: Probabilities :math:`p`.
      model: Probabilities :math:`q`.

    Returns:
      Nats, from 0 to :math:`\ln 2`; NaN where a probability is negative.

    Raises:
      ValueError: If the two have different shapes.

    Example:
      >>> same, other = jnp.array([1.0, 0.0]), jnp.array([0.0, 1.0])
      >>> print(jensen_shannon(same, other).round(3), math.log(2))
      0.693 0.6931471805599453
    """
    checks.numbers(truth=truth, model=model)
    checks.shaped("model", model, jnp.shape(truth))
    middle = 0.5 * (truth + model)

    def to_middle(p: Array) -> Array:
        ratio = jnp.where(p > 0, p / jnp.where(middle > 0, middle, 1.0), 1.0)
        return jnp.where(p < 0, jnp.nan, p * jnp.log(ratio)).sum(-1)

    return jnp.clip(0.5 * (to_middle(truth) + to_middle(model)), 0.0, math.log(2))
