"""A game of five cups, and a model that may write so many places first; live.

Public names: :mod:`sbt_jax.viz.reasoning`; ``budget.mjs`` is the browser half.
"""

from collections.abc import Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import (
    Button,
    ColumnDataSource,
    FactorRange,
    FixedTicker,
    Range1d,
    Slider,
)

from sbt_jax.numbers import percent
from sbt_jax.reasoning import MOST, PLACES, SWAPS, WORDS, Cups, law, track
from sbt_jax.reasoning.cups import moved
from sbt_jax.viz import kit

#: The game of the chapter, whole; the slider takes its first swaps.
GAME = Cups(2, (6, 3, 8, 1, 9, 5, 2, 7))
SHOWN, BUDGET = 6, 3
SEEN = ("shown", "hidden")
LAST = len(PLACES) - 1


def cut_game(cups: Cups, swaps: int) -> Cups:
    """The first swaps of a game.

    Example:
      >>> len(cut_game(GAME, 6).swaps)
      6
    """
    return Cups(cups.start, cups.swaps[:swaps])


def paths(cups: Cups) -> list[list[int]]:
    """The row of each cup before and after every swap; the cup in A at first is row 0.

    Mirrored in ``budget.mjs``. Rows are counted from below, so that A is on top.

    Example:
      >>> paths(Cups(0, (0,)))
      [[4, 3], [3, 4], [2, 2], [1, 1], [0, 0]]
    """
    table, rows = moved(), []
    for place in range(len(PLACES)):
        now, row = place, [LAST - place]
        for swap in cups.swaps:
            now = int(table[now, swap])
            row.append(LAST - now)
        rows.append(row)
    return rows


def board(cups: Cups, chain: Sequence[int]) -> dict[str, dict[str, list[Any]]]:
    """What the picture of the swaps holds; mirrored in ``budget.mjs``.

    Args:
      cups: The game.
      chain: The places that the model wrote, counted from 0.
    """
    rows = paths(cups)
    steps = list(range(len(cups.swaps) + 1))
    ball = rows[cups.start]
    truth = track(cups)
    good = [kit.BLUE, kit.PURPLE]
    return {
        "cups": {"xs": [steps] * len(rows), "ys": rows},
        "ball": {"x": steps, "y": ball},
        "chain": {
            "x": [i + 1 for i in range(len(chain))],
            "y": [LAST - place for place in chain],
            "color": [
                good[int(i >= len(truth) or place != truth[i])]
                for i, place in enumerate(chain)
            ],
        },
        "now": {
            "x": [steps[-1]] * len(rows),
            "y": [row[-1] for row in rows],
            "color": [
                kit.ORANGE if place == cups.start else kit.GREY
                for place in range(len(rows))
            ],
        },
    }


def bars(cups: Cups, answer: Sequence[float]) -> dict[str, list[Any]]:
    """A bar for each place; the right one is orange.  Mirrored in ``budget.mjs``."""
    right = track(cups)[-1]
    return {
        "place": list(PLACES),
        "p": [float(p) for p in answer],
        "color": [kit.ORANGE if i == right else kit.GREY for i in range(len(PLACES))],
    }


def spelt(chain: Sequence[int]) -> str:
    """What the model wrote before its answer.

    Example:
      >>> spelt([2, 0]), spelt([])
      ('think C A so', 'so')
    """
    places = [PLACES[place] for place in chain]
    return " ".join(["think", *places, "so"] if places else ["so"])


def budget_line(
    cups: Cups,
    chain: Sequence[int],
    answer: Sequence[float],
    expected: float,
    hidden: bool,
) -> str:
    """What the line says; mirrored in ``budget.mjs``.

    Args:
      cups: The game.
      chain: The places that the model wrote, counted from 0.
      answer: How likely each place is after them.
      expected: What the law says of the best guess.
      hidden: Whether the chain is shown to nobody.
    """
    best = max(range(len(PLACES)), key=lambda i: answer[i])
    right = track(cups)[-1]
    unread = max(0, len(cups.swaps) - len(chain))
    many = len(chain)
    if hidden:
        wrote = f"It wrote {many} place{'' if many == 1 else 's'} that nobody shows you"
    else:
        wrote = f"It wrote “{spelt(chain)}”"
    said = (
        f"{wrote}, and answers {PLACES[best]} with {percent(answer[best])}."
        f" The ball is in {PLACES[right]}."
    )
    left = f"{unread} swap{'' if unread == 1 else 's'}"
    return (
        f"{said} With {left} not written down, the likeliest place should be right"
        f" in {percent(expected)} of such games (by the law below)."
    )


def think_within_budget(
    chain: Sequence[int],
    answer: Sequence[float],
    silent: float,
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Cups that change places, a budget of written places, and the answer; live.

    Args:
      chain: The places that the model writes at first, counted from 0.
      answer: How likely each place is after them.
      silent: Swaps that the model does in its head, for the law.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    cups = cut_game(GAME, SHOWN)
    found, shown = board(cups, chain), bars(cups, answer)
    expected = law(SHOWN, len(chain), silent)
    swaps = Slider(title="swaps", start=1, end=MOST, step=1, value=SHOWN)
    budget = Slider(
        title="budget: places it may write", start=0, end=MOST, step=1, value=BUDGET
    )
    deal, play = Button(label="another game"), Button(label="watch the swaps")
    seen, pick = kit.choice("Its chain is", SEEN)
    sources = {name: ColumnDataSource(columns) for name, columns in found.items()}
    plot = kit.axes(
        x_range=Range1d(-0.3, MOST + 0.3),
        y_range=Range1d(-0.5, LAST + 0.5),
        height=190,
        x_axis_label="swaps done",
        y_axis_label="place",
    )
    plot.yaxis.ticker = FixedTicker(ticks=list(range(len(PLACES))))
    plot.yaxis.major_label_overrides = {LAST - i: p for i, p in enumerate(PLACES)}
    plot.xaxis.ticker = FixedTicker(ticks=list(range(MOST + 1)))
    plot.grid.visible = False
    plot.multi_line(
        "xs", "ys", color=kit.GREY, line_width=1.5, alpha=0.6, source=sources["cups"]
    )
    plot.line(
        "x", "y", color=kit.ORANGE, line_width=3, source=sources["ball"], alpha=0.8
    )
    plot.scatter("x", "y", color="color", size=13, source=sources["chain"])
    plot.scatter(
        "x",
        "y",
        color="color",
        size=17,
        marker="square",
        fill_alpha=0.35,
        line_width=2,
        source=sources["now"],
    )
    rule = ColumnDataSource({"x": [*PLACES], "y": [expected] * len(PLACES)})
    source = ColumnDataSource(shown)
    answers = kit.axes(
        x_range=FactorRange(*PLACES),
        y_range=Range1d(0, 1),
        height=150,
        y_axis_label="answer",
    )
    answers.vbar("place", top="p", width=0.7, color="color", source=source)
    answers.line(
        "x", "y", color=kit.GREEN, line_dash="dashed", line_width=2, source=rule
    )
    line = kit.status(budget_line(cups, chain, answer, expected, False), lines=3)
    args = {
        "swaps": swaps,
        "budget": budget,
        "seen": seen,
        "source": source,
        "rule": rule,
        "line": line,
        "boards": sources,
        "words": list(WORDS),
        "pairs": [list(pair) for pair in SWAPS],
        "game": [GAME.start, *GAME.swaps],
        "state": ColumnDataSource({"game": [[GAME.start, *GAME.swaps]]}),
        "silent": silent,
        "colors": [kit.GREY, kit.ORANGE, kit.BLUE, kit.PURPLE],
    }
    for slider in (swaps, budget):
        slider.js_on_change("value", kit.callback(__file__, figure="show", **args))
    seen.js_on_change("active", kit.callback(__file__, figure="show", **args))
    deal.js_on_event("button_click", kit.callback(__file__, figure="deal", **args))
    play.js_on_event("button_click", kit.callback(__file__, figure="play", **args))
    key = kit.legend(
        {
            "the ball": kit.ORANGE,
            "places it wrote": kit.BLUE,
            "likeliest place, by the law": kit.GREEN,
        },
        {"places it wrote": "●", "likeliest place, by the law": "╌╌"},
    )
    return kit.Embed(
        column(
            kit.beside(
                [swaps, budget, pick, deal, play], [key, plot, answers], share=0.34
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Five cups that change places, the way of the ball, the places that a model"
        " writes within a budget, and bars of how likely it answers each place.",
        status=line,
        table=[
            ("place", "answer"),
            *((p, percent(x)) for p, x in zip(PLACES, answer, strict=True)),
        ],
        runtime=True,
        models=("reasoning_start",),
        scripts=scripts,
    )
