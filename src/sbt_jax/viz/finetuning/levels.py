"""Real weights and the levels of a four-bit format; live.

Public names: :mod:`sbt_jax.viz.finetuning`; ``levels.mjs`` is the browser half.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from jaxtyping import Float

from sbt_jax import finetuning
from sbt_jax.finetuning import Format
from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

MATRIX = "blocks.0.mlp.up"  # of main
BLOCKS = (16, 32, 64, 256, 1024)
BINS = 64  # of the histogram
FIRST = "NF4"


def shown(
    weights: Float[np.ndarray, " _"], how: Format
) -> tuple[dict[str, list[float]], dict[str, list[float]], float, float]:
    """Weights over their block's scale, and the levels they go to; mirrored.

    Returns:
      The columns of the histogram and of the levels, the relative error, and what the
      codes carry in bits.
    """
    codes, scale, size = finetuning.encode_blocks(weights, how)
    top = max(abs(how.levels[0]), abs(how.levels[-1]))
    own = np.repeat(np.where(scale > 0, scale, 1), how.block)[:size] * top
    # In steps that the browser repeats bit by bit, so that going back brings the same.
    at = np.clip((weights / own.astype(np.float32)).astype(float), -1, 1)
    places = np.minimum(np.floor((at + 1) / 2 * BINS).astype(int), BINS - 1)
    bars = np.bincount(places, minlength=BINS)
    edges = -1 + 2 * np.arange(BINS + 1) / BINS
    used = np.bincount(codes.ravel()[:size], minlength=len(how.levels)) / size
    levels = [x / top for x in how.levels]
    error = finetuning.relative_error(weights, finetuning.rounded(weights, how))
    carried = finetuning.code_bits(codes.ravel()[:size], len(how.levels))
    histogram = {
        "left": edges[:-1].tolist(),
        "right": edges[1:].tolist(),
        "share": (bars / size).tolist(),
    }
    return histogram, {"level": levels, "used": used.tolist()}, error, carried


def levels_line(
    name: str, block: int, bits: float, error: float, carried: float, lost: float | None
) -> str:
    """What the line says; mirrored in ``levels.mjs``.

    Example:
      >>> levels_line("NF4", 64, 4.5, 0.0931, 3.872, 0.0003)[:46]
      'NF4, blocks of 64: 4.5 bits a weight with its '
    """
    told = (
        f"{name}, blocks of {block}: {bits:g} bits a weight with its scale. Rounding"
        f" moves this matrix by {percent(error, 1)}; its codes carry {carried:.2f} bits"
        " each."
    )
    if lost is None:
        return f"{told} What this does to the loss was not measured."
    return f"{told} All matrices rounded so cost main {lost:.4f} nats a token."


def sixteen_levels(
    weights: Float[np.ndarray, "rows cols"],
    measured: Sequence[Mapping[str, Any]],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A histogram of one matrix of main and the levels of a format; live.

    Args:
      weights: The matrix ``MATRIX`` as it is shipped.
      measured: Of formats and blocks, what they cost: ``name``, ``block``, ``lost``.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    known = finetuning.formats()
    lost = {f"{row['name']} {row['block']}": row["lost"] for row in measured}
    how = known[FIRST]
    flat = np.asarray(weights, np.float32).ravel()
    histogram, levels, error, carried = shown(flat, how)
    bars, dots = ColumnDataSource(histogram), ColumnDataSource(levels)
    group, pick = kit.choice("Format", list(known))
    slider = parts.slider(
        "weights in a block", [str(b) for b in BLOCKS], at=BLOCKS.index(how.block)
    )
    plot = kit.axes(
        x_range=Range1d(-1.06, 1.06),
        y_range=Range1d(0, 0.21),
        height=260,
        x_axis_label="weight / largest value of its block",
        y_axis_label="share of the weights",
    )
    plot.quad(
        left="left",
        right="right",
        top="share",
        bottom=0,
        color=kit.GREY,
        alpha=0.55,
        line_color=None,
        source=bars,
    )
    plot.segment(
        x0="level",
        x1="level",
        y0=0,
        y1="used",
        color=kit.BLUE,
        line_width=2,
        source=dots,
    )
    tips = plot.scatter("level", "used", size=9, color=kit.BLUE, source=dots)
    plot.add_tools(
        HoverTool(
            renderers=[tips],
            tooltips=[("level", "@level{0.000}"), ("used by", "@used{0.0%}")],
        )
    )
    line = kit.status(
        levels_line(
            FIRST,
            how.block,
            finetuning.stored_bits(how),
            error,
            carried,
            lost.get(f"{FIRST} {how.block}"),
        ),
        lines=4,
    )
    shared = {
        "group": group,
        "slider": slider,
        "bars": bars,
        "dots": dots,
        "line": line,
        "lost": [[name, value] for name, value in lost.items()],
        "formats": [
            [name, dataclasses.asdict(one) | {"levels": list(one.levels)}]
            for name, one in known.items()
        ],
        "matrix": MATRIX,
        "bins": BINS,
    }
    look = kit.callback(__file__, figure="block", **shared)
    slider.js_on_change("value", look)
    group.js_on_change("active", kit.callback(__file__, figure="format", **shared))
    key = kit.legend(
        {"the weights": kit.GREY, "a level, and how many weights go to it": kit.BLUE},
        {"a level, and how many weights go to it": "●"},
    )
    return kit.Embed(
        column(
            kit.beside([pick, slider], [key, plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A histogram of the weights of one matrix, and over it the levels of a"
        " four-bit format, each as high as the share of weights that go to it.",
        status=line,
        table=[
            ("level", "used by"),
            *(
                (f"{level:.3f}", percent(used, 1))
                for level, used in zip(levels["level"], levels["used"], strict=True)
            ),
        ],
        runtime=True,
        models=("main",),
        scripts=scripts,
    )
