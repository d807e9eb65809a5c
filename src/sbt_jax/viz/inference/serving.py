"""A server that many people ask at once, simulated.

Public names: :mod:`sbt_jax.viz.inference`; ``serving.mjs`` simulates the same way.
"""

import dataclasses
from collections.abc import Sequence
from statistics import median

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Range1d, Select

from sbt_jax.inference import POLICIES, Ask, Prices, Served, gaps, serve
from sbt_jax.numbers import count, decimal
from sbt_jax.viz import kit, parts

RULES = 2000  # tokens that begin every prompt
RATES = (1, 2, 4, 8)  # questions a second
WAYS = ("read each time", "kept for all")
STALL = 0.04  # seconds without a token that are drawn as a hole
COLORS = {"waiting": kit.GREY, "reading": kit.ORANGE, "writing": kit.BLUE}


def questions(number: int = 16, seed: int = 3) -> list[Ask]:
    """Questions that come once a second on average, some with long prompts.

    Args:
      number: How many.
      seed: Of their times and lengths.

    Example:
      >>> asks = questions(4)
      >>> asks[0].at, all(ask.prompt > 2000 for ask in asks)
      (0.0, True)
    """
    chance = np.random.default_rng(seed)
    times = np.cumsum(chance.exponential(1.0, number))
    times -= times[0]
    prompts = RULES + np.exp(chance.uniform(np.log(200), np.log(14_000), number))
    answers = chance.integers(40, 280, number)
    return [
        Ask(round(float(at), 3), int(prompt), int(answer))
        for at, prompt, answer in zip(times, prompts, answers, strict=True)
    ]


def faster(asks: Sequence[Ask], rate: int) -> list[Ask]:
    """The same questions, so many a second; mirrored."""
    return [ask._replace(at=ask.at / rate) for ask in asks]


def lanes(asks: Sequence[Ask], served: Sequence[Served]) -> dict[str, list[object]]:
    """A bar for each thing that a question does, one lane each; mirrored.

    Writing has a hole wherever no token comes for longer than ``STALL``.
    """
    found: list[tuple[int, float, float, str]] = []
    for row, (ask, one) in enumerate(zip(asks, served, strict=True)):
        found.append((row, ask.at, one.start, "waiting"))
        found.append((row, one.start, one.tokens[0], "reading"))
        begin = one.tokens[0]
        for before, after in zip(one.tokens, one.tokens[1:], strict=False):
            if after - before > STALL:
                found.append((row, begin, before, "writing"))
                begin = after
        found.append((row, begin, one.tokens[-1], "writing"))
    found = [bar for bar in found if bar[2] > bar[1]]
    return {
        "row": [row for row, *_ in found],
        "left": [left for _, left, _, _ in found],
        "right": [right for *_, right, _ in found],
        "color": [COLORS[kind] for *_, kind in found],
    }


def served_line(asks: Sequence[Ask], served: Sequence[Served]) -> str:
    """What the line says; mirrored.

    Example:
      >>> served_line([Ask(0.0, 9, 3)], [Served(0.0, (1.0, 1.5, 2.5))])
      ... # doctest: +ELLIPSIS
      'First token after 1,000 ms (median), 1,000 ms at worst. Between two tokens...
    """
    first = sorted(o.tokens[0] - a.at for a, o in zip(asks, served, strict=True))
    between = sorted(gap for one in served for gap in gaps(one)) or [0.0]
    last = max(one.tokens[-1] for one in served)

    def ms(seconds: float) -> str:
        return f"{count(1000 * seconds)} ms"

    return (
        f"First token after {ms(median(first))} (median),"
        f" {ms(first[-1])} at worst. Between two tokens"
        f" {ms(median(between))} (median), {ms(between[-1])} at worst."
        f" All is answered after {decimal(last, 1)} s."
    )


def the_server(asks: Sequence[Ask], prices: Prices, rate: int = 4) -> kit.Embed:
    """Lanes of questions, by how the server orders its work.

    Args:
      asks: Questions, one a second on average.
      prices: What a step costs.
      rate: Questions a second at first: one of ``RATES``.
    """
    policy = Select(title="The server", options=list(POLICIES), value=POLICIES[0])
    policy.sizing_mode = "stretch_width"
    load = parts.slider(
        "questions a second", [str(r) for r in RATES], RATES.index(rate)
    )
    kept = Select(title="The common beginning", options=list(WAYS))
    kept.value = WAYS[0]
    kept.sizing_mode = "stretch_width"
    now = faster(asks, rate)
    served = serve(now, prices, POLICIES[0])
    source = ColumnDataSource(lanes(now, served))
    plot = kit.axes(
        x_range=Range1d(0, 1.02 * max(one.tokens[-1] for one in served)),
        y_range=Range1d(len(asks) - 0.4, -0.6),
        x_axis_label="seconds",
        y_axis_label="questions, as they come",
        height=300,
    )
    plot.yaxis.major_label_text_font_size = "0pt"
    plot.yaxis.major_tick_line_color = None
    plot.hbar(
        "row", left="left", right="right", height=0.62, color="color", source=source
    )
    line = kit.status(served_line(now, served), lines=4)
    draw = kit.callback(
        __file__,
        asks=[list(ask) for ask in asks],
        prices=dataclasses.asdict(prices),
        policies=list(POLICIES),
        ways=list(WAYS),
        rules=RULES,
        policy=policy,
        load=load,
        kept=kept,
        source=source,
        plot=plot,
        line=line,
        colors=COLORS,
    )
    for widget in (policy, load, kept):
        widget.js_on_change("value", draw)
    return kit.Embed(
        column(
            kit.beside([policy, load, kept], [kit.legend(COLORS), plot], share=0.32),
            line,
            sizing_mode="stretch_width",
        ),
        alt="One lane for each of sixteen questions: how long it waits, is read, and is"
        " answered, under four ways to run a server.",
        status=line,
        table=[
            ("question", "comes after, s", "first token, s", "last token, s"),
            *(
                (
                    i + 1,
                    decimal(ask.at),
                    decimal(one.tokens[0]),
                    decimal(one.tokens[-1]),
                )
                for i, (ask, one) in enumerate(zip(now, served, strict=True))
            ),
        ],
    )
