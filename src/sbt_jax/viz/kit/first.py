"""What stands in a figure's place before it is drawn, and how much room it takes.

Public names: :mod:`sbt_jax.viz.kit`.
"""

import html
import math
import re
from collections.abc import Sequence

from bokeh.models import (
    AbstractSlider,
    Button,
    Column,
    Div,
    Plot,
    Row,
    Select,
    TextAreaInput,
    TextInput,
    UIElement,
)

#: Pixels of the column that a figure stands in, and of a phone's.
WIDE, NARROW = 690, 330
_SHARE = re.compile(r"(?:under )?(\d+(?:\.\d+)?) %|([01]\.\d+)")
_PERCENT = re.compile(r"(?<=\d) %")


def keep_percent(text: str) -> str:
    """A percent sign stays in the line of its number."""
    return _PERCENT.sub("\N{NO-BREAK SPACE}%", text)


def shares(column: Sequence[object]) -> list[float] | None:
    """The shares that a column of a table holds, if it holds nothing else.

    Example:
      >>> shares(["25 %", "under 0.1 %"]), shares(["0.5", "2 apples"])
      ([0.25, 0.001], None)
    """
    found = []
    for cell in column:
        match = _SHARE.fullmatch(str(cell))
        if not match:
            return None
        found.append(float(match[1]) / 100 if match[1] else float(match[2]))
    return found or None


def table_html(table: Sequence[Sequence[object]]) -> str:
    """The first frame as a table, in which shares are bars as well."""
    head, *rows = table
    columns = [shares([row[i] for row in rows]) for i in range(len(head))]
    most = max((max(column) for column in columns if column), default=0) or 1

    def cell(row: int, at: int) -> str:
        text = html.escape(keep_percent(str(rows[row][at])))
        column = columns[at]
        if column is None:
            return f"<td>{text}</td>"
        return f'<td class="bar" style="--share:{column[row] / most:.3f}">{text}</td>'

    cells = "".join(f"<th>{html.escape(str(c))}</th>" for c in head)
    body = "".join(
        "<tr>" + "".join(cell(row, at) for at in range(len(head))) + "</tr>"
        for row in range(len(rows))
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def room(layout: UIElement, width: int = WIDE) -> int:
    """About how many pixels a layout is high in a column of this width.

    The page keeps that much free, so that nothing moves when the figure is drawn; once
    it is, its own height counts.
    """
    if not getattr(layout, "visible", True):
        return 0
    if isinstance(layout, Plot):
        return (layout.height or 300) + 10
    if isinstance(layout, Column):
        return sum(room(child, width) for child in layout.children)
    if isinstance(layout, Row):
        return _row(layout, width)
    if isinstance(layout, Div):
        text = html.unescape(re.sub(r"<small.*?</small>|<[^>]*>", "", layout.text))
        lines = math.ceil(len(text) * 7.6 / width) or 1
        rows = layout.text.count("<tr")
        return max(rows * 34 if rows else lines * 24 + 14, _reserved(layout))
    if isinstance(layout, TextAreaInput):
        return 48 + 22 * layout.rows
    if isinstance(layout, AbstractSlider):
        return 62
    return 62 if isinstance(layout, TextInput | Select) else 44


def _row(layout: Row, width: int) -> int:
    """Children side by side, or below one another where they do not fit."""
    lines, left = [0], width
    for child in layout.children:
        least = _least(child)
        if least > left and left < width:
            lines.append(0)
            left = width
        left -= least
        lines[-1] = max(lines[-1], room(child, max(min(least, width), 120)))
    return sum(lines)


def _least(layout: UIElement) -> int:
    """Pixels below which something does not get in a row."""
    flex = re.search(r"(\d+)px", str(getattr(layout, "styles", None) or ""))
    least = getattr(layout, "min_width", None) or (int(flex[1]) if flex else None)
    if isinstance(layout, Button):
        return 40 + 8 * len(str(layout.label))
    return int(least or getattr(layout, "width", None) or 220)


def _reserved(layout: UIElement) -> int:
    height = re.search(r"'min-height': '([\d.]+)em'", str(layout.styles))
    return round(float(height[1]) * 15.2) if height else 0
