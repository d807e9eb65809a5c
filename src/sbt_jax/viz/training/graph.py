"""Gradients on a graph.

Public names: :mod:`sbt_jax.viz.training`; ``graph.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence

from bokeh.models import ColumnDataSource, Range1d, Slider

from sbt_jax.training import Node
from sbt_jax.viz import kit


def places(nodes: Sequence[Node]) -> list[tuple[float, float]]:
    """Where each step of a chain stands, from top to bottom; what is given beside it.

    Example:
      >>> places([Node("w", "", (), 1, 1), Node("x", "", (), 1, 1),
      ...         Node("y", "×", (0, 1), 1, 1)])
      [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0)]
    """
    depth = [0] * len(nodes)
    for i, node in enumerate(nodes):
        depth[i] = max((depth[part] + 1 for part in node.parts), default=0)
    found = [(0.0, -float(row)) for row in depth]
    for i, node in enumerate(nodes):
        for side, part in zip((-1.0, 1.0), node.parts, strict=False):
            if not nodes[part].parts:
                found[part] = (side, 1.0 - depth[i])
    return found


def boxes(nodes: Sequence[Node]) -> list[str]:
    """What stands in each box; mirrored in the browser."""
    return [f"{n.name}\nvalue {n.value:.2f}\nslope {n.grad:.2f}" for n in nodes]


def graph_line(nodes: Sequence[Node], inputs: Sequence[str]) -> str:
    """What the line under the graph says; mirrored in the browser."""
    slopes = {node.name: node.grad for node in nodes}
    told = ", ".join(f"{slopes[name]:.3f} for {name}" for name in inputs)
    last = nodes[-1]
    return (
        f"The {last.name} is {last.value:.3f}. Its slopes, one backward pass: {told}."
    )


def gradients_on_a_graph(
    nodes: Sequence[Node], inputs: Mapping[str, tuple[float, float]]
) -> kit.Embed:
    """A computation with the value and the slope of every step; live.

    Args:
      nodes: From :func:`sbt_jax.training.graph`; what has no name there is called
        by its value.
      inputs: Which of them a slider moves, and from where to where.
    """
    nodes = [node._replace(name=node.name or f"{node.value:g}") for node in nodes]
    at = places(nodes)
    colors = [kit.ORANGE if not n.parts else kit.GREY for n in nodes]
    colors[-1] = kit.BLUE
    source = ColumnDataSource(
        {
            "x": [x for x, _ in at],
            "y": [y for _, y in at],
            "color": colors,
            "ink": [kit.ink(color) for color in colors],
            "text": boxes(nodes),
        }
    )
    low = min(y for _, y in at)
    plot = kit.axes(
        x_range=Range1d(-1.55, 1.55),
        y_range=Range1d(low - 0.5, 0.5),
        height=int(-low + 1) * 66 + 30,
    )
    plot.yaxis.visible = plot.grid.visible = False
    plot.xaxis.ticker, plot.xaxis.axis_label = [], "values go down, slopes come up"
    pairs = [(part, i) for i, node in enumerate(nodes) for part in node.parts]
    (x0, y0), (x1, y1) = (
        zip(*(at[pair[end]] for pair in pairs), strict=True) for end in (0, 1)
    )
    plot.segment(list(x0), list(y0), list(x1), list(y1), color=kit.GREY, line_width=2)
    plot.rect(
        "x", "y", width=0.95, height=0.8, color="color", source=source, border_radius=5
    )
    plot.text(
        "x",
        "y",
        text="text",
        text_align="center",
        text_baseline="middle",
        text_color="ink",
        text_font_size="12px",
        source=source,
    )
    values = {node.name: node.value for node in nodes}
    sliders = [
        Slider(
            title=name,
            start=low,
            end=high,
            step=0.1,
            value=values[name],
            sizing_mode="stretch_width",
        )
        for name, (low, high) in inputs.items()
    ]
    line = kit.status(graph_line(nodes, list(inputs)), lines=4)
    update = kit.callback(
        __file__,
        figure="graph",
        nodes=[dict(n._asdict()) for n in nodes],
        sliders=sliders,
        source=source,
        line=line,
    )
    for slider in sliders:
        slider.js_on_change("value", update)
    key = kit.legend({"given": kit.ORANGE, "computed": kit.GREY, "the loss": kit.BLUE})
    return kit.Embed(
        kit.beside([*sliders, key, line], [plot], least=190, share=0.32),
        alt="A graph of one neuron's loss from its inputs to the result; each box has a"
        " value and the slope of the loss with respect to it; three sliders.",
        status=line,
        table=[
            ("step", "value", "slope of the loss"),
            *((n.name, f"{n.value:.3f}", f"{n.grad:.3f}") for n in nodes),
        ],
    )
