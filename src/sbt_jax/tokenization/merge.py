"""Merging: replay a list of merges on the bytes of one word.

Page: ``book/tokenization.md``.  Public names: :mod:`sbt_jax.tokenization`.
Source: Sennrich, Haddow & Birch (2016), arXiv:1508.07909, section 3.2.
"""

import sys
from collections.abc import Callable, Mapping
from heapq import heapify, heappop, heappush
from itertools import chain, pairwise

from sbt_jax.tokenization.words import PATTERN, compile_pattern, to_bytes

Pair = tuple[int, int]

LONG = 64  # bytes: longer words use the heap
KEPT = 128  # characters: lines of "=" and the like repeat, longer words hardly do
WORDS_KEPT = 2**18  # entries of a tokenizer's cache
_NEVER = sys.maxsize  # above every id


def merge_pair(ids: list[int], pair: Pair, new: int) -> list[int]:
    """Put ``new`` in the place of each ``pair``, from left to right.

    Raises:
      ValueError: If ``pair`` is not of two.

    Example:
      >>> merge_pair([97, 97, 97, 98], (97, 97), 256)
      [256, 97, 98]
    """
    if len(pair) != 2:
        raise ValueError(f"pair must be two ids, got {pair!r}")
    left, right = pair
    out: list[int] = []
    i = 0
    while i < len(ids):
        found = ids[i : i + 2] == [left, right]
        out.append(new if found else ids[i])
        i += 2 if found else 1
    return out


def merge_bytes(word: bytes, ranks: Mapping[Pair, int]) -> list[int]:
    """Replay the merges on one word: lowest id first, leftmost first.

    Args:
      word: Any bytes.
      ranks: From a pair of ids to the id that it merges into.

    Returns:
      The ids that are left when no neighbours can merge.

    Raises:
      TypeError: If ``word`` is not bytes.

    Example:
      >>> merge_bytes(b"abcab", {(97, 98): 256, (256, 99): 257})
      [257, 256]
    """
    if not isinstance(word, bytes | bytearray):
        raise TypeError(f"word must be bytes, got {word!r}")
    if len(word) > LONG:
        return _merge_long(word, ranks)
    ids = list(word)
    made = [ranks.get(pair, _NEVER) for pair in pairwise(ids)]
    while made and (new := min(made)) < _NEVER:
        i = made.index(new)
        ids[i : i + 2] = [new]
        del made[i]
        if i:
            made[i - 1] = ranks.get((ids[i - 1], new), _NEVER)
        if i < len(made):
            made[i] = ranks.get((new, ids[i + 1]), _NEVER)
    return ids


def _merge_long(word: bytes, ranks: Mapping[Pair, int]) -> list[int]:
    """The same with a heap and a linked list: n log n where the above is n²."""
    ids = [*word, -1]  # the -1 closes the word: no pair holds it
    right = list(range(1, len(ids) + 1))
    left = list(range(-1, len(ids) - 1))
    pairs = enumerate(pairwise(ids))
    heap = [(ranks[pair], at) for at, pair in pairs if pair in ranks]
    heapify(heap)
    while heap:
        new, at = heappop(heap)
        gone = right[at]
        if ids[at] < 0 or ranks.get((ids[at], ids[gone])) != new:
            continue  # one of the two has merged meanwhile
        ids[at], ids[gone] = new, -1
        right[at] = right[gone]
        left[right[at]] = at
        for start in (left[at], at):
            if start >= 0 and (pair := (ids[start], ids[right[start]])) in ranks:
                heappush(heap, (ranks[pair], start))
    return [value for value in ids if value >= 0]


class WordCache(dict[str, list[int]]):
    """Text repeats its words, so each short word is merged once and kept."""

    def __init__(self, merge: Callable[[bytes], list[int]]) -> None:
        super().__init__()
        self.merge = merge

    def __missing__(self, word: str) -> list[int]:
        ids = self.merge(to_bytes(word))
        if len(word) <= KEPT:
            if len(self) >= WORDS_KEPT:
                self.clear()
            self[word] = ids
        return ids


class ChunkCache(dict[str, list[int]]):
    """The same for words with the marks around them: fewer and longer keys."""

    def __init__(self, words: WordCache) -> None:
        super().__init__()
        self.words = words
        self.cut = compile_pattern(PATTERN).findall

    def __missing__(self, chunk: str) -> list[int]:
        ids = list(chain.from_iterable(map(self.words.__getitem__, self.cut(chunk))))
        if len(chunk) <= KEPT:
            if len(self) >= WORDS_KEPT:
                self.clear()
            self[chunk] = ids
        return ids
