"""Diagrams of boxes and arrows as SVG, made by code.

Colours are classes of the book's style sheet, so a diagram follows the theme. Letters
are as large as a phone needs: a drawing is shown at its own width or narrower, and at
328 pixels they are still 11 pixels high. What does not fit raises an error.
"""

import itertools
from collections.abc import Sequence

from sbt_jax.viz.parts.svg import (
    LINE,
    Box,
    Number,
    arrow,
    rectangle,
    svg,
    words,
    wrapped,
)

PHONE, LEAST = 328, 11.2  # a phone's column, and letters on it, in pixels
KINDS = ("box", "accent", "good", "warn", "quiet")


class Drawing:
    """Boxes on a grid, and arrows between them.

    Args:
      columns: Boxes side by side; three or four fit a phone.
      rows: Boxes one below another.
      width: Of the drawing: 360 to 720 pixels. It is never shown wider.
      row: Height of a row, without the space between rows.
      gap: Space between columns and rows, where arrows are.

    Example:
      >>> d = Drawing(2, 1)
      >>> query = d.box(0, 0, "query", note="what I look for")
      >>> key = d.box(1, 0, "key", kind="accent")
      >>> d.arrow(query, key)
      >>> d.svg().count("<rect")
      2
    """

    def __init__(
        self,
        columns: int,
        rows: int,
        width: Number = 480,
        row: Number = 56,
        gap: Number = 28,
    ) -> None:
        if not 360 <= width <= 720:
            raise ValueError(f"width must be 360 to 720, got {width}")
        self.columns, self.rows = columns, rows
        self.width, self.row, self.gap = width, row, gap
        self.size = round(LEAST * width / PHONE + 0.05, 1)
        self.column = (width - 4 - gap * (columns - 1)) / columns
        self.height = 4 + rows * row + gap * (rows - 1)
        self.parts: list[str] = []

    def cell(
        self, column: Number, row: Number, span: Number = 1, tall: Number = 1
    ) -> Box:
        """Where a cell of the grid is; halves lie between two of them."""
        if not 0 <= column <= self.columns - span or not 0 <= row <= self.rows - tall:
            raise ValueError(
                f"a drawing of {self.columns} × {self.rows} has no place for a box"
                f" at column {column:g}, row {row:g}, {span:g} wide, {tall:g} tall"
            )
        across, down = self.column + self.gap, self.row + self.gap
        return Box(
            2 + column * across,
            2 + row * down,
            span * across - self.gap,
            tall * down - self.gap,
        )

    def box(
        self,
        column: Number,
        row: Number,
        text: str = "",
        note: str = "",
        kind: str = "box",
        span: Number = 1,
        tall: Number = 1,
    ) -> Box:
        """A box with a name, and a quieter note below it.

        Args:
          column: Counted from 0; 0.5 is half way to the next.
          row: The same.
          text: The name. It wraps.
          note: What the box does, or holds.
          kind: ``box``, ``accent`` (this is it), ``good``, ``warn``, ``quiet``.
          span: How many columns wide.
          tall: How many rows high.

        Returns:
          Where it is, for :meth:`arrow`.

        Raises:
          ValueError: If there is no such place or kind, or the text does not fit.
        """
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
        place = self.cell(column, row, span, tall)
        self.parts.append(rectangle(place, kind if kind == "box" else f"box {kind}"))
        self._write(place, text, note)
        return place

    def _write(self, place: Box, text: str, note: str) -> None:
        room = place.w - 10
        names = wrapped(text, room, self.size) if text else []
        notes = wrapped(note, room, self.size) if note else []
        high = LINE * self.size * (len(names) + len(notes))
        if high > place.h - 2:
            raise ValueError(
                f"{text!r} with {note!r} needs {high:.0f} pixels of height, its box"
                f" has {place.h:.0f}: make rows higher or the words fewer"
            )
        x, y = place.middle
        step = LINE * self.size / 2
        self.parts.append(words(names, x, y - step * len(notes), self.size, "name"))
        self.parts.append(words(notes, x, y + step * len(names), self.size, "muted"))

    def label(
        self,
        column: Number,
        row: Number,
        text: str,
        look: str = "muted",
        span: Number = 1,
    ) -> None:
        """Words without a box; looks are ``muted``, ``value``, ``name``, ``code``."""
        place = self.cell(column, row, span)
        x, y = place.middle
        lines = wrapped(text, place.w, self.size)
        self.parts.append(words(lines, x, y, self.size, look))

    def arrow(self, start: Box, end: Box, look: str = "", bend: str = "") -> None:
        """From box to box: straight where they face each other, else with a corner.

        Args:
          start: Where it begins.
          end: Where its head is.
          look: ``accent``, ``warn`` or ``quiet`` (dashed).
          bend: ``across`` leaves sideways and enters from above or below, ``down``
            the other way round. By default an arrow is straight where the boxes face
            each other, else it turns in the gap between their rows.
        """
        self.parts.append(arrow(route(start, end, bend), look))

    def svg(self) -> str:
        """The drawing, for ``{diagram}``."""
        return svg(self.parts, self.width, self.height)


def route(start: Box, end: Box, bend: str = "") -> list[tuple[Number, Number]]:
    """The corners of an arrow between two boxes.

    Raises:
      ValueError: If ``bend`` is no way to go.
    """
    (x0, y0), (x1, y1) = start.middle, end.middle
    right, below = x1 > x0, y1 > y0
    out_x = start.x + start.w + 2 if right else start.x - 2
    in_x = end.x - 3 if right else end.x + end.w + 3
    out_y = start.y + start.h + 2 if below else start.y - 2
    in_y = end.y - 3 if below else end.y + end.h + 3
    top, low = max(start.y, end.y), min(start.y + start.h, end.y + end.h)
    left, far = max(start.x, end.x), min(start.x + start.w, end.x + end.w)
    if not bend and top < low:  # side by side
        y = (top + low) / 2
        return [(out_x, y), (in_x, y)]
    if not bend and left < far:  # one below the other
        x = (left + far) / 2
        return [(x, out_y), (x, in_y)]
    if bend == "across":
        return [(out_x, y0), (x1, y0), (x1, in_y)]
    if bend == "down":
        return [(x0, out_y), (x0, y1), (in_x, y1)]
    if bend:
        raise ValueError(f"bend must be across or down, got {bend!r}")
    y = (out_y + in_y) / 2  # in the gap between the rows
    return [(x0, out_y), (x0, y), (x1, y), (x1, in_y)]


def flow(steps: Sequence[str | tuple[str, str]], lit: str = "", across: int = 3) -> str:
    """Boxes in a row with arrows between them; a long row goes on below.

    Args:
      steps: Names, or pairs of a name and a note.
      lit: The name of the step that this is about.
      across: How many side by side.

    Returns:
      The SVG, for ``{diagram}``.

    Raises:
      ValueError: If no step has the name ``lit``, or a text does not fit.

    Example:
      >>> flow(["text", "tokens", "vectors"], lit="tokens").count("accent")
      1
    """
    pairs = [(step, "") if isinstance(step, str) else step for step in steps]
    if lit and lit not in [name for name, _ in pairs]:
        raise ValueError(f"lit is no step: {lit!r}")
    across = min(across, len(pairs))
    rows = -(-len(pairs) // across)
    room = (480 - 4 - 28 * (across - 1)) / across - 10
    drawing = Drawing(across, rows)
    size = drawing.size
    lines = [
        sum(len(wrapped(text, room, size)) for text in pair if text) for pair in pairs
    ]
    drawing = Drawing(across, rows, row=max(48, LINE * size * max(lines) + 14))
    boxes = []
    for i, (name, note) in enumerate(pairs):
        row, at = divmod(i, across)
        column = across - 1 - at if row % 2 else at  # back and forth, as one ploughs
        kind = "accent" if name == lit else "box"
        boxes.append(drawing.box(column, row, name, note, kind))
    for start, end in itertools.pairwise(boxes):
        drawing.arrow(start, end)
    return drawing.svg()
