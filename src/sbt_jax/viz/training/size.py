"""How many facts models of each size hold, and which.

Public names: :mod:`sbt_jax.viz.training`.
"""

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    FactorRange,
    FixedTicker,
    NumeralTickFormatter,
    Range1d,
)

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.training.spreads import spread

TENS = {10**n: f"{10**n:,}" for n in range(2, 8)}  # ticks of parameters
TOLD = ("under 100", "100–1,000", "over 1,000")


def known(found: Mapping[str, Any]) -> list[float]:
    """The share of facts that is known, by how often they were told."""
    return [fmean(row[i] for row in found["by_times"]) for i in (1, 2, 3)]


def size_line(found: Mapping[str, Any], total: int) -> str:
    """What the line says of one size."""
    rare, _, common = known(found)
    return (
        f"{found['parameters']:,} parameters hold {spread(found['held'], 0)} of"
        f" {total:,} facts: {percent(common)} of those told most often,"
        f" {percent(rare)} of those told least."
    )


def by_size(
    facts: Mapping[str, Mapping[str, Any]], total: int, chance: float, at: int = 1
) -> kit.Embed:
    """How many facts models hold that learn nothing else, by their size.

    Args:
      facts: By width ``parameters``, and for each seed ``held`` and ``by_times``.
      total: How many facts there are.
      chance: The share that a guess gets right.
      at: The place of the size that is shown first.
    """
    by_name = {f"{found['parameters']:,}": found for found in facts.values()}
    dots = [(f["parameters"], n) for f in facts.values() for n in f["held"]]
    xs, ys = map(list, zip(*dots, strict=True))
    left = kit.axes(
        x_axis_type="log",
        height=250,
        x_range=Range1d(0.7 * min(xs), 1.5 * max(xs)),
        y_range=(0, 1.08 * total),
        x_axis_label="parameters",
        y_axis_label="facts held",
    )
    left.xaxis.ticker = FixedTicker(ticks=list(TENS))
    left.xaxis.major_label_overrides = dict(TENS)
    left.yaxis.formatter = NumeralTickFormatter(format="0,0")
    left.scatter(xs, ys, size=8, color=kit.ORANGE, alpha=0.8)
    left.add_layout(parts.mark(total, kit.BLUE, across=True))
    choice, box = kit.choice("Parameters", list(by_name))
    choice.active = min(at, len(by_name) - 1)
    here = parts.mark(0, kit.OCHRE)
    left.add_layout(here)
    right = kit.axes(
        x_range=FactorRange(factors=list(TOLD)),
        y_range=(0, 1.05),
        height=250,
        x_axis_label="times that a fact was told",
        y_axis_label="share that is known",
    )
    right.yaxis.formatter = NumeralTickFormatter(format="0 %")
    bars = ColumnDataSource({"told": list(TOLD)})
    parts.follow(
        [choice],
        (here, lambda name: {"location": by_name[name]["parameters"]}),
        (bars, lambda name: {"data": {"share": known(by_name[name])}}),
    )
    right.vbar("told", top="share", width=0.6, color=kit.GREEN, source=bars)
    right.add_layout(parts.mark(chance, kit.GREY, across=True))
    line = parts.status([choice], lambda name: size_line(by_name[name], total))
    key = kit.legend(
        {
            "a model": kit.ORANGE,
            "the one picked": kit.OCHRE,
            "all facts": kit.BLUE,
            "a blind guess": kit.GREY,
        },
        {"a model": "●"}
        | dict.fromkeys(("the one picked", "all facts", "a blind guess"), "╌╌"),
    )
    return kit.Embed(
        column(
            box,
            key,
            kit.beside([left], [right], least=250, share=0.5),
            line,
            sizing_mode="stretch_width",
        ),
        alt="How many facts a model holds against its parameters, a dot for each seed;"
        " and which share it knows of facts told rarely and often.",
        status=line,
        table=[
            ("parameters", "facts held", *TOLD),
            *(
                (name, spread(f["held"], 0), *map(percent, known(f)))
                for name, f in by_name.items()
            ),
        ],
    )
