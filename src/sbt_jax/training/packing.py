"""Packing: several texts in one row, so that few positions are padding.

Page: ``book/training.md``.  Public names: :mod:`sbt_jax.training`.
Source: Krell et al. (2021), arXiv:2107.02027, section 3, for packing with masks
that keep sequences apart.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from sbt_jax import checks

OPEN = 256  # rows that may still take a sequence: more pack tighter, but mix less


class Rows(NamedTuple):
    """Sequences in rows. ``segments`` numbers those of a row from 1; 0 is padding."""

    tokens: Int[np.ndarray, "rows time"]
    segments: Int[np.ndarray, "rows time"]


def pack(sequences: Iterable[Sequence[int]], length: int) -> Rows:
    """Put whole sequences into rows of one length, each where it fits best.

    Best fit: a sequence goes to the fullest open row that still has room. A row
    stays near the place of its first sequence, so the order is nearly kept.

    Args:
      sequences: Token ids; each at most ``length`` long, and not empty.
      length: Positions in a row.

    Returns:
      The rows, padded with token 0 in segment 0.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If a sequence is empty or does not fit, there is none, or an id is
        negative or more than 32 bits can hold.

    Example:
      >>> rows = pack([[1, 2, 3], [4, 5], [6, 7, 8], [9]], length=5)
      >>> rows.tokens
      array([[1, 2, 3, 4, 5],
             [6, 7, 8, 9, 0]], dtype=int32)
      >>> rows.segments
      array([[1, 1, 1, 2, 2],
             [1, 1, 1, 2, 0]], dtype=int32)
    """
    checks.whole("length", length, 1)
    rows: list[list[Sequence[int]]] = []
    room: list[list[int]] = [[] for _ in range(length + 1)]  # open rows by free places
    opened: list[int] = []
    free: dict[int, int] = {}
    for i, sequence in enumerate(sequences):
        size = checks.row(f"sequences[{i}]", sequence).size
        if not 0 < size <= length:
            raise ValueError(f"sequences[{i}] must hold 1 to {length} ids, got {size}")
        fit = next((n for n in range(size, length + 1) if room[n]), None)
        if fit is None:
            row, fit = len(rows), length
            rows.append([])
            opened.append(row)
        else:
            row = room[fit].pop(0)
        rows[row].append(sequence)
        free[row] = fit - size
        room[free[row]].append(row)
        if len(opened) > OPEN:  # the oldest row takes no more
            oldest = opened.pop(0)
            room[free[oldest]].remove(oldest)
    if not rows:
        raise ValueError("sequences must not be empty, got none")
    tokens = np.zeros((len(rows), length), np.int32)
    segments = np.zeros((len(rows), length), np.int32)
    for row, held in enumerate(rows):
        at = 0
        for number, sequence in enumerate(held, start=1):
            tokens[row, at : at + len(sequence)] = sequence
            segments[row, at : at + len(sequence)] = number
            at += len(sequence)
    return Rows(tokens, segments)
