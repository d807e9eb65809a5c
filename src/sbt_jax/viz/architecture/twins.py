"""How far each twin of the model stays above the entropy.

Public names: :mod:`sbt_jax.viz.architecture`.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from bokeh.layouts import column
from bokeh.models import FactorRange, FixedTicker

from sbt_jax.viz import kit, parts

#: Which twins the page compares.
VIEWS = {
    "one part left out": (
        "complete",
        "no norm",
        "one head",
        "no positions",
        "no residual",
        "no MLP",
        "no attention",
    ),
    "from 2017 to today": (
        "2017",
        "pre-norm",
        "RMSNorm",
        "rotary",
        "complete",
        "grouped heads",
    ),
    "today with one part of 2017": (
        "complete",
        "post-norm",
        "LayerNorm",
        "sinusoidal",
        "no gate",
    ),
}


def gaps_of_twins(table: Mapping[str, Any]) -> dict[str, Sequence[float]]:
    """Nats a word above the entropy of each twin, by seed.

    Args:
      table: What the recipe of this chapter measured.
    """
    gaps = {name: row["gap"] for name, row in table["variants"].items()}
    return gaps | {"no gate": gaps["rotary"]}  # the last step before today


def twins_line(names: Sequence[str], gaps: Mapping[str, Sequence[float]]) -> str:
    """Which twins did best and worst."""
    by_gap = sorted(names, key=lambda name: fmean(gaps[name]))
    best, worst = by_gap[0], by_gap[-1]
    return (
        f"Nearest to the entropy: {best}, {fmean(gaps[best]):.3f} nats a word above it."
        f" Farthest: {worst}, {fmean(gaps[worst]):.3f}. Means of {len(gaps[best])}"
        " seeds."
    )


# Of the gaps, where they are far apart, and where they are close together.
TICKS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 5]
ENDS = ("start", "end")
FINE = [0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7]


def dots(
    names: Sequence[str], gaps: Mapping[str, Sequence[float]]
) -> dict[str, list[Any]]:
    """A dot for each seed of each twin."""
    return {
        "name": [name for name in names for _ in gaps[name]],
        "gap": [gap for name in names for gap in gaps[name]],
    }


def twins_above_the_floor(
    gaps: Mapping[str, Sequence[float]], views: Mapping[str, Sequence[str]]
) -> kit.Embed:
    """How far each twin stays above the entropy of the world; a dot a seed.

    Args:
      gaps: Nats a word above the entropy of each twin, by seed.
      views: Which twins are compared, by the name of the comparison.
    """
    first = next(iter(views))
    view, view_box = kit.choice("Compare", list(views))
    source = parts.data([view], lambda name: dots(views[name], gaps))
    ranges = {}
    for name, shown in views.items():
        found = [gap for twin in shown for gap in gaps[twin]]
        ranges[name] = [0.9 * min(found), 1.1 * max(found)]
    plot = kit.axes(
        y_range=FactorRange(factors=list(views[first])[::-1]),
        x_axis_type="log",
        height=280,
        x_range=tuple(ranges[first]),
        x_axis_label="gap (logarithmic axis)",
    )
    ticks = {
        name: FINE if high < 2 * low else TICKS for name, (low, high) in ranges.items()
    }
    plot.xaxis.ticker = ticker = FixedTicker(ticks=ticks[first])
    plot.xaxis.major_label_overrides = {tick: f"{tick:g}" for tick in TICKS + FINE}
    plot.scatter("gap", "name", size=11, alpha=0.75, color=kit.ORANGE, source=source)
    complete = fmean(gaps["complete"])
    plot.add_layout(parts.mark(complete))
    line = parts.status([view], lambda name: twins_line(views[name], gaps))
    parts.follow(
        [view],
        (plot.x_range, lambda name: dict(zip(ENDS, ranges[name], strict=True))),
        (ticker, lambda name: {"ticks": ticks[name]}),
        (plot.y_range, lambda name: {"factors": list(views[name])[::-1]}),
    )
    key = kit.legend({"a seed": kit.ORANGE, "mean of the complete model": kit.BLUE})
    return kit.Embed(
        column(view_box, key, plot, line, sizing_mode="stretch_width"),
        alt="Dots on a logarithmic axis: the gap to the entropy of the complete model"
        " and of its twins, one dot a seed.",
        status=line,
        table=[
            ("twin", "nats a word above the entropy"),
            *((n, ", ".join(f"{gap:.3f}" for gap in gaps[n])) for n in gaps),
        ],
    )
