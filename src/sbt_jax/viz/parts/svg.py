"""What drawings are made of: rectangles, words that fit, arrows.

Colours are classes of the book's style sheet, so a drawing follows the theme.
"""

import html
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

Number = float | int  # both, where shapes and types are checked

# How wide letters are at most, in sizes of them: as in DejaVu Sans, the widest of the
# fonts that a page may be shown in.
NARROW, USUAL, LARGE = 0.42, 0.64, 0.99
LINE = 1.22  # of the size of letters: from line to line


class Box(NamedTuple):
    """A rectangle of a drawing: its corner, and its size."""

    x: Number
    y: Number
    w: Number
    h: Number

    @property
    def middle(self) -> tuple[Number, Number]:
        return self.x + self.w / 2, self.y + self.h / 2


def text_width(text: str, size: Number) -> float:
    """How wide a text is at most, in letters of this size."""
    narrow = sum(c in " .,:;!|'ijlftr()I[]" for c in text)
    large = sum(c in "mwMWQOGHND@%×→" for c in text)
    usual = len(text) - narrow - large
    return size * (NARROW * narrow + USUAL * usual + LARGE * large)


def wrapped(text: str, width: Number, size: Number) -> list[str]:
    """A text in lines that are not wider than this.

    Raises:
      ValueError: If a word is wider.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        letters = max(1, int(width / (NARROW * size)))
        while any(
            text_width(x, size) > width
            for x in textwrap.wrap(part, letters, break_long_words=False)
        ):
            letters -= 1
            if letters < 1:
                raise ValueError(f"text {part!r} is wider than {width:.0f} at {size:g}")
        lines += textwrap.wrap(part, letters, break_long_words=False)
    return lines


def rectangle(box: Box, look: str, round_: Number = 7) -> str:
    """A rectangle with round corners; ``look`` names classes."""
    x, y, w, h = box
    return (
        f'<rect class="{look}" x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}"'
        f' rx="{round_:g}"/>'
    )


def words(
    lines: Sequence[str],
    x: Number,
    y: Number,
    size: Number,
    look: str = "",
    anchor: str = "middle",
) -> str:
    """Lines of text whose middle is at a height; ``look`` names classes."""
    first = y - LINE * size * (len(lines) - 1) / 2 + 0.35 * size
    seen = f' class="{look}"' if look else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return "".join(
        f'<text{seen} x="{x:g}" y="{first + LINE * size * i:.4g}"'
        f' font-size="{size:g}"{side}>{html.escape(line)}</text>'
        for i, line in enumerate(lines)
    )


def arrow(
    points: Sequence[tuple[Number, Number]], look: str = "", head: Number = 5
) -> str:
    """A line through these points, with a head at the last one."""
    (x0, y0), (x1, y1) = points[-2:]
    length = max(1e-9, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
    dx, dy = (x1 - x0) / length * head, (y1 - y0) / length * head
    line = [*points[:-1], (x1 - dx, y1 - dy)]
    path = "M" + "L".join(f"{x:.5g} {y:.5g}" for x, y in line)
    tip = [
        (x1, y1),
        (x1 - 1.6 * dx - 0.8 * dy, y1 - 1.6 * dy + 0.8 * dx),
        (x1 - 1.6 * dx + 0.8 * dy, y1 - 1.6 * dy - 0.8 * dx),
    ]
    corners = " ".join(f"{x:.5g},{y:.5g}" for x, y in tip)
    also = f" {look}" if look else ""
    return (
        f'<path class="arrow{also}" d="{path}"/>'
        f'<polygon class="head{also}" points="{corners}"/>'
    )


def svg(parts: Sequence[str], width: Number, height: Number) -> str:
    """A drawing of this size around its parts."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">'
        f"{''.join(parts)}</svg>"
    )
