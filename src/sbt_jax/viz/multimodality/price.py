"""What an image costs in tokens, by each rule.

Public names: :mod:`sbt_jax.viz.multimodality`; ``price.mjs`` is the browser half.
"""

from collections.abc import Mapping

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, LabelSet, Range1d, Slider

from sbt_jax.multimodality import RULES
from sbt_jax.numbers import count
from sbt_jax.viz import kit

WIDTH, HEIGHT = 1920, 1080
MOST = 4096


def price_line(width: int, height: int, tokens: Mapping[str, int]) -> str:
    """What the line says; mirrored.

    Example:
      >>> price_line(4, 3, {"a": 7, "b": 5})
      'An image of 4 by 3 pixels costs from 5 tokens (b) to 7 (a).'
    """
    least, most = (
        min(tokens, key=lambda n: tokens[n]),
        max(tokens, key=lambda n: tokens[n]),
    )
    return (
        f"An image of {width} by {height} pixels costs from {count(tokens[least])}"
        f" tokens ({least}) to {count(tokens[most])} ({most})."
    )


def what_an_image_costs() -> kit.Embed:
    """Two sliders for the size of an image, and its tokens by each rule."""
    tokens = {name: rule(WIDTH, HEIGHT) for name, rule in RULES.items()}
    width, height = (
        Slider(
            title=title,
            start=64,
            end=MOST,
            step=1,
            value=value,
            sizing_mode="stretch_width",
        )
        for title, value in (("width in pixels", WIDTH), ("height in pixels", HEIGHT))
    )
    bars = ColumnDataSource({"rule": list(RULES), "tokens": list(tokens.values())})
    plot = kit.axes(
        y_range=FactorRange(factors=list(RULES)[::-1]),
        x_range=Range1d(0, 18_500),
        height=230,
        x_axis_label="tokens",
    )
    plot.hbar("rule", right="tokens", height=0.65, color=kit.BLUE, source=bars)
    plot.add_layout(
        LabelSet(
            x="tokens",
            y="rule",
            text="tokens",
            source=bars,
            x_offset=5,
            y_offset=-8,
            text_color=kit.GREY,
            text_font_size="13px",
        )
    )
    line = kit.status(price_line(WIDTH, HEIGHT, tokens))
    draw = kit.callback(__file__, width=width, height=height, bars=bars, line=line)
    for slider in (width, height):
        slider.js_on_change("value", draw)
    return kit.Embed(
        column(
            kit.beside([width, height], [plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Bars of the tokens that one image costs by the rules of six models, for a"
        " width and a height to choose.",
        status=line,
        table=[("rule", "tokens"), *((n, count(t)) for n, t in tokens.items())],
    )
