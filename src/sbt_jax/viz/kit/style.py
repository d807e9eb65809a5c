"""Colours and sizes, and an empty plot in the book's style.

Public names: :mod:`sbt_jax.viz.kit`.
"""

from typing import Any

from bokeh.plotting import figure

HEIGHT = 300
# Okabe and Ito's colours, moved to a lightness that keeps a contrast of at least
# 3 against white paper and against the dark theme's page.
BLUE, ORANGE, GREEN, PURPLE, OCHRE, GREY = (
    "#2b7bba",
    "#d55e00",
    "#009e73",
    "#b96a9b",
    "#ad7f00",
    "#7d7d86",
)
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, OCHRE, GREY)
ACCENT = BLUE
WHITE, BLACK = "#ffffff", "#101318"


def ink(fill: str) -> str:
    """White or near black, whichever can be read on a colour in both themes.

    Example:
      >>> ink(BLUE), ink(ORANGE), ink("#fff3e0")
      ('#ffffff', '#101318', '#101318')
    """
    return max((WHITE, BLACK), key=lambda color: contrast(color, fill))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21, as WCAG 2 defines it.

    Example:
      >>> round(contrast("#000000", "#ffffff"), 1)
      21.0
    """
    low, high = sorted(_light(color) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def _light(color: str) -> float:
    values = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def axes(walk: bool = True, **kwargs: Any) -> figure:
    """An empty plot in the book's style; ``kwargs`` override it.

    Args:
      walk: Whether the arrow keys walk the points of a plot that has a HoverTool, and
        a tap pins what it tells of them.
      kwargs: As of Bokeh's ``figure``.
    """
    style = {"tools": "", "toolbar_location": None, "height": HEIGHT}
    plot = figure(sizing_mode="stretch_width", **(style | kwargs))
    if not walk:
        plot.tags = [*plot.tags, "sbt-no-walk"]
    plot.grid.grid_line_alpha = 0.5
    plot.axis.minor_tick_line_color = None
    plot.axis.axis_label_text_font_style = "normal"
    return plot
