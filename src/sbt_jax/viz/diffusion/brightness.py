"""How bright what is made can be, by schedule, steps, and where they start.

Public names: :mod:`sbt_jax.viz.diffusion`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Range1d
from jaxtyping import Float

from sbt_jax.diffusion import chosen_steps, made_brightness, true_brightness
from sbt_jax.numbers import decimal
from sbt_jax.viz import kit, parts

STEPS = ("5", "10", "25", "50", "250", "1000")
STARTS = {"at the last step": True, "before it": False}
WORLD, MADE = 1.0, 0.0  # rows of the strip


def grey(brightness: float) -> str:
    """A brightness from -1, black, to 1, white, as a colour.

    Example:
      >>> grey(-1.0), grey(0.0), grey(3.0)
      ('#000000', '#808080', '#ffffff')
    """
    level = round(255 * min(max((brightness + 1) / 2, 0), 1))
    return f"#{level:02x}{level:02x}{level:02x}"


def bright_line(
    name: str, steps: int, made: Float[np.ndarray, " _"], true: Float[np.ndarray, " _"]
) -> str:
    """What the line says of a choice.

    Example:
      >>> bright_line("A", 5, np.array([-0.25, 0.25]), np.array([-0.5, 0.5]))
      'A, 5 steps: bright pictures have a brightness of 0.25 on average, and of 0.25 at most. In the world it is 0.50 and 0.50. (White is 1, black is -1.)'
    """  # noqa: E501
    told = [decimal(x) for row in (made, true) for x in (row[row > 0].mean(), row[-1])]
    return (
        f"{name}, {steps} steps: bright pictures have a brightness of {told[0]} on"
        f" average, and of {told[1]} at most. In the world it is {told[2]} and"
        f" {told[3]}. (White is 1, black is -1.)"
    )


def how_bright(
    schedules: Mapping[str, Float[np.ndarray, " steps"]], first: str = "50"
) -> kit.Embed:
    """The pictures of a world, half dark and half bright, and those that are made.

    Args:
      schedules: By name, the share of the picture's variance after each step.
      first: Of ``STEPS``, where the slider stands.
    """
    which, pick = kit.choice("Schedule", list(schedules))
    start, pick_start = kit.choice("The first step", list(STARTS))
    slider = parts.slider("steps taken", STEPS, at=STEPS.index(first))
    widgets = [which, start, slider]
    true = true_brightness()
    places = np.arange(len(true)) + 0.5

    def made(name: str, begin: str, steps: str) -> Float[np.ndarray, " _"]:
        alphas = schedules[name]
        visited = chosen_steps(int(steps), len(alphas), STARTS[begin])
        return made_brightness(alphas, visited)

    def columns(*names: str) -> dict[str, Any]:
        found = made(*names)
        return {"y": found.round(3).tolist(), "color": [grey(y) for y in found]}

    ranges = {"x_range": Range1d(0, len(true))}
    strip = kit.axes(y_range=Range1d(-0.55, 1.55), height=96, walk=False, **ranges)
    strip.axis.visible = strip.grid.visible = False
    strip.outline_line_color = None
    plot = kit.axes(
        y_range=Range1d(-1, 1), y_axis_label="brightness", height=190, **ranges
    )
    plot.xaxis.visible = False
    source = parts.data(widgets, columns, x=places.tolist(), row=[MADE] * len(true))
    world = ColumnDataSource(
        {
            "x": places.tolist(),
            "y": true.round(3).tolist(),
            "row": [WORLD] * len(true),
            "color": [grey(y) for y in true],
        }
    )
    for rows, color in ((world, kit.GREY), (source, kit.BLUE)):
        look = {"width": 0.9, "height": 0.9, "line_color": kit.GREY, "source": rows}
        strip.rect("x", "row", fill_color="color", line_width=0.5, **look)
        plot.scatter("x", "y", color=color, size=7, source=rows)
    line = parts.status(
        widgets,
        lambda name, begin, steps: bright_line(
            name, int(steps), made(name, begin, steps), true
        ),
    )
    line.styles = {**line.styles, "min-height": "7em"}
    key = kit.legend({"of the world (upper row)": kit.GREY, "made (lower)": kit.BLUE})
    return kit.Embed(
        column(
            kit.beside([pick, pick_start, slider, line], [key, strip, plot], share=0.4),
            sizing_mode="stretch_width",
        ),
        alt="Two rows of grey squares in order of brightness: those of a world, half"
        " dark and half bright, and those that are made, near a middle grey.",
        status=line,
        table=[
            ("schedule", "steps", "mean brightness of bright pictures"),
            ("the world", "", decimal(true[true > 0].mean())),
            *(
                (name, n, decimal(row[row > 0].mean()))
                for name in schedules
                for n in STEPS
                for row in [made(name, next(iter(STARTS)), n)]
            ),
        ],
    )
