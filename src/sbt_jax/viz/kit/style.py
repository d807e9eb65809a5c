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


def axes(**kwargs: Any) -> figure:
    """An empty plot in the book's style; ``kwargs`` override it."""
    style = {"tools": "", "toolbar_location": None, "height": HEIGHT}
    plot = figure(sizing_mode="stretch_width", **(style | kwargs))
    plot.grid.grid_line_alpha = 0.5
    plot.axis.minor_tick_line_color = None
    plot.axis.axis_label_text_font_style = "normal"
    return plot
