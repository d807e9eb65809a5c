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

from sbt_jax import checks


def vocabulary(texts: Iterable[Sequence[str]], least: int = 1) -> dict[str, int]:
    """Every word that occurs often enough, the most frequent first.

    Args:
      texts: Texts as words.
      least: How often a word must occur.

    Returns:
      The number of each word, from 0. Equally frequent ones are in the order of
      their letters.

    Raises:
      TypeError: If a text is a string, which would be read as its letters.
      ValueError: If ``least`` is below 1.

    Example:
      >>> vocabulary([["a", "dog"], ["a", "cat"]])
      {'a': 0, 'cat': 1, 'dog': 2}
    """
    checks.whole("least", least, 1)
    if isinstance(texts, str):
        raise TypeError(f"texts must be lists of words, got {texts!r}")
    counts = Counter(word for text in texts for word in checks.words("texts", text))
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
      TypeError: If a number is not whole.
      ValueError: If ``reach`` is below 1, or a number is out of range.

    Example:
      >>> cooccurrence([[0, 1, 0]], vocab_size=2, reach=1)
      array([[0, 2],
             [2, 0]])
    """
    checks.whole("vocab_size", vocab_size, 1)
    checks.whole("reach", reach, 1)
    gap = np.full(reach, -1)  # between texts: no word sees another text
    told = [checks.row("texts", text, vocab_size, low=-1) for text in texts]
    ids = np.concatenate([part for text in told for part in (text, gap)] or [gap])
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
      TypeError: If counts are not integers, or ``power`` is no number.
      ValueError: If a word occurs in no pair, a count is negative, or the table is
        not square.

    Example:
      >>> print(pmi(np.array([[0, 2], [2, 4]])).round(3))
      [[  -inf  0.288]
       [ 0.288 -0.118]]
    """
    counts = checks.kind("counts", np.asarray(counts), "integers")
    checks.shaped("counts", counts, (len(counts), len(counts)))
    checks.number("power", power)
    if not counts.size or counts.min() < 0:
        raise ValueError(f"counts must be >= 0, got {counts.min(initial=0)}")
    single = counts.sum(axis=1, dtype=float)
    if not single.all():
        raise ValueError(f"every word must have a pair, got none for {single.argmin()}")
    joint = counts / counts.sum(dtype=float)
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
    checks.whole("width", width, 1, len(counts))
    left, sizes, _ = np.linalg.svd(np.maximum(pmi(counts), 0))
    return jnp.asarray(left[:, :width] * np.sqrt(sizes[:width]), jnp.float32)
