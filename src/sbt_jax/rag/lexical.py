r"""Lexical search: which passages hold the words of a question, by BM25.

Page: ``book/rag.md``.  Figure: ``viz/rag/ask.py``.  Public names: :mod:`sbt_jax.rag`.
Source: Robertson & Zaragoza (2009), "The probabilistic relevance framework: BM25 and
beyond", section 3.5; the idf with 1 added is Lucene's.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from sbt_jax import checks
from sbt_jax.rag.chunks import word_lists

#: Kinds of :func:`idf`.
KINDS = ("lucene", "classic")


class Posting(NamedTuple):
    """Where a word stands: a line of the index."""

    documents: Int[np.ndarray, " rows"]
    counts: Int[np.ndarray, " rows"]  # how often in each


class Lexical(NamedTuple):
    """An inverted index: from each word to the documents that hold it."""

    postings: Mapping[str, Posting]
    lengths: Int[np.ndarray, " samples"]  # words of each document


def lexical_index(documents: Sequence[Sequence[str]]) -> Lexical:
    """The index of documents that are lists of words.

    Args:
      documents: Each as :func:`sbt_jax.rag.words` cuts it.

    Raises:
      TypeError: If they, or a document, are one string.
      ValueError: If there is no document.

    Example:
      >>> index = lexical_index([["a", "b", "a"], ["b"]])
      >>> index.postings["a"].counts.tolist(), index.lengths.tolist()
      ([2], [3, 1])
    """
    lists = word_lists("documents", documents)
    if not lists:
        raise ValueError(f"documents must not be empty, got {documents!r}")
    rows: dict[str, list[tuple[int, int]]] = {}
    for i, document in enumerate(lists):
        for word, count in Counter(document).items():
            rows.setdefault(word, []).append((i, count))
    postings = {word: Posting(*np.array(row).T) for word, row in rows.items()}
    return Lexical(postings, np.array([len(document) for document in lists]))


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {KINDS}, got {kind!r}")


def idf(documents: int, holding: int, kind: str = "lucene") -> float:
    r"""How much a word tells: the rarer, the more.

    .. math:: \ln\left(1 + \frac{N - n + ½}{n + ½}\right)

    Args:
      documents: All of them, :math:`N`.
      holding: Those that hold the word, :math:`n`.
      kind: ``lucene``, or ``classic``, which lacks the 1 and so is negative for a word
        that stands in more than half of the documents.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If a number is out of range or there is no such kind.

    Example:
      >>> round(idf(5, 1), 3), round(idf(3, 2, "classic"), 3)
      (1.386, -0.511)
    """
    checks.whole("documents", documents, 1)
    checks.whole("holding", holding, 0, documents)
    _known(kind)
    odds = (documents - holding + 0.5) / (holding + 0.5)
    return math.log(odds + (kind == "lucene"))


def bm25(
    index: Lexical,
    query: Sequence[str],
    k1: float | int = 1.2,
    b: float | int = 0.75,
    kind: str = "lucene",
) -> Float[np.ndarray, " samples"]:
    r"""How well each document fits a question, by the words that both hold.

    .. math::
       \sum_{w} \mathrm{idf}(w)\,
       \frac{(k_1 + 1)\, f}{f + k_1 (1 - b + b\, |d| / \overline{|d|})}

    Args:
      index: Of the documents.
      query: The words of the question; one that comes twice counts twice.
      k1: How much a second mention :math:`f` still adds: 0 for nothing.
      b: How far long documents are held to be long, from 0 to 1.
      kind: Of :func:`idf`.

    Returns:
      One score a document; 0 where no word is shared. Scores of different questions
      cannot be compared.

    Raises:
      TypeError: If ``query`` is one string.
      ValueError: If a number is out of range or there is no such kind.

    Example:
      >>> index = lexical_index([["red", "boat"], ["red", "hat"], ["a", "red", "cat"]])
      >>> bm25(index, ["hat"]).round(3)
      array([0.   , 1.042, 0.   ])
    """
    checks.number("k1", k1, 0)
    checks.number("b", b, 0, 1)
    _known(kind)
    count = len(index.lengths)
    mean = index.lengths.mean() or 1
    scores = np.zeros(count)
    for word, times in Counter(checks.words("query", query)).items():
        if word not in index.postings:
            continue
        documents, counts = index.postings[word]
        slow = k1 * (1 - b + b * index.lengths[documents] / mean)
        rare = idf(count, len(documents), kind)
        held = counts * (k1 + 1) / (counts + slow)
        scores[documents] += times * rare * held
    return scores
