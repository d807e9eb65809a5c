"""The same models by several measures: which of them jump.

Public names: :mod:`sbt_jax.viz.scaling`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool, Range1d

from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.scaling.words import power

#: What is measured of each model, by what a reader chooses.
MEASURES = {
    "whole stories right": "stories",
    "words right": "words",
    "loss above the floor": "gap",
    "loss at names said before": "names",
}


def shown(model: Mapping[str, Any], measure: str) -> str:
    """One model's number in words."""
    value = model[MEASURES[measure]]
    if MEASURES[measure] in ("gap", "names"):
        return f"{decimal(value)} nats"
    return percent(value, 1)


def measure_line(models: Sequence[Mapping[str, Any]], measure: str) -> str:
    """What the line says.

    Example:
      >>> models = [{"flops": 1e10, "words": 0.9}, {"flops": 1e12, "words": 0.99}]
      >>> measure_line(models, "words right")
      'Words right, from the least compute to the most: 90.0 %, 99.0 %.'
    """
    told = ", ".join(shown(model, measure) for model in models)
    name = measure[0].upper() + measure[1:]
    return f"{name}, from the least compute to the most: {told}."


def same_models(models: Sequence[Mapping[str, Any]]) -> kit.Embed:
    """One plot, and a choice of what is measured.

    Args:
      models: From the least compute to the most: ``flops``, ``gap``, ``names``, and
        the shares ``words`` and ``stories``.
    """
    group, box = kit.choice("Measure", list(MEASURES))
    group.orientation = "vertical"
    x = [float(np.log10(model["flops"])) for model in models]

    def columns(measure: str) -> dict[str, Any]:
        return {
            "y": [float(model[MEASURES[measure]]) for model in models],
            "said": [shown(model, measure) for model in models],
        }

    source: ColumnDataSource = parts.data([group], columns, x=x)
    most = {n: max(float(model[n]) for model in models) for n in ("gap", "names")}
    plot = kit.axes(
        x_range=Range1d(x[0] - 0.3, x[-1] + 0.3),
        y_range=Range1d(-0.04, 1.06),
        height=260,
        x_axis_label="compute of training, FLOPs",
    )
    ends = {name: (0.0, 1.1 * top) for name, top in most.items()}
    ends["words"] = (0.86, 1.01)
    parts.follow(
        [group],
        (
            plot.y_range,
            lambda measure: dict(
                zip(
                    ("start", "end"),
                    ends.get(MEASURES[measure], (-0.04, 1.06)),
                    strict=True,
                )
            ),
        ),
    )
    plot.line("x", "y", color=kit.BLUE, line_width=2.5, source=source)
    seen = plot.scatter("x", "y", color=kit.BLUE, size=9, source=source)
    plot.add_tools(HoverTool(renderers=[seen], tooltips=[("", "@said")]))
    plot.xaxis.ticker = FixedTicker(ticks=[11, 12, 13, 14])
    plot.xaxis.major_label_overrides = {11: "10¹¹", 12: "10¹²", 13: "10¹³", 14: "10¹⁴"}
    line = parts.status([group], lambda measure: measure_line(models, measure))
    return kit.Embed(
        column(
            kit.beside([box], [plot], share=0.32),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Models of this book by their compute of training: by one measure they"
        " jump, by another they climb evenly.",
        status=line,
        table=[
            ("compute", *MEASURES),
            *(
                (power(model["flops"]), *(shown(model, name) for name in MEASURES))
                for model in models
            ),
        ],
    )
