"""Why attention scores are divided by √d.

Public names: :mod:`sbt_jax.viz.attention`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column

from sbt_jax.viz import kit, parts

MEASURES = ("variance of the scores", "entropy of the weights", "gradient")


def divide_line(
    measure: str, sizes: Sequence[int], means: Sequence[Sequence[float]]
) -> str:
    """What the line says of one measurement."""
    plain, divided = (", ".join(f"{x:.2f}" for x in part) for part in means)
    return (
        f"{measure[0].upper()}{measure[1:]} at d = {', '.join(map(str, sizes))} (means"
        f" of the seeds): undivided {plain}; divided by √d {divided}."
    )


def why_divide(
    sizes: Sequence[int], studies: Mapping[bool, Sequence[Sequence[Any]]]
) -> kit.Embed:
    """Variance, entropy and gradient against the size of a head.

    Args:
      sizes: Sizes of a head.
      studies: By whether scores are divided, for each seed a
        :class:`sbt_jax.attention.ScoreStudy` for each size.
    """
    curves = {
        name: {
            "value": [
                [float(study[i]) for study in run]
                for divided in (False, True)
                for run in studies[divided]
            ]
        }
        for i, name in enumerate(MEASURES)
    }
    colors = [kit.ORANGE] * len(studies[False]) + [kit.BLUE] * len(studies[True])
    measure, measure_box = kit.choice("Measured", MEASURES)
    source = parts.data(
        [measure],
        lambda name: curves[name],
        size=[list(sizes)] * len(colors),
        color=colors,
    )
    plot = kit.axes(
        x_axis_type="log",
        x_axis_label="size of a head, d",
        y_axis_label=MEASURES[0],
        y_axis_type="log",
        height=260,
    )
    plot.xaxis.ticker = list(sizes)
    plot.multi_line(
        "size", "value", color="color", line_width=2, alpha=0.8, source=source
    )
    means = {name: _means(curves[name]["value"]) for name in MEASURES}
    line = parts.status([measure], lambda name: divide_line(name, sizes, means[name]))
    parts.follow([measure], (plot.yaxis[0], lambda name: {"axis_label": name}))
    key = kit.legend({"q · k": kit.ORANGE, "q · k / √d": kit.BLUE})
    return kit.Embed(
        column(measure_box, key, plot, line, sizing_mode="stretch_width"),
        alt="Curves of a measurement of random attention scores against the size of a"
        " head, with and without the division by its root.",
        status=line,
        table=[
            (f"measured at {sizes[-1]}", "undivided", "divided"),
            *(
                (name, *(f"{part[-1]:.2f}" for part in means[name]))
                for name in MEASURES
            ),
        ],
    )


def _means(values: Sequence[Sequence[float]]) -> list[list[float]]:
    """Means over the seeds at each size: undivided, divided."""
    half = len(values) // 2
    return [np.mean(part, axis=0).tolist() for part in (values[:half], values[half:])]
