"""A little language for lists of digits, and problems to solve in it.

A program is one to three operations, done from left to right. Running one is a loop
over names of a table: nothing that a model writes is ever evaluated.

Public names: :mod:`sbt_jax.evaluation`.
Source: programs from examples, as in Balog et al. (2017), arXiv:1611.01989, section 2.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from sbt_jax import checks

DIGITS, MOST, SHOWN = 4, 3, 3  # of a list; operations of a program; examples
#: Each operation, and what it is in Python.
OPERATIONS = {
    "reverse": "x[::-1]",
    "sort": "sorted(x)",
    "up": "[(d + 1) % 10 for d in x]",
    "down": "[(d - 1) % 10 for d in x]",
    "double": "[2 * d % 10 for d in x]",
    "tail": "x[1:]",
    "front": "x[:-1]",
    "evens": "[d for d in x if d % 2 == 0]",
    "odds": "[d for d in x if d % 2 == 1]",
    "big": "[d for d in x if d > 4]",
    "unique": "list(dict.fromkeys(x))",
    "rotate": "x[1:] + x[:1]",
}
NAMES = tuple(OPERATIONS)
START, GIVES, NEXT, SOLVE, END = range(10 + len(NAMES), 15 + len(NAMES))
VOCABULARY = END + 1
LENGTH = 1 + SHOWN * (2 * DIGITS + 2) + MOST + 1  # tokens of the longest text
Pair = tuple[tuple[int, ...], tuple[int, ...]]


class Problem(NamedTuple):
    """Three examples of a program, and the program itself."""

    pairs: tuple[Pair, ...]
    program: tuple[str, ...]


def _once(name: str, x: list[int]) -> list[int]:
    """One operation on one list."""
    if name == "reverse":
        return x[::-1]
    if name == "sort":
        return sorted(x)
    if name in ("up", "down", "double"):
        step = {
            "up": lambda d: d + 1,
            "down": lambda d: d - 1,
            "double": lambda d: d * 2,
        }
        return [step[name](d) % 10 for d in x]
    if name in ("tail", "front"):
        return x[1:] if name == "tail" else x[:-1]
    if name == "unique":
        return list(dict.fromkeys(x))
    if name == "rotate":
        return x[1:] + x[:1]
    keep = {
        "evens": lambda d: d % 2 == 0,
        "odds": lambda d: d % 2,
        "big": lambda d: d > 4,
    }
    return [d for d in x if keep[name](d)]


def run_program(program: Sequence[str], digits: Sequence[int]) -> list[int]:
    """What a program makes of a list of digits.

    Args:
      program: Names of one to three operations.
      digits: At most four, each 0 to 9.

    Raises:
      ValueError: If an operation is unknown, there are too many, or a digit is none.

    Example:
      >>> run_program(["odds", "reverse"], [3, 1, 4, 5])
      [5, 1, 3]
    """
    names = checks.words("program", program)
    if not 1 <= len(names) <= MOST:
        raise ValueError(f"program must have 1 to {MOST} operations, got {program!r}")
    for name in names:
        if name not in OPERATIONS:
            raise ValueError(f"program must be of {NAMES}, got {name!r}")
    x = checks.row("digits", digits, 10).tolist()
    if len(x) > DIGITS:
        raise ValueError(f"digits must be at most {DIGITS}, got {digits}")
    for name in names:
        x = _once(name, x)
    return x


def solves(program: Sequence[str], pairs: Sequence[Pair]) -> bool:
    """Whether a program gives what every example says.

    Args:
      program: Names of operations.
      pairs: Inputs and outputs.

    Example:
      >>> solves(["sort"], [((1, 2), (1, 2))]), solves(["up"], [((1, 2), (1, 2))])
      (True, False)
    """
    return all(run_program(program, given) == list(wanted) for given, wanted in pairs)


def python_source(program: Sequence[str]) -> str:
    """The same program in Python, as a large model would write it.

    Example:
      >>> print(python_source(["odds", "reverse"]))
      def solve(x):
          x = [d for d in x if d % 2 == 1]
          x = x[::-1]
          return x
    """
    run_program(program, [])  # refuses what is no program
    lines = [f"    x = {OPERATIONS[name]}" for name in program]
    return "\n".join(["def solve(x):", *lines, "    return x"])


def programs() -> list[tuple[str, ...]]:
    """All programs, the shortest first.

    Example:
      >>> len(programs())
      1884
    """
    found: list[tuple[str, ...]] = [()]
    every: list[tuple[str, ...]] = []
    for _ in range(MOST):
        found = [(*start, name) for start in found for name in NAMES]
        every += found
    return every


def behave(
    program: Sequence[str], lists: Int[np.ndarray, "samples cols"]
) -> Int[np.ndarray, "samples cols"]:
    """:func:`run_program` on many lists at once; -1 fills up shorter ones.

    Args:
      program: Names of operations.
      lists: Digits, four a row, -1 after the end.

    Example:
      >>> print(behave(["big"], np.array([[3, 7, 1, 9]])))
      [[ 7  9 -1 -1]]
    """
    x = np.asarray(lists)
    for name in program:
        x = _many(name, x)
    return x


def _many(name: str, x: np.ndarray) -> np.ndarray:
    there = x >= 0
    if name in ("up", "down", "double"):
        moved = {"up": x + 1, "down": x - 1, "double": x * 2}[name] % 10
        return np.where(there, moved, -1)
    if name == "sort":
        return np.where(
            np.sort(np.where(there, x, 99)) < 99, np.sort(np.where(there, x, 99)), -1
        )
    place = np.arange(x.shape[1])[None]
    size = there.sum(1, keepdims=True)
    if name == "reverse":
        return np.where(
            there, np.take_along_axis(x, np.maximum(size - 1 - place, 0), 1), -1
        )
    if name == "rotate":
        at = (place + 1) % np.maximum(size, 1)
        return np.where(there, np.take_along_axis(x, at, 1), -1)
    keep = {
        "tail": place > 0,
        "front": place < size - 1,
        "evens": x % 2 == 0,
        "odds": x % 2 == 1,
        "big": x > 4,
        "unique": _first(x),
    }[name]
    kept = there & keep
    order = np.argsort(~kept, axis=1, kind="stable")
    return np.take_along_axis(np.where(kept, x, -1), order, 1)


def _first(x: np.ndarray) -> np.ndarray:
    """Whether each digit stands there for the first time."""
    same = x[:, :, None] == x[:, None, :]
    return ~(same & np.tril(np.ones(same.shape[1:], bool), -1)).any(-1)


def every_list() -> Int[np.ndarray, "samples cols"]:
    """All lists of four digits.

    Example:
      >>> every_list().shape
      (10000, 4)
    """
    return np.stack(np.unravel_index(np.arange(10**DIGITS), (10,) * DIGITS), axis=1)


def spell_problem(pairs: Sequence[Pair]) -> list[int]:
    """Three examples as the tokens that the coder reads.

    Raises:
      ValueError: If there are not three, or a list is too long.

    Example:
      >>> len(spell_problem([((1, 2, 3, 4), (2,))] * 3))
      22
    """
    if len(pairs) != SHOWN:
        raise ValueError(f"pairs must be {SHOWN} examples, got {len(pairs)}")
    ids = [START]
    for at, (given, wanted) in enumerate(pairs):
        for digits in (given, wanted):
            if len(checks.row("pairs", digits, 10)) > DIGITS:
                raise ValueError(
                    f"pairs must have at most {DIGITS} digits, got {digits}"
                )
        ids += [*given, GIVES, *wanted, SOLVE if at == SHOWN - 1 else NEXT]
    return [int(i) for i in ids]


def draw_problems(seed: int, count: int) -> list[Problem]:
    """Problems, each with its program; in no one are all three outputs empty.

    Args:
      seed: Of the draw; the same problems each time.
      count: How many.

    Raises:
      ValueError: If there are fewer than 1.

    Example:
      >>> first = draw_problems(0, 1)[0]
      >>> solves(first.program, first.pairs)
      True
    """
    checks.whole("count", count, 1)
    rng, every = np.random.default_rng(checks.whole("seed", seed)), programs()
    starts = np.array([0, 12, 156, 1884])
    size = rng.choice(3, count, p=[0.2, 0.35, 0.45])
    which = rng.integers(starts[size], starts[size + 1])
    lists = rng.integers(0, 10, (count, SHOWN, DIGITS))
    given = np.empty_like(lists)
    for program in np.unique(which):
        rows = np.flatnonzero(which == program)
        flat = lists[rows].reshape(-1, DIGITS)
        given[rows] = behave(every[program], flat).reshape(len(rows), SHOWN, DIGITS)
    found = []
    for program, ins, outs in zip(which, lists.tolist(), given.tolist(), strict=True):
        pairs = tuple(
            (tuple(i), tuple(d for d in o if d >= 0))
            for i, o in zip(ins, outs, strict=True)
        )
        if any(wanted for _, wanted in pairs):
            found.append(Problem(pairs, every[program]))
    if len(found) < count:
        found += draw_problems(seed + 7_919, count - len(found))
    return found
