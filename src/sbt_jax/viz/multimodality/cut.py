"""A digit on a canvas, cut into patches and read by a vision transformer; live.

Public names: :mod:`sbt_jax.viz.multimodality`; ``pad.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange, Range1d, Slider
from jaxtyping import Float, Int

from sbt_jax.multimodality import put
from sbt_jax.multimodality.captions import CANVAS, ROOM
from sbt_jax.numbers import count, percent
from sbt_jax.viz import kit
from sbt_jax.viz.multimodality.pad import callback, clear, pad

PATCHES = (16, 8, 4)
ORDERS = ("as they are", "in another order")
TOP, LEFT = 6, 2  # where the digit stands at first
IDLE = "Draw a digit, or pick one."


def shuffles(seed: int = 4) -> list[list[int]]:
    """For each size of patches another order of them."""
    rng = np.random.default_rng(seed)
    return [rng.permutation((CANVAS // patch) ** 2).tolist() for patch in PATCHES]


def cut_line(
    patch: int,
    tokens: int,
    cost: int,
    p: Sequence[float] | Float[np.ndarray, " classes"],
    shuffled: bool,
) -> str:
    """What the line says; mirrored.

    Example:
      >>> cut_line(16, 1, 1000, [0.25, 0.75], False)[:46]
      'Patches of 16 by 16 pixels: 1 token and the cl'
    """
    best = int(np.argmax(p))
    many = f"{tokens} token{'' if tokens == 1 else 's'} and the class token"
    order = "With the patches in another order t" if shuffled else "T"
    return (
        f"Patches of {patch} by {patch} pixels: {many}, {count(cost)} multiply-adds."
        f" {order}he vision transformer says {best}, {percent(float(p[best]))}."
    )


def cut_into_patches(
    letters: Mapping[str, str],
    first: str,
    digit: Float[np.ndarray, "rows cols"],
    p: Float[np.ndarray, " classes"],
    look: Float[np.ndarray, " time"],
    costs: Sequence[int] | Int[np.ndarray, " _"],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A sheet, the canvas in patches with where the class token looks, and the answer.

    Args:
      letters: Handwritten digits by their names, as ``as_letters`` writes them.
      first: The one that is there at first.
      digit: Its pixels.
      p: What the transformer with the smallest patches says of it, at its first place.
      look: How much its class token looks at each patch, in the last block.
      costs: Multiply-adds for each size of patches.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    one = pad("An example, or draw your own", dict(letters), first)
    cuts, pick = kit.choice("Patches", [f"{n} × {n}" for n in PATCHES])
    cuts.active = len(PATCHES) - 1
    orders, order = kit.choice("The patches stand", ORDERS)
    top, left = (
        Slider(
            title=title,
            start=0,
            end=ROOM,
            step=1,
            value=value,
            sizing_mode="stretch_width",
        )
        for title, value in (("moved down by", TOP), ("moved right by", LEFT))
    )
    canvas = put(digit, TOP, LEFT)
    patch = PATCHES[-1]
    across = CANVAS // patch
    at = np.arange(across**2)
    picture = ColumnDataSource(
        {
            "image": [1 - canvas[::-1]],
            "x": [0],
            "y": [0],
            "side": [CANVAS],
        }
    )
    frame = ColumnDataSource(
        {
            "x": ((at % across + 0.5) * patch).tolist(),
            "y": (CANVAS - (at // across + 0.5) * patch).tolist(),
            "side": [patch] * len(at),
            "look": (0.55 * look / look.max()).tolist(),
        }
    )
    plot = kit.axes(
        x_range=Range1d(-0.2, CANVAS + 0.2),
        y_range=Range1d(-0.2, CANVAS + 0.2),
        width=228,
        height=216,
    )
    plot.sizing_mode = "fixed"
    plot.yaxis.visible = False
    plot.grid.visible = False
    plot.xaxis.ticker = list(range(0, CANVAS + 1, 4))
    plot.image(
        "image",
        x="x",
        y="y",
        dw="side",
        dh="side",
        palette=[f"#{v:02x}{v:02x}{v:02x}" for v in range(256)],
        source=picture,
    )
    plot.rect(
        "x",
        "y",
        width="side",
        height="side",
        fill_color=kit.ORANGE,
        fill_alpha="look",
        line_color=kit.BLUE,
        line_width=1.5,
        source=frame,
    )
    bars = ColumnDataSource({"digit": [str(n) for n in range(10)], "p": p.tolist()})
    answer = kit.axes(
        x_range=FactorRange(*bars.data["digit"]), y_range=Range1d(0, 1), height=108
    )
    answer.vbar("digit", top="p", width=0.75, color=kit.BLUE, source=bars)
    tokens = len(at)
    line = kit.status(cut_line(patch, tokens, costs[-1], p, False), lines=3)
    draw = callback(
        "cut",
        ink=one.ink,
        cuts=cuts,
        orders=orders,
        top=top,
        left=left,
        picture=picture,
        bars=bars,
        frame=frame,
        line=line,
        costs=[int(c) for c in costs],
        patches=list(PATCHES),
        shuffles=shuffles(),
        idle=IDLE,
    )
    one.ink.js_on_change("data", draw)
    for group in (cuts, orders):
        group.js_on_change("active", draw)
    for slider in (top, left):
        slider.js_on_change("value", draw)
    key = kit.legend({"where the class token looks": kit.ORANGE})
    return kit.Embed(
        column(
            kit.beside(
                [one.whole, clear([one]), top, left],
                [kit.controls(pick, order), key, plot, answer],
                least=240,
                share=0.42,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A digit on a canvas of 16 by 16 pixels, cut into patches; the patches that"
        " the class token of a vision transformer looks at are orange; bars of what it"
        " says.",
        status=line,
        table=[
            ("digit", "probability"),
            *((n, percent(float(share))) for n, share in enumerate(p)),
        ],
        runtime=True,
        models=tuple(f"multimodality_vit{n}" for n in PATCHES),
        scripts=scripts,
    )
