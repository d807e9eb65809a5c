"""Chapter 21."""

import jax
import jax.numpy as jnp
import numpy as np

from contracts.arguments.kinds import Cells, Number, Refused, Row, Whole
from sbt_jax.diffusion import Mixture, init_dit, init_unet

KEY = jax.random.key(0)
WORLD = Mixture(jnp.zeros((2, 4)), jnp.ones((2, 4, 1)))
TWO = jnp.array([[1.0, 2.0, 0.5, 0.0], [0.5, -1.0, 0.0, 1.0]])
OTHER = TWO[::-1] * 0.5
SHORT = jnp.ones((2, 3))
ROWS = np.arange(80.0).reshape(20, 4) % 7
PICTURE = jnp.zeros(64)
# Compiled as one, since tables are read before any test runs.
UNET, DIT = jax.jit(init_unet)(KEY), jax.jit(init_dit)(KEY)


def shaped(name):
    """An array of another shape is refused by name."""
    return Cells([(SHORT, Refused(ValueError, rf"(?s){name}.*got.*\(2, 3\)"))])


SIDES = {name: Whole(1) for name in ("width", "layers")}
PATCHED = {"side": Whole(1), "channels": Whole(1)}
PATCH = [Whole(1), Cells([(3, Refused(ValueError, "patch must divide.*got 3"))])]
NETWORK = {"noisy": PICTURE, "time": 0.5, "prompt": jnp.zeros(32)}
SEEN = {
    "noisy": Cells([(jnp.zeros(63), Refused(ValueError, r"noisy.*got.*\(63,\)"))]),
    "prompt": Cells([(jnp.zeros(31), Refused(ValueError, r"prompt.*got.*\(31,\)"))]),
}

TABLE = {
    "levels": Row({"time": 0.5}, {}, "time: traced"),
    "add_noise": Row(
        {"clean": TWO, "noise": OTHER, "time": 0.5},
        {"noise": shaped("noise")},
        "clean time: traced",
    ),
    "linear_alphas": Row(
        {"steps": 10, "first": 1e-4, "last": 0.02, "scaled": False},
        {
            "steps": Whole(1),
            "first": Number(0, 1, above=True, below=True),
            "last": Number(0, 1, above=True, below=True),
        },
        "scaled: read as yes or no",
    ),
    "cosine_alphas": Row(
        {"steps": 10, "most": 0.9},
        {"steps": Whole(1), "most": Number(0, 1, above=True, below=True)},
    ),
    "zero_terminal": Row(
        {"alphas": np.array([0.8, 0.25])},
        {
            "alphas": Cells(
                [
                    (np.array([0.8]), Refused(ValueError, r"alphas.*got.*\(1,\)")),
                    (np.array([0.8, np.nan]), Refused(ValueError, "alphas.*got")),
                ]
            )
        },
    ),
    "signal_to_noise": Row(
        {"alphas": np.array([0.8, 0.25])},
        {
            "alphas": Cells(
                [(np.array([0.8, np.inf]), Refused(ValueError, "alphas.*got"))]
            )
        },
    ),
    "edm_noises": Row(
        {"steps": 4, "least": 0.002, "most": 80.0, "power": 7.0},
        {
            "steps": Whole(2),
            "least": Number(0, above=True),
            "most": Number(0, above=True),
            "power": Number(0, above=True),
        },
    ),
    "chosen_steps": Row(
        {"steps": 5, "of": 10, "trailing": True},
        {"steps": Whole(1, 10), "of": Whole(1)},
        "trailing: read as yes or no",
    ),
    "flow_alphas": Row({"steps": 4}, {"steps": Whole(1)}),
    "time_of": Row(
        {"alphas": np.array([0.8, 0.25])},
        {
            "alphas": Cells(
                [
                    (np.array([0.8, 1.5]), Refused(ValueError, "alphas.*got.*1.5")),
                    (np.array([0.8, np.nan]), Refused(ValueError, "alphas.*got")),
                ]
            )
        },
    ),
    "true_brightness": Row(
        {"count": 4},
        {"count": [Whole(2), Cells([(5, Refused(ValueError, "count.*even.*got 5"))])]},
    ),
    "made_brightness": Row(
        {
            "alphas": np.array([0.9, 0.5, 0.1]),
            "steps": np.array([2, 0]),
            "count": 2,
        },
        {
            "alphas": Cells(
                [
                    (
                        np.array([0.9, 0.5, np.inf]),
                        Refused(ValueError, "alphas.*got"),
                    )
                ]
            ),
            "steps": Cells([(np.array([3, 0]), Refused(ValueError, "steps.*got 3"))]),
            "count": Whole(1),
        },
    ),
    "fit_mixture": Row(
        {
            "images": ROWS,
            "labels": np.arange(20) % 2,
            "each": 1,
            "rank": 2,
            "grain": 0.1,
            "rounds": 2,
            "seed": 0,
        },
        {
            "images": Cells([(ROWS * np.nan, Refused(ValueError, "images.*got.*nan"))]),
            "labels": Cells([(np.arange(3), Refused(ValueError, "labels.*got"))]),
            "each": Whole(1),
            "rank": [
                Whole(1),
                Cells([(10, Refused(ValueError, "images must have more.*got 10"))]),
            ],
            "grain": Number(0, above=True),
            "rounds": Whole(1),
        },
        "seed: checked by NumPy",
    ),
    "draw_clean": Row(
        {"key": KEY, "mixture": WORLD, "components": jnp.array([0, 1]), "grain": 0.1},
        {"grain": Number(0)},
        "key mixture components: traced",
    ),
    "exact_guess": Row(
        {
            "mixture": WORLD,
            "noisy": TWO,
            "signal": 0.6,
            "noise": 0.8,
            "grain": 0.1,
            "allowed": None,
        },
        {"noisy": shaped("noisy")},
        "mixture signal noise grain allowed: traced",
    ),
    "nearest_mix": Row(
        {"images": TWO, "noisy": OTHER, "signal": 0.6, "noise": 0.8},
        {"noisy": shaped("noisy")},
        "images signal noise: traced",
    ),
    "convolve": Row(
        {"picture": jnp.ones((2, 2, 1)), "weights": jnp.ones((9, 2))},
        {"weights": shaped("weights")},
        "picture: traced",
    ),
    "init_unet": Row(
        {"key": KEY, "fine": 4, "coarse": 4, "width": 4, "prompt": 4},
        {name: Whole(1) for name in ("fine", "coarse", "width", "prompt")},
        "key: checked by JAX",
    ),
    "init_dit": Row(
        {"key": KEY, "width": 4, "layers": 1, "mlp": 4, "prompt": 4},
        {
            "width": [Whole(1), Cells([(6, Refused(ValueError, "width.*got 6"))])],
            **{name: Whole(1) for name in ("layers", "mlp", "prompt")},
        },
        "key: checked by JAX",
    ),
    "unet_velocity": Row({"net": UNET, **NETWORK}, SEEN, "net time: weights, traced"),
    "dit_velocity": Row({"net": DIT, **NETWORK}, SEEN, "net time: weights, traced"),
    "clean_of": Row(
        {"noisy": TWO, "velocity": OTHER, "time": 0.5},
        {"velocity": shaped("velocity")},
        "noisy time: traced",
    ),
    "noise_of": Row(
        {"noisy": TWO, "velocity": OTHER, "time": 0.5},
        {"velocity": shaped("velocity")},
        "noisy time: traced",
    ),
    "velocity_of": Row(
        {"noisy": TWO, "clean": OTHER, "time": 0.5},
        {"clean": shaped("clean")},
        "noisy time: traced",
    ),
    "step_back": Row(
        {
            "noisy": TWO,
            "clean": OTHER,
            "time": 0.5,
            "to": 0.25,
            "fresh": TWO,
            "eta": 1.0,
        },
        {
            "clean": shaped("clean"),
            "fresh": [
                shaped("fresh"),
                Cells([(None, Refused(ValueError, "fresh must be given.*got None"))]),
            ],
            "eta": Number(0, 1),
        },
        "noisy time to: traced",
    ),
    "guided": Row(
        {"without": TWO, "told": OTHER, "scale": 3.0},
        {"told": shaped("told")},
        "without scale: traced",
    ),
    "sample": Row(
        {
            "key": KEY,
            "start": TWO,
            "guess": lambda noisy, time: noisy / 2,
            "steps": 2,
            "eta": 0.0,
        },
        {"steps": Whole(1), "eta": Number(0, 1)},
        "key start guess: traced",
    ),
    "sample_along": Row(
        {
            "key": KEY,
            "start": TWO,
            "guess": lambda noisy, time: noisy / 2,
            "times": np.array([0.9, 0.5, 0.0]),
            "eta": 0.0,
            "corrected": False,
        },
        {
            "times": Cells(
                [
                    (np.array([0.5, 0.9, 0.0]), Refused(ValueError, "times must fall")),
                    (np.array([0.9, 0.5]), Refused(ValueError, "times must fall.*got")),
                    (np.array([1.1, 0.0]), Refused(ValueError, "times must fall.*1.1")),
                    (np.array([0.0]), Refused(ValueError, "times must fall.*got")),
                ]
            ),
            "eta": Number(0, 1),
        },
        "key start guess corrected: traced, and read as yes or no",
    ),
    "heun_back": Row(
        {"noisy": TWO, "guess": lambda noisy, time: noisy / 2, "time": 0.5, "to": 0.25},
        {},
        "noisy guess time to: traced",
    ),
    "sharpened_variance": Row({"scale": 3.0}, {"scale": Number(1)}),
    "guided_variance": Row(
        {"scale": 3.0, "renewed": False},
        {"scale": Number(1)},
        "renewed: read as yes or no",
    ),
    "walked_variance": Row(
        {"scale": 3.0, "steps": 4, "eta": 0.0},
        {"scale": Number(1), "steps": Whole(1), "eta": Number(0, 1)},
    ),
    "dit_parameters": Row(
        {
            "width": 8,
            "layers": 1,
            "patch": 2,
            "side": 4,
            "channels": 1,
            "classes": 3,
        },
        {**SIDES, **PATCHED, "patch": PATCH, "classes": Whole(1)},
    ),
    "dit_multiply_adds": Row(
        {"width": 8, "layers": 1, "patch": 2, "side": 4, "channels": 1},
        {**SIDES, **PATCHED, "patch": PATCH},
    ),
    "sd3_parameters": Row({"depth": 2}, {"depth": Whole(1)}),
    "flux_parameters": Row(
        {
            "width": 8,
            "double": 1,
            "single": 1,
            "heads": 2,
            "latent": 4,
            "text": 4,
            "clip": 4,
        },
        {
            "heads": [
                Whole(1),
                Cells([(3, Refused(ValueError, "width must be.*got 8 and 3"))]),
            ],
            **{
                name: Whole(1)
                for name in ("width", "double", "single", "latent", "text", "clip")
            },
        },
    ),
    "latent_numbers": Row(
        {"side": 16, "factor": 8, "channels": 4},
        {
            "side": Whole(1),
            "factor": [
                Whole(1),
                Cells([(5, Refused(ValueError, "factor must divide.*got 5"))]),
            ],
            "channels": Whole(1),
        },
    ),
}
