"""What Python and the browser both say: figures of *training*."""

import jax
import jax.numpy as jnp
import numpy as np

from contracts.mirrors.common import each, same
from contracts.small import training as small
from sbt_jax import training
from sbt_jax.viz.training import graph, landscape, progress

NODES = [dict(n._asdict(), parts=list(n.parts)) for n in small.neuron()]
INPUTS = [(-1.0, 2.0, 0.5), (0.3, 0.0, -4.0), (4.0, 4.0, 4.0)]
WAYS = {
    "SGD": training.sgd(),
    "momentum": training.momentum(),
    "Adam": training.adam(),
    "AdamW": training.adamw(),
}
NOW = progress.standing_of(small.OWN)
STANDINGS = [
    NOW,
    NOW._replace(step=1, seconds=0.03, held=None, best=None, best_at=None),
    NOW._replace(step=277, steps=3000, seconds=12.5, held=1.76, best=1.67),
    NOW._replace(seconds=1.0, loss=0.125),
]
PASTED = ["", "a", "ab\nc", "é\n" * 12, "abc def\n" * 30_000]


def slope(weights, rows):
    came, after = (
        small.SURFACE.came[np.array(rows)],
        small.SURFACE.after[np.array(rows)],
    )
    part = small.SURFACE._replace(after=after, came=came / came.sum())
    loss, gradient = jax.value_and_grad(lambda w: training.surface_loss(part, w))(
        jnp.array(weights)
    )
    surface = {k: np.asarray(v, float) for k, v in small.SURFACE._asdict().items()}
    return (surface, weights, rows), {"loss": float(loss), "gradient": gradient}


def updates(name):
    """Several steps with a learning rate that changes on the way: the last weights."""
    way, weights, steps = WAYS[name], jnp.array([0.7, -0.2]), []
    state = way.init(weights)
    for i in range(6):
        gradient, rate = jnp.array([0.3 * i - 0.5, 1.0 / (i + 1)]), 0.1 * (i % 3 + 1)
        weights, state = way.update(gradient, state, weights, rate)
        steps.append([gradient, rate])
    return (name, [0.7, -0.2], steps), weights


ROWS = {
    "training/graph.backward": lambda: [
        (
            (NODES, dict(zip("wxb", at, strict=True))),
            [n._asdict() for n in small.neuron(*at)],
        )
        for at in INPUTS
    ],
    "training/graph.boxes": lambda: [
        (([n._asdict() for n in nodes],), graph.boxes(nodes))
        for nodes in (small.neuron(*at) for at in INPUTS)
    ],
    "training/graph.graphLine": lambda: [
        (([n._asdict() for n in nodes], list("wxb")), graph.graph_line(nodes, "wxb"))
        for nodes in (small.neuron(*at) for at in INPUTS)
    ],
    "training/landscape.slope": lambda: [
        slope(weights, rows)
        for weights in ([0.0, 0.0], [-0.9, -0.4], [3.0, -2.0])
        for rows in ([0, 1], [1])
    ],
    "training/landscape.dense": lambda: [
        ((landscape.sparse(table), table.shape[1]), table.tolist())
        for table in (np.asarray(small.SURFACE.after), np.asarray(small.SURFACE.came))
    ],
    "training/landscape.update": lambda: [updates(name) for name in WAYS],
    "training/own.ownLine": lambda: [
        ((now._asdict(),), progress.own_line(now)) for now in STANDINGS
    ],
    "training/own.beginLine": lambda: [
        (
            (text._asdict(), width, "0.02", 3000, 2),
            progress.begin_line(text, width, "0.02", 3000),
        )
        for text in map(training.read_letters, PASTED)
        for width in (16, 32)
    ],
    "training/own.shortened": lambda: each(
        progress.shortened, "", "😀" * 21, "a" * 18, "a" * 19, "a b " * 9
    ),
    "training/own.linesHtml": lambda: each(
        progress.lines_html, [], progress.rows_of(small.OWN)
    ),
    "training/landscape.descentLine": lambda: same(
        landscape.descent_line, ("Adam", 0.3, 7, [0.5, -0.25], 3.1, 2.9)
    ),
}

CODES = {
    "training/landscape.update": """(m, name, weights, steps) => {
      let now = {weights, state: null}
      for (const [gradient, rate] of steps) {
        now = m.update(name, now.state, now.weights, gradient, rate)
      }
      return now.weights
    }""",
}

NEAR = {
    "training/landscape.slope": 1e-4,
    "training/landscape.update": 1e-4,
}
