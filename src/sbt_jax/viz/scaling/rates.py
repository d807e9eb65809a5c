"""The loss by learning rate, a line a width: with one rate for all, and by μP.

Public names: :mod:`sbt_jax.viz.scaling`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool, Range1d

from sbt_jax.numbers import decimal
from sbt_jax.scaling.findings_schedules import best_rate, means
from sbt_jax.viz import kit, parts

WAYS = {"the same for all matrices": False, "as μP scales it": True}
COLORS = (kit.OCHRE, kit.GREEN, kit.BLUE, kit.PURPLE)
ABOVE = 1.6  # nats over the least loss; what is higher is drawn at the upper end
TICKS = {-2.5: "0.003", -2.0: "0.01", -1.5: "0.03", -1.0: "0.1", -0.5: "0.3"}


def lines_of(table: Mapping[str, Any], way: str) -> dict[int, list[float]]:
    """By width the mean loss at each rate."""
    rows = (row for row in table["ends"] if row["by_width"] is WAYS[way])
    return {row["width"]: means(row["ends"]) for row in rows}


def at(rates: Sequence[float], losses: Sequence[float], rate: float) -> float:
    """The loss at a rate between those that were tried, on a straight line."""
    return float(np.interp(math.log(rate), np.log(rates), losses))


def rates_line(table: Mapping[str, Any], way: str) -> str:
    """What the line says.

    Example:
      >>> ends = [[2.0, 1.0, 2.0]]
      >>> row = {"width": 16, "by_width": False, "ends": ends}
      >>> rates_line({"rates": [0.01, 0.1, 1.0], "ends": [row]}, list(WAYS)[0])
      'The rate is the same for all matrices. Best at width 16: 0.10.'
    """
    best = {w: best_rate(table["rates"], x) for w, x in lines_of(table, way).items()}
    told = ", ".join(f"width {w}: {_digits(rate)}" for w, rate in best.items())
    apart = max(best.values()) / min(best.values())
    rest = (
        f" The largest is {decimal(apart, 1)} times the smallest."
        if len(best) > 1
        else ""
    )
    return f"The rate is {way}. Best at {told}.{rest}"


def _digits(rate: float) -> str:
    """A rate with two digits.

    Example:
      >>> _digits(0.1), _digits(0.0567)
      ('0.10', '0.057')
    """
    return f"{float(f'{rate:.2g}'):.{max(2, 1 - math.floor(math.log10(rate)))}f}"


def best_rate_by_width(table: Mapping[str, Any]) -> kit.Embed:
    """The last loss by learning rate, a line a width; two ways to set the rate.

    Args:
      table: As ``rates_both_ways`` gives it: ``rates``, and ``ends``, each with
        ``width``, ``by_width`` and ``ends``, a row of losses for each seed.
    """
    group, box = kit.choice("The rate is", list(WAYS))
    group.orientation = "vertical"
    rates = list(table["rates"])
    x = np.log10(rates).tolist()
    drawn = {way: lines_of(table, way) for way in WAYS}
    every = [y for lines in drawn.values() for line in lines.values() for y in line]
    least = min(every)
    top = least + ABOVE
    widths = list(drawn[next(iter(WAYS))])
    colors = list(COLORS[: len(widths)])

    def columns(way: str) -> dict[str, Any]:
        return {"ys": [[min(y, top) for y in line] for line in drawn[way].values()]}

    def dots(way: str) -> dict[str, Any]:
        best = [best_rate(rates, line) for line in drawn[way].values()]
        losses = zip(drawn[way].values(), best, strict=True)
        return {
            "x": [math.log10(rate) for rate in best],
            "y": [at(rates, [min(y, top) for y in line], r) for line, r in losses],
            "said": [
                f"width {w}: best at {_digits(rate)}"
                for w, rate in zip(widths, best, strict=True)
            ],
        }

    source = parts.data([group], columns, xs=[x] * len(widths), color=colors)
    best: ColumnDataSource = parts.data([group], dots, color=colors)
    plot = kit.axes(
        x_range=Range1d(x[0] - 0.1, x[-1] + 0.1),
        y_range=Range1d(least - 0.1, top + 0.05),
        height=280,
        x_axis_label="learning rate",
        y_axis_label="last loss, nats a token",
    )
    plot.multi_line("xs", "ys", color="color", line_width=2.5, source=source)
    seen = plot.scatter("x", "y", color="color", size=11, source=best)
    plot.add_tools(HoverTool(renderers=[seen], tooltips=[("", "@said")]))
    plot.xaxis.ticker = FixedTicker(ticks=list(TICKS))
    plot.xaxis.major_label_overrides = dict(TICKS)
    line = parts.status([group], lambda way: rates_line(table, way))
    key = kit.legend(
        {f"width {w}": c for w, c in zip(widths, colors, strict=True)}
        | {"the best rate": kit.GREY},
        {"the best rate": "●"},
    )
    return kit.Embed(
        column(
            kit.beside([box, key], [plot], least=210, share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Losses by learning rate, a valley for each width; with one rate for all"
        " matrices, or with rates that μP scales.",
        status=line,
        table=[
            ("the rate is", "width", *(f"{rate:g}" for rate in rates)),
            *(
                (way, w, *("none" if math.isinf(y) else decimal(y) for y in line))
                for way, lines in drawn.items()
                for w, line in lines.items()
            ),
        ],
    )
