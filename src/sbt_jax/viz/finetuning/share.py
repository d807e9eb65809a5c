"""How many numbers adapters have beside the weights of real models; live.

Public names: :mod:`sbt_jax.viz.finetuning`; ``share.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, Range1d

from sbt_jax import finetuning
from sbt_jax.architecture import Design
from sbt_jax.numbers import count
from sbt_jax.viz import kit, parts

RANKS = (1, 2, 4, 8, 16, 32, 64, 128)
TARGETS = ("query and value", "attention", "all")
FIRST = 8  # the rank at first
LEAST, MOST = 0.003, 100.0  # of the axis, in percent
CLAIM = 0.1  # what is commonly said, in percent


def sizes(design: Design) -> dict[str, Any]:
    """What the browser needs to count the adapters of a model."""
    config = design.config
    return {
        "width": config.width,
        "keys": config.head * config.key_heads,
        "mlp": config.mlp,
        "gated": design.switches.mlp == "gated",
        "layers": config.layers,
        "weights": sum(design.parameters().values()),
    }


def shares(
    designs: Mapping[str, Design], rank: int, targets: str
) -> dict[str, list[Any]]:
    """A bar for each model: adapters over weights, in percent; mirrored."""
    numbers = [finetuning.adapter_numbers(d, rank, targets) for d in designs.values()]
    weights = [sum(d.parameters().values()) for d in designs.values()]
    return {
        "model": list(designs),
        "numbers": numbers,
        "percent": [100 * n / w for n, w in zip(numbers, weights, strict=True)],
    }


def share_line(rank: int, targets: str, found: Mapping[str, Sequence[Any]]) -> str:
    """What the line says; mirrored in ``share.mjs``.

    Example:
      >>> found = {"model": ["a", "b"], "numbers": [1000, 10], "percent": [2.5, 0.05]}
      >>> share_line(8, "all", found)
      'Rank 8, all: a 1,000 numbers, 2.5 %; b 10 numbers, 0.050 %.'
    """
    rows = zip(found["model"], found["numbers"], found["percent"], strict=True)
    told = "; ".join(
        f"{model} {count(numbers)} numbers, {share:.{1 if share >= 1 else 3}f} %"
        for model, numbers, share in rows
    )
    return f"Rank {rank}, {targets}: {told}."


def numbers_in_real_models(designs: Mapping[str, Design]) -> kit.Embed:
    """Adapters as a share of the weights, by rank and by matrices; live.

    Args:
      designs: Models by name, from the smallest to the largest.
    """
    found = shares(designs, FIRST, TARGETS[0])
    source = ColumnDataSource(found)
    group, pick = kit.choice("Adapters on", list(TARGETS))
    slider = parts.slider("rank", [str(r) for r in RANKS], at=RANKS.index(FIRST))
    plot = kit.axes(
        y_range=FactorRange(factors=list(designs)[::-1]),
        x_range=Range1d(LEAST, MOST),
        x_axis_type="log",
        height=220,
        x_axis_label="percent of the weights",
    )
    plot.hbar(
        "model", right="percent", left=LEAST, height=0.7, color=kit.BLUE, source=source
    )
    plot.line(
        [CLAIM, CLAIM],
        [-0.5, len(designs) + 0.5],
        color=kit.ORANGE,
        line_dash="dashed",
        line_width=2,
    )
    line = kit.status(share_line(FIRST, TARGETS[0], found), lines=4)
    update = kit.callback(
        __file__,
        group=group,
        slider=slider,
        source=source,
        line=line,
        designs=[[name, sizes(design)] for name, design in designs.items()],
    )
    group.js_on_change("active", update)
    slider.js_on_change("value", update)
    key = kit.legend({"the adapters": kit.BLUE, "0.1 %": kit.ORANGE}, {"0.1 %": "╌╌"})
    return kit.Embed(
        column(
            kit.beside([slider, pick], [key, plot], share=0.38),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Bars on a logarithmic axis: the numbers of adapters in percent of the"
        " weights of several models, by rank and by which matrices have adapters.",
        status=line,
        table=[
            ("model", "numbers", "percent of the weights"),
            *(
                (name, count(numbers), f"{share:.3f} %")
                for name, numbers, share in zip(*found.values(), strict=True)
            ),
        ],
    )
