"""A dashed line across a plot.

Public names: :mod:`sbt_jax.viz.parts`.
"""

from bokeh.models import Span

from sbt_jax.viz import kit


def mark(
    location: float | int,
    color: str = kit.BLUE,
    across: bool = False,
    width: int = 2,
) -> Span:
    """A line at a place: upright, or ``across`` the plot. Add it with `add_layout`."""
    return Span(
        location=location,
        dimension="width" if across else "height",
        line_color=color,
        line_width=width,
        line_dash="dashed",
    )
