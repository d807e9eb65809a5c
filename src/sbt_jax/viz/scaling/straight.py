"""Why a loss falls along a line: many facts, each learned at its own time.

Public names: :mod:`sbt_jax.viz.scaling`.
"""

from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import FixedTicker, Range1d

from sbt_jax.numbers import decimal
from sbt_jax.scaling import power_line, unmet, zipf
from sbt_jax.viz import kit, parts

COUNTS = ("3", "30", "300", "3,000", "30,000")
EXPONENTS = ("1.2", "1.5", "2.0")
RANKS = (1, 10, 100, 1000)  # of the facts that are drawn on their own
SIZES = np.geomspace(1, 1e6, 49)
LEAST = 1e-4
BETWEEN = (100.0, 10_000.0)  # where the slope is taken
TICKS = {0: "1", 2: "100", 4: "10k", 6: "1M"}


def _number(name: str) -> int:
    return int(name.replace(",", ""))


def _log(values: np.ndarray) -> list[float]:
    return np.log10(np.maximum(values, LEAST / 10)).round(4).tolist()


def columns(count: str, exponent: str) -> dict[str, Any]:
    """The curve of all facts, and those of some of them."""
    shares = zipf(_number(count), float(exponent))
    x = np.log10(SIZES).round(4).tolist()
    some = [rank for rank in RANKS if rank <= len(shares)]
    ys = [_log(unmet(shares, SIZES.tolist()))]
    for rank in some:
        p = shares[rank - 1]
        ys.append(_log(p * np.exp(SIZES * np.log1p(-p))))
    return {
        "xs": [x] * len(ys),
        "ys": ys,
        "color": [kit.BLUE] + [kit.GREY] * len(some),
        "width": [3.0] + [1.0] * len(some),
    }


def straight_line(count: str, exponent: str) -> str:
    """What the line says."""
    shares = zipf(_number(count), float(exponent))
    inside = SIZES[(BETWEEN[0] <= SIZES) & (BETWEEN[1] >= SIZES)].tolist()
    left = unmet(shares, inside)
    if left[-1] < LEAST:
        return (
            f"{count} facts: before {BETWEEN[1]:,.0f} are met, none is new any more."
            " The line is a cliff."
        )
    slope = decimal(-power_line(inside, left).slope)
    return (
        f"{count} facts, the one of rank r as common as 1/r to the power {exponent}:"
        f" between {BETWEEN[0]:,.0f} and {BETWEEN[1]:,.0f} met, the error falls as the"
        f" power {slope} of their number."
    )


def why_straight() -> kit.Embed:
    """How often a question is about a fact never met, by how many were met."""
    facts = parts.slider("number of facts", COUNTS, at=4)
    steep, box = kit.choice("How much rarer each next one is", EXPONENTS)
    steep.active = 1
    source = parts.data([facts, steep], columns)
    plot = kit.axes(
        x_range=Range1d(0, 6),
        y_range=Range1d(np.log10(LEAST), 0.1),
        height=280,
        x_axis_label="facts met",
        y_axis_label="asked and not known",
    )
    plot.multi_line("xs", "ys", color="color", line_width="width", source=source)
    plot.xaxis.ticker = FixedTicker(ticks=list(TICKS))
    plot.xaxis.major_label_overrides = dict(TICKS)
    plot.yaxis.ticker = FixedTicker(ticks=[-4, -3, -2, -1, 0])
    names = {-4: "0.01 %", -3: "0.1 %", -2: "1 %", -1: "10 %", 0: "100 %"}
    plot.yaxis.major_label_overrides = dict(names)
    line = parts.status([facts, steep], straight_line)
    key = kit.legend({"all facts": kit.BLUE, "one fact": kit.GREY})
    return kit.Embed(
        column(
            kit.beside([facts, box, key], [plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="The share of questions about facts that were never met, falling with their"
        " number; single facts fall as cliffs, all together along a line.",
        status=line,
        table=[
            ("facts", "exponent", "what the line does"),
            *(
                (n, s, straight_line(n, s))
                for n in COUNTS[:1] + COUNTS[-1:]
                for s in EXPONENTS
            ),
        ],
    )
