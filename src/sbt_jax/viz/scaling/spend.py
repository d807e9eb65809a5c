"""A budget of compute, spent on size or on text; live.

Public names: :mod:`sbt_jax.viz.scaling`; ``spend.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    FixedTicker,
    HoverTool,
    LabelSet,
    Range1d,
    Select,
)

from sbt_jax.scaling import Law, best_split, predicted_loss, training_flops
from sbt_jax.viz import kit, parts
from sbt_jax.viz.scaling.words import amount, power

#: Shares of a published size that can be chosen, in powers of two.
TIMES = ("1/64", "1/32", "1/16", "1/8", "1/4", "1/2", "1", "2", "4", "8", "16", "32")
AS_IT_WAS = TIMES.index("1")
LEVELS = (1.9, 2.0, 2.2, 2.5, 3.0)
#: Ends of the axes, as powers of ten.
ACROSS, UP = (7.5, 12.8), (9.0, 14.2)
POINTS = 54
#: What the lower plot shows, above and below the least loss.
SEEN = (-0.05, 0.5)
OFF = " That is off the map."
TICKS = {8: "100M", 9: "1B", 10: "10B", 11: "100B", 12: "1T", 13: "10T", 14: "100T"}


def contours(law: Law) -> dict[str, list[Any]]:
    """Sizes and tokens of equal loss, one line a level, as powers of ten; mirrored."""
    xs, ys, ends, names = [], [], [], []
    sizes = np.linspace(*ACROSS, POINTS)
    for level in LEVELS:
        line_x, line_y = [], []
        for size in sizes.tolist():
            left = level - law.floor - law.size * 10 ** (-law.alpha * size)
            if left > 0:
                at = np.log10(law.text / left) / law.beta
                if UP[0] <= at <= UP[1]:
                    line_x.append(size)
                    line_y.append(float(at))
        xs.append(line_x)
        ys.append(line_y)
        ends.append(line_y[-1] if line_y else UP[0] - 1)
        names.append(f"{level:.1f}" if line_y else "")
    return {"xs": xs, "ys": ys, "end": ends, "name": names}


def valley(law: Law, flops: float) -> dict[str, list[float]]:
    """The loss along a budget, by the power of ten of the size; mirrored."""
    x = np.linspace(*ACROSS, POINTS)
    loss = predicted_loss(law, 10**x, flops / 6 / 10**x)
    return {"x": x.tolist(), "y": loss.tolist()}


def share_of(times: str) -> float:
    """The number that a choice of the slider stands for.

    Example:
      >>> share_of("1/4"), share_of("8")
      (0.25, 8.0)
    """
    above, _, below = times.partition("/")
    return float(above) / float(below or 1)


def spend_line(
    law: Law, name: str, parameters: float, tokens: float, times: str
) -> str:
    """What the line says; mirrored.

    Example:
      >>> from sbt_jax.scaling import laws
      >>> spend_line(laws()["fitted again"], "GPT-3", 175e9, 300e9, "1")[-44:]
      'loss 1.992. That is 18.7 tokens a parameter.'
    """
    flops, share = training_flops(parameters, tokens), share_of(times)
    best = best_split(law, flops)
    how = f"on {times} {'of' if share < 1 else 'times'} its size"
    size, text = parameters * share, tokens / share
    there = zip((size, text), (ACROSS, UP), strict=True)
    seen = all(low <= np.log10(value) <= high for value, (low, high) in there)
    return (
        f"The budget of {name}, {power(flops)} FLOPs, spent"
        f" {'as it was' if times == '1' else how}:"
        f" {amount(size)} parameters, {amount(text)} tokens, loss"
        f" {predicted_loss(law, size, text):.3f}.{'' if seen else OFF}"
        f" The best split by this law: {amount(best.parameters)} parameters,"
        f" {amount(best.tokens)} tokens, loss"
        f" {predicted_loss(law, *best):.3f}. That is"
        f" {amount(best.tokens / best.parameters)} tokens a parameter."
    )


def dots(law: Law, parameters: float, tokens: float, times: str) -> dict[str, Any]:
    """Where the reader's model, the best one and the budget stand; mirrored."""
    flops, share = training_flops(parameters, tokens), share_of(times)
    best = best_split(law, flops)
    mine = parameters * share, tokens / share
    return {
        "mine": [float(np.log10(x)) for x in mine],
        "best": [float(np.log10(x)) for x in best],
        "losses": [
            float(predicted_loss(law, *mine)),
            float(predicted_loss(law, *best)),
        ],
        "budget": [float(np.log10(flops / 6)) - x for x in ACROSS],
        "seen": [float(predicted_loss(law, *best)) + x for x in SEEN],
    }


def _named_axis(axis: Any) -> None:
    axis.ticker = FixedTicker(ticks=list(TICKS))
    axis.major_label_overrides = dict(TICKS)


def spend_your_compute(
    laws: Mapping[str, Law],
    models: Mapping[str, Sequence[float]],
    law: str = "fitted again",
    model: str = "GPT-3",
) -> kit.Embed:
    """Lines of equal loss, a budget across them, and the loss along it; live.

    Args:
      laws: By name.
      models: Parameters and tokens of published models.
      law: The one at first.
      model: The one whose budget is spent at first.
    """
    now, (parameters, tokens) = laws[law], models[model]
    found = dots(now, parameters, tokens, "1")
    lines = ColumnDataSource(contours(now) | {"at": [ACROSS[1]] * len(LEVELS)})
    budget = ColumnDataSource({"x": list(ACROSS), "y": found["budget"]})
    curve = ColumnDataSource(valley(now, training_flops(parameters, tokens)))
    here = ColumnDataSource(
        {
            "x": [found["mine"][0], found["best"][0]],
            "y": [found["mine"][1], found["best"][1]],
            "loss": found["losses"],
            "color": [kit.ORANGE, kit.GREEN],
            "what": ["your split", "the best split"],
        }
    )
    top = kit.axes(
        x_range=Range1d(*ACROSS),
        y_range=Range1d(*UP),
        height=300,
        y_axis_label="tokens of text",
    )
    top.multi_line("xs", "ys", color=kit.GREY, alpha=0.7, source=lines)
    top.add_layout(
        LabelSet(
            x="at",
            y="end",
            text="name",
            source=lines,
            x_offset=-28,
            y_offset=1,
            text_color=kit.GREY,
            text_font_size="12px",
        )
    )
    top.line("x", "y", color=kit.BLUE, line_width=2, source=budget)
    published = ColumnDataSource(
        {
            "x": [float(np.log10(n)) for n, _ in models.values()],
            "y": [float(np.log10(d)) for _, d in models.values()],
            "word": list(models),
        }
    )
    kit.name_dots(top, published)
    named = top.scatter("x", "y", size=7, color=kit.PURPLE, source=published)
    top.scatter("x", "y", size=12, color="color", source=here)
    top.add_tools(HoverTool(renderers=[named], tooltips=[("", "@word")]))
    _named_axis(top.xaxis)
    _named_axis(top.yaxis)
    low = kit.axes(
        x_range=top.x_range,
        height=170,
        x_axis_label="parameters of the model",
        y_axis_label="loss",
        y_range=Range1d(*found["seen"]),
        walk=False,
    )
    low.line("x", "y", color=kit.BLUE, line_width=2, source=curve)
    low.scatter("x", "loss", size=12, color="color", source=here)
    _named_axis(low.xaxis)
    pick = Select(
        title="whose budget",
        value=model,
        options=list(models),
        sizing_mode="stretch_width",
    )
    slider = parts.slider("size, times that model's", TIMES, AS_IT_WAS)
    group, buttons = kit.choice("The law", list(laws))
    group.active = list(laws).index(law)
    group.orientation = "vertical"
    line = kit.status(spend_line(now, model, parameters, tokens, "1"), lines=4)
    draw = kit.callback(
        __file__,
        pick=pick,
        slider=slider,
        group=group,
        lines=lines,
        budget=budget,
        curve=curve,
        here=here,
        seen=low.y_range,
        line=line,
        laws=[list(one) for one in laws.values()],
        models=[[name, *sizes] for name, sizes in models.items()],
    )
    pick.js_on_change("value", draw)
    slider.js_on_change("value", draw)
    group.js_on_change("active", draw)
    key = kit.legend(
        {
            "your split": kit.ORANGE,
            "the best": kit.GREEN,
            "one budget": kit.BLUE,
            "equal loss": kit.GREY,
            "models": kit.PURPLE,
        },
        {"your split": "●", "the best": "●", "models": "●"},
    )
    return kit.Embed(
        column(
            kit.beside([pick, slider, buttons, key], [top, low], least=190, share=0.3),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A map of parameters and tokens with lines of equal loss, published models,"
        " and one budget as a line; below it the loss along that line, a valley.",
        status=line,
        table=[
            ("model", "parameters", "tokens", "tokens a parameter"),
            *(
                (name, amount(n), amount(d), amount(d / n))
                for name, (n, d) in models.items()
            ),
        ],
    )
