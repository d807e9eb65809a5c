"""Many steps: measured success beside what single steps would give.

Public names: :mod:`sbt_jax.viz.agents`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Range1d

from sbt_jax.agents import all_right
from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

COLORS = {"measured": kit.BLUE, "steps multiplied": kit.ORANGE}
WAYS = {
    "stops at an error": "It stops at the first error",
    "reads the error": "It reads the error and tries again",
    "and is checked": "It tries again, and is checked",
}


def expected(turn: float, fails: float, most: int) -> list[float]:
    """The chance that all steps of a task go well, by its look-ups.

    Every look-up is a turn of the model and a tool that may fail; the answer is one
    more turn.

    Args:
      turn: The chance that a turn of the model is right.
      fails: The chance that a tool fails.
      most: Look-ups.

    Example:
      >>> [round(p, 3) for p in expected(0.99, 0.1, 2)]
      [0.882, 0.786]
    """
    return [
        all_right(turn, n + 1) * all_right(1 - fails, n) for n in range(1, most + 1)
    ]


def compound_line(fails: float, way: str, right: Sequence[float], alone: float) -> str:
    """What the line says of a choice.

    Example:
      >>> compound_line(0.2, "reads the error", [0.9, 0.8], 0.5)[:31]
      'A tool fails in 20 % of calls. '
    """
    broken = (
        f"A tool fails in {percent(fails)} of calls." if fails else "No tool fails."
    )
    most = len(right)
    said = (
        f"{broken} With {most} look-ups {percent(right[-1])} of tasks come out right;"
        f" steps multiplied give {percent(alone)}."
    )
    return (
        said
        if way == "stops at an error" or not fails
        else (f"{said} What is above that was repaired.")
    )


def errors_compound(table: Mapping[str, Any]) -> kit.Embed:
    """Right tasks by look-ups, by failures of tools and by what is done about them.

    Args:
      table: ``turn``, how often a turn is right; ``trained``, the most look-ups that
        training had; ``right``, by share of failures and way the share of right
        tasks for each number of look-ups.
    """
    shares = sorted(table["right"], key=float)
    names = {percent(float(share)): share for share in shares}
    first = list(names)[min(2, len(names) - 1)]
    slider = parts.slider("a tool fails in", list(names), at=list(names).index(first))
    ways, pick = kit.choice("And then", list(WAYS.values()))
    pick.children[1].orientation = "vertical"
    keys = {label: way for way, label in WAYS.items()}
    most = table["trained"]
    steps = list(range(1, most + 1))

    def of(fails: str, way: str) -> Sequence[float]:
        return table["right"][names[fails]][keys[way]][:most]

    plot = kit.axes(
        x_range=Range1d(0.7, most + 0.3),
        y_range=Range1d(0, 1.04),
        height=260,
        x_axis_label="look-ups that a task needs",
        y_axis_label="tasks that come out right",
    )
    plot.xaxis.ticker = steps
    real = parts.data([slider, ways], lambda f, w: {"y": list(of(f, w))}, x=steps)
    plot.line("x", "y", color=kit.BLUE, line_width=3, source=real)
    plot.scatter("x", "y", color=kit.BLUE, size=9, source=real)
    alone = parts.data(
        [slider],
        lambda f: {"y": expected(table["turn"], float(names[f]), most)},
        x=steps,
    )
    plot.line(
        "x", "y", color=kit.ORANGE, line_width=3, line_dash="dashed", source=alone
    )
    line = parts.status(
        [slider, ways],
        lambda f, w: compound_line(
            float(names[f]),
            keys[w],
            of(f, w),
            expected(table["turn"], float(names[f]), most)[-1],
        ),
    )
    key = kit.legend(COLORS, {"steps multiplied": "╌╌"})
    return kit.Embed(
        column(
            kit.beside([slider, pick, line], [key, plot], share=0.38),
            sizing_mode="stretch_width",
        ),
        alt="The share of tasks that come out right, by the number of look-ups:"
        " measured, and as the product of single steps.",
        status=line,
        table=[
            ("look-ups", *WAYS.values()),
            *(
                (n, *(percent(of(first, label)[i]) for label in WAYS.values()))
                for i, n in enumerate(steps)
            ),
        ],
    )
