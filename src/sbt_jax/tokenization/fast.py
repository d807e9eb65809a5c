"""The fast trainer: count once, then change only what a merge touches.

Page: ``book/tokenization.md``.  Reference: :func:`sbt_jax.tokenization.train_naive`.

All distinct words lie in one array, so that one merge is a handful of array
operations over the places where its pair occurs. Two facts keep it short: ids
only grow, so a place that once held a pair and lost it never holds it again;
and a pair can only become more frequent in the merge that makes its newer half.
Hence each pair gets its places, its count and its heap entry once, and the
count can only fall afterwards.

Public names: :mod:`sbt_jax.tokenization`.
"""

from collections.abc import Mapping
from heapq import heapify, heappop, heappush

import numpy as np
from jaxtyping import Int

from sbt_jax.tokenization.merge import Pair
from sbt_jax.tokenization.words import to_bytes

_WALL = -1  # stands between two words
_GONE = -2  # was merged into the token on its left

Places = Int[np.ndarray, " _places"]  # "_": any number, every time


def learn_merges(
    words: Mapping[str, int], num_merges: int, min_count: int = 1
) -> list[Pair]:
    """The merges that :func:`sbt_jax.tokenization.train` would learn.

    Args:
      words: How often each distinct word occurs.
      num_merges: The number of merges at most.
      min_count: Pairs that occur less often are not merged.

    Returns:
      Pairs of ids, the first merge first.

    Example:
      >>> learn_merges({"abc": 2, "ab": 1}, num_merges=5, min_count=2)
      [(97, 98), (256, 99)]
    """
    line = _Line(words, max(min_count, 1))
    merges: list[Pair] = []
    while len(merges) < num_merges and (pair := line.most_frequent()):
        line.merge(pair, new=256 + len(merges))
        merges.append(pair)
    return merges


class _Line:
    """Every distinct word once, in a line, and the pairs in it."""

    def __init__(self, words: Mapping[str, int], min_count: int) -> None:
        data = [to_bytes(word) for word in words]
        ids = np.frombuffer(b"\0".join([b"", *data, b""]), np.uint8).astype(np.int32)
        lengths = np.fromiter(map(len, data), np.int64, len(data))
        walls = np.concatenate([[0], np.cumsum(lengths + 1)])[: len(ids)]
        ids[walls] = _WALL
        times = np.fromiter(words.values(), np.int64, len(words))
        self.ids = ids
        self.weight = np.repeat(np.concatenate([[0], times]), np.append(1, lengths + 1))
        self.right = np.arange(1, len(ids) + 1)
        self.left = np.arange(-1, len(ids) - 1)
        self.min_count = min_count
        self.count: dict[Pair, int] = {}
        self.places: dict[Pair, Places] = {}
        self.heap: list[tuple[int, Pair]] = []
        first, second = ids[:-1], ids[1:]
        starts = np.flatnonzero((first >= 0) & (second >= 0))
        keys = first[starts] * 256 + second[starts]
        for key, count, places in self._groups(keys, starts):
            self._add(divmod(key, 256), count, places)
        heapify(self.heap)

    def _groups(self, keys: Places, places: Places) -> list[tuple[int, int, Places]]:
        """Each distinct key, with the total weight of its places and these."""
        if not len(places):
            return []
        by_key = keys.argsort(kind="stable")
        keys, order = keys[by_key], places[by_key]
        changes = ((keys[1:] != keys[:-1]).nonzero()[0] + 1).tolist()
        starts, ends = [0, *changes], [*changes, len(order)]
        totals = np.add.reduceat(self.weight[order], starts).tolist()
        parts = [order[a:b] for a, b in zip(starts, ends, strict=True)]
        return list(zip(keys[starts].tolist(), totals, parts, strict=True))

    def _add(self, pair: Pair, count: int, places: Places) -> None:
        if count >= self.min_count:
            self.count[pair] = count
            self.places[pair] = places
            heappush(self.heap, (-count, pair))

    def most_frequent(self) -> Pair | None:
        """The pair to merge next: highest count, then lowest ids."""
        while self.heap:
            negated, pair = heappop(self.heap)
            count = self.count[pair]
            if count == -negated:
                return pair
            if count >= self.min_count:  # an old entry: put it where it belongs
                heappush(self.heap, (-count, pair))
        return None

    def _live(self, pair: Pair) -> Places:
        """The places where the pair still is, without overlaps."""
        at = self.places.pop(pair)
        after = self.right[at]
        live = (self.ids[at] == pair[0]) & (self.ids[after] == pair[1])
        at, after = at[live], after[live]
        if pair[0] != pair[1] or len(at) < 2:
            return at
        # "aaaa" holds three pairs, of which a merge takes the first and third.
        number = np.arange(len(at))
        starts = np.append(True, at[1:] != after[:-1])
        return at[(number - np.maximum.accumulate(number * starts)) % 2 == 0]

    def merge(self, pair: Pair, new: int) -> None:
        """Put ``new`` wherever ``pair`` is, and bring the counts up to date."""
        at = self._live(pair)
        gone = self.right[at]
        after = self.right[gone]
        self.ids[at] = new
        self.ids[gone] = _GONE
        self.right[at] = after
        self.left[after] = at
        del self.count[pair]
        # On the left, skip what merged itself: its own right side counts it.
        before = self.left[at]
        before = before[(self.ids[before] >= 0) & (self.ids[before] != new)]
        for x, count, places in self._groups(self.ids[before], before):
            self._lose((x, pair[0]), count)
            self._add((x, new), count, places)
        inside = self.ids[after] >= 0
        for y, count, places in self._groups(self.ids[after[inside]], at[inside]):
            self._lose((pair[1], pair[0] if y == new else y), count)
            self._add((new, y), count, places)

    def _lose(self, pair: Pair, count: int) -> None:
        if pair in self.count:
            self.count[pair] -= count
