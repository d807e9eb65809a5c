"""A law fitted to our runs, some of which the reader leaves out; live.

Public names: :mod:`sbt_jax.viz.scaling`; ``fit.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    CheckboxButtonGroup,
    ColumnDataSource,
    FixedTicker,
    LinearColorMapper,
    Range1d,
)

from sbt_jax.numbers import decimal, percent
from sbt_jax.scaling import GRID, Fitted, Law, Runs, fit_law, predicted_loss, residuals
from sbt_jax.viz import kit, parts
from sbt_jax.viz.parts.heat import SHADES
from sbt_jax.viz.scaling.words import power

COLORS = (kit.OCHRE, kit.GREEN, kit.BLUE, kit.PURPLE, kit.ORANGE)
LEAST = 5  # runs of which a law can be fitted
POINTS = 40
#: Sizes on the axis, as powers of ten.
ACROSS = (3.8, 5.8)
TICKS = {4.0: "10k", 4.5: "32k", 5.0: "100k", 5.5: "320k"}
DEEP = 4.0  # errors so many times the least are drawn as nothing


def runs_in(table: Sequence[Mapping[str, Any]]) -> Runs:
    """The runs of the shipped table."""
    names = ("parameters", "tokens", "loss")
    return Runs(*(np.array([row[name] for row in table], float) for name in names))


def curves(law: Law, budgets: Sequence[float]) -> dict[str, list[Any]]:
    """The loss that a law says along each budget; mirrored."""
    x = np.linspace(*ACROSS, POINTS)
    ys = [predicted_loss(law, 10**x, c / 6 / 10**x).tolist() for c in budgets]
    return {"xs": [x.tolist()] * len(ys), "ys": ys}


def shade(fitted: Fitted) -> np.ndarray:
    """How dark each pair of exponents is drawn: 1 the best, 0 much worse; mirrored."""
    times = np.log(np.maximum(fitted.valley, 1e-12) / max(fitted.error, 1e-12))
    return np.clip(1 - times / np.log(DEEP), 0, 1)


def fit_line(law: Law, used: int, error: float, other: float, floor: float) -> str:
    """What the line says; mirrored.

    Args:
      law: The fitted one.
      used: How many runs it is fitted to.
      error: How far it misses them, as a share of the loss.
      other: How far those left out, a negative number if there are none.
      floor: The true one.

    Example:
      >>> fit_line(Law(0.4, 1.0, 1.0, 0.9, 0.6), 30, 0.021, 0.1, 0.49)[:52]
      'Fitted to 30 runs: floor 0.40 nats, where the truth '
    """
    rest = f", those left out by {percent(other, 1)}" if other >= 0 else ""
    return (
        f"Fitted to {used} runs: floor {decimal(law.floor)} nats, where the truth is"
        f" {decimal(floor)}; exponents {decimal(law.alpha)} of the size and"
        f" {decimal(law.beta)} of the text. It misses these runs by"
        f" {percent(error, 1)}{rest}."
    )


def fit_our_runs(table: Sequence[Mapping[str, Any]]) -> kit.Embed:
    """Losses along each budget with the fitted law, and the valley of exponents; live.

    Args:
      table: ``runs`` of the shipped table, each with ``budget``, ``width``,
        ``parameters``, ``tokens``, ``loss`` and ``floor``.
    """
    runs, floor = runs_in(table), float(table[0]["floor"])
    budgets = sorted({float(row["budget"]) for row in table})
    widths = sorted({int(row["width"]) for row in table})
    fitted = fit_law(runs)
    shown = ColumnDataSource(
        {
            "x": np.log10(runs.parameters).tolist(),
            "y": runs.losses.tolist(),
            "color": [COLORS[budgets.index(row["budget"])] for row in table],
            "alpha": [1.0] * len(table),
        },
        tags=[
            {
                "parameters": runs.parameters.tolist(),
                "tokens": runs.tokens.tolist(),
                "losses": runs.losses.tolist(),
                "budget": [float(row["budget"]) for row in table],
                "width": [int(row["width"]) for row in table],
            }
        ],
    )
    lines = ColumnDataSource(
        curves(fitted.law, budgets) | {"color": list(COLORS[: len(budgets)])}
    )
    plot = kit.axes(
        x_range=Range1d(*ACROSS),
        y_range=Range1d(0.4, 2.6),
        height=330,
        x_axis_label="parameters",
        y_axis_label="loss on new stories",
    )
    plot.line(
        list(ACROSS), [floor] * 2, color=kit.GREY, line_dash="dashed", line_width=2
    )
    plot.multi_line("xs", "ys", color="color", line_width=2, source=lines)
    plot.scatter(
        "x",
        "y",
        size=8,
        line_color="color",
        fill_color="color",
        fill_alpha="alpha",
        source=shown,
    )
    plot.xaxis.ticker = FixedTicker(ticks=list(TICKS))
    plot.xaxis.major_label_overrides = dict(TICKS)
    step = GRID[1] - GRID[0]
    image = ColumnDataSource({"image": [shade(fitted).astype(np.float32)]})
    deep = kit.axes(
        x_range=Range1d(0, GRID[-1]),
        y_range=Range1d(0, GRID[-1]),
        height=190,
        x_axis_label="exponent of the text",
        y_axis_label="of the size",
        walk=False,
    )
    deep.image(
        "image",
        x=step / 2,
        y=step / 2,
        dw=GRID[-1],
        dh=GRID[-1],
        color_mapper=LinearColorMapper(SHADES, low=0, high=1),
        source=image,
    )
    best = ColumnDataSource({"x": [fitted.law.beta], "y": [fitted.law.alpha]})
    deep.scatter("x", "y", size=9, color=kit.ORANGE, source=best)
    which = CheckboxButtonGroup(
        labels=[power(c) for c in budgets], active=list(range(len(budgets)))
    )
    which.orientation = "vertical"
    which.width = 130
    which.name = "Budgets to fit, in FLOPs"
    slider = parts.slider("widest model to fit", [str(w) for w in widths])
    line = kit.status(fit_line(fitted.law, len(table), fitted.error, -1.0, floor), 4)
    draw = kit.callback(
        __file__,
        which=which,
        slider=slider,
        shown=shown,
        lines=lines,
        image=image,
        best=best,
        line=line,
        budgets=budgets,
        floor=floor,
        grid=list(GRID),
    )
    which.js_on_change("active", draw)
    slider.js_on_change("value", draw)
    key = kit.legend(
        {power(c): color for c, color in zip(budgets, COLORS, strict=False)}
        | {"the true floor": kit.GREY},
        {power(c): "●" for c in budgets} | {"the true floor": "╌╌"},
    )
    box = column(kit.label(which.name), which, styles={"max-width": "100%"})
    return kit.Embed(
        column(
            kit.beside([box, slider, deep], [key, plot], least=210, share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Losses of our models by size, for each budget a curve as the fitted law"
        " has it, and a map of the exponents: dark where the law fits well.",
        status=line,
        table=[
            ("budget", "width", "tokens", "loss of each run"),
            *(
                (power(budget), width, _of(table, budget, width, "tokens")[0], losses)
                for budget in budgets
                for width in widths
                if (found := _of(table, budget, width, "loss"))
                for losses in [", ".join(decimal(loss) for loss in found)]
            ),
        ],
    )


def _of(
    table: Sequence[Mapping[str, Any]], budget: float, width: int, name: str
) -> list[Any]:
    """One number of each run of a budget and a width."""
    return [
        row[name] for row in table if (row["budget"], row["width"]) == (budget, width)
    ]


def missed(law: Law, runs: Runs) -> float:
    """Root of the mean squared error of a law, as a share of the loss; mirrored."""
    return float(np.sqrt((residuals(law, runs) ** 2).mean()))
