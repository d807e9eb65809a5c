"""What each question met at a simulated server: as lanes, as bars, and in words.

Public names: :mod:`sbt_jax.viz.inference`; ``serving.mjs`` mirrors what is said so.
"""

import itertools
from collections.abc import Sequence
from statistics import median

from bokeh.core.properties import value as fixed
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FixedTicker, LayoutDOM, Range1d

from sbt_jax.inference import Ask, Served, gaps
from sbt_jax.numbers import Number, count, decimal
from sbt_jax.viz import kit

COLORS = {"waiting": kit.GREY, "reading": kit.ORANGE, "writing": kit.BLUE}
WAITS = {"first tokens": kit.ORANGE, "gaps between tokens": kit.BLUE}
EDGES = [round(10 ** (k / 6), 6) for k in range(-3, 28)]  # milliseconds, of bars


def lanes(
    asks: Sequence[Ask], served: Sequence[Served], stall: float
) -> dict[str, list[object]]:
    """A bar for each thing that a question does, one lane each; mirrored.

    Writing has a hole wherever no token comes for longer than ``stall`` seconds.
    """
    found: list[tuple[int, float, float, str]] = []
    for row, (ask, one) in enumerate(zip(asks, served, strict=True)):
        found.append((row, ask.at, one.start, "waiting"))
        found.append((row, one.start, one.tokens[0], "reading"))
        begin = one.tokens[0]
        for before, after in zip(one.tokens, one.tokens[1:], strict=False):
            if after - before > stall:
                found.append((row, begin, before, "writing"))
                begin = after
        found.append((row, begin, one.tokens[-1], "writing"))
    found = [bar for bar in found if bar[2] > bar[1]]
    return {
        "row": [row for row, *_ in found],
        "left": [left for _, left, _, _ in found],
        "right": [right for *_, right, _ in found],
        "color": [COLORS[kind] for *_, kind in found],
    }


def served_line(asks: Sequence[Ask], served: Sequence[Served]) -> str:
    """What the line says; mirrored.

    Example:
      >>> served_line([Ask(0.0, 9, 3)], [Served(0.0, (1.0, 1.5, 2.5))])
      ... # doctest: +ELLIPSIS
      'First token after 1,000 ms (median), 1,000 ms at worst. Between two tokens...
    """
    first = sorted(o.tokens[0] - a.at for a, o in zip(asks, served, strict=True))
    between = sorted(gap for one in served for gap in gaps(one)) or [0.0]
    last = max(one.tokens[-1] for one in served)

    def ms(seconds: float) -> str:
        spent = 1000 * seconds
        return f"{count(spent) if spent >= 10 else decimal(spent, 1)} ms"

    return (
        f"First token after {ms(median(first))} (median),"
        f" {ms(first[-1])} at worst. Between two tokens"
        f" {ms(median(between))} (median), {ms(between[-1])} at worst."
        f" All is answered after {decimal(last, 1 if last >= 10 else 2)} s."
    )


def waits(asks: Sequence[Ask], served: Sequence[Served]) -> dict[str, list[float]]:
    """How many first tokens and gaps are how long: shares in per cent; mirrored.

    What is shorter or longer than all bars counts in the nearest one.
    """
    first = [one.tokens[0] - ask.at for ask, one in zip(asks, served, strict=True)]
    between = [gap for one in served for gap in gaps(one)]

    def shares(values: Sequence[float]) -> list[float]:
        found = [0.0] * (len(EDGES) - 1)
        for seconds in values:
            at = sum(1000 * seconds >= edge for edge in EDGES) - 1
            found[min(max(at, 0), len(found) - 1)] += 100 / len(values)
        return found

    return {
        "left": EDGES[:-1],
        "middle": [(a * b) ** 0.5 for a, b in itertools.pairwise(EDGES)],
        "right": EDGES[1:],
        "first": shares(first),
        "gap": shares(between),
    }


def lanes_plot(source: ColumnDataSource, rows: int, last: Number) -> LayoutDOM:
    plot = kit.axes(
        x_range=Range1d(0, 1.02 * last),
        y_range=Range1d(rows - 0.4, -0.6),
        x_axis_label="seconds",
        y_axis_label="questions, as they come",
        height=320,
    )
    plot.yaxis.major_label_text_font_size = "0pt"
    plot.yaxis.major_tick_line_color = None
    plot.hbar(
        "row", left="left", right="right", height=0.62, color="color", source=source
    )
    return column(kit.legend(COLORS), plot, sizing_mode="stretch_width")


def waits_plot(source: ColumnDataSource) -> LayoutDOM:
    plot = kit.axes(
        x_axis_type="log",
        x_range=Range1d(EDGES[0], EDGES[-1]),
        y_range=Range1d(0, 100),
        x_axis_label="milliseconds",
        y_axis_label="% of them",
        height=320,
    )
    plot.xaxis.ticker = FixedTicker(ticks=[1, 10, 100, 1000, 10_000])
    plot.xaxis.major_label_overrides = {
        1: "1",
        10: "10",
        100: "100",
        1000: "1,000",
        10_000: "10,000",
    }
    for name, left, right, color in (
        ("gap", "left", "middle", kit.BLUE),
        ("first", "middle", "right", kit.ORANGE),
    ):
        plot.quad(
            left=left,
            right=right,
            bottom=fixed(0),
            top=name,
            color=color,
            line_color=None,
            source=source,
        )
    return column(kit.legend(WAITS), plot, sizing_mode="stretch_width")
