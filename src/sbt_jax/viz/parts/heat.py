"""A square of weights as a picture: a row for each token that looks.

Public names: :mod:`sbt_jax.viz.parts`.
"""

from typing import Any

import numpy as np
from bokeh.models import (
    BasicTicker,
    ColumnDataSource,
    GlyphRenderer,
    LinearColorMapper,
    Range1d,
)

from sbt_jax.viz import kit


def shades(color: str) -> list[str]:
    """From nothing to the colour of a full weight, on any background.

    Small weights are drawn darker than in proportion, so as to be seen at all.
    """
    return [f"{color}{round(255 * (i / 32) ** 0.6):02x}" for i in range(33)]


SHADES = shades(kit.BLUE)


def heat_map(
    look: np.ndarray,
    palette: list[str] = SHADES,
    room: float = 1.0,
    height: int = 200,
    name: str | None = None,
) -> tuple[Any, ColumnDataSource, GlyphRenderer]:
    """A plot of weights from 0 to 1, its data, and what is drawn of them.

    Args:
      look: Weights, a row for each token that looks.
      palette: From :func:`shades`.
      room: Where the axes end, in sizes of the picture.
      height: In pixels.
      name: Of the data, to find it.
    """
    size = len(look)
    source = ColumnDataSource(
        {"image": [look.astype(np.float32)], "size": [size]}, name=name
    )
    plot = kit.axes(
        x_range=Range1d(0, room * size), y_range=Range1d(room * size, 0), height=height
    )
    plot.yaxis.visible = False
    plot.xaxis.ticker = BasicTicker(desired_num_ticks=3)
    plot.grid.visible = False
    shown = plot.image(
        "image",
        x=0,
        y=0,
        dw="size",
        dh="size",
        source=source,
        color_mapper=LinearColorMapper(palette=palette, low=0, high=1),
    )
    return plot, source, shown
