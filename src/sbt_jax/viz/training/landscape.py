"""Optimisers on a landscape.

Public names: :mod:`sbt_jax.viz.training`; ``landscape.mjs`` is the browser half.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    Button,
    ColumnDataSource,
    CustomJS,
    HoverTool,
    Range1d,
    Slider,
)
from bokeh.plotting.contour import contour_data
from jaxtyping import Float

from sbt_jax.training import Surface
from sbt_jax.viz import kit

OPTIMIZERS = ("SGD", "momentum", "Adam", "AdamW")
BATCHES = ("all places", "one word before")
#: Where the path begins, and what the map shows: from, to.
START = (-0.9, -0.4)
ACROSS, UP = (-1.2, 1.0), (-0.7, 2.2)
RUN = 100  # steps of one run
LEVELS = (0.01, 0.05, 0.15, 0.4, 0.8, 1.5, 2.5, 4.0, 6.0)  # above the lowest point


def descent_line(
    name: str, rate: float, step: int, at: Sequence[float], loss: float, lowest: float
) -> str:
    """What the line under the landscape says; mirrored in the browser."""
    return (
        f"{name}, learning rate {rate:.3f}. After {step} steps: a = {at[0]:.3f},"
        f" b = {at[1]:.3f}, loss {loss:.4f}, {loss - lowest:.4f} above the lowest."
    )


def _pieces(lines: Sequence[np.ndarray]) -> list[list[float]]:
    """Lines without the gaps that contours have between their pieces."""
    pieces = []
    for line in lines:
        for part in np.split(line, np.flatnonzero(np.isnan(line))):
            kept = part[~np.isnan(part)].round(3).tolist()
            if kept:
                pieces.append(kept)
    return pieces


def _map(
    lowest: tuple[float, float, float],
    heights: Float[np.ndarray, "rows cols"],
    path: ColumnDataSource,
    ahead: ColumnDataSource,
) -> Any:
    """Contour lines, the path so far, and where the next step leads."""
    plot = kit.axes(
        x_range=Range1d(*ACROSS),
        y_range=Range1d(*UP),
        height=400,
        x_axis_label="a: weight of how common a word is",
        y_axis_label="b: weight of the word before",
    )
    rows, cols = heights.shape
    found = contour_data(
        np.linspace(*ACROSS, cols),
        np.linspace(*UP, rows),
        heights,
        levels=[lowest[2] + level for level in LEVELS],
        want_fill=False,
    ).line_data
    assert found is not None
    plot.multi_line(_pieces(found.xs), _pieces(found.ys), color=kit.GREY, alpha=0.7)
    plot.line("a", "b", color=kit.BLUE, line_width=2, source=path)
    dots = plot.scatter("a", "b", size=7, color=kit.BLUE, source=path)
    plot.line(
        "a", "b", color=kit.ORANGE, line_width=3, line_dash="dashed", source=ahead
    )
    plot.scatter([lowest[0]], [lowest[1]], marker="diamond", size=15, color=kit.GREEN)
    plot.add_tools(
        HoverTool(
            renderers=[dots],
            tooltips=[
                ("step", "@step"),
                ("a", "@a{0.000}"),
                ("b", "@b{0.000}"),
                ("loss", "@loss{0.0000}"),
            ],
        )
    )
    return plot


def descent(
    surface: Surface,
    heights: Float[np.ndarray, "rows cols"],
    lowest: tuple[float, float, float],
    first: tuple[float, tuple[float, float]],
    order: Sequence[int],
    rate: float = 0.3,
) -> kit.Embed:
    """A loss of two weights and an optimiser on it, which readers drive; live.

    Args:
      surface: The model with two weights and its data.
      heights: Its loss on a grid of ``ACROSS`` and ``UP``.
      lowest: The two weights of least loss, and that loss.
      first: The loss at ``START``, and where one step of SGD leads from there.
      order: Contexts to take where a step looks at one of them only.
      rate: The learning rate at first.
    """
    path = ColumnDataSource(
        {"a": [START[0]], "b": [START[1]], "loss": [first[0]], "step": [0]}, tags=[{}]
    )
    ahead = ColumnDataSource(
        {"a": [START[0], first[1][0]], "b": [START[1], first[1][1]]}
    )
    plot = _map(lowest, heights, path, ahead)
    which, which_box = kit.choice("Optimiser", OPTIMIZERS)
    batch, batch_box = kit.choice("Each step looks at", BATCHES)
    slider = Slider(
        title="learning rate, as a power of 10",
        start=-2,
        end=0.6,
        step=0.02,
        value=round(float(np.log10(rate)), 2),
        sizing_mode="stretch_width",
    )
    line = kit.status(
        descent_line(OPTIMIZERS[0], 10**slider.value, 0, START, first[0], lowest[2])
    )
    data = {
        name: np.asarray(part, float).round(6).tolist()
        for name, part in surface._asdict().items()
    }
    shared = {
        "surface": ColumnDataSource({}, tags=[data | {"order": list(order)}]),
        "way": path,
        "ahead": ahead,
        "which": which,
        "batch": batch,
        "slider": slider,
        "line": line,
        "lowest": lowest[2],
        "start": list(START),
    }

    def does(figure: str, **more: Any) -> CustomJS:
        return kit.callback(__file__, figure=figure, **shared, **more)

    buttons = {
        "step": Button(label="one step"),
        "run": Button(label="run"),
        "again": Button(label="start again"),
    }
    for figure, button in buttons.items():
        button.js_on_event("button_click", does(figure, button=button, most=RUN))
    look = does("look")
    for model, name in ((which, "active"), (batch, "active"), (slider, "value")):
        model.js_on_change(name, look)
    plot.js_on_event("tap", does("tap"))
    key = kit.legend(
        {
            "the path": kit.BLUE,
            "the next step": kit.ORANGE,
            "the lowest point": kit.GREEN,
        },
        {"the next step": "╌╌", "the lowest point": "◆"},
    )
    return kit.Embed(
        column(
            which_box,
            batch_box,
            slider,
            kit.controls(*buttons.values()),
            key,
            plot,
            line,
            sizing_mode="stretch_width",
        ),
        alt="A map with contour lines of a loss of two weights, and the path that an"
        " optimiser takes on it; choices of optimiser and learning rate.",
        status=line,
        table=[
            ("a", "b", "loss"),
            (START[0], START[1], f"{first[0]:.4f}"),
            *([tuple(f"{x:.4f}" for x in lowest)]),
        ],
    )
