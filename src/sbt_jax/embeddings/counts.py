"""Counting who stands beside whom, and vectors straight from the counts.

Page: ``book/embeddings.md``.  Public names: :mod:`sbt_jax.embeddings`.
Source: Levy & Goldberg (2014), "Neural word embedding as implicit matrix
factorization", sections 2 to 4, for shifted PMI, its positive part and the SVD.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int


def vocabulary(texts: Iterable[Sequence[str]], least: int = 1) -> dict[str, int]:
    """Every word that occurs often enough, the most frequent first.

    Args:
      texts: Texts as words.
      least: How often a word must occur.

    Returns:
      The number of each word, from 0. Equally frequent ones are in the order of
      their letters.

    Example:
      >>> vocabulary([["a", "dog"], ["a", "cat"]])
      {'a': 0, 'cat': 1, 'dog': 2}
    """
    counts = Counter(word for text in texts for word in text)
    kept = [word for word, count in counts.items() if count >= least]
    kept.sort(key=lambda word: (-counts[word], word))
    return {word: i for i, word in enumerate(kept)}


def cooccurrence(
    texts: Iterable[Sequence[int]], vocab_size: int, reach: int
) -> Int[np.ndarray, "vocab vocab"]:
    """How often each word stands within reach of each other one.

    Args:
      texts: Texts as numbers of words; -1 is a word that does not count, and
        still takes its place.
      vocab_size: How many words there are.
      reach: Places to either side.

    Returns:
      Counts, the same in both directions.

    Raises:
      ValueError: If ``reach`` is below 1, or a number is out of range.

    Example:
      >>> cooccurrence([[0, 1, 0]], vocab_size=2, reach=1)
      array([[0, 2],
             [2, 0]])
    """
    if reach < 1:
        raise ValueError(f"reach must be >= 1, got {reach}")
    gap = [-1] * reach  # between texts: no word sees another text
    ids = np.array([i for text in texts for i in (*text, *gap)], np.int64)
    if len(ids) and not -1 <= ids.min() <= ids.max() < vocab_size:
        raise ValueError(
            f"texts must hold numbers below {vocab_size}, got {ids.min()}..{ids.max()}"
        )
    found = np.zeros(vocab_size * vocab_size, np.int64)
    for distance in range(1, reach + 1):
        left, right = ids[:-distance], ids[distance:]
        both = (left >= 0) & (right >= 0)
        pairs = left[both] * vocab_size + right[both]
        found += np.bincount(pairs, minlength=len(found))
    counts = found.reshape(vocab_size, vocab_size)
    return counts + counts.T


def pmi(
    counts: Int[np.ndarray, "vocab vocab"], power: float = 1.0
) -> Float[np.ndarray, "vocab vocab"]:
    r"""Pointwise mutual information: together more often than by chance?

    .. math:: \mathrm{pmi}(w, c) = \ln \frac{p(w, c)}{p(w) \, q(c)}, \quad
              q(c) \propto p(c)^\alpha

    Args:
      counts: From :func:`cooccurrence`.
      power: :math:`\alpha`; 1 is the usual one, skip-gram draws with 0.75.

    Returns:
      Nats: 0 for chance, minus infinity for pairs that never occur.

    Raises:
      ValueError: If a word occurs in no pair.

    Example:
      >>> print(pmi(np.array([[0, 2], [2, 4]])).round(3))
      [[  -inf  0.288]
       [ 0.288 -0.118]]
    """
    single = counts.sum(axis=1)
    if not single.all():
        raise ValueError(f"every word must have a pair, got none for {single.argmin()}")
    joint = counts / counts.sum()
    noise = single**power / (single**power).sum()
    with np.errstate(divide="ignore"):
        return np.log(joint) - np.log(joint.sum(axis=1))[:, None] - np.log(noise)


def svd_vectors(
    counts: Int[np.ndarray, "vocab vocab"], width: int
) -> Float[Array, "vocab width"]:
    r"""Word vectors without training: the strongest parts of positive PMI.

    .. math:: \max(\mathrm{pmi}, 0) = U \Sigma V^\top, \quad
              W = U_d \sqrt{\Sigma_d}

    Args:
      counts: From :func:`cooccurrence`.
      width: Numbers a word, :math:`d`.

    Returns:
      One vector a word.

    Raises:
      ValueError: If ``width`` is not between 1 and the number of words.

    Example:
      >>> svd_vectors(np.array([[0, 2, 1], [2, 4, 1], [1, 1, 0]]), width=2).shape
      (3, 2)
    """
    if not 1 <= width <= len(counts):
        raise ValueError(f"width must be in 1..{len(counts)}, got {width}")
    left, sizes, _ = np.linalg.svd(np.maximum(pmi(counts), 0))
    return jnp.asarray(left[:, :width] * np.sqrt(sizes[:width]), jnp.float32)
