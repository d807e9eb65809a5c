"""Small pictures side by side on one plot.

Public names: :mod:`sbt_jax.viz.diffusion`; ``erase.mjs`` fills them in the browser.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.models import ColumnDataSource, LinearColorMapper, Plot, Range1d
from jaxtyping import Float

from sbt_jax.viz import kit

SIDE = 8
GREYS = [f"#{255 - v:02x}{255 - v:02x}{255 - v:02x}" for v in range(256)]
Place = tuple[float, float, float]  # left, bottom and side, in pixels of a picture


def inked(picture: Float[np.ndarray, " pixels"]) -> Float[np.ndarray, "rows cols"]:
    """A picture from -1 to 1 as ink from 0 to 1, the lowest row first.

    Example:
      >>> inked(np.full(64, -1.0)).max(), inked(np.full(64, 3.0)).max()
      (np.float64(0.0), np.float64(1.0))
    """
    square = np.asarray(picture, float).reshape(SIDE, SIDE)[::-1]
    return np.clip((square + 1) / 2, 0, 1)


def board(
    pictures: Sequence[Float[np.ndarray, " pixels"]],
    places: Sequence[Place],
    labels: Mapping[str, tuple[float, float]],
    size: tuple[float, float],
    most: int = 430,
) -> tuple[Plot, ColumnDataSource]:
    """Pictures at their places, with words between them.

    Args:
      pictures: From -1 to 1.
      places: Left, bottom and side of each.
      labels: Left and bottom of each word or two.
      size: Of the whole, in the same unit.
      most: Pixels that it is wide at most.
    """
    source = ColumnDataSource(
        {
            "image": [inked(p) for p in pictures],
            **{
                name: [place[i] for place in places]
                for i, name in enumerate(("x", "y", "side"))
            },
        }
    )
    plot = kit.axes(
        walk=False,
        x_range=Range1d(0, size[0]),
        y_range=Range1d(0, size[1]),
        width=316,
        height=round(316 * size[1] / size[0]),
        max_width=most,
    )
    plot.sizing_mode = "scale_width"
    plot.axis.visible = False
    plot.grid.visible = False
    plot.outline_line_color = None
    plot.min_border = 0
    plot.image(
        "image",
        x="x",
        y="y",
        dw="side",
        dh="side",
        color_mapper=LinearColorMapper(palette=GREYS, low=0, high=1),
        source=source,
    )
    words = ColumnDataSource(
        {
            "text": list(labels),
            "x": [x for x, _ in labels.values()],
            "y": [y for _, y in labels.values()],
        }
    )
    plot.text(
        "x", "y", "text", text_color=kit.GREY, text_font_size="13px", source=words
    )
    return plot, source
