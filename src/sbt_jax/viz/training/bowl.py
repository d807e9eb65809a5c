"""The way down a bowl: one weight, and a step size that readers pick.

Public names: :mod:`sbt_jax.viz.training`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.models import ColumnDataSource, Range1d

from sbt_jax.viz import kit, parts
from sbt_jax.viz.training.spreads import short

SHOWN = (0, 1, 2, 3)  # steps that are numbered
FAR = 1.2  # of the first loss: above it nobody follows


def bowl_line(
    rate: str, weights: Sequence[float], losses: Sequence[float], low: float
) -> str:
    """What the line says of one way down."""
    steps, above = len(weights) - 1, [loss - low for loss in losses]
    said = f"Learning rate {rate}: after {steps} steps the loss is {losses[-1]:.2f}."
    if above[-1] > above[0]:
        return f"{said} Each step lands farther away: it diverges."
    if above[-1] > 0.5 * above[0]:
        return f"{said} Too low: it creeps."
    if above[-1] < 0.02 * above[0]:
        return f"{said} A good rate."
    last, *rest = [w > weights[-1] for w in weights[-4:-1]]
    if any(side != last for side in rest):
        return f"{said} Too high: it hops from side to side."
    return f"{said} Rather low: it is still on its way."


def down_a_bowl(
    across: Sequence[float],
    heights: Sequence[float],
    paths: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    first: str,
) -> kit.Embed:
    """The loss of one weight, and gradient descent on it at several rates.

    Args:
      across: Values of the weight.
      heights: The loss at each.
      paths: By learning rate, the weight at the start and after each step, and the
        loss there.
      first: The rate that is shown at first.
    """
    low, high = min(heights), max(heights)
    top = low + FAR * (high - low)
    plot = kit.axes(
        x_range=Range1d(min(across), max(across)),
        y_range=Range1d(low - 0.06 * (high - low), top),
        x_axis_label="the weight",
        y_axis_label="loss",
        height=300,
    )
    plot.line(list(across), list(heights), color=kit.GREY, line_width=3)
    names = list(paths)
    drawn = {name: (short(xs), short(ys)) for name, (xs, ys) in paths.items()}
    slider = parts.slider("learning rate", names, names.index(first))

    def way(name: str) -> dict[str, Any]:
        xs, ys = drawn[name]
        return {"data": {"x": xs, "y": ys}}

    def ends(name: str) -> dict[str, Any]:
        xs, ys = drawn[name]
        return {"data": {"x": [xs[0], xs[-1]], "y": [ys[0], ys[-1]]}}

    def numbers(name: str) -> dict[str, Any]:
        xs, ys = drawn[name]
        shown = [i for i in SHOWN if i < len(xs)]
        return {
            "data": {
                "x": [xs[i] for i in shown],
                "y": [ys[i] for i in shown],
                "n": [str(i) for i in shown],
            }
        }

    source, marked = ColumnDataSource(way(first)["data"]), ColumnDataSource()
    counted = ColumnDataSource(numbers(first)["data"])
    marked.data = ends(first)["data"]
    plot.line("x", "y", color=kit.BLUE, line_width=1.5, source=source)
    plot.scatter("x", "y", size=8, color=kit.BLUE, source=source)
    plot.scatter(
        "x",
        "y",
        size=15,
        color=kit.ORANGE,
        fill_color=None,
        line_width=3,
        source=marked,
    )
    plot.text(
        "x", "y", text="n", x_offset=9, y_offset=-4, text_color=kit.GREY,
        text_font_size="14px", source=counted,
    )  # fmt: skip
    parts.follow([slider], (source, way), (marked, ends), (counted, numbers))
    line = parts.status([slider], lambda name: bowl_line(name, *paths[name], low))
    key = kit.legend(
        {
            "the loss": kit.GREY,
            "a step": kit.BLUE,
            "first and last": kit.ORANGE,
        },
        {"a step": "●"},
    )
    return kit.Embed(
        kit.beside([slider, line], [key, plot], least=190, share=0.32),
        alt="The loss of one weight as a bowl, and the steps of gradient descent on it"
        " at the learning rate that a slider picks.",
        status=line,
        table=[
            ("learning rate", "steps", "loss at the end"),
            *((name, len(xs) - 1, f"{ys[-1]:.3f}") for name, (xs, ys) in paths.items()),
        ],
    )
