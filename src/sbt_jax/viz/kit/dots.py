"""Words beside dots.

Public names: :mod:`sbt_jax.viz.kit`.
"""

from bokeh.models import (
    ColumnDataSource,
    LabelSet,
)
from bokeh.plotting import figure

from sbt_jax.viz.kit.style import GREY


def name_dots(plot: figure, source: ColumnDataSource) -> None:
    """A word beside each dot; ``kit.js`` looks for room, and leaves out what has none.

    Args:
      plot: Where the dots are.
      source: Columns ``x``, ``y`` and ``word``, the most important word first. A
        callback that sets them sets ``label`` like ``word``, ``dx`` and ``dy``, too.
    """
    words = list(source.data["word"])
    source.data = dict(source.data) | {
        "label": words,
        "dx": [0] * len(words),
        "dy": [7] * len(words),
    }
    plot.add_layout(
        LabelSet(
            x="x",
            y="y",
            text="label",
            x_offset="dx",
            y_offset="dy",
            source=source,
            text_align="center",
            text_color=GREY,
            text_font_size="13px",
            tags=["sbt-labels"],
        )
    )
