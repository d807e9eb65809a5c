"""Numbers in words, said the same way on every page and in every figure.

Mirrored once in the browser; ``tests/pages`` compares the two.
"""

import math
from collections.abc import Callable, Sequence

Number = float | int


def percent(share: Number, digits: int = 0) -> str:
    """A share of 1 in percent.

    Example:
      >>> percent(0.983), percent(0.0612, 1)
      ('98 %', '6.1 %')
    """
    return f"{100 * float(share):.{digits}f} %"


def decimal(value: Number, digits: int = 2) -> str:
    """A number with a fixed count of decimals, and no minus before a zero.

    Example:
      >>> decimal(-0.001), decimal(12.3456, 1)
      ('0.00', '12.3')
    """
    text = f"{float(value):.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def count(number: Number) -> str:
    """A whole number with a comma before each three digits.

    Example:
      >>> count(1536000)
      '1,536,000'
    """
    return f"{round(number):,}"


def span(values: Sequence[Number], show: Callable[[Number], str] = decimal) -> str:
    """The smallest and the largest of some numbers, or the one that they all are.

    Args:
      values: For example one a seed; at least one.
      show: How to say one of them. A unit after a space is said once.

    Raises:
      ValueError: If there are none.

    Example:
      >>> span([0.31, 0.29, 0.30]), span([0.98, 0.99], percent)
      ('0.29 to 0.31', '98 to 99 %')
    """
    if len(values) == 0:
        raise ValueError(f"values must not be empty, got {values!r}")
    low, high = show(min(values)), show(max(values))
    if low == high:
        return low
    (low, _, unit), last = low.partition(" "), high.partition(" ")[2]
    return f"{low} to {high}" if unit == last else f"{low} {unit} to {high}"


def spread(values: Sequence[Number], show: Callable[[Number], str] = decimal) -> str:
    """The mean of some numbers, and in brackets their span if they differ.

    Raises:
      ValueError: If there are none.

    Example:
      >>> spread([1.0, 2.0, 3.0]), spread([0.5, 0.5], percent)
      ('2.00 (1.00 to 3.00)', '50 %')
    """
    said = span(values, show)
    mean = show(math.fsum(map(float, values)) / len(values))
    return mean if said == mean else f"{mean} ({said.removesuffix(' %')})"
