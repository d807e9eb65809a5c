"""Two scores on one test: is one better? Live.

Public names: :mod:`sbt_jax.viz.evaluation`; ``better.mjs`` is the browser half.
"""

import math

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, Range1d, Slider, Span

from sbt_jax import evaluation
from sbt_jax.evaluation.errors import WIDE
from sbt_jax.numbers import count, decimal, percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.evaluation.doubt import whisker

SIZES = (50, 100, 200, 500, 1_000, 2_000, 5_000, 14_042)
#: How alike two models are in what they get right: other questions, or the same.
KINDS = {"other questions each": 0.0, "the same questions": 0.7}
NAMES = ("A", "B")
FIRST = (73, 70, 1_000)  # percent right of A and of B, questions


def bars(
    one: float, other: float, questions: int, correlation: float
) -> dict[str, list[float]]:
    """Two scores and their difference, and how far each may be off.

    Mirrored in ``better.mjs``.

    Example:
      >>> [round(x, 2) for x in bars(0.5, 0.5, 100, 0.0)["high"]]
      [0.6, 0.6, 0.14]
    """
    errors = [math.sqrt(p * (1 - p) / questions) for p in (one, other)]
    errors.append(evaluation.difference_error(one, other, questions, correlation))
    middle = [one, other, one - other]
    return {
        "middle": middle,
        "low": [m - WIDE * e for m, e in zip(middle, errors, strict=True)],
        "high": [m + WIDE * e for m, e in zip(middle, errors, strict=True)],
    }


def better_line(one: float, other: float, questions: int, correlation: float) -> str:
    """What the line says; mirrored in ``better.mjs``.

    Example:
      >>> better_line(0.8, 0.7, 1000, 0.0)[:46]
      'A leads by 10.0 points, give or take 3.8: more'
    """
    found = bars(one, other, questions, correlation)
    low, high = found["low"][2], found["high"][2]
    sure = "more" if low > 0 or high < 0 else "no more"
    turned = evaluation.wrong_order(one, other, questions, correlation)
    return (
        f"A leads by {decimal(100 * (one - other), 1)} points, give or take"
        f" {decimal(50 * (high - low), 1)}: {sure} than chance explains. If these were"
        " the true shares, another set of questions would still put the worse one first"
        f" in {'under 1 %' if turned < 0.01 else percent(turned)} of all tests."
    )


def is_it_better() -> kit.Embed:
    """Two scores with their error bars, and the difference with its own; live."""
    group, pick = kit.choice("Both were asked", list(KINDS))
    one, other = (
        Slider(
            title=f"right of {name}, %",
            value=value,
            start=1,
            end=99,
            step=1,
            sizing_mode="stretch_width",
        )
        for name, value in zip(NAMES, FIRST, strict=False)
    )
    questions = parts.slider(
        "questions", [count(n) for n in SIZES], at=SIZES.index(FIRST[2])
    )
    first = FIRST[0] / 100, FIRST[1] / 100, FIRST[2], 0.0
    found = {key: [100 * x for x in row] for key, row in bars(*first).items()}
    alone = ColumnDataSource(
        {"name": list(NAMES)} | {key: row[:2] for key, row in found.items()}
    )
    gap = ColumnDataSource(
        {"name": ["A − B"]} | {key: row[2:] for key, row in found.items()}
    )
    left = kit.axes(
        y_range=FactorRange(*reversed(NAMES)),
        x_range=Range1d(0, 100),
        height=130,
        x_axis_label="right, %",
    )
    right = kit.axes(
        y_range=FactorRange("A − B"),
        x_range=Range1d(-25, 25),
        height=105,
        x_axis_label="difference in points",
    )
    for plot, source, color in ((left, alone, kit.BLUE), (right, gap, kit.ORANGE)):
        plot.add_layout(whisker(source, color))
        plot.scatter("middle", "name", size=12, color=color, source=source)
        plot.ygrid.visible = False
    right.add_layout(
        Span(location=0, dimension="height", line_color=kit.GREY, line_dash="dashed")
    )
    line = kit.status(better_line(*first), lines=4)
    update = kit.callback(
        __file__,
        one=one,
        other=other,
        questions=questions,
        group=group,
        paired=list(KINDS.values()),
        alone=alone,
        gap=gap,
        line=line,
    )
    for widget in (one, other, questions):
        widget.js_on_change("value", update)
    group.js_on_change("active", update)
    return kit.Embed(
        column(
            kit.beside([pick, one, other, questions], [left, right], share=0.42),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Two scores with error bars, and below them their difference with its own"
        " bar beside a line at zero.",
        status=line,
        table=[
            ("score", "from", "to"),
            *(
                (name, decimal(low, 1), decimal(high, 1))
                for name, low, high in zip(
                    (*NAMES, "A − B"), found["low"], found["high"], strict=True
                )
            ),
        ],
    )
