"""How far a value may be off, as a line across a plot.

Public names: :mod:`sbt_jax.viz.evaluation`.
"""

from bokeh.models import ColumnDataSource, Whisker


def whisker(source: ColumnDataSource, color: str) -> Whisker:
    """From ``low`` to ``high`` beside each ``name``. Add it with `add_layout`."""
    return Whisker(
        base="name",
        lower="low",
        upper="high",
        dimension="width",
        source=source,
        line_color=color,
        line_width=3,
        level="overlay",
        upper_head=None,
        lower_head=None,
    )
