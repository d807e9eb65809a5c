"""Chapter 12."""

import random

import jax
import numpy as np

from contracts.arguments.kinds import (
    Cells,
    Floats,
    Ids,
    Mask,
    Number,
    One,
    Refused,
    Row,
    Text,
    Whole,
)
from sbt_jax.prompting import Game

GAME = Game("red", (("red", "blue"),))
KNOWN = np.arange(12)[None]
NO_GAME = Refused(ValueError, "game must start .*got")
GAMES = Cells([(None, NO_GAME), ("red", NO_GAME), (Game("pink", ()), NO_GAME)])
SWAPPED = Cells(
    [(Game("red", (("red", "red"),)), Refused(ValueError, "swaps must be .*got"))]
)
SHARES = Cells(
    [
        ([0.5, 0.6], ValueError),
        ([], ValueError),
        ([1.5, -0.5], ValueError),
        ([float("nan"), 1.0], Refused(ValueError, "shares must be .*got")),
    ]
)
COUNTED = {"shares": [0.5, 0.3, 0.2], "right": 0}
PAIRS = Cells(
    [
        ([(0, 1), (0, 2)], ValueError),
        ([(0, 12)], Refused(ValueError, "pairs must be in 0..11, got 12")),
        ([(0.5, 1)], Refused(TypeError, "pairs must be an int, got 0.5")),
    ]
)
GIVEN = {"known": KNOWN, "pairs": [(0, 0)], "cup": 1, "fresh": 0.5}

TABLE = {
    "draw_game": Row(
        {"rng": random.Random(0), "swaps": 2}, {"swaps": Whole(1, 10)}, "rng: draws"
    ),
    "places": Row({"game": GAME}, {"game": [GAMES, SWAPPED]}),
    "answer": Row({"game": GAME}, {"game": [GAMES, SWAPPED]}),
    "question": Row({"game": GAME}, {}, "game: what is asked of any words"),
    "answered": Row(
        {"game": GAME, "way": "at once"}, {"game": [GAMES, SWAPPED], "way": One()}
    ),
    "shell_prompt": Row(
        {"game": GAME, "way": "at once", "examples": [GAME], "phrase": True},
        {"way": One()},
        "game examples phrase: checked by answered",
    ),
    "read_shell": Row({"text": "q: ball"}, {"text": Text()}),
    "spell_shell": Row({"ids": [1, 3, 4]}, {"ids": Ids(35, array=False)}),
    "last_game": Row({"text": "q: ball"}, {"text": Text()}),
    "draw_layouts": Row(
        {"key": jax.random.key(0), "count": 2}, {"count": Whole()}, "key: random"
    ),
    "draw_pairs": Row(
        {
            "key": jax.random.key(0),
            "known": KNOWN,
            "batch": 2,
            "fresh": 0.5,
            "count": None,
        },
        {
            "known": [
                Ids(12, types=False),
                Cells([(KNOWN[0], Refused(ValueError, "known must have rows, got"))]),
            ],
            "batch": Whole(1),
        },
        "key fresh count: traced by what trains",
    ),
    "believe": Row(
        GIVEN,
        {"pairs": PAIRS, "cup": Whole(0, 11), "fresh": Number(0, 1)},
        "known: layouts as draw_layouts draws them",
    ),
    "beliefs": Row(
        {"known": KNOWN, "texts": np.zeros((1, 1), int), "fresh": 0.5},
        {},
        "known texts fresh: checked by believe",
    ),
    "vote_right": Row(
        {**COUNTED, "votes": 3},
        {"shares": SHARES, "right": Whole(0, 2), "votes": Whole(1, 201)},
    ),
    "vote_curve": Row(
        {**COUNTED, "votes": [3]},
        {"shares": SHARES, "right": Whole(0, 2)},
        "votes: each checked by vote_right",
    ),
    "may_follow": Row(
        {"valid": [[1, 2]], "written": [1], "vocab_size": 4},
        {
            "valid": Cells([([[1, 4]], Refused(ValueError, "valid .*got"))]),
            "written": Cells([([2], Refused(ValueError, "written .*got"))]),
            "vocab_size": Cells([(0, ValueError), (2.5, TypeError)]),
        },
    ),
    "masked": Row(
        {
            "logits": np.array([2.0, 1.0], np.float32),
            "allowed": np.array([True, False]),
        },
        {"logits": Floats(shape=None), "allowed": Mask()},
    ),
    "frames": Row(
        {
            "stories": [
                'It was. "Where does Ada Reed live?" asked Tom. "In Kirby,"',
                "So. They met Ada Reed, the baker from Kirby.",
            ],
            "count": 2,
            "most": 99,
        },
        {"count": Cells([(1, ValueError), ("2", TypeError)]), "most": Whole(1)},
        "stories: of the world",
    ),
    "filled": Row(
        {"frame": "{name}", "name": "Maya Frost"},
        {"name": Cells([("Queen Zoe", ValueError)])},
        "frame: any text",
    ),
    "possible": Row({"text": "Once"}, {}, "text: read by the world"),
}
