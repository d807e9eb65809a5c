"""Rows of widgets, titles, legends, and the line that says the state in words.

Public names: :mod:`sbt_jax.viz.kit`.
"""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bokeh.layouts import column, row
from bokeh.models import (
    Column,
    CustomJS,
    Div,
    InlineStyleSheet,
    RadioButtonGroup,
    Row,
    UIElement,
)

LEGEND = """
span { display: inline-block; margin-right: 1rem; font-size: 0.9rem; }
i { display: inline-block; width: 0.8rem; height: 0.8rem; border-radius: 2px;
  margin-right: 0.35rem; vertical-align: -0.05rem; }
.dot { border-radius: 50%; }
.triangle { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.diamond { clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%); }
.dashes { width: 1.4rem; height: 3px; border-radius: 0; vertical-align: 0.25rem;
  mask: repeating-linear-gradient(90deg, #000 0 6px, transparent 6px 9px); }
"""
# Drawn, not typed: text needs more contrast.
SIGNS = {"●": "dot", "▲": "triangle", "◆": "diamond", "╌╌": "dashes"}


def legend(colors: Mapping[str, str], signs: Mapping[str, str] | None = None) -> Div:
    """What each colour means: a legend that wraps, and follows the theme.

    Args:
      colors: By what they mean.
      signs: One of ``SIGNS`` in place of a square, by what they mean.
    """
    entries = ""
    for label, color in colors.items():
        paint = html.escape(color, quote=True)
        look = SIGNS[signs[label]] if signs and label in signs else "square"
        swatch = f'<i class="{look}" style="background:{paint}"></i>'
        entries += f"<span>{swatch}{html.escape(label)}</span>"
    return Div(
        text=entries,
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=LEGEND)],
    )


def label(text: str) -> Div:
    """A small title over something that has none of its own."""
    return Div(text=text, render_as_text=True, disable_math=True)


def titled(text: str, plot: UIElement, least: int = 115) -> Column:
    """A plot under its title, ``least`` pixels wide: several wrap in a row."""
    return column(
        label(text),
        plot,
        sizing_mode="stretch_width",
        min_width=least,
        styles={"flex": f"1 1 {least}px"},
    )


def callback(python_file: str, **args: Any) -> CustomJS:
    """The ``.mjs`` beside ``python_file``, as a Bokeh callback."""
    return CustomJS.from_file(Path(python_file).with_suffix(".mjs"), **args)


def controls(*widgets: UIElement) -> Row:
    """Widgets side by side, and below one another where there is no room."""
    return row(
        *widgets,
        sizing_mode="stretch_width",
        styles={"flex-wrap": "wrap", "align-items": "end"},
    )


def beside(
    controls: Sequence[UIElement],
    result: Sequence[UIElement],
    least: int = 210,
    share: float = 0.36,
) -> Row:
    """Controls left of what they change, and above it where there is no room.

    Both stay in view together, so that a reader sees what a control does. A figure in
    a page is about 680 pixels wide; on a phone the parts stand one below the other.

    Args:
      controls: Widgets, from top to bottom.
      result: What follows them: legend, plot, the line in words.
      least: Pixels that the controls need.
      share: Of the width that the controls get, where both are side by side.

    Raises:
      ValueError: If the controls would leave the result too little.
    """
    if not 0 < share <= 0.6:
        raise ValueError(f"share must be above 0 and at most 0.6, got {share}")
    grow = share / (1 - share)
    left, right = (
        column(
            *parts,
            sizing_mode="stretch_width",
            styles={"flex": f"{grown:.3f} 1 {basis}px", "min-width": "0"},
        )
        for parts, grown, basis in (
            (controls, grow, least),
            (result, 1.0, round(least / grow)),
        )
    )
    return row(
        left,
        right,
        sizing_mode="stretch_width",
        styles={
            "flex-wrap": "wrap",
            "align-items": "start",
            "column-gap": "14px",
            "max-width": "100%",
        },
    )


def choice(title: str, labels: Sequence[str]) -> tuple[RadioButtonGroup, Column]:
    """Buttons of which one is on, and the same with its title above."""
    group = RadioButtonGroup(labels=list(labels), active=0, name=title)
    return group, column(label(title), group, styles={"max-width": "100%"})


def status(text: str, lines: int = 2) -> Div:
    """The line under a figure that says its current state in words.

    A callback writes ``status.text``; it is shown as text, never as HTML, and is
    announced to screen readers once the figure is quiet.

    Args:
      text: Of the first frame.
      lines: Whose room is kept, so that nothing jumps when the text changes.
    """
    return Div(
        text=text,
        render_as_text=True,
        disable_math=True,
        sizing_mode="stretch_width",
        tags=["sbt-line"],
        styles={
            "font-size": "0.95rem",
            "line-height": "1.5",
            "min-height": f"{1.5 * lines + 0.7}em",
            "box-sizing": "border-box",
            "padding": "0.3rem 0.2rem",
            "max-width": "100%",
            "overflow-x": "clip",
            "overflow-wrap": "anywhere",
        },
    )
