"""Small inputs of the figures of *multimodality*."""

import numpy as np

from sbt_jax.viz import multimodality

DIGITS = {str(n): f"{n:x}" * 64 for n in range(10)}
SUM = {
    "ids": [0, 1, 2, 3],
    "places": [1, 2],
    "texts": ["Tom had ", " and <b> ", " so"],
    "words": {"one": 1, "two": 2},
    "answers": {"two": 2, "three": 3},
}
PICTURES = np.stack([np.zeros((16, 16, 3)), np.full((16, 16, 3), [1, 0.1, 0.1])])
RIGHT = {"rise": {"0": [0.1, 0.1], "200": [0.5, 0.75]}}
MATCHED = {
    "seen": {
        "0": {"matrix": [[0.1, 0.2], [0.3, 0.1]], "scale": [14.3]},
        "25": {"matrix": [[0.9, 0.1], [0.5, 0.4]], "scale": [20.0]},
    }
}

FIGURES = {
    "multimodality.draw_a_sum": (
        lambda: multimodality.draw_a_sum(
            (DIGITS, DIGITS),
            ("2", "1"),
            SUM,
            np.array([0.25, 0.75]),
            [("two", 0.5), ("one", 0.25)],
        ),
        "The left one is nearest to “two” (cosine 0.50), the right one is nearest to",
    ),
    "multimodality.cut_into_patches": (
        lambda: multimodality.cut_into_patches(
            DIGITS, "3", np.ones((8, 8)), np.eye(10)[3], np.ones(16), [1, 2, 3000]
        ),
        "Patches of 4 by 4 pixels: 16 tokens and the class token, 3,000 multiply-adds.",
    ),
    "multimodality.right_by_patch": (
        lambda: multimodality.right_by_patch(
            dict.fromkeys(("16", "8", "4", "cnn"), RIGHT)
        ),
        "Right after 200 steps – one patch of 16: 62 %, patches of 8: 62 %, patches of",
    ),
    "multimodality.words_meet_images": (
        lambda: multimodality.words_meet_images(
            PICTURES, ["<b>", "a red one"], np.eye(2), {"a one": np.array([0.0, 1.0])}
        ),
        "Nearest to “a one” is a red one, with a cosine of 1.00.",
    ),
    "multimodality.matrix_by_step": (
        lambda: multimodality.matrix_by_step(
            dict.fromkeys(("clipped", "fixed"), MATCHED), ["a", "b"]
        ),
        "After 25 steps the right caption is the nearest for 1 of 2 pictures. Cosines",
    ),
    "multimodality.what_an_image_costs": (
        multimodality.what_an_image_costs,
        "An image of 1920 by 1080 pixels costs from 576 tokens (LLaVA-1.5) to 2,693",
    ),
}
