"""Merges learned from a text.

Public names: :mod:`sbt_jax.tokenization`.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from sbt_jax import checks
from sbt_jax.tokenization.fast import learn_merges
from sbt_jax.tokenization.merge import Pair, merge_pair
from sbt_jax.tokenization.model import Tokenizer
from sbt_jax.tokenization.words import PATTERN, pretokenize, to_bytes


def train_naive(text: str, num_merges: int) -> Tokenizer:
    """Byte-pair encoding as one reads it: count, merge the best pair, repeat.

    Ties are broken by the lowest pair of ids. Every merge counts everything
    again, so this is for reading and for checking :func:`train`.

    Args:
      text: The text to learn from.
      num_merges: How many pairs to merge; fewer if no pair is left.

    Returns:
      The tokenizer with these merges and no special tokens.

    Raises:
      TypeError: If ``num_merges`` is not an int.
      ValueError: If it is negative.

    Example:
      >>> tokenizer = train_naive("low lower lowest", num_merges=3)
      >>> tokenizer.token_bytes[256:]
      [b'lo', b'low', b' low']
    """
    checks.whole("num_merges", num_merges)
    words = [list(to_bytes(word)) for word in pretokenize(text)]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts = Counter(pair for word in words for pair in pairwise(word))
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        new = 256 + len(merges)
        words = [merge_pair(word, best, new) for word in words]
        merges.append(best)
    return Tokenizer(tuple(merges))


def train(
    text: str | Iterable[str],
    num_merges: int,
    special_tokens: Iterable[str] = (),
    pattern: str = PATTERN,
    min_count: int = 1,
) -> Tokenizer:
    """Learn the merges of a byte-level BPE tokenizer, fast.

    At each step the most frequent pair of neighbours merges. Of several equally
    frequent pairs the lowest wins, comparing first ids, then second ids: the
    rule of Hugging Face ``tokenizers``. Same result as :func:`train_naive`.

    Args:
      text: One text, or documents: nothing merges across two. Special tokens
        written in them are learned from like any text.
      num_merges: How many pairs to merge.
      special_tokens: Strings that get an id of their own after the merges.
      pattern: The pre-tokenizer, see :func:`pretokenize`.
      min_count: Stop, with fewer merges, when no pair occurs this often. At 1
        training goes on until each word is one token.

    Returns:
      The tokenizer.

    Raises:
      TypeError: If ``text`` is neither a string nor strings, or a number is not
        whole.
      ValueError: If ``num_merges`` is negative or ``min_count`` below 1.

    Example:
      >>> tokenizer = train("low lower lowest", 3, special_tokens=["<end>"])
      >>> tokenizer.token_bytes[256:]
      [b'lo', b'low', b' low', b'<end>']
    """
    checks.whole("num_merges", num_merges)
    checks.whole("min_count", min_count, 1)
    special = checks.words("special_tokens", special_tokens)
    if isinstance(text, bytes | bytearray) or not isinstance(text, Iterable):
        raise TypeError(f"text must be str or an iterable of str, got {text!r}")
    words: Counter[str] = Counter()
    for document in [text] if isinstance(text, str) else text:
        words.update(pretokenize(document, pattern))
    merges = learn_merges(words, num_merges, min_count)
    return Tokenizer(tuple(merges), tuple(special), pattern)
