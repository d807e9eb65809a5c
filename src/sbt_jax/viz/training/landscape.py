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
    HoverTool,
    Range1d,
)
from bokeh.plotting.contour import contour_data
from jaxtyping import Float

from sbt_jax.training import Surface
from sbt_jax.viz import kit, parts

OPTIMIZERS = ("SGD", "momentum", "Adam", "AdamW")
BATCHES = ("all places", "one word before")
#: Where a path may begin, and what the map shows: from, to.
STARTS = {"A": (-0.9, -0.4), "B": (0.8, 0.1), "C": (-0.9, 2.0)}
START = STARTS["A"]
ACROSS, UP = (-1.2, 1.0), (-0.7, 2.2)
RATES = ("0.01", "0.03", "0.1", "0.3", "0.5", "0.7", "0.9", "1.1", "1.3", "1.6", "2")
RUN = 100  # steps of one run
LEVELS = (0.01, 0.05, 0.15, 0.4, 0.8, 1.5, 2.5, 4.0, 6.0)  # above the lowest point


def descent_line(
    name: str, rate: float, step: int, at: Sequence[float], loss: float, lowest: float
) -> str:
    """What the line under the landscape says; mirrored in the browser."""
    return (
        f"{name}, learning rate {rate:g}. After {step} steps: a = {at[0]:.2f},"
        f" b = {at[1]:.2f}, loss {loss:.3f}, {loss - lowest:.3f} above the lowest."
    )


def sparse(
    table: Float[np.ndarray, "contexts words"],
) -> list[tuple[float, list[int], list[float]]]:
    """Rows of a table that mostly hold one number, in few: the browser has `dense`.

    Returns:
      Of each row its lowest number, where others stand, and what they are.

    Example:
      >>> sparse(np.array([[0.0, 0.5, 0.0], [1.0, 1.0, 1.0]]))
      [(0.0, [1], [0.5]), (1.0, [], [])]
    """
    rows = []
    for row in table:
        rest = float(row.min())
        (at,) = np.nonzero(row != rest)
        rows.append((rest, at.tolist(), row[at].tolist()))
    return rows


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
        height=370,
        x_axis_label="a: by what is common",
        y_axis_label="b: by the word before",
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
    xs, ys = map(list, zip(*STARTS.values(), strict=True))
    plot.text(xs, ys, text=list(STARTS), x_offset=-16, y_offset=6, text_color=kit.GREY)
    plot.add_tools(
        HoverTool(
            renderers=[dots],
            tooltips=[
                ("step", "@step"),
                ("a", "@a{0.00}"),
                ("b", "@b{0.00}"),
                ("loss", "@loss{0.000}"),
            ],
        )
    )
    return plot


def descent(
    surface: Surface,
    heights: Float[np.ndarray, "rows cols"],
    lowest: tuple[float, float, float],
    path: Sequence[tuple[float, float, float]],
    order: Sequence[int],
    rate: str = "0.3",
) -> kit.Embed:
    """A loss of two weights and an optimiser on it, which readers drive; live.

    Args:
      surface: The model with two weights and its data.
      heights: Its loss on a grid of ``ACROSS`` and ``UP``.
      lowest: The two weights of least loss, and that loss.
      path: Of SGD from ``START``: the weights and the loss after each step. The last
        is where the next step would lead.
      order: Contexts to take where a step looks at one of them only.
      rate: The learning rate of that path, one of ``RATES``.
    """
    *gone, ahead_of = path
    way = ColumnDataSource(
        {
            "a": [a for a, _, _ in gone],
            "b": [b for _, b, _ in gone],
            "loss": [loss for *_, loss in gone],
            "step": list(range(len(gone))),
        },
        tags=[{}],
    )
    here = gone[-1]
    ahead = ColumnDataSource({k: [here[i], ahead_of[i]] for i, k in enumerate("ab")})
    plot = _map(lowest, heights, way, ahead)
    which, which_box = kit.choice("Optimiser", OPTIMIZERS)
    batch, batch_box = kit.choice("Each step looks at", BATCHES)
    place, place_box = kit.choice("Begin at", list(STARTS))
    slider = parts.slider("learning rate", RATES, RATES.index(rate))
    line = kit.status(
        descent_line(
            OPTIMIZERS[0], float(rate), len(gone) - 1, here[:2], here[2], lowest[2]
        )
    )
    data = {
        "common": np.asarray(surface.common, float).round(4).tolist(),
        "after": sparse(np.asarray(surface.after, float).round(4)),
        "came": sparse(np.asarray(surface.came, float).round(6)),
    }
    shared = {
        "surface": ColumnDataSource({}, tags=[data | {"order": list(order)}]),
        "way": way,
        "ahead": ahead,
        "which": which,
        "batch": batch,
        "place": place,
        "slider": slider,
        "line": line,
        "lowest": lowest[2],
        "starts": [list(start) for start in STARTS.values()],
        "first": [{k: list(v) for k, v in way.data.items()}, slider.value],
        "most": RUN,
    }
    buttons = {
        "run": Button(label="run"),
        "step": Button(label="one step"),
        "again": Button(label="start again"),
    }
    # One for all, so that the page holds it once: it tells by whom it was called.
    called = kit.callback(__file__, plot=plot, **buttons, **shared)
    for button in buttons.values():
        button.js_on_event("button_click", called)
    for choice in (which, batch, place):
        choice.js_on_change("active", called)
    slider.js_on_change("value", called)
    plot.js_on_event("tap", called)
    key = kit.legend(
        {
            "the path": kit.BLUE,
            "the next step": kit.ORANGE,
            "the lowest point": kit.GREEN,
        },
        {"the next step": "╌╌", "the lowest point": "◆"},
    )
    controls = [
        which_box,
        slider,
        kit.controls(*buttons.values()),
        place_box,
        batch_box,
    ]
    return kit.Embed(
        column(
            kit.beside(controls, [key, plot], least=230),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A map with contour lines of a loss of two weights, and the path that an"
        " optimiser takes on it; choices of optimiser and learning rate.",
        status=line,
        table=[
            ("step", "a", "b", "loss"),
            *(
                (i, *(f"{x:.3f}" for x in gone[i]))
                for i in sorted({0, len(gone) // 2, len(gone) - 1})
            ),
            ("lowest", *(f"{x:.3f}" for x in lowest)),
        ],
    )
