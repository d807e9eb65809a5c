"""What was measured: scorings of one quiz, a leaked test, and a table of axes.

Public names: :mod:`sbt_jax.viz.evaluation`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, Range1d, Span
from bokeh.palettes import Blues9

from sbt_jax import evaluation
from sbt_jax.evaluation import crowd
from sbt_jax.evaluation.errors import WIDE
from sbt_jax.numbers import Number, percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.evaluation.doubt import whisker

#: The ways of scoring, by what their buttons say.
WAYS = {
    "picks a label": "label",
    "likeliest answer": "sum",
    "writes": "written",
}


def scoring_line(way: str, right: Mapping[str, float]) -> str:
    """What the line says of one way of scoring.

    Example:
      >>> scoring_line("writes", {"raw": 0.0, "DPO": 0.5, "RLHF": 0.5})
      'Scored by “writes”: DPO and RLHF lead with 50 %, raw is last with 0 %.'
    """
    shown = {name: percent(share) for name, share in right.items()}
    best = percent(max(right.values()))
    leaders = [name for name, said in shown.items() if said == best]
    last = min(right, key=lambda name: right[name])
    told = f"{', '.join(leaders[:-1])} and {leaders[-1]}" if leaders[1:] else leaders[0]
    verb = "lead" if leaders[1:] else "leads"
    return (
        f"Scored by “{way}”: {told} {verb} with {best}, {last} is last with"
        f" {shown[last]}."
    )


def one_quiz_scored(table: Mapping[str, Any]) -> kit.Embed:
    """How many questions of one quiz are right, by contestant and way of scoring.

    Args:
      table: By contestant ``marks``: for each way a 0 or 1 a question.
    """
    names = crowd.contestants(table)
    group, pick = kit.choice("How is it scored?", list(WAYS))
    group.active = 1  # the one that looks best

    def shares(way: str) -> dict[str, float]:
        marks = {name: table[name]["marks"][WAYS[way]] for name in names}
        return {name: float(np.mean(x)) for name, x in marks.items()}

    def bars(way: str) -> dict[str, Any]:
        marks = [table[name]["marks"][WAYS[way]] for name in names]
        right = [100 * float(np.mean(x)) for x in marks]
        wide = [100 * WIDE * evaluation.standard_error(x) for x in marks]
        return {
            "right": right,
            "low": [max(r - w, 0.0) for r, w in zip(right, wide, strict=True)],
            "high": [min(r + w, 100.0) for r, w in zip(right, wide, strict=True)],
        }

    source = parts.data([group], bars, name=names)
    plot = kit.axes(
        y_range=FactorRange(*reversed(names)),
        x_range=Range1d(0, 104),
        height=250,
        x_axis_label="right, %",
    )
    plot.hbar("name", right="right", height=0.7, color=kit.BLUE, source=source)
    plot.add_layout(whisker(source, kit.ORANGE))
    plot.add_layout(_guess(25))
    line = parts.status([group], lambda way: scoring_line(way, shares(way)))
    key = kit.legend(
        {"right": kit.BLUE, "may be off by": kit.ORANGE, "a guess": kit.PURPLE},
        {"a guess": "╌╌"},
    )
    return kit.Embed(
        column(pick, key, plot, line, sizing_mode="stretch_width"),
        alt="A bar for each of six contestants: how many questions of one quiz it gets"
        " right, scored in the way that the reader chooses.",
        status=line,
        table=[
            ("contestant", *WAYS),
            *((name, *(percent(shares(way)[name]) for way in WAYS)) for name in names),
        ],
    )


def _guess(share: Number) -> Span:
    """Where who guesses would be."""
    return Span(
        location=share,
        dimension="height",
        line_color=kit.PURPLE,
        line_dash="dashed",
        line_width=2,
    )


def leak_line(leak: str, found: Mapping[str, float]) -> str:
    """What the line says of one leak.

    Example:
      >>> leak_line("none", {"test": 0.1, "twin": 0.1, "overlap": 0.0})[:57]
      'Leaked: none. The test says 10 %, its fresh twin 10 %. Of'
    """
    return (
        f"Leaked: {leak}. The test says {percent(found['test'])}, its fresh twin"
        f" {percent(found['twin'])}. Of the test's questions"
        f" {percent(found['overlap'])} are found word for word in the training text."
    )


def leaked_test(table: Mapping[str, Mapping[str, Any]]) -> kit.Embed:
    """Scores on a test and on its fresh twin, by how much of the test leaked.

    Args:
      table: By what leaked, shares ``test``, ``twin`` and ``overlap``, and from where
        to where ``test`` and ``twin`` may lie.
    """
    names = list(table)
    slider = parts.slider("how much of the test leaked", names, at=-2)
    kinds = ("the test", "its fresh twin", "found by overlap")
    plot = kit.axes(
        y_range=FactorRange(*reversed(kinds)),
        x_range=Range1d(0, 104),
        height=190,
        x_axis_label="%",
    )
    source = parts.data(
        [slider],
        lambda name: {
            "share": [100 * table[name][k] for k in ("test", "twin", "overlap")]
        },
        name=list(kinds),
        color=[kit.BLUE, kit.GREEN, kit.GREY],
    )
    plot.hbar("name", right="share", height=0.6, color="color", source=source)
    plot.add_layout(_guess(100 / 12))
    line = parts.status([slider], lambda name: leak_line(name, table[name]))
    key = kit.legend(
        {"a guess, one of twelve": kit.PURPLE}, {"a guess, one of twelve": "╌╌"}
    )
    return kit.Embed(
        column(slider, key, plot, line, sizing_mode="stretch_width"),
        alt="Three bars: how much of a test is right, of a twin of it that nobody has"
        " seen, and how much of the test is found in the training text.",
        status=line,
        table=[
            ("leaked", "test", "twin", "overlap"),
            *(
                (name, *(percent(row[k]) for k in ("test", "twin", "overlap")))
                for name, row in table.items()
            ),
        ],
    )


def axes_line(axis: str, order: Sequence[str], others: int) -> str:
    """What the line says of one order.

    Example:
      >>> axes_line("true", ["DPO", "raw"], 0)
      'Sorted by “true”: DPO is first and raw last. It leads on all axes.'
    """
    many = "1 other axis" if others == 1 else f"{others} other axes"
    rest = "It leads on all axes"
    if others:
        rest = f"On {many} the first place goes to another"
    return f"Sorted by “{axis}”: {order[0]} is first and {order[-1]} last. {rest}."


def table_of_axes(rows: Mapping[str, Mapping[str, float]]) -> kit.Embed:
    """Contestants against axes, as a table that is sorted by the axis one chooses.

    Args:
      rows: By contestant, a share of 1 for each axis.
    """
    names, kinds = crowd.contestants(rows), list(next(iter(rows.values())))
    group, pick = kit.choice("Sort by", kinds)

    def order(axis: str) -> list[str]:
        return sorted(names, key=lambda name: -rows[name][axis])

    found = [(k, name, rows[name][k]) for name in names for k in kinds]
    source = ColumnDataSource(
        {
            "axis": [k for k, _, _ in found],
            "name": [n for _, n, _ in found],
            "color": [_shade(v) for _, _, v in found],
            "ink": [kit.ink(_shade(v)) for _, _, v in found],
            "said": [percent(v) for _, _, v in found],
        }
    )
    ranks = FactorRange(*reversed(order(kinds[0])))
    parts.follow(
        [group], (ranks, lambda axis: {"factors": list(reversed(order(axis)))})
    )
    plot = kit.axes(
        x_range=FactorRange(*kinds),
        y_range=ranks,
        height=40 * len(names) + 70,
        x_axis_location="above",
    )
    plot.ygrid.visible = plot.xgrid.visible = False
    plot.xaxis.major_label_orientation = 0.7
    plot.min_border_right = 22
    plot.rect("axis", "name", width=0.94, height=0.9, color="color", source=source)
    plot.text(
        "axis",
        "name",
        text="said",
        text_color="ink",
        text_align="center",
        text_baseline="middle",
        text_font_size="13px",
        source=source,
    )
    line = parts.status(
        [group],
        lambda axis: axes_line(
            axis, order(axis), sum(order(k)[0] != order(axis)[0] for k in kinds)
        ),
    )
    return kit.Embed(
        column(pick, plot, line, sizing_mode="stretch_width"),
        alt="A table of six contestants and several axes, with a share in each cell;"
        " the rows are sorted by the axis that is chosen.",
        status=line,
        table=[
            ("who", *kinds),
            *(
                (name, *(percent(rows[name][k]) for k in kinds))
                for name in order(kinds[0])
            ),
        ],
    )


def _shade(share: float) -> str:
    """The colour of a cell, as Bokeh maps it."""
    shades = list(reversed(Blues9[:-1]))
    return shades[min(int(share * len(shades)), len(shades) - 1)]
