"""A hidden state appears in the stream while the loss falls.

Public names: :mod:`sbt_jax.viz.foundations`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange

from sbt_jax.numbers import decimal, percent, spread
from sbt_jax.viz import kit, parts


def appears_line(
    name: str, step: str, gaps: Sequence[float], shares: Sequence[float]
) -> str:
    """What the probe finds at one snapshot."""
    seeds = f"{len(gaps)} seed{'s' * (len(gaps) > 1)}"
    return (
        f"{name}, {step} steps, {seeds}: gap {spread(gaps, _fine)} nats a word. The"
        f" probe names the holder right in {spread(shares, percent)} of places."
    )


def _fine(value: float | int) -> str:
    return decimal(value, 3)


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
    below.add_layout(parts.mark(guess, kit.GREY, across=True))
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
    steps = {name: curves(seeds, "gap")["steps"][0] for name, seeds in runs.items()}
    first = next(iter(runs))
    plots = _hidden_plots(steps[first], guess)
    model, model_box = kit.choice("Model", list(runs))
    slider, line = parts.slider("steps of training", steps[first]), kit.status("")
    keys = {"gap": kit.ORANGE, "probe": kit.GREEN}
    lines, rings = [], []
    for plot, (key, color) in zip(plots, keys.items(), strict=True):
        lines.append(ColumnDataSource(curves(runs[first], key)))
        plot.multi_line(
            "steps", "value", color=color, line_width=2, alpha=0.75, source=lines[-1]
        )
        rings.append(ColumnDataSource({"step": [], "value": []}))
        plot.scatter(
            "step",
            "value",
            size=11,
            fill_color=None,
            line_width=3,
            line_color=kit.BLUE,
            source=rings[-1],
        )

    def each(frame: Callable[[str, str, list[list[float]]], Any]) -> dict[str, Any]:
        """A frame for each model and each of its own snapshots."""
        return {
            name: {
                step: frame(name, step, [[run[k][i] for run in seeds] for k in keys])
                for i, step in enumerate(steps[name])
            }
            for name, seeds in runs.items()
        }

    def ring(at: int) -> dict[str, Any]:
        return each(
            lambda _, step, now: {
                "data": {"step": [step] * len(now[at]), "value": now[at]}
            }
        )

    told = each(lambda name, step, now: {"text": appears_line(name, step, *now)})
    parts.follow(
        [model, slider], *zip(rings, map(ring, (0, 1)), strict=True), (line, told)
    )
    parts.follow(
        [model],
        *(
            (source, lambda name, key=key: {"data": curves(runs[name], key)})
            for source, key in zip(lines, keys, strict=True)
        ),
        (plots[0].x_range, lambda name: {"factors": steps[name]}),
        (
            slider,
            lambda name: {"categories": steps[name], "value": steps[name][-1]},
        ),
    )
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
