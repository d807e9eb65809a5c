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

FIGURES = {
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
