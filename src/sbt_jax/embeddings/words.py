"""Words with their vectors: real ones, and what to do with words that are unknown.

Page: ``book/embeddings.md``.  Public names: :mod:`sbt_jax.embeddings`.
Source: Pennington, Socher & Manning (2014), "GloVe: Global Vectors for Word
Representation"; the table is glove.6B, 50 numbers a word, of which a part is shipped.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.checkpoints import data_file, load, read_config
from sbt_jax.embeddings.space import nearest, offset

DATA_FILES = ("glove.npz",)
LONGEST = 30  # letters that are compared; the longest known word is shorter


@dataclass(frozen=True, eq=False, repr=False)
class WordVectors:
    """A vocabulary and one vector for each of its words.

    Args:
      words: The words, the most frequent first.
      table: Their vectors, in the same order.

    Raises:
      TypeError: If words are not strings.
      ValueError: If there are not as many vectors as words, or a word is twice.

    Example:
      >>> two = WordVectors(("up", "down"), jnp.array([[0.0, 1.0], [0.0, -1.0]]))
      >>> print(two["down"])
      [ 0. -1.]
      >>> two["dawn"]
      Traceback (most recent call last):
      ValueError: word must be known, got 'dawn'; near it are down, up
    """

    words: tuple[str, ...]
    table: Float[Array, "vocab width"]

    def __post_init__(self) -> None:
        checks.words("words", self.words)
        if len(self.words) != len(self.table):
            sizes = f"{len(self.words)} words, {len(self.table)} vectors"
            raise ValueError(f"words and table must be of one length, got {sizes}")
        if len(self.ids) != len(self.words):
            raise ValueError(f"words must differ, got {len(self.ids)} different ones")

    def __repr__(self) -> str:
        return f"<WordVectors {len(self.words)} x {self.table.shape[1]}>"

    @functools.cached_property
    def ids(self) -> dict[str, int]:
        """The number of each word."""
        return {word: i for i, word in enumerate(self.words)}

    @functools.cached_property
    def units(self) -> Float[np.ndarray, "vocab width"]:
        """All vectors at length 1, for NumPy.

        Example:
          >>> WordVectors(("up", "far"), jnp.array([[0.0, 1.0], [3.0, 4.0]])).units
          array([[0. , 1. ],
                 [0.6, 0.8]], dtype=float32)
        """
        table = np.asarray(self.table)
        length = np.linalg.norm(table, axis=1, keepdims=True)
        return table / np.where(length > 0, length, 1)

    def id(self, word: str) -> int:
        """The number of a word.

        Raises:
          TypeError: If it is not a string.
          ValueError: If it is unknown; the message names known ones near it.
        """
        checks.text("word", word)
        if word not in self.ids:
            near = ", ".join(near_spellings(word, self.words))
            raise ValueError(f"word must be known, got {word!r}; near it are {near}")
        return self.ids[word]

    def __getitem__(self, word: str) -> Float[Array, " width"]:
        return self.table[self.id(word)]

    def __contains__(self, word: object) -> bool:
        return word in self.ids

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def neighbours(
        self,
        query: str | Float[Array | np.ndarray, " width"],
        count: int = 10,
        without: Sequence[str] = (),
    ) -> list[tuple[str, float]]:
        """The words nearest to a word or a vector, with their cosines.

        Args:
          query: A known word, which is struck out itself, or any vector.
          count: How many.
          without: More words to strike out.

        Raises:
          TypeError: If ``without`` is one string.
          ValueError: If a word is unknown, there are not as many, or the vector is
            zero or not finite: nothing is near to it.

        Example:
          >>> three = WordVectors(("a", "b", "c"), jnp.eye(3).at[2, 0].set(1.0))
          >>> three.neighbours("a", count=1)
          [('c', 0.7071067690849304)]
        """
        vector: Array | np.ndarray
        without = tuple(checks.words("without", without))
        if isinstance(query, str):
            without = (query, *without)
            vector = np.asarray(self.table)[self.id(query)]
        else:
            vector = query
        struck = tuple(self.id(word) for word in without)
        rows, cosines = nearest(self.table, vector, count, struck)
        found = zip(rows.tolist(), cosines.tolist(), strict=True)
        return [(self.words[i], x) for i, x in found]

    def analogy(
        self, a: str, b: str, c: str, count: int = 3, strike_out: bool = True
    ) -> list[tuple[str, float]]:
        r"""The words nearest to :math:`\hat a - \hat b + \hat c`.

        Args:
          a, b, c: Known words.
          count: How many answers.
          strike_out: Whether the three words may not be the answer.

        Raises:
          ValueError: If a word is unknown.

        Example:
          >>> load_glove().analogy("king", "man", "woman")[0][0]
          'queen'
        """
        target = _offset(self.table, np.array([self.id(word) for word in (a, b, c)]))
        return self.neighbours(target, count, (a, b, c) if strike_out else ())


@jax.jit
def _offset(
    table: Float[Array, "vocab width"], rows: Int[Array | np.ndarray, " 3"]
) -> Float[Array, " width"]:
    return offset(*table[rows])


def edit_distance(one: str, other: str) -> int:
    """How many letters must be put in, left out or changed between two words.

    Source: Levenshtein (1966), "Binary codes capable of correcting deletions,
    insertions, and reversals".

    Raises:
      TypeError: If a word is not a string.

    Example:
      >>> edit_distance("qeen", "queen"), edit_distance("kitten", "sitting")
      (1, 3)
    """
    checks.text("one", one)
    checks.text("other", other)
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        here = [i]
        for j, wanted in enumerate(other, 1):
            change = above[j - 1] + (letter != wanted)
            here.append(min(here[-1] + 1, above[j] + 1, change))
        above = here
    return above[-1]


def near_spellings(word: str, words: Sequence[str], count: int = 5) -> list[str]:
    """Known words that are spelled like an unknown one.

    Args:
      word: What was typed; of a long one the first 30 letters count.
      words: The known words, the most frequent first.
      count: How many to give.

    Returns:
      First those with the fewest letters to change; of these first the ones that
      begin alike, then the most frequent.
      Mirrored in ``viz/embeddings/arithmetic.mjs``.

    Raises:
      TypeError: If ``words`` is one string.
      ValueError: If ``count`` is negative.

    Example:
      >>> near_spellings("qeen", ["the", "queen", "keen"], count=2)
      ['queen', 'keen']
    """
    checks.text("word", word)
    if isinstance(words, str):
        raise TypeError(f"words must be a list of str, got {words!r}")
    if not checks.whole("count", count):
        return []
    typed = word.lower()[:LONGEST]
    by_size = sorted(range(len(words)), key=lambda i: (_least(typed, words[i]), i))
    found: list[tuple[int, bool, int]] = []
    for i in by_size:
        if len(found) >= count and _least(typed, words[i]) > found[-1][0]:
            break
        differs = words[i][:1] != typed[:1]
        one = (edit_distance(typed, words[i]), differs, i)
        found = sorted([*found, one])[:count]
    return [words[i] for *_, i in found]


def _least(one: str, other: str) -> int:
    """The edit distance is never below the difference in length."""
    return abs(len(one) - len(other))


@dataclass(frozen=True)
class VectorsConfig:
    """What a checkpoint of word vectors holds beside the numbers."""

    words: str  # with a space between each two


@functools.cache
def load_glove() -> WordVectors:
    """Ten thousand words of GloVe, as shipped: int8 with one scale a word.

    Example:
      >>> load_glove()
      <WordVectors 10000 x 50>
    """
    path = data_file("glove.npz")
    words = tuple(VectorsConfig(**read_config(path)).words.split(" "))
    shapes = {"vectors": jax.ShapeDtypeStruct((len(words), 50), jnp.float32)}
    return WordVectors(words, jnp.asarray(load(path, shapes)["vectors"]))
