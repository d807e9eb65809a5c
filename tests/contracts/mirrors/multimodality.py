"""What Python and the browser both say: figures of *multimodality*."""

import json

import jax.numpy as jnp
import numpy as np

from contracts.mirrors.common import same
from sbt_jax import multimodality
from sbt_jax.shipped.pictures import LEVELS
from sbt_jax.viz.multimodality import cut, price, sums
from sbt_jax.viz.multimodality import words as met

STROKES = (
    [[50, 10, 0], [48, 40, 1], [52.5, 90, 1]],
    [[10, 10, 0], [90, 12, 1], [40, 95, 1], [20, 50, 0], [80, 50, 1]],
    [[33, 33, 0]],
)
WEIGHTS = {
    "hidden": [[0.5, -1.0, 2.0], [0.25, 1.0, -0.5]],
    "hidden_bias": [0.0, 0.5, -0.25],
    "output": [[1.0, 0.5], [-1.0, 2.0], [0.125, 0.0]],
    "output_bias": [0.25, -0.5],
}
CANVAS = (np.arange(256) % 7 / 7).tolist()
CAPTIONS = ("a red 3, please", "", "<img src=x> 😀 RED", "a " * 20, "blue top left")
PRICED = {"b": 7, "a": 1234, "c": 7}


def to_word(weights, picture):
    return multimodality.to_word(
        multimodality.Projector(*(jnp.array(weights[n]) for n in WEIGHTS)),
        jnp.array(picture),
    )


def pixels_of(points):
    return multimodality.drawn(np.array(points, float)).reshape(-1)


ROWS = {
    "multimodality/pad.drawn": lambda: [((p,), pixels_of(p)) for p in STROKES],
    "multimodality/pad.pixelsOf": lambda: [
        (('{"points":[]}',), None),
        (('{"picture":"' + LEVELS[:4] + '"}',), [0, 1 / 16, 1 / 8, 3 / 16]),
        ((json.dumps({"points": STROKES[0]}),), pixels_of(STROKES[0])),
    ],
    "multimodality/pad.put": lambda: [
        (
            (list(range(64)), top, left),
            multimodality.put(np.arange(64.0).reshape(8, 8), top, left).reshape(-1),
        )
        for top, left in ((0, 0), (8, 3))
    ],
    "multimodality/pad.patchify": lambda: [
        (
            (CANVAS, patch),
            multimodality.patchify(jnp.array(CANVAS).reshape(16, 16, 1), patch),
        )
        for patch in cut.PATCHES
    ],
    "multimodality/pad.toWord": lambda: [
        (
            ({k: np.ravel(v).tolist() for k, v in WEIGHTS.items()}, picture),
            to_word(WEIGHTS, picture),
        )
        for picture in ([1.0, 0.5], [0.0, 0.0])
    ],
    "multimodality/pad.nearest": lambda: [
        (
            (vector, [[1.0, 0.0], [0.5, 2.0]]),
            multimodality.nearest_words(
                jnp.array(vector), jnp.array([[1.0, 0.0], [0.5, 2.0]]), 1
            )[0],
        )
        for vector in ([1.0, 0.25], [0.0, 3.0])
    ],
    "multimodality/pad.cutLine": lambda: same(
        cut.cut_line,
        (16, 1, 49_664, [0.25, 0.75], False),
        (4, 16, 393_344, [0.5, 0.5], True),
    ),
    "multimodality/pad.sumLine": lambda: same(
        sums.sum_line, (["four", "one"], [0.5, -0.001], "five", 0.98)
    ),
    "multimodality/price.priceLine": lambda: same(
        price.price_line, (640, 480, PRICED), (1, 1, {"x": 5})
    ),
    "multimodality/words.captionIds": lambda: [
        ((text, multimodality.WORDS), multimodality.caption_ids(text))
        for text in CAPTIONS
    ],
    "multimodality/words.ranked": lambda: same(
        lambda one, many: met.ranked(np.array(one), np.array(many)),
        ([1.0, 0.5], [[0.0, 1.0], [2.0, 0.0], [2.0, 1.0]]),
    ),
    "multimodality/words.rankLine": lambda: same(
        met.rank_line,
        ("a three", "a red three", 0.5, []),
        ("a", "b", -0.001, ["<", "img", "😀" * 70]),
    ),
}

NEAR = {
    "multimodality/pad.patchify": 1e-6,
    "multimodality/pad.toWord": 1e-6,
    "multimodality/pad.nearest": 1e-6,
    "multimodality/words.ranked": 1e-6,
}
