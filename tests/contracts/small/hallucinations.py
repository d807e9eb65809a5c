"""Small inputs of the figures of *hallucinations*."""

import numpy as np

from contracts.small.common import SPEC
from sbt_jax.viz import hallucinations
from sbt_jax.viz.hallucinations.reliability import Answers

HOMES = {"Finn Finch": ("b", 0), "Maya Frost": ("a", 1234), "Zoe <b>": ("c", 1)}
NAMES = {"never told": "Finn Finch", "nobody": "<img src=x>"}
HOME_LOGS = np.log(
    np.float32([[0.9, 0.05, 0.05], [0.6, 0.2, 0.2], [0.1, 0.2, 0.7], [0.3, 0.4, 0.3]])
)
HOME_ANSWERS = Answers(
    {"raw model": HOME_LOGS, "fine-tuned": HOME_LOGS * np.float32(0.5)},
    np.array([0, 1, 2, 0]),
    np.array([1000, 3, 1, 0]),
)
SHEETS = {
    "raw model": (np.float32([0.9, 0.6, 0.7, 0.4]), np.array([1, 0, 1, 0], bool)),
    "fine-tuned": (np.float32([0.9, 0.8, 0.9, 0.8]), np.array([1, 0, 0, 0], bool)),
}
KNOWN_BEFORE = {"singletons": 0.5, "missing": 0.5, "false": 0.4, "low": -2.0, "high": 2}
LAW = {"300": [KNOWN_BEFORE] * 2, "1000": [KNOWN_BEFORE | {"low": 0.1}]}
LAWS = {"this world": {"300": [KNOWN_BEFORE]}, "all alike": LAW}
MADE_UP = {"300": {name: [{"false": 0.5}, {"false": 0.25}] for name in LAWS}}

FIGURES = {
    "hallucinations.known_rare_never": (
        lambda: hallucinations.known_rare_never(
            NAMES, HOME_LOGS[0], "abc", HOMES, "Where does {} live? In", SPEC
        ),
        "Raw model: a, 90 %. Wrong: the truth is b. No story told it.",
    ),
    "hallucinations.one_exam": (
        lambda: hallucinations.one_exam(SHEETS),
        "A wrong answer costs 3.0. Raw model, speaking from 0 % on: 50 % right,",
    ),
    "hallucinations.read_and_made_up": (
        lambda: hallucinations.read_and_made_up(LAWS, MADE_UP),
        "All alike, 300 statements: 50.0 % are about somebody read of once, and of what"
        " the trained models say 37.5 % is false. The lower bound says something from"
        " 1,000 on.",
    ),
    "hallucinations.sure_and_right": (
        lambda: hallucinations.sure_and_right(HOME_ANSWERS),
        "Raw model, those never told, temperature 1.0: sure 40 %, right 0 %.",
    ),
}
