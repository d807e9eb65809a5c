"""Small inputs of the figures of *embeddings*."""

import numpy as np

from contracts.small.common import GLOVE
from sbt_jax.embeddings import pca, unit
from sbt_jax.viz import embeddings

LEARNED = {
    "words": ["Monday", "Tuesday", "Tom", "Max"],
    "kinds": ["days", "days", "boys", "boys"],
    "flat": [[[0, 1], [2, 3], [4, 5], [6, 7]], [[900, 0], [800, 0], [0, -500], [0, 7]]],
    "chance": 0.25,
    "settings": {"marks": [0, 50]},
    "compared": 1234,
    "scatter": {
        "pair": ["a b", "a c"],
        "dot": [1.0, -2.5],
        "same": [1.5, -2.0],
        "other": [1.0, -1.0],
    },
    "runs": [
        {
            "seed": i,
            "share": [0.1 * i, 0.8 + 0.05 * i],
            "same": {"r": 0.9 + 0.01 * i, "off": 0.5},
            "other": {"r": 0.8, "off": 0.625},
        }
        for i in range(3)
    ],
}
DEPTHS = np.zeros((3, 4, 2))
DEPTHS[-1] = pca(unit(GLOVE.table[:4]), 2)[0]
BANK = embeddings.Contexts(DEPTHS, list("wxyz"), [1.0, 0.9, 0.8], [1.0, 0.9, 0.25])
AXES = {"all": [0.1, -0.2], "he, she": [0.3, 0.4]}
SENSES = {
    "bank": {
        "within": [1.0, 0.95, 0.9],
        "between": [1.0, 0.8, 0.82],
        "right": [0.5, 1.0, 1.0],
    },
    "bat": {
        "within": [1.0, 0.9, 0.9],
        "between": [1.0, 0.9, 0.8],
        "right": [0.5, 1.0, 0.75],
    },
}

FIGURES = {
    "embeddings.dots_and_pmi": (
        lambda: embeddings.dots_and_pmi(LEARNED),
        "over 1,234 pairs: correlation 0.900 (0.900 to 0.920 over 3 seeds)",
    ),
    "embeddings.name_the_axes": (
        lambda: embeddings.name_the_axes(GLOVE),
        "Along the axes, nearest to man is ",
    ),
    "embeddings.occupations_on_an_axis": (
        lambda: embeddings.occupations_on_an_axis(
            ["nurse", "coach"], [True, False], AXES
        ),
        "from coach to nurse. On average, the orange bars stand 0.30 nearer to she",
    ),
    "embeddings.senses_by_depth": (
        lambda: embeddings.senses_by_depth(SENSES),
        "After block 1, two of “bank” have a cosine of 0.95 in the same sense, 0.80",
    ),
    "embeddings.two_contexts": (
        lambda: embeddings.two_contexts(
            {"bank": BANK, "hill": BANK}, ("on the", "to the")
        ),
        "MLP 1: two of “bank” have a mean cosine of 0.800",
    ),
    "embeddings.word_arithmetic": (
        lambda: embeddings.word_arithmetic(GLOVE, "king - man + woman"),
        "king (0.88",
    ),
    "embeddings.words_find_their_places": (
        lambda: embeddings.words_find_their_places(LEARNED),
        "80 % of the 4 words have a nearest word of their own kind (80 to 90 %",
    ),
}
