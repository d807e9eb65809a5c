"""Where an answer stands: cells of one run copied into another; live.

Public names: :mod:`sbt_jax.viz.interpretability`; ``change.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, Range1d, Select, Slider

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.interpretability.change import callback

DEPTHS = ("word", "1", "2", "3", "4")
PLACES = (
    "the word itself",
    "after block 1",
    "after block 2",
    "after block 3",
    "after block 4",
)


def patch_line(
    word: str, depth: str, right: str, wrong: str, p: Sequence[float]
) -> str:
    """What the line says; mirrored.

    Example:
      >>> patch_line("Tom", "after block 2", "Tom", "Mia", [1.0, 0.0])
      'Copied: “Tom”, after block 2. Now main gives “Tom” 100 % and “Mia” 0 %.'
    """
    return (
        f"Copied: “{word}”, {depth}. Now main gives “{right}” {percent(p[0])} and"
        f" “{wrong}” {percent(p[1])}."
    )


def heat_of(names: Sequence[str], carried: Sequence[Sequence[float]]) -> dict[str, Any]:
    """A cell for each word and depth; mirrored.

    Args:
      names: Of the words.
      carried: How much of the answer each cell carries, a row a depth.

    Example:
      >>> heat_of(["a"], [[0.25], [1.5]])["alpha"]
      [0.25, 1.0]
    """
    cells = [
        (DEPTHS[depth], name, value)
        for depth, row in enumerate(carried)
        for name, value in zip(names, row, strict=True)
    ]
    return {
        "x": [x for x, _, _ in cells],
        "y": [y for _, y, _ in cells],
        "alpha": [float(min(1.0, max(0.0, v))) for _, _, v in cells],
    }


def where_it_stands(
    pairs: Mapping[str, Mapping[str, Any]],
    names: Sequence[str],
    place: int,
    depth: int,
    p: Sequence[float],
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A map of words and depths; one cell is copied, and main answers.

    Args:
      pairs: Of each pair by name: ``clean`` and ``other`` texts, what is ``right``
        and ``wrong`` after the clean one, and the ``map`` of what each cell carries.
      names: Of the words of the first pair, with their places before them.
      place: The word that is copied at first.
      depth: And where.
      p: What the right and the wrong word get then.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    first = next(iter(pairs.values()))
    pair = Select(title="Two stories", options=list(pairs), value=next(iter(pairs)))
    word = Slider(
        title="Copy the word with number",
        start=0,
        end=max(len(one["map"][0]) for one in pairs.values()) - 1,
        step=1,
        value=place,
    )
    level = parts.slider("Copy it", PLACES, depth)
    heat = ColumnDataSource(heat_of(names, first["map"]), tags=[next(iter(pairs))])
    plot = kit.axes(
        x_range=FactorRange(factors=list(DEPTHS)),
        y_range=FactorRange(factors=list(names)[::-1]),
        height=480,
        x_axis_label="after block",
        x_axis_location="above",
    )
    plot.grid.visible = False
    plot.rect(
        "x",
        "y",
        width=0.96,
        height=0.9,
        fill_color=kit.BLUE,
        fill_alpha="alpha",
        line_color=None,
        source=heat,
    )
    dot = ColumnDataSource({"x": [DEPTHS[depth]], "y": [names[place]]})
    plot.rect(
        "x",
        "y",
        width=0.96,
        height=0.9,
        fill_color=None,
        line_color=kit.ORANGE,
        line_width=3,
        source=dot,
    )
    plot.yaxis.major_label_text_font_size = "11px"
    two = [first["right"].strip(), first["wrong"].strip()]
    bars = ColumnDataSource({"word": two, "p": list(p)})
    answer = kit.axes(
        y_range=FactorRange(factors=two[::-1]),
        x_range=Range1d(0, 1),
        height=96,
        x_axis_label="main's next word",
    )
    answer.hbar("word", right="p", height=0.7, color=kit.ORANGE, source=bars)
    clean = kit.passage(first["clean"], lines=4)
    other = kit.passage(first["other"], lines=4)
    line = kit.status(
        patch_line(
            names[place].split(" ", 1)[-1] or "the mark",
            PLACES[depth],
            two[0],
            two[1],
            [float(x) for x in p],
        )
    )
    draw = callback(
        "patch",
        pair=pair,
        place=word,
        depth=level,
        pairs={name: dict(of) for name, of in pairs.items()},
        heat=heat,
        dot=dot,
        plot=plot,
        answer=answer,
        bars=bars,
        line=line,
        clean=clean,
        other=other,
        shelf=ColumnDataSource({}, tags=[dict(tokenizer)]),
    )
    for model in (pair, word, level):
        model.js_on_change("value", draw)
    return kit.Embed(
        column(
            kit.beside(
                [
                    pair,
                    kit.label("copied from"),
                    clean,
                    kit.label("into"),
                    other,
                    word,
                    level,
                    answer,
                ],
                [plot],
                least=260,
                share=0.5,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A map with a row for each word of a story and a column for each depth;"
        " the darker a cell, the more of the answer is copied with it.",
        status=line,
        table=[("next word", "probability"), *zip(two, map(percent, p), strict=True)],
        runtime=True,
        models=("main", "world"),
        scripts=scripts,
    )


def cell_names(tokens: Sequence[str]) -> list[str]:
    """Words with their places before them, so that all differ.

    Example:
      >>> cell_names(["<end>", " Tom"])
      ['0 <end>', '1 Tom']
    """
    return [f"{i} {token.strip()}" for i, token in enumerate(tokens)]


def shares_of(exact: np.ndarray) -> list[list[float]]:
    """A map as plain numbers.

    Example:
      >>> shares_of(np.array([[0.123456]]))
      [[0.1235]]
    """
    return np.asarray(exact, float).round(4).tolist()
