"""An induction head is born: snapshots of a small model, run in the browser.

Public names: :mod:`sbt_jax.viz.attention`; ``attention/birth.mjs`` is the browser
half.
"""

import itertools
from collections.abc import Sequence
from statistics import fmean
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import (
    BasicTicker,
    CheckboxButtonGroup,
    ColumnDataSource,
    Range1d,
    Span,
    TextInput,
)
from jaxtyping import Float

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

MODEL = "induction"
#: The 64 tokens of the small model, as readers see and type them.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
LONGEST = 64
#: What the figure begins with.
SAMPLE = "k7QdXo4vNp9Ja2sG" * 3
SEEDS = (kit.GREEN, kit.PURPLE, kit.OCHRE)


def symbols(text: str) -> tuple[list[int], int]:
    """The tokens of a text, and how many characters are none; mirrored."""
    ids = [ALPHABET.index(letter) for letter in text if letter in ALPHABET]
    return ids[:LONGEST], len(text) - len(ids)


def birth_line(
    step: str, first: Sequence[float], again: Sequence[float], off: Sequence[str]
) -> str:
    """What the line says of one snapshot; mirrored in the browser.

    Args:
      step: Steps of training.
      first: Probabilities of characters that are new to the text.
      again: Of those that follow what they followed before.
      off: The heads that are off, in words.
    """

    def mean(p: Sequence[float]) -> str:
        return percent(fmean(p)) if p else "–"

    heads = f", without {', '.join(off)}" if off else ""
    return (
        f"After {step} steps{heads}: the right character gets {mean(again)} on average"
        f" where it repeats, {mean(first)} elsewhere."
    )


def repeated(ids: Sequence[int]) -> list[bool]:
    """For each token but the first, whether it followed the same one before.

    Mirrored in the browser.
    """
    pairs = list(itertools.pairwise(ids))
    return [pair in pairs[:i] for i, pair in enumerate(pairs)]


def _chance(
    probabilities: Sequence[float], again: Sequence[bool]
) -> tuple[Any, ColumnDataSource]:
    """Bars of the probability of what came, at each place but the first."""
    bars = ColumnDataSource(
        {
            "at": list(range(1, len(again) + 1)),
            "p": list(probabilities),
            "color": [kit.BLUE if known else kit.GREY for known in again],
        }
    )
    plot = kit.axes(
        x_range=Range1d(0, len(again) + 1),
        y_range=(0, 1),
        height=140,
        x_axis_label="place in the text",
        y_axis_label="p of what came",
    )
    plot.vbar("at", top="p", width=0.8, color="color", source=bars)
    return plot, bars


def _losses(
    losses: Sequence[Sequence[float]], curve: int, last: int
) -> tuple[Any, Span]:
    """The loss of every seed over training, and where the snapshot is."""
    plot = kit.axes(x_axis_label="steps of training", y_axis_label="loss", height=150)
    points = [curve * (i + 0.5) for i in range(len(losses[0]))]
    plot.multi_line(
        [points] * len(losses),
        list(losses),
        line_width=2,
        color=list(SEEDS[: len(losses)]),
        alpha=0.8,
    )
    here = parts.mark(last, width=3)
    plot.xaxis.ticker = BasicTicker(desired_num_ticks=5)
    plot.add_layout(here)
    names = ["the model below", *(f"seed {i}" for i in range(2, len(losses) + 1))]
    return column(
        kit.legend(dict(zip(names, SEEDS, strict=False))),
        plot,
        sizing_mode="stretch_width",
    ), here


def an_induction_head_is_born(
    text: str,
    marks: Sequence[int],
    losses: Sequence[Sequence[float]],
    curve: int,
    probabilities: Sequence[float],
    maps: Sequence[Float[np.ndarray, "time time"]],
    shown: tuple[int, int],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A slider over training; heads to switch off; the forward pass is live.

    Args:
      text: Characters of ``ALPHABET`` that repeat.
      marks: Steps of training of which there is a snapshot.
      losses: For each seed the loss over training, the shipped one first.
      curve: Steps between two points of it.
      probabilities: Of each character but the first, at the last snapshot.
      maps: Attention of one head of each layer, at the last snapshot.
      shown: Which heads they are, counted from 0.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    ids, _ = symbols(text)
    again = repeated(ids)
    steps = [str(mark) for mark in marks]
    slider = parts.slider("steps of training", steps)
    box = TextInput(
        title="Characters that repeat",
        value=text,
        value_input=text,
        sizing_mode="stretch_width",
    )
    names = [f"{layer}·{head}" for layer in (1, 2) for head in (1, 2, 3, 4)]
    switches = CheckboxButtonGroup(labels=names, active=[], name="heads that are off")
    picks = [
        kit.choice(f"Map of layer {i + 1}: head", ("1", "2", "3", "4")) for i in (0, 1)
    ]
    for (group, _), head in zip(picks, shown, strict=True):
        group.active = head
    chance, bars = _chance(probabilities, again)
    (first, one, _), (second, two, _) = (
        parts.heat_map(look, parts.shades(color), height=156)
        for look, color in zip(maps, (kit.ORANGE, kit.BLUE), strict=True)
    )
    loss, here = _losses(losses, curve, marks[-1])
    new, known = (
        [p for p, old in zip(probabilities, again, strict=True) if old is side]
        for side in (False, True)
    )
    line = kit.status(birth_line(steps[-1], new, known, []))
    update = kit.callback(
        __file__,
        alphabet=ALPHABET,
        box=box,
        slider=slider,
        switches=switches,
        picks=[group for group, _ in picks],
        bars=bars,
        chance=chance,
        maps=[first, second],
        sources=[one, two],
        here=here,
        colors=[kit.GREY, kit.BLUE],
        line=line,
    )
    for name in ("value", "value_input"):
        box.js_on_change(name, update)
    slider.js_on_change("value", update)
    for group in (switches, *(group for group, _ in picks)):
        group.js_on_change("active", update)
    key = kit.legend(
        {"can be known: it repeats": kit.BLUE, "cannot be known": kit.GREY}
    )
    return kit.Embed(
        column(
            kit.beside(
                [
                    slider,
                    box,
                    column(kit.label("Heads that are off (layer·head)"), switches),
                    *(side for _, side in picks),
                ],
                [loss, key, chance],
            ),
            line,
            row(
                kit.titled("layer 1 looks at", first, 200),
                kit.titled("layer 2 looks at", second, 200),
                sizing_mode="stretch_width",
                styles={"flex-wrap": "wrap"},
            ),
            sizing_mode="stretch_width",
        ),
        alt="A slider over training with the loss; bars of the probability of each"
        " character that came; attention maps of one head of each layer; switches.",
        status=line,
        table=[
            ("place", "p of what came", "repeats"),
            *(
                (str(i + 1), f"{p:.2f}", "yes" if known else "no")
                for i, (p, known) in enumerate(zip(probabilities, again, strict=True))
                if i % 4 == 0
            ),
        ],
        runtime=True,
        models=(MODEL,),
        scripts=scripts,
    )
