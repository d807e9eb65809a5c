"""What models of each size make of the same stories.

Public names: :mod:`sbt_jax.viz.training`.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from bokeh.layouts import column, row
from bokeh.models import FixedTicker, HoverTool, Range1d

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.training.spreads import spread

TENS = {10**n: f"{10**n:,}" for n in range(2, 8)}  # ticks of parameters


def size_line(width: str, found: Mapping[str, Any], total: int) -> str:
    """What the line says of one size."""
    names = ("fewer than 100 times", "100 to 1,000 times", "more often")
    shares = [fmean(row[i] for row in found["by_times"]) for i in (1, 2, 3)]
    told = ", ".join(
        f"{percent(share)} of those told {name}"
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
    right.add_layout(parts.mark(total, kit.BLUE, across=True))
    here = parts.mark(next(iter(facts.values()))["parameters"], kit.GREY)
    right.add_layout(here)
    slider = parts.slider("width of the model on the right", list(facts), 0)
    parts.follow(
        [slider], (here, lambda width: {"location": facts[width]["parameters"]})
    )
    line = parts.status([slider], lambda width: size_line(width, facts[width], total))
    return kit.Embed(
        column(
            row(
                kit.titled("the same stories", left, 250),
                kit.titled("facts alone", right, 250),
                sizing_mode="stretch_width",
                styles={"flex-wrap": "wrap"},
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
