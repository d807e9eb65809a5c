"""Small inputs of the figures of *prompting*."""

import numpy as np

from sbt_jax.viz import prompting

#: Every figure of the book: how to draw it small, and what its line must say then,
#: which is what JAX or NumPy find.
BEGUN = {"at once": 0.7, "in steps": 0.2, "dots": 0.1}
WORDED = {
    "people": 9,
    "inside": [{"frame": f"{{name}} {i}", "right": 1.0} for i in range(2)],
    "outside": [{"frame": "Home of <b> in", "right": 0.0}],
}
PLAYED = {
    "0": {"in steps": [1.0] * 5, "at once": [0.5] * 5, "dots": [0.0] * 5},
    "1": {"in steps": [0.9] * 5, "at once": [0.4] * 5, "dots": [0.1] * 5},
}
RISEN = {
    "8": {"every": 50, "rise": [[0.1, 0.1], [0.9, 0.8]]},
    "0": {"every": 50, "rise": [[0.1, 0.2], [1.0, 1.0]]},
}

FIGURES = {
    "prompting.four_ways": (
        lambda: prompting.four_ways(BEGUN, "So blue.", [0.1, 0.5, 0.2, 0.1, 0.1]),
        "It writes: “So blue.” The right cup, ",
    ),
    "prompting.pairs_in_a_prompt": (
        lambda: prompting.pairs_in_a_prompt(
            np.stack([np.arange(12), np.arange(12)[::-1]]),
            np.roll(np.arange(12), 1).tolist(),
            np.full(12, 1 / 12),
        ),
        "After 2 pairs the model says cat, 8 %. An exact reader: duck, 99 %; it holds",
    ),
    "prompting.votes_help_or_hurt": (
        prompting.votes_help_or_hurt,
        "With 21 votes the right one wins in 76 %: voting helps.",
    ),
    "prompting.forty_wordings": (
        lambda: prompting.forty_wordings(WORDED),
        "Wording 3, no story has it: 0 % of 9 homes are right. “Home of <b> in …”",
    ),
    "prompting.right_by_swaps": (
        lambda: prompting.right_by_swaps({"tested": [1, 2, 3, 4, 5], "right": PLAYED}),
        "After 5 swaps it is right in steps 100 %, at once 50 %, after dots 0 %.",
    ),
    "prompting.the_sudden_rise": (
        lambda: prompting.the_sudden_rise(RISEN),
        "After 100 steps the models read 90 % and 80 % of repeated pairs off the text.",
    ),
}
