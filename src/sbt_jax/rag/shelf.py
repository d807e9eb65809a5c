"""This book as a library: sections with links, and the vectors of their words.

Made by the last step of the build, ``conf/ext/passages.py``; searched in the browser by
``viz/rag/ask.mjs``, and in Python by :func:`shelved`, which the tests compare.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from sbt_jax import checks
from sbt_jax.embeddings import WordVectors
from sbt_jax.rag.chunks import spans, words
from sbt_jax.rag.library import Library
from sbt_jax.rag.questions import QUESTIONS

NAME = "passages"  # of the script, and of what it puts in ``sbt.weights``
MOST = 4_000  # words with vectors
BITS = 127


class Section(NamedTuple):
    """A part of a page that has an address of its own."""

    page: str
    anchor: str  # empty for the top of the page
    title: str
    text: str


def shelf(
    sections: Sequence[Section],
    chapters: Mapping[str, tuple[int, str]],
    vectors: WordVectors,
    most: int = MOST,
) -> dict[str, Any]:
    """What the browser needs to search a book, as plain values.

    Vectors are shipped of the words that stand in the book or in the questions, and of
    the most frequent others, which a reader may type.

    Args:
      sections: Of the pages.
      chapters: By page its number and title.
      vectors: Of many words, the most frequent first.
      most: How many words get vectors.

    Raises:
      ValueError: If there are no sections, or ``most`` is out of range.

    Example:
      >>> two = WordVectors(("dog", "cat"), jnp.array([[1.0, 0.5], [0.0, 2.0]]))
      >>> made = shelf([Section("a", "", "A", "dog")], {"a": (1, "A")}, two, 1)
      >>> print(made["words"], made["width"], vectors_of(made).table.round(2))
      dog 2 [[1.  0.5]]
    """
    checks.whole("most", most, 1)
    if not sections:
        raise ValueError(f"sections must not be empty, got {sections!r}")
    texts = [f"{one.title} {one.text}" for one in sections]
    texts += [question.text for question in QUESTIONS]
    here = {word for text in texts for word in words(text)}
    first = [word for word in vectors if word in here]
    others = [word for word in vectors if word not in here]
    known = [*first, *others][:most]
    table = np.asarray(vectors.table)[[vectors.ids[word] for word in known]]
    scales = np.abs(table).max(axis=1) / BITS
    whole = np.round(table / np.where(scales > 0, scales, 1)[:, None])
    return {
        "chapters": {page: list(row) for page, row in chapters.items()},
        "sections": [list(section) for section in sections],
        "words": " ".join(known),
        "width": int(table.shape[1]),
        "scales": [float(f"{scale:.5g}") for scale in scales],
        "vectors": base64.b64encode(whole.astype(np.int8).tobytes()).decode("ascii"),
    }


def vectors_of(made: Mapping[str, Any]) -> WordVectors:
    """The word vectors of a shelf, as the browser reads them."""
    raw = base64.b64decode(made["vectors"])
    rows = np.frombuffer(raw, np.int8).reshape(-1, made["width"])
    table = rows * np.array(made["scales"])[:, None]
    return WordVectors(tuple(made["words"].split()), jnp.asarray(table, jnp.float32))


def script(made: Mapping[str, Any]) -> str:
    """A shelf as a script, which a page opened from disk may load too.

    Example:
      >>> script({"words": "a</script>"})[:24]
      ';((globalThis.sbt ??= {}'
    """
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("</", "<\\/")
    return f";((globalThis.sbt ??= {{}}).weights ??= {{}}).{NAME} = {text}\n"


def shelved(
    made: Mapping[str, Any],
    size: int,
    overlap: int = 0,
    titles: int = 1,
    stemmed: bool = False,
) -> tuple[Library, list[int]]:
    """The library of a shelf, and the section of each passage.

    Args:
      made: By :func:`shelf`.
      size: Words of a passage.
      overlap: Words that it shares with the one before it.
      titles: How often the title of its section stands before each passage, after
        that of the chapter; 0 for neither. More than once, its words count for more:
        BM25 of weighted fields, Robertson, Zaragoza & Taylor (2004), section 3.
      stemmed: Whether BM25 compares words without endings, and no small ones.

    Raises:
      ValueError: If a number is out of range.
    """
    checks.whole("titles", titles)
    passages, of = list[str](), list[int]()
    for i, (page, _, title, text) in enumerate(made["sections"]):
        parts = text.split()
        head = f"{made['chapters'][page][1]}. " if titles else ""
        head += f"{title}. " * titles
        for start, stop in spans(len(parts), size, overlap):
            passages.append(head + " ".join(parts[start:stop]))
            of.append(i)
    return Library(tuple(passages), vectors_of(made), stemmed=stemmed), of


def by_section(order: Sequence[int], of: Sequence[int]) -> list[int]:
    """The best passage of each section; mirrored in ``viz/rag/ask.mjs``.

    Args:
      order: Passages, the best first.
      of: The section of each passage.

    Raises:
      ValueError: If there is no such passage.

    Example:
      >>> by_section([3, 2, 0], of=[0, 0, 1, 1])
      [3, 0]
    """
    seen: dict[int, int] = {}
    for passage in order:
        seen.setdefault(of[checks.whole("passage", passage, 0, len(of) - 1)], passage)
    return list(seen.values())
