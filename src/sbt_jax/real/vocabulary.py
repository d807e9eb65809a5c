"""The tokenizer of a GGUF file, as one of chapter 2.

Public names: :mod:`sbt_jax.real`.
Source: the letters that stand for bytes: Radford et al. (2019), "Language Models are
Unsupervised Multitask Learners", ``encoder.py`` of its code.
"""

import dataclasses
import functools
import sys
import unicodedata
from functools import cached_property
from typing import Any

from sbt_jax.real.gguf import Gguf
from sbt_jax.tokenization import Tokenizer
from sbt_jax.tokenization.words import SPACES

NORMAL, CONTROL, USER_DEFINED = 1, 3, 4  # kinds of tokens


@dataclasses.dataclass(frozen=True)
class FileTokenizer(Tokenizer):
    """A tokenizer whose ids are those of a file.

    Chapter 2 numbers bytes, merges and special tokens in this order; a file has an
    order of its own, and may lack bytes that no text of its makers had. ``encode``,
    ``decode`` and all that takes ids is about those of the file.

    Args:
      merges: As for :class:`sbt_jax.tokenization.Tokenizer`, in its numbers.
      special_tokens: Strings with an id of their own.
      pattern: The pre-tokenizer.
      order: For each id of the file the number that chapter 2 gives it.

    Raises:
      ValueError: If ``order`` names a number twice, or one that there is not.

    Example:
      >>> from sbt_jax.tokenization import decode, encode
      >>> tokenizer = FileTokenizer(((97, 98),), ("<end>",), order=(257, 97, 98, 256))
      >>> encode(tokenizer, "aba<end>", allow_special=True)
      [3, 1, 0]
      >>> decode(tokenizer, [3, 1])
      'aba'
      >>> encode(tokenizer, "abc")
      Traceback (most recent call last):
      ValueError: text must be of bytes that the vocabulary has, got b'c' in b'abc'
    """

    order: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        known = range(super().vocab_size)
        seen: set[int] = set()
        for number in self.order:
            if number not in known or number in seen:
                raise ValueError(f"order must name each number once, got {number!r}")
            seen.add(number)

    @property
    def vocab_size(self) -> int:
        """How many ids the file has."""
        return len(self.order)

    @cached_property
    def ids(self) -> dict[int, int]:
        """The id of the file for each number that has one."""
        return {number: i for i, number in enumerate(self.order)}

    @cached_property
    def token_bytes(self) -> list[bytes]:
        """The bytes of every id, in the order of the file."""
        plain = Tokenizer(self.merges, self.special_tokens, self.pattern).token_bytes
        return [plain[number] for number in self.order]

    @cached_property
    def special_ids(self) -> dict[str, int]:
        """The id of each special token."""
        start = 256 + len(self.merges)
        return {t: self.ids[start + i] for i, t in enumerate(self.special_tokens)}

    def merged(self, word: bytes) -> list[int]:
        """The ids that the bytes of one word merge into."""
        numbers = super().merged(word)
        try:
            return [self.ids[number] for number in numbers]
        except KeyError as error:
            lacking = bytes([error.args[0]]) if error.args[0] < 256 else error.args[0]
            raise ValueError(
                "text must be of bytes that the vocabulary has,"
                f" got {lacking!r} in {word!r}"
            ) from None

    def spec(self) -> dict[str, Any]:
        """Not saved, and not for a page: its ids are those of its file."""
        raise TypeError(f"tokenizer must not be that of a file, got {type(self)!r}")


def read_tokenizer(file: Gguf) -> FileTokenizer:
    """The tokenizer in a file: byte-level BPE of GPT-2's kind.

    Args:
      file: From :func:`read_gguf`.

    Returns:
      A tokenizer that gives the ids of the file.

    Raises:
      ValueError: If the file has another kind of tokenizer, or none.
    """

    def fail(expected: str) -> ValueError:
        return ValueError(f"{file.path}: expected {expected}")

    def setting(name: str, default: Any = None) -> Any:
        return file.settings.get(f"tokenizer.ggml.{name}", default)

    if setting("model") != "gpt2":
        raise fail(f"tokenizer.ggml.model 'gpt2', got {setting('model')!r}")
    if setting("pre") not in PATTERNS:
        known = ", ".join(PATTERNS)
        raise fail(f"tokenizer.ggml.pre to be one of {known}, got {setting('pre')!r}")
    for name in ("add_bos_token", "add_eos_token", "add_space_prefix"):
        if setting(name, False) is not False:
            raise fail(f"tokenizer.ggml.{name} false, got {setting(name)!r}")
    tokens, merges, kinds = map(setting, ("tokens", "merges", "token_type"))
    for name, found in (("tokens", tokens), ("merges", merges)):
        if not isinstance(found, list) or not all(type(x) is str for x in found):
            raise fail(f"tokenizer.ggml.{name} to be a list of texts")
    if not isinstance(kinds, list) or len(kinds) != len(tokens):
        raise fail(f"tokenizer.ggml.token_type for each of {len(tokens)} tokens")
    try:
        return _made(tokens, kinds, merges, PATTERNS[setting("pre")]())
    except ValueError as error:
        raise fail(f"a tokenizer, {error}") from error


def _made(
    tokens: list[str], kinds: list[int], merges: list[str], pattern: str
) -> FileTokenizer:
    """A tokenizer whose every token is a byte, a merge, or special."""
    pairs, numbers = _numbered(merges)
    order: list[int] = []
    special: list[str] = []
    for token, kind in zip(tokens, kinds, strict=True):
        if kind in (CONTROL, USER_DEFINED):
            order.append(256 + len(pairs) + len(special))
            special.append(token)
        elif kind == NORMAL and token in numbers:
            order.append(numbers[token])
        else:
            raise ValueError(f"no byte, merge or special token is {token!r}")
    if len({*tokens}) != len(tokens):
        twice = next(token for token in tokens if tokens.count(token) > 1)
        raise ValueError(f"token {twice!r} comes twice")
    lost = {*range(256, 256 + len(pairs))} - {*order}
    if lost:
        raise ValueError(f"merge {min(lost) - 256} makes no token")
    return FileTokenizer(pairs, tuple(special), pattern, tuple(order))


def _numbered(
    merges: list[str],
) -> tuple[tuple[tuple[int, int], ...], dict[str, int]]:
    """Merges in the numbers of chapter 2, and the number of each token's letters."""
    numbers, pairs = byte_letters(), []
    for i, merge in enumerate(merges):
        left, _, right = merge.partition(" ")
        if left not in numbers or right not in numbers:
            raise ValueError(f"merge {i} is of tokens that are not made: {merge!r}")
        if left + right in numbers:
            raise ValueError(f"merge {i} makes a token for the second time: {merge!r}")
        pairs.append((numbers[left], numbers[right]))
        numbers[left + right] = 256 + i
    return tuple(pairs), numbers


def byte_letters() -> dict[str, int]:
    """The letter that stands for each byte in files of GPT-2's kind.

    Example:
      >>> letters = byte_letters()
      >>> letters["a"], letters["Ġ"], len(letters)
      (97, 32, 256)
    """
    printed = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printed]
    letters = {chr(byte): byte for byte in printed}
    return letters | {chr(256 + i): byte for i, byte in enumerate(others)}


def _ranges(kind: str) -> str:
    """All characters of a general category, as the inside of a character class."""
    parts, start = [], None
    for code in range(sys.maxunicode + 2):
        is_one = code <= sys.maxunicode and unicodedata.category(chr(code))[0] == kind
        if is_one and start is None:
            start = code
        elif not is_one and start is not None:
            parts.append(f"{chr(start)}-{chr(code - 1)}")
            start = None
    return "".join(parts)


@functools.cache
def gpt2_pattern() -> str:
    r"""GPT-2's pre-tokenizer, with ``\p{L}`` and ``\p{N}`` as Python knows them."""
    letter, digit = _ranges("L"), _ranges("N")
    return (
        "'(?:[sdmt]|ll|ve|re)"
        f"| ?[{letter}]+| ?[{digit}]+| ?[^{SPACES}{letter}{digit}]+"
        f"|[{SPACES}]+(?![^{SPACES}])|[{SPACES}]+"
    )


@functools.cache
def digits_apart() -> str:
    """The same after every digit was cut off, so that spaces end before one."""
    letter, digit = _ranges("L"), _ranges("N")
    return (
        "'(?:[sdmt]|ll|ve|re)"
        f"| ?[{letter}]+|[{digit}]| ?[^{SPACES}{letter}{digit}]+"
        f"|[{SPACES}]+(?![^{SPACES}{digit}])|[{SPACES}]+"
    )


#: Pre-tokenizers by the name that a file gives them.
PATTERNS = {"gpt-2": gpt2_pattern, "smollm": digits_apart}
