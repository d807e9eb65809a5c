"""Documents cut into chunks, and texts cut into words.

Page: ``book/rag.md``.  Public names: :mod:`sbt_jax.rag`.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sbt_jax import checks

#: What a word is to a search: letters and digits; mirrored in ``viz/rag/ask.mjs``.
WORD = r"[0-9a-zà-öø-ÿ]+"
#: The same, and runs of other signs, for texts about code.
SIGN = rf"{WORD}|[!-/:-@\[-`{{-~]+"

_SMALL = """
a an and are as at be but by can did do does for from had has have how i if in
into is it its me must my no not of on one or so such than that the their them
then there these they this to was were what when where which who why will with
would you your
"""
#: Words of grammar, which stand everywhere and tell a search nothing.
STOP_WORDS = frozenset(_SMALL.split())


class Chunk(NamedTuple):
    """A part of a document."""

    document: int  # which one
    start: int  # of its words
    text: str


def words(text: str, signs: bool = False) -> list[str]:
    """The words of a text as a search compares them: in small letters, without marks.

    Args:
      text: Any text.
      signs: Whether runs of other signs, such as ``+=``, are words, too.

    Raises:
      TypeError: If ``text`` is no string.

    Example:
      >>> words("What is top-p?"), words("x += 1", signs=True)
      (['what', 'is', 'top', 'p'], ['x', '+=', '1'])
    """
    checks.text("text", text)
    return re.findall(SIGN if signs else WORD, text.lower())


def stem(word: str) -> str:
    """A word without the *s* of a plural; mirrored in ``viz/rag/ask.mjs``.

    Source: Harman (1991), "How effective is suffixing?", table 1: the S stemmer.

    Args:
      word: In small letters.

    Raises:
      TypeError: If ``word`` is no string.

    Example:
      >>> [stem(word) for word in ("costs", "queries", "loss", "bus", "is", "notes")]
      ['cost', 'query', 'loss', 'bus', 'is', 'note']
    """
    if len(checks.text("word", word)) < 4:
        return word
    if word.endswith("ies"):
        return word if word.endswith(("eies", "aies")) else word[:-3] + "y"
    if word.endswith("es"):
        return word if word.endswith(("aes", "ees", "oes")) else word[:-1]
    return word if word.endswith(("us", "ss")) else word.removesuffix("s")


def terms(found: Sequence[str]) -> list[str]:
    """What of some words a lexical search compares: no endings, no small words.

    Args:
      found: By :func:`words`.

    Raises:
      TypeError: If they are one string, or one of them is none.

    Example:
      >>> terms(words("How much do the costs of training matter?"))
      ['much', 'cost', 'training', 'matter']
    """
    return [stem(one) for one in checks.words("found", found) if one not in STOP_WORDS]


def word_lists(name: str, values: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Several lists of words: a text would be read as its letters.

    Raises:
      TypeError: If they, or one of them, are something else.

    Example:
      >>> word_lists("documents", "Tom")
      Traceback (most recent call last):
      TypeError: documents must be lists of words, got 'Tom'
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise TypeError(f"{name} must be lists of words, got {values!r}")
    return [checks.words(name, one) for one in values]


def spans(count: int, size: int, overlap: int = 0) -> list[tuple[int, int]]:
    """Where chunks of a text begin and end; mirrored in ``viz/rag/ask.mjs``.

    The last chunk ends where the text ends, and is not a mere part of the one before.

    Args:
      count: Words of the text.
      size: Words of a chunk.
      overlap: Words that a chunk shares with the one before it.

    Raises:
      ValueError: If a number is out of range; the overlap must be below the size.

    Example:
      >>> spans(10, 4), spans(10, 4, overlap=2), spans(3, 4), spans(0, 4)
      ([(0, 4), (4, 8), (8, 10)], [(0, 4), (2, 6), (4, 8), (6, 10)], [(0, 3)], [])
    """
    checks.whole("count", count)
    checks.whole("size", size, 1)
    checks.whole("overlap", overlap, 0, size - 1)
    found = []
    for start in range(0, count, size - overlap):
        found.append((start, min(start + size, count)))
        if start + size >= count:
            break
    return found


def chunked(documents: Sequence[str], size: int, overlap: int = 0) -> list[Chunk]:
    """Every document, cut into chunks of so many words.

    Words are parted by white space here; nothing of the text is lost.

    Args:
      documents: Their texts.
      size: Words of a chunk.
      overlap: Words that a chunk shares with the one before it.

    Raises:
      TypeError: If ``documents`` is one string, or a number is not whole.
      ValueError: If a number is out of range.

    Example:
      >>> [chunk.text for chunk in chunked(["one two three", "four"], 2, 1)]
      ['one two', 'two three', 'four']
    """
    spans(0, size, overlap)  # refuses what it must though there is no document
    found = []
    for document, text in enumerate(checks.words("documents", documents)):
        parts = text.split()
        for start, stop in spans(len(parts), size, overlap):
            found.append(Chunk(document, start, " ".join(parts[start:stop])))
    return found
