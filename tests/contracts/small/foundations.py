"""Small inputs of the figures of *foundations*."""

import numpy as np

from contracts.small.common import SPEC
from sbt_jax.checkpoints import read_table
from sbt_jax.viz import foundations

ROWS = [(" Tom", 0.75, 0.7, 0.02), (" Anna", 0.25, 0.2, 0.03), (" a", 0.0, 0.1, 0.5)]
TABLE = {"vocabSize": 3, "levels": []}
PROBED = {
    "main": [{"steps": [0, 8, 16], "gap": [6.0, 1.0, 0.5], "probe": [0.4, 0.5, 0.75]}],
    "small": [
        {"steps": [0, 4], "gap": [6.0, 2.0], "probe": [0.4, 0.5]},
        {"steps": [0, 4], "gap": [6.5, 1.0], "probe": [0.3, 0.25]},
    ],
}
NGRAMS = {"10": [5.0, 2.0, 1.5], "200": [4.5, 1.9, 1.2]}
MODELS = {"small": 0.7, "main": 0.6}
TRUTH = np.array([1.0, 0.5, 0.25, 0.1] * 5)
SCATTER = (
    [" Tom", " a", ".", "x"] * 5,
    ["who", "who", "sum", "who"] * 5,
    TRUTH,
    {"main": TRUTH * 0.9, "small": np.full(20, 1e-9)},
)

FIGURES = {
    "foundations.gap_to_the_floor": (
        lambda: foundations.gap_to_the_floor(NGRAMS, MODELS, 0.58),
        "3-gram, needs 1.20 nats a word, main 0.600.",
    ),
    "foundations.hidden_state_appears": (
        lambda: foundations.hidden_state_appears(PROBED, 0.4),
        "main after 8 steps: 83.3 % of the avoidable surprise is gone. The holder is"
        " read right in 50 % of places.",
    ),
    "foundations.let_it_write": (
        lambda: foundations.let_it_write(
            "Once", " there was a dragon.", " dragon.", SPEC
        ),
        "has there: “dragon.”",
    ),
    "foundations.probability_for_probability": (
        lambda: foundations.probability_for_probability(*SCATTER),
        "for 0 of 20, and loses 0.105 nats",
    ),
    "foundations.say_the_next_word": (
        lambda: foundations.say_the_next_word("Who?", ROWS, SPEC, TABLE),
        "Tom: truth 75.0 %, model 70.0 %, trigram 2.0 %",
    ),
    "foundations.next_in_a_published_model": (
        lambda: foundations.next_in_a_published_model(
            read_table("real_foundations")["next"]
        ),
        "After “The capital of France is” the likeliest token is “ Paris”, with 77 %.",
    ),
}
