"""Deep twins: the gradient at the first block, and the first steps of training.

Public names: :mod:`sbt_jax.viz.architecture`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import FixedTicker

from sbt_jax.architecture.findings import times
from sbt_jax.numbers import span
from sbt_jax.viz import kit, parts

# In the order in which they are drawn: the last one is dashed, and lets others through.
COLORS = {"no residual": kit.GREY, "pre-norm": kit.BLUE, "post-norm": kit.ORANGE}
DASHED = "post-norm"
KEY = {name + ", dashed" * (name == DASHED): color for name, color in COLORS.items()}
# How blocks start, and how the recipe calls it.
STARTS = {"equally loud": "plain", "quieter with depth": "scaled"}
MLPS = {"gated (today)": "gated", "ReLU (2017)": "relu"}
LEAST = 1e-12  # the lower edge of the gradients


def middle(values: Sequence[float]) -> float:
    """The middle one of some numbers, the upper one of two."""
    return sorted(values)[len(values) // 2]


def changed(factor: float) -> str:
    """By which factor something changes, in few digits.

    Example:
      >>> changed(3e-9), changed(2.34)
      ('3.0e-09', '2.3')
    """
    return f"{factor:.1e}" if factor < 0.05 else times(factor)


def gradient_line(
    depths: Sequence[int], norms: Mapping[str, Sequence[Sequence[float]]]
) -> str:
    """How the gradient changes with depth."""
    parts = []
    for name, rows in norms.items():
        first, last = (middle([row[at] for row in rows]) for at in (0, -1))
        parts.append(f"{name} times {changed(last / first)}")
    return (
        f"From {depths[0]} blocks to {depths[-1]}, the gradient at the first one"
        f" changes (middle of the seeds): {', '.join(parts)}."
    )


def curves(
    xs: Sequence[float | int], rows: Mapping[str, Sequence[Sequence[float]]]
) -> dict[str, list[Any]]:
    """A line for each seed of each kind."""
    drawn = [name for name in COLORS if name in rows]
    names = [name for name in drawn for _ in rows[name]]
    return {
        "xs": [list(xs) for _ in names],
        "ys": [list(ys) for name in drawn for ys in rows[name]],
        "color": [COLORS[name] for name in names],
        "dash": ["dashed" if name == DASHED else "solid" for name in names],
    }


def gradient_by_depth(
    depths: Sequence[int],
    norms: Mapping[str, Mapping[str, Mapping[str, Sequence[Sequence[float]]]]],
) -> kit.Embed:
    """Length of the gradient at the first block before training, by depth.

    Args:
      depths: Numbers of blocks.
      norms: By kind of MLP, then by that of the twin, then by how the weights start:
        a row a seed.
    """
    tables = {
        mlp: {
            label: {
                kind: [[max(x, LEAST) for x in row] for row in by_start[start]]
                for kind, by_start in norms[name].items()
            }
            for label, start in STARTS.items()
        }
        for mlp, name in MLPS.items()
    }
    every = [
        x
        for by_start in tables.values()
        for by_kind in by_start.values()
        for rows in by_kind.values()
        for row in rows
        for x in row
    ]
    start, start_box = kit.choice("Blocks start", list(STARTS))
    mlp, mlp_box = kit.choice("MLP", list(MLPS))
    source = parts.data(
        [start, mlp], lambda start, mlp: curves(depths, tables[mlp][start])
    )
    plot = kit.axes(
        x_axis_type="log",
        y_axis_type="log",
        x_axis_label="blocks",
        y_axis_label="gradient at block 1",
        height=300,
        y_range=(min(every) / 2, 2 * max(every)),
    )
    plot.xaxis.ticker = FixedTicker(ticks=list(depths))
    plot.xaxis.major_label_overrides = {depth: str(depth) for depth in depths}
    plot.multi_line(
        "xs",
        "ys",
        color="color",
        line_dash="dash",
        line_width=2,
        alpha=0.8,
        source=source,
    )
    line = parts.status(
        [start, mlp], lambda start, mlp: gradient_line(depths, tables[mlp][start])
    )
    return kit.Embed(
        column(
            kit.controls(start_box, mlp_box),
            kit.legend(KEY),
            plot,
            line,
            sizing_mode="stretch_width",
        ),
        alt="Lines on logarithmic axes: the gradient at the first block against the"
        " number of blocks, without residuals, with post-norm and with pre-norm.",
        status=line,
        table=[
            ("MLP", "blocks start", "middle of the seeds", *depths),
            *(
                (m, s, kind, *(f"{middle(c):.2e}" for c in zip(*rows, strict=True)))
                for m in tables
                for s in STARTS
                for kind, rows in tables[m][s].items()
            ),
        ],
    )


def steps_line(
    start: str,
    rate: str,
    warmup: str,
    rows: Mapping[str, Sequence[Sequence[float]]],
) -> str:
    """Where the losses end."""
    ends = []
    for name, seeds in rows.items():
        ends.append(f"{name} {span([seed[-1] for seed in seeds])}")
    how = "without warm-up" if warmup == "0" else f"with {warmup} steps of warm-up"
    return (
        f"Blocks start {start}; at a learning rate of {rate}, {how}, the loss ends at:"
        f" {'; '.join(ends)}."
    )


def first_steps(deep: Mapping[str, Any]) -> kit.Embed:
    """The first steps of training deep narrow twins, with and without a warm-up.

    Args:
      deep: From the recipe: ``every``, ``steps`` and ``curves``, which holds losses by
        how blocks start, learning rate, kind and warm-up, a row a seed.
    """
    found = deep["curves"]
    tables = {label: found[start] for label, start in STARTS.items() if start in found}
    first = next(iter(tables))
    rates = list(tables[first])
    warmups = list(next(iter(tables[first][rates[0]].values())))
    every = deep["every"]
    ends = [step + every / 2 for step in range(0, deep["steps"], every)]

    def rows(start: str, rate: str, warmup: str) -> dict[str, list[list[float]]]:
        return {kind: by[warmup] for kind, by in tables[start][rate].items()}

    start, start_box = kit.choice("Blocks start", list(tables))
    rate, rate_box = kit.choice("Highest learning rate", rates)
    rate.active = len(rates) - 1
    warmup, warmup_box = kit.choice("Steps of warm-up", warmups)
    every_choice = [start, rate, warmup]
    source = parts.data(every_choice, lambda *names: curves(ends, rows(*names)))
    line = parts.status(
        every_choice, lambda s, r, w: steps_line(s, r, w, rows(s, r, w))
    )
    plot = kit.axes(
        x_axis_label="steps of training",
        y_axis_label="nats a token",
        y_range=(2.0, 7.2),
        height=300,
    )
    plot.multi_line(
        "xs",
        "ys",
        color="color",
        line_dash="dash",
        line_width=2,
        alpha=0.8,
        source=source,
    )
    return kit.Embed(
        column(
            *[start_box] * (len(tables) > 1),
            kit.controls(rate_box, warmup_box),
            kit.legend(KEY),
            plot,
            line,
            sizing_mode="stretch_width",
        ),
        alt="Curves of the loss over the first steps of training deep models, without"
        " residuals, with post-norm and with pre-norm, a line a seed.",
        status=line,
        table=[
            ("kind", "start", "learning rate", "warm-up", "last losses"),
            *(
                (kind, s, r, w, ", ".join(f"{seed[-1]:.2f}" for seed in seeds))
                for s in tables
                for r in rates
                for w in warmups
                for kind, seeds in rows(s, r, w).items()
            ),
        ],
    )
