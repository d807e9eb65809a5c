"""What an axis between groups of words says, and what chance would.

Public names: :mod:`sbt_jax.embeddings`.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.embeddings.space import unit


def group_share(
    vectors: Float[Array, "samples width"], groups: Int[Array, " samples"]
) -> Float[Array, ""]:
    """How often the nearest other word is of the same kind.

    Args:
      vectors: One a word.
      groups: The kind of each word.

    Returns:
      A share from 0 to 1.

    Raises:
      TypeError: If groups are not integers.
      ValueError: If there are fewer than two vectors, not a group for each, or a
        vector is not finite.

    Example:
      >>> table = jnp.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]])
      >>> print(group_share(table, jnp.array([0, 0, 1, 0])))
      0.5
    """
    checks.numbers(vectors=vectors)
    checks.shaped("groups", checks.kind("groups", groups, "integers"), (len(vectors),))
    if len(vectors) < 2:
        raise ValueError(f"vectors must be two or more, got {len(vectors)}")
    if not isinstance(vectors, jax.core.Tracer):
        checks.all_finite("vectors", vectors)
    units, groups = unit(vectors), jnp.asarray(groups)
    scores = jnp.fill_diagonal(units @ units.T, -jnp.inf, inplace=False)
    return (groups[scores.argmax(axis=1)] == groups).mean()


def random_axes(
    key: PRNGKeyArray, table: Float[Array, "vocab width"], pairs: int, count: int
) -> Float[Array, "samples width"]:
    """Axes made as :func:`axis` makes them, but of words drawn at random.

    Args:
      key: Random key.
      table: One vector a word.
      pairs: Pairs for each axis.
      count: How many axes.

    Returns:
      Directions of length 1: what any axis finds, whatever it is made of.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If ``pairs`` or ``count`` is below 1, or the table is empty.

    Example:
      >>> random_axes(jax.random.key(0), jnp.eye(3), pairs=2, count=5).shape
      (5, 3)
    """
    checks.numbers(table=table)
    checks.whole("pairs", pairs, 1)
    checks.whole("count", count, 1)
    if not len(table):
        raise ValueError(f"table must not be empty, got shape {table.shape}")
    return _random_axes(key, table, pairs, count)


@functools.partial(jax.jit, static_argnames=("pairs", "count"))
def _random_axes(
    key: PRNGKeyArray, table: Float[Array, "vocab width"], pairs: int, count: int
) -> Float[Array, "samples width"]:
    ends = jax.random.randint(key, (2, count, pairs), 0, len(table))
    start, end = unit(table)[ends]
    return unit((end - start).mean(axis=1))


def permutation_test(
    key: PRNGKeyArray,
    one: Float[Array, " rows"],
    other: Float[Array, " cols"],
    count: int = 10_000,
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Do two groups differ by more than two random groups of the same sizes?

    Args:
      key: Random key.
      one, other: A number for each member of the two groups.
      count: How often to deal the members out anew.

    Returns:
      Mean of ``other`` less mean of ``one``, and the share of random groups whose
      means differ by as much, in either direction.

    Raises:
      TypeError: If ``count`` is not an int.
      ValueError: If a group is empty, ``count`` below 1 or a number not finite.

    Example:
      >>> one, other = jnp.array([0.0, 1.0, 2.0]), jnp.array([5.0, 6.0, 7.0])
      >>> difference, share = permutation_test(jax.random.key(0), one, other)
      >>> print(difference, 0.08 < share < 0.12)
      5.0 True
    """
    checks.numbers(one=one, other=other)
    checks.whole("count", count, 1)
    for name, group in (("one", one), ("other", other)):
        checks.shaped(name, group, (None,))
        if not len(group):
            raise ValueError(f"{name} must not be empty, got {group}")
        if not isinstance(group, jax.core.Tracer):
            checks.all_finite(name, group)
    return _permuted(key, one, other, count)


@functools.partial(jax.jit, static_argnames="count")
def _permuted(
    key: PRNGKeyArray, one: Array, other: Array, count: int
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    every = jnp.concatenate([one, other])
    every = every.astype(jnp.promote_types(every.dtype, jnp.float32))
    largest = jnp.abs(every).max()

    def gap(members: Float[Array, " _"]) -> Float[Array, ""]:
        return members[len(one) :].mean() - members[: len(one)].mean()

    keys = jax.random.split(key, count)
    random = jax.vmap(lambda key: gap(jax.random.permutation(key, every)))(keys)
    found = gap(every)
    # Sums in another order differ by a few roundings of the largest number.
    same = 8 * jnp.finfo(every.dtype).eps * largest
    return found, (jnp.abs(random) >= jnp.abs(found) - same).mean()


def cosines_by_group(
    streams: Float[Array, "samples depth width"], first: Bool[Array, " samples"]
) -> tuple[Float[Array, " depth"], Float[Array, " depth"]]:
    """How alike vectors of one group are, and those of two, at every depth.

    Args:
      streams: One vector a sample and depth.
      first: Which samples are of the first of the two groups.

    Returns:
      Mean cosine of two different samples of one group, and of two samples of
      different groups.

    Raises:
      TypeError: If ``first`` is not of booleans.
      ValueError: If a group has fewer than two samples, or ``first`` is not of as
        many as there are.

    Example:
      >>> streams = jnp.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])[:, None]
      >>> print(cosines_by_group(streams, jnp.array([True, True, False, False])))
      (Array([1.], dtype=float32), Array([0.], dtype=float32))
    """
    checks.numbers(streams=streams)
    checks.shaped("first", checks.kind("first", first, "booleans"), (len(streams),))
    members = int(np.asarray(first).sum())
    sizes = members, len(first) - members
    if min(sizes) < 2:
        raise ValueError(f"both groups must have two or more, got {sizes}")
    return _cosines(streams, first)


@jax.jit
def _cosines(
    streams: Float[Array, "samples depth width"], first: Bool[Array, " samples"]
) -> tuple[Float[Array, " depth"], Float[Array, " depth"]]:
    units = unit(streams)
    cosines = jnp.einsum("idw,jdw->dij", units, units)
    other = first[:, None] != first[None]
    same = ~other & ~jnp.eye(len(first), dtype=bool)

    def mean(pairs: Bool[Array, "samples samples"]) -> Float[Array, " depth"]:
        return (cosines * pairs).sum(axis=(1, 2)) / pairs.sum()

    return mean(same), mean(other)
