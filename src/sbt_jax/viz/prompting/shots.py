"""Pairs in a prompt: a small model beside an exact reader; live.

Public names: :mod:`sbt_jax.viz.prompting`; ``shots.mjs`` is the browser half.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, Range1d, Slider, TextInput
from bokeh.transform import dodge
from jaxtyping import Float, Int

from sbt_jax import prompting
from sbt_jax.numbers import percent
from sbt_jax.prompting import Belief
from sbt_jax.viz import kit

CUPS = (
    *("red", "blue", "green", "yellow", "white", "black"),
    *("purple", "orange", "silver", "golden", "brown", "grey"),
)
ANIMALS = (
    *("cat", "dog", "duck", "owl", "pig", "sheep"),
    *("mouse", "frog", "cow", "bear", "goose", "donkey"),
)
KINDS = ("a known layout", "a new one", "two exchanged")
NEW = "a new one"
WORD = re.compile(r"[a-z]+|\?")
#: Cups in the order in which they are shown, and the one that is asked.
ORDER = (3, 7, 0, 10, 5, 1, 8, 2, 11)
ASKED, SHOWN = 2, 2


def told(
    layout: Sequence[int] | Int[np.ndarray, " classes"], count: int, asked: int = ASKED
) -> str:
    """Pairs of a layout in words, and the cup that is asked.

    Example:
      >>> told(range(12), 1)
      'yellow owl, green ?'
    """
    pairs = [f"{CUPS[c]} {ANIMALS[layout[c]]}" for c in ORDER[:count]]
    return ", ".join([*pairs, f"{CUPS[asked]} ?"])


def read_pairs(text: str) -> tuple[list[tuple[int, int]], int | None]:
    """Pairs and the cup that is asked, of a text; mirrored in ``shots.mjs``.

    Words that are neither are left out.

    Example:
      >>> read_pairs("Red dog, blue my cat; green?")
      ([(0, 1), (1, 0)], 2)
    """
    pairs, cup = [], None
    for word in WORD.findall(text.lower()):
        if word in CUPS:
            cup = CUPS.index(word)
        elif word in ANIMALS and cup is not None:
            pairs.append((cup, ANIMALS.index(word)))
            cup = None
    return pairs, cup


def exchanged(layout: Sequence[int] | Int[np.ndarray, " classes"]) -> list[int]:
    """A layout with two animals exchanged: of the cup asked, and the one before.

    Example:
      >>> told(exchanged(range(12)), 0), exchanged(range(12))[ASKED]
      ('green ?', 8)
    """
    found = [int(animal) for animal in layout]
    before = ORDER[ORDER.index(ASKED) - 1]
    found[before], found[ASKED] = found[ASKED], found[before]
    return found


def shots_line(
    count: int, model: Float[np.ndarray, " classes"], belief: Belief | None
) -> str:
    """What the line says; mirrored in ``shots.mjs``.

    Args:
      count: Pairs before the question.
      model: Its probability of each animal.
      belief: What an exact reader thinks; None where no layout has these pairs.
    """
    best = int(np.argmax(model))
    many = f"{count} pair{'' if count == 1 else 's'}"
    said = (
        f"After {many} the model says {ANIMALS[best]}, {percent(float(model[best]))}."
    )
    if belief is None:
        return f"{said} No layout has these pairs, so an exact reader has no answer."
    own = int(np.argmax(belief.animals))
    share = percent(float(belief.animals[own]))
    return (
        f"{said} An exact reader: {ANIMALS[own]}, {share}; it holds the layout for new"
        f" with {percent(belief.fresh)}."
    )


def _exact(
    known: Int[np.ndarray, "samples classes"],
    pairs: Sequence[tuple[int, int]],
    cup: int,
) -> Belief | None:
    try:
        return prompting.believe(known, pairs, cup)
    except ValueError:
        return None


def pairs_in_a_prompt(
    known: Int[np.ndarray, "samples classes"],
    new: Sequence[int] | Int[np.ndarray, " classes"],
    model: Float[np.ndarray, " classes"],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Pairs to edit, bars of the model beside exact ones, and who is believed; live.

    Args:
      known: The layouts that the model has met again and again.
      new: One that it has never met.
      model: Its probabilities after the first ``SHOWN`` pairs of the first of them.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    layouts = [[int(a) for a in known[0]], [int(a) for a in new], exchanged(known[0])]
    text = told(layouts[0], SHOWN)
    pairs, cup = read_pairs(text)
    assert cup is not None
    belief = _exact(known, pairs, cup)
    assert belief is not None
    source = ColumnDataSource(
        {
            "animal": list(ANIMALS),
            "model": model.tolist(),
            "exact": belief.animals.tolist(),
        }
    )
    names = [*(f"{i + 1}" for i in range(len(known))), "new"]
    held = ColumnDataSource({"layout": names, "p": [*belief.known, belief.fresh]})
    group, pick = kit.choice("Pairs of", KINDS)
    slider = Slider(
        title="pairs shown",
        start=0,
        end=len(ORDER),
        step=1,
        value=SHOWN,
        sizing_mode="stretch_width",
    )
    box = TextInput(title="The prompt; edit it", sizing_mode="stretch_width")
    box.update(value=text, value_input=text)
    plot = kit.axes(
        x_range=FactorRange(*ANIMALS),
        y_range=Range1d(0, 1),
        height=210,
        y_axis_label="share",
    )
    plot.xaxis.major_label_orientation = 0.9
    for name, shift, color in (("model", -0.2, kit.ORANGE), ("exact", 0.2, kit.BLUE)):
        plot.vbar(
            dodge("animal", shift, range=plot.x_range),
            top=name,
            width=0.36,
            color=color,
            source=source,
        )
    small = kit.axes(x_range=FactorRange(*names), y_range=Range1d(0, 1), height=150)
    small.vbar("layout", top="p", width=0.7, color=kit.BLUE, source=held)
    line = kit.status(shots_line(len(pairs), model, belief), lines=3)
    args: dict[str, Any] = {
        "group": group,
        "slider": slider,
        "box": box,
        "source": source,
        "held": held,
        "line": line,
        "known": known.tolist(),
        "layouts": layouts,
        "order": list(ORDER),
        "asked": ASKED,
        "cups": list(CUPS),
        "animals": list(ANIMALS),
    }
    fill = kit.callback(__file__, figure="fill", **args)
    group.js_on_change("active", fill)
    slider.js_on_change("value", fill)
    show = kit.callback(__file__, figure="show", **args)
    for name in ("value", "value_input"):
        box.js_on_change(name, show)
    key = kit.legend({"the model": kit.ORANGE, "an exact reader": kit.BLUE})
    return kit.Embed(
        column(
            kit.beside(
                [
                    pick,
                    slider,
                    kit.label("Which layout is it? The exact reader:"),
                    small,
                ],
                [box, key, plot],
                least=230,
                share=0.4,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Pairs of a cup and an animal to edit, and for the cup that is asked the"
        " bars of a small model beside those of an exact reader.",
        status=line,
        table=[
            ("animal", "the model", "an exact reader"),
            *(
                (animal, percent(float(p)), percent(float(q)))
                for animal, p, q in zip(ANIMALS, model, belief.animals, strict=True)
            ),
        ],
        runtime=True,
        models=("prompting_layouts",),
        scripts=scripts,
    )
