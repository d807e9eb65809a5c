"""How uncertain a distribution is, and how far a model is from it.

Public names: :mod:`sbt_jax.foundations`.
"""

import math
from collections.abc import Mapping

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from sbt_jax import checks
from sbt_jax.foundations.ngrams import (
    Level,
)

#: What follows contexts of no token, of one, of two, …: a pytree.
NGrams = tuple[Level, ...]


def entropy(p: Float[Array, "*batch vocab"]) -> Float[Array, "*batch"]:
    r"""How uncertain a distribution is: the mean surprise of who knows it.

    .. math:: H(p) = -\sum_i p_i \ln p_i

    Args:
      p: Probabilities. Each row along ``vocab`` sums to 1; zeros are fine.

    Returns:
      Nats.

    Example:
      >>> print(entropy(jnp.array([0.5, 0.5, 0.0])).round(3))
      0.693
    """
    checks.numbers(p=p)
    return jax.scipy.special.entr(p).sum(axis=-1)


def cross_entropy(
    p: Float[Array, "*batch vocab"], q: Float[Array, "*batch vocab"]
) -> Float[Array, "*batch"]:
    r"""The mean surprise of a model :math:`q` where :math:`p` is the truth.

    .. math:: H(p, q) = -\sum_i p_i \ln q_i

    Args:
      p: True probabilities.
      q: The model's; infinity where it rules out what happens.

    Returns:
      Nats, never below :func:`entropy` of ``p``.

    Raises:
      ValueError: If the two have different shapes.

    Example:
      >>> p = jnp.array([0.5, 0.5])
      >>> print(cross_entropy(p, jnp.array([0.75, 0.25])).round(3))
      0.837
    """
    checks.numbers(p=p, q=q)
    checks.shaped("q", q, jnp.shape(p))
    # What cannot happen costs nothing; less than nothing is no probability.
    log_q = jnp.log(jnp.where(p == 0, 1.0, jnp.where(p > 0, q, jnp.nan)))
    return -(p * log_q).sum(axis=-1)


def kl_divergence(
    p: Float[Array, "*batch vocab"], q: Float[Array, "*batch vocab"]
) -> Float[Array, "*batch"]:
    r"""What it costs to believe :math:`q` where :math:`p` is true.

    .. math:: D(p \,\|\, q) = \sum_i p_i \ln \frac{p_i}{q_i} = H(p, q) - H(p)

    Args:
      p: True probabilities.
      q: The model's.

    Returns:
      Nats; 0 if and only if the two are the same.

    Raises:
      ValueError: If the two have different shapes.

    Example:
      >>> p = jnp.array([0.5, 0.5])
      >>> print(kl_divergence(p, jnp.array([0.8, 0.2])).round(3))
      0.223
    """
    return cross_entropy(p, q) - entropy(p)


def perplexity(nats: float) -> float:
    r"""A mean surprise as a number of equally likely choices, :math:`e^{H}`.

    More than 709 nats are more choices than a float can hold: infinity.

    Raises:
      TypeError: If ``nats`` is no number.
      ValueError: If ``nats`` is negative or not a number.

    Example:
      >>> round(perplexity(math.log(50_257)))
      50257
    """
    checks.number("nats", nats, 0, infinite=True)
    try:
        return math.exp(nats)
    except OverflowError:
        return math.inf


def word_gap(truth: Mapping[str, float], model: Mapping[str, float]) -> float:
    r"""The KL divergence at one place of a text, from the words that may come.

    Args:
      truth: Probability of every word that may come.
      model: The model's probability of at least those words.

    Returns:
      Nats; infinity if the model rules out a word that may come.

    Raises:
      ValueError: If the true probabilities do not sum to 1, the model says nothing
        about a word that may come, or a number is no probability.

    Example:
      >>> round(word_gap({" cat": 0.5, " dog": 0.5}, {" cat": 0.9, " dog": 0.1}), 3)
      0.511
    """
    for name, side in (("truth", truth), ("model", model)):
        for word, p in side.items():
            checks.number(f"{name}[{word!r}]", p, 0, 1 + 1e-6)
    if abs(sum(truth.values()) - 1) > 1e-6:
        raise ValueError(f"truth must sum to 1, got {sum(truth.values())}")
    missing = truth.keys() - model.keys()
    if missing:
        raise ValueError(f"model must hold every word of truth, got none for {missing}")
    if any(p > 0 and model[word] == 0 for word, p in truth.items()):
        return math.inf
    return math.fsum(p * math.log(p / model[w]) for w, p in truth.items() if p > 0)
