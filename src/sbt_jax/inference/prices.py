"""What a step of a server costs: from the data sheet of a chip, or as it was measured.

Public names: :mod:`sbt_jax.inference`.  Used by :mod:`sbt_jax.inference.server`.
Source: the first is the roofline of :mod:`sbt_jax.inference.costs`.
"""

import dataclasses
from collections.abc import Sequence

from sbt_jax import checks
from sbt_jax.numbers import Number


@dataclasses.dataclass(frozen=True)
class Prices:
    """What a step costs, and what there is room for.

    Args:
      weights: Seconds that the weights take to come from memory: of every step.
      token: Seconds of the sums of one token.
      kept: Seconds that the cache of one token takes to come from memory.
      room: Tokens whose cache fits beside the weights.
      piece: Tokens that are read in one step, where prompts are read in pieces.
      block: Tokens of a block of memory.

    Raises:
      TypeError: If a count is not whole.
      ValueError: If a number is negative.

    Example:
      >>> prices = Prices(weights=0.01, token=0.001, kept=0.0, room=1000)
      >>> prices.block, prices.step([50], [50], []), prices.step([], [], [50, 60])
      (16, 0.05, 0.01)
    """

    weights: float
    token: float
    kept: float
    room: int
    piece: int = 256
    block: int = 16

    def __post_init__(self) -> None:
        for name in ("weights", "token", "kept"):
            checks.number(name, getattr(self, name), 0)
        for name in ("room", "piece", "block"):
            checks.whole(name, getattr(self, name), 1)

    def step(
        self, read: Sequence[int], behind: Sequence[int], writing: Sequence[int]
    ) -> float:
        """Seconds of a step: the sums, or the way from memory, whichever is longer.

        Args:
          read: Tokens that are read of each prompt.
          behind: Tokens in the cache of each text that is read, before the step.
          writing: Tokens in the cache of each text that is written.
        """
        tokens = sum(read) + len(writing)
        return max(
            self.token * tokens,
            self.weights + self.kept * (sum(behind) + sum(writing)),
        )


@dataclasses.dataclass(frozen=True)
class Timed:
    """What a step took where it was measured; between two measurements, a line.

    Prompts are read one after another, then all that write go on together: so does
    the code that was timed.

    Args:
      batches: How many texts were written at once, in growing numbers.
      contexts: How many tokens were in the cache of each, in growing numbers.
      write: Seconds of such a step: a row for each of ``batches``.
      pieces: How many tokens of a prompt were read at once, in growing numbers.
      read: Seconds of that.
      room: Tokens whose cache fits.
      piece: Tokens that are read in one step, where prompts are read in pieces.
      block: Tokens of a block of memory.

    Raises:
      TypeError: If a count is not whole.
      ValueError: If numbers do not grow or fit together, or one is negative.

    Example:
      >>> timed = Timed((1, 2), (10,), ((0.5,), (0.7,)), (1, 11), (1.0, 2.0), room=100)
      >>> timed.step([6], [0], []), timed.step([], [], [10, 10])
      (1.5, 0.7)
    """

    batches: tuple[int, ...]
    contexts: tuple[int, ...]
    write: tuple[tuple[float, ...], ...]
    pieces: tuple[int, ...]
    read: tuple[float, ...]
    room: int
    piece: int = 64
    block: int = 16

    def __post_init__(self) -> None:
        for name in ("room", "piece", "block"):
            checks.whole(name, getattr(self, name), 1)
        for name in ("batches", "contexts", "pieces"):
            _growing(name, getattr(self, name))
        shape = len(self.batches), {len(row) for row in self.write}
        if len(self.write) != shape[0] or shape[1] != {len(self.contexts)}:
            raise ValueError(
                f"write must have {len(self.batches)} rows of {len(self.contexts)},"
                f" got {self.write}"
            )
        if len(self.read) != len(self.pieces):
            raise ValueError(f"read must have {len(self.pieces)}, got {self.read}")
        for seconds in (*self.read, *(x for row in self.write for x in row)):
            checks.number("seconds", seconds, 0)

    def step(
        self, read: Sequence[int], behind: Sequence[int], writing: Sequence[int]
    ) -> float:
        """Seconds of a step; arguments as in :meth:`Prices.step`.

        How much of a prompt was read before does not count.
        """
        spent = sum(
            between(tokens, self.pieces, self.read) for tokens in read if tokens
        )
        if not writing:
            return spent
        context = sum(writing) / len(writing)
        rows = [between(context, self.contexts, row) for row in self.write]
        return spent + between(len(writing), self.batches, rows)


def _growing(name: str, values: tuple[int, ...]) -> None:
    """Refuse what is no row of growing numbers."""
    if not values:
        raise ValueError(f"{name} must not be empty, got {values}")
    before = 0
    for value in values:
        before = checks.whole(name, value, before + 1)


def between(at: Number, places: Sequence[Number], values: Sequence[float]) -> float:
    """A value on the line through its neighbours; before the first, the first.

    After the last place the last line goes on.

    Args:
      at: Where it is asked.
      places: In growing order.
      values: As many.

    Raises:
      ValueError: If there are not as many values as places, or ``at`` is not finite.

    Example:
      >>> places, values = [2, 4, 8], [1.0, 2.0, 2.5]
      >>> between(3, places, values), between(16, places, values)
      (1.5, 3.5)
    """
    checks.number("at", at)
    if not places or len(places) != len(values):
        raise ValueError(f"values must be {len(places)}, got {len(values)}")
    if at <= places[0] or len(places) == 1:
        return float(values[0])
    i = 1
    while i < len(places) - 1 and places[i] < at:
        i += 1
    share = (at - places[i - 1]) / (places[i] - places[i - 1])
    return float(values[i - 1] + share * (values[i] - values[i - 1]))
