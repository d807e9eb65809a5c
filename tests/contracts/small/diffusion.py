"""Small inputs of the figures of *diffusion*."""

import numpy as np

from sbt_jax.diffusion import linear_alphas, zero_terminal
from sbt_jax.viz import diffusion

NOISE = np.linspace(-1, 1, 24 * 64).reshape(24, 64).round(3)
WORDS = np.eye(10, 32)
PATH = np.linspace(-1, 1, 17 * 64).reshape(17, 64)
SHARE = np.full(10, 0.05)
SHARE[4] = 0.55
KNOWN = np.stack([np.full(64, -1.0), np.ones(64)])
ROW = {"right": 1.0, "spread": 0.25, "beyond": 0.01, "density": 1.0}
NETWORK = {"seeds": [{"floor": [0.01, 0.02, 0.03], "above": [0.004, 0.005, 0.006]}]}
SPIRALS = {
    dims: {
        target: {"points": [[0.0, 1.0], [5.0, 0.5]], "seeds": [{"inside": 0.5}]}
        for target in ("image", "velocity", "noise")
    }
    for dims in ("2", "512")
}
SCHEDULES = {
    "one": linear_alphas(1000, 0.00085, 0.012, scaled=True),
    "other": zero_terminal(linear_alphas()),
}

WAYS = {
    way: {"3": [ROW | {"off": 0.1}], "9": [ROW | {"off": 0.2}]}
    for way in ("DDIM", "DDPM", "Euler", "Heun", "network")
}

FIGURES = {
    "diffusion.erase_the_noise": (
        lambda: diffusion.erase_the_noise(
            NOISE[:6], WORDS, PATH, (PATH[0], PATH[1]), SHARE
        ),
        "After 6 of 16 steps. The picture alone could be a 4 (55 %). Asked for a 3.",
    ),
    "diffusion.three_denoisers": (
        lambda: diffusion.three_denoisers(
            NOISE, ["0" * 64, "g" * 64], KNOWN, [KNOWN[[0, 1, 0]]] * 3
        ),
        "Distance to the nearest of 400 known pictures (a pixel goes from -1 to 1) –",
    ),
    "diffusion.a_prompt": (
        lambda: diffusion.a_prompt(
            NOISE[:6], PATH[:6], 2 * PATH[:6], np.array([3, 3, 3, 3, 3, 8])
        ),
        "Read: a three. At scale 4 the pictures are: 3, 3, 3, 3, 3, 8. Overdone",
    ),
    "diffusion.guidance_on_a_line": (
        diffusion.guidance_on_a_line,
        "At scale 3.0 the variances are: guided 0.25 with the old noise, 0.39 with",
    ),
    "diffusion.above_the_floor": (
        lambda: diffusion.above_the_floor(
            {"unet": NETWORK, "dit": NETWORK}, (0.25, 0.5, 0.75)
        ),
        "At time 0.50 even the best guess has a squared error of 0.020 a pixel.",
    ),
    "diffusion.schedules_compared": (
        lambda: diffusion.schedules_compared(SCHEDULES),
        "After step 1000 of 1000 so much of the picture's strength is left, picture",
    ),
    "diffusion.how_bright": (
        lambda: diffusion.how_bright(SCHEDULES),
        "one, 50 steps: bright pictures have a brightness of 0.18 on average, and of",
    ),
    "diffusion.by_guesses": (
        lambda: diffusion.by_guesses([ROW | {"off": 0.1}], WAYS),
        "After 9 guesses, variety: DDIM 0.25, DDPM 0.25, Euler, flow matching 0.25,",
    ),
    "diffusion.a_spiral": (
        lambda: diffusion.a_spiral(SPIRALS),
        "A space of 512 numbers. On the spiral: picture 50 %, velocity 50 %, noise",
    ),
}
