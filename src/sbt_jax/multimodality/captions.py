"""Tinted digits on a canvas, and what is said of them.

Public names: :mod:`sbt_jax.multimodality`.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from sbt_jax import checks

CANVAS, SIDE = 16, 8  # pixels of the canvas, and of a digit
INK = 16  # the most that a pixel of a digit holds
NUMBERS = (
    *("zero", "one", "two", "three", "four"),
    *("five", "six", "seven", "eight", "nine"),
)
TINTS = {
    "red": (1.0, 0.1, 0.1),
    "green": (0.1, 0.8, 0.2),
    "blue": (0.2, 0.3, 1.0),
    "yellow": (0.9, 0.8, 0.0),
}
COLORS = tuple(TINTS)
PLACES = ("top left", "top right", "bottom left", "bottom right")
WORDS = ("a", "at", "the", "top", "bottom", "left", "right", *COLORS, *NUMBERS)
LONGEST = 7  # words of a caption
ROOM = CANVAS - SIDE  # how far a digit can move
PIECE = re.compile(r"[a-z]+|[0-9]|[^\sa-z0-9]")


class Scene(NamedTuple):
    """What is on a canvas."""

    number: int
    color: int
    place: int


def put(
    digit: Float[np.ndarray, "8 8"], top: int, left: int
) -> Float[np.ndarray, "16 16"]:
    """A digit somewhere on an empty canvas.

    Raises:
      TypeError: If a place is not whole.
      ValueError: If it is off the canvas, or the digit has another size.

    Example:
      >>> put(np.ones((8, 8)), 0, 8).sum(0)
      array([0., 0., 0., 0., 0., 0., 0., 0., 8., 8., 8., 8., 8., 8., 8., 8.])
    """
    checks.shaped("digit", np.asarray(digit), (SIDE, SIDE))
    checks.whole("top", top, 0, ROOM)
    checks.whole("left", left, 0, ROOM)
    canvas = np.zeros((CANVAS, CANVAS))
    canvas[top : top + SIDE, left : left + SIDE] = digit
    return canvas


def tinted(
    canvas: Float[np.ndarray, "rows cols"], color: int
) -> Float[np.ndarray, "rows cols colors"]:
    """The same in one of the colours, as red, green and blue.

    Raises:
      ValueError: If there is no such colour.

    Example:
      >>> tinted(np.ones((1, 1)), 0)
      array([[[1. , 0.1, 0.1]]])
    """
    checks.whole("color", color, 0, len(COLORS) - 1)
    return np.asarray(canvas, float)[..., None] * np.array(TINTS[COLORS[color]])


def caption(scene: Scene, color: bool = True, place: bool = True) -> str:
    """What is said of a scene.

    Args:
      scene: What is on the canvas.
      color: Whether its colour is named.
      place: Whether its place is.

    Raises:
      ValueError: If there is no such number, colour or place.

    Example:
      >>> caption(Scene(3, 0, 1))
      'a red three at the top right'
      >>> caption(Scene(3, 0, 1), color=False, place=False)
      'a three'
    """
    checks.whole("number", scene.number, 0, 9)
    checks.whole("color", scene.color, 0, len(COLORS) - 1)
    checks.whole("place", scene.place, 0, len(PLACES) - 1)
    tint = f"{COLORS[scene.color]} " if color else ""
    where = f" at the {PLACES[scene.place]}" if place else ""
    return f"a {tint}{NUMBERS[scene.number]}{where}"


def caption_ids(text: str) -> tuple[list[int], list[str]]:
    """Words of a caption as ids, and those that the model does not know.

    A digit is read as its word. What is too long is cut off.

    Example:
      >>> caption_ids("A red 3, please")
      ([0, 7, 14], [',', 'please'])
    """
    ids, unknown = [], []
    for piece in PIECE.findall(checks.text("text", text).lower()):
        word = NUMBERS[int(piece)] if piece in "0123456789" else piece
        if word in WORDS:
            ids.append(WORDS.index(word))
        else:
            unknown.append(piece)
    return ids[:LONGEST], unknown


def filled(rows: Sequence[Sequence[int]]) -> Int[np.ndarray, "batch time"]:
    """Captions as rows of one length; -1 fills them up.

    Raises:
      ValueError: If one is too long.

    Example:
      >>> filled([[1, 2]])
      array([[ 1,  2, -1, -1, -1, -1, -1]], dtype=int32)
    """
    table = np.full((len(rows), LONGEST), -1, np.int32)
    for at, row in enumerate(rows):
        if len(row) > LONGEST:
            raise ValueError(f"rows must have at most {LONGEST} ids, got {len(row)}")
        table[at, : len(row)] = checks.ids("rows", row, len(WORDS))
    return table
