"""What Python and the browser both say: figures of *interpretability*."""

import jax
import jax.numpy as jnp
import numpy as np

from contracts.mirrors.common import same
from sbt_jax import interpretability as it
from sbt_jax.viz.interpretability import browse, change, patches, push, toy, trace

SIZES = it.SaeConfig(3, 5, "topk", 2)
SAE = it.init_sae(jax.random.key(0), SIZES)._replace(
    bias=jnp.array([0.1, -0.2, 0.0, 0.3, 0.0]),
    center=jnp.array([0.5, -0.5, 0.0]),
)
GIVEN = {
    "encode": np.ravel(SAE.encode).tolist(),
    "bias": SAE.bias.tolist(),
    "center": SAE.center.tolist(),
}
VECTORS = ([1.0, 0.5, -1.0], [0.0, 0.0, 0.0], [-3.0, 2.0, 0.25])
NAMES = ["a", " b", "<i>", " c", "d"]
PLAIN = [0.1, 0.2, 0.3, 0.4, 0.0]
CHANGED = [0.7, 0.1, 0.1, 0.1, 0.0]
WEIGHTS = [[1.0, 0.0], [-1.0, 0.1], [0.0, 0.5], [0.0, 0.0], [0.3, 0.3]]

NODES = {
    "word": {"kind": "word", "block": 0, "place": 1, "guess": -9.0, "real": 0.04},
    "feature": {"kind": "feature", "block": 2, "place": 2, "guess": 1.0, "real": -2.5},
    "error": {"kind": "error", "block": 4, "place": 1, "guess": 0.0, "real": 3.25},
}
GRAPH = {
    "texts": ["<end>", " Tom", " <b>"],
    "right": " Tom",
    "wrong": " Mia",
    "lead": 15.04,
    "nodes": [{"number": 7, **node} for node in NODES.values()],
    "edges": [[0, 1, 0.5], [1, -1, -2.0], [2, -1, 0.1]],
}
FEATURES = {"2.7": {"on": ["a", "<i>"], "strong": ["to <b> Tom"], "says": ["b"]}}
NOWHERE = {"2.7": {"on": [], "strong": [], "says": []}}


def trained(density, seed, steps):
    found = it.train_toy(density, seed, steps)
    return {"weights": found.weights, "bias": found.bias}


def begun(seed):
    found = it.toy_start(seed)
    return {"weights": found.weights, "bias": found.bias}


ROWS = {
    "interpretability/change.featuresOf": lambda: [
        (
            (GIVEN, 2, vector),
            it.features_of(SAE, SIZES, jnp.array(vector, jnp.float32)),
        )
        for vector in VECTORS
    ],
    "interpretability/browse.example": lambda: same(
        browse.example, ("the ball to Tom",), ("Tom",), ("",), ("a <b> 'c\"&",)
    ),
    "interpretability/browse.cardHtml": lambda: same(
        browse.card_html, (["a b"], ["<i>"], ["c", "d"]), ([], [], [])
    ),
    "interpretability/browse.cardLine": lambda: same(
        browse.card_line, (370, 0.0364, 48.2), (0, 0.0, 0.0)
    ),
    "interpretability/change.litHtml": lambda: same(
        change.lit_html,
        (["Tom", " <b>"], [0.0, 2.0], 1),
        ([], [], -1),
        (["a", "b"], [45.6, 7.4], 0),
    ),
    "interpretability/change.lastStrong": lambda: same(
        change.last_strong, ([5.0, 0.0, 3.0, 1.0],), ([0.0, 0.0],), ([],), ([4.0, 2.0],)
    ),
    "interpretability/change.changeLine": lambda: same(
        change.change_line,
        ([["Tom", 45.6]], ["Tom", 1.0], ["Mia", 0.004]),
        ([], ["<b>", 0.5], ["b", 0.5]),
    ),
    "interpretability/change.twoBars": lambda: [
        (
            (NAMES, PLAIN, CHANGED, change.SHOWN),
            change.two_bars(NAMES, np.array(PLAIN), np.array(CHANGED)),
        )
    ],
    "interpretability/change.pushLine": lambda: same(
        push.push_line, ("", 10), (" Tom Tom", 30), ("<b>", 5)
    ),
    "interpretability/change.patchLine": lambda: same(
        patches.patch_line, ("Tom", "after block 2", "Tom", "Mia", [0.996, 0.004])
    ),
    "interpretability/change.heatOf": lambda: same(
        patches.heat_of,
        (["a", "b"], [[0.0, 1.0], [1.5, -0.5], [0.1, 0.2], [0.0, 0.0], [1.0, 0.3]]),
    ),
    "interpretability/trace.nodeName": lambda: same(
        trace.node_name, (GRAPH, 0), (GRAPH, 1), (GRAPH, 2)
    ),
    "interpretability/trace.signed": lambda: same(
        trace.signed, (-2.04,), (0.51,), (0.0,)
    ),
    "interpretability/trace.traceLine": lambda: same(
        trace.trace_line, (GRAPH, 0), (GRAPH, 1), (GRAPH, 2)
    ),
    "interpretability/trace.nodeHtml": lambda: same(
        trace.node_html,
        (GRAPH, 0, FEATURES),
        (GRAPH, 1, FEATURES),
        (GRAPH, 1, NOWHERE),
        (GRAPH, 2, FEATURES),
    ),
    "interpretability/trace.strongEdges": lambda: same(
        trace.strong_edges, (GRAPH, 1, 3), (GRAPH, 0, 5)
    ),
    "interpretability/toy.toyData": lambda: same(it.toy_data, (0.3, 2, 5), (1.0, 3, 4)),
    "interpretability/toy.toyStart": lambda: same(begun, (0,), (3,)),
    "interpretability/toy.trainToy": lambda: same(trained, (0.05, 0, 30), (1.0, 1, 10)),
    "interpretability/toy.dimensionShares": lambda: [
        ((WEIGHTS,), it.dimension_shares(np.array(WEIGHTS)))
    ],
    "interpretability/toy.toyLine": lambda: same(
        toy.toy_line, (0.05, [0.4, 0.4, 0.41, 0.0, 0.4]), (1.0, [0.0] * 5)
    ),
}

NEAR = {
    "interpretability/change.featuresOf": 1e-6,
    "interpretability/toy.trainToy": 1e-7,
}
