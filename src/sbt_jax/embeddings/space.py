"""A space of words: lengths, angles, neighbours, directions, projections.

Page: ``book/embeddings.md``.  Public names: :mod:`sbt_jax.embeddings`.
Source: Mikolov, Yih & Zweig (2013), "Linguistic regularities in continuous space
word representations", section 5, for the analogy by vector offset; Linzen (2016),
arXiv:1606.07736, sections 2 and 3, for its controls.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from sbt_jax import checks

#: Ways to ask an analogy; see :func:`answer_analogies`.
WAYS = ("excluded", "included", "only c")


def unit(vectors: Float[Array, "*batch width"]) -> Float[Array, "*batch width"]:
    r"""Vectors of length 1 in the same directions, :math:`v / \lVert v \rVert`.

    A vector of zeros has no direction and stays as it is; its slope is 0, too.
    However long or short a vector, its squares fit: half precision is squared in
    float32, and what is very large or very small is scaled first.

    Example:
      >>> print(unit(jnp.array([[3.0, 4.0], [0.0, 0.0]])))
      [[0.6 0.8]
       [0.  0. ]]
    """
    checks.numbers(vectors=vectors)
    vectors = jnp.asarray(vectors)
    own = vectors.dtype if jnp.issubdtype(vectors.dtype, jnp.floating) else jnp.float32
    wide = vectors.astype(jnp.promote_types(own, jnp.float32))
    largest = jnp.abs(wide).max(axis=-1, keepdims=True, initial=0)
    # Powers of two: they change no bit of what needs no scaling.
    large = jnp.where(largest > 2.0**50, 2.0**-80, 1.0)
    scale = jnp.where((largest < 2.0**-50) & (largest > 0), 2.0**80, large)
    scaled = wide * jax.lax.stop_gradient(scale)
    square = (scaled * scaled).sum(axis=-1, keepdims=True)
    length = jnp.sqrt(jnp.where(square == 0, 1, square))
    return jnp.where(square == 0, 0, scaled / length).astype(own)


def cosine(
    one: Float[Array, "*batch width"], other: Float[Array, "*batch width"]
) -> Float[Array, "*batch"]:
    r"""The cosine of the angle between two vectors.

    .. math:: \cos(u, v) = \frac{u \cdot v}{\lVert u \rVert \, \lVert v \rVert}

    Returns:
      From -1, opposite, over 0, at right angles, to 1, the same direction; 0 if one
      of the two has no direction.

    Raises:
      ValueError: If the two have different shapes.

    Example:
      >>> print(cosine(jnp.array([1.0, 0.0]), jnp.array([3.0, 4.0])).round(3))
      0.6
    """
    checks.numbers(one=one, other=other)
    checks.shaped("other", other, jnp.shape(one))
    return (unit(one) * unit(other)).sum(axis=-1)


def nearest(
    table: Float[Array, "vocab width"],
    query: Float[Array | np.ndarray, " width"],
    count: int = 10,
    without: tuple[int, ...] = (),
) -> tuple[Int[Array, " rows"], Float[Array, " rows"]]:
    """The rows of a table with the largest cosine to a vector.

    Args:
      table: One vector a word.
      query: Any vector.
      count: How many rows to give.
      without: Rows that are struck out first.

    Returns:
      Their numbers and cosines, the nearest first.

    Raises:
      TypeError: If a row is not an integer.
      ValueError: If there are not as many rows left, a row is out of range, a number
        is not finite, or the query has no direction: nothing is near to it.

    Example:
      >>> table = jnp.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
      >>> rows, cosines = nearest(table, jnp.array([2.0, 1.0]), count=2)
      >>> print(rows, cosines)
      [2 0] [0.94868326 0.8944272 ]
    """
    checks.numbers(table=table, query=query)
    checks.all_finite("table", table)
    without = tuple(checks.ids("without", without, len(table)).tolist())
    checks.whole("count", count, 1, len(table) - len(set(without)))
    checks.shaped("query", query, (table.shape[1],))
    if not checks.all_finite("query", query).any():
        raise ValueError(f"query must have a direction, got zeros: {query}")
    struck = np.zeros(len(table), bool)
    struck[list(without)] = True
    return _nearest(table, query, struck, count)


@functools.partial(jax.jit, static_argnames="count")
def _nearest(
    table: Float[Array, "vocab width"],
    query: Float[Array, " width"],
    struck: Bool[Array, " vocab"],
    count: int,
) -> tuple[Int[Array, " rows"], Float[Array, " rows"]]:
    scores = jnp.where(struck, -jnp.inf, unit(table) @ unit(query))
    cosines, rows = jax.lax.top_k(scores, count)
    return rows, cosines


def offset(
    a: Float[Array, "*batch width"],
    b: Float[Array, "*batch width"],
    c: Float[Array, "*batch width"],
) -> Float[Array, "*batch width"]:
    r"""Where the fourth word should be: *a* is to *b* as the answer is to *c*.

    .. math:: \hat a - \hat b + \hat c, \quad \hat v = v / \lVert v \rVert

    Raises:
      ValueError: If they have different shapes.

    Example:
      >>> a, b, c = jnp.array([[0.0, 2.0], [1.0, 0.0], [0.0, 5.0]])
      >>> print(offset(a, b, c))
      [-1.  2.]
    """
    checks.numbers(a=a, b=b, c=c)
    for name, vector in (("b", b), ("c", c)):
        checks.shaped(name, vector, jnp.shape(a))
    return unit(a) - unit(b) + unit(c)


def answer_analogies(
    table: Float[Array, "vocab width"],
    questions: Int[Array, "batch 3"],
    way: str = "excluded",
) -> Int[Array, " batch"]:
    """The nearest word to :math:`a - b + c`, for many questions.

    Args:
      table: One vector a word.
      questions: Rows ``a``, ``b``, ``c`` of the table.
      way: ``excluded`` strikes the three words out before it looks, ``included``
        does not. ``only c`` forgets ``a - b`` and gives the nearest word to ``c``,
        the three struck out: the control.

    Returns:
      For each question a row of the table.

    Raises:
      TypeError: If rows are not integers.
      ValueError: If ``way`` is another, a row is out of range, or the table is not
        finite.

    Example:
      >>> table = jnp.array([[2.0, 0.0], [1.0, 0.0], [1.0, 1.0], [2.0, 1.0]])
      >>> print(answer_analogies(table, jnp.array([[0, 1, 2]])))
      [3]
    """
    checks.numbers(table=table)
    if way not in WAYS:
        raise ValueError(f"way must be one of {WAYS}, got {way!r}")
    checks.known_ids("questions", questions, len(table))
    checks.shaped("questions", questions, (None, 3))
    if not isinstance(table, jax.core.Tracer):
        checks.all_finite("table", table)
    return _answers(table, questions, way)


@functools.partial(jax.jit, static_argnames="way")
def _answers(
    table: Float[Array, "vocab width"], questions: Int[Array, "batch 3"], way: str
) -> Int[Array, " batch"]:
    units = unit(table)

    def one(question: Int[Array, " 3"]) -> Int[Array, ""]:
        a, b, c = units[question]
        scores = units @ (c if way == "only c" else a - b + c)
        if way != "included":
            scores = scores.at[question].set(-jnp.inf)
        return scores.argmax()

    return jax.lax.map(one, questions, batch_size=16)


def axis(
    table: Float[Array, "vocab width"],
    start: Int[Array | np.ndarray, " rows"],
    end: Int[Array | np.ndarray, " rows"],
) -> Float[Array, " width"]:
    """The direction from some words to others, of length 1.

    Args:
      table: One vector a word.
      start: Rows at the lower end, such as *he*, *man*, *boy*.
      end: Rows at the upper end, one for each: *she*, *woman*, *girl*.

    Returns:
      The mean of the differences of the pairs, scaled to length 1.

    Raises:
      TypeError: If rows are not integers.
      ValueError: If the ends do not pair up, a row is out of range, or there is no
        difference.

    Example:
      >>> table = jnp.array([[1.0, 0.0], [0.0, 1.0]])
      >>> print(axis(table, jnp.array([0]), jnp.array([1])).round(3))
      [-0.707  0.707]
    """
    checks.numbers(table=table)
    if len(start) != len(end) or not len(start):
        raise ValueError(f"start and end must pair up, got {len(start)} and {len(end)}")
    checks.known_ids("start", start, len(table))
    checks.known_ids("end", end, len(table))
    way, length = _direction(table, start, end)
    if not length > 1e-6:
        raise ValueError(f"start and end must differ, got {start} and {end}")
    return way


@jax.jit
def _direction(
    table: Float[Array, "vocab width"],
    start: Int[Array, " rows"],
    end: Int[Array, " rows"],
) -> tuple[Float[Array, " width"], Float[Array, ""]]:
    units = unit(table)
    mean = (units[end] - units[start]).mean(axis=0)
    return unit(mean), jnp.linalg.norm(mean)
