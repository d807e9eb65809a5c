"""Chapter 19."""

import jax
import numpy as np

from contracts.arguments.kinds import (
    INF,
    NAN,
    Cells,
    Gives,
    Number,
    Refused,
    Row,
    Whole,
)
from sbt_jax.architecture import Config, init_model
from sbt_jax.scaling import Law, Runs, predicted_loss

LAW = Law(0.5, 4000.0, 9000.0, 0.9, 0.8)
LAWS = Cells(
    [
        (LAW._replace(floor=-1.0), Refused(ValueError, r"law.floor must be .*got -1")),
        (LAW._replace(size=NAN), Refused(ValueError, r"law.size must be .*got nan")),
        (LAW._replace(alpha=0.0), Refused(ValueError, r"law.alpha must be .*got 0")),
        (LAW._replace(beta="1"), Refused(TypeError, r"law.beta must be .*got '1'")),
    ]
)
N = np.array([1.0, 2.0, 4.0, 1.0, 2.0, 4.0]) * 1e4
D = np.array([1.0, 1.0, 1.0, 4.0, 4.0, 4.0]) * 1e6
RUNS = Runs(N, D, predicted_loss(LAW, N, D))
FEW = Runs(*(values[:3] for values in RUNS))
ALL_RUNS = Cells(
    [
        (FEW, Refused(ValueError, r"parameters must be >= 5 runs, got shape \(3,\)")),
        (
            RUNS._replace(losses=-RUNS.losses),
            Refused(ValueError, "losses must be > 0, got -"),
        ),
    ]
)


def positive(name, good):
    """Arrays of numbers above zero."""
    cells = []
    for bad in (0.0, -1.0, NAN, INF):
        values = np.array(good, float)
        values[0] = bad
        cells.append((values, Refused(ValueError, rf"{name} must be .*got {bad:g}")))
    return Cells(cells)


ABOVE = Number(0, above=True)
MODEL = init_model(jax.random.key(0), Config(256, 8, 1, heads=2, mlp=16, window=8))

TABLE = {
    "laws": Row({}, {}),
    "training_flops": Row(
        {"parameters": 1e9, "tokens": 1e10}, {"parameters": ABOVE, "tokens": ABOVE}
    ),
    "predicted_loss": Row(
        {"law": LAW, "parameters": N, "tokens": D},
        {
            "law": LAWS,
            "parameters": positive("parameters", N),
            "tokens": positive("tokens", D),
        },
    ),
    "growth": Row({"law": LAW}, {"law": LAWS}),
    "best_split": Row({"law": LAW, "flops": 1e12}, {"law": LAWS, "flops": ABOVE}),
    "tokens_for": Row(
        {"law": LAW, "loss": 2.0, "parameters": 1e6},
        {
            "law": LAWS,
            "loss": [ABOVE, Cells([(0.4, Gives(INF))])],
            "parameters": ABOVE,
        },
    ),
    "lifetime_flops": Row(
        {"parameters": 1e9, "tokens": 1e10, "served": 1e12},
        {"parameters": ABOVE, "tokens": ABOVE, "served": Number(0)},
    ),
    "cheapest": Row(
        {"law": LAW, "loss": 2.0, "served": 1e12},
        {"law": LAWS, "loss": Number(0.5, above=True), "served": Number(0)},
    ),
    "runs_of": Row(
        {"parameters": N, "tokens": D, "losses": RUNS.losses},
        {
            "parameters": positive("parameters", N),
            "tokens": [
                positive("tokens", D),
                Cells(
                    [(D[:5], Refused(ValueError, "tokens must have the shape .*got"))]
                ),
            ],
            "losses": positive("losses", RUNS.losses),
        },
    ),
    "fit_law": Row(
        {
            "runs": RUNS,
            "counts": np.ones(6),
            "alphas": [0.5, 0.9],
            "betas": [0.4, 0.8],
        },
        {
            "runs": ALL_RUNS,
            "counts": Cells(
                [
                    (
                        np.zeros(6),
                        Refused(ValueError, "counts must leave >= 5 runs, got"),
                    ),
                    (-np.ones(6), Refused(ValueError, "counts must leave .*got")),
                    (np.ones(5), Refused(ValueError, "counts must have the shape")),
                ]
            ),
            "alphas": positive("alphas", [0.5, 0.9]),
            "betas": positive("betas", [0.4, 0.8]),
        },
    ),
    "bootstrap": Row(
        {"runs": RUNS, "groups": [0, 1, 2, 3, 4, 5], "rounds": 2, "seed": 0},
        {
            "runs": ALL_RUNS,
            "groups": Cells(
                [
                    ([0, 1], Refused(ValueError, "groups must have the shape .*got")),
                    ([0.5] * 6, Refused(TypeError, "groups must be integers, got 0.5")),
                ]
            ),
            "rounds": Whole(1),
            "seed": Whole(0),
        },
    ),
    "residuals": Row({"law": LAW, "runs": RUNS}, {"law": LAWS}, "runs: of runs_of"),
    "fit_huber": Row(
        {"runs": RUNS, "delta": 1e-3, "steps": 2},
        {"runs": ALL_RUNS, "delta": ABOVE, "steps": Whole(1)},
    ),
    "power_line": Row(
        {"x": [1.0, 10.0], "y": [2.0, 20.0]},
        {
            "x": [
                positive("x", [1.0, 10.0]),
                Cells([([1.0, 1.0], Refused(ValueError, "x must hold two .*got"))]),
            ],
            "y": positive("y", [2.0, 20.0]),
        },
    ),
    "lowest": Row(
        {"parameters": [1e3, 1e4, 1e5], "losses": [2.0, 1.0, 2.0]},
        {
            "parameters": [
                positive("parameters", [1e3, 1e4, 1e5]),
                Cells([([1.0, 2.0, 2.0], Refused(ValueError, "parameters .*got"))]),
            ],
            "losses": positive("losses", [2.0, 1.0, 2.0]),
        },
    ),
    "by_parabolas": Row(
        {"law": LAW, "budgets": [1e17, 1e19], "wide": 4.0, "points": 5},
        {"law": LAWS, "wide": Number(1, above=True), "points": Whole(3)},
        "budgets: checked by best_split",
    ),
    "frontier": Row(
        {"budgets": [1.0, 2.0], "losses": [2.0, 1.0]},
        {
            "budgets": positive("budgets", [1.0, 2.0]),
            "losses": positive("losses", [2.0, 1.0]),
        },
    ),
    "best_of": Row(
        {"law": LAW, "budgets": [1e17]}, {"law": LAWS}, "budgets: checked by best_split"
    ),
    "kaplan_loss": Row(
        {"parameters": 1e9, "tokens": 1e10},
        {
            "parameters": ABOVE,
            "tokens": Number(0, above=True, inf=Gives((8.8e13 / 1e9) ** 0.076)),
        },
    ),
    "seen_without_embedding": Row(
        {"law": LAW, "low": 1e3, "high": 1e6, "points": 4},
        {
            "law": LAWS,
            "low": ABOVE,
            "high": Number(1e3, above=True),
            "points": Whole(2),
        },
    ),
    "worth": Row(
        {"different": 10.0, "readings": 2.0, "half": 15.0},
        {"different": ABOVE, "readings": Number(1)},
        "half: the published one if not given, otherwise as different",
    ),
    "repeated_loss": Row(
        {"parameters": 1e9, "tokens": 1e10, "different": 1e9},
        {"parameters": ABOVE, "different": Number(0, 1e10, above=True)},
        "tokens: bounds different",
    ),
    "zipf": Row(
        {"count": 3, "exponent": 1.0}, {"count": Whole(1), "exponent": Number(0)}
    ),
    "unmet": Row(
        {"shares": np.array([0.5, 0.5]), "sizes": [1.0, 2.0]},
        {
            "shares": Cells(
                [
                    (np.array([0.5, 0.6]), Refused(ValueError, "shares must be .*got")),
                    (
                        np.array([NAN, 1.0]),
                        Refused(ValueError, "shares must .*got nan"),
                    ),
                ]
            ),
            "sizes": positive("sizes", [1.0, 2.0]),
        },
    ),
    "all_right": Row(
        {"share": 0.9, "length": 3.0}, {"share": Number(0, 1), "length": ABOVE}
    ),
    "length_of": Row(
        {"share": 0.9, "whole": 0.5},
        {
            "share": Number(0, 1, above=True, below=True),
            "whole": Number(0, 1, above=True, below=True),
        },
    ),
    "scales_by_width": Row(
        {"model": MODEL, "base": 4}, {"base": Whole(1)}, "model: of init_model"
    ),
    "scaled": Row(
        {"tree": {"a": np.ones(2)}, "numbers": {"a": 2.0}},
        {},
        "tree numbers: two trees of one form; JAX names what differs",
    ),
}
