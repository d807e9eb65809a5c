"""Trace a word: which word and which feature feed which, and what a removal does.

Public names: :mod:`sbt_jax.viz.interpretability`; ``trace.mjs`` chooses by a tap.
"""

import html
from collections.abc import Mapping
from typing import Any

from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    Div,
    FactorRange,
    FixedTicker,
    InlineStyleSheet,
    Range1d,
    Select,
    TapTool,
)
from bokeh.plotting import figure

from sbt_jax.numbers import decimal
from sbt_jax.viz import kit, parts

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
BARS = ("the graph's guess", "main, looks held", "main itself")
LOOK = """
:host { font-size: 0.95rem; line-height: 1.5; overflow-wrap: anywhere; }
p { margin: 0 0 0.15rem; color: var(--sbt-ink); }
b { font-weight: 650; }
"""


def node_name(graph: Graph, at: int) -> str:
    """What a node is called in the list.

    Example:
      >>> graph = {"texts": ["<end>", "Tom"], "nodes": [
      ...     {"kind": "feature", "block": 2, "place": 1, "number": 7}]}
      >>> node_name(graph, 0)
      '1: on “Tom”, block 2, feature 7'
    """
    node = graph["nodes"][at]
    word = graph["texts"][node["place"]].strip()
    if node["kind"] == "word":
        return f"{at + 1}: the word “{word}”"
    what = f"feature {node['number']}" if node["kind"] == "feature" else "missed"
    return f"{at + 1}: on “{word}”, block {node['block']}, {what}"


def signed(nats: float) -> str:
    """A change in nats, with its sign.

    Example:
      >>> signed(-2.04), signed(0.51)
      ('−2.0', '+0.5')
    """
    return f"{'−' if nats < 0 else '+'}{decimal(abs(nats), 1)}"


def trace_line(graph: Graph, at: int) -> str:
    """What the line says of the removal of a node.

    Example:
      >>> graph = {"texts": ["<end>", "Tom"], "right": " Tom", "wrong": " Mia",
      ...     "lead": 15.0, "nodes": [{"kind": "word", "place": 1, "guess": -9.0,
      ...     "looking": -8.0, "real": -2.5}]}
      >>> print(trace_line(graph, 0))
      Without 1: the word “Tom”, the lead of “Tom” over “Mia”, 15.0, should change by
      −9.0. In main itself it changes by −2.5.
    """
    node = graph["nodes"][at]
    right, wrong = graph["right"].strip(), graph["wrong"].strip()
    return (
        f"Without {node_name(graph, at)}, the lead of “{right}” over “{wrong}”,"
        f" {decimal(graph['lead'], 1)}, should change by\n{signed(node['guess'])}."
        f" In main itself it changes by {signed(node['real'])}."
    ).replace("\n", " ")


def node_html(graph: Graph, at: int, features: Mapping[str, Any]) -> str:
    """What is known of a node: where its feature fires, and which words it promotes."""
    node = graph["nodes"][at]
    if node["kind"] == "word":
        return "<p>The vector of this word, before any block has read it.</p>"
    if node["kind"] == "error":
        return (
            "<p>What the MLP of this block wrote here, less what the features write in"
            " its place: nobody knows what it means.</p>"
        )
    of = features[f"{node['block']}.{node['number']}"]
    told = (
        ("fires most on", ", ".join(of["on"])),
        ("strongest", "… " + of["strong"][0] if of["strong"] else "nowhere"),
        ("asks for", ", ".join(of["says"])),
    )
    return "".join(f"<p><b>{k}</b>: {html.escape(text)}</p>" for k, text in told)


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


def _lines(graph: Graph, count: int) -> dict[str, list[Any]]:
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


def _strong(graph: Graph, at: int, count: int) -> list[float]:
    """How plainly each edge is drawn: those of the chosen node stand out."""
    found = [0.95 if at in edge[:2] else 0.22 for edge in graph["edges"]]
    return found + [0.0] * (count - len(found))


def _words(graph: Graph, count: int) -> dict[str, list[Any]]:
    columns = places(graph)
    found = [graph["texts"][place].strip() for place in columns]
    return {
        "word": found + [""] * (count - len(found)),
        "x": list(map(float, range(count))),
    }


def _dots(graph: Graph) -> dict[str, list[Any]]:
    where = spots(graph)
    return {
        "x": [x for x, _ in where],
        "y": [y for _, y in where],
        "color": [COLORS[node["kind"]] for node in graph["nodes"]],
        "ink": [kit.ink(COLORS[node["kind"]]) for node in graph["nodes"]],
        "number": [str(i + 1) for i in range(len(where))],
    }


def _canvas(
    edges: ColumnDataSource,
    dots: ColumnDataSource,
    ring: ColumnDataSource,
    top: ColumnDataSource,
    words: ColumnDataSource,
    wide: int,
) -> figure:
    """The graph: words below, blocks above them, the answer on top."""
    plot = kit.axes(
        x_range=Range1d(-0.7, wide - 0.3),
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


def trace_a_word(
    graphs: Mapping[str, Graph], features: Mapping[str, Any], first: int = 0
) -> kit.Embed:
    """The graph of a next word; a node is taken out, and the guess stands beside main.

    Args:
      graphs: By name: ``texts`` of the tokens, the ``right`` and the ``wrong`` next
        word, the ``lead``, ``nodes`` and ``edges``, as the recipe makes them.
      features: What is known of each, by block and number.
      first: The node of the first graph that is taken out at first.

    Raises:
      ValueError: If there is no graph, or not that node.
    """
    if not graphs:
        raise ValueError(f"graphs must not be empty, got {graphs}")
    named = {
        name: [node_name(graph, i) for i in range(len(graph["nodes"]))]
        for name, graph in graphs.items()
    }
    start = next(iter(graphs))
    if not 0 <= first < len(named[start]):
        last = len(named[start]) - 1
        raise ValueError(f"first must be in 0..{last}, got {first}")
    which = Select(title="A next word", options=list(graphs), value=start)
    cut = Select(title="Take out", options=named[start], value=named[start][first])
    lines = max(len(graph["edges"]) for graph in graphs.values())
    wide = max(len(places(graph)) for graph in graphs.values())
    options = {
        name: {"options": some, "value": some[first if name == start else 0]}
        for name, some in named.items()
    }
    parts.follow([which], (cut, options))
    edges = parts.data(
        [which],
        lambda name: _lines(graphs[name], lines),
        alpha=_strong(graphs[start], first, lines),
    )
    dots = parts.data([which], lambda name: _dots(graphs[name]))
    words = parts.data([which], lambda name: _words(graphs[name], wide))
    top = parts.data(
        [which],
        lambda name: {
            "x": [float(len(places(graphs[name])) - 1)],
            "y": [float(TOP)],
            "word": [graphs[name]["right"].strip()],
        },
    )

    def each(frame: Any) -> dict[str, dict[str, Any]]:
        return {
            name: {label: frame(graphs[name], at) for at, label in enumerate(some)}
            for name, some in named.items()
        }

    ring = ColumnDataSource({"x": [0.0], "y": [0.0]})
    bars = ColumnDataSource({"who": list(BARS), "nats": [0.0] * 3})
    card = Div(
        disable_math=True,
        sizing_mode="stretch_width",
        styles={"min-height": "7.6em"},
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )
    line = kit.status("", lines=3)
    parts.follow(
        [which, cut],
        (edges, each(lambda g, at: {"data": {"alpha": _strong(g, at, lines)}})),
        (
            ring,
            each(
                lambda g, at: {
                    "data": {k: [v] for k, v in zip("xy", spots(g)[at], strict=True)}
                }
            ),
        ),
        (
            bars,
            each(
                lambda g, at: {
                    "data": {
                        "nats": [
                            g["nodes"][at][k] for k in ("guess", "looking", "real")
                        ]
                    }
                }
            ),
        ),
        (card, each(lambda g, at: {"text": node_html(g, at, features)})),
        (line, each(lambda g, at: {"text": trace_line(g, at)})),
    )
    dots.selected.js_on_change("indices", kit.callback(__file__, source=dots, pick=cut))
    every = [
        node[k]
        for graph in graphs.values()
        for node in graph["nodes"]
        for k in ("guess", "looking", "real")
    ]
    answer = kit.axes(
        y_range=FactorRange(factors=list(BARS)[::-1]),
        x_range=Range1d(min(0.0, *every) * 1.05, max(0.0, *every) * 1.05 + 0.1),
        height=120,
        x_axis_label="change of the lead, in nats",
    )
    answer.hbar("who", right="nats", height=0.7, color=kit.PURPLE, source=bars)
    return kit.Embed(
        column(
            kit.beside(
                [which, cut, answer, card],
                [
                    kit.legend(KINDS),
                    _canvas(edges, dots, ring, top, words, wide),
                ],
                least=250,
                share=0.42,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A graph from the words of a story through features of four blocks up to"
        " the next word; beside it, what taking out one node should change and does.",
        status=line,
        table=[
            ("node", *BARS),
            *(
                (name, *(signed(node[k]) for k in ("guess", "looking", "real")))
                for name, node in zip(named[start], graphs[start]["nodes"], strict=True)
            ),
        ],
    )
