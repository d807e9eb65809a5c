"""Which block of memory holds which text, at one moment of a simulated server.

A part of the figure in ``serving``, whose script mirrors what is said of it.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, LayoutDOM, Range1d

from sbt_jax.inference import Ask, Served
from sbt_jax.numbers import Number, count, decimal, percent
from sbt_jax.viz import kit

LAYOUTS = ("in blocks", "set aside for the longest")
TEXTS = kit.PALETTE[:5]  # of squares, in turn; what is shared is grey
SHARED = -1  # in place of a question: the beginning that all have in common


class Plan(NamedTuple):
    """How the memory of a server is drawn: a row is what the longest text takes.

    There is room for so many ``rows``, each of so many ``columns`` of squares. A
    ``square`` holds so many tokens: one ``block`` of them, or several.
    """

    rows: int
    columns: int
    square: int
    block: int = 16


def stays(
    ask: Ask, one: Served, apart: bool, moment: Number = math.inf
) -> tuple[float, float, int]:
    """From when until when a text is in memory, and its tokens by a moment.

    With two chips it is the memory of the one that writes.
    """
    begin = one.tokens[0] if apart else one.start
    written = sum(time <= moment for time in one.tokens)
    return begin, one.tokens[-1], ask.prompt + written


def squares(
    asks: Sequence[Ask],
    served: Sequence[Served],
    plan: Plan,
    layout: str,
    moment: Number,
    shared: int = 0,
    apart: bool = False,
) -> dict[str, list[int]]:
    """The squares that are taken at a moment; mirrored.

    In blocks, a text takes the first free squares, as it grows, and gives them back at
    its end; what all have in common is there once. Set aside, it takes a whole row.

    Args:
      asks: Questions.
      served: What became of them.
      plan: The memory.
      layout: One of ``LAYOUTS``.
      moment: Seconds.
      shared: Tokens at the beginning of every prompt that are kept for all.
      apart: Whether one chip reads and another one writes.

    Returns:
      Of each square its ``place``, the question that it is of (or ``SHARED``), and
      whether it is ``held``: 1 if there is a token in it, 0 if it is only set aside.
    """
    blocks = layout == LAYOUTS[0]
    common = shared // plan.square if blocks else 0
    owner: list[int | None] = [None] * (plan.rows * plan.columns)
    owner[:common] = [SHARED] * common
    changes: list[tuple[float, int, int, int]] = []
    for i, (ask, one) in enumerate(zip(asks, served, strict=True)):
        begin, end, _ = stays(ask, one, apart)
        if begin >= end:
            continue
        changes.append((end, 0, i, 0))
        for k, time in enumerate([begin, *one.tokens[:-1]]):
            need = math.ceil((ask.prompt + k) / plan.square) - common
            changes.append((max(time, begin), 1, i, need if blocks else plan.columns))
    owned: list[list[int]] = [[] for _ in asks]
    for time, kind, i, need in sorted(changes):
        if time > moment:
            break
        if kind == 0:
            for place in owned[i]:
                owner[place] = None
            owned[i] = []
        elif need > len(owned[i]):
            more = need - len(owned[i])
            free = [at for at, of in enumerate(owner) if of is None]
            if not blocks:  # rows that nobody has
                free = [at for at in free if owner[at - at % plan.columns] is None]
            for place in free[:more]:
                owner[place] = i
                owned[i].append(place)
    filled = {
        place
        for i, (ask, one) in enumerate(zip(asks, served, strict=True))
        for place in owned[i][
            : math.ceil(stays(ask, one, apart, moment)[2] / plan.square) - common
        ]
    }
    taken = [(at, of) for at, of in enumerate(owner) if of is not None]
    return {
        "place": [at for at, _ in taken],
        "question": [of for _, of in taken],
        "held": [int(of == SHARED or at in filled) for at, of in taken],
    }


def memory_line(
    asks: Sequence[Ask],
    served: Sequence[Served],
    plan: Plan,
    layout: str,
    moment: Number,
    shared: int = 0,
    apart: bool = False,
) -> str:
    """What the line says of the memory at a moment; mirrored.

    Arguments are those of :func:`squares`.

    Example:
      >>> plan = Plan(rows=2, columns=4, square=16)
      >>> asks, served = [Ask(0.0, 20, 3)], [Served(0.0, (1.0, 2.0, 3.0))]
      >>> memory_line(asks, served, plan, "in blocks", 1.5)[:66]
      'After 1.50 s one text is in memory, of 21 tokens. They take room f'
    """
    here = [
        kept
        for begin, end, kept in (
            stays(ask, one, apart, moment)
            for ask, one in zip(asks, served, strict=True)
        )
        if begin <= moment < end
    ]
    when = f"After {decimal(moment)} s"
    if not here:
        return f"{when} no text is in memory."
    blocks, block = layout == LAYOUTS[0], plan.block
    common = shared // plan.square * plan.square if blocks else 0
    tokens = sum(here) - common * (len(here) - 1)
    if blocks:
        room = common + sum(math.ceil((kept - common) / block) * block for kept in here)
    else:
        room = len(here) * plan.columns * plan.square
    texts = "one text is" if len(here) == 1 else f"{len(here)} texts are"
    once = f" The first {count(common)} are there once for all." if common else ""
    return (
        f"{when} {texts} in memory, of {count(tokens)} tokens.{once} They take room for"
        f" {count(room)}: {percent(tokens / room, 1)} of it holds a token. A square is"
        f" {count(plan.square)} tokens."
    )


def drawn(found: Mapping[str, Sequence[int]], plan: Plan) -> dict[str, list[Any]]:
    """Where squares are drawn, and how; the first of each text has its number.

    Mirrored.
    """
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


def memory_plot(
    source: ColumnDataSource, plan: Plan, controls: list[LayoutDOM]
) -> LayoutDOM:
    """The squares of a server's memory, below the widgets that change them."""
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
