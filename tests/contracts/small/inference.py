"""Small inputs of the figures of *inference*."""

import numpy as np

from contracts.small import common as shared
from sbt_jax.architecture import Config
from sbt_jax.inference import Ask, Prices, Timed, kind_of
from sbt_jax.viz import inference
from sbt_jax.viz.inference.crowds import Server
from sbt_jax.viz.inference.memory import Plan

CONFIG = Config(100, width=16, layers=2, heads=4, mlp=24, window=64)
P = np.array([0.5, 0.25, 0.25, 0.0])
Q = np.array([0.25, 0.5, 0.125, 0.125])
NAMES = [" Tom", " <b>", "<end>", " a"]
PIECES = [(" Tom", "kept"), (" <img>", "replaced"), (".", "added")]
PRICES = Prices(weights=0.01, token=0.001, kept=1e-5, room=10_000, piece=16)
ASKS = [Ask(0.0, 2100, 3), Ask(0.25, 2010, 2), Ask(0.5, 2001, 1)]
TIMED = Timed(
    batches=(1, 2),
    contexts=(8, 16),
    write=((0.001, 0.0015), (0.002, 0.0025)),
    pieces=(1, 8),
    read=(0.001, 0.002),
    room=64,
    piece=4,
    block=4,
)
SHORT = [Ask(0.0, 9, 3), Ask(0.001, 10, 6), Ask(0.004, 7, 2), Ask(0.004, 20, 1)]
PLAN = Plan(rows=3, columns=64, square=64)
TINY = Plan(rows=4, columns=6, square=4, block=4)
SERVERS = {
    "a chip": Server(ASKS, PRICES, PLAN, 1, 2000, 0.04),
    "here": Server(SHORT, TIMED, TINY, 2, 5, 0.004),
}
TABLE = {
    "shrink": {
        "ranks": {"128": 0.0, "64": 0.0002, "32": 0.343},
        "bits": {"4": {"token, token": 0.0002}, "8": {"token, token": -1e-6}},
    },
    "heads": {
        "whole": 0.5,
        "pooled": {"2": [{"pooled": 3.5, "trained": 0.501}]},
    },
}

FIGURES = {
    "inference.with_and_without": (
        lambda: inference.with_and_without(
            "Tom <b>", 4, "had it.", CONFIG, shared.SPEC
        ),
        "After 4 tokens, 20 new ones: 1 million multiply-adds where all is read again",
    ),
    "inference.the_cache": (
        lambda: inference.the_cache(
            {name: kind_of(name) for name in ("GPT-3", "Llama 3 8B")}, "Llama 3 8B"
        ),
        "Llama 3 8B keeps a key and a value for 8 groups of its 32 heads. With 16 bits",
    ),
    "inference.smaller_cache": (
        lambda: inference.smaller_cache(TABLE),
        "By a narrow place – 128 numbers: 50 % of the cache, under 0.001 nats; 64",
    ),
    "inference.guess_and_check": (
        lambda: inference.guess_and_check(NAMES, P, Q, PIECES, 2, shared.SPEC),
        "3 tokens in 2 passes of main: 1.5 a pass. Kept 1, replaced 1, added 1. By",
    ),
    "inference.is_it_worth_it": (
        lambda: inference.is_it_worth_it(
            inference.Costs(0.5, [1.5, 2, 2, 2.5, 3, 3, 3, 4]), 100, 0.1
        ),
        "With 80 % of guesses kept, 4 at a time give 3.36 tokens a pass. On this",
    ),
    "inference.channel_sizes": (
        lambda: inference.channel_sizes(
            {"key": [[4.0, 1.0, 0.5], [2.0, 1.0, 1.0]], "value": [[2.0, 1.0, 0.5]] * 2}
        ),
        "The largest channel of the keys is 4.0 times as large as the median one, in",
    ),
    "inference.the_server": (
        lambda: inference.the_server(SERVERS),
        "First token after 5,673 ms (median), 5,923 ms at worst. Between two tokens",
    ),
}
