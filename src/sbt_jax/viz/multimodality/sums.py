"""Two drawn digits in a question, answered by the frozen main model; live.

Public names: :mod:`sbt_jax.viz.multimodality`; ``pad.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, Range1d
from jaxtyping import Float

from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit
from sbt_jax.viz.multimodality.pad import callback, clear, pad

IDLE = "A sheet is empty: draw a digit on it, or pick one."


def sum_line(
    words: Sequence[str], cosines: Sequence[float], answer: str, p: float
) -> str:
    """What the line says; mirrored.

    Args:
      words: The number word nearest to each drawing.
      cosines: How near.
      answer: The likeliest number.
      p: Its probability.

    Example:
      >>> sum_line(["three", "one"], [0.61, 0.5], "four", 0.98)[:49]
      'The left one is nearest to “three” (cosine 0.61),'
    """
    near = ", ".join(
        f"{'the right' if i else 'The left'} one is nearest to “{word}” (cosine"
        f" {decimal(c)})"
        for i, (word, c) in enumerate(zip(words, cosines, strict=True))
    )
    return f"{near}. Main goes on with “{answer}”, {percent(p)}."


def draw_a_sum(
    letters: Sequence[Mapping[str, str]],
    first: tuple[str, str],
    asked: Mapping[str, Any],
    p: Float[np.ndarray, " answers"],
    near: Sequence[tuple[str, float]],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Two sheets in a question, and what *main* answers.

    Args:
      letters: For each sheet handwritten digits by their names, as ``as_letters``
        writes them.
      first: Those on the two sheets at first.
      asked: How it is asked: ``ids`` of the text, ``places`` of the two numbers in it,
        the ``texts`` around them, ``answers`` and ``words``: ids by number.
      p: How likely each answer is at first.
      near: The nearest number word of each sheet at first, and its cosine.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    pads = [
        pad(f"{side}: pick one, or draw", dict(some), name)
        for side, name, some in zip(("Left", "Right"), first, letters, strict=True)
    ]
    names = list(asked["answers"])
    said = names[int(np.argmax(p))]
    bars = ColumnDataSource({"word": names, "p": p.tolist()})
    plot = kit.axes(
        y_range=FactorRange(factors=names[::-1]),
        x_range=Range1d(0, 1),
        height=230,
        x_axis_label="what main gives the answer",
    )
    plot.hbar("word", right="p", height=0.7, color=kit.ORANGE, source=bars)
    text = kit.passage(f"{'▢'.join(asked['texts'])} {said}", lines=4)
    line = kit.status(
        sum_line([w for w, _ in near], [c for _, c in near], said, float(p.max())),
        lines=3,
    )
    draw = callback(
        "sum",
        inks=[one.ink for one in pads],
        ids=list(asked["ids"]),
        places=list(asked["places"]),
        words=list(asked["words"].values()),
        names=list(asked["words"]),
        answers=list(asked["answers"].values()),
        said=names,
        bars=bars,
        text=text,
        line=line,
        idle=IDLE,
        asks=list(asked["texts"]),
    )
    for one in pads:
        one.ink.js_on_change("data", draw)
    return kit.Embed(
        column(
            kit.beside(
                [pads[0].whole, pads[1].whole, clear(pads)],
                [text, line, plot],
                least=230,
                share=0.4,
            ),
            sizing_mode="stretch_width",
        ),
        alt="Two sheets to draw digits on stand in a story with a sum; bars of what the"
        " frozen story model says next.",
        status=line,
        table=[
            ("answer", "probability"),
            *(
                (name, percent(float(share)))
                for name, share in zip(names, p, strict=True)
            ),
        ],
        runtime=True,
        models=("main", "multimodality_projector"),
        scripts=scripts,
    )
