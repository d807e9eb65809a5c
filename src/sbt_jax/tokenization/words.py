"""Pre-tokenization: a text into words, before any merge is looked at.

Page: ``book/tokenization.md``.  Public names: :mod:`sbt_jax.tokenization`.
Source: Radford et al. (2019), "Language Models are Unsupervised Multitask
Learners", section 2.2, for cutting at the kinds of characters; Extensible
Markup Language 1.0, fifth edition, section 2.3, for the letters.
"""

import re
from functools import lru_cache

# Python's and JavaScript's Unicode tables differ and grow every year, so the
# three classes of characters are spelt out, once, here. Whitespace is Unicode's
# White_Space. Letters are NameStartChar of XML 1.0, fifth edition, without ":",
# "_", whitespace and the emoji planes, with the combining marks U+0300-036F.
_SPACES = "9-D 20 85 A0 1680 2000-200A 2028 2029 202F 205F 3000"
_LETTERS = (
    "41-5A 61-7A C0-D6 D8-F6 F8-37D 37F-167F 1681-1FFF 200C-200D 2070-218F "
    "2C00-2FEF 3001-D7FF F900-FDCF FDF0-FFFD 10000-1EFFF 20000-EFFFF"
)


def _characters(ranges: str) -> str:
    """Hexadecimal ranges as the inside of a character class."""
    ends = (part.split("-") for part in ranges.split())
    return "".join("-".join(chr(int(end, 16)) for end in part) for part in ends)


#: White space, as the inside of a character class.
SPACES = _characters(_SPACES)


def _pattern() -> str:
    space, letter = SPACES, _characters(_LETTERS)
    return (
        "'(?:[sdmt]|ll|ve|re)"  # the end of a contraction
        f"| ?[{letter}]+"  # a word, with the space before it
        "| ?[0-9]+"
        f"| ?[^{space}{letter}0-9]+"  # other marks
        f"|[{space}]+(?![^{space}])"  # spaces, but the last goes with the word
        f"|[{space}]+"
    )


#: The book's pre-tokenizer: one regular expression that Python and JavaScript
#: (with the flag ``u``) read alike. It leaves no character out.
PATTERN = _pattern()
#: Coarser cuts: white space and what follows it. PATTERN always cuts where white
#: space begins, so a text may be encoded one such chunk at a time.
CHUNKS = re.compile(f"[{SPACES}]*[^{SPACES}]+|[{SPACES}]+")


@lru_cache(maxsize=32)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The regular expression, or an error that shows what is wrong with it."""
    if not isinstance(pattern, str):
        raise TypeError(f"pattern must be a str, got {pattern!r}")
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"pattern is no regular expression ({error}), got {pattern!r}"
        ) from error
    if compiled.groups:
        raise ValueError(f"pattern must group with (?:...), got {pattern!r}")
    return compiled


def pretokenize(text: str, pattern: str = PATTERN) -> list[str]:
    """Cut a text into words; no token ever reaches over a cut.

    Args:
      text: Any string, lone surrogates included.
      pattern: A regular expression whose matches follow one another without a
        gap. The default cuts contractions, words, numbers and other marks, each
        with the single space before it.

    Returns:
      The pieces. Joined, they are ``text``.

    Raises:
      TypeError: If ``text`` is not a string.
      ValueError: If ``pattern`` is no regular expression, captures groups, or
        leaves out a part of ``text``.

    Example:
      >>> pretokenize("We'll meet  at 10:30, ok?")
      ['We', "'ll", ' meet', ' ', ' at', ' 10', ':', '30', ',', ' ok', '?']
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, got {type(text).__name__}")
    pieces: list[str] = compile_pattern(pattern).findall(text)
    if pattern != PATTERN and sum(map(len, pieces)) != len(text):
        raise ValueError(f"pattern must match all of the text, got {pattern!r}")
    return pieces


def to_bytes(text: str) -> bytes:
    """UTF-8, with a lone surrogate as three bytes instead of an error."""
    return text.encode("utf-8", "surrogatepass")
