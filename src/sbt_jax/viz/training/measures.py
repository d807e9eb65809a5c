"""The measurements of chapter 6 as figures: all frames are made here.

Public names: :mod:`sbt_jax.viz.training`; ``training/measures.mjs`` shows the frame
that a widget asks for.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import (
    CategoricalSlider,
    ColumnDataSource,
    FixedTicker,
    HoverTool,
    Range1d,
    Span,
    UIElement,
)
from jaxtyping import Float

from sbt_jax.viz import kit

HIGHEST = 9.0  # nats a token; what is above, or no number any more, is drawn there
LINES = (kit.ORANGE, kit.GREEN, kit.PURPLE, kit.OCHRE, kit.BLUE)
TENS = {10**n: f"{10**n:,}" for n in range(2, 8)}  # ticks of parameters
SEEDS = (kit.ORANGE, kit.GREEN, kit.PURPLE)


def _show(
    widget: Any,
    frames: Sequence[Mapping[str, Any]],
    line: Any,
    sources: Sequence[ColumnDataSource] = (),
    spans: Sequence[Span] = (),
    passage: Any = None,
) -> None:
    """Let a widget choose among frames: ``data``, ``spans``, ``passage``, ``line``."""
    update = kit.callback(
        __file__,
        frames=[dict(frame) for frame in frames],
        widget=widget,
        line=line,
        sources=list(sources),
        spans=list(spans),
        passage=passage,
    )
    name = "value" if isinstance(widget, CategoricalSlider) else "active"
    widget.js_on_change(name, update)


def _slider(title: str, names: Sequence[str], at: int) -> CategoricalSlider:
    return CategoricalSlider(
        title=title,
        categories=list(names),
        value=names[at],
        sizing_mode="stretch_width",
    )


def _mark(location: float | int, color: str = kit.BLUE, across: bool = False) -> Span:
    return Span(
        location=location,
        dimension="width" if across else "height",
        line_color=color,
        line_width=2,
        line_dash="dashed",
    )


def _side_by_side(*plots: UIElement) -> Any:
    return row(*plots, sizing_mode="stretch_width", styles={"flex-wrap": "wrap"})


def mean(values: Sequence[float | int]) -> float:
    """The mean; here so that every line says spreads alike."""
    return sum(values) / len(values)


def spread(values: Sequence[float | int], digits: int) -> str:
    """A mean, and the smallest and the largest.

    Example:
      >>> spread([1.0, 2.0, 3.0], 1)
      '2.0 (1.0 to 3.0)'
    """
    low, high = min(values), max(values)
    return f"{mean(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


# -- A model is born --------------------------------------------------------------


def born_line(step: int, gap: float, skills: Mapping[str, float]) -> str:
    """What the line says of one snapshot."""
    told = ", ".join(f"{name} {value:.2f}" for name, value in skills.items())
    return (
        f"After {step:,} updates: {gap:.3f} nats a word above the entropy. What a word"
        f" costs above its true cost: {told}."
    )


def a_model_is_born(
    marks: Sequence[int],
    losses: Float[np.ndarray, " steps"],
    floor: float,
    gaps: Sequence[float],
    skills: Mapping[str, Sequence[float]],
    stories: Sequence[tuple[str, str]],
) -> kit.Embed:
    """Snapshots of a training run: the loss, what each skill costs, and a story.

    Args:
      marks: Updates before each snapshot; 0 is drawn at 1.
      losses: The loss of every update, in nats a token.
      floor: The entropy, in nats a token.
      gaps: Of each snapshot, nats a word above the entropy.
      skills: By skill, what a word of it costs above its true cost, at each snapshot.
      stories: Of each snapshot, a story: what is possible, and what is not.
    """
    points = np.unique(np.geomspace(1, len(losses), 150).round().astype(int))
    parts = np.split(losses, points[:-1])[: len(points)]
    smooth = [float(part.mean()) for part in parts if len(part)]
    top = kit.axes(
        x_axis_type="log",
        y_axis_type="log",
        height=210,
        y_range=(0.9 * floor, 1.1 * max(smooth)),
        y_axis_label="loss, nats a token",
    )
    top.line(points[: len(smooth)], smooth, color=kit.ORANGE, line_width=2)
    top.add_layout(_mark(floor, kit.BLUE, across=True))
    top.xaxis.visible = False
    low = kit.axes(
        x_axis_type="log",
        x_range=top.x_range,
        height=230,
        x_axis_label="updates",
        y_axis_label="nats a word too many",
    )
    places = [max(mark, 1) for mark in marks]
    for color, (name, values) in zip(LINES, skills.items(), strict=True):
        low.line(places, list(values), color=color, line_width=2)
        dots = low.scatter(places, list(values), color=color, size=6, name=name)
        low.add_tools(
            HoverTool(
                renderers=[dots],
                tooltips=[
                    ("skill", "$name"),
                    ("updates", "@x{0,0}"),
                    ("nats", "@y{0.000}"),
                ],
            )
        )
    here = [_mark(places[-1], kit.GREY) for _ in range(2)]
    for plot, span in zip((top, low), here, strict=True):
        plot.add_layout(span)
    frames: list[dict[str, Any]] = [
        {
            "spans": [places[i]] * 2,
            "passage": kit.passage_html(*stories[i]),
            "line": born_line(mark, gaps[i], {k: v[i] for k, v in skills.items()}),
        }
        for i, mark in enumerate(marks)
    ]
    slider = _slider("updates", [f"{mark:,}" for mark in marks], -1)
    line, passage = kit.status(frames[-1]["line"]), kit.passage(*stories[-1])
    _show(slider, frames, line, spans=here, passage=passage)
    key = kit.legend(
        {"the loss": kit.ORANGE, "the entropy": kit.BLUE}, {"the entropy": "╌╌"}
    )
    names = kit.legend(dict(zip(skills, LINES, strict=True)))
    return kit.Embed(
        column(
            slider, key, top, names, low, passage, line, sizing_mode="stretch_width"
        ),
        alt="The loss of a model over training down to the entropy, a curve for each"
        " of five skills, and the story that each snapshot writes.",
        status=line,
        table=[
            ("updates", "nats a word above the entropy", *skills),
            *(
                (mark, f"{gaps[i]:.3f}", *(f"{v[i]:.3f}" for v in skills.values()))
                for i, mark in enumerate(marks)
            ),
        ],
    )


# -- Learning rates ---------------------------------------------------------------


def _seen(loss: float | None) -> float:
    return HIGHEST if loss is None else min(loss, HIGHEST)


def _told(loss: float | None) -> str:
    return "no number any more" if loss is None else f"{loss:.2f}"


def rates_at_once(
    rates: Sequence[float], widths: Mapping[str, Mapping[str, Any]], every: int
) -> kit.Embed:
    """The last loss of as many runs as there are rates, by width; pick one rate.

    Args:
      rates: The learning rates.
      widths: By width ``end``, a row of losses for each seed, and ``curves``, the
        losses of one seed over training by rate. None is no number.
      every: Steps between two points of the curves.
    """
    top = kit.axes(
        x_axis_type="log",
        x_axis_label="learning rate",
        y_axis_label="last loss, nats a token",
        height=260,
    )
    for color, (width, found) in zip(LINES, widths.items(), strict=False):
        ends = np.array([[_seen(x) for x in seed] for seed in found["end"]])
        source = ColumnDataSource(
            {
                "x": list(rates),
                "y": ends.mean(0).tolist(),
                "low": ends.min(0).tolist(),
                "high": ends.max(0).tolist(),
            }
        )
        top.segment("x", "low", "x", "high", color=color, source=source)
        top.line("x", "y", color=color, line_width=2, source=source)
        dots = top.scatter(
            "x", "y", color=color, size=7, source=source, name=f"width {width}"
        )
        top.add_tools(
            HoverTool(
                renderers=[dots],
                tooltips=[
                    ("", "$name"),
                    ("rate", "@x{0.0000}"),
                    ("mean", "@y{0.000}"),
                    ("from", "@low{0.000}"),
                    ("to", "@high{0.000}"),
                ],
            )
        )
    low = kit.axes(
        x_axis_label="steps",
        y_axis_label="loss",
        height=200,
        y_range=(1, HIGHEST + 0.3),
    )
    colors = list(LINES[: len(widths)])
    frames: list[dict[str, Any]] = []
    for i, rate in enumerate(rates):
        curves = [[_seen(x) for x in found["curves"][i]] for found in widths.values()]
        xs = [[every * (j + 0.5) for j in range(len(curve))] for curve in curves]
        told = "; ".join(
            f"width {w} {', '.join(_told(seed[i]) for seed in found['end'])}"
            for w, found in widths.items()
        )
        frames.append(
            {
                "data": [{"x": xs, "y": curves, "color": colors}],
                "spans": [rate],
                "line": f"Learning rate {rate:g}. Last losses, by seed: {told}.",
            }
        )
    best = _best(widths)
    curve = ColumnDataSource(frames[best]["data"][0])
    low.multi_line("x", "y", color="color", line_width=2, source=curve)
    here, line = _mark(rates[best]), kit.status(frames[best]["line"])
    top.add_layout(here)
    slider = _slider("learning rate", [f"{rate:g}" for rate in rates], best)
    _show(slider, frames, line, [curve], [here])
    key = kit.legend({f"width {w}": c for w, c in zip(widths, LINES, strict=False)})
    return kit.Embed(
        column(key, top, slider, low, line, sizing_mode="stretch_width"),
        alt="The last loss against the learning rate for models of several widths, and"
        " the losses over training at the rate that a slider picks.",
        status=line,
        table=[
            ("learning rate", *(f"width {w}" for w in widths)),
            *(
                (f"{rate:g}", *(_told(found["end"][0][i]) for found in widths.values()))
                for i, rate in enumerate(rates)
            ),
        ],
    )


def _best(widths: Mapping[str, Mapping[str, Any]]) -> int:
    """The place of the best rate of the widest model."""
    last = list(widths.values())[-1]
    ends = np.array([[_seen(x) for x in seed] for seed in last["end"]])
    return int(ends.mean(0).argmin())


# -- The edge of stability --------------------------------------------------------


def edge_line(limit: float, bends: Sequence[Sequence[float | None]]) -> str:
    """What the line says of runs at one learning rate."""
    rate = f"Learning rate {2 / limit:.2f}, so 2 / rate = {limit:g}."
    last = [values[-1] for values in bends]
    if any(value is None for value in last):
        return f"{rate} All runs diverge: the weights are no numbers any more."
    first = spread([values[0] for values in bends if values[0] is not None], 1)
    half = [mean([x for x in v[len(v) // 2 :] if x is not None]) for v in bends]
    return f"{rate} Sharpness {first} at first, {spread(half, 2)} in the second half."


def at_the_edge(runs: Mapping[str, Mapping[str, Any]]) -> kit.Embed:
    """Sharpness and loss of full-batch descent, for several learning rates.

    Args:
      runs: By 2 / rate, for each seed ``sharpness`` and ``loss`` over the steps,
        with ``every`` steps between two points. None is no number.
    """
    limits = list(runs)
    top = kit.axes(y_axis_label="sharpness", height=230, y_range=(0, 14))
    low = kit.axes(
        y_axis_label="loss",
        x_axis_label="steps",
        height=170,
        x_range=top.x_range,
        y_axis_type="log",
    )
    frames: list[dict[str, Any]] = []
    for limit, found in runs.items():
        data = []
        for name in ("sharpness", "loss"):
            kept = [[x for x in seed if x is not None] for seed in found[name]]
            xs = [[found["every"] * j for j in range(len(seed))] for seed in kept]
            thin = max(len(xs[0]) // 100, 1)
            data.append(
                {
                    "x": [x[::thin] for x in xs],
                    "y": [k[::thin] for k in kept],
                    "color": list(SEEDS[: len(kept)]),
                }
            )
        told = edge_line(float(limit), found["sharpness"])
        frames.append({"data": data, "spans": [float(limit)], "line": told})
    sources = [ColumnDataSource(data) for data in frames[0]["data"]]
    for plot, source in zip((top, low), sources, strict=True):
        plot.multi_line("x", "y", color="color", line_width=2, source=source)
    edge, line = _mark(float(limits[0])), kit.status(frames[0]["line"])
    edge.dimension = "width"
    top.add_layout(edge)
    choice, box = kit.choice("2 / learning rate", limits)
    _show(choice, frames, line, sources, [edge])
    key = kit.legend(
        {
            "seed 0": SEEDS[0],
            "seed 1": SEEDS[1],
            "seed 2": SEEDS[2],
            "2 / learning rate": kit.BLUE,
        },
        {"2 / learning rate": "╌╌"},
    )
    return kit.Embed(
        column(box, key, top, low, line, sizing_mode="stretch_width"),
        alt="The sharpness of a small network over gradient descent, which comes to"
        " 2 divided by the learning rate and stays there; below it the loss.",
        status=line,
        table=[
            ("2 / learning rate", "what happens"),
            *(
                (limit, frame["line"])
                for limit, frame in zip(limits, frames, strict=True)
            ),
        ],
    )


# -- Few stories, and sizes -------------------------------------------------------


def few_line(
    count: str, runs: Sequence[Mapping[str, Any]], marks: Sequence[int]
) -> str:
    """What the line says of one number of stories."""
    held = [run["held_out"] for run in runs]
    best = [marks[int(np.argmin(values))] for values in held]
    passes = mean([run["passes"] for run in runs])
    read = f"At the end {spread([run['train'][-1] for run in runs], 2)} nats a token"
    return (
        f"{int(count):,} stories, each read {passes:.1f} times. {read}"
        f" on them, {spread([values[-1] for values in held], 2)} on new ones,"
        f" which were best known after {', '.join(map(str, best))} updates."
    )


def few_stories(
    runs: Mapping[str, Sequence[Mapping[str, Any]]],
    marks: Sequence[int],
    floor: float,
) -> kit.Embed:
    """The loss on the stories that a model reads, and on new ones.

    Args:
      runs: By number of stories, for each seed ``train``, ``held_out`` and ``passes``.
      marks: Updates before each measurement.
      floor: The entropy, in nats a token.
    """
    plot = kit.axes(
        x_axis_label="updates",
        y_axis_label="loss, nats a token",
        height=270,
        y_range=(0, 7.5),
    )
    frames: list[dict[str, Any]] = []
    for count, seeds in runs.items():
        ys = [run[name] for name in ("train", "held_out") for run in seeds]
        colors = [kit.GREEN] * len(seeds) + [kit.ORANGE] * len(seeds)
        data = {"x": [list(marks)] * len(ys), "y": ys, "color": colors}
        frames.append({"data": [data], "line": few_line(count, seeds, marks)})
    source = ColumnDataSource(frames[0]["data"][0])
    plot.multi_line("x", "y", color="color", line_width=2, source=source)
    plot.add_layout(_mark(floor, kit.BLUE, across=True))
    line = kit.status(frames[0]["line"])
    choice, box = kit.choice("Stories", [f"{int(count):,}" for count in runs])
    _show(choice, frames, line, [source])
    key = kit.legend(
        {
            "the stories that it reads": kit.GREEN,
            "new stories": kit.ORANGE,
            "the entropy": kit.BLUE,
        },
        {"the entropy": "╌╌"},
    )
    return kit.Embed(
        column(box, key, plot, line, sizing_mode="stretch_width"),
        alt="Two losses over training, a line for each seed: on the stories that the"
        " model reads, and on stories that it does not.",
        status=line,
        table=[
            ("stories", "updates", "read", "new"),
            *(
                (count, mark, run["train"][i], run["held_out"][i])
                for count, (run, *_) in runs.items()
                for i, mark in enumerate(marks)
            ),
        ],
    )


def size_line(width: str, found: Mapping[str, Any], total: int) -> str:
    """What the line says of one size."""
    names = ("fewer than 100 times", "100 to 1,000 times", "more often")
    shares = [mean([row[i] for row in found["by_times"]]) for i in (1, 2, 3)]
    told = ", ".join(
        f"{100 * share:.0f} % of those told {name}"
        for share, name in zip(shares, names, strict=True)
    )
    held = spread(found["held"], 0)
    return (
        f"Width {width}, {found['parameters']:,} parameters: {held} of {total:,} facts"
        f" held: {told}."
    )


def by_size(
    sizes: Mapping[str, Sequence[Mapping[str, Any]]],
    facts: Mapping[str, Mapping[str, Any]],
    total: int,
) -> kit.Embed:
    """What models of each size make of the same stories, and of facts alone.

    Args:
      sizes: By width, for each seed ``parameters`` and ``gap``.
      facts: By width ``parameters``, and for each seed ``held`` and ``by_times``.
      total: How many facts there are.
    """
    dots = [(r["parameters"], r["gap"]) for runs in sizes.values() for r in runs]
    left = kit.axes(
        x_axis_type="log",
        y_axis_type="log",
        height=250,
        x_axis_label="parameters",
        y_axis_label="nats a word above the entropy",
    )
    held = [(f["parameters"], n) for f in facts.values() for n in f["held"]]
    right = kit.axes(
        x_axis_type="log",
        height=250,
        x_axis_label="parameters",
        y_axis_label="facts held",
        y_range=(0, 1.05 * total),
    )
    for plot, points, digits in ((left, dots, "0.000"), (right, held, "0,0")):
        xs, ys = map(list, zip(*points, strict=True))
        shown = plot.scatter(xs, ys, size=8, color=kit.ORANGE, alpha=0.8)
        plot.x_range = Range1d(0.7 * min(xs), 1.5 * max(xs))
        plot.xaxis.ticker = FixedTicker(ticks=list(TENS))
        plot.xaxis.major_label_overrides = dict(TENS)
        plot.add_tools(
            HoverTool(
                renderers=[shown],
                tooltips=[("parameters", "@x{0,0}"), ("", f"@y{{{digits}}}")],
            )
        )
    right.add_layout(_mark(total, kit.BLUE, across=True))
    here = _mark(next(iter(facts.values()))["parameters"], kit.GREY)
    right.add_layout(here)
    frames: list[dict[str, Any]] = [
        {"spans": [found["parameters"]], "line": size_line(width, found, total)}
        for width, found in facts.items()
    ]
    line = kit.status(frames[0]["line"])
    slider = _slider("width of the model on the right", list(facts), 0)
    _show(slider, frames, line, spans=[here])
    return kit.Embed(
        column(
            _side_by_side(
                kit.titled("the same stories", left, 250),
                kit.titled("facts alone", right, 250),
            ),
            slider,
            line,
            sizing_mode="stretch_width",
        ),
        alt="On the left the gap to the entropy against the number of parameters, on"
        " the right how many facts a model holds; a dot for each seed.",
        status=line,
        table=[
            ("width", "parameters", "facts held"),
            *(
                (w, f"{f['parameters']:,}", spread(f["held"], 0))
                for w, f in facts.items()
            ),
        ],
    )
