"""Backpropagation on single numbers: a value that remembers where it came from.

Public names: :mod:`sbt_jax.training`.
Source: reverse mode as in Baydin et al. (2018), arXiv:1502.05767, section 3.2.
"""

import math
from typing import NamedTuple

from sbt_jax import checks


class Value:
    """A number, what it was made from, and how fast it follows each of them.

    Example:
      >>> x, y = Value(3.0), Value(2.0)
      >>> z = x * y + x
      >>> z.backward()
      >>> z.data, x.grad, y.grad
      (9.0, 3.0, 3.0)
    """

    def __init__(
        self,
        data: float | int,
        made_from: "tuple[tuple[Value, float], ...]" = (),
        sign: str = "",
    ) -> None:
        checks.real("data", data)
        self.data, self.made_from, self.sign = float(data), made_from, sign
        self.grad = 0.0

    def __add__(self, other: "Value | float | int") -> "Value":
        b = other if isinstance(other, Value) else Value(other)
        return Value(self.data + b.data, ((self, 1.0), (b, 1.0)), "+")

    def __mul__(self, other: "Value | float | int") -> "Value":
        b = other if isinstance(other, Value) else Value(other)
        return Value(self.data * b.data, ((self, b.data), (b, self.data)), "×")

    def __pow__(self, power: float | int) -> "Value":
        checks.number("power", power)
        if self.data < 0 and power != int(power):
            raise ValueError(f"power of {self.data} must be whole, got {power}")
        if self.data == 0 and power < 0:
            raise ValueError(f"power of 0 must be >= 0, got {power}")
        slope = power * _power(self.data, power - 1) if power else 0.0
        return Value(_power(self.data, power), ((self, slope),), f"^{power:g}")

    def exp(self) -> "Value":
        grown = math.inf if self.data > 709.78 else math.exp(self.data)
        return Value(grown, ((self, grown),), "exp")

    def log(self) -> "Value":
        if not self.data > 0:
            raise ValueError(f"log needs a number > 0, got {self.data}")
        return Value(math.log(self.data), ((self, 1 / self.data),), "log")

    def tanh(self) -> "Value":
        bent = math.tanh(self.data)
        return Value(bent, ((self, 1 - bent**2),), "tanh")

    def __neg__(self) -> "Value":
        return Value(-self.data, ((self, -1.0),), "−")

    def __sub__(self, other: "Value | float | int") -> "Value":
        return self + -other

    def __rsub__(self, other: float | int) -> "Value":
        return -self + other

    def __truediv__(self, other: "Value | float | int") -> "Value":
        return self * other**-1

    def __rtruediv__(self, other: float | int) -> "Value":
        return self**-1 * other

    __radd__, __rmul__ = __add__, __mul__

    def backward(self, fresh: bool = True) -> None:
        """Set ``grad`` of all that this number was made from, and of itself.

        Args:
          fresh: Whether to forget what was in ``grad``. If not, the new is added
            to the old, as PyTorch does.
        """
        values = in_order(self)
        slopes = dict.fromkeys(values, 0.0)
        slopes[self] = 1.0
        for value in reversed(values):
            for part, slope in value.made_from:
                slopes[part] += slope * slopes[value]
        for value, slope in slopes.items():
            value.grad = slope if fresh else value.grad + slope


def _power(base: float, power: float | int) -> float:
    """A power that may be infinite, as that of an array is."""
    if base == 0 and power < 0:
        return math.inf
    try:
        return float(base**power)
    except OverflowError:
        return -math.inf if base < 0 and power % 2 else math.inf


def in_order(last: Value) -> list[Value]:
    """All that a value was made from, each after its own parts, and the value.

    Raises:
      TypeError: If ``last`` is no value.

    Example:
      >>> x = Value(2.0)
      >>> [value.data for value in in_order(x * x + x)]
      [2.0, 4.0, 6.0]
    """
    if not isinstance(last, Value):
        raise TypeError(f"last must be a Value, got {last!r}")
    found: dict[Value, None] = {}
    waiting = [(last, False)]
    while waiting:
        value, ready = waiting.pop()
        if ready:
            found[value] = None
        elif value not in found:
            waiting.append((value, True))
            waiting += [(part, False) for part, _ in reversed(value.made_from)]
    return list(found)


class Node(NamedTuple):
    """One step of a computation, as a figure shows it."""

    name: str
    sign: str  # what was done; empty for what was given
    parts: tuple[int, ...]  # places of what it was made from
    value: float
    grad: float


def graph(last: Value, names: dict[str, Value]) -> list[Node]:
    """A computation as a list of steps, each after what it needs.

    Args:
      last: The result, of which ``backward`` was called.
      names: What to call some of the values.

    Example:
      >>> x = Value(3.0)
      >>> y = x * 2
      >>> y.backward()
      >>> for node in graph(y, {"x": x, "y": y}):
      ...     print(node.name, node.parts, node.value, node.grad)
      x () 3.0 2.0
       () 2.0 3.0
      y (0, 1) 6.0 1.0
    """
    values = in_order(last)
    at = {value: i for i, value in enumerate(values)}
    called = {value: name for name, value in names.items()}
    return [
        Node(
            called.get(value, ""),
            value.sign,
            tuple(at[part] for part, _ in value.made_from),
            value.data,
            value.grad,
        )
        for value in values
    ]
