"""Words beside dots.

Public names: :mod:`sbt_jax.viz.kit`.
"""

from collections.abc import Sequence
from typing import Any

from bokeh.models import (
    ColumnDataSource,
    LabelSet,
)
from bokeh.plotting import figure

from sbt_jax.viz.kit.style import GREY


def named(words: Sequence[str]) -> dict[str, list[Any]]:
    """The columns that name dots, before ``kit.js`` has looked for room."""
    return {
        "word": list(words),
        "label": list(words),
        "dx": [0] * len(words),
        "dy": [7] * len(words),
    }


def name_dots(plot: figure, source: ColumnDataSource) -> None:
    """A word beside each dot; ``kit.js`` looks for room, and leaves out what has none.

    Args:
      plot: Where the dots are.
      source: Columns ``x``, ``y`` and ``word``, the most important word first. A
        frame that sets them holds what :func:`named` says, too.
    """
    source.data = dict(source.data) | named(source.data["word"])
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
