r"""A text as lines of letters, and batches of them: what a reader pastes.

``viz/live/letters.js`` does the same in the browser, where a seed gives the same rows.

Public names: :mod:`sbt_jax.training`.
Source of the chance: sfc32 of PractRand, by Chris Doty-Humphrey.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sbt_jax import checks
from sbt_jax.training.batches import Batch

MOST = 200_000  # characters that are read
KINDS = 95  # letters of the alphabet; rarer ones are one
ENOUGH = 10  # lines that make a list; of so many one is held back
OTHER = "\ufffd"
CUTS = (r"\n", r"\n|(?<=[.!?…؟।]) +|(?<=[。！？])", r"[\n,;、،]")
CLEAN = (
    ("[\ud800-\udfff]", OTHER),
    ("\r\n?|[\v\f\u2028\u2029]", "\n"),
    ("[\t\xa0]", " "),
    ("[\0-\x08\x0e-\x1f\x7f-\x9f\ufeff]", ""),
)


class Letters(NamedTuple):
    """A text as lines of letters, each letter an id; letter 0 ends a line.

    Every tenth line is held back, if there are ten.
    """

    alphabet: tuple[str, ...]  # the commonest letter first, after the end of a line
    time: int  # length of a row of a batch: each line fits
    rare: int  # letters that have no id of their own
    cut: bool  # whether the text was longer than what is read
    learn: list[list[int]]  # lines to learn from
    held: list[list[int]]  # lines held back

    def text(self, ids: Sequence[int]) -> str:
        """The letters of a line."""
        return "".join(self.alphabet[i] for i in ids)


def read_letters(text: str) -> Letters:
    """Lines of letters of any text: of a list, of sentences, or between commas.

    Args:
      text: Anything. Half characters become one mark, and what has no shape goes.

    Returns:
      The letters, at most 96 kinds, and the lines. Long lines are cut at a space.

    Raises:
      TypeError: If it is no text.

    Example:
      >>> letters = read_letters("Anna\\nOtto")
      >>> letters.alphabet, letters.learn
      (('\\n', 'n', 't', 'A', 'O', 'a', 'o'), [[3, 1, 1, 5], [4, 2, 2, 6]])
    """
    start = checks.text("text", text)[: MOST + 1]
    clean = start[:MOST]
    for pattern, mark in CLEAN:
        clean = re.sub(pattern, mark, clean)
    whole = _lines(clean)
    mean = sum(map(len, whole)) / (len(whole) or 1)
    time = 64 if mean > 20 else 32
    pieces = [piece for line in whole for piece in _shorter(line, time - 1)]
    counts = Counter("".join(pieces))
    order = sorted(counts, key=lambda letter: (-counts[letter], letter))
    alphabet = ["\n", *order[:KINDS]]
    rare = len(order) - len(alphabet) + 1
    if rare and OTHER not in alphabet:
        alphabet.append(OTHER)
    place = {letter: i for i, letter in enumerate(alphabet)}
    ids = [[place.get(x, place.get(OTHER, 0)) for x in piece] for piece in pieces]
    back = [len(ids) >= ENOUGH and i % ENOUGH == ENOUGH - 1 for i in range(len(ids))]
    learn = [line for line, held in zip(ids, back, strict=True) if not held]
    held = [line for line, held in zip(ids, back, strict=True) if held]
    return Letters(tuple(alphabet), time, rare, len(start) > MOST, learn, held)


def _lines(text: str) -> list[str]:
    """The lines of a text, or else its sentences, or else what is between commas."""
    found = []
    for cut in CUTS:
        parts = (part.strip(" ") for part in re.split(cut, text))
        found.append([part for part in parts if part])
    return next((one for one in found if len(one) >= ENOUGH), found[0])


def _shorter(line: str, most: int) -> Iterator[str]:
    """Pieces of at most ``most`` letters, cut at a space where there is one."""
    while line:
        end = len(line)
        if end > most:
            space = line.rfind(" ", 0, most + 1)
            end = space if space > 0 else most
        yield line[:end]
        line = line[end:].lstrip(" ")


def known_losses(letters: Letters) -> tuple[float, float]:
    """Nats a letter to one who knows nothing, and to one who has counted pairs.

    Returns:
      The logarithm of the size of the alphabet, and the entropy of a letter given the
      one before it, as counted in the lines to learn from.

    Example:
      >>> print(*(f"{loss:.3f}" for loss in known_losses(read_letters("ab"))))
      1.099 0.000
    """
    pairs: Counter[tuple[int, int]] = Counter()
    for line in letters.learn:
        pairs.update(zip([0, *line], [*line, 0], strict=True))
    firsts: Counter[int] = Counter()
    for (first, _), count in pairs.items():
        firsts[first] += count
    total = sum(pairs.values())
    surprise = sum(n * math.log(firsts[first] / n) for (first, _), n in pairs.items())
    return math.log(len(letters.alphabet)), surprise / total if total else 0.0


def chances(seed: int) -> Iterator[float]:
    """Numbers from 0 up to 1 that depend on the seed only, as in the browser.

    Raises:
      TypeError: If the seed is not whole.
      ValueError: If it is negative, or no whole number of JavaScript.

    Example:
      >>> next(chances(1)) == next(chances(1))
      True
    """
    return _drawn(checks.whole("seed", seed, 0, 2**53 - 1))


def _drawn(seed: int) -> Iterator[float]:
    word = 2**32 - 1
    a, b, c, counter = 0, seed & word, seed >> 32, 1
    while True:
        result = (a + b + counter) & word
        a, b = b ^ (b >> 9), (c + (c << 3)) & word
        c = (((c << 21) | (c >> 11)) + result) & word
        if counter > 12:  # the first ones still show the seed
            yield result / 2**32
        counter += 1


def draw_lines(letters: Letters, rows: int, steps: int, seed: int) -> Batch:
    """Batches of lines drawn at random, each after the end of another.

    Args:
      letters: From :func:`read_letters`, with at least one line.
      rows: Rows of a batch.
      steps: Number of batches.
      seed: Of the draws.

    Returns:
      The batches, with a leading axis of steps; rows have one token more than
      ``letters.time``, and the last line of a row is cut.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If it is below 1, or there is no line.

    Example:
      >>> print(draw_lines(read_letters("a"), 1, 1, seed=0).tokens[0, 0, :5])
      [0 1 0 1 0]
    """
    checks.whole("rows", rows, 1)
    checks.whole("steps", steps, 1)
    if not letters.learn:
        raise ValueError("letters must have a line to learn from, got none")
    chance, size = chances(seed), letters.time + 1
    tokens = np.zeros((steps * rows, size), np.int32)
    for row in tokens:
        line = [0]
        while len(line) < size:
            picked = letters.learn[int(next(chance) * len(letters.learn))]
            line += [*picked, 0]
        row[:] = line[:size]
    drawn = tokens.reshape(steps, rows, size)
    return Batch(drawn, np.ones_like(drawn, dtype=bool))


def held_lines(letters: Letters, rows: int) -> Batch | None:
    """As many of the lines held back as fit whole into one batch; None if none does.

    Raises:
      TypeError: If the number of rows is not whole.
      ValueError: If it is below 1.

    Example:
      >>> text = " ".join("abcdefghij")
      >>> batch = held_lines(read_letters(text.replace(" ", ",")), 1)
      >>> print(batch.tokens[0, :4], batch.asked.sum())
      [ 0 10  0  0] 2
    """
    checks.whole("rows", rows, 1)
    size, line = letters.time + 1, 0
    tokens, asked = np.zeros((rows, size), np.int32), np.zeros((rows, size), bool)
    for row in range(rows):
        at = 1
        while line < len(letters.held) and at + len(letters.held[line]) < size:
            ids = letters.held[line]
            tokens[row, at : at + len(ids)] = ids
            at += len(ids) + 1
            line += 1
        asked[row, 1:at] = True
    return Batch(tokens, asked) if asked.any() else None
