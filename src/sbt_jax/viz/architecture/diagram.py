"""The diagram of the machine: boxes, wires, the stream, and bars beside them.

Public names: :mod:`sbt_jax.viz.architecture`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.models import ColumnDataSource, Range1d, TapTool

from sbt_jax.architecture import Config, parameter_count
from sbt_jax.viz import kit

COLORS = {
    "embedding": kit.GREEN,
    "attention": kit.BLUE,
    "mlp": kit.ORANGE,
    "norm": kit.GREY,
}
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


def diagram(
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
        height=33 * rows + 20,
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
