"""Python's own documentation as a library with questions whose answers are known.

``pydoc`` knows which help topic belongs to each keyword, symbol and name: these are
queries with a right answer that nobody chose for this book. The paraphrases are ours,
written before anything was measured.
"""

import functools
import pydoc
from collections.abc import Sequence
from pydoc_data.topics import topics
from typing import Any, NamedTuple

import numpy as np

from sbt_jax import rag
from sbt_jax.embeddings import load_glove
from sbt_jax.rag import SEARCHES, Library

GROUPS = ("keywords", "symbols", "names", "paraphrases")
#: What somebody asks who does not know the word for it, and the topics that tell.
PARAPHRASES: dict[str, tuple[str, ...]] = {
    "repeat something until a condition is no longer true": ("while",),
    "leave a loop early": ("break",),
    "skip the rest of this round of the loop": ("continue",),
    "do the same with each item of a list": ("for",),
    "choose between two ways to go on": ("if",),
    "handle an error when something goes wrong": ("try", "exceptions"),
    "close a file automatically when a block is left": ("with", "context-managers"),
    "stop if something that must hold does not": ("assert",),
    "give a value back to the caller": ("return",),
    "hand out values one at a time and remember where it was": ("yield",),
    "remove an element or a name": ("del",),
    "a small function without a name": ("lambda",),
    "change a variable of the whole module inside a function": ("global",),
    "change a variable of the enclosing function": ("nonlocal", "naming"),
    "use code from another file": ("import",),
    "do nothing at all": ("pass",),
    "signal that an error has happened": ("raise",),
    "wait for a coroutine to finish": ("await", "async"),
    "look up what belongs to a key": ("typesmapping", "dict", "subscriptions"),
    "take a part of a sequence from one position to another": ("slicings",),
    "which operator is evaluated first": ("operator-summary",),
    "what happens when numbers of different types are added": ("conversions",),
    "fill values into a text template": ("formatstrings", "string-methods"),
    "step through a program to find a mistake": ("debugger",),
    "numbers with a fractional part": ("floating", "numbers"),
    "raise a number to an exponent": ("power",),
    "find out which of two values is larger": ("comparisons",),
    "is an empty list true or false": ("truth", "booleans"),
    "turn over all bits of a number": ("unary", "bitwise"),
    "add to a variable in place": ("augassign",),
}


class Asked(NamedTuple):
    """A query and the topics that answer it."""

    group: str
    text: str
    right: tuple[str, ...]


def _topics(name: str) -> tuple[str, ...]:
    """The topics that ``pydoc`` shows for a name; none if it knows no such name."""
    entry = (pydoc.Helper.keywords | pydoc.Helper.topics).get(name, "")
    if isinstance(entry, str):
        return tuple(t for one in entry.split() for t in _topics(one))
    return (entry[0],) if entry[0] in topics else ()


@functools.cache
def asked() -> tuple[Asked, ...]:
    """Every query that has an answer.

    Example:
      >>> next(one for one in asked() if one.text == "+=").right
      ('augassign',)
    """
    helper = pydoc.Helper
    found = [
        *(("keywords", word, _topics(word)) for word in helper.keywords),
        *(
            ("symbols", sign, tuple(t for n in names.split() for t in _topics(n)))
            for sign, names in helper.symbols.items()
        ),
        *(("names", name, _topics(name)) for name in helper.topics),
        *(("paraphrases", text, right) for text, right in PARAPHRASES.items()),
    ]
    return tuple(Asked(*one) for one in found if one[2])


def library(
    size: int, overlap: int, most: int | None = None
) -> tuple[Library, list[str]]:
    """All topics, or the first few, in chunks, and the topic of each."""
    names = sorted(topics)[:most]
    chunks = rag.chunked([topics[name] for name in names], size, overlap)
    passages = tuple(chunk.text for chunk in chunks)
    return Library(passages, load_glove(), signs=True), [
        names[chunk.document] for chunk in chunks
    ]


def topic_ranks(
    where: Library, of: Sequence[str], one: Asked, search: str, chunks: int
) -> int:
    """At which place among topics a right one is found; 0 if it is not.

    A topic stands where its best chunk does.
    """
    found = dict.fromkeys(
        of[i] for i in rag.ranked(where, one.text, search, count=chunks)
    )
    places = (i for i, topic in enumerate(found, 1) if topic in one.right)
    return next(places, 0)


def searched(
    size: int, overlap: int, chunks: int, most: int | None = None
) -> dict[str, Any]:
    """For each group and search the place of the right topic, a number a query.

    Args:
      size: Words of a chunk.
      overlap: Words that it shares with the one before it.
      chunks: How many are looked at.
      most: Topics, and queries of each group; all if not given.
    """
    where, of = library(size, overlap, most)
    groups = {
        group: [one for one in asked() if one.group == group][:most] for group in GROUPS
    }
    return {
        group: {
            "queries": [one.text for one in queries],
            **{
                search: [topic_ranks(where, of, one, search, chunks) for one in queries]
                for search in SEARCHES
            },
        }
        for group, queries in groups.items()
    }


def within(
    size: int, overlap: int, budget: int, most: int | None = None
) -> dict[str, Any]:
    """How often a right topic is among the chunks that fit a budget of words.

    Keywords and paraphrases only: what people would type.
    """
    where, of = library(size, overlap, most)
    those = [one for one in asked() if one.group in ("keywords", "paraphrases")][:most]
    count = max(1, budget // size)
    hits = {
        search: [bool(topic_ranks(where, of, one, search, count)) for one in those]
        for search in SEARCHES
    }
    return {
        "chunks": len(where.passages),
        "taken": count,
        **{search: round(float(np.mean(row)), 4) for search, row in hits.items()},
    }
