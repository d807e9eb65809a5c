"""A calculator with a parser of its own: nothing that is typed is ever executed.

Public names: :mod:`sbt_jax.agents`.
"""

import re

from sbt_jax import checks
from sbt_jax.world.words import NUMBERS

LONGEST = 200  # letters of a sum
DEEPEST = 20  # brackets in brackets
LARGEST = 10**9
_TOKEN = re.compile(r"\s*(?:([0-9]{1,9})|([a-z]+)|([-+*()]))")
_WORDS = {"and": "+", "plus": "+", "minus": "-", "times": "*"}


def calculate(sum_: str) -> int:
    """The value of a sum in words or digits: ``+ - *`` and brackets.

    Args:
      sum_: As ``four and five`` or ``2 * (3 + 4)``.

    Raises:
      TypeError: If it is no text.
      ValueError: If it is no sum, too long, nested too deep, or too large.

    Example:
      >>> calculate("four and five"), calculate("2 * (3 - 10)")
      (9, -14)
      >>> calculate("__import__")
      Traceback (most recent call last):
      ValueError: sum_ must be a sum, got '__import__'
    """
    if len(checks.text("sum_", sum_)) > LONGEST:
        raise ValueError(f"sum_ must have at most {LONGEST} letters, got {len(sum_)}")
    tokens, at = list[str](), 0
    while at < len(sum_.rstrip()):
        found = _TOKEN.match(sum_, at)
        if not found:
            raise ValueError(f"sum_ must be a sum, got {sum_!r}")
        digits, word, mark = found.groups()
        if word in NUMBERS:
            digits, word = str(NUMBERS.index(word)), None
        if word and word not in _WORDS:
            raise ValueError(f"sum_ must be a sum, got {sum_!r}")
        tokens.append(digits or mark or _WORDS[word])
        at = found.end()
    value, rest = _sum(tokens, sum_, 0)
    if rest:
        raise ValueError(f"sum_ must be a sum, got {sum_!r}")
    return value


def _sum(tokens: list[str], whole: str, depth: int) -> tuple[int, list[str]]:
    value, tokens = _product(tokens, whole, depth)
    while tokens and tokens[0] in "+-":
        sign = 1 if tokens[0] == "+" else -1
        other, tokens = _product(tokens[1:], whole, depth)
        value = _small(value + sign * other, whole)
    return value, tokens


def _product(tokens: list[str], whole: str, depth: int) -> tuple[int, list[str]]:
    value, tokens = _atom(tokens, whole, depth)
    while tokens and tokens[0] == "*":
        other, tokens = _atom(tokens[1:], whole, depth)
        value = _small(value * other, whole)
    return value, tokens


def _atom(tokens: list[str], whole: str, depth: int) -> tuple[int, list[str]]:
    if tokens and tokens[0].isdigit():
        return int(tokens[0]), tokens[1:]
    if tokens and tokens[0] == "(" and depth < DEEPEST:
        value, tokens = _sum(tokens[1:], whole, depth + 1)
        if tokens and tokens[0] == ")":
            return value, tokens[1:]
    raise ValueError(f"sum_ must be a sum, got {whole!r}")


def _small(value: int, whole: str) -> int:
    if abs(value) > LARGEST:
        raise ValueError(f"sum_ must stay below {LARGEST}, got {whole!r}")
    return value
