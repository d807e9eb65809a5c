"""What a model costs over its life, by its size; live.

Public names: :mod:`sbt_jax.viz.scaling`; ``life.mjs`` is the browser half.
"""

import math

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FixedTicker, Range1d

from sbt_jax.numbers import percent
from sbt_jax.scaling import (
    Law,
    Split,
    cheapest,
    lifetime_flops,
    predicted_loss,
    tokens_for,
    training_flops,
)
from sbt_jax.viz import kit, parts
from sbt_jax.viz.scaling.words import amount

#: Powers of ten of the tokens that a model serves; the first stands for none.
SERVED = (0.0, 11.0, 11.5, 12.0, 12.5, 13.0, 13.5, 14.0, 14.5, 15.0)
FIRST = 5
ACROSS, UP = (9.6, 12.4), (22.8, 27.0)
POINTS = 60
TICKS = {10: "10B", 10.5: "32B", 11: "100B", 11.5: "320B", 12: "1T"}


def served_of(power: float) -> float:
    """Tokens for a power of ten of the slider.

    Example:
      >>> served_of(0.0), served_of(12.0)
      (0.0, 1000000000000.0)
    """
    return 10.0**power if power else 0.0


def costs(law: Law, loss: float, served: float) -> dict[str, list[float]]:
    """The cost to train, and over the life, by size; powers of ten; mirrored."""
    found: dict[str, list[float]] = {"x": [], "train": [], "life": []}
    for x in np.linspace(*ACROSS, POINTS).tolist():
        tokens = tokens_for(law, loss, 10**x)
        if tokens < 1e16:
            found["x"].append(x)
            found["train"].append(math.log10(training_flops(10**x, tokens)))
            found["life"].append(math.log10(lifetime_flops(10**x, tokens, served)))
    return found


def life_line(name: str, served: float, first: Split, best: Split) -> str:
    """What the line says; mirrored.

    Args:
      name: Of the model whose loss is to be reached.
      served: Tokens.
      first: The split that is cheapest to train.
      best: The one that is cheapest over the life.
    """
    if not served:
        return (
            f"As good as {name}, and never used: cheapest with"
            f" {amount(first.parameters)} parameters and {amount(first.tokens)} tokens,"
            f" {amount(first.tokens / first.parameters)} a parameter."
        )
    saved = 1 - lifetime_flops(*best, served) / lifetime_flops(*first, served)
    return (
        f"As good as {name}, and {amount(served)} tokens served: cheapest with"
        f" {amount(best.parameters)} parameters and {amount(best.tokens)} tokens,"
        f" {amount(best.tokens / best.parameters)} a parameter. Over its life it costs"
        f" {percent(saved)} less than the one that is cheapest to train,"
        f" {amount(first.parameters)} parameters."
    )


def over_its_life(law: Law, name: str, model: tuple[float, float]) -> kit.Embed:
    """The work of training and of use by size, at one loss; live.

    Args:
      law: The constants.
      name: A published model.
      model: Its parameters and tokens: they say which loss is to be reached.
    """
    loss = round(float(predicted_loss(law, *model)), 4)
    served, first = served_of(SERVED[FIRST]), cheapest(law, loss)
    best = cheapest(law, loss, served)
    lines = ColumnDataSource(costs(law, loss, served))
    here = ColumnDataSource(
        {
            "x": [math.log10(first.parameters), math.log10(best.parameters)],
            "y": [
                math.log10(training_flops(*first)),
                math.log10(lifetime_flops(*best, served)),
            ],
            "color": [kit.BLUE, kit.ORANGE],
        }
    )
    plot = kit.axes(
        x_range=Range1d(*ACROSS),
        y_range=Range1d(*UP),
        height=290,
        x_axis_label="parameters of the model",
        y_axis_label="FLOPs",
    )
    plot.line("x", "train", color=kit.BLUE, line_width=2, source=lines)
    plot.line("x", "life", color=kit.ORANGE, line_width=2, source=lines)
    plot.scatter("x", "y", size=12, color="color", source=here)
    plot.xaxis.ticker = FixedTicker(ticks=list(TICKS))
    plot.xaxis.major_label_overrides = dict(TICKS)
    plot.yaxis.ticker = FixedTicker(ticks=[23, 24, 25, 26, 27])
    high = {23: "10²³", 24: "10²⁴", 25: "10²⁵", 26: "10²⁶", 27: "10²⁷"}
    plot.yaxis.major_label_overrides = dict(high)
    names = ["none", *(amount(served_of(p)) for p in SERVED[1:])]
    slider = parts.slider("tokens served", names, FIRST)
    line = kit.status(life_line(name, served, first, best), lines=4)
    slider.js_on_change(
        "value",
        kit.callback(
            __file__,
            slider=slider,
            lines=lines,
            here=here,
            line=line,
            law=list(law),
            loss=loss,
            name=name,
            powers=list(SERVED),
        ),
    )
    key = kit.legend(
        {"to train it": kit.BLUE, "over its life": kit.ORANGE, "least": kit.GREY},
        {"least": "●"},
    )
    return kit.Embed(
        column(
            kit.beside([slider, key], [plot], share=0.3, least=190),
            line,
            sizing_mode="stretch_width",
        ),
        alt="The work to train a model of a given loss, and that over its whole life,"
        " by the size of the model; each has a lowest point.",
        status=line,
        table=[
            ("tokens served", "parameters", "tokens of training"),
            *(
                (names[i], amount(split.parameters), amount(split.tokens))
                for i, p in enumerate(SERVED)
                for split in [cheapest(law, loss, served_of(p))]
            ),
        ],
    )
