"""A library that can be asked: passages, and every way to rank them.

Page: ``book/rag.md``.  Figure: ``viz/rag/ask.py``, whose browser half repeats this.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from sbt_jax import checks
from sbt_jax.embeddings import WordVectors
from sbt_jax.rag.chunks import terms, words
from sbt_jax.rag.dense import common_direction, mean_vector, sif_weights, without
from sbt_jax.rag.fusion import fused, top
from sbt_jax.rag.lexical import Lexical, bm25, lexical_index

#: Ways to rank: shared words; directions; both; the best of both, looked at again.
SEARCHES = ("BM25", "dense", "hybrid", "reranked")
DEPTH = 50  # of each ranking that is fused
AGAIN = 20  # passages that are looked at again
DIGITS = 9  # of scores: what differs less is equal, in the browser as here


@dataclass(frozen=True, eq=False)
class Library:
    """Passages with their indexes.

    Args:
      passages: Their texts.
      vectors: One vector a word.
      signs: Whether signs such as ``+=`` are words, too.
      stemmed: Whether BM25 compares :func:`sbt_jax.rag.terms` in place of words.

    Raises:
      TypeError: If ``passages`` is one string, or ``vectors`` are none.
      ValueError: If there are no passages.
    """

    passages: tuple[str, ...]
    vectors: WordVectors
    signs: bool = False
    stemmed: bool = False

    def __post_init__(self) -> None:
        if not checks.words("passages", self.passages):
            raise ValueError(f"passages must not be empty, got {self.passages!r}")
        if not isinstance(self.vectors, WordVectors):
            raise TypeError(f"vectors must be WordVectors, got {self.vectors!r}")

    @functools.cached_property
    def words(self) -> list[list[str]]:
        """The words of each passage."""
        return [words(text, self.signs) for text in self.passages]

    @functools.cached_property
    def lexical(self) -> Lexical:
        """The inverted index."""
        return lexical_index([self.terms(one) for one in self.words])

    def terms(self, found: Sequence[str]) -> Sequence[str]:
        """What of some words BM25 compares."""
        return terms(found) if self.stemmed else found

    @functools.cached_property
    def weights(self) -> dict[str, float]:
        """How much each word counts in a mean."""
        return sif_weights(self.words)

    @functools.cached_property
    def dense(
        self,
    ) -> tuple[Float[np.ndarray, "samples width"], Float[np.ndarray, " width"]]:
        """A direction of length 1 for each passage, and what was taken from all."""
        rows = [mean_vector(one, self.vectors, self.weights) for one in self.words]
        table = np.stack(rows)
        common = common_direction(table)
        return _units(without(table, common)), common

    def direction(self, query: Sequence[str]) -> Float[np.ndarray, " width"]:
        """The direction of a question, made as those of the passages are."""
        vector = mean_vector(query, self.vectors, self.weights)
        return _units(without(vector, self.dense[1])[None])[0]


def _units(table: Float[np.ndarray, "samples width"]) -> np.ndarray:
    length = np.linalg.norm(table, axis=1, keepdims=True)
    return table / np.where(length > 1e-9, length, np.inf)


def late(
    library: Library, query: Sequence[str], candidates: Sequence[int]
) -> Float[np.ndarray, " rows"]:
    """Late interaction with each candidate, a rare word counting for more."""
    ids, table = library.vectors.ids, np.asarray(library.vectors.table, float)
    known = [word for word in query if word in ids]
    if not known:
        return np.zeros(len(candidates))
    asked = _units(table[[ids[word] for word in known]])
    weights = np.array([library.weights.get(word, 1.0) for word in known])
    found = np.zeros(len(candidates))
    for i, candidate in enumerate(candidates):
        rows = [ids[word] for word in library.words[candidate] if word in ids]
        if rows:  # as max_sim, which would compile for every length
            found[i] = (asked @ _units(table[rows]).T).max(1) @ weights
    return found.round(DIGITS)


def ranked(
    library: Library,
    question: str,
    search: str = "hybrid",
    count: int = 5,
    k1: float | int = 1.2,
    b: float | int = 0.75,
) -> list[int]:
    """The passages that fit a question best.

    Args:
      library: Where to look.
      question: What is asked.
      search: One of :data:`SEARCHES`.
      count: How many at most.
      k1: Of BM25.
      b: Of BM25.

    Returns:
      Numbers of passages, the best first. BM25 leaves out what shares no word, the
      dense search what has no direction; so there may be fewer.

    Raises:
      TypeError: If ``question`` is no string, or ``count`` is not whole.
      ValueError: If there is no such search, or a number is out of range.

    Example:
      >>> from sbt_jax.embeddings import load_glove
      >>> books = Library(("The dog barked.", "Tax law.", "My puppy."), load_glove())
      >>> ranked(books, "dog", "BM25"), ranked(books, "dogs", "dense")[0]
      ([0], 0)
    """
    if search not in SEARCHES:
        raise ValueError(f"search must be one of {SEARCHES}, got {search!r}")
    checks.whole("count", count)
    checks.number("k1", k1, 0)
    checks.number("b", b, 0, 1)
    query = words(checks.text("question", question), library.signs)
    deep = max(count, DEPTH)
    by_word = by_sense = list[int]()
    if search != "dense":
        scores = bm25(library.lexical, library.terms(query), k1, b)
        by_word = top(scores, deep, positive=True)
    if search != "BM25":
        cosines = (library.dense[0] @ library.direction(query)).round(DIGITS)
        by_sense = top(cosines, deep) if cosines.any() else []
    both = fused([by_word, by_sense])
    if search != "reranked":
        one = {"BM25": by_word, "dense": by_sense, "hybrid": both}[search]
        return one[:count]
    first = both[: max(AGAIN, count)]
    again = late(library, query, first)
    return [first[i] for i in top(again, count)]
