"""A sheet to draw a digit on, with mouse, finger or keys.

Public names: :mod:`sbt_jax.viz.multimodality`; ``pad.mjs`` is the browser half.
"""

import json
from typing import Any, NamedTuple

from bokeh.layouts import column
from bokeh.models import (
    Button,
    Column,
    ColumnDataSource,
    Div,
    InlineStyleSheet,
    RadioButtonGroup,
)

from sbt_jax.viz import kit

SIZE = 132  # pixels of a sheet
SHEET = """
canvas { border: 2px solid var(--sbt-edge, #7d7d86); border-radius: 6px;
  touch-action: none; cursor: crosshair; display: block; max-width: 100%; }
canvas:focus-visible { outline: 3px solid #2b7bba; outline-offset: 2px; }
"""
KEYS = (
    "A sheet to draw a digit on. With the keyboard: arrow keys move the pen, space puts"
    " it down or lifts it, delete clears."
)


class Pad(NamedTuple):
    """A sheet, what is on it, and the buttons with examples."""

    sheet: Div
    ink: ColumnDataSource
    group: RadioButtonGroup
    whole: Column


def pad(title: str, letters: dict[str, str], first: str) -> Pad:
    """A sheet under a row of examples, with one of them on it.

    Args:
      title: Of the examples, different for each sheet of a figure.
      letters: Handwritten digits as ``as_letters`` writes them, by their names.
      first: The name of the one that is there at first.
    """
    names = list(letters)
    group, pick = kit.choice(title, names)
    group.active = names.index(first)
    state = json.dumps({"picture": letters[first]}, separators=(",", ":"))
    ink = ColumnDataSource({"state": [state]})
    sheet = Div(
        text=f'<canvas width="{SIZE}" height="{SIZE}" tabindex="0" role="application"'
        f' aria-label="{title}. {KEYS}"></canvas>',
        disable_math=True,
        stylesheets=[InlineStyleSheet(css=SHEET)],
        width=SIZE + 6,
        height=SIZE + 6,
    )
    example = kit.callback(
        __file__, figure="example", ink=ink, group=group, letters=list(letters.values())
    )
    group.js_on_change("active", example)
    start = ColumnDataSource({}, tags=["sbt-start"])
    pen = kit.callback(__file__, figure="sheet", sheet=sheet, ink=ink, group=group)
    start.js_on_change("change", pen)
    sheet.tags = [start]  # a source is carried along only by what refers to it
    return Pad(sheet, ink, group, column(pick, sheet, styles={"max-width": "100%"}))


def clear(pads: list[Pad]) -> Button:
    """A button that empties sheets."""
    button = Button(label="clear" if len(pads) == 1 else "clear both")
    args = {"inks": [p.ink for p in pads], "groups": [p.group for p in pads]}
    button.js_on_event("button_click", callback("clear", **args))
    return button


def callback(figure: str, **args: Any) -> Any:
    """One of the callbacks in ``pad.mjs``."""
    return kit.callback(__file__, figure=figure, **args)
