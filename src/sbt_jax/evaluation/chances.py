"""How likely a coder writes each program: there are few enough to list.

Public names: :mod:`sbt_jax.evaluation`.
"""

import functools
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from sbt_jax import checks
from sbt_jax.evaluation import coder


@functools.cache
def starts() -> tuple[tuple[int, ...], ...]:
    """Every beginning of a program that may go on, the shortest first.

    Returns:
      Numbers of operations.

    Example:
      >>> len(starts()), starts()[:2], starts()[-1]
      (157, ((), (0,)), (11, 11))
    """
    found: list[tuple[int, ...]] = [()]
    level = found
    for _ in range(coder.MOST - 1):
        level = [(*start, op) for start in level for op in range(len(coder.NAMES))]
        found = found + level
    return tuple(found)


def program_chances(
    logits: Float[np.ndarray, "samples vocab"], temperature: float = 1.0
) -> Float[np.ndarray, " classes"]:
    """The probability of each of :func:`sbt_jax.evaluation.programs`.

    After three operations a program ends. What is missing to 1 is no program.

    Args:
      logits: After each of :func:`starts`, a row over the coder's tokens.
      temperature: Above 0.

    Raises:
      ValueError: If the shape is another, or the temperature is not positive.

    Example:
      >>> p = program_chances(np.zeros((157, 27)))
      >>> p.shape, round(float(p[0] * 27**2), 6)
      ((1884,), 1.0)
    """
    checks.number("temperature", temperature, 0, above=True)
    shape = len(starts()), coder.VOCABULARY
    z = np.asarray(checks.shaped("logits", logits, shape), float) / temperature
    z = z - z.max(-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(-1, keepdims=True))
    many = len(coder.NAMES)
    ops, ends = log_p[:, 10 : 10 + many], log_p[:, coder.END]
    before = np.zeros(1)
    found, row = [], 0
    for size in range(1, coder.MOST + 1):
        rows = slice(row, row + many ** (size - 1))
        after = (before[:, None] + ops[rows]).ravel()
        row += many ** (size - 1)
        stops = ends[row : row + many**size] if size < coder.MOST else 0.0
        found.append(after + stops)
        before = after
    return np.exp(np.concatenate(found))


def passing(pairs: Sequence[coder.Pair]) -> np.ndarray:
    """Which of all programs give what every example says.

    Args:
      pairs: Inputs and outputs.

    Example:
      >>> len(passing([((1, 2, 3, 4), (4, 3, 2, 1))] * 3)) < 1884
      True
    """
    lists = np.full((len(pairs), coder.DIGITS), -1)
    wanted = np.full_like(lists, -1)
    for row, (given, out) in enumerate(pairs):
        lists[row, : len(given)], wanted[row, : len(out)] = given, out
    good = [
        bool((coder.behave(program, lists) == wanted).all())
        for program in coder.programs()
    ]
    return np.flatnonzero(good)


def same_everywhere(
    program: Sequence[str], others: Sequence[Sequence[str]]
) -> list[bool]:
    """Which programs do the same as one on all lists of four digits.

    Args:
      program: Names of operations.
      others: Programs to compare.

    Example:
      >>> same_everywhere(["up", "down"], [["down", "up"], ["sort"]])
      [True, False]
    """
    lists = coder.every_list()
    truth = coder.behave(program, lists)
    return [bool((coder.behave(other, lists) == truth).all()) for other in others]
