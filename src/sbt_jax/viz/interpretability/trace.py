"""Trace a word: which word and which feature feed which, and what a removal does.

Public names: :mod:`sbt_jax.viz.interpretability`; ``trace.mjs`` is the browser half.
"""

import html
import json
from collections.abc import Mapping
from typing import Any

from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    Div,
    FactorRange,
    InlineStyleSheet,
    Range1d,
    Select,
)

from sbt_jax.numbers import decimal
from sbt_jax.viz import kit, parts
from sbt_jax.viz.interpretability.nodes import (
    KINDS,
    TOP,
    Graph,
    canvas,
    dot_rows,
    edge_rows,
    places,
    right_end,
    spots,
    word_rows,
)

BARS = ("the graph's guess", "main, looks held", "main itself")
CHANGES = ("guess", "looking", "real")
LOOK = """
:host { font-size: 0.95rem; line-height: 1.5; overflow-wrap: anywhere; }
p { margin: 0 0 0.15rem; color: var(--sbt-ink); }
b { font-weight: 650; }
"""


def node_name(graph: Graph, at: int) -> str:
    """What a node is called in the list; mirrored.

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
    """A change in nats, with its sign; mirrored.

    Example:
      >>> signed(-2.04), signed(0.51)
      ('−2.0', '+0.5')
    """
    return f"{'−' if nats < 0 else '+'}{decimal(abs(nats), 1)}"


def trace_line(graph: Graph, at: int) -> str:
    """What the line says of the removal of a node; mirrored.

    Example:
      >>> graph = {"texts": ["<end>", "Tom"], "right": " Tom", "wrong": " Mia",
      ...     "lead": 15.0, "nodes": [{"kind": "word", "place": 1, "guess": -9.0,
      ...     "looking": -8.0, "real": -2.5}]}
      >>> print(*trace_line(graph, 0).split(", "), sep="\\n")
      Without 1: the word “Tom”
      the lead of “Tom” over “Mia”
      15.0
      should change by −9.0. In main itself it changes by −2.5.
    """
    node = graph["nodes"][at]
    right, wrong = graph["right"].strip(), graph["wrong"].strip()
    return (
        f"Without {node_name(graph, at)}, the lead of “{right}” over “{wrong}”,"
        f" {decimal(graph['lead'], 1)}, should change by {signed(node['guess'])}."
        f" In main itself it changes by {signed(node['real'])}."
    )


def node_html(graph: Graph, at: int, features: Mapping[str, Any]) -> str:
    """What is known of a node: where a feature fires, what it asks for; mirrored."""
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


def strong_edges(graph: Graph, at: int, count: int) -> list[float]:
    """How plainly each edge is drawn: those of the chosen node stand out; mirrored.

    Example:
      >>> strong_edges({"edges": [[0, -1, 2.0], [1, -1, 1.0]]}, 0, 3)
      [0.95, 0.22, 0.0]
    """
    found = [0.95 if at in edge[:2] else 0.22 for edge in graph["edges"]]
    return found + [0.0] * (count - len(found))


def _changes(graph: Graph, at: int) -> list[float]:
    return [graph["nodes"][at][k] for k in CHANGES]


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
    now = graphs[start]
    edges = parts.data(
        [which],
        lambda name: edge_rows(graphs[name], lines),
        alpha=strong_edges(now, first, lines),
    )
    dots = parts.data([which], lambda name: dot_rows(graphs[name]))
    words = parts.data([which], lambda name: word_rows(graphs[name], wide))
    top = parts.data(
        [which],
        lambda name: {
            "x": [float(len(places(graphs[name])) - 1)],
            "y": [float(TOP)],
            "word": [graphs[name]["right"].strip()],
        },
    )
    x, y = spots(now)[first]
    ring = ColumnDataSource({"x": [x], "y": [y]})
    bars = ColumnDataSource({"who": list(BARS), "nats": _changes(now, first)})
    card = Div(
        text=node_html(now, first, features),
        disable_math=True,
        sizing_mode="stretch_width",
        styles={"min-height": "7.6em"},
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )
    line = kit.status(trace_line(now, first), lines=3)
    given = {
        "which": which,
        "cut": cut,
        # As a text: Bokeh writes each key of a table at length.
        "shelf": ColumnDataSource({}, tags=[json.dumps([graphs, features])]),
        "dots": dots,
        "edges": edges,
        "ring": ring,
        "bars": bars,
        "card": card,
        "line": line,
    }
    draw = kit.callback(__file__, figure="cut", **given)
    which.js_on_change("value", kit.callback(__file__, figure="pick", **given))
    cut.js_on_change("value", draw)
    dots.selected.js_on_change(
        "indices", kit.callback(__file__, figure="tap", dots=dots, cut=cut)
    )
    every = [
        node[k] for graph in graphs.values() for node in graph["nodes"] for k in CHANGES
    ]
    answer = kit.axes(
        y_range=FactorRange(factors=list(BARS)[::-1]),
        x_range=Range1d(min(0.0, *every) * 1.05, max(0.0, *every) * 1.05 + 0.1),
        height=120,
        x_axis_label="change in nats",
    )
    answer.xaxis.ticker.desired_num_ticks = 4
    answer.hbar("who", right="nats", height=0.7, color=kit.PURPLE, source=bars)
    plot = canvas(edges, dots, ring, top, words, right_end(now))
    parts.follow([which], (plot.x_range, lambda name: {"end": right_end(graphs[name])}))
    return kit.Embed(
        column(
            kit.beside(
                [which, cut, answer, card],
                [
                    kit.legend(KINDS),
                    kit.label(
                        "A blue line adds to what it leads to, an orange one"
                        " takes away."
                    ),
                    plot,
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
                (name, *(signed(node[k]) for k in CHANGES))
                for name, node in zip(named[start], graphs[start]["nodes"], strict=True)
            ),
        ],
    )
