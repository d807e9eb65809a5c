"""A skill appears while the loss falls.

Public names: :mod:`sbt_jax.viz.foundations`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bokeh.models import ColumnDataSource, FactorRange, NumeralTickFormatter

from sbt_jax.numbers import percent, spread
from sbt_jax.viz import kit, parts
from sbt_jax.viz.foundations.next_word import share

KEYS = {"learned": kit.ORANGE, "probe": kit.GREEN}


def learned(gaps: Sequence[float]) -> list[float]:
    """Of the surprise that a model could avoid at first, how much it now avoids.

    Example:
      >>> learned([4.0, 1.0, 0.0])
      [0.0, 0.75, 1.0]
    """
    return [1 - gap / gaps[0] for gap in gaps]


def appears_line(
    name: str, step: str, shares: Sequence[float], right: Sequence[float]
) -> str:
    """What holds at one snapshot; a number a seed."""
    seeds = f", {len(right)} seeds" if len(right) > 1 else ""
    return (
        f"{name} after {step} steps{seeds}: {spread(shares, _fine)} of the avoidable"
        f" surprise is gone. The holder is read right in {spread(right, percent)} of"
        " places."
    )


def _fine(value: float | int) -> str:
    return share(value) if value else "0 %"


def farthest_step(runs: Sequence[Mapping[str, Any]]) -> int:
    """The snapshot where most is learned and least of the holder is known."""
    apart = [
        sum(run["learned"][i] - run["probe"][i] for run in runs)
        for i in range(len(runs[0]["steps"]))
    ]
    return apart.index(max(apart))


def curves(runs: Sequence[Mapping[str, Any]], key: str) -> dict[str, list[Any]]:
    """A line for each seed: its snapshots and one measurement of each."""
    steps = [str(step) for step in runs[0]["steps"]]
    return {"steps": [steps] * len(runs), "value": [list(run[key]) for run in runs]}


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
    told = {
        name: [{**run, "learned": learned(run["gap"])} for run in seeds]
        for name, seeds in runs.items()
    }
    steps = {name: curves(seeds, "gap")["steps"][0] for name, seeds in told.items()}
    first = next(iter(told))
    start = {name: farthest_step(seeds) for name, seeds in told.items()}
    plot = kit.axes(
        x_range=FactorRange(factors=list(steps[first])),
        y_range=(0, 1.04),
        height=300,
        x_axis_label="steps of training",
    )
    plot.yaxis.formatter = NumeralTickFormatter(format="0 %")
    plot.xaxis.major_label_orientation = 0.9
    plot.add_layout(parts.mark(guess, kit.GREY, across=True))
    model, model_box = kit.choice("Model", list(told))
    slider = parts.slider("steps of training", steps[first], at=start[first])
    for key, color in KEYS.items():
        lines = ColumnDataSource(curves(told[first], key))
        plot.multi_line(
            "steps", "value", color=color, line_width=2.5, alpha=0.8, source=lines
        )
        parts.follow(
            [model], (lines, lambda name, key=key: {"data": curves(told[name], key)})
        )

    def frames(frame: Callable[[str, str, int], Any]) -> dict[str, Any]:
        """A frame for each model and each of its own snapshots."""
        return {
            name: {step: frame(name, step, i) for i, step in enumerate(steps[name])}
            for name in told
        }

    def now(name: str, key: str, i: int) -> list[float]:
        return [run[key][i] for run in told[name]]

    def ring(name: str, step: str, i: int) -> dict[str, Any]:
        value = [x for key in KEYS for x in now(name, key, i)]
        return {"data": {"step": [step] * len(value), "value": value}}

    rings, line = ColumnDataSource({"step": [], "value": []}), kit.status("")
    look = {"fill_color": None, "line_width": 3, "line_color": kit.BLUE}
    plot.scatter("step", "value", size=11, source=rings, **look)
    said = frames(
        lambda name, step, i: {
            "text": appears_line(name, step, *(now(name, key, i) for key in KEYS))
        }
    )
    parts.follow([model, slider], (rings, frames(ring)), (line, said))
    parts.follow(
        [model],
        (plot.x_range, lambda name: {"factors": steps[name]}),
        (
            slider,
            lambda name: {"categories": steps[name], "value": steps[name][start[name]]},
        ),
    )
    legend = kit.legend(
        {
            "avoidable surprise gone": kit.ORANGE,
            "holder read right": kit.GREEN,
            "always the commonest name": kit.GREY,
        }
    )
    return kit.Embed(
        kit.beside([model_box, slider], [legend, plot, line]),
        alt="Two curves over training, a line for each seed: how much of the avoidable"
        " surprise is gone, and how often a probe names the holder of a thing.",
        status=line,
        table=[
            ("model", "steps", "avoidable surprise gone", "holder read right"),
            *(
                (name, step, _fine(gone), percent(right))
                for name, seeds in told.items()
                for step, gone, right in zip(
                    *map(seeds[0].get, ("steps", *KEYS)), strict=True
                )
            ),
        ],
    )
