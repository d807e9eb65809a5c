"""How sure a model is, and how often it is right: averaged over whom?

Public names: :mod:`sbt_jax.viz.hallucinations`; ``reliability.mjs`` is the browser
half.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, Slider
from jaxtyping import Float, Int

from sbt_jax.hallucinations import calibration_error, reliability, with_temperature
from sbt_jax.numbers import count, decimal, percent
from sbt_jax.viz import kit

OVER = ("as stories tell", "every person alike", "those never told")
BINS = 10
COLORS = {"answers of like confidence": kit.BLUE, "sure and right alike": kit.GREY}


class Answers(NamedTuple):
    """Answers of some models to the same questions."""

    log_probs: Mapping[str, Float[np.ndarray, "samples classes"]]  # by model
    truth: Int[np.ndarray, " samples"]
    told: Int[np.ndarray, " samples"]  # how often stories told each


class Seen(NamedTuple):
    """What a setting of the figure shows."""

    confidence: list[float]
    right: list[float]
    size: list[float]
    number: list[int]
    error: float
    sure: float
    hit: float
    of: int


def weights_of(told: Int[np.ndarray, " samples"], over: str) -> np.ndarray:
    """How much each person counts; mirrored in ``reliability.mjs``.

    Example:
      >>> weights_of(np.array([3, 0]), "those never told").tolist()
      [0.0, 1.0]
    """
    told = np.asarray(told, float)
    if over == OVER[0]:
        return told
    return np.ones_like(told) if over == OVER[1] else (told == 0).astype(float)


def seen(answers: Answers, model: str, over: str, t: float, bins: int) -> Seen:
    """Bins, and how far they are from the line; mirrored in ``reliability.mjs``."""
    p = with_temperature(answers.log_probs[model], t)
    confidence, right = p.max(1), p.argmax(1) == answers.truth
    weights = weights_of(answers.told, over)
    found = reliability(confidence, right, bins, weights)
    share = weights / weights.sum()
    kept = weights > 0
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return Seen(
        found.confidence.tolist(),
        found.right.tolist(),
        (6 + 34 * np.sqrt(found.share)).tolist(),
        np.bincount(place[kept], minlength=bins)[np.unique(place[kept])].tolist(),
        calibration_error(confidence, right, bins, weights),
        float(share @ confidence),
        float(share @ right),
        int(kept.sum()),
    )


def reliability_line(model: str, over: str, t: float, bins: int, found: Seen) -> str:
    """What the line says; mirrored in ``reliability.mjs``."""
    return (
        f"{model[0].upper()}{model[1:]}, {over}, temperature {decimal(t, 1)}: sure"
        f" {percent(found.sure)}, right {percent(found.hit)}. Calibration error"
        f" {decimal(found.error, 3)} ({count(found.of)} answers, {bins} bins)."
    )


def sure_and_right(answers: Answers, at: tuple[str, str] | None = None) -> kit.Embed:
    """Confidence against the share that is right, with what changes it.

    Args:
      answers: Of the models, the first shown first.
      at: The model and whom to average over at first.
    """
    models = list(answers.log_probs)
    first = at or (models[0], OVER[2])
    who, who_box = kit.choice("Who answers", models)
    over, over_box = kit.choice("Averaged over", OVER)
    over_box.children[1].orientation = "vertical"
    who.active, over.active = models.index(first[0]), OVER.index(first[1])
    wide: Any = {"sizing_mode": "stretch_width"}
    t = Slider(title="temperature T", start=0.2, end=5, step=0.1, value=1, **wide)
    bins = Slider(title="bins", start=2, end=20, step=1, value=BINS, **wide)
    found = seen(answers, *first, 1.0, BINS)
    line = kit.status(reliability_line(*first, 1.0, BINS, found), lines=3)
    names = ("confidence", "right", "size", "number")
    source = ColumnDataSource({name: getattr(found, name) for name in names})
    plot = kit.axes(
        x_range=(0, 1),
        y_range=(-0.05, 1.05),
        x_axis_label="how sure it was",
        y_axis_label="share that was right",
        height=330,
    )
    plot.line([0, 1], [0, 1], color=kit.GREY, line_dash="dashed", line_width=2)
    plot.line("confidence", "right", color=kit.BLUE, line_width=2, source=source)
    dots = plot.scatter(
        "confidence",
        "right",
        size="size",
        color=kit.BLUE,
        fill_alpha=0.55,
        source=source,
    )
    tips = [
        ("sure", "@confidence{0 %}"),
        ("right", "@right{0 %}"),
        ("people", "@number"),
    ]
    plot.add_tools(HoverTool(renderers=[dots], tooltips=tips))
    flat = {
        model: np.asarray(rows, np.float32).ravel()
        for model, rows in answers.log_probs.items()
    }
    shared = {
        "rows": ColumnDataSource(flat),
        "people": ColumnDataSource(
            {"truth": np.asarray(answers.truth), "told": np.asarray(answers.told)}
        ),
        "who": who,
        "over": over,
        "t": t,
        "bins": bins,
        "line": line,
        "source": source,
    }
    look = kit.callback(__file__, **shared)
    for widget in (who, over):
        widget.js_on_change("active", look)
    for slider in (t, bins):
        slider.js_on_change("value", look)
    return kit.Embed(
        kit.beside(
            [who_box, over_box, t, bins],
            [kit.legend(COLORS, {"sure and right alike": "╌╌"}), plot, line],
        ),
        alt="Dots of answers by how sure the model was and how often it was right, and"
        " the line on which both are alike; buttons choose the model and whom to"
        " average over.",
        status=line,
        table=[
            ("sure", "right", "people"),
            *(
                (percent(a), percent(b), str(n))
                for a, b, n in zip(
                    found.confidence, found.right, found.number, strict=True
                )
            ),
        ],
    )
