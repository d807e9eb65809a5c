"""The cache of one text in published models, by its length and the bits of a number.

Public names: :mod:`sbt_jax.viz.inference`; ``calculator.mjs`` does the same sums.
"""

import dataclasses
from collections.abc import Mapping

from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    FactorRange,
    FixedTicker,
    LabelSet,
    Range1d,
    Select,
    Span,
)

from sbt_jax.inference import SHARED, Kind, text_bytes
from sbt_jax.numbers import count, decimal
from sbt_jax.viz import kit, parts

LENGTHS = tuple(2**i for i in range(12, 21))  # tokens: four thousand to a million
BITS = (16, 8, 4)
FULL = 80e9  # bytes of one chip
LOW, HIGH, EDGE = 1e-2, 3e6, 2e6  # GB: ends of the axis, and of the words


def amount(size: float) -> str:
    """Bytes in words; mirrored.

    Example:
      >>> amount(17.18e9), amount(2.5e6)
      ('17.2 GB', '2.5 MB')
    """
    if size >= 999.5e9:
        return f"{decimal(size / 1e12, 1)} TB"
    return f"{decimal(size / (1e9 if size >= 1e9 else 1e6), 1)} " + (
        "GB" if size >= 1e9 else "MB"
    )


def cache_line(name: str, how: str, size: float, tokens: int, bits: int) -> str:
    """What the line says of the model that is picked; mirrored.

    Example:
      >>> cache_line("X", "a key", 30e9, 4096, 16)[-44:]
      'takes 30.0 GB, and 2 of them fit into 80 GB.'
    """
    fit = int(FULL // size)
    room = f"{count(fit)} of them fit into 80 GB." if fit else "80 GB do not hold it."
    return (
        f"{name} keeps {how}. With {bits} bits a number, the cache of {count(tokens)}"
        f" tokens takes {amount(size)}, and {room}"
    )


def _bars(sizes: Mapping[str, float], picked: str) -> dict[str, list[object]]:
    return {
        "model": list(sizes),
        "gigabytes": [size / 1e9 for size in sizes.values()],
        "label": [amount(size) for size in sizes.values()],
        "color": [kit.ORANGE if name == picked else kit.BLUE for name in sizes],
    }


def the_cache(
    kinds: Mapping[str, Kind], first: str, tokens: int = 131_072
) -> kit.Embed:
    """Bars of the cache of one text, for a length, a precision and a way to share.

    Args:
      kinds: Models by name.
      first: The one that the line speaks of.
      tokens: Of the text: one of ``LENGTHS``.
    """
    model = Select(title="Tell me of", options=list(kinds), value=first)
    model.sizing_mode = "stretch_width"
    length = parts.slider(
        "tokens of one text", [count(n) for n in LENGTHS], LENGTHS.index(tokens)
    )
    bits, pick = kit.choice("bits of a number", [str(b) for b in BITS])
    ways = Select(title="keys and values", options=list(SHARED), value=SHARED[0])
    ways.sizing_mode = "stretch_width"
    sizes = {
        name: text_bytes(kind.ways[SHARED[0]], tokens, BITS[0])
        for name, kind in kinds.items()
    }
    source = ColumnDataSource(_bars(sizes, first))
    plot = kit.axes(
        x_axis_type="log",
        x_range=Range1d(LOW, HIGH),
        y_range=FactorRange(factors=list(kinds)[::-1]),
        x_axis_label="cache of one text, GB",
        height=290,
    )
    plot.xaxis.ticker = FixedTicker(ticks=[0.1, 10, 1000])
    plot.xaxis.major_label_overrides = {
        0.1: "0.1",
        10: "10",
        1000: "1,000",
    }
    plot.hbar(
        "model", left=LOW, right="gigabytes", height=0.62, color="color", source=source
    )
    plot.add_layout(
        LabelSet(
            x=EDGE,
            y="model",
            text="label",
            text_align="right",
            source=source,
            y_offset=-8,
            text_color=kit.GREY,
            text_font_size="12px",
        )
    )
    plot.add_layout(
        Span(
            location=FULL / 1e9,
            dimension="height",
            line_color=kit.GREY,
            line_dash="dashed",
            line_width=2,
        )
    )
    line = kit.status(
        cache_line(first, kinds[first].how, sizes[first], tokens, BITS[0]), lines=4
    )
    draw = kit.callback(
        __file__,
        kinds={
            name: {
                "how": kind.how,
                "ways": {w: dataclasses.asdict(k) for w, k in kind.ways.items()},
            }
            for name, kind in kinds.items()
        },
        model=model,
        length=length,
        bits=bits,
        ways=ways,
        source=source,
        line=line,
        colors=[kit.BLUE, kit.ORANGE],
    )
    for widget in (model, length, ways):
        widget.js_on_change("value", draw)
    bits.js_on_change("active", draw)
    key = kit.legend(
        {"80 GB, one large chip": kit.GREY}, {"80 GB, one large chip": "╌╌"}
    )
    return kit.Embed(
        column(
            kit.beside([length, pick, ways, model], [key, plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Bars of the memory that the keys and values of one text take in seven"
        " published models, beside a line at 80 GB.",
        status=line,
        table=[("model", "cache"), *((n, amount(s)) for n, s in sizes.items())],
    )
