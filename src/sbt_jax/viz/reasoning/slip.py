"""A chain that the reader changes, and whether the answer follows it; live.

Public names: :mod:`sbt_jax.viz.reasoning`; ``budget.mjs`` is the browser half.
"""

from collections.abc import Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, Range1d, TextInput

from sbt_jax.numbers import percent
from sbt_jax.reasoning import PLACES, SWAPS, WORDS, Cups, read_chain, read_cups, track
from sbt_jax.viz import kit, parts
from sbt_jax.viz.reasoning import budget

#: Models by how they were trained.
TAUGHT = {
    "as before": "reasoning_start",
    "with decoys": "reasoning_decoys",
    "with second passes": "reasoning_second",
}
TOLD = "C BE AE CE AC DE BD"
SHORT = "A AB"
#: A game and a chain, by what is wrong with it.
CHAINS = {
    "six swaps, with a slip": (TOLD, "C C D D E E"),
    "six swaps, all right": (TOLD, "C C E E D B"),
    "six swaps, any places": (TOLD, "A A A A A A"),
    "one swap, a wrong place": (SHORT, "C"),
    "wrong, then wait": (TOLD, "C C D D E E wait"),
    "no chain": (TOLD, ""),
}
SLIP = next(iter(CHAINS.values()))[1]
LONGEST = 20  # tokens of a chain
IDLE = "Type a game: a place for the ball, then pairs that swap, such as “C BE AE”."


def left_out(unknown: Sequence[str]) -> str:
    """What the line says of words that belong to no game; mirrored.

    Example:
      >>> left_out(["my", "cup"])
      ' Left out: my, cup.'
    """
    return f" Left out: {', '.join(unknown[:4])[:60]}." if unknown else ""


def slip_bars(
    answer: Sequence[float], right: int, written: int | None
) -> dict[str, list[Any]]:
    """A bar for each place; the right one is orange, the chain's end blue; mirrored."""
    colors = [kit.GREY] * len(PLACES)
    if written is not None:
        colors[written] = kit.BLUE
    colors[right] = kit.ORANGE
    return {"place": list(PLACES), "p": [float(p) for p in answer], "color": colors}


def slip_line(
    cups: Cups,
    written: int | None,
    answer: Sequence[float],
    unknown: Sequence[str] = (),
    added: Sequence[int] = (),
) -> str:
    """What the line says of an answer; mirrored in ``budget.mjs``.

    Args:
      cups: The game.
      written: The last place of the chain, counted from 0; None without one.
      answer: How likely each place is after it.
      unknown: Words that were left out.
      added: Places that the model wrote itself after a ``wait``, counted from 0.
    """
    right = track(cups)[-1]
    best = max(range(len(PLACES)), key=lambda i: answer[i])
    share = percent(answer[best])
    ball = f"The ball is in {PLACES[right]}."
    if written is None:
        told = f"{ball} Without a chain the model says {PLACES[best]}, with {share}."
    else:
        told = (
            f"{ball} The chain ends in {PLACES[written]}. The model says"
            f" {PLACES[best]}, with {share}: "
        )
        if best == written == right:
            told += "chain and ball agree."
        elif best == written:
            told += "it follows the chain."
        elif best == right:
            told += "it follows the ball, not the chain."
        else:
            told += "neither the chain's place nor the ball's."
    own = ""
    if added:
        own = f"After wait it wrote {' '.join(PLACES[i] for i in added)}. "
    return own + told + left_out(unknown)


def change_a_step(answer: Sequence[float], scripts: Sequence[str] = ()) -> kit.Embed:
    """A game and a chain to edit, and the answer after them; live.

    Args:
      answer: How likely each place is after the first chain.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    cups, _ = read_cups(TOLD)
    if cups is None:
        raise ValueError(f"TOLD must be a game, got {TOLD!r}")
    written = read_chain(SLIP)[0][-1] - 1
    game = TextInput(
        title="The game: the ball's place, then swaps", sizing_mode="stretch_width"
    )
    game.update(value=TOLD, value_input=TOLD)
    chains = {name: chain for name, (_, chain) in CHAINS.items()}
    games = {name: told for name, (told, _) in CHAINS.items()}
    box, pick = parts.text_box("The chain; change it", SLIP, chains, offer="Take one")
    parts.follow([pick], (game, parts.typed(games)))
    group, taught = kit.choice("The model was trained", list(TAUGHT))
    found = slip_bars(answer, track(cups)[-1], written)
    source = ColumnDataSource(found)
    plot = kit.axes(
        x_range=FactorRange(*PLACES),
        y_range=Range1d(0, 1),
        height=230,
        y_axis_label="answer",
    )
    plot.vbar("place", top="p", width=0.7, color="color", source=source)
    line = kit.status(slip_line(cups, written, answer), lines=3)
    args = {
        "game": game,
        "box": box,
        "group": group,
        "source": source,
        "line": line,
        "names": list(TAUGHT.values()),
        "words": list(WORDS),
        "pairs": [list(pair) for pair in SWAPS],
        "colors": [kit.GREY, kit.ORANGE, kit.BLUE],
        "idle": IDLE,
        "longest": LONGEST,
    }
    show = kit.callback(budget.__file__, figure="slip", **args)
    for widget in (game, box):
        for name in ("value", "value_input"):
            widget.js_on_change(name, show)
    group.js_on_change("active", show)
    key = kit.legend(
        {
            "where the ball is": kit.ORANGE,
            "where the chain ends": kit.BLUE,
            "elsewhere": kit.GREY,
        }
    )
    return kit.Embed(
        column(
            kit.beside([game, pick, box, taught], [key, plot], share=0.45, least=260),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A game of five cups and a chain to edit, and bars of how likely a model"
        " answers each place after them.",
        status=line,
        table=[
            ("place", "answer"),
            *((p, percent(x)) for p, x in zip(PLACES, answer, strict=True)),
        ],
        runtime=True,
        models=tuple(TAUGHT.values()),
        scripts=scripts,
    )
