"""What Python and the browser both say: figures of *embeddings*."""

import json

import numpy as np

from contracts.mirrors.common import each, same
from contracts.small import common as shared
from sbt_jax.checkpoints import browser_script
from sbt_jax.embeddings import edit_distance, near_spellings
from sbt_jax.viz.embeddings import arithmetic, axes

TYPED = ["King − man+woman", "", "  -", "+ + a", "a--b", "naïve – é", "x " * 20]
SUMS = [
    "king - man + woman",
    "bank",
    "bank - finance + river",
    "paris − france+italy - rome",
    "dog dog cat",
    "swam - swim + run",
]
KNOWN = list(shared.GLOVE.words[:800])


def glove():
    script = browser_script("glove")
    found = script[script.rindex("?? {}, ") + 7 : script.rindex(")")]
    return json.loads(found)["glove"]


def total(text, strike):
    terms = arithmetic.parse(text)
    answers = arithmetic.answers_to(shared.GLOVE, terms, strike)
    points, arrows = arithmetic.draw_sum(shared.GLOVE, terms, answers)
    ours = {
        "answers": answers,
        "names": points["word"],
        "colors": points["color"],
        "flat": np.transpose([points["x"], points["y"]]),
        "arrows": np.transpose(list(arrows.values())).reshape(-1, 2, 2),
    }
    return (glove(), terms, strike), ours


def on_axes(name):
    words, *ends = (text.split() for text in axes.MAPS[name])
    flat, _ = axes.on_axes(shared.GLOVE, words, [tuple(pair) for pair in ends])
    return (glove(), words, ends), flat


ROWS = {
    "embeddings/arithmetic.parse": lambda: each(arithmetic.parse, *TYPED, *SUMS),
    "embeddings/arithmetic.editDistance": lambda: same(
        edit_distance, *((w, "queen") for w in ("qeen", "", "<b>", "z" * 20, "queen"))
    ),
    "embeddings/arithmetic.nearSpellings": lambda: same(
        near_spellings,
        *((w, KNOWN, 5) for w in ("qeen", "QUEEN", "", "xylophon", "<b>", "z" * 300)),
    ),
    "embeddings/arithmetic.completions": lambda: same(
        arithmetic.completions,
        *((t, KNOWN) for t in ("king - man + wom", "qeen", "", "king ", "a", "−Th")),
    ),
    "embeddings/arithmetic.said": lambda: each(
        arithmetic.said, *(arithmetic.parse(text) for text in SUMS)
    ),
    "embeddings/arithmetic.sumLine": lambda: same(
        arithmetic.sum_line,
        *(
            (arithmetic.parse("king - man + king"), answers, strike)
            for strike in (False, True)
            for answers in (
                [("king", 0.885), ("queen", 0.852)],
                [("rome", 0.847)],
                [("king", 0.5)],
            )
        ),
    ),
    "embeddings/arithmetic.plane": lambda: each(
        lambda points: arithmetic.plane(np.array(points)),
        np.random.default_rng(0).normal(size=(6, 9)).tolist(),
        [[1.0, 2.0]],
        [[1.0, 2.0], [1.0, 2.0]],
    ),
    "embeddings/arithmetic.mapLine": lambda: same(
        lambda words, flat, ends, kept: axes.map_line(
            words, np.array(flat), ends, kept
        ),
        (
            ["a", "b", "c"],
            [[0.1, 3.0], [0.3, 1.0], [0.2, 2.0]],
            [("low", "high"), ("poor", "rich")],
            0.0432,
        ),
    ),
    "embeddings/arithmetic.largest": lambda: [
        (([3.0, 1.0, 5.0, 9.0, 4.0, -1.0], 3, []), [3, 2, 4]),
        (([3.0, 1.0, 5.0, 9.0, 4.0, -1.0], 3, [3]), [2, 4, 0]),
    ],
    "embeddings/arithmetic.unpack": lambda: [((glove(),), shared.GLOVE.words[:9])],
    "embeddings/arithmetic.calculate": lambda: (
        [total(text, strike) for text in SUMS for strike in (False, True)]
        + [((glove(), arithmetic.parse("king - king"), False), None)]
    ),
    "embeddings/arithmetic.onAxes": lambda: [
        on_axes(name) for name in ("moods", "animals by size")
    ],
}

CODES = {
    "embeddings/arithmetic.calculate": """(m, packed, ...rest) =>
      m.calculate(m.unpack(packed), ...rest)""",
    "embeddings/arithmetic.onAxes": """(m, packed, ...rest) =>
      m.onAxes(m.unpack(packed), ...rest).flat""",
    "embeddings/arithmetic.unpack": "(m, packed) => m.unpack(packed).words.slice(0, 9)",
}

NEAR = {
    "embeddings/arithmetic.calculate": 1e-4,
    "embeddings/arithmetic.onAxes": 1e-5,
}
