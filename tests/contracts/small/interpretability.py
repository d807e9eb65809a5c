"""Small inputs of the figures of *interpretability*."""

import numpy as np

from sbt_jax.interpretability import Toy
from sbt_jax.viz import interpretability

NAMES = ["<end>", " Tom", " Mia", "<b>"]
SPEC = {"pattern": "", "merges": []}
SCORES = {
    "labels": ["role gets it", "word Tom"],
    **{
        unit: {"auc": [0.9, 1.0]}
        for unit in ("neuron", "axis", "feature", "mean difference", "probe")
    },
}
NOISE = {**SCORES, "feature": {"auc": [0.5, 1.0]}}
PAIRS = {
    "who": {
        "clean": "Mia to Tom",
        "other": "Tom to Mia",
        "right": " Tom",
        "wrong": " Mia",
        "map": [[0.0, 1.0], [0.0, 0.5], [0.25, 0.0], [1.5, 0.0], [-0.5, 0.0]],
    }
}
TOY = Toy(np.array([[1.0, 0], [0, 1.0], [0, 0], [0, 0], [0, 0]]), np.zeros(5))

GRAPHS = {
    "who <b>": {
        "texts": ["<end>", " Tom", "<b>"],
        "right": " Tom",
        "wrong": " <b>",
        "lead": 12.0,
        "nodes": [
            {
                "kind": kind,
                "block": block,
                "place": place,
                "number": 3 if kind == "feature" else -1,
                "guess": -4.0,
                "looking": -3.0,
                "real": -1.5,
            }
            for kind, block, place in (
                ("feature", 2, 1),
                ("word", 0, 1),
                ("error", 2, 2),
                ("feature", 2, 1),
            )
        ],
        "edges": [[1, 0, 0.5], [0, -1, -2.0]],
    },
    "other": {
        "texts": ["<end>", " a"],
        "right": "b",
        "wrong": "c",
        "lead": -1.0,
        "nodes": [
            {
                "kind": "word",
                "block": 0,
                "place": 1,
                "number": -1,
                "guess": 1.0,
                "looking": 1.0,
                "real": 2.0,
            }
        ]
        * 4,
        "edges": [[0, -1, 1.0]],
    },
}
SPARSE = {
    f"{objective}-{level}": [
        {"at_once": 4.0 * (level + 1), "explained": 0.7, "lost": 0.4 - 0.1 * level}
    ]
    for objective in ("topk", "jump", "l1")
    for level in (0, 1)
}
DONE = {"told": 0.25, "possible": 0.75}
WAYS = ("feature", "mean before", "mean on", "random")
STEERED = {
    "Tom": {"alone": DONE, "asked": DONE, **{way: {"5": DONE} for way in WAYS}},
}

FIGURES = {
    "interpretability.trace_a_word": (
        lambda: interpretability.trace_a_word(
            GRAPHS,
            {"2.3": {"on": ["Tom"], "says": ["<i>"], "strong": ["to <b> Tom"]}},
        ),
        "Without 1: on “Tom”, block 2, feature 3, the lead of “Tom” over “<b>”, 12.0,",
    ),
    "interpretability.sparse_or_faithful": (
        lambda: interpretability.sparse_or_faithful(SPARSE),
        "Variance rebuilt: TopK 70 % with 4 features at once, 70 % with 8; JumpReLU",
    ),
    "interpretability.push_or_ask": (
        lambda: interpretability.push_or_ask(STEERED),
        "Stories that name Tom, with at most one in ten more that break: the feature",
    ),
    "interpretability.change_a_feature": (
        lambda: interpretability.change_a_feature(
            {"a <b>": "Mia gave it to Tom"},
            {"gets it": 3},
            ["Mia", " <b>", " Tom"],
            np.array([0.0, 5.0, 45.6]),
            np.array([0.0, 1.0, 0.0, 0.0]),
            np.array([0.0, 0.25, 0.75, 0.0]),
            NAMES,
            SPEC,
        ),
        "Changed on “Tom”, where it fires with 46. As it is: “Tom”, 100 %. Changed:",
    ),
    "interpretability.browse_features": (
        lambda: interpretability.browse_features(
            [[0.0, 0.0, [], []], [0.0364, 48.2, ["to <b> Tom"], ["Tom"]]],
            [["a"], ["<i>", "b"]],
            1,
        ),
        "Feature 1 fires on 3.6 % of all words, with 48 at most.",
    ),
    "interpretability.five_in_two": (
        lambda: interpretability.five_in_two(TOY, 1.0),
        "Each feature is there 100 % of the time. 2 of 5 are kept, each with 1.00 of a",
    ),
    "interpretability.which_unit_knows": (
        lambda: interpretability.which_unit_knows(
            {"gets <b>": "role gets it"}, SCORES, NOISE
        ),
        "gets <b>: best neuron 90 %, best axis 90 %, best feature 90 %, mean",
    ),
    "interpretability.where_it_stands": (
        lambda: interpretability.where_it_stands(
            PAIRS, ["0 <end>", "1 Tom"], 1, 2, [1.0, 0.0], SPEC
        ),
        "Copied: “Tom”, after block 2. Now main gives “Tom” 100 % and “Mia” 0 %.",
    ),
    "interpretability.turn_one_up": (
        lambda: interpretability.turn_one_up(
            {"a": "Mia <b>"}, {"Tom": 3}, " had", " Tom Tom", " Tom", SPEC
        ),
        "Pushed by 20: no story of the world has “Tom” where the underlining begins.",
    ),
}
