"""Whether guessing pays: how fast, by how often guesses are kept and what steps cost.

Public names: :mod:`sbt_jax.viz.inference`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bokeh.layouts import column
from bokeh.models import Range1d

from sbt_jax.inference import break_even, expected_tokens, speedup
from sbt_jax.numbers import Number, decimal, percent
from sbt_jax.viz import kit, parts

RATES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
CROWDS = (1, 16, 64, 128, 256)  # texts that a chip writes at once
MOST = 8  # guesses at a time
COUNTED = 4  # of which the line tells
LINES = {
    "this machine": kit.BLUE,
    "large chip": kit.ORANGE,
    "tokens a pass": kit.GREY,
    "as fast as without": kit.GREEN,
}
DASHED = dict.fromkeys(list(LINES)[2:], "╌╌")


class Costs(NamedTuple):
    """What guessing costs, in steps of the model that checks.

    ``guess`` is a step of the one that guesses; ``checks[i]`` a pass over ``i + 1``
    guesses and the token before them.
    """

    guess: Number
    checks: Sequence[Number]


def on_chip(balance: Number, guess: Number, crowd: int) -> Costs:
    """Costs on a chip, by the roofline; the caches of the texts are not counted.

    Args:
      balance: Tokens at once from which on sums take longer than the weights' way.
      guess: Size of the model that guesses, in sizes of the other.
      crowd: Texts that are written at once.

    Example:
      >>> on_chip(100, 0.1, 1).checks[3], on_chip(100, 0.1, 50).checks[3]
      (1.0, 2.5)
    """
    step = max(1.0, crowd / balance)
    checks = [max(1.0, crowd * (i + 2) / balance) / step for i in range(MOST)]
    return Costs(guess, checks)


def gains(rate: float, costs: Costs) -> list[float]:
    """How many times as fast, by guesses at a time."""
    return [
        speedup(rate, i + 1, costs.guess, check) for i, check in enumerate(costs.checks)
    ]


def worth_line(rate: float, crowd: int, here: Costs, chip: Costs) -> str:
    """What the line says.

    Example:
      >>> line = worth_line(0.8, 1, Costs(0.5, [2] * 8), Costs(0.1, [1] * 8))
      >>> line[:71]
      'With 80 % of guesses kept, 4 at a time give 3.36 tokens a pass. On this'
    """

    def told(costs: Costs) -> str:
        most = break_even(rate, COUNTED, costs.guess)
        check = costs.checks[COUNTED - 1]
        gain = speedup(rate, COUNTED, costs.guess, check)
        return (
            f"a check costs {decimal(check)} steps and may cost {decimal(most)}:"
            f" {decimal(gain)} times as fast"
        )

    texts = "one text" if crowd == 1 else f"{crowd} texts at once"
    tokens = decimal(expected_tokens(rate, COUNTED))
    return (
        f"With {percent(rate)} of guesses kept, {COUNTED} at a time give {tokens}"
        f" tokens a pass. On this machine {told(here)}. On the large chip with {texts}"
        f" {told(chip)}."
    )


def is_it_worth_it(here: Costs, balance: Number, guess: Number) -> kit.Embed:
    """Lines of how fast guessing is, by guesses at a time, on two machines.

    Args:
      here: What was measured.
      balance: Of the large chip: see :func:`on_chip`.
      guess: Size of the model that guesses there, in sizes of the other.
    """
    names = {percent(rate): rate for rate in RATES}
    kept = parts.slider("of guesses are kept", list(names), RATES.index(0.8))
    crowd = parts.slider("texts at once on the large chip", [str(c) for c in CROWDS], 0)

    def columns(share: str, texts: str) -> Mapping[str, Any]:
        rate = names[share]
        return {
            "here": gains(rate, here),
            "chip": gains(rate, on_chip(balance, guess, int(texts))),
            "tokens": [expected_tokens(rate, i + 1) for i in range(MOST)],
        }

    numbers = list(range(1, MOST + 1))
    source = parts.data([kept, crowd], columns, guesses=numbers)
    plot = kit.axes(
        x_range=Range1d(0.8, MOST + 0.2),
        y_range=Range1d(0, 7.6),
        x_axis_label="guesses at a time",
        y_axis_label="times as fast",
        height=280,
    )
    plot.xaxis.ticker = numbers
    for name, color in (("tokens", kit.GREY), ("chip", kit.ORANGE), ("here", kit.BLUE)):
        dash = "dashed" if name == "tokens" else "solid"
        plot.line(
            "guesses", name, color=color, line_width=2.5, line_dash=dash, source=source
        )
        if name != "tokens":
            plot.scatter("guesses", name, color=color, size=7, source=source)
    plot.add_layout(parts.mark(1, kit.GREEN, across=True))
    line = parts.status(
        [kept, crowd],
        lambda share, texts: worth_line(
            names[share], int(texts), here, on_chip(balance, guess, int(texts))
        ),
    )
    line.styles = {**line.styles, "min-height": "6.7em"}
    return kit.Embed(
        column(
            kit.beside(
                [kept, crowd],
                [kit.legend(LINES, DASHED), plot],
                share=0.32,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Lines of how many times as fast a model writes with guesses, by guesses at"
        " a time: on the machine that was measured and on a large chip, beside the"
        " tokens of a pass.",
        status=line,
        table=[
            ("guesses at a time", "tokens a pass", "this machine", "large chip"),
            *(
                (
                    i + 1,
                    decimal(expected_tokens(0.8, i + 1)),
                    decimal(gains(0.8, here)[i]),
                    decimal(gains(0.8, on_chip(balance, guess, 1))[i]),
                )
                for i in (0, 3, 7)
            ),
        ],
    )
