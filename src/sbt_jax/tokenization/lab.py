"""BPE under a lens: step by step, in batches, and against the optimum.

Page: ``book/tokenization.md``.  Public names: :mod:`sbt_jax.tokenization`.
"""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pydoc_data.topics import topics
from typing import Literal, NamedTuple

from sbt_jax import checks
from sbt_jax.tokenization.merge import Pair, merge_bytes, merge_pair
from sbt_jax.tokenization.model import Tokenizer
from sbt_jax.tokenization.words import PATTERN, pretokenize, to_bytes

TIE_BREAKS = ("lowest ids", "highest ids", "first seen")


class Step(NamedTuple):
    """The state of training after some merges, and what comes next."""

    #: The text so far, one list of ids per word.
    words: list[list[int]]
    #: The most frequent pairs first, in the order of the tie-break.
    counts: list[tuple[Pair, int]]
    #: All pairs that are as frequent as the best.
    ties: tuple[Pair, ...]
    #: The one that merges next; ``None`` when no pair is left.
    pair: Pair | None


def merge_steps(
    text: str,
    num_merges: int,
    tie_break: Literal["lowest ids", "highest ids", "first seen"] = "lowest ids",
) -> list[Step]:
    """Training on a tiny text with everything that it looked at.

    Args:
      text: The text to learn from.
      num_merges: How many merges to make.
      tie_break: Which of several equally frequent pairs merges: the one with
        the ``"lowest ids"``, as in :func:`sbt_jax.tokenization.train`, or the
        one ``"first seen"`` in the text, as in many textbooks.

    Returns:
      ``num_merges + 1`` states, the first before any merge; fewer if no pair
      is left.

    Raises:
      TypeError: If ``num_merges`` is not an int.
      ValueError: If it is negative, or ``tie_break`` is none of the three.

    Example:
      >>> for rule in ("lowest ids", "highest ids"):
      ...     step = merge_steps("low lower lowest", 0, tie_break=rule)[0]
      ...     print([bytes(pair) for pair in step.ties], bytes(step.pair))
      [b'lo', b'ow'] b'lo'
      [b'ow', b'lo'] b'ow'
    """
    if tie_break not in TIE_BREAKS:
        raise ValueError(f"tie_break must be one of {TIE_BREAKS}, got {tie_break!r}")
    checks.whole("num_merges", num_merges)
    words = [list(to_bytes(word)) for word in pretokenize(text)]
    steps: list[Step] = []
    while True:
        seen = Counter(pair for word in words for pair in pairwise(word))
        counts = list(seen.items())  # in the order of the text
        if tie_break != "first seen":
            counts.sort(reverse=tie_break == "highest ids")
        counts.sort(key=lambda item: -item[1])  # keeps the order of equals
        ties = tuple(pair for pair, count in counts if count == counts[0][1])
        steps.append(Step(words, counts, ties, ties[0] if ties else None))
        if not ties or len(steps) > num_merges:
            return steps
        new = 255 + len(steps)
        words = [merge_pair(word, ties[0], new) for word in words]


def train_batched(text: str, num_merges: int, batch: int) -> Tokenizer:
    """A tempting short cut: merge the ``batch`` best pairs of each count.

    It saves counting, and it is wrong: the second pair may share a token with
    the first, whose merge then takes away what the second was counted on.

    Args:
      text: The text to learn from.
      num_merges: How many pairs to merge; fewer if no pair is left.
      batch: How many merges to make for each count. At 1 it is BPE.

    Returns:
      The tokenizer, in general not the one of :func:`sbt_jax.tokenization.train`.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If ``num_merges`` is negative or ``batch`` below 1.

    Example:
      ``bc`` is frequent only until ``ab`` has merged, so one at a time it never
      becomes a token:

      >>> for batch in (1, 2):
      ...     print(train_batched("abcabcabc", 2, batch).token_bytes[256:])
      [b'ab', b'abc']
      [b'ab', b'bc']
    """
    checks.whole("num_merges", num_merges)
    checks.whole("batch", batch, 1)
    words = [list(to_bytes(word)) for word in pretokenize(text)]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts = Counter(pair for word in words for pair in pairwise(word))
        best = sorted(counts, key=lambda pair: (-counts[pair], pair))
        if not best:
            break
        for pair in best[: min(batch, num_merges - len(merges))]:
            new = 256 + len(merges)
            words = [merge_pair(word, pair, new) for word in words]
            merges.append(pair)
    return Tokenizer(tuple(merges))


def shortest_segmentation(tokenizer: Tokenizer, word: str | bytes) -> list[int]:
    """The fewest tokens that spell a word, in any order of merging.

    With :math:`c_j` the fewest tokens that spell the first :math:`j` bytes:

    .. math:: c_0 = 0, \\quad c_j = 1 + \\min_{i : w_{i:j} \\in V} c_i

    BPE replays its merges instead, and may need more.

    Args:
      tokenizer: Its bytes and merges are the vocabulary :math:`V`.
      word: Taken as one word, without pre-tokenizer.

    Returns:
      The ids; of several shortest spellings, the one whose last token is the
      longest, then the one before.

    Raises:
      TypeError: If ``word`` is neither a string nor bytes.

    Example:
      >>> tokenizer = Tokenizer(((97, 98), (98, 99), (257, 100)))
      >>> merge_bytes(b"abcd", tokenizer.ranks)
      [256, 99, 100]
      >>> shortest_segmentation(tokenizer, b"abcd")
      [97, 258]
    """
    if not isinstance(word, str | bytes | bytearray):
        raise TypeError(f"word must be str or bytes, got {word!r}")
    data = to_bytes(word) if isinstance(word, str) else bytes(word)
    spellings = tokenizer.token_bytes[: 256 + len(tokenizer.merges)]
    # Reversed, so that of two ids with the same bytes the lower one stays.
    ids = {piece: i for i, piece in reversed(list(enumerate(spellings)))}
    longest = max(map(len, spellings))
    fewest, last = [0], [0]  # for each end: how many tokens, where the last starts
    for end in range(1, len(data) + 1):
        starts = range(max(0, end - longest), end)
        fit = [start for start in starts if data[start:end] in ids]
        start = min(fit, key=fewest.__getitem__)
        fewest.append(fewest[start] + 1)
        last.append(start)
    result: list[int] = []
    end = len(data)
    while end:
        result.append(ids[data[last[end] : end]])
        end = last[end]
    return result[::-1]


def from_ranks(ranks: Mapping[bytes, int], pattern: str = PATTERN) -> Tokenizer:
    """A tokenizer from a published table of token bytes, as GPT-2's is.

    Such a table has the bytes of each token and its rank, but not the pair that
    made it. To find the pair, encode the token's bytes with the merges before
    it: two ids are left.

    Args:
      ranks: From the bytes of a token to its rank. All 256 single bytes come
        first, in any order, then one token for each merge, without a gap.
      pattern: The pre-tokenizer; the table does not hold its own.

    Returns:
      A tokenizer whose ids from 256 on are the table's. The table's id of a
      byte is ``ranks[bytes([id])]``.

    Raises:
      ValueError: If the table does not have this form.

    Example:
      >>> table = {bytes([i]): i for i in range(256)} | {b"ab": 256, b"abc": 257}
      >>> from_ranks(table).merges
      ((97, 98), (256, 99))
    """
    for token, rank in ranks.items():
        if not isinstance(token, bytes):
            raise TypeError(f"ranks must be of bytes, got {token!r}")
        checks.whole(f"ranks[{token!r}]", rank)
    tokens = sorted(ranks, key=ranks.__getitem__)
    if sorted(tokens[:256]) != [bytes([i]) for i in range(256)]:
        first = [token for token in tokens[:256] if len(token) != 1]
        raise ValueError(f"ranks must begin with the 256 single bytes, got {first[:1]}")
    made: dict[Pair, int] = {}
    for new, token in enumerate(tokens[256:], start=256):
        parts = merge_bytes(token, made)
        if len(parts) != 2 or ranks[token] != new:
            raise ValueError(f"ranks[{token!r}] is no merge of earlier tokens")
        made[parts[0], parts[1]] = new
    return Tokenizer(tuple(made), (), pattern)


def reference_text() -> str:
    """The Python language reference, about 465 thousand characters of English.

    It comes with Python (:mod:`pydoc_data.topics`) and changes with its
    version, so compute every number that you state about it.

    Returns:
      The topics in alphabetical order, joined.

    Example:
      >>> "statement" in reference_text()
      True
    """
    return "".join(topics[name] for name in sorted(topics))
