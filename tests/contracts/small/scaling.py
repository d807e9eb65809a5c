"""Small inputs of the figures of *scaling*."""

import numpy as np

from sbt_jax.scaling import Law, laws, predicted_loss
from sbt_jax.viz import scaling

LAW = Law(0.5, 4000.0, 9000.0, 0.92, 0.8)  # exponents of the grid: the fit is exact
WIDTHS = {9704: 8, 22352: 16, 37944: 24, 56480: 32}


def run(budget, parameters, seed):
    tokens = budget / 6 / parameters
    return {
        "budget": budget,
        "width": WIDTHS[parameters],
        "seed": seed,
        "parameters": parameters,
        "tokens": round(tokens),
        "loss": float(predicted_loss(LAW, parameters, round(tokens))),
        "floor": 0.49,
        "embedding": 1024 * WIDTHS[parameters],
    }


RUNS = [run(c, n, seed) for c in (3e10, 1e11) for n in WIDTHS for seed in (0, 1)]
MODELS = {"GPT-3": (175e9, 300e9), "<b>": (8e9, 15e12)}
STEPS = [
    {"flops": 3e10, "gap": 1.5, "words": 0.9, "stories": 0.0, "names": 3.2},
    {"flops": 2e14, "gap": 0.01, "words": 0.998, "stories": 0.875, "names": 0.1},
]
RATES = {
    "rates": [0.01, 0.03, 0.1, 0.3],
    "base": 32,
    "steps": 200,
    "ends": [
        {"width": width, "by_width": by_width, "ends": [ends, ends]}
        for by_width, width, ends in (
            (False, 16, [3.0, 2.0, 1.5, 2.0]),
            (False, 64, [1.5, 1.2, 2.0, None]),
            (True, 16, [2.5, 1.6, 2.5, 4.0]),
            (True, 64, [2.0, 1.3, 2.0, 4.0]),
        )
    ],
}
AGAIN = laws()["fitted again"]
HALF = np.array([0.5, 0.5])

FIGURES = {
    "scaling.best_rate_by_width": (
        lambda: scaling.best_rate_by_width(RATES),
        "The rate is the same for all matrices. Best at width 16: 0.095, width 64:",
    ),
    "scaling.fit_our_runs": (
        lambda: scaling.fit_our_runs(RUNS),
        "Fitted to 16 runs: floor 0.50 nats, where the truth is 0.49;",
    ),
    "scaling.over_its_life": (
        lambda: scaling.over_its_life(AGAIN, "it", (70e9, 1.4e12)),
        "cheapest with 34.5 billion parameters and 3.75 trillion tokens",
    ),
    "scaling.same_models": (
        lambda: scaling.same_models(STEPS),
        "Whole stories right, from the least compute to the most: 0.0 %, 87.5 %.",
    ),
    "scaling.spend_your_compute": (
        lambda: scaling.spend_your_compute(laws(), MODELS),
        "The best split by this law: 53 billion parameters, 990 billion tokens",
    ),
    "scaling.why_straight": (
        scaling.why_straight,
        "the error falls as the power 0.35 of their number.",
    ),
}
