"""Chapter 18."""

import jax
import jax.numpy as jnp
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
from sbt_jax.inference import (
    Ask,
    Chip,
    Keeps,
    Prices,
    Served,
    init_heads,
    init_onward,
    last_reads,
    squeeze,
)

CONFIG = Config(50, width=8, layers=1, heads=2, mlp=8, window=8)
MODEL = init_model(jax.random.key(0), CONFIG)
TEXT = np.array([3, 1, 4], np.int32)
SEEN = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float32)
LATENTS = squeeze(MODEL, CONFIG, [SEEN], 4)
READS = jax.jit(last_reads, static_argnames="config")(MODEL, CONFIG, TEXT)
P = np.array([0.5, 0.25, 0.25], np.float32)
Q = np.array([0.25, 0.5, 0.25], np.float32)
SHARES = [
    Floats(nan="refused", inf="refused", half=1e-2),
    Cells(
        [(np.array([1.5, -0.5, 0.0]), Refused(ValueError, "must be >= 0, got -0.5"))]
    ),
]
PAIR = Row({"p": P, "q": Q}, {"p": SHARES, "q": SHARES})
PRICES = Prices(weights=0.01, token=0.001, kept=0.0, room=100)
ASKS = [Ask(0.0, 5, 2), Ask(1.0, 5, 2)]
KEPT = np.ones((4, 1, 3), np.float32) * np.array([0.0, 0.3, 1.0], np.float32)
GUESS = {
    "p": np.stack([P, Q]),
    "q": Q[None],
    "guesses": np.array([1]),
    "chances": np.array([0.25, 0.5]),
}


def apart(error: str, *asks: Ask) -> tuple[list[Ask], Refused]:
    return list(asks), Refused((TypeError, ValueError), error)


TABLE = {
    "Keeps": Row(
        {"layers": 2, "numbers": 8, "local": 1, "span": 4},
        {
            "layers": Whole(1),
            "numbers": Whole(1),
            "local": Whole(0, 2),
            "span": Whole(1),
        },
    ),
    "Prices": Row(
        {
            "weights": 0.1,
            "token": 0.1,
            "kept": 0.1,
            "room": 10,
            "piece": 4,
            "block": 2,
        },
        {name: Number(0) for name in ("weights", "token", "kept")}
        | {name: Whole(1) for name in ("room", "piece", "block")},
    ),
    "Timed": Row(
        {
            "batches": (1, 2),
            "contexts": (10,),
            "write": ((0.5,), (0.7,)),
            "pieces": (1, 9),
            "read": (1.0, 2.0),
            "room": 100,
            "piece": 4,
            "block": 2,
        },
        {
            "batches": Cells(
                [
                    ((), Refused(ValueError, "batches must not be empty")),
                    ((2, 1), Refused(ValueError, "batches must be >= 3, got 1")),
                ]
            ),
            "contexts": Cells(
                [((0,), Refused(ValueError, "contexts must be >= 1, got 0"))]
            ),
            "write": Cells(
                [(((0.5,),), Refused(ValueError, "write must have 2 rows of 1, got"))]
            ),
            "pieces": Cells(
                [((1, 1.5), Refused(TypeError, "pieces must be.*got 1.5"))]
            ),
            "read": Cells(
                [
                    ((1.0,), Refused(ValueError, "read must have 2, got")),
                    ((1.0, -1.0), Refused(ValueError, "seconds must be >= 0.*-1.0")),
                ]
            ),
        }
        | {name: Whole(1) for name in ("room", "piece", "block")},
    ),
    "init_heads": Row(
        {"model": MODEL, "guesses": 2},
        {"guesses": Whole(1)},
        rest="model: weights",
    ),
    "init_onward": Row(
        {"key": jax.random.key(0), "config": CONFIG},
        {},
        rest="key config: a random key, sizes that are checked when they are made",
    ),
    "last_reads": Row(
        {"model": MODEL, "config": CONFIG, "tokens": TEXT, "segments": None},
        {"tokens": Ids(50, empty=Refused(ValueError, "tokens must not be empty"))},
        rest="model config segments: weights, their sizes, as attention takes them",
    ),
    "say_ahead": Row(
        {"heads": init_heads(MODEL, 2), "reads": READS},
        {
            "reads": Cells(
                [(READS[:, :4], Refused(ValueError, "reads must be of width 8, got 4"))]
            )
        },
        rest="heads: weights",
    ),
    "go_on": Row(
        {
            "onward": init_onward(jax.random.key(0), CONFIG),
            "model": MODEL,
            "config": CONFIG,
            "reads": READS,
            "tokens": TEXT,
            "segments": None,
        },
        {
            "reads": Cells([(READS[:2], Refused(ValueError, "reads must have.*got"))]),
            "tokens": Cells(
                [(TEXT[:0], Refused(ValueError, "tokens must not be empty"))]
            ),
        },
        rest="onward model config segments: weights, sizes, as attention takes them",
    ),
    "of_heads": Row(
        {"kv_heads": 2, "head": 4}, {"kv_heads": Whole(1), "head": Whole(1)}
    ),
    "of_latent": Row(
        {"latent": 2, "rotary": 4}, {"latent": Whole(1), "rotary": Whole(0)}
    ),
    "token_bytes": Row(
        {"keeps": Keeps(2, 8), "bits": 4},
        {"bits": Number(0, above=True)},
        rest="keeps: checked when it is made",
    ),
    "text_bytes": Row(
        {"keeps": Keeps(2, 8), "tokens": 5, "bits": 4},
        {"tokens": Whole(0), "bits": Number(0, above=True)},
        rest="keeps: checked when it is made",
    ),
    "reading_sums": Row(
        {"config": CONFIG, "new": 2, "past": 3},
        {"new": Whole(1), "past": Whole(0)},
        rest="config: checked when it is made",
    ),
    "step_seconds": Row(
        {"chip": Chip(1e3, 1e2, 1e4), "flops": 10.0, "moved": 10.0},
        {"flops": Number(0), "moved": Number(0)},
        rest="chip: three numbers",
    ),
    "per_output": Row(
        {"total": 3.0, "first": 1.0, "tokens": 5},
        {"total": Number(1.0), "first": Number(0), "tokens": Whole(2)},
    ),
    "kind_of": Row({"name": "GPT-3"}, {"name": One()}),
    "pool_heads": Row(
        {"model": MODEL, "config": CONFIG, "kv_heads": 1},
        {"kv_heads": Whole(1, 2)},
        rest="model config: weights and their sizes",
    ),
    "forward_kept": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "tokens": TEXT,
            "change": lambda key, value: (key, value),
        },
        {"tokens": Ids(50, empty=Refused(ValueError, "tokens must not be empty"))},
        rest="model config change: weights, their sizes, a function",
    ),
    "squeeze": Row(
        {"model": MODEL, "config": CONFIG, "streams": [SEEN], "rank": 3},
        {
            "streams": Cells([([], Refused(ValueError, "streams must.*got 0"))]),
            "rank": Whole(1, 8),
        },
        rest="model config: weights and their sizes",
    ),
    "forward_latent": Row(
        {"model": MODEL, "config": CONFIG, "latents": LATENTS, "tokens": TEXT},
        {
            "latents": Cells([((), Refused(ValueError, "latents must.*got 0"))]),
            "tokens": Ids(50, empty=Refused(ValueError, "tokens must not be empty")),
        },
        rest="model config: weights and their sizes",
    ),
    "rounded": Row(
        {"kept": jnp.asarray(KEPT), "bits": 2, "axis": "token"},
        {"kept": Floats(shape=None), "bits": Whole(1, 16), "axis": One()},
    ),
    "e2m1": Row(
        {"values": np.linspace(-6, 6, 32, dtype=np.float32)},
        {
            "values": [
                Floats(nan="refused", inf="refused", shape=None, half=0.5),
                Cells([(np.ones(31), Refused(ValueError, "values must fill.*31"))]),
            ]
        },
        rest="blocks: a format",
    ),
    "serve": Row(
        {"asks": ASKS, "prices": PRICES, "policy": "read in pieces", "shared": 0},
        {
            "asks": Cells(
                [
                    apart("in order, got 0.5", Ask(1.0, 5, 2), Ask(0.5, 5, 2)),
                    apart("must fit 100 tokens, got 205", Ask(0.0, 200, 5)),
                    apart("prompt must be >= 1, got 0", Ask(0.0, 0, 5)),
                    apart("answer must be >= 1, got 0", Ask(0.0, 5, 0)),
                    apart("at must be.*got nan", Ask(float("nan"), 5, 1)),
                ]
            ),
            "policy": One(),
            "shared": Whole(0),
        },
        rest="prices: checked when they are made",
    ),
    "gaps": Row(
        {"served": Served(0.0, (1.0, 2.0))}, {}, rest="served: what serve gives"
    ),
    "overlap": PAIR,
    "residual": PAIR,
    "law": Row(
        {"p": P, "q": Q, "rule": "exact"}, {"p": SHARES, "q": SHARES, "rule": One()}
    ),
    "drawn": Row(
        {"p": P, "chance": 0.6},
        {
            "p": [
                Floats(nan="refused", inf="refused", shape=None),
                Cells([(np.zeros(3), Refused(ValueError, "p must have.*got"))]),
            ],
            "chance": Number(0, 1, below=True),
        },
    ),
    "judge": Row(
        GUESS,
        {
            "p": Floats(nan="refused", inf="refused"),
            "q": Floats(nan="refused", inf="refused"),
            "guesses": Ids(3, types=False),
            "chances": [
                Floats(nan="refused", inf="refused"),
                Cells([(np.array([0.5, 1.0]), Refused(ValueError, "chances.*got 1"))]),
            ],
        },
    ),
    "expected_tokens": Row(
        {"rate": 0.5, "guesses": 3}, {"rate": Number(0, 1), "guesses": Whole(0)}
    ),
    "break_even": Row(
        {"rate": 0.5, "guesses": 3, "cost": 0.1},
        {"rate": Number(0, 1), "guesses": Whole(0), "cost": Number(0)},
    ),
    "speedup": Row(
        {"rate": 0.5, "guesses": 3, "cost": 0.1, "check": 1.0},
        {
            "rate": Number(0, 1),
            "guesses": Whole(0),
            "cost": Number(0),
            "check": Number(0, above=True),
        },
    ),
}
