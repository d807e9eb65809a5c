"""A server that many people ask at once, simulated.

Public names: :mod:`sbt_jax.viz.inference`; ``serving.mjs`` simulates the same way.
"""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from bokeh.core.properties import value as fixed
from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    FixedTicker,
    LayoutDOM,
    Range1d,
    Select,
    Slider,
)

from sbt_jax.inference import POLICIES, Ask, Prices, Served, Timed, gaps, serve
from sbt_jax.numbers import Number, count, decimal
from sbt_jax.viz import kit, parts
from sbt_jax.viz.inference.memory import LAYOUTS, SHARED, Plan, squares

RATES = (1, 2, 4, 8, 16, 32, 64, 128)  # questions a second
WAYS = ("read each time", "kept for all")
VIEWS = ("lanes", "waits", "memory")
COLORS = {"waiting": kit.GREY, "reading": kit.ORANGE, "writing": kit.BLUE}
WAITS = {"first tokens": kit.ORANGE, "gaps between tokens": kit.BLUE}
TEXTS = kit.PALETTE[:5]  # of squares, in turn; what is shared is grey
EDGES = [round(10 ** (k / 6), 6) for k in range(-3, 28)]  # milliseconds, of bars
MOMENT = 40  # per cent of the time


class Server(NamedTuple):
    """One server: who asks, what steps cost, what memory there is.

    ``rules`` tokens begin every prompt; ``rate`` is how many questions come in a second
    at first; ``stall`` are the seconds without a token that are drawn as a hole.
    """

    asks: Sequence[Ask]
    prices: Prices | Timed
    plan: Plan
    rate: int
    rules: int
    stall: float


def questions(
    number: int = 16,
    seed: int = 3,
    rules: int = 2000,
    own: tuple[int, int] = (200, 14_000),
    answers: tuple[int, int] = (40, 280),
) -> list[Ask]:
    """Questions that come once a second on average, some with long prompts.

    Args:
      number: How many.
      seed: Of their times and lengths.
      rules: Tokens that begin every prompt.
      own: The fewest and the most tokens that follow these.
      answers: The fewest tokens of an answer, and one more than the most.

    Example:
      >>> asks = questions(4)
      >>> asks[0].at, all(ask.prompt > 2000 for ask in asks)
      (0.0, True)
    """
    chance = np.random.default_rng(seed)
    times = np.cumsum(chance.exponential(1.0, number))
    times -= times[0]
    prompts = rules + np.exp(chance.uniform(np.log(own[0]), np.log(own[1]), number))
    lengths = chance.integers(*answers, number)
    return [
        Ask(round(float(at), 3), int(prompt), int(answer))
        for at, prompt, answer in zip(times, prompts, lengths, strict=True)
    ]


def servers(chip: Prices, here: Timed) -> dict[str, Server]:
    """The two servers of the page.

    Args:
      chip: What a step of Llama 3 8B costs on a large chip.
      here: What a step of main cost where it was timed.
    """
    longest = 40 * 512  # tokens that an older server sets aside for a text
    return {
        "Llama, data sheet": Server(
            questions(), chip, Plan(chip.room // longest, 40, 512), 4, 2000, 0.04
        ),
        "main, measured": Server(
            questions(rules=48, own=(8, 128), answers=(20, 70)),
            here,
            Plan(here.room // 256, 16, 16),
            64,
            48,
            0.008,
        ),
    }


def faster(asks: Sequence[Ask], rate: int) -> list[Ask]:
    """The same questions, so many a second; mirrored."""
    return [ask._replace(at=ask.at / rate) for ask in asks]


def lanes(
    asks: Sequence[Ask], served: Sequence[Served], stall: float
) -> dict[str, list[object]]:
    """A bar for each thing that a question does, one lane each; mirrored.

    Writing has a hole wherever no token comes for longer than ``stall`` seconds.
    """
    found: list[tuple[int, float, float, str]] = []
    for row, (ask, one) in enumerate(zip(asks, served, strict=True)):
        found.append((row, ask.at, one.start, "waiting"))
        found.append((row, one.start, one.tokens[0], "reading"))
        begin = one.tokens[0]
        for before, after in zip(one.tokens, one.tokens[1:], strict=False):
            if after - before > stall:
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
        spent = 1000 * seconds
        return f"{count(spent) if spent >= 10 else decimal(spent, 1)} ms"

    return (
        f"First token after {ms(median(first))} (median),"
        f" {ms(first[-1])} at worst. Between two tokens"
        f" {ms(median(between))} (median), {ms(between[-1])} at worst."
        f" All is answered after {decimal(last, 1 if last >= 10 else 2)} s."
    )


def waits(asks: Sequence[Ask], served: Sequence[Served]) -> dict[str, list[float]]:
    """How many first tokens and gaps are how long: shares in per cent; mirrored.

    What is shorter or longer than all bars counts in the nearest one.
    """
    first = [one.tokens[0] - ask.at for ask, one in zip(asks, served, strict=True)]
    between = [gap for one in served for gap in gaps(one)]

    def shares(values: Sequence[float]) -> list[float]:
        found = [0.0] * (len(EDGES) - 1)
        for seconds in values:
            at = sum(1000 * seconds >= edge for edge in EDGES) - 1
            found[min(max(at, 0), len(found) - 1)] += 100 / len(values)
        return found

    return {
        "left": EDGES[:-1],
        "middle": [(a * b) ** 0.5 for a, b in itertools.pairwise(EDGES)],
        "right": EDGES[1:],
        "first": shares(first),
        "gap": shares(between),
    }


def drawn(found: Mapping[str, Sequence[int]], plan: Plan) -> dict[str, list[Any]]:
    """Where squares are drawn, and how; the first of each text has its number."""
    places, owners = found["place"], found["question"]
    return {
        "x": [at % plan.columns for at in places],
        "y": [at // plan.columns for at in places],
        "color": [
            kit.GREY if of == SHARED else TEXTS[of % len(TEXTS)] for of in owners
        ],
        "alpha": [0.9 if held else 0.25 for held in found["held"]],
        "number": [
            str(of + 1) if of != SHARED and of not in owners[:i] else ""
            for i, of in enumerate(owners)
        ],
        "ink": [
            kit.ink(kit.GREY if of == SHARED else TEXTS[of % len(TEXTS)])
            for of in owners
        ],
    }


def the_server(offered: Mapping[str, Server]) -> kit.Embed:
    """Questions to a server, by how it orders its work: lanes, waits, its memory.

    Args:
      offered: By name. The first is chosen at first.
    """
    names, kinds = list(offered), list(offered.values())
    first = kinds[0]
    now = faster(first.asks, first.rate)
    served = serve(now, first.prices, POLICIES[0])
    chip, policy, kept, layout = (
        Select(title=title, options=options, value=options[0])
        for title, options in (
            ("What runs", names),
            ("The server", list(POLICIES)),
            ("The common beginning", list(WAYS)),
            ("Memory is given", list(LAYOUTS)),
        )
    )
    moment = Slider(
        title="moment, % of the time", start=0, end=100, step=1, value=MOMENT
    )
    for widget in (chip, policy, kept, layout, moment):
        widget.sizing_mode = "stretch_width"
    load = parts.slider(
        "questions a second", [str(r) for r in RATES], RATES.index(first.rate)
    )
    view, views = kit.choice("Look at", VIEWS)
    last = max(one.tokens[-1] for one in served)
    sources = {
        "lanes": ColumnDataSource(lanes(now, served, first.stall)),
        "waits": ColumnDataSource(waits(now, served)),
        "memory": ColumnDataSource(
            drawn(
                squares(now, served, first.plan, LAYOUTS[0], last * MOMENT / 100),
                first.plan,
            )
        ),
    }
    shown = [
        _lanes(sources["lanes"], len(now), last),
        _waits(sources["waits"]),
        _memory(sources["memory"], first.plan, [layout, moment]),
    ]
    for other in shown[1:]:
        other.visible = False
    line = kit.status(served_line(now, served), lines=4)
    shared = {
        "servers": [_plain(one) for one in kinds],
        "names": names,
        "policies": list(POLICIES),
        "ways": list(WAYS),
        "layouts": list(LAYOUTS),
        "edges": EDGES,
        "chip": chip,
        "policy": policy,
        "load": load,
        "kept": kept,
        "view": view,
        "layout": layout,
        "moment": moment,
        "shown": shown,
        "sources": sources,
        "seconds": shown[0].children[1].x_range,
        "grid": [getattr(shown[2].children[-1], f"{axis}_range") for axis in "xy"],
        "line": line,
        "texts": [[color, kit.ink(color)] for color in (*TEXTS, kit.GREY)],
    }
    draw = kit.callback(__file__, turned=False, **shared)
    chip.js_on_change("value", kit.callback(__file__, turned=True, **shared))
    for widget in (policy, load, kept, layout, moment):
        widget.js_on_change("value", draw)
    view.js_on_change("active", draw)
    return kit.Embed(
        column(
            kit.beside([chip, policy, load, kept, views], shown, share=0.32),
            line,
            sizing_mode="stretch_width",
        ),
        alt="One lane for each of sixteen questions: how long it waits, is read, and is"
        " answered, under four ways to run a server; or bars of how long first tokens"
        " and gaps take; or a map of the memory.",
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


def _plain(one: Server) -> dict[str, Any]:
    """A server as the browser reads it."""
    return {
        "asks": [list(ask) for ask in one.asks],
        "prices": dataclasses.asdict(one.prices),
        "plan": dataclasses.asdict(one.plan),
        "rate": str(one.rate),
        "rules": one.rules,
        "stall": one.stall,
    }


def _lanes(source: ColumnDataSource, rows: int, last: Number) -> LayoutDOM:
    plot = kit.axes(
        x_range=Range1d(0, 1.02 * last),
        y_range=Range1d(rows - 0.4, -0.6),
        x_axis_label="seconds",
        y_axis_label="questions, as they come",
        height=320,
    )
    plot.yaxis.major_label_text_font_size = "0pt"
    plot.yaxis.major_tick_line_color = None
    plot.hbar(
        "row", left="left", right="right", height=0.62, color="color", source=source
    )
    return column(kit.legend(COLORS), plot, sizing_mode="stretch_width")


def _waits(source: ColumnDataSource) -> LayoutDOM:
    plot = kit.axes(
        x_axis_type="log",
        x_range=Range1d(EDGES[0], EDGES[-1]),
        y_range=Range1d(0, 100),
        x_axis_label="milliseconds",
        y_axis_label="% of them",
        height=320,
    )
    plot.xaxis.ticker = FixedTicker(ticks=[1, 10, 100, 1000, 10_000])
    plot.xaxis.major_label_overrides = {
        1: "1",
        10: "10",
        100: "100",
        1000: "1,000",
        10_000: "10,000",
    }
    for name, left, right, color in (
        ("gap", "left", "middle", kit.BLUE),
        ("first", "middle", "right", kit.ORANGE),
    ):
        plot.quad(
            left=left,
            right=right,
            bottom=fixed(0),
            top=name,
            color=color,
            line_color=None,
            source=source,
        )
    return column(kit.legend(WAITS), plot, sizing_mode="stretch_width")


def _memory(
    source: ColumnDataSource, plan: Plan, controls: list[LayoutDOM]
) -> LayoutDOM:
    plot = kit.axes(
        x_range=Range1d(-0.6, plan.columns - 0.4),
        y_range=Range1d(plan.rows - 0.4, -0.6),
        x_axis_label="memory: a row holds the longest text",
        height=230,
    )
    for axis in (*plot.xaxis, *plot.yaxis):
        axis.major_label_text_font_size = "0pt"
        axis.major_tick_line_color = None
    plot.grid.visible = False
    plot.rect(
        "x",
        "y",
        width=0.9,
        height=0.86,
        fill_color="color",
        fill_alpha="alpha",
        line_color="color",
        source=source,
    )
    plot.text(
        "x",
        "y",
        text="number",
        text_color="ink",
        text_font_size="10px",
        text_align="center",
        text_baseline="middle",
        source=source,
    )
    told = kit.label(
        "Squares of one colour are one text; pale ones are set aside and empty; grey is"
        " the common beginning."
    )
    return column(*controls, told, plot, sizing_mode="stretch_width")
