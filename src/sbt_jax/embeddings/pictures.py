"""Many numbers a word in a picture of two, and what is lost on the way.

Public names: :mod:`sbt_jax.embeddings`.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.embeddings.space import unit


def pca(
    vectors: Float[Array, "samples width"], count: int = 2
) -> tuple[Float[Array, "samples cols"], Float[Array, "cols width"]]:
    """The flat picture that keeps the most variance: principal components.

    Args:
      vectors: What to draw.
      count: How many numbers to keep of each.

    Returns:
      Coordinates around the mean, and the directions, of length 1, the one with
      the largest spread first. The largest part of each direction is positive.

    Raises:
      ValueError: If ``count`` is more than the vectors have directions, or a vector
        is not finite.

    Example:
      >>> flat, directions = pca(jnp.array([[0.0, 0.0], [2.0, 2.0]]), count=1)
      >>> print(flat.round(3).tolist(), directions.round(3))
      [[-1.4140000343322754], [1.4140000343322754]] [[0.707 0.707]]
    """
    checks.numbers(vectors=vectors)
    checks.shaped("vectors", vectors, (None, None))
    checks.whole("count", count, 1, min(vectors.shape))
    if not isinstance(vectors, jax.core.Tracer):
        checks.all_finite("vectors", vectors)
    return _components(vectors, count)


@functools.partial(jax.jit, static_argnames="count")
def _components(
    vectors: Float[Array, "samples width"], count: int
) -> tuple[Float[Array, "samples cols"], Float[Array, "cols width"]]:
    vectors = vectors.astype(jnp.promote_types(vectors.dtype, jnp.float32))
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = jnp.linalg.svd(centred, full_matrices=False)
    directions = directions[:count]
    largest = jnp.abs(directions).argmax(axis=1)
    signs = jnp.sign(directions[jnp.arange(count), largest])[:, None]
    directions = directions * jnp.where(signs == 0, 1, signs)
    return centred @ directions.T, directions


def neighbours_kept(
    vectors: Float[Array, "samples width"],
    flat: Float[Array | np.ndarray, "samples cols"],
    asked: Int[Array | np.ndarray, " rows"],
    count: int = 10,
) -> Float[Array, " rows"]:
    """How many of the true nearest neighbours are still nearest in a picture.

    Args:
      vectors: The true ones; their neighbours are those by cosine.
      flat: The same words as drawn; their neighbours are those by distance.
      asked: Rows to ask about.
      count: How many neighbours.

    Returns:
      For each row asked, a share from 0 to 1.

    Raises:
      TypeError: If rows are not integers.
      ValueError: If there are not as many neighbours, a row is out of range, the
        picture has not as many words, or a number is not finite.

    Example:
      >>> vectors = jnp.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]])
      >>> print(neighbours_kept(vectors, vectors[:, 1:], jnp.arange(3), count=1))
      [1. 1. 1.]
    """
    checks.numbers(vectors=vectors, flat=flat)
    checks.whole("count", count, 1, len(vectors) - 1)
    checks.shaped("flat", flat, (len(vectors), None))
    checks.known_ids("asked", asked, len(vectors))
    for name, array in (("vectors", vectors), ("flat", flat)):
        if not isinstance(array, jax.core.Tracer):
            checks.all_finite(name, array)
    return _kept(vectors, flat, asked, count)


@functools.partial(jax.jit, static_argnames="count")
def _kept(
    vectors: Float[Array, "samples width"],
    flat: Float[Array, "samples cols"],
    asked: Int[Array, " rows"],
    count: int,
) -> Float[Array, " rows"]:
    units = unit(vectors)

    def one(row: Int[Array, ""]) -> Float[Array, ""]:
        scores = (units @ units[row]).at[row].set(-jnp.inf)
        _, true = jax.lax.top_k(scores, count)
        distance = ((flat - flat[row]) ** 2).sum(axis=1).at[row].set(jnp.inf)
        _, drawn = jax.lax.top_k(-distance, count)
        return jnp.isin(true, drawn).mean()

    return jax.lax.map(one, asked, batch_size=16)
