"""The heads of a published model: what each of them does on a text that repeats.

Public names: :mod:`sbt_jax.viz.attention`.
"""

from collections.abc import Mapping
from typing import Any

from bokeh.layouts import column

from sbt_jax.numbers import count, percent
from sbt_jax.viz import kit, parts

KINDS = {
    "looks at the token before": "previous",
    "finds what came next the first time": "induction",
    "looks at the very first token": "sink",
}


def kinds_of_heads(scores: Mapping[str, Any], least: float) -> kit.Embed:
    """Every head by its layer, and how much of its attention goes to one place.

    Args:
      scores: For each kind of :data:`KINDS` a row a layer, a number a head: the share
        of its attention, on average.
      least: From which share on a head counts as one of that kind.

    Example:
      >>> scores = {kind: [[0.1, 0.9], [0.6, 0.2]] for kind in KINDS.values()}
      >>> kinds_of_heads(scores, 0.4).status.text
      '2 of 4 heads give 40 % of their attention or more here, in layers 1 to 2.'
    """
    kind, box = kit.choice("A head that", list(KINDS))
    layers = [
        layer for layer, row in enumerate(scores["previous"], start=1) for _ in row
    ]

    def found(kind: str) -> list[float]:
        return [share for row in scores[KINDS[kind]] for share in row]

    def dots(kind: str) -> dict[str, Any]:
        shares = found(kind)
        chosen = [kit.ORANGE if share >= least else kit.GREY for share in shares]
        return {"share": shares, "color": chosen}

    def said(kind: str) -> str:
        places = [
            layer
            for layer, share in zip(layers, found(kind), strict=True)
            if share >= least
        ]
        where = f", in layers {min(places)} to {max(places)}" if places else ""
        return (
            f"{count(len(places))} of {count(len(layers))} heads give {percent(least)}"
            f" of their attention or more here{where}."
        )

    source = parts.data([kind], dots, layer=layers)
    line = parts.status([kind], said)
    plot = kit.axes(
        x_axis_label="layer",
        y_axis_label="share of its attention",
        y_range=(0, 1),
        x_range=(0, max(layers) + 1),
        height=280,
    )
    plot.scatter("layer", "share", size=8, color="color", alpha=0.8, source=source)
    plot.add_layout(parts.mark(least, across=True))
    return kit.Embed(
        column(box, plot, line, sizing_mode="stretch_width"),
        alt="The heads of SmolLM2, a dot each: its layer, and how much of its attention"
        " goes to the token before, to what came next the first time, or to the start.",
        status=line,
        table=[["a head that", "heads"]]
        + [[kind, said(kind).partition(" of ")[0]] for kind in KINDS],
    )
