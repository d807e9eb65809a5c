"""A spiral in a large space: what networks make that say noise, picture or velocity.

Public names: :mod:`sbt_jax.viz.diffusion`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import ColumnDataSource, Range1d

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.diffusion.measures import mean_of

NAMES = {"image": "says the picture", "velocity": "the velocity", "noise": "the noise"}
TURNS, INNER, OUTER = 1.5, 0.3, 1.5  # of the spiral
EDGE = 2.0


def spiral_line(dims: str, inside: Mapping[str, float]) -> str:
    """What the line says of a space.

    Example:
      >>> spiral_line("2", {"image": 0.98, "noise": 0.5})
      'A space of 2 numbers. On the spiral: picture 98 %, noise 50 % of the points.'
    """
    told = ", ".join(
        f"{'picture' if target == 'image' else target} {percent(share)}"
        for target, share in inside.items()
    )
    return f"A space of {dims} numbers. On the spiral: {told} of the points."


def a_spiral(table: Mapping[str, Mapping[str, Any]], first: str = "512") -> kit.Embed:
    """Points that three networks make, on the plane of the spiral.

    Args:
      table: By numbers of the space and target: ``points`` on the plane, and a row a
        seed in ``seeds``, with ``inside``.
      first: Of the spaces, the one that is shown.
    """
    names = sorted(table, key=int)
    group, pick = kit.choice("Numbers of the space", names)
    group.active = names.index(first)
    along = np.linspace(0, 1, 90)
    out = INNER + (OUTER - INNER) * along
    angle = 2 * np.pi * TURNS * along
    curve = {
        "x": (out * np.cos(angle)).round(3).tolist(),
        "y": (out * np.sin(angle)).round(3).tolist(),
    }
    plots = []
    for target, name in NAMES.items():

        def columns(dims: str, target: str = target) -> dict[str, list[float]]:
            points = np.clip(table[dims][target]["points"], -EDGE, EDGE)
            return {"x": points[:, 0].tolist(), "y": points[:, 1].tolist()}

        plot = kit.axes(
            walk=False,
            x_range=Range1d(-EDGE, EDGE),
            y_range=Range1d(-EDGE, EDGE),
            height=170,
        )
        plot.axis.visible = plot.grid.visible = False
        plot.min_border = 2
        plot.line(
            "x", "y", color=kit.GREY, line_width=1.5, source=ColumnDataSource(curve)
        )
        source = parts.data([group], columns)
        plot.scatter("x", "y", color=kit.BLUE, size=4, alpha=0.7, source=source)
        plots.append(kit.titled(name, plot, least=100))

    def share(dims: str, target: str) -> float:
        return mean_of(table[dims][target]["seeds"], "inside")

    def told(dims: str) -> str:
        return spiral_line(dims, {t: share(dims, t) for t in NAMES})

    line = parts.status([group], told)
    panels = row(
        *plots,
        sizing_mode="stretch_width",
        styles={"flex-wrap": "wrap", "column-gap": "6px"},
    )
    return kit.Embed(
        column(pick, panels, line, sizing_mode="stretch_width"),
        alt="Three panels with a spiral and points that networks made: one says the"
        " picture, one the velocity, one the noise. Buttons choose how large the"
        " space is.",
        status=line,
        table=[
            ("numbers", *NAMES.values()),
            *(
                (
                    dims,
                    *(percent(share(dims, t)) for t in NAMES),
                )
                for dims in names
            ),
        ],
    )
