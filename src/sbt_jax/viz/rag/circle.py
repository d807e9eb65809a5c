"""Why one vector is not enough: four documents on a circle, to be moved round it.

Public names: :mod:`sbt_jax.viz.rag`; ``circle.mjs`` is the browser half.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Slider

from sbt_jax.rag import on_a_circle
from sbt_jax.viz import kit

NAMES = ("cats", "dogs", "boats", "tax")
FIRST = (20, 110, 200, 290)
FAR = 1.22  # where a name stands


def circle_line(degrees: Sequence[float | int], names: Sequence[str] = NAMES) -> str:
    """What the line says; mirrored in ``circle.mjs``.

    Example:
      >>> circle_line([0, 90, 180], "abc")
      'A question can have on top: a and b, a and c, b and c. Never: .'
    """
    top = on_a_circle(np.radians(np.asarray(degrees, float)))
    pairs = itertools.combinations(range(len(names)), 2)
    never = [pair for pair in pairs if pair not in top]
    both = [", ".join(f"{names[a]} and {names[b]}" for a, b in p) for p in (top, never)]
    return f"A question can have on top: {both[0]}. Never: {both[1]}."


def circle_links(
    degrees: Sequence[float | int], names: Sequence[str] = NAMES
) -> dict[str, list[Any]]:
    """A line between each two, green where they can be on top; mirrored."""
    top = on_a_circle(np.radians(np.asarray(degrees, float)))
    at = [(math.cos(math.radians(x)), math.sin(math.radians(x))) for x in degrees]
    found: dict[str, list[Any]] = {"x": [], "y": [], "color": [], "dash": []}
    for a, b in itertools.combinations(range(len(names)), 2):
        found["x"].append([at[a][0], at[b][0]])
        found["y"].append([at[a][1], at[b][1]])
        found["color"].append(kit.GREEN if (a, b) in top else kit.ORANGE)
        found["dash"].append("solid" if (a, b) in top else "dashed")
    return found


def one_vector_each() -> kit.Embed:
    """Four documents on a circle; two of the six pairs can never be on top."""
    turn = np.radians(FIRST)
    dots = ColumnDataSource(
        {
            "x": np.cos(turn).tolist(),
            "y": np.sin(turn).tolist(),
            "tx": (FAR * np.cos(turn)).tolist(),
            "ty": (FAR * np.sin(turn)).tolist(),
            "name": list(NAMES),
        }
    )
    links = ColumnDataSource(circle_links(FIRST))
    plot = kit.axes(x_range=(-1.85, 1.85), y_range=(-1.4, 1.4), height=330)
    plot.grid.visible = False
    round_ = np.linspace(0, 2 * math.pi, 90)
    plot.line(np.cos(round_), np.sin(round_), color=kit.GREY, alpha=0.5)
    plot.multi_line(
        "x", "y", color="color", line_dash="dash", line_width=3, source=links
    )
    plot.scatter("x", "y", size=14, color=kit.BLUE, source=dots)
    plot.text(
        "tx",
        "ty",
        text="name",
        text_align="center",
        text_baseline="middle",
        text_color=kit.GREY,
        source=dots,
    )
    sliders = [
        Slider(
            title=f"{name}, at (degrees)",
            value=at,
            start=0,
            end=355,
            step=5,
            sizing_mode="stretch_width",
        )
        for name, at in zip(NAMES, FIRST, strict=True)
    ]
    line = kit.status(circle_line(FIRST), lines=3)
    moved = kit.callback(
        __file__, sliders=sliders, names=list(NAMES), dots=dots, links=links, line=line
    )
    for slider in sliders:
        slider.js_on_change("value", moved)
    legend = kit.legend({"can be the two best": kit.GREEN, "never": kit.ORANGE})
    return kit.Embed(
        kit.beside(sliders, [legend, plot, line]),
        alt="Four documents on a circle, moved by sliders, and a line between each two:"
        " four of the six pairs can be the best two, two never.",
        status=line,
        table=[
            ("document", "at (degrees)"),
            *((n, f"{a}") for n, a in zip(NAMES, FIRST, strict=True)),
        ],
    )
