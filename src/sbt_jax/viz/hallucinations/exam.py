"""One exam, graded: what a wrong answer costs, and from which confidence on to speak.

Public names: :mod:`sbt_jax.viz.hallucinations`; ``exam.mjs`` is the browser half.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Slider, Span
from jaxtyping import Bool, Float

from sbt_jax.hallucinations import penalty_for, sit
from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit

THRESHOLDS = [i / 100 for i in range(101)]
COLORS = (kit.BLUE, kit.ORANGE)
Sheets = Mapping[
    str, tuple[Float[np.ndarray, " samples"], Bool[np.ndarray, " samples"]]
]


def marks(
    confidence: Float[np.ndarray, " samples"],
    right: Bool[np.ndarray, " samples"],
    penalty: float,
) -> list[float]:
    """The mean mark at every threshold; mirrored in ``exam.mjs``.

    Example:
      >>> found = marks(np.array([0.9, 0.4]), np.array([True, False]), 1.0)
      >>> found[0], found[50], found[100]
      (0.0, 0.5, 0.0)
    """
    return [sit(confidence, right, t, penalty).score for t in THRESHOLDS]


def exam_line(model: str, wanted: float, threshold: float, sheet: Any) -> str:
    """What the line says; mirrored in ``exam.mjs``.

    Args:
      model: Who sits the exam.
      wanted: The confidence that the penalty asks for.
      threshold: From which confidence on it speaks.
      sheet: Its confidences, and which answers are right.
    """
    cost = penalty_for(wanted)
    sure, right = sheet
    got = sit(sure, right, threshold, cost)
    curve = marks(sure, right, cost)
    best = int(np.argmax(curve))
    return (
        f"A wrong answer costs {decimal(cost, 1)}. {model[0].upper()}{model[1:]},"
        f" speaking from {percent(threshold)} on: {percent(got.right)} right,"
        f" {percent(got.wrong)} wrong, {percent(got.silent)} silent, mark"
        f" {decimal(got.score)}. Its best mark is {decimal(curve[best])}, from"
        f" {percent(THRESHOLDS[best])} on."
    )


def one_exam(sheets: Sheets, wanted: float = 0.75, threshold: float = 0.0) -> kit.Embed:
    """The mark of two models by the confidence from which on they speak.

    Args:
      sheets: For each model how sure each answer is, and whether it is right.
      wanted: The confidence that the penalty asks for, at first.
      threshold: From which confidence on they speak, at first.
    """
    models = list(sheets)
    who, who_box = kit.choice("Told in words", models)
    wide: Any = {"sizing_mode": "stretch_width"}
    ask = Slider(
        title="worth answering if surer than",
        start=0,
        end=0.95,
        step=0.05,
        value=wanted,
        format="0 %",
        **wide,
    )
    speak = Slider(
        title="the model speaks from",
        start=0,
        end=1,
        step=0.01,
        value=threshold,
        format="0 %",
        **wide,
    )
    cost = penalty_for(wanted)
    curves = {model: marks(*sheet, cost) for model, sheet in sheets.items()}
    line = kit.status(exam_line(models[0], wanted, threshold, sheets[models[0]]), 5)
    source = ColumnDataSource({"t": THRESHOLDS, **curves})
    at = {m: [sit(*sheet, threshold, cost).score] for m, sheet in sheets.items()}
    dots = ColumnDataSource({"t": [threshold], **at})
    plot = kit.axes(
        x_range=(0, 1.01),
        y_range=(-1.5, 1.0),
        x_axis_label="it speaks from this confidence on",
        y_axis_label="mean mark",
        height=330,
    )
    plot.add_layout(Span(location=0, dimension="width", line_color=kit.GREY))
    rule = Span(
        location=wanted, dimension="height", line_color=kit.GREY, line_dash="dashed"
    )
    plot.add_layout(rule)
    for model, color in zip(models, COLORS, strict=True):
        plot.line("t", model, color=color, line_width=3, source=source)
        plot.scatter("t", model, color=color, size=11, source=dots)
    shared = {
        "sheets": ColumnDataSource(
            {
                f"{model} {name}": np.asarray(values, np.float32)
                for model, sheet in sheets.items()
                for name, values in zip(("sure", "right"), sheet, strict=True)
            }
        ),
        "who": who,
        "ask": ask,
        "speak": speak,
        "line": line,
        "source": source,
        "dots": dots,
        "rule": rule,
    }
    look = kit.callback(__file__, **shared)
    who.js_on_change("active", look)
    for slider in (ask, speak):
        slider.js_on_change("value", look)
    legend = dict(zip(models, COLORS, strict=True)) | {"best if calibrated": kit.GREY}
    return kit.Embed(
        kit.beside(
            [ask, speak, who_box, line],
            [kit.legend(legend, {"best if calibrated": "╌╌"}), plot],
            share=0.4,
        ),
        alt="Two curves: the mean mark in an exam by the confidence from which on a"
        " model speaks. A dashed line marks what is best for a calibrated one.",
        status=line,
        table=[
            ("it speaks from", *models),
            *(
                (percent(THRESHOLDS[i]), *(decimal(curves[m][i]) for m in models))
                for i in (0, 25, 50, 75, 90, 100)
            ),
        ],
    )
