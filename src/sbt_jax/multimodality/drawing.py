"""From strokes to the pixels of a digit, as those of the data were made.

The handwritten digits were scanned as bitmaps of 32 by 32 dots, and the dots that are
on were counted in blocks of 4 by 4: so each of the 8 by 8 pixels holds 0 to 16.

Public names: :mod:`sbt_jax.multimodality`; mirrored in ``viz/multimodality/pad.mjs``.
Source: Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
Learning Repository.
"""

import numpy as np
from jaxtyping import Bool, Float, Int

from sbt_jax import checks
from sbt_jax.multimodality.captions import INK, SIDE

BLOCK = 4
DOTS = SIDE * BLOCK  # a side of the bitmap of one digit
WIDEST = 28  # dots that a digit is wide at most
PEN = 2.6  # radius of a stroke on that bitmap, in dots


def counted(bitmap: Bool[np.ndarray, "rows cols"]) -> Int[np.ndarray, "_ _"]:
    """Dots that are on, counted in blocks of 4 by 4.

    Raises:
      TypeError: If the bitmap is not of booleans.
      ValueError: If it does not split into such blocks.

    Example:
      >>> counted(np.ones((4, 8), bool))
      array([[16, 16]])
    """
    bitmap = checks.kind("bitmap", np.asarray(bitmap), "booleans")
    rows, cols = checks.shaped("bitmap", bitmap, (None, None)).shape
    if rows % BLOCK or cols % BLOCK:
        raise ValueError(f"bitmap must split into blocks of 4, got {bitmap.shape}")
    cut = bitmap.reshape(rows // BLOCK, BLOCK, cols // BLOCK, BLOCK)
    return cut.sum((1, 3))


def drawn(
    points: Float[np.ndarray, "time xy"], pen: float = PEN
) -> Float[np.ndarray, "rows cols"]:
    """Strokes as a digit of 8 by 8 pixels from 0 to 1, which fills its height.

    Args:
      points: One a row: x to the right and y down in any unit, and 1 where a stroke
        goes on from the point before, 0 where one begins.
      pen: Radius of the stroke, in dots of the bitmap.

    Raises:
      ValueError: If the points are not finite, or there is none.

    Example:
      >>> one = drawn(np.array([[5.0, 0.0, 0.0], [5.0, 9.0, 1.0]]))
      >>> one[:, 3].round(2)
      array([0.62, 0.75, 0.75, 0.75, 0.75, 0.75, 0.75, 0.62])
    """
    points = np.asarray(checks.all_finite("points", points))
    checks.shaped("points", points, (None, 3))
    if not len(points):
        raise ValueError(f"points must not be empty, got shape {points.shape}")
    checks.number("pen", pen, 0, above=True)
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    across, down = high - low
    # As high as the bitmap, or as wide as the widest digits; a dot stays a dot.
    room = np.array([WIDEST - 2 * pen, DOTS - 2 * pen])
    scale = min(room[0] / max(across, 1e-9), room[1] / max(down, 1e-9))
    scale = min(scale, 1e6) if max(across, down) > 1e-9 else 0.0
    middle = (low + high) / 2
    where = (points[:, :2] - middle) * scale + DOTS / 2
    bitmap = np.zeros((DOTS, DOTS), bool)
    y, x = np.mgrid[0:DOTS, 0:DOTS] + 0.5
    for at, point in enumerate(where):
        start = where[at - 1] if at and points[at, 2] else point
        way = point - start
        length = float(way @ way)
        along = ((x - start[0]) * way[0] + (y - start[1]) * way[1]) / max(length, 1e-9)
        along = np.clip(along, 0, 1)
        far = (x - start[0] - along * way[0]) ** 2 + (
            y - start[1] - along * way[1]
        ) ** 2
        bitmap |= far <= pen**2
    return counted(bitmap) / INK
