"""What was measured: patches against a convolutional network, and the scale of CLIP.

Public names: :mod:`sbt_jax.viz.multimodality`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import FactorRange, Range1d

from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit, parts

KINDS = {
    "16": ("one patch of 16", kit.GREY),
    "8": ("patches of 8", kit.OCHRE),
    "4": ("patches of 4", kit.BLUE),
    "cnn": ("a convolutional network", kit.ORANGE),
}
WAYS = {
    "clipped": "learned",
    "fixed": "fixed at 1",
}


def patches_line(step: int, shares: Mapping[str, float]) -> str:
    """What the line says of a moment of training.

    Example:
      >>> patches_line(200, {"one patch of 16": 0.5, "patches of 8": 0.75})
      'Right after 200 steps – one patch of 16: 50 %, patches of 8: 75 %.'
    """
    told = ", ".join(f"{name}: {percent(share)}" for name, share in shares.items())
    return f"Right after {step} steps – {told}."


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def right_by_patch(table: Mapping[str, Mapping[str, Any]]) -> kit.Embed:
    """How many unseen digits come out right, by steps and by kind.

    Args:
      table: By kind (patch size, or ``cnn``): ``rise``, at each step the share of every
        seed.
    """
    steps = [int(s) for s in table["4"]["rise"]]
    slider = parts.slider("steps of training", [str(s) for s in steps], at=-1)
    plot = kit.axes(
        x_range=Range1d(0, steps[-1] * 1.02),
        y_range=Range1d(0, 1.04),
        height=230,
        x_axis_label="steps of training",
        y_axis_label="right",
    )
    means = {
        name: {int(s): _mean(shares) for s, shares in table[kind]["rise"].items()}
        for kind, (name, _) in KINDS.items()
    }
    for name, color in KINDS.values():
        plot.line(steps, [means[name][s] for s in steps], color=color, line_width=2.5)
    here = parts.mark(steps[-1], width=2)
    parts.follow([slider], (here, lambda step: {"location": int(step)}))
    plot.add_layout(here)
    line = parts.status(
        [slider],
        lambda step: patches_line(
            int(step), {name: rise[int(step)] for name, rise in means.items()}
        ),
    )
    key = kit.legend(dict(KINDS.values()))
    return kit.Embed(
        column(
            kit.beside([slider, key], [plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Lines over training: how many unseen digits, anywhere on a canvas, come"
        " out right, for three sizes of patches and a convolutional network.",
        status=line,
        table=[
            ("steps", *(name for name, _ in KINDS.values())),
            *(
                (s, *(percent(means[name][s]) for name, _ in KINDS.values()))
                for s in steps
            ),
        ],
    )


def matrix_line(step: int, matrix: Sequence[Sequence[float]], scale: float) -> str:
    """What the line says of a matrix.

    Example:
      >>> matrix_line(25, [[0.9, 0.1], [0.5, 0.4]], 14.3)[:61]
      'After 25 steps the right caption is the nearest for 1 of 2 pi'
    """
    found = np.asarray(matrix)
    right = int((found.argmax(1) == np.arange(len(found))).sum())
    own = decimal(float(np.diag(found).mean()))
    other = decimal(float(found[~np.eye(len(found), dtype=bool)].mean()))
    return (
        f"After {step} steps the right caption is the nearest for {right} of"
        f" {len(found)} pictures. Cosines are {own} on the diagonal and {other}"
        f" elsewhere on average. The scale is {decimal(scale, 1)}."
    )


def matrix_by_step(
    table: Mapping[str, Mapping[str, Any]], names: Sequence[str]
) -> kit.Embed:
    """Cosines of eight pictures and their captions, by steps and by scale.

    Args:
      table: By way to treat the scale: ``seen``, at each step a ``matrix`` and the
        ``scale`` of every seed.
      names: What the pictures show.
    """
    group, pick = kit.choice("The scale is", [WAYS[way] for way in table])
    ways = {WAYS[way]: way for way in table}
    steps = list(next(iter(table.values()))["seen"])
    slider = parts.slider("steps of training", steps, at=-1)
    size = len(names)
    at = range(size**2)

    def frame(way: str, step: str) -> dict[str, Any]:
        found = np.asarray(table[ways[way]]["seen"][step]["matrix"]).reshape(-1)
        return {"cosine": found.tolist(), "alpha": np.clip(found, 0, 1).tolist()}

    source = parts.data(
        [group, slider],
        frame,
        caption=[names[i % size] for i in at],
        picture=[names[i // size] for i in at],
    )
    plot = kit.axes(
        x_range=FactorRange(*names),
        y_range=FactorRange(*reversed(names)),
        height=330,
        x_axis_label="captions",
        y_axis_label="pictures",
    )
    plot.xaxis.major_label_orientation = 0.9
    plot.grid.visible = False
    plot.rect(
        "caption",
        "picture",
        width=0.96,
        height=0.96,
        fill_color=kit.BLUE,
        fill_alpha="alpha",
        line_color=None,
        source=source,
    )
    line = parts.status(
        [group, slider],
        lambda way, step: matrix_line(
            int(step),
            table[ways[way]]["seen"][step]["matrix"],
            table[ways[way]]["seen"][step]["scale"][0],
        ),
    )
    line.styles = {**line.styles, "min-height": "6em"}
    first = np.asarray(table["clipped"]["seen"][steps[-1]]["matrix"])
    return kit.Embed(
        column(
            kit.beside([pick, slider, line], [plot], share=0.36),
            sizing_mode="stretch_width",
        ),
        alt="A table of eight pictures against their eight captions: the darker, the"
        " nearer. After training the diagonal is dark.",
        status=line,
        table=[
            ("picture", "its own caption", "the nearest other"),
            *(
                (
                    name,
                    decimal(float(first[i, i])),
                    decimal(float(np.delete(first[i], i).max())),
                )
                for i, name in enumerate(names)
            ),
        ],
    )
