"""Small inputs of the figures of *generation*."""

import jax.numpy as jnp
import numpy as np

from contracts.small.common import SPEC
from sbt_jax.generation import Sampling, filtered
from sbt_jax.generation.engines import WAYS
from sbt_jax.viz import generation

TOKENS = ["<end>", " a", "a", *(f" w{i}" for i in range(13))]
LOGITS = jnp.array([3.0, 2.0, 1.0, *(-0.25 * i for i in range(13))])
NEXT = np.array([0.5, 0.25, 0.0, 0.25, *([0.0] * 12)])
SEEN = jnp.arange(16) < 1
HALF = Sampling(temperature=0.5, top_k=4, top_p=0.9)


def kept(sampling):
    return np.asarray(filtered(LOGITS, sampling, SEEN))


def desk(**changes):
    given = {
        "text": "Who?",
        "tokens": TOKENS,
        "logits": LOGITS,
        "truth": NEXT,
        "seen": SEEN,
        "tokenizer": SPEC,
    } | changes
    return generation.mixing_desk(**given)


def measured(entropy, words, texts=("Once", " upon")):
    return {
        "main": {"entropy": entropy, "total_variation": 0.1 * entropy},
        "possible_words": words,
        "possible_stories": [0.5, 0.75, 1.0],
        "different": [1.0, 1.0, 1.0],
        "texts": [list(texts)] * 3,
    }


SETTINGS = {
    "temperature": {
        "0": measured(0.0, [1.0, 1.0, 1.0]),
        "1": measured(0.5, [0.98, 0.99, 1.0], ("Anna", " <img src=x>")),
    },
    "both": {"min_p 0.1, then temperature 2": measured(2.5, [0.9, 0.8, 0.7])},
}
WORLD = {k: v for k, v in measured(0.5, [1.0, 1.0, 1.0]).items() if k != "main"}
TOLD = {name: (" Anna", " <b>x" * (name == "too hot")) for name in WAYS}
ENDING = {
    "log_probability": [-3.5, -2.5, -4.0],
    "tokens": [5, 6, 8],
    "words_used": 7,
    "possible_stories": 0.5,
    "texts": [["Once", " x"], ["a", ""], ["b", ""]],
}
WIDER = ENDING | {"log_probability": [-1.5, -2.0], "tokens": [3, 4]}
AGAIN = {"A.": [[0.1, 0.5, 0.9], [0.3, 0.7, 0.9]], "B.": [[0.2, 0.2, 0.2]]}

FIGURES = {
    "generation.likeliest_against_typical": (
        lambda: generation.likeliest_against_typical(
            ENDING, [ENDING, WIDER], {"1": ENDING, "8": WIDER}
        ),
        "8 beams, medians: log-probability -1.8, 3.5 tokens",
    ),
    "generation.mixing_desk": (desk, "of 16; "),
    "generation.quality_against_diversity": (
        lambda: generation.quality_against_diversity(SETTINGS, WORLD),
        "temperature 1: possible stories 75 % (50 to 100); distance to the truth 0.050",
    ),
    "generation.said_again": (
        lambda: generation.said_again({"main": AGAIN, "small": AGAIN}, truth=AGAIN),
        "main, a token on average: “A.” 20 % at first, 60 % the second time, 90 %",
    ),
    "generation.side_by_side": (
        lambda: generation.side_by_side(TOLD, 3, SPEC),
        "Seed 3, the same dice for all. Underlined is what no story could say: too",
    ),
}
