"""Chapter 20."""

import jax
import numpy as np

from contracts.arguments.kinds import (
    Cells,
    Floats,
    Ids,
    Number,
    One,
    Refused,
    Row,
    Whole,
)
from sbt_jax.architecture import Config, init_model
from sbt_jax.interpretability import (
    SaeConfig,
    Toy,
    frozen_run,
    init_sae,
    init_transcoder,
)

CONFIG = Config(8, width=4, layers=1, heads=2, mlp=4, window=4)
# Compiled as one, since tables are read before any test runs.
MODEL = jax.jit(init_model, static_argnames="config")(jax.random.key(0), CONFIG)
SIZES = SaeConfig(4, 6, "topk", 2)
SAE = jax.jit(init_sae, static_argnames="config")(jax.random.key(1), SIZES)
TOKENS = np.array([1, 2], np.int32)
X = np.array([[1.0, 0.5, -1.0, 2.0], [0.25, 1.0, 0.0, -0.5]], np.float32)
FIRED = np.eye(2, 6, dtype=np.float32)
VALUES = np.array([[1.0, 0.0], [2.0, 1.0], [0.5, 3.0]])
LABELS = np.array([[True], [False], [True]])
NEVER = Cells(
    [
        (np.zeros((3, 1), bool), Refused(ValueError, "labels must each hold")),
        (np.zeros((2, 1), bool), Refused(ValueError, "labels .*got")),
        (np.ones((3, 1)), Refused(TypeError, "labels must be booleans, got float64")),
    ]
)
MATRIX = Cells(
    [
        (np.array([[np.nan]]), Refused(ValueError, "must be finite, got nan")),
        (np.ones(3), Refused(ValueError, "must have the shape .*got")),
    ]
)
SCORED = {"labels": NEVER}
TRANSCODER = jax.jit(init_transcoder, static_argnames="config")(
    jax.random.key(2), SIZES
)
RUN = jax.jit(frozen_run, static_argnames="config")(MODEL, CONFIG, TOKENS)
WRITTEN = np.asarray(RUN.written)
TOYS = Toy(np.ones((3, 2), np.float32), np.zeros(3, np.float32))

TABLE = {
    "SaeConfig": Row(
        {
            "width": 4,
            "features": 6,
            "objective": "topk",
            "keep": 2,
            "width_of_step": 0.1,
        },
        {
            "width": Whole(1),
            "features": Whole(1),
            "objective": One(),
            "keep": Whole(1, 6),
            "width_of_step": Number(0, above=True),
        },
    ),
    "init_sae": Row(
        {"key": jax.random.key(0), "config": SIZES, "threshold": 0.1},
        {"threshold": Number(0, above=True)},
        "key config: random, and checked by itself",
    ),
    "unit_directions": Row({"sae": SAE}, {}, "sae: weights"),
    "step_up": Row(
        {"before": X, "threshold": np.ones(4, np.float32), "width": 0.1},
        {},
        "before threshold width: traced by its slope",
    ),
    "before_sparsity": Row(
        {"sae": SAE, "stream": X}, {"stream": Floats()}, "sae: weights"
    ),
    "features_of": Row(
        {"sae": SAE, "config": SIZES, "stream": X},
        {},
        "sae config stream: checked by before_sparsity",
    ),
    "rebuilt": Row({"sae": SAE, "fired": FIRED}, {"fired": Floats()}, "sae: weights"),
    "sae_loss": Row(
        {"sae": SAE, "config": SIZES, "stream": X, "price": 0.1},
        {"stream": Cells([(X[:0], Refused(ValueError, "stream .*got"))])},
        "sae config price: weights, checked, traced",
    ),
    "explained": Row(
        {"stream": X, "again": X[::-1].copy()},
        {"again": Floats()},
        "stream: as again",
    ),
    "stream_after": Row(
        {"model": MODEL, "config": CONFIG, "tokens": TOKENS},
        {"tokens": Ids(8, types=False)},
        "model config: weights and sizes",
    ),
    "says_with": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "tokens": TOKENS,
            "added": np.zeros((2, 2, 4), np.float32),
            "at": -1,
        },
        {"tokens": Ids(8, types=False), "added": Floats()},
        "model config at: weights, sizes, traced",
    ),
    "patch_all": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "clean": TOKENS,
            "other": np.array([3, 2], np.int32),
            "right": 4,
            "wrong": 5,
        },
        {"other": Cells([(np.array([1]), Refused(ValueError, "other .*got"))])},
        "model config clean right wrong: weights, sizes, ids that are traced",
    ),
    "carried": Row({"patched": None}, {}, "patched: as patch_all gives it"),
    "direct_attribution": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "tokens": TOKENS,
            "right": 4,
            "wrong": 5,
        },
        {},
        "model config tokens right wrong: traced",
    ),
    "init_transcoder": Row(
        {"key": jax.random.key(0), "config": SIZES},
        {
            "config": Cells(
                [(SaeConfig(4, 6, "l1", 2), Refused(ValueError, "topk.*got 'l1'"))]
            )
        },
        "key: random",
    ),
    "transcoder_features": Row(
        {"transcoder": TRANSCODER, "config": SIZES, "read": X},
        {"read": Floats()},
        "transcoder config: weights, and checked by itself",
    ),
    "transcoder_output": Row(
        {"transcoder": TRANSCODER, "fired": FIRED},
        {"fired": Floats()},
        "transcoder: weights",
    ),
    "transcoder_loss": Row(
        {
            "transcoder": TRANSCODER,
            "config": SIZES,
            "read": X,
            "wrote": X[::-1].copy(),
        },
        {
            "read": Cells([(X[:0], Refused(ValueError, "read .*got"))]),
            "wrote": Cells([(X[:1], Refused(ValueError, "wrote .*got"))]),
        },
        "transcoder config: weights, and checked by itself",
    ),
    "replaced_forward": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "transcoders": [TRANSCODER],
            "sizes": SIZES,
            "tokens": TOKENS,
            "replaced": np.ones(1, np.float32),
        },
        {
            "tokens": Ids(8, types=False),
            "transcoders": Cells([([], Refused(ValueError, "transcoders .*got 0"))]),
            "replaced": Cells(
                [(np.ones(2), Refused(ValueError, "replaced .*got \\(2,\\)"))]
            ),
        },
        "model config sizes: weights and sizes",
    ),
    "frozen_run": Row(
        {"model": MODEL, "config": CONFIG, "tokens": TOKENS},
        {"tokens": Ids(8, types=False)},
        "model config: weights and sizes",
    ),
    "linear_run": Row(
        {"model": MODEL, "config": CONFIG, "frozen": RUN, "written": WRITTEN},
        {"written": Floats()},
        "model config frozen: weights, sizes, a run",
    ),
    "says_looking": Row(
        {"model": MODEL, "config": CONFIG, "frozen": RUN, "added": WRITTEN},
        {"added": Floats()},
        "model config frozen: weights, sizes, a run",
    ),
    "attribution_graph": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "transcoders": [TRANSCODER],
            "sizes": SIZES,
            "tokens": TOKENS,
            "right": 4,
            "wrong": 5,
        },
        {},
        "model config transcoders sizes tokens right wrong: traced",
    ),
    "influence": Row({"graph": None}, {}, "graph: as attribution_graph gives it"),
    "ranks": Row({"values": VALUES}, {"values": MATRIX}),
    "auc": Row({"values": VALUES, "labels": LABELS}, SCORED, "values: as ranks"),
    "mean_difference": Row(
        {"stream": VALUES, "labels": LABELS}, SCORED, "stream: as labels"
    ),
    "linear_probe": Row(
        {"stream": VALUES, "labels": LABELS, "penalty": 1.0},
        {
            "labels": Cells(NEVER.pairs[1:]),
            "penalty": Number(0),
            "stream": Cells([(VALUES * np.nan, Refused(ValueError, "stream .*nan"))]),
        },
    ),
    "largest_cosines": Row(
        {"rows": VALUES, "cols": VALUES[:1]},
        {
            "rows": Cells([(VALUES[:0], Refused(ValueError, "rows .*got"))]),
            "cols": Cells([(VALUES[:, :1], Refused(ValueError, "cols .*got"))]),
        },
    ),
    "toy_output": Row(
        {"toy": TOYS, "x": np.ones((2, 3), np.float32)},
        {"x": Floats()},
        "toy: weights",
    ),
    "toy_loss": Row(
        {"toy": TOYS, "x": np.ones((2, 3), np.float32)},
        {},
        "toy x: checked by toy_output",
    ),
    "toy_data": Row(
        {"density": 0.5, "features": 2, "samples": 3},
        {
            "density": Number(0, 1, above=True),
            "features": Whole(1),
            "samples": Whole(1),
        },
    ),
    "toy_start": Row(
        {"seed": 1, "features": 2, "width": 2},
        {"seed": Whole(), "features": Whole(1), "width": Whole(1)},
    ),
    "train_toy": Row(
        {"density": 0.5, "seed": 0, "steps": 1, "rate": 0.1},
        {
            "density": Number(0, 1, above=True),
            "seed": Whole(),
            "steps": Whole(),
            "rate": Number(0, above=True),
        },
    ),
    "dimension_shares": Row({"weights": VALUES}, {"weights": MATRIX}),
    "welch_bound": Row(
        {"count": 5, "width": 2}, {"count": Whole(3), "width": Whole(1)}
    ),
}
