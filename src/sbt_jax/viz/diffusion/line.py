"""Guidance on a line: three bells for a scale to choose.

Public names: :mod:`sbt_jax.viz.diffusion`; ``line.mjs`` is the browser half.
"""

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Range1d, Slider

from sbt_jax.diffusion import guided_variance, sharpened_variance
from sbt_jax.diffusion.line import bell
from sbt_jax.numbers import decimal
from sbt_jax.viz import kit

SCALE, MOST = 3.0, 5.0
KINDS = {
    "what the prompt allows": kit.GREY,
    "guided, old noise kept": kit.BLUE,
    "guided, noise renewed": kit.OCHRE,
    "the sharpened density": kit.ORANGE,
}


def variances(scale: float | int) -> list[float]:
    """Of each bell; mirrored.

    Example:
      >>> variances(3.0)
      [1.0, 0.25, 0.3875, 0.5]
    """
    return [
        1.0,
        guided_variance(scale),
        guided_variance(scale, renewed=True),
        sharpened_variance(scale),
    ]


def line_line(scale: float | int, found: list[float]) -> str:
    """What the line says; mirrored.

    Example:
      >>> line_line(3.0, variances(3.0))[:48]
      'At scale 3.0 the variances are: guided 0.25 with'
    """
    _, old, new, sharp = (decimal(v) for v in found)
    return (
        f"At scale {decimal(scale, 1)} the variances are: guided {old} with the old"
        f" noise, {new} with noise renewed; of the sharpened density {sharp}."
    )


def guidance_on_a_line() -> kit.Embed:
    """A slider for the scale, and the densities that it gives."""
    x = np.linspace(-3, 3, 121).round(3)
    found = variances(SCALE)
    columns = {f"y{i}": bell(x, v).tolist() for i, v in enumerate(found)}
    source = ColumnDataSource({"x": x.tolist(), **columns})
    plot = kit.axes(
        x_range=Range1d(-3, 3), y_range=Range1d(0, 1.6), height=230, x_axis_label="x"
    )
    for i, color in enumerate(KINDS.values()):
        plot.line("x", f"y{i}", color=color, line_width=2.5, source=source)
    slider = Slider(
        title="guidance on the line",
        start=1,
        end=MOST,
        step=0.5,
        value=SCALE,
        sizing_mode="stretch_width",
    )
    line = kit.status(line_line(SCALE, found), lines=3)
    draw = kit.callback(__file__, slider=slider, source=source, line=line)
    slider.js_on_change("value", draw)
    return kit.Embed(
        column(
            kit.beside([slider, kit.legend(KINDS), line], [plot], share=0.36),
            sizing_mode="stretch_width",
        ),
        alt="Four bells around zero: what a prompt allows, what guidance gives with old"
        " and with renewed noise, and the sharpened density, which is wider than both.",
        status=line,
        table=[
            ("density", "variance"),
            *((name, decimal(v)) for name, v in zip(KINDS, found, strict=True)),
        ],
    )
