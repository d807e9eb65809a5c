"""The last loss by learning rate.

Public names: :mod:`sbt_jax.viz.training`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool

from sbt_jax.viz import kit, parts
from sbt_jax.viz.training.born import LINES
from sbt_jax.viz.training.spreads import short

HIGHEST = 9.0  # nats a token; what is above, or no number any more, is drawn there


def _seen(loss: float | None) -> float:
    return HIGHEST if loss is None else min(loss, HIGHEST)


def _told(loss: float | None) -> str:
    return "no number any more" if loss is None else f"{loss:.2f}"


def _mean(ends: Sequence[Sequence[float | None]], at: int) -> str:
    """The mean over seeds, as the curve above has it."""
    values = [seed[at] for seed in ends]
    return f"{np.mean([_seen(x) for x in values]):.2f}"


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
        height=240,
    )
    for color, (width, found) in zip(LINES, widths.items(), strict=False):
        ends = np.array([[_seen(x) for x in seed] for seed in found["end"]])
        source = ColumnDataSource(
            {
                "x": list(rates),
                "y": short(ends.mean(0)),
                "low": short(ends.min(0)),
                "high": short(ends.max(0)),
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
        height=180,
        y_range=(1, HIGHEST + 0.3),
    )
    colors = list(LINES[: len(widths)])
    names = [f"{rate:g}" for rate in rates]
    best, last = _best(widths), list(widths.values())[-1]
    slider = parts.slider("learning rate", names, best)

    def curves(name: str) -> dict[str, Any]:
        at = names.index(name)
        return {
            "y": [short(map(_seen, found["curves"][at])) for found in widths.values()]
        }

    def said(name: str) -> str:
        at = names.index(name)
        ends = "; ".join(
            f"width {w} {', '.join(_told(seed[at]) for seed in found['end'])}"
            for w, found in widths.items()
        )
        return f"Learning rate {name}. Last losses, by seed: {ends}."

    points = [every * (j + 0.5) for j in range(len(last["curves"][best]))]
    curve = parts.data([slider], curves, x=[points] * len(widths), color=colors)
    low.multi_line("x", "y", color="color", line_width=2, source=curve)
    here, line = parts.mark(rates[best]), parts.status([slider], said)
    top.add_layout(here)
    at = dict(zip(names, rates, strict=True))
    parts.follow([slider], (here, lambda name: {"location": at[name]}))
    key = kit.legend({f"width {w}": c for w, c in zip(widths, LINES, strict=False)})
    return kit.Embed(
        kit.beside([slider, key, line], [top, low], least=190, share=0.32),
        alt="The last loss against the learning rate for models of several widths, and"
        " the losses over training at the rate that a slider picks.",
        status=line,
        table=[
            ("learning rate", *(f"width {w}" for w in widths)),
            *(
                (f"{rate:g}", *(_mean(found["end"], i) for found in widths.values()))
                for i, rate in enumerate(rates)
            ),
        ],
    )


def _best(widths: Mapping[str, Mapping[str, Any]]) -> int:
    """The place of the best rate of the widest model."""
    last = list(widths.values())[-1]
    ends = np.array([[_seen(x) for x in seed] for seed in last["end"]])
    return int(ends.mean(0).argmin())
