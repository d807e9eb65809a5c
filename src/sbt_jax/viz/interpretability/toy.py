"""Five features in two dimensions, trained in the browser.

Public names: :mod:`sbt_jax.viz.interpretability`; ``toy.mjs`` is the browser half.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import Button, ColumnDataSource, FactorRange, Range1d
from jaxtyping import Float

from sbt_jax.interpretability import Toy, dimension_shares
from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit, parts

NAMES = ("a", "b", "c", "d", "e")
DENSITIES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
FAR = 1.22  # where a name stands, in lengths of its line
THERE = 0.1  # share from which on a feature counts as kept


def toy_line(density: float, shares: Sequence[float]) -> str:
    """What the line says; mirrored in ``toy.mjs``.

    Example:
      >>> toy_line(0.05, [0.4, 0.4, 0.4, 0.4, 0.4])[:52]
      'Each feature is there 5 % of the time. 5 of 5 are ke'
    """
    kept = [share for share in shares if share > THERE]
    said = f"Each feature is there {percent(density)} of the time."
    low, high = (decimal(end(kept, default=0.0)) for end in (min, max))
    each = low if low == high else f"{low} to {high}"
    return f"{said} {len(kept)} of 5 are kept, each with {each} of a dimension."


def toy_arrows(weights: Float[np.ndarray, "features width"]) -> dict[str, list[Any]]:
    """A line for each feature, and its share of a dimension; mirrored."""
    shares = dimension_shares(weights)
    return {
        "name": list(NAMES),
        "x": [float(x) for x in weights[:, 0]],
        "y": [float(y) for y in weights[:, 1]],
        "name_x": [float(FAR * x) for x in weights[:, 0]],
        "name_y": [float(FAR * y) for y in weights[:, 1]],
        "share": [float(s) for s in shares],
    }


def five_in_two(toy: Toy, density: float) -> kit.Embed:
    """Lines of five features in a plane, and how often each is there.

    Args:
      toy: Trained with the first density, from the first start.
      density: How often each feature is there at first.

    Raises:
      ValueError: If the slider has no such density.
    """
    if density not in DENSITIES:
        raise ValueError(f"density must be among {DENSITIES}, got {density}")
    labels = [percent(d) for d in DENSITIES]
    often = parts.slider("Each feature is there", labels, DENSITIES.index(density))
    again = Button(label="start elsewhere", button_type="primary")
    source = ColumnDataSource(toy_arrows(np.asarray(toy.weights)))
    plane = kit.axes(
        x_range=Range1d(-1.5, 1.5),
        y_range=Range1d(-1.5, 1.5),
        height=250,
        x_axis_label="first number",
        y_axis_label="second number",
    )
    plane.segment(0, 0, "x", "y", line_width=3, color=kit.BLUE, source=source)
    plane.scatter("x", "y", size=9, color=kit.ORANGE, source=source)
    plane.text(
        "name_x",
        "name_y",
        text="name",
        text_align="center",
        text_baseline="middle",
        source=source,
        text_color="#7d7d86",
        text_font_style="bold",
    )
    bars = kit.axes(
        y_range=FactorRange(factors=list(NAMES)[::-1]),
        x_range=Range1d(0, 1.02),
        height=250,
        x_axis_label="share of a dimension",
    )
    bars.hbar("name", right="share", height=0.7, color=kit.BLUE, source=source)
    line = kit.status(toy_line(density, source.data["share"]))
    start = ColumnDataSource({}, tags=[0])
    args = {
        "often": often,
        "source": source,
        "line": line,
        "start": start,
        "densities": list(DENSITIES),
        "names": list(NAMES),
    }
    often.js_on_change("value", kit.callback(__file__, figure="train", **args))
    again.js_on_event("button_click", kit.callback(__file__, figure="again", **args))
    return kit.Embed(
        column(
            kit.beside(
                [often, again],
                [
                    row(
                        kit.titled("where each feature points", plane, 220),
                        kit.titled("how much room it gets", bars, 150),
                        sizing_mode="stretch_width",
                        styles={"flex-wrap": "wrap"},
                    )
                ],
                least=150,
                share=0.25,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Five lines in a plane, one for each feature, and bars of how much of a"
        " dimension each feature has.",
        status=line,
        table=[
            ("feature", "share of a dimension"),
            *(
                (n, decimal(s))
                for n, s in zip(NAMES, source.data["share"], strict=True)
            ),
        ],
    )
