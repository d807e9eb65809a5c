r"""What the parts of attention are for, measured.

Public names: :mod:`sbt_jax.attention`.
Source: why to divide by the root of the size: Vaswani et al. (2017),
arXiv:1706.03762, section 3.2.1, footnote 4.
"""

import functools
import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.attention.blocks import causal_mask


class Steps(NamedTuple):
    """What each step of one head gives, for one sequence."""

    dots: Float[Array, "time keys"]
    scores: Float[Array, "time keys"]
    masked: Float[Array, "time keys"]
    weights: Float[Array, "time keys"]
    mixed: Float[Array, "time head"]


def attend_in_steps(
    query: Float[Array, "time head"],
    key: Float[Array, "keys head"],
    value: Float[Array, "keys head"],
    scaled: bool = True,
    causal: bool = True,
) -> Steps:
    r"""One head, with everything between its input and its output.

    Args:
      query: What each position asks for.
      key: What each position offers.
      value: What each position hands over.
      scaled: Whether scores are divided by :math:`\sqrt d`.
      causal: Whether the future is hidden.

    Returns:
      Dot products, scores, masked scores, weights and mixed values. A step that is
      switched off leaves the one before as it is.

    Raises:
      ValueError: If the shapes do not fit together.

    Example:
      >>> one = jnp.ones((2, 1))
      >>> print(attend_in_steps(one, one, one).masked)
      [[  1. -inf]
       [  1.   1.]]
    """
    checks.numbers(query=query, key=key, value=value)
    if key.shape[1:] != query.shape[1:] or value.shape != key.shape:
        raise ValueError(
            f"key and value must fit a query of shape {query.shape}, got"
            f" {key.shape} and {value.shape}"
        )
    return _attend_in_steps(query, key, value, scaled, causal)


@functools.partial(jax.jit, static_argnames=("scaled", "causal"))
def _attend_in_steps(
    query: Float[Array, "time head"],
    key: Float[Array, "keys head"],
    value: Float[Array, "keys head"],
    scaled: bool,
    causal: bool,
) -> Steps:
    dots = query @ key.T
    scores = dots / math.sqrt(query.shape[1]) if scaled else dots
    seen = causal_mask(len(query), len(key))
    masked = jnp.where(seen, scores, -jnp.inf) if causal else scores
    weights = jax.nn.softmax(masked)
    return Steps(dots, scores, masked, weights, weights @ value)


class ScoreStudy(NamedTuple):
    """What random scores of one size of head do to the softmax."""

    variance: Float[Array, ""]
    entropy: Float[Array, ""]
    gradient: Float[Array, ""]


def study_scores(
    key: PRNGKeyArray,
    head: int,
    scaled: bool = True,
    keys: int = 64,
    samples: int = 256,
) -> ScoreStudy:
    r"""Scores of random queries and keys, and the softmax that they make.

    Queries and keys are standard normal, as at the start of training.

    Args:
      key: Random key.
      head: :math:`d`, the size of a head.
      scaled: Whether scores are divided by :math:`\sqrt d`.
      keys: Number of keys.
      samples: Number of queries.

    Returns:
      The variance of the scores; the mean entropy of the softmax, in nats; and the
      median size of its gradient, the Frobenius norm of
      :math:`\partial p / \partial s`.

    Raises:
      ValueError: If a number is below 1.

    Example:
      >>> small, large = (
      ...     study_scores(jax.random.key(0), d, scaled=False) for d in (1, 256)
      ... )
      >>> bool(small.entropy > 3 > 1 > large.entropy)
      True
    """
    for name, size in (("head", head), ("keys", keys), ("samples", samples)):
        checks.whole(name, size, 1)
    scores = _random_scores(key, head, keys, samples)
    return _measure(scores, math.sqrt(head) if scaled else 1.0)


@functools.partial(jax.jit, static_argnames=("head", "keys", "samples"))
def _random_scores(
    key: PRNGKeyArray, head: int, keys: int, samples: int
) -> Float[Array, "samples keys"]:
    # Drawn in one row, which compiles three times as fast; the numbers are the same.
    drawn = jax.random.normal(key, (samples * (keys + 1) * head,))
    drawn = drawn.reshape(samples, keys + 1, head)
    return jnp.einsum("skd,sd->sk", drawn[:, 1:], drawn[:, 0])


@jax.jit
def _measure(
    scores: Float[Array, "samples keys"], divisor: float | Float[Array, ""]
) -> ScoreStudy:
    scores = scores / divisor
    keys = scores.shape[1]
    p = jax.nn.softmax(scores)
    slopes = p[:, :, None] * (jnp.eye(keys) - p[:, None])  # diag(p) - p pᵀ
    return ScoreStudy(
        scores.var(),
        -(p * jax.nn.log_softmax(scores)).sum(axis=-1).mean(),
        jnp.median(jnp.linalg.norm(slopes, axis=(1, 2))),
    )


def attention_cost(time: int, heads: int, layers: int) -> dict[str, int]:
    """What a text of some length asks of attention, mask included.

    Args:
      time: Tokens of the text.
      heads: Query heads of each layer.
      layers: Layers.

    Returns:
      How many weights there are that are not masked (``looks``), and how many
      bytes all scores of one layer take if they are held at once in float32.

    Raises:
      ValueError: If a number is below 1.

    Example:
      >>> attention_cost(time=4, heads=2, layers=3)
      {'looks': 60, 'bytes': 128}
    """
    for name, size in (("time", time), ("heads", heads), ("layers", layers)):
        checks.whole(name, size, 1)
    looks = time * (time + 1) // 2
    return {"looks": layers * heads * looks, "bytes": 4 * heads * time**2}


def rank_correlation(
    one: Float[np.ndarray, " samples"], other: Float[np.ndarray, " samples"]
) -> float:
    """Spearman's: 1 if both put the samples in the same order, -1 if reversed.

    Samples of equal value share the mean of their ranks.

    Raises:
      ValueError: If the two differ in length, one is constant, or a value is NaN:
        it has no rank.

    Example:
      >>> round(rank_correlation(np.array([1.0, 2, 3]), np.array([1.0, 9, 4])), 3)
      0.5
    """
    if np.shape(one) != np.shape(other):
        raise ValueError(
            f"other must have the shape {np.shape(one)}, got {np.shape(other)}"
        )
    for name, values in (("one", one), ("other", other)):
        checks.shaped(name, values, (None,))
        if np.asarray(values).dtype.kind not in "iufb":
            raise TypeError(f"{name} must be numbers, got {values!r}")
        if np.isnan(values).any():
            raise ValueError(f"{name} must not hold NaN, got {values}")
        if len(values) < 2 or np.min(values) == np.max(values):
            raise ValueError(f"{name} must hold different values, got {values[:3]}")
    first, second = _ranks(np.asarray(one)), _ranks(np.asarray(other))
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: Float[np.ndarray, " samples"]) -> np.ndarray:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]
