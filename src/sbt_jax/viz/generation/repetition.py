"""The probability of a sentence, said again and again.

Public names: :mod:`sbt_jax.viz.generation`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts


def again_line(name: str, means: Mapping[str, Sequence[float]]) -> str:
    """What the line says of repeated sentences."""
    parts = [
        f"“{sentence}” {percent(p[0])} at first, {percent(p[1])} the second time,"
        f" {percent(p[-1])} the {len(p)}th"
        for sentence, p in means.items()
    ]
    return f"{name}, a token on average: {'; '.join(parts)}."


def curves(found: Mapping[str, Sequence[Sequence[float]]]) -> dict[str, list[Any]]:
    """For each sentence the mean over openings, by repetition."""
    means = [
        [sum(values) / len(values) for values in zip(*rows, strict=True)]
        for rows in found.values()
    ]
    times = [list(range(1, len(mean) + 1)) for mean in means]
    return {"time": times, "mean": means}


def said_again(
    repeated: Mapping[str, Mapping[str, Sequence[Sequence[float]]]],
    truth: Mapping[str, Sequence[Sequence[float]]],
) -> kit.Embed:
    """The probability of a sentence, each time that it comes again.

    Args:
      repeated: By model and sentence a row for each opening: the geometric mean of
        the probabilities of its tokens, by repetition.
      truth: The same of the world, drawn as dashes.
    """
    first = next(iter(repeated))
    colors = [kit.ORANGE, kit.GREEN, kit.PURPLE]
    drawn = {name: curves(rows) for name, rows in repeated.items()}
    model, model_box = kit.choice("Model", list(repeated))
    source = parts.data(
        [model], drawn.__getitem__, color=colors[: len(repeated[first])]
    )
    plot = kit.axes(
        y_range=(0, 1),
        height=260,
        x_axis_label="the sentence, for the n-th time",
        y_axis_label="probability per token",
    )
    plot.multi_line("time", "mean", color="color", line_width=3, source=source)
    world = ColumnDataSource(curves(truth) | {"color": source.data["color"]})
    plot.multi_line(
        "time", "mean", color="color", line_width=2, line_dash="dashed", source=world
    )
    means = {
        name: dict(zip(repeated[name], drawn[name]["mean"], strict=True))
        for name in repeated
    }
    line = parts.status([model], lambda name: again_line(name, means[name]))
    names = dict(zip(repeated[first], colors, strict=False))
    key = kit.legend(names | {"in the world": kit.GREY}, {"in the world": "╌╌"})
    return kit.Embed(
        column(model_box, key, plot, line, sizing_mode="stretch_width"),
        alt="Curves of the probability of three sentences against how often each has"
        " been said in a row, in a model and, dashed, in the world.",
        status=line,
        table=[
            ("sentence", *(f"time {n}" for n in drawn[first]["time"][0])),
            *(
                (name, *(f"{p:.2f}" for p in mean))
                for name, mean in means[first].items()
            ),
        ],
    )
