"""What was measured: rewards step by step, layers against swaps, budgets and the law.

Public names: :mod:`sbt_jax.viz.reasoning`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import FixedTicker, Range1d

from sbt_jax.numbers import decimal, percent
from sbt_jax.reasoning import MOST, law
from sbt_jax.viz import kit, parts

LAYERS = {"1": kit.GREY, "2": kit.OCHRE, "4": kit.BLUE}
FLOOR = 0.2  # who guesses one of five places


def price_name(cost: str) -> str:
    """What the buttons call a price.

    Example:
      >>> price_name("0.0"), price_name("0.05")
      ('nothing', '0.05')
    """
    return "nothing" if float(cost) == 0 else cost


def mean_look(rows: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    """The mean over runs, by swaps.

    Example:
      >>> mean_look([{"right": [0.0, 1.0]}, {"right": [1.0, 1.0]}], "right")
      [0.5, 1.0]
    """
    return np.mean([row[name] for row in rows], axis=0).round(4).tolist()


def learning_line(
    step: int,
    right: Sequence[float],
    thinks: Sequence[float],
    places: Sequence[float],
) -> str:
    """What the line says of a step.

    Example:
      >>> learning_line(20, [1.0, 0.5], [0.0, 1.0], [0.0, 2.0])[:36]
      'After 20 steps it thinks before 0 % '
    """
    return (
        f"After {step} steps it thinks before {percent(thinks[0])} of its answers to"
        f" games of one swap, and {percent(thinks[-1])} of those of {len(right)}."
        f" It writes {decimal(float(np.mean(places)), 1)} places on the mean, and is"
        f" right in {percent(float(np.mean(right)))} of all games."
    )


def learning_to_think(table: Mapping[str, Any]) -> kit.Embed:
    """How often a model thinks, and is right, by swaps and by steps of reward.

    Args:
      table: By the price of a written place: ``looks``, by step what each run did.
    """
    prices = {price_name(cost): cost for cost in table}
    group, pick = kit.choice("A written place costs", list(prices))
    steps = list(next(iter(table.values()))["looks"])
    slider = parts.slider("steps of learning", steps, at=-1)
    swaps = list(range(1, MOST + 1))

    def of(price: str, step: str, name: str) -> list[float]:
        return mean_look(table[prices[price]]["looks"][step], name)

    colors = {"it thinks first": kit.BLUE, "it is right": kit.GREEN}
    names = {"it thinks first": "thinks", "it is right": "right"}
    plot = kit.axes(
        x_range=Range1d(0.6, MOST + 0.4),
        y_range=Range1d(0, 1.05),
        height=260,
        x_axis_label="swaps of the game",
        y_axis_label="share of the answers",
    )
    plot.xaxis.ticker = FixedTicker(ticks=swaps)
    for label, color in colors.items():
        source = parts.data(
            [group, slider],
            lambda price, step, label=label: {"y": of(price, step, names[label])},
            x=swaps,
        )
        plot.line("x", "y", color=color, line_width=3, source=source)
        plot.scatter("x", "y", color=color, size=9, source=source)
    first = next(iter(prices))
    before = of(first, steps[0], "right")
    plot.line(swaps, before, color=kit.GREY, line_dash="dashed", line_width=2)
    plot.line([0.6, MOST + 0.4], [FLOOR] * 2, color=kit.PURPLE, line_dash="dashed")
    line = parts.status(
        [group, slider],
        lambda price, step: learning_line(
            int(step),
            of(price, step, "right"),
            of(price, step, "thinks"),
            of(price, step, "places"),
        ),
    )
    line.styles = {**line.styles, "min-height": "5.4em"}
    dashed = {"right before": kit.GREY, "a blind guess": kit.PURPLE}
    key = kit.legend(colors | dashed, dict.fromkeys(dashed, "╌╌"))
    return kit.Embed(
        column(
            kit.beside([pick, slider], [key, plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Two lines over the number of swaps: how often the model thinks first, and"
        " how often it is right. Both rise as it learns from rewards.",
        status=line,
        table=[
            ("swaps", *colors),
            *(
                (
                    n,
                    *(percent(of(first, steps[-1], names[c])[n - 1]) for c in colors),
                )
                for n in swaps
            ),
        ],
    )


def layers_line(swaps: int, right: Mapping[str, float]) -> str:
    """What the line says of a number of swaps.

    Example:
      >>> layers_line(2, {"1": 0.5, "2": 1.0})
      'After 2 swaps, at once: with 1 layer 50 % right, with 2 layers 100 % right.'
    """
    told = ", ".join(
        f"with {n} layer{'' if n == '1' else 's'} {percent(x)} right"
        for n, x in right.items()
    )
    return f"After {swaps} swap{'' if swaps == 1 else 's'}, at once: {told}."


def layers_and_swaps(table: Mapping[str, Sequence[Sequence[float]]]) -> kit.Embed:
    """Answers at once, by swaps and by layers.

    Args:
      table: By the number of layers, for each seed the right answers by swaps.
    """
    many = len(next(iter(table.values()))[0])
    swaps = list(range(1, many + 1))
    seeds = [f"model {i + 1}" for i in range(len(next(iter(table.values()))))]
    group, pick = kit.choice("Trained from another start", seeds)
    slider = parts.slider("swaps", [str(n) for n in swaps], at=2)

    def of(name: str) -> dict[str, Sequence[float]]:
        return {n: rows[seeds.index(name)] for n, rows in table.items()}

    plot = kit.axes(
        x_range=Range1d(0.7, many + 0.3),
        y_range=Range1d(0, 1.05),
        height=240,
        x_axis_label="swaps",
        y_axis_label="right at once",
    )
    plot.xaxis.ticker = FixedTicker(ticks=swaps)
    for n in table:
        source = parts.data([group], lambda name, n=n: {"y": of(name)[n]}, x=swaps)
        plot.line("x", "y", color=LAYERS[n], line_width=3, source=source)
        plot.scatter("x", "y", color=LAYERS[n], size=8, source=source)
    here = parts.data(
        [slider, group],
        lambda at, name: {
            "x": [int(at)] * len(table),
            "y": [row[int(at) - 1] for row in of(name).values()],
        },
    )
    plot.scatter("x", "y", size=15, fill_alpha=0, color=kit.PURPLE, source=here)
    line = parts.status(
        [slider, group],
        lambda at, name: layers_line(
            int(at), {n: row[int(at) - 1] for n, row in of(name).items()}
        ),
    )
    key = kit.legend({f"{n} layer{'' if n == '1' else 's'}": LAYERS[n] for n in table})
    return kit.Embed(
        column(
            kit.beside([pick, slider], [key, plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Right answers without a chain by the number of swaps, for models with one,"
        " two and four layers. More layers hold out longer, but all fall.",
        status=line,
        table=[
            ("swaps", *(f"layers {n}" for n in table)),
            *(
                (n, *(percent(rows[0][n - 1]) for rows in table.values()))
                for n in swaps
            ),
        ],
    )


def budgets_line(swaps: int, budget: int, right: float, expected: float) -> str:
    """What the line says of a budget.

    Example:
      >>> budgets_line(8, 1, 0.25, 0.2234)
      'Of 8 swaps 1 written down: right 25 %, by the law 22 %.'
    """
    return (
        f"Of {swaps} swap{'' if swaps == 1 else 's'} {budget} written down: right"
        f" {percent(right)}, by the law {percent(expected)}."
    )


def budgets_and_the_law(right: Sequence[Sequence[float]], silent: float) -> kit.Embed:
    """Right answers by budget, beside the law.

    Args:
      right: By swaps from 1 and by budget from 0, the share of right answers.
      silent: Swaps done in the head, for the law.
    """
    many = len(right)
    slider = parts.slider("swaps", [str(n) for n in range(1, many + 1)], at=-1)

    def curves(at: str) -> dict[str, list[Any]]:
        row = list(right[int(at) - 1])
        expected = [law(int(at), b, silent) for b in range(len(row))]
        return {"x": list(range(len(row))), "y": row, "law": expected}

    source = parts.data([slider], curves)
    plot = kit.axes(
        x_range=Range1d(-0.3, many + 0.3),
        y_range=Range1d(0, 1.05),
        height=240,
        x_axis_label="places written down",
        y_axis_label="right",
    )
    plot.xaxis.ticker = FixedTicker(ticks=list(range(many + 1)))
    plot.line(
        "x", "law", color=kit.GREEN, line_dash="dashed", line_width=2, source=source
    )
    plot.scatter("x", "y", color=kit.BLUE, size=10, source=source)
    line = parts.status(
        [slider],
        lambda at: " ".join(
            budgets_line(int(at), b, right[int(at) - 1][b], law(int(at), b, silent))
            for b in (0, max(0, int(at) - 2))[: 1 + (int(at) > 2)]
        ),
    )
    key = kit.legend(
        {"measured": kit.BLUE, f"the law, d = {decimal(silent, 1)}": kit.GREEN},
        {"measured": "●", f"the law, d = {decimal(silent, 1)}": "╌╌"},
    )
    return kit.Embed(
        column(
            kit.beside([slider], [key, plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Right answers by the number of places written down, as dots, beside the"
        " line that the law draws.",
        status=line,
        table=[
            ("places written", "right", "by the law"),
            *(
                (b, percent(x), percent(law(many, b, silent)))
                for b, x in enumerate(right[-1])
            ),
        ],
    )
