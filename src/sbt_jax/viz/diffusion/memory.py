"""When a network copies: how far its pictures are from what it was taught, by step.

Public names: :mod:`sbt_jax.viz.diffusion`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import Range1d

from sbt_jax.numbers import decimal
from sbt_jax.viz import kit, parts

COLORS = (kit.ORANGE, kit.BLUE)


def memory_line(step: str, far: Mapping[str, float], fresh: Mapping[str, float]) -> str:
    """What the line says of a step.

    Example:
      >>> memory_line("250", {"100": 0.4}, {"100": 0.45})[-37:]
      'taught 100: 0.40 (fresh digits 0.45).'
    """
    told = "; ".join(
        f"taught {known}: {decimal(x)} (fresh digits {decimal(fresh[known])})"
        for known, x in far.items()
    )
    return (
        f"After {step} steps, distance to the nearest digit that was taught – {told}."
    )


def when_it_copies(table: Mapping[str, Mapping[str, Any]]) -> kit.Embed:
    """A slider for the step, and the distance to the nearest known picture.

    Args:
      table: By how many pictures were taught: ``steps``, each with ``far``, a number a
        seed; and ``fresh``, the distance of digits that were not taught.
    """
    steps = sorted(next(iter(table.values()))["steps"], key=int)
    slider = parts.slider("steps of training", steps)
    far = {
        known: [float(np.mean(found["steps"][s]["far"])) for s in steps]
        for known, found in table.items()
    }
    fresh = {known: found["fresh"] for known, found in table.items()}
    top = 1.15 * max(max(rows) for rows in far.values())
    plot = kit.axes(
        x_range=Range1d(0, 1.04 * int(steps[-1])),
        y_range=Range1d(0, top),
        height=230,
        x_axis_label="steps of training",
        y_axis_label="distance",
    )
    colors = dict(zip(table, COLORS, strict=False))
    at = [int(s) for s in steps]
    for known, color in colors.items():
        plot.line(at, far[known], color=color, line_width=2.5)
        plot.scatter(at, far[known], color=color, size=7)
        plot.add_layout(parts.mark(fresh[known], color, across=True))
    here = parts.mark(at[-1], kit.GREY)
    parts.follow([slider], (here, lambda name: {"location": int(name)}))
    plot.add_layout(here)

    def told(name: str) -> str:
        i = steps.index(name)
        return memory_line(name, {known: rows[i] for known, rows in far.items()}, fresh)

    line = parts.status([slider], told)
    line.styles = {**line.styles, "min-height": "6em"}
    key = kit.legend(
        {f"taught {known} digits": color for known, color in colors.items()}
        | {"fresh digits": kit.GREY},
        signs={"fresh digits": "╌╌"},
    )
    return kit.Embed(
        column(
            kit.beside([slider, key, line], [plot], share=0.38),
            sizing_mode="stretch_width",
        ),
        alt="Two lines over the steps of training: how far drawn digits are from the"
        " nearest one that was taught, of few and of many; dashed, how far fresh digits"
        " are.",
        status=line,
        table=[
            ("steps", *(f"taught {known}" for known in table)),
            *((s, *(decimal(far[k][i]) for k in table)) for i, s in enumerate(steps)),
            ("fresh digits", *(decimal(fresh[k]) for k in table)),
        ],
    )
