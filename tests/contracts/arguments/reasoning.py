"""Chapter 17."""

import random

import numpy as np

from contracts.arguments.kinds import (
    Cells,
    Floats,
    Number,
    One,
    Refused,
    Row,
    Text,
    Whole,
)
from sbt_jax.reasoning import Cups

GAME = Cups(0, (0, 9))
WRONG = Cells(
    [
        (Cups(5, (0,)), Refused(ValueError, "start must be .*got 5")),
        (Cups(0, (10,)), Refused(ValueError, "swaps must be .*got 10")),
        (Cups(0, (1.0,)), Refused(TypeError, "swaps must be .*got 1.0")),
    ]
)
LOGS = np.log(np.array([0.5, 0.25]))
SHARE = Number(0, 1)
COUNTED = {"swaps": Whole(0), "budget": Whole(0), "silent": Number(0)}
REWARDS = Cells(
    [
        ([1.0], Refused(ValueError, "rewards must be of 2 tries or more, got")),
        ([1.0, float("nan")], Refused(ValueError, "rewards must .*got")),
    ]
)
LENGTHS = Cells(
    [
        ([0, 1], Refused(ValueError, "lengths must be .*got 0")),
        ([3], Refused(ValueError, "advantages must have 1 numbers, got 2")),
    ]
)


def finite(name):
    text = f"{name} must be finite, got"
    return Refused(ValueError, text), Refused(ValueError, text)


TABLE = {
    "draw_cups": Row(
        {"rng": random.Random(0), "swaps": 2}, {"swaps": Whole(1, 8)}, "rng: draws"
    ),
    "track": Row({"cups": GAME}, {"cups": WRONG}),
    "question_ids": Row({"cups": GAME}, {"cups": WRONG}),
    "thought_ids": Row(
        {"cups": GAME, "budget": 1}, {"cups": WRONG, "budget": Whole(0)}
    ),
    "read_cups": Row({"text": "A AB"}, {"text": Text()}),
    "read_chain": Row({"text": "A B"}, {"text": Text()}),
    "spell_cups": Row(
        {"ids": [0, 1]},
        {"ids": Cells([([20], Refused(ValueError, "ids must be .*got 20"))])},
    ),
    "law": Row({"swaps": 4, "budget": 2, "silent": 1.0}, COUNTED),
    "belief": Row({"swaps": 4, "budget": 2, "silent": 1.0}, COUNTED),
    "silent_swaps": Row(
        {"right": 0.5, "swaps": 3}, {"right": SHARE, "swaps": Whole(0)}
    ),
    "group_advantage": Row(
        {"rewards": [1.0, 0.0], "rule": "GRPO"}, {"rewards": REWARDS, "rule": One()}
    ),
    "token_advantage": Row(
        {"lengths": [3, 4], "advantages": [1.0, -1.0], "rule": "DAPO"},
        {"lengths": LENGTHS, "rule": One()},
        "advantages: beside lengths",
    ),
    "clip_room": Row(
        {"p": 0.5, "low": 0.2, "high": 0.28},
        {"p": SHARE, "low": SHARE, "high": SHARE},
    ),
    "clipped_gain": Row(
        {"ratio": 1.5, "advantage": 1.0, "low": 0.2, "high": 0.28},
        {"ratio": Number(0), "advantage": Number(), "low": SHARE, "high": SHARE},
    ),
    "sequence_ratio": Row(
        {"after": LOGS, "before": LOGS - 1},
        {name: Floats(*finite(name), shape=None) for name in ("after", "before")},
    ),
    "worth_thinking": Row(
        {"at_once": 0.5, "thought": 1.0, "places": 3, "cost": 0.1},
        {"at_once": SHARE, "thought": SHARE, "places": Whole(0), "cost": Number(0)},
    ),
    "best_of": Row(
        {"right": 0.5, "tries": 4, "checker": 0.9},
        {"right": SHARE, "tries": Whole(1), "checker": SHARE},
    ),
    "equal_tokens": Row(
        {"swaps": 4, "tokens": 3, "silent": 1.0, "checker": 1.0},
        {
            "swaps": Whole(0),
            "tokens": Whole(1, 41),
            "silent": Number(0),
            "checker": SHARE,
        },
    ),
}
