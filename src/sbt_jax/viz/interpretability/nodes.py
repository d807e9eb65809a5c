"""Where the nodes of an attribution graph stand, and the plot that they stand in.

Public names: :mod:`sbt_jax.viz.interpretability`.
"""

from collections.abc import Mapping
from typing import Any

from bokeh.models import ColumnDataSource, FixedTicker, Range1d, TapTool
from bokeh.plotting import figure

from sbt_jax.viz import kit

Graph = Mapping[str, Any]
TOP = 5  # where the answer stands; words at 0, features at their block
APART = 0.27  # of nodes that share a word and a block
KINDS = {
    "a word": kit.GREY,
    "a feature": kit.BLUE,
    "what is missed": kit.ORANGE,
    "the answer": kit.GREEN,
}
COLORS = {
    "word": KINDS["a word"],
    "feature": KINDS["a feature"],
    "error": KINDS["what is missed"],
}


def places(graph: Graph) -> dict[int, int]:
    """The column of each word that has a node; the last word has one in any case."""
    last = len(graph["texts"]) - 1
    used = sorted({node["place"] for node in graph["nodes"]} | {last})
    return {place: at for at, place in enumerate(used)}


def spots(graph: Graph) -> list[tuple[float, float]]:
    """Where each node stands; those of one word and block side by side."""
    columns, together = places(graph), dict[tuple[int, int], list[int]]()
    for at, node in enumerate(graph["nodes"]):
        together.setdefault((node["place"], node["block"]), []).append(at)
    found = [(0.0, 0.0)] * len(graph["nodes"])
    for (place, block), some in together.items():
        for i, at in enumerate(some):
            aside = i - (len(some) - 1) / 2
            lift = 0.17 * (i % 2 * 2 - 1) if len(some) > 2 else 0.0
            found[at] = (columns[place] + APART * aside, block + lift)
    return found


def right_end(graph: Graph) -> float:
    """Where the plot ends, so that its last word and its last node are whole."""
    return max(len(places(graph)) - 1.0, *(x for x, _ in spots(graph))) + 0.7


def edge_rows(graph: Graph, count: int) -> dict[str, list[Any]]:
    """The edges as lines, filled up to a number of rows."""
    where = [*spots(graph), (float(len(places(graph)) - 1), float(TOP))]
    rows = [(*where[one], *where[to], adds) for one, to, adds in graph["edges"]]
    rows += [(0.0, 0.0, 0.0, 0.0, 0.0)] * (count - len(rows))
    x0, y0, x1, y1, adds = (list(part) for part in zip(*rows, strict=True))
    return {
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
        "color": [kit.ORANGE if a < 0 else kit.BLUE for a in adds],
    }


def word_rows(graph: Graph, count: int) -> dict[str, list[Any]]:
    columns = places(graph)
    found = [graph["texts"][place].strip() for place in columns]
    return {
        "word": found + [""] * (count - len(found)),
        "x": list(map(float, range(count))),
    }


def dot_rows(graph: Graph) -> dict[str, list[Any]]:
    where = spots(graph)
    return {
        "x": [x for x, _ in where],
        "y": [y for _, y in where],
        "color": [COLORS[node["kind"]] for node in graph["nodes"]],
        "ink": [kit.ink(COLORS[node["kind"]]) for node in graph["nodes"]],
        "number": [str(i + 1) for i in range(len(where))],
    }


def canvas(
    edges: ColumnDataSource,
    dots: ColumnDataSource,
    ring: ColumnDataSource,
    top: ColumnDataSource,
    words: ColumnDataSource,
    end: float,
) -> figure:
    """The graph: words below, blocks above them, the answer on top."""
    plot = kit.axes(
        x_range=Range1d(-0.7, end),
        y_range=Range1d(-1.15, TOP + 0.45),
        height=430,
        tools="tap",
    )
    plot.xaxis.visible = False
    plot.xgrid.visible = False
    plot.yaxis.ticker = FixedTicker(ticks=list(range(TOP + 1)))
    names = {i: f"block {i}" for i in range(1, TOP)}
    plot.yaxis.major_label_overrides = {0: "words", **names, TOP: "answer"}
    plot.segment(
        *("x0", "y0", "x1", "y1"),
        color="color",
        alpha="alpha",
        line_width=2,
        source=edges,
    )
    plot.scatter("x", "y", size=26, color=kit.GREEN, source=top)
    plot.text(
        "x",
        "y",
        text="word",
        x_offset=-18,
        text_align="right",
        text_baseline="middle",
        text_color=kit.GREY,
        text_font_style="bold",
        source=top,
    )
    marks = plot.scatter(
        "x", "y", size=20, color="color", nonselection_alpha=1, source=dots
    )
    plot.text(
        "x",
        "y",
        text="number",
        text_align="center",
        text_baseline="middle",
        text_color="ink",
        text_font_size="11px",
        source=dots,
    )
    plot.scatter(
        "x",
        "y",
        size=27,
        fill_color=None,
        line_width=3,
        line_color=kit.PURPLE,
        source=ring,
    )
    plot.text(
        "x",
        -0.38,
        text="word",
        angle=0.7,
        text_align="right",
        text_baseline="middle",
        text_color=kit.GREY,
        text_font_size="12px",
        source=words,
    )
    tap = plot.select_one(TapTool)
    tap.renderers, tap.behavior = [marks], "select"
    return plot
