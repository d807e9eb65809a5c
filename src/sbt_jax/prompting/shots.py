r"""Examples in a prompt: texts of pairs, and what an exact reader makes of them.

Public names: :mod:`sbt_jax.prompting`.
Source: the two-part mixture of known tasks and fresh ones follows Raventós et al.
(2023), arXiv:2306.15063, section 2, with permutations in place of regressions.
"""

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checks

SIZE = 12  # cups, and animals
PAIRS = 10  # of a text
#: A text is a start, then a cup and an animal in turns.
START, VOCABULARY, LENGTH = 0, 1 + 2 * SIZE, 1 + 2 * PAIRS
FRESH = 0.5  # of the texts are of a layout that no other text has


class Belief(NamedTuple):
    """What an exact reader thinks after some pairs."""

    animals: Float[np.ndarray, " classes"]  # of each, to be under the cup that is asked
    known: Float[np.ndarray, " samples"]  # of each known layout, to be the one
    fresh: float  # that it is none of them


def draw_layouts(key: PRNGKeyArray, count: int) -> Int[Array, "samples classes"]:
    """Which animal is under each cup, drawn at random.

    Args:
      key: Random key.
      count: How many layouts.

    Returns:
      Permutations of 0 to 11, one a row.

    Raises:
      ValueError: If ``count`` is negative.

    Example:
      >>> print(draw_layouts(jax.random.key(0), 2).sum(-1))
      [66 66]
    """
    checks.whole("count", count)
    keys = jax.random.split(key, count)
    return jax.vmap(lambda k: jax.random.permutation(k, SIZE))(keys)


def draw_pairs(
    key: PRNGKeyArray,
    known: Int[Array, "samples classes"],
    batch: int,
    fresh: float | Float[Array, ""] = FRESH,
    count: int | Int[Array, ""] | None = None,
) -> Int[Array, "batch time"]:
    """Texts of pairs, each of one layout; cups are drawn with repetition.

    Args:
      key: Random key.
      known: The layouts that come again and again.
      batch: How many texts.
      fresh: The share of texts with a layout of their own.
      count: How many of the known ones come, from the first; all by default.

    Returns:
      Ids: ``START``, then cups as 1 to 12 and animals as 13 to 24.

    Raises:
      ValueError: If ``batch`` is below 1 or nothing is known.

    Example:
      >>> known = draw_layouts(jax.random.key(0), 1)
      >>> texts = draw_pairs(jax.random.key(1), known, 3, fresh=0.0)
      >>> fits = known[0][texts[:, 1] - 1] == texts[:, 2] - 13
      >>> print(texts.shape, bool(fits.all()))
      (3, 21) True
    """
    checks.whole("batch", batch, 1)
    checks.known_ids("known", known, SIZE)
    if jnp.ndim(known) != 2 or not len(known):
        raise ValueError(f"known must have rows, got shape {jnp.shape(known)}")
    which, own, new, cups = jax.random.split(key, 4)
    most = len(known) if count is None else count
    layout = jnp.where(
        jax.random.bernoulli(own, fresh, (batch, 1)),
        draw_layouts(new, batch),
        jnp.asarray(known)[jax.random.randint(which, (batch,), 0, most)],
    )
    cup = jax.random.randint(cups, (batch, PAIRS), 0, SIZE)
    animal = jnp.take_along_axis(layout, cup, axis=1)
    pairs = jnp.stack([1 + cup, 1 + SIZE + animal], axis=-1).reshape(batch, 2 * PAIRS)
    return jnp.pad(pairs, ((0, 0), (1, 0)), constant_values=START)


def believe(
    known: Int[np.ndarray, "samples classes"],
    pairs: Sequence[tuple[int, int]],
    cup: int,
    fresh: float = FRESH,
) -> Belief:
    r"""Bayes' rule over known layouts and "any layout".

    .. math:: p(t \mid \text{pairs}) \propto p(t) \prod_i [\,t(x_i) = y_i\,], \qquad
       p(\text{new} \mid \text{pairs}) \propto p(\text{new}) \frac{(12 - d)!}{12!}

    with :math:`d` different cups among the pairs.

    Args:
      known: The layouts that come again and again, each as likely as the others.
      pairs: Cups and animals so far, each 0 to 11.
      cup: The one that is asked about.
      fresh: How likely a layout of its own is, before any pair.

    Raises:
      ValueError: If an id is out of range, ``fresh`` is no share, or no layout
        has these pairs: a cup with two animals, or an animal under two cups.

    Example:
      >>> known = np.array([np.arange(12)])
      >>> belief = believe(known, [(0, 0)], cup=1)
      >>> print(belief.known.round(3), belief.animals[1].round(3))
      [0.923] 0.93
    """
    checks.number("fresh", fresh, 0, 1)
    checks.whole("cup", cup, 0, SIZE - 1)
    for one, animal in pairs:
        checks.whole("pairs", one, 0, SIZE - 1)
        checks.whole("pairs", animal, 0, SIZE - 1)
    known = np.asarray(known)
    under = dict(pairs)
    different = len(set(pairs))
    if not len(under) == different == len(set(under.values())):
        raise ValueError(f"pairs must be of one layout, got {list(pairs)}")
    agrees = [all(row[c] == a for c, a in under.items()) for row in known]
    share = (1 - fresh) / max(len(known), 1)
    weights = share * np.array(agrees, float)
    new = fresh * math.factorial(SIZE - different) / math.factorial(SIZE)
    total = weights.sum() + new
    if not total:
        raise ValueError(f"pairs must be of one layout, got {list(pairs)}")
    animals = np.zeros(SIZE)
    np.add.at(animals, known[:, cup] if len(known) else [], weights)
    if cup in under:
        animals[under[cup]] += new
    else:
        free = [a for a in range(SIZE) if a not in under.values()]
        animals[free] += new / len(free)
    return Belief(animals / total, weights / total, float(new / total))


def beliefs(
    known: Int[np.ndarray, "samples classes"],
    texts: Int[np.ndarray, "batch time"],
    fresh: float = FRESH,
) -> Float[np.ndarray, "batch steps classes"]:
    """:func:`believe` at every pair of many texts: how likely each animal is.

    Args:
      known: As in :func:`believe`; no rows if nothing is known.
      texts: As :func:`draw_pairs` draws them.
      fresh: As in :func:`believe`.

    Example:
      >>> known = jnp.arange(12)[None]
      >>> texts = np.array(draw_pairs(jax.random.key(0), known, 2))
      >>> print(beliefs(np.array(known), texts)[:, 0].sum(-1).round(6))
      [1. 1.]
    """
    found = np.zeros((len(texts), (texts.shape[1] - 1) // 2, SIZE))
    for row, text in zip(found, np.asarray(texts), strict=True):
        pairs = [(int(c) - 1, int(a) - 1 - SIZE) for c, a in text[1:].reshape(-1, 2)]
        for at, (cup, _) in enumerate(pairs):
            row[at] = believe(known, pairs[:at], cup, fresh).animals
    return found


@functools.cache
def animal_ids() -> Int[np.ndarray, " classes"]:
    """The ids of the animals in a text.

    Example:
      >>> print(animal_ids()[[0, -1]])
      [13 24]
    """
    return np.arange(1 + SIZE, VOCABULARY)
