"""Small inputs of the figures of *finetuning*."""

import numpy as np

from contracts.small.common import SPEC
from sbt_jax.architecture import published_designs
from sbt_jax.viz import finetuning

TUNED = [
    {"rule": rule, "rank": rank, "rate": rate, "new": 0.1 + rate, "old": 10 * rate}
    for rule, rank in (
        *(("alpha / rank", r) for r in (1, 16)),
        *(("alpha / root of rank", r) for r in (1, 16)),
        ("all weights", 0),
    )
    for rate in (0.001, 0.01, 0.1)
]
RANKED = [
    [
        {"rank": 0, "numbers": 1000, "new": 0.125, "old": 0.5 + seed},
        {"rank": 1, "numbers": 20, "new": 0.25, "old": 0.75 + seed},
        {"rank": 2, "numbers": 40, "new": 0.5, "old": 1.25 + seed},
    ]
    for seed in (0, 0.25)
]
ATTENTIVE = [
    {"targets": "attention", "rank": 3, "numbers": 41, "new": 0.375, "old": 0.25}
]
ROUNDED = [{"name": "NF4", "block": 64, "lost": 0.0004}]
MATRIX = np.random.default_rng(3).normal(size=(16, 40)).astype(np.float32) / 10

FIGURES = {
    "finetuning.swap_adapters": (
        lambda: finetuning.swap_adapters(
            ["On Monday Tom", "On Monday, <b>"], 19_712, 935_040, 8.0, SPEC
        ),
        "Strength 1.0: the logbook adapter has 19,712 numbers beside the 935,040 of",
    ),
    "finetuning.sixteen_levels": (
        lambda: finetuning.sixteen_levels(MATRIX, ROUNDED),
        "All matrices rounded so cost main 0.0004 nats a token.",
    ),
    "finetuning.numbers_in_real_models": (
        lambda: finetuning.numbers_in_real_models(
            {name: published_designs()[name] for name in ("Llama 2 7B", "GPT-3")}
        ),
        "Rank 8, query and value: Llama 2 7B 4,194,304 numbers, 0.062 %; GPT-3",
    ),
    "finetuning.learned_and_forgotten": (
        lambda: finetuning.learned_and_forgotten(TUNED),
        "At rate 0.01, still to learn and forgotten: rank 1 0.11 and 0.10; rank 16",
    ),
    "finetuning.ranks_of_main": (
        lambda: finetuning.ranks_of_main(RANKED, ATTENTIVE, RANKED[0][2]),
        "Rank 2 learns 40 numbers, 4.0 % of the weights",
    ),
}
