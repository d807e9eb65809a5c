"""The machine: what each part writes into the stream.

Public names: :mod:`sbt_jax.viz.architecture`; ``machine.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    Range1d,
    Select,
    TapTool,
    TextAreaInput,
)
from jaxtyping import Float

from sbt_jax.architecture import Config, parameter_count
from sbt_jax.viz import kit
from sbt_jax.viz.architecture.lens import (
    DATA,
    EXAMPLES,
    picks,
    token_name,
)

COLORS = {
    "embedding": kit.GREEN,
    "attention": kit.BLUE,
    "mlp": kit.ORANGE,
    "norm": kit.GREY,
}
# What of the diagram a twin does not have, and what it has otherwise: its new label.
TOUCHED = {
    "everything": (),
    "no residual": ("stream",),
    "no norm": ("norm",),
    "no MLP": ("mlp",),
    "no attention": ("attention",),
    "no positions": (),
    "one head": (),
}
OTHERWISE = {"no positions": "no positions", "one head": "one head"}  # attention
ROLES = {
    "embedding": "Looks up a vector for each token, which starts the stream. It knows"
    " the token, and nothing of the text around it.",
    "norm": "Scales a copy of the stream to one size, so that what reads it always"
    " reads numbers of about the same size. The stream itself stays as it is.",
    "attention": "The only place where one position hears of another: each head looks"
    " back, mixes what it finds, and all heads add to the stream, side by side.",
    "mlp": "Works on each position alone: a hidden layer of units, each switched on by"
    " what it recognises, that write back what follows from it.",
    "unembedding": "Compares the last vector with the embedding of every token. The"
    " more they agree, the likelier the token comes next.",
}
INK = "#ffffff"  # on a box that is there; on one that is not, grey
BARS = (6.4, 2.1)  # where bars start, and how long the longest is


def machine_parts(config: Config) -> list[dict[str, Any]]:
    """What stands in the diagram, from top to bottom: names, shapes, weights, places.

    ``write`` is the place of what a part wrote among those of the stream, or -1.
    """
    counts, width = parameter_count(config), config.width
    total = sum(counts.values())
    sizes = {
        "embedding": counts["embedding"],
        "norm": width,
        "attention": counts["attention"] // config.layers,
        "mlp": counts["mlp"] // config.layers,
        "unembedding": 0,
    }
    wide = {"norm": 1.5, "embedding": 2.8}
    shapes = {
        "embedding": f"{config.vocab_size:,} × {width}",
        "norm": f"{width} gains",
        "attention": f"queries {width} × {config.heads} × {config.head}, keys and"
        f" values {width} × {config.key_heads} × {config.head}, output {config.heads}"
        f" × {config.head} × {width}",
        "mlp": f"gate and up {width} × {config.mlp}, down {config.mlp} × {width}",
        "unembedding": f"{width} × {config.vocab_size:,}, the embedding again",
    }

    def part(name: str, kind: str, x: float, row: int, write: int = -1) -> dict:
        return {
            "name": name,
            "kind": kind,
            "label": {"mlp": "MLP"}.get(kind, kind),
            "x": x,
            "y": -float(row),
            "w": wide.get(kind, 3.2),
            "write": write,
            "parameters": sizes[kind],
            "shape": shapes[kind],
            "share": sizes[kind] / total,
            "color": COLORS.get(kind, kit.GREEN),
        }

    parts = [part("embedding", "embedding", 1.2, 0, 0)]
    for i in range(2 * config.layers):
        kind, block = ("attention", "mlp")[i % 2], i // 2 + 1
        label = {"mlp": "MLP"}.get(kind, kind)
        parts += [
            part(f"block {block}, norm of the {label}", "norm", 1.9, i + 1),
            part(f"block {block}, {label}", kind, 4.5, i + 1, i + 1),
        ]
    last = 2 * config.layers + 1
    parts += [part("last norm", "norm", 1.9, last)]
    return [*parts, part("unembedding", "unembedding", 4.5, last)]


def part_text(part: Mapping[str, Any]) -> str:
    """What a part is; mirrored in ``machine.mjs``."""
    share = f"{100 * part['share']:.1f}"
    own = f"{part['parameters']:,} parameters, {share} % of all"
    return f"{part['name']}: {ROLES[part['kind']]} Shape: {part['shape']}; {own}."


def part_line(
    part: Mapping[str, Any],
    writes: Sequence[float],
    before: Sequence[float],
    guess: str,
    p: float,
) -> str:
    """What a part did to the text; mirrored in ``machine.mjs``."""
    at = part["write"]
    if part["kind"] == "unembedding":
        return f"It says that after your text comes “{guess}”, with {100 * p:.1f} %."
    if at < 0:
        return "It wrote nothing to the stream."
    size = f"{writes[at]:.1f}"
    if at == 0:
        return f"It started the stream with vectors of length {size}, on average."
    share = f"{100 * writes[at] / before[at]:.0f}"
    return (
        f"It wrote vectors of length {size} on average, {share} % of the length of the"
        " stream before it."
    )


def twin_line(name: str, gaps: Sequence[float], complete: Sequence[float]) -> str:
    """How a twin without a part did; mirrored in ``machine.mjs``."""

    def spread(values: Sequence[float]) -> str:
        mean = sum(values) / len(values)
        return f"{mean:.2f} ({min(values):.2f} to {max(values):.2f})"

    whole = "The twins are of small, which has 2 blocks: with everything in, it ends"
    whole += f" {spread(complete)} nats a word above the entropy"
    if name == "everything":
        return f"{whole}."
    return f"{whole}; trained with {name}, {spread(gaps)}."


def mean_lengths(
    streams: Float[np.ndarray, "depth time width"],
) -> tuple[list[float], list[float]]:
    """Mean length of each write, and of the stream before it.

    The mark before the text is left out, where there is a text.
    """
    kept = np.asarray(streams, float)[:, min(1, streams.shape[1] - 1) :]
    writes = np.diff(kept, axis=0, prepend=np.zeros_like(kept[:1]))
    before = np.concatenate([np.zeros_like(kept[:1]), kept[:-1]])
    written, there = (
        np.linalg.norm(x, axis=-1).mean(axis=1).round(4).tolist()
        for x in (writes, before)
    )
    return written, there


def bars(parts: Sequence[Mapping[str, Any]], writes: Sequence[float]) -> dict[str, Any]:
    """A bar beside each part that writes; mirrored in ``machine.mjs``."""
    start, longest = BARS
    shown = [part for part in parts if part["write"] >= 0]
    top = max(max(writes), 1e-9)
    return {
        "y": [part["y"] for part in shown],
        "right": [start + longest * writes[part["write"]] / top for part in shown],
        "size": [f"{writes[part['write']]:.1f}" for part in shown],
        "color": [part["color"] for part in shown],
    }


def wires(rows: int) -> dict[str, list[list[float]]]:
    """Lines of the diagram: from the stream to each part, and back below it."""
    xs: list[list[float]] = []
    ys: list[list[float]] = []
    for row in range(1, rows):
        xs.append([0.4, 3.1])
        ys.append([-row, -row])
        if row < rows - 1:
            xs.append([4.5, 4.5, 0.4])
            ys.append([-row - 0.31, -row - 0.48, -row - 0.48])
    return {"xs": xs, "ys": ys}


def stream_pieces(rows: int) -> dict[str, list[Any]]:
    """The stream as pieces: those that run past a part are what the sum adds to."""
    tops, bottoms = [0.0], [-1.0]
    for row in range(1, rows - 1):
        tops += [-row, -row - 0.48]
        bottoms += [-row - 0.48, -row - 1.0]
    count = len(tops)
    past = [at % 2 == 1 for at in range(count)]
    return {
        "x": [0.4] * count,
        "top": tops,
        "bottom": bottoms,
        "past": past,
        "alpha": [1.0] * count,
    }


def _diagram(
    config: Config,
    boxes: ColumnDataSource,
    stream: ColumnDataSource,
    written: ColumnDataSource,
) -> Any:
    rows = 2 * config.layers + 2
    plot = kit.axes(
        x_range=Range1d(-0.3, 10),
        y_range=Range1d(-rows + 0.3, 0.7),
        tools="tap",
        height=46 * rows + 20,
    )
    plot.yaxis.visible = plot.grid.visible = False
    plot.xaxis.ticker = []
    plot.xaxis.axis_line_color = None
    plot.xaxis.axis_label = "bars: length of what a part wrote"
    plot.multi_line(
        "xs", "ys", color=kit.GREY, line_width=1.5, source=ColumnDataSource(wires(rows))
    )
    plot.segment(
        "x",
        "top",
        "x",
        "bottom",
        color=kit.GREEN,
        line_width=6,
        line_alpha="alpha",
        source=stream,
    )
    shown = plot.rect(
        "x",
        "y",
        "w",
        0.62,
        fill_color="color",
        fill_alpha="alpha",
        line_color=kit.PURPLE,
        line_width="edge",
        source=boxes,
        nonselection_fill_alpha="alpha",
    )
    plot.text(
        "x",
        "y",
        text="label",
        text_align="center",
        text_baseline="middle",
        text_color="ink",
        text_font_style="bold",
        text_font_size="11px",
        source=boxes,
    )
    plot.hbar(
        y="y", left=BARS[0], right="right", height=0.4, color="color", source=written
    )
    plot.text(
        "right",
        "y",
        text="size",
        x_offset=4,
        text_baseline="middle",
        text_color=kit.GREY,
        text_font_size="12px",
        source=written,
    )
    plot.select_one(TapTool).renderers = [shown]
    return plot


def the_machine(
    config: Config,
    text: str,
    streams: Float[np.ndarray, "depth time width"],
    guess: tuple[str, float],
    twins: Mapping[str, Sequence[float]],
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """The model as a diagram to click: what each part is, and what it did just now.

    Args:
      config: The sizes of the model.
      text: The text that is shown first.
      streams: What :func:`sbt_jax.architecture.trace` says of it.
      guess: The likeliest token after it, and its probability.
      twins: Gap to the entropy of *small* without a part, by seed; ``everything``
        is the complete one.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    parts = machine_parts(config)
    writes, before = mean_lengths(streams)
    guess = (token_name(guess[0]), guess[1])
    box = TextAreaInput(
        title="Your text",
        value=text,
        value_input=text,
        rows=3,
        sizing_mode="stretch_width",
    )
    pick = Select(title="Or try", options=list(EXAMPLES), value=next(iter(EXAMPLES)))
    names = [part["name"] for part in parts]
    first = parts[2]
    chosen = Select(title="Part of the machine", options=names, value=first["name"])
    twin, twin_box = kit.choice("Train small with", list(TOUCHED))
    columns = ("name", "kind", "label", "x", "y", "w", "color")
    boxes = ColumnDataSource(
        {key: [part[key] for part in parts] for key in columns}
        | {"alpha": [1.0] * len(parts), "ink": [INK] * len(parts)}
        | {"edge": [4 * (part is first) for part in parts]}
    )
    stream = ColumnDataSource(stream_pieces(2 * config.layers + 2))
    written = ColumnDataSource(bars(parts, writes))
    about = kit.passage(part_text(first))
    line = kit.status(
        f"{part_line(first, writes, before, *guess)}"
        f" {twin_line('everything', twins['everything'], twins['everything'])}"
    )
    does = {
        "shelf": ColumnDataSource({}, tags=[dict(tokenizer), parts, dict(ROLES)]),
        "twins": {k: list(v) for k, v in twins.items()},
        "bars": list(BARS),
        "inks": [INK, kit.GREY],
        "touched": {k: list(v) for k, v in TOUCHED.items()},
        "box": box,
        "otherwise": OTHERWISE,
        "chosen": chosen,
        "twin": twin,
        "boxes": boxes,
        "stream": stream,
        "written": written,
        "about": about,
        "line": line,
    }
    update = kit.callback(__file__, figure="machine", **does)
    for model, name in (
        (box, "value"),
        (box, "value_input"),
        (chosen, "value"),
        (twin, "active"),
    ):
        model.js_on_change(name, update)
    boxes.selected.js_on_change(
        "indices", kit.callback(__file__, figure="tap", boxes=boxes, chosen=chosen)
    )
    pick.js_on_change("value", picks(pick, box))
    key = kit.legend(
        {
            "embedding and stream": kit.GREEN,
            "attention": kit.BLUE,
            "MLP": kit.ORANGE,
            "norm": kit.GREY,
        }
    )
    return kit.Embed(
        column(
            pick,
            box,
            chosen,
            twin_box,
            key,
            _diagram(config, boxes, stream, written),
            about,
            line,
            sizing_mode="stretch_width",
        ),
        alt="A diagram of the model: a vertical line for the stream, boxes for norms,"
        " attention and MLPs beside it, and bars for how much each of them wrote.",
        status=line,
        table=[
            ("part", "parameters", "length of what it wrote"),
            *(
                (
                    p["name"],
                    f"{p['parameters']:,}",
                    f"{writes[p['write']]:.1f}" if p["write"] >= 0 else "–",
                )
                for p in parts
            ),
        ],
        runtime=True,
        models=DATA,
        scripts=scripts,
    )
