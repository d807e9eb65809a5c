"""The tokenizer itself: a list of merges, and what follows from it.

Page: ``book/tokenization.md``.  Public names: :mod:`sbt_jax.tokenization`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from operator import index
from typing import Any

from sbt_jax import checks
from sbt_jax.tokenization.merge import ChunkCache, Pair, WordCache, merge_bytes
from sbt_jax.tokenization.words import PATTERN, compile_pattern, to_bytes


@dataclass(frozen=True)
class Tokenizer:
    """A byte-level BPE tokenizer: an ordered list of merges, nothing else.

    Ids 0 to 255 are the bytes, ``256 + i`` is what merge ``i`` makes, and the
    special tokens follow the last merge. Equal and hashable by value.

    Args:
      merges: Pairs of ids, in the order in which they were learned. A pair may
        only use ids that exist before it.
      special_tokens: Strings with an id of their own, such as ``"<end>"``.
      pattern: The pre-tokenizer, see :func:`pretokenize`.

    Raises:
      TypeError: If an argument has the wrong type.
      ValueError: If a merge uses an id that is not yet made, or comes twice; if
        a special token is empty or comes twice; if ``pattern`` is refused.

    Example:
      >>> tokenizer = Tokenizer(merges=((97, 98), (256, 99)))
      >>> tokenizer.vocab_size, tokenizer.token_bytes[256:]
      (258, [b'ab', b'abc'])
    """

    merges: tuple[Pair, ...]
    special_tokens: tuple[str, ...] = ()
    pattern: str = PATTERN

    def __post_init__(self) -> None:
        object.__setattr__(self, "merges", _checked_merges(self.merges))
        specials = _checked_special_tokens(self.special_tokens)
        object.__setattr__(self, "special_tokens", specials)
        compile_pattern(self.pattern)

    @property
    def vocab_size(self) -> int:
        """How many ids there are, for bytes, merges and special tokens."""
        return 256 + len(self.merges) + len(self.special_tokens)

    @cached_property
    def ranks(self) -> dict[Pair, int]:
        """The id that each pair merges into; lower ids merge first."""
        return {pair: 256 + i for i, pair in enumerate(self.merges)}

    @cached_property
    def token_bytes(self) -> list[bytes]:
        """The bytes of every id, in order."""
        table = [bytes([value]) for value in range(256)]
        for left, right in self.merges:
            table.append(table[left] + table[right])
        return table + [to_bytes(token) for token in self.special_tokens]

    @cached_property
    def special_ids(self) -> dict[str, int]:
        """The id of each special token."""
        start = 256 + len(self.merges)
        return {token: start + i for i, token in enumerate(self.special_tokens)}

    @cached_property
    def words(self) -> WordCache:
        """The ids of the words met so far (bounded)."""
        return WordCache(self.merged)

    @cached_property
    def chunks(self) -> ChunkCache:
        """The ids of the chunks met so far (bounded); for the default pattern."""
        return ChunkCache(self.words)

    def merged(self, word: bytes) -> list[int]:
        """The ids that the bytes of one word merge into."""
        return merge_bytes(word, self.ranks)

    def first(self, n: int) -> "Tokenizer":
        """The same tokenizer with its first ``n`` merges only.

        Special tokens keep their order and move down with the last merge.

        Raises:
          TypeError: If ``n`` is not an int.
          ValueError: If there are not as many.
        """
        checks.whole("n", n, 0, len(self.merges))
        return Tokenizer(self.merges[:n], self.special_tokens, self.pattern)

    def spec(self) -> dict[str, Any]:
        """What a file or a page needs to rebuild it, as JSON's own types."""
        return {
            "merges": [list(pair) for pair in self.merges],
            "special_tokens": list(self.special_tokens),
            "pattern": self.pattern,
        }

    def __getstate__(self) -> dict[str, Any]:
        # Without the caches.
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _checked_merges(merges: Iterable[Any]) -> tuple[Pair, ...]:
    """The merges as pairs of plain integers, or an error that names the first bad."""
    made: dict[Pair, int] = {}
    for i, pair in enumerate(merges):
        try:
            left, right = map(index, pair)
        except (TypeError, ValueError):
            raise TypeError(f"merges[{i}] must be two ids, got {pair!r}") from None
        if not (0 <= left < 256 + i and 0 <= right < 256 + i):
            raise ValueError(
                f"merges[{i}] may use ids 0 to {255 + i}, got {(left, right)}"
            )
        if (left, right) in made:
            raise ValueError(f"merges[{i}] repeats an earlier merge, {(left, right)}")
        made[left, right] = i
    return tuple(made)


def _checked_special_tokens(tokens: Iterable[Any]) -> tuple[str, ...]:
    if isinstance(tokens, str):
        raise TypeError(f"special_tokens must be a list of str, got {tokens!r}")
    tokens = tuple(tokens)
    for i, token in enumerate(tokens):
        if not isinstance(token, str):
            raise TypeError(f"special_tokens[{i}] must be a str, got {token!r}")
        if not token or token in tokens[:i]:
            raise ValueError(
                f"special_tokens[{i}] must be new and not empty, got {token!r}"
            )
    return tokens
