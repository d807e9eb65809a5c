"""The measurements of chapter 1 as figures: gaps, probabilities, a hidden state.

Public names: :mod:`sbt_jax.viz.foundations`; ``foundations/measures.mjs`` is the
browser half.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    CategoricalSlider,
    CDSView,
    ColumnDataSource,
    FactorRange,
    HoverTool,
    IndexFilter,
    Select,
    Span,
)
from jaxtyping import Float

from sbt_jax.viz import kit

UNITS = ("nats a word", "bits a word", "choices a word")
LEAST = 1e-4  # the edge of the scatter; what is less probable is drawn there


def in_unit(nats: float, unit: int) -> float:
    """Nats a word as nats, as bits, or as a perplexity; mirrored in the browser."""
    return (nats, nats / math.log(2), math.exp(nats))[unit]


def gap_line(
    name: str, nats: float, best: str, least: float, floor: float, unit: int
) -> str:
    """What the line says about two models; mirrored in the browser."""
    counted, model, truth = (in_unit(x, unit) for x in (nats, least, floor))
    return (
        f"The best of the counted models, {name}, needs {counted:.2f} {UNITS[unit]},"
        f" {best} {model:.3f}. No model can do with less than {truth:.3f}."
    )


def gap_to_the_floor(
    ngrams: Mapping[str, Sequence[float]],
    models: Mapping[str, float],
    floor: float,
) -> kit.Embed:
    """Cross-entropy of counted models and of the two transformers, over the floor.

    Args:
      ngrams: By the number of stories counted, nats a word of n = 1, 2, ….
      models: Nats a word of each transformer, the best last.
      floor: The entropy of the world, in nats a word.
    """
    sizes = list(ngrams)
    names = [f"{n}-gram" for n in range(1, len(ngrams[sizes[-1]]) + 1)] + list(models)
    values = [*ngrams[sizes[-1]], *models.values()]
    colors = [kit.GREEN] * (len(values) - len(models)) + [kit.ORANGE] * len(models)
    source = ColumnDataSource({"name": names, "value": values, "color": colors})
    plot = kit.axes(
        y_range=FactorRange(factors=names[::-1]), x_axis_label=UNITS[0], height=270
    )
    plot.x_range.start = 0
    plot.hbar("name", right="value", height=0.65, color="color", source=source)
    mark = Span(
        location=floor,
        dimension="height",
        line_color=kit.BLUE,
        line_width=3,
        line_dash="dashed",
    )
    plot.add_layout(mark)
    unit, unit_box = kit.choice("Measured in", UNITS)
    slider = CategoricalSlider(
        title="stories counted",
        categories=sizes,
        value=sizes[-1],
        sizing_mode="stretch_width",
    )
    best = min(range(len(ngrams[sizes[-1]])), key=ngrams[sizes[-1]].__getitem__)
    last = list(models)[-1]
    line = kit.status(gap_line(names[best], values[best], last, models[last], floor, 0))
    update = kit.callback(
        __file__,
        figure="floor",
        ngrams={k: list(v) for k, v in ngrams.items()},
        models=dict(models),
        floor=floor,
        source=source,
        mark=mark,
        axis=plot.xaxis[0],
        unit=unit,
        slider=slider,
        line=line,
    )
    unit.js_on_change("active", update)
    slider.js_on_change("value", update)
    key = kit.legend(
        {
            "counting": kit.GREEN,
            "transformers": kit.ORANGE,
            "the entropy of the world": kit.BLUE,
        }
    )
    return kit.Embed(
        column(unit_box, slider, key, plot, line, sizing_mode="stretch_width"),
        alt="Bars of the cross-entropy of n-grams and of two transformers, and a line"
        " where the entropy of the world is.",
        status=line,
        table=[
            ("model", UNITS[0]),
            *((n, f"{v:.3f}") for n, v in zip(names, values, strict=True)),
            ("the entropy", f"{floor:.3f}"),
        ],
    )


def short(values: Float[np.ndarray, " places"]) -> list[float]:
    """Four digits of each number, which is more than a dot shows."""
    return [float(f"{value:.4g}") for value in values]


def agreement_line(
    skill: str, name: str, truth: Sequence[float], model: Sequence[float]
) -> str:
    """How near a model is to the truth on some words; mirrored in the browser."""
    logs = [math.log(t / m) for t, m in zip(truth, model, strict=True)]
    near = sum(abs(x) < math.log(1.25) for x in logs) / len(logs)
    return (
        f"{skill}, {len(logs)} of them: {name} is within a quarter of the truth for"
        f" {100 * near:.0f} %, and loses {sum(logs) / len(logs):.3f} nats at each."
    )


def probability_for_probability(
    words: Sequence[str],
    skills: Sequence[str],
    truth: Float[np.ndarray, " places"],
    models: Mapping[str, Float[np.ndarray, " places"]],
) -> kit.Embed:
    """Every word of held-out stories: the model's probability against the true one.

    Args:
      words: The words that came.
      skills: What it takes to know each of them.
      truth: Their true probabilities.
      models: Each model's probabilities of them, the one shown first first.
    """
    every = "All words"
    counts = {s: list(skills).count(s) for s in dict.fromkeys(skills)}
    kinds = sorted((s for s in counts if counts[s] >= 10), key=lambda s: -counts[s])
    options = [every, *(f"{s} words" for s in kinds)]
    first = next(iter(models))
    source = ColumnDataSource(
        {"word": [word.strip() for word in words], "skill": list(skills)}
        | {name: short(values) for name, values in models.items()}
        | {"truth": short(truth), "model": short(np.maximum(models[first], LEAST))}
    )
    shown = IndexFilter(indices=list(range(len(words))))
    plot = kit.axes(
        x_axis_type="log",
        y_axis_type="log",
        x_range=(LEAST, 1.6),
        y_range=(LEAST, 1.6),
        x_axis_label="true probability",
        y_axis_label="the model's",
        height=380,
    )
    plot.line([LEAST, 1], [LEAST, 1], color=kit.BLUE, line_dash="dashed", line_width=2)
    dots = plot.scatter(
        "truth",
        "model",
        size=7,
        alpha=0.45,
        color=kit.ORANGE,
        source=source,
        view=CDSView(filter=shown),
    )
    plot.add_tools(
        HoverTool(
            renderers=[dots],
            tooltips=[
                ("word", "@word"),
                ("skill", "@skill"),
                ("truth", "@truth{0.0000}"),
                ("model", "@model{0.0000}"),
            ],
        )
    )
    name, name_box = kit.choice("Model", list(models))
    skill = Select(title="Words", options=options, value=every)
    line = kit.status(
        agreement_line(every, first, source.data["truth"], source.data[first])
    )
    update = kit.callback(
        __file__,
        figure="scatter",
        source=source,
        shown=shown,
        name=name,
        skill=skill,
        line=line,
    )
    name.js_on_change("active", update)
    skill.js_on_change("value", update)
    return kit.Embed(
        column(kit.controls(name_box, skill), plot, line, sizing_mode="stretch_width"),
        alt="A scatter on logarithmic axes of the model's probability of each word of"
        " held-out stories against its true probability.",
        status=line,
        table=[
            ("word", "skill", "truth", first),
            *(
                (w.strip(), s, f"{t:.4f}", f"{m:.4f}")
                for w, s, t, m in list(
                    zip(words, skills, truth, models[first], strict=True)
                )[:12]
            ),
        ],
    )


def appears_line(
    name: str, step: str, gaps: Sequence[float], shares: Sequence[float]
) -> str:
    """What the probe finds at one snapshot; mirrored in the browser."""

    def spread(values: Sequence[float], digits: int) -> str:
        low, high = min(values), max(values)
        mean = sum(values) / len(values)
        several = f" ({low:.{digits}f} to {high:.{digits}f})" if len(values) > 1 else ""
        return f"{mean:.{digits}f}{several}"

    seeds = f"{len(gaps)} seed{'s' * (len(gaps) > 1)}"
    return (
        f"{name}, {step} steps, {seeds}: gap {spread(gaps, 3)} nats a word. The probe"
        f" names the holder right in {spread([100 * s for s in shares], 0)} % of"
        " places."
    )


def curves(runs: Sequence[Mapping[str, Any]], key: str) -> dict[str, list[Any]]:
    """A line for each seed: its snapshots and one measurement of each."""
    steps = [str(step) for step in runs[0]["steps"]]
    return {"steps": [steps] * len(runs), "value": [list(run[key]) for run in runs]}


def _hidden_plots(names: Sequence[str], guess: float) -> tuple[Any, Any]:
    steps = FactorRange(factors=list(names))
    above = kit.axes(
        x_range=steps, y_axis_type="log", y_axis_label="gap, nats a word", height=200
    )
    below = kit.axes(
        x_range=steps,
        y_range=(0, 1.03),
        height=230,
        x_axis_label="steps of training",
        y_axis_label="probe right",
    )
    above.xaxis.visible = False
    below.xaxis.major_label_orientation = 0.9
    below.add_layout(
        Span(
            location=guess,
            dimension="width",
            line_color=kit.GREY,
            line_width=2,
            line_dash="dashed",
        )
    )
    return above, below


def hidden_state_appears(
    runs: Mapping[str, Sequence[Mapping[str, Any]]], guess: float
) -> kit.Embed:
    """The loss falls; who holds the thing becomes readable in the stream, or not.

    Args:
      runs: For each model one entry a seed: ``steps``, and at each of them ``gap``
        in nats a word and ``probe``, the share of places where a linear probe names
        the holder right.
      guess: The share that always naming the commonest holder gets right.
    """
    first = next(iter(runs))
    names = [str(step) for step in runs[first][0]["steps"]]
    plots = _hidden_plots(names, guess)
    keys, colors = ("gap", "probe"), (kit.ORANGE, kit.GREEN)
    lines, rings = [], []
    for plot, key, color in zip(plots, keys, colors, strict=True):
        lines.append(ColumnDataSource(curves(runs[first], key)))
        plot.multi_line(
            "steps", "value", color=color, line_width=2, alpha=0.75, source=lines[-1]
        )
        ends = [run[key][-1] for run in runs[first]]
        rings.append(ColumnDataSource({"step": [names[-1]] * len(ends), "value": ends}))
        plot.scatter(
            "step",
            "value",
            size=11,
            fill_color=None,
            line_width=3,
            line_color=kit.BLUE,
            source=rings[-1],
        )
    model, model_box = kit.choice("Model", list(runs))
    slider = CategoricalSlider(
        title="steps of training",
        categories=names,
        value=names[-1],
        sizing_mode="stretch_width",
    )
    now = [[run[key][-1] for run in runs[first]] for key in keys]
    line = kit.status(appears_line(first, names[-1], *now))
    update = kit.callback(
        __file__,
        figure="appears",
        runs={k: list(v) for k, v in runs.items()},
        lines=lines,
        rings=rings,
        x_range=plots[0].x_range,
        model=model,
        slider=slider,
        line=line,
    )
    slider.js_on_change("value", update)
    model.js_on_change("active", update)
    key = kit.legend(
        {
            "the loss above the entropy": kit.ORANGE,
            "the probe": kit.GREEN,
            "always the commonest answer": kit.GREY,
        }
    )
    return kit.Embed(
        column(model_box, slider, key, *plots, line, sizing_mode="stretch_width"),
        alt="Two curves over training, a line for each seed: the loss above the"
        " entropy, and how often a linear probe names the holder of a thing.",
        status=line,
        table=[
            ("model", "steps", "gap, nats a word", "probe right"),
            *(
                (name, step, f"{gap:.3f}", f"{share:.2f}")
                for name, rows in runs.items()
                for run in rows[:1]
                for step, gap, share in zip(
                    *map(run.get, ("steps", *keys)), strict=True
                )
            ),
        ],
    )
