"""From text to ids and back.

Public names: :mod:`sbt_jax.tokenization`.
"""

import re
from collections.abc import Iterable
from itertools import chain
from operator import index
from typing import SupportsIndex

from sbt_jax.tokenization.model import Tokenizer
from sbt_jax.tokenization.words import CHUNKS, PATTERN, pretokenize


def encode(tokenizer: Tokenizer, text: str, allow_special: bool = False) -> list[int]:
    """Text to ids: cut into words, then replay the merges on each word.

    A special token written in the text is encoded letter by letter, like any
    text. Otherwise whoever types ``<end>`` could end a document or speak as
    somebody else. Set ``allow_special`` only for text that you wrote yourself.

    Args:
      tokenizer: From :func:`train` or :func:`load`.
      text: Any string. A lone surrogate counts as three bytes.
      allow_special: Whether special tokens in ``text`` become their ids.

    Returns:
      The ids. :func:`decode` gives ``text`` back.

    Raises:
      TypeError: If ``text`` is not a string.

    Example:
      >>> tokenizer = Tokenizer(((97, 98),), special_tokens=("<end>",))
      >>> encode(tokenizer, "cab<end>")
      [99, 256, 60, 101, 110, 100, 62]
      >>> encode(tokenizer, "cab<end>", allow_special=True)
      [99, 256, 257]
    """
    if allow_special and tokenizer.special_tokens and isinstance(text, str):
        longest_first = sorted(tokenizer.special_tokens, key=len, reverse=True)
        special = f"({'|'.join(map(re.escape, longest_first))})"
        return [
            token
            for i, part in enumerate(re.split(special, text))
            for token in (
                [tokenizer.special_ids[part]] if i % 2 else encode(tokenizer, part)
            )
        ]
    if tokenizer.pattern == PATTERN and isinstance(text, str):
        chunks = CHUNKS.findall(text)  # larger pieces repeat too, and are fewer
        return list(chain.from_iterable(map(tokenizer.chunks.__getitem__, chunks)))
    words = pretokenize(text, tokenizer.pattern)
    return list(chain.from_iterable(map(tokenizer.words.__getitem__, words)))


def encode_bytes(tokenizer: Tokenizer, data: bytes) -> list[int]:
    """Any bytes to ids; on UTF-8 the same ids as :func:`encode`.

    A byte that is not part of valid UTF-8 counts as a mark of its own kind for
    the pre-tokenizer, and stays the byte that it is.

    Args:
      tokenizer: From :func:`train` or :func:`load`.
      data: Any bytes.

    Returns:
      The ids. :func:`decode_bytes` gives ``data`` back.

    Raises:
      TypeError: If ``data`` is not bytes.

    Example:
      >>> encode_bytes(Tokenizer(((97, 98),)), b"ab\\xff")
      [256, 255]
    """
    if not isinstance(data, bytes | bytearray):
        raise TypeError(f"data must be bytes, got {type(data).__name__}")
    words = pretokenize(data.decode("utf-8", "surrogateescape"), tokenizer.pattern)
    pieces = (word.encode("utf-8", "surrogateescape") for word in words)
    return list(chain.from_iterable(map(tokenizer.merged, pieces)))


def decode_bytes(tokenizer: Tokenizer, ids: Iterable[SupportsIndex]) -> bytes:
    """Ids to bytes: look each one up and join.

    Args:
      tokenizer: The one that made the ids.
      ids: From 0 to ``tokenizer.vocab_size - 1``; arrays of integers will do.

    Returns:
      The bytes. A special token gives the bytes of its name.

    Raises:
      TypeError: If an id is not an integer.
      ValueError: If an id is out of range.

    Example:
      >>> decode_bytes(Tokenizer(((97, 98),)), [256, 255])
      b'ab\\xff'
    """
    table = tokenizer.token_bytes
    if not isinstance(ids, Iterable) or isinstance(ids, str):
        raise TypeError(f"ids must be a list of integers, got {ids!r}")
    # One transfer for a JAX array, instead of one for each element.
    plain = ids.tolist() if hasattr(ids, "tolist") else ids
    pieces = []
    for value in plain:
        if not hasattr(value, "__index__") or isinstance(value, bool):
            raise TypeError(f"ids must be integers, got {value!r}")
        if not 0 <= index(value) < len(table):
            raise ValueError(f"ids must be from 0 to {len(table) - 1}, got {value}")
        pieces.append(table[value])
    return b"".join(pieces)


def decode(
    tokenizer: Tokenizer, ids: Iterable[SupportsIndex], errors: str = "replace"
) -> str:
    """Ids to text.

    Args:
      tokenizer: The one that made the ids.
      ids: As for :func:`decode_bytes`.
      errors: What to do with bytes that are not UTF-8, which appear when a
        character's tokens are cut apart: ``"replace"`` puts U+FFFD,
        ``"strict"`` raises, as in :meth:`bytes.decode`.

    Returns:
      The text.

    Raises:
      TypeError: If an id is not an integer.
      ValueError: If an id is out of range.

    Example:
      >>> ids = encode(Tokenizer(()), "é")
      >>> ids, decode(Tokenizer(()), ids), decode(Tokenizer(()), ids[:1])
      ([195, 169], 'é', '\ufffd')
    """
    data = decode_bytes(tokenizer, ids)
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", errors)
