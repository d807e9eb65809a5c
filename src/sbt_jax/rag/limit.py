r"""How many documents one vector each can serve: any pair must be able to lead.

Page: ``book/rag.md``.  Figure: ``viz/rag/circle.py``.
Source: Weller et al. (2025), arXiv:2508.21038, section 4: vectors are free, so that
no encoder is to blame; here they have length 1, and queries too.
"""

import functools
import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.embeddings import unit

RATE, WARM, COLD = 0.05, 0.3, 0.02


def pairs_of(documents: int) -> Int[np.ndarray, "rows 2"]:
    """Every two of some documents.

    Raises:
      TypeError: If the number is not whole.
      ValueError: If there are fewer than three: two are always on top.

    Example:
      >>> pairs_of(3).tolist()
      [[0, 1], [0, 2], [1, 2]]
    """
    checks.whole("documents", documents, 3)
    return np.array(list(itertools.combinations(range(documents), 2)))


def lead(
    queries: Float[Array, "rows width"],
    table: Float[Array, "samples width"],
    pairs: Int[Array | np.ndarray, "rows 2"],
) -> Float[Array, " rows"]:
    """By how much each query's own two documents lead all others, in cosine.

    Positive where the two are on top.

    Raises:
      TypeError: If vectors are not of numbers, or pairs not of integers.
      ValueError: If shapes do not fit, or there is no such document.

    Example:
      >>> table = jnp.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
      >>> print(lead(unit(jnp.array([[1.0, 1.0]])), table, np.array([[0, 1]])).round(3))
      [1.414]
    """
    checks.numbers(queries=queries, table=table)
    checks.shaped("queries", queries, (None, None))
    checks.shaped("table", table, (None, queries.shape[1]))
    checks.known_ids("pairs", pairs, len(table))
    checks.shaped("pairs", pairs, (len(queries), 2))
    scores = jnp.asarray(queries) @ jnp.asarray(table).T
    own = jnp.take_along_axis(scores, jnp.asarray(pairs), axis=1)
    rows = jnp.arange(len(pairs))[:, None]
    others = scores.at[rows, pairs].set(-jnp.inf)
    return own.min(axis=1) - others.max(axis=1)


def free_vectors(
    key: PRNGKeyArray, documents: int, width: int, steps: int = 2000
) -> tuple[Float[Array, "samples width"], Float[Array, "rows width"]]:
    """Documents and queries, moved freely until every pair is on top, or time is up.

    Args:
      key: Draws where they begin.
      documents: How many; a query for each pair of them.
      width: Numbers of a vector.
      steps: Of Adam, while the loss grows stricter.

    Returns:
      Vectors of length 1: of documents, and of queries in the order of
      :func:`pairs_of`.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If there are fewer than three documents, or no width or steps.

    Example:
      >>> table, queries = free_vectors(jax.random.key(0), 3, 2, steps=200)
      >>> bool((lead(queries, table, pairs_of(3)) > 0).all())
      True
    """
    _sizes(documents, width, steps)
    return _moved(key, documents, width, steps)


def _sizes(documents: int, width: int, steps: int) -> None:
    checks.whole("documents", documents, 3)
    checks.whole("width", width, 1)
    checks.whole("steps", steps, 1)


@functools.partial(jax.jit, static_argnames=("documents", "width", "steps"))
def _moved(
    key: PRNGKeyArray, documents: int, width: int, steps: int
) -> tuple[Float[Array, "samples width"], Float[Array, "rows width"]]:
    pairs = pairs_of(documents)
    sizes = (documents, len(pairs))
    drawn = [
        jax.random.normal(k, (n, width))
        for k, n in zip(jax.random.split(key), sizes, strict=True)
    ]
    others = jnp.ones((len(pairs), documents), bool)
    others = others.at[jnp.arange(len(pairs))[:, None], pairs].set(False)
    adam = optax.adam(optax.cosine_decay_schedule(RATE, steps))

    def loss(free: list[Array], heat: Array) -> Array:
        table, queries = map(unit, free)
        scores = queries @ table.T / heat
        own = jnp.take_along_axis(scores, pairs, axis=1)
        over = jax.nn.logsumexp(scores, axis=1, where=others, keepdims=True)
        return jax.nn.softplus(over - own).mean()

    def step(state: tuple, count: Array) -> tuple[tuple, None]:
        free, memory = state
        heat = WARM * (COLD / WARM) ** (count / steps)
        slope = jax.grad(loss)(free, heat)
        moves, memory = adam.update(slope, memory)
        return (optax.apply_updates(free, moves), memory), None

    state, _ = jax.lax.scan(step, (drawn, adam.init(drawn)), jnp.arange(steps))
    table, queries = map(unit, state[0])
    return table, queries


def solved(
    keys: Key[Array, " batch"], documents: int, width: int, steps: int = 2000
) -> Float[Array, " batch"]:
    """The share of pairs that can be on top, for each key.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If there are fewer than three documents, or no width or steps.

    Example:
      >>> print(solved(jax.random.split(jax.random.key(0), 2), 3, 2, steps=600))
      [1. 1.]
    """
    _sizes(documents, width, steps)
    return _shares(keys, documents, width, steps)


@functools.partial(jax.jit, static_argnames=("documents", "width", "steps"))
def _shares(
    keys: Key[Array, " batch"], documents: int, width: int, steps: int
) -> Float[Array, " batch"]:
    def one(key: PRNGKeyArray) -> Array:
        table, queries = _moved(key, documents, width, steps)
        return (lead(queries, table, pairs_of(documents)) > 0).mean()

    return jax.vmap(one)(keys)


def on_a_circle(angles: Float[np.ndarray, " samples"]) -> list[tuple[int, int]]:
    """Pairs of documents on a circle that a query can have on top.

    On a circle these are neighbours, whatever the angles: a query between two of them
    is nearest to both, and whoever sits between two others is nearer to it.

    Args:
      angles: In radians.

    Returns:
      Pairs of numbers, the smaller first, in order.

    Raises:
      TypeError: If they are not numbers.
      ValueError: If they are no list, or one is not finite.

    Example:
      >>> on_a_circle(np.array([0.0, 1.0, 2.0, 3.0]))
      [(0, 1), (0, 3), (1, 2), (2, 3)]
    """
    row = checks.all_finite("angles", angles).astype(float)
    turned = checks.shaped("angles", row, (None,)) % (2 * math.pi)
    order = [int(i) for i in np.argsort(turned, kind="stable")]
    around = itertools.pairwise([*order, order[0]]) if order else []
    return sorted({(min(p), max(p)) for p in around if p[0] != p[1]})
