"""Chapter 5."""

import jax
import numpy as np

from contracts.arguments.kinds import (
    Cells,
    Floats,
    Gives,
    Ids,
    Number,
    One,
    Refused,
    Row,
    Seen,
    Whole,
)
from sbt_jax.architecture import (
    Config,
    Norm,
    Switches,
    extend,
    init_cache,
    init_mlp,
    init_model,
    init_twin,
)

KEY = jax.random.key(0)
CONFIG = Config(16, width=8, layers=1, heads=2, mlp=8, window=8)
DEEP = Config(16, width=8, layers=2, heads=2, mlp=8, window=8)
OLD = Switches(norm="layer", positions="learned", mlp="gelu", biases=True)
MODEL, TWIN = init_model(KEY, CONFIG), init_twin(KEY, CONFIG, OLD)
CACHE = init_cache(CONFIG)
TOKENS = np.array([3, 4])
STREAM = np.array([[1.0, 2, 3, 4, 5, 6, 7, 8]], np.float32)
ONE = np.float32([3.0, -3.0])
GAIN = np.float32([1.0, 1.0])
SIZES = {
    "vocab_size": 16,
    "width": 8,
    "layers": 1,
    "heads": 2,
    "mlp": 8,
    "window": 8,
    "kv_heads": 2,
}
PARTS_OF = {
    "residual": True,
    "norm": "rms",
    "place": "pre",
    "positions": "rotary",
    "mlp": "gated",
    "attention": True,
    "biases": False,
    "tied": True,
    "patch": 0,
}
NUMBER = Number(0, above=True)
SWITCH = Cells([(1, ValueError), ("yes", ValueError), (None, ValueError)])
OTHER = Cells(
    [
        (DEEP, Refused(ValueError, "layers 1, got 2")),
        (Config(9, 8, 1, 2, 8, 8), Refused(ValueError, "vocab_size 16, got 9")),
        (Config(16, 4, 1, 2, 8, 8), Refused(ValueError, "width 8, got 4")),
    ]
)
WINDOW = [
    Ids(16, empty=Refused(ValueError, r"tokens must not be empty, got shape \(0,\)")),
    Cells([(np.zeros(9, int), Refused(ValueError, "window of 8, got 9"))]),
]
SEGMENTS = Cells(
    [
        (np.array([1.0, 2.0]), Refused(TypeError, "segments .* got float64")),
        (np.array([1, 2, 3]), Refused(ValueError, r"segments .* got \(3,\)")),
        (np.array([1, 2], np.uint8), "same"),
    ]
)
# Of one number and its negative: whatever the size, 1 and -1.
SIZED = [
    (np.float16([300, -300]), Gives([1, -1], 1e-3)),
    (np.float32([1e20, -1e20]), Gives([1, -1])),
    (np.float32([1e30, -1e30]), Gives([1, -1])),
    (np.int8([100, -100]), Gives([1, -1])),
    (np.float32([3e38, -3e38]), Seen()),
    (np.zeros(2, np.float32), Gives([0, 0])),
]


def logits_of(**given):
    return extend(**given)[0]


TABLE = {
    "Config": Row(
        SIZES | {"rotary_base": 10_000.0, "epsilon": 1e-6},
        {name: Whole(1) for name in SIZES if name != "kv_heads"}
        | {
            "kv_heads": [Whole(1, none=True), Cells([(3, ValueError)])],
            "width": [Whole(1), Cells([(6, Refused(ValueError, "width .* got 6"))])],
            "rotary_base": [NUMBER, Cells([(np.float32(100), TypeError)])],
            "epsilon": NUMBER,
        },
    ),
    "Switches": Row(
        PARTS_OF,
        {name: SWITCH for name, value in PARTS_OF.items() if value is True}
        | {
            "biases": SWITCH,
            "patch": Cells(
                [
                    (-1, ValueError),
                    (1.5, ValueError),
                    ("1", ValueError),
                    (True, ValueError),
                ]
            ),
        }
        | {name: One() for name, value in PARTS_OF.items() if type(value) is str},
    ),
    "parameter_count": Row(
        {"config": CONFIG, "switches": OLD},
        {},
        "config switches: check themselves",
    ),
    "forward_flops": Row(
        {"config": CONFIG, "keys": 2, "switches": OLD},
        {"keys": Whole(1, 8)},
        "config switches: check themselves",
    ),
    "published_designs": Row({}, {}),
    "init_cache": Row(
        {"config": CONFIG, "batch": (2,), "room": 4},
        {
            "batch": Cells(
                [
                    ((-1,), Refused(ValueError, "batch .* got -1")),
                    ((1.5,), Refused(TypeError, "batch .* got 1.5")),
                ]
            ),
            "room": Whole(1, 8, none=True),
        },
        "config: checks itself",
    ),
    "grow": Row(
        {"cache": CACHE, "room": 9}, {"room": Whole(8)}, "cache: made by init_cache"
    ),
    "cache_sizes": Row({"read": 1, "end": 2}, {"read": Whole(0, 2), "end": Whole()}),
    "extend": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "cache": CACHE,
            "tokens": TOKENS,
            "dtype": "float32",
        },
        {
            "config": OTHER,
            "cache": Cells(
                [
                    (init_cache(DEEP), Refused(ValueError, "cache .* 1 layers, got 2")),
                    (init_cache(CONFIG, (2,)), Refused(ValueError, "cache .* got .*2")),
                    (
                        init_cache(CONFIG, room=1),
                        Refused(ValueError, "tokens must fit the 1 places left, got 2"),
                    ),
                ]
            ),
            "tokens": WINDOW,
            "dtype": One(),
        },
        "model: made by init_model",
        call=logits_of,
    ),
    "forward": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "tokens": TOKENS,
            "segments": np.array([1, 2]),
            "dtype": "float32",
        },
        {
            "config": OTHER,
            "tokens": [
                Ids(16),
                Cells([(np.zeros(9, int), Refused(ValueError, "window of 8, got 9"))]),
            ],
            "segments": SEGMENTS,
            "dtype": One(),
        },
        "model: made by init_model",
    ),
    "trace": Row(
        {"model": MODEL, "config": CONFIG, "tokens": TOKENS},
        {"config": OTHER, "tokens": WINDOW},
        "model: made by init_model",
    ),
    "without": Row(
        {"model": MODEL, "layer": 0, "part": "attention", "head": 1},
        {"layer": Whole(0, 0), "part": One(), "head": Whole(0, 1, none=True)},
        "model: made by init_model",
    ),
    "stack_blocks": Row({"model": MODEL}, {}, "model: made by init_model"),
    "unstack_blocks": Row({"model": MODEL}, {}, "model: made by init_model"),
    "write_sizes": Row(
        {"streams": np.float32([[[3, 4]], [[3, 5]]])},
        {
            "streams": [
                Floats(shape=None, whole=True),
                Cells([(np.float32([[[3e30, 4e30]]]), Gives([[5e30]]))]),
                Cells([(np.float32([[[3e-30, 4e-30]]]), Gives([[5e-30]], 1e-35))]),
            ]
        },
    ),
    "rms_norm": Row(
        {"gain": GAIN, "stream": ONE, "epsilon": 1e-6},
        {
            "epsilon": NUMBER,
            "gain": Floats(whole=True, shape=None),
            "stream": [Floats(shape="last", whole=True), Cells(SIZED)],
        },
    ),
    "normalise": Row(
        {
            "norm": Norm(GAIN, 0 * GAIN),
            "kind": "layer",
            "stream": ONE,
            "epsilon": 1e-6,
        },
        {
            "kind": One(),
            "stream": [Floats(shape="last", whole=True), Cells(SIZED)],
            "epsilon": NUMBER,
        },
        "norm: weights",
    ),
    "gated_mlp": Row(
        {"weights": init_mlp(KEY, 8, 8), "stream": STREAM, "dtype": "float32"},
        {"stream": Floats(whole=True, shape=None), "dtype": One()},
        "weights: made by init_mlp",
    ),
    "init_mlp": Row(
        {"key": KEY, "width": 4, "mlp": 8},
        {"width": Whole(1), "mlp": Whole(1)},
        "key: random",
    ),
    "init_model": Row(
        {"key": KEY, "config": CONFIG}, {}, "key config: random, checks itself"
    ),
    "logit_lens": Row(
        {"model": MODEL, "stream": STREAM, "dtype": "float32", "epsilon": 1e-6},
        {"stream": Floats(whole=True), "dtype": One(), "epsilon": NUMBER},
        "model: made by init_model",
    ),
    "places": Row(
        {"tokens": TOKENS, "segments": np.array([1, 2])},
        {"segments": SEGMENTS},
        "tokens: only their number counts",
    ),
    "twin_block": Row(
        {
            "block": TWIN.blocks[0],
            "switches": OLD,
            "stream": np.ones((2, 8), np.float32),
            "segments": np.array([1, 2]),
            "base": 100.0,
            "epsilon": 1e-6,
        },
        {"stream": Floats(), "segments": SEGMENTS, "epsilon": NUMBER},
        "block switches base: made by init_twin, check themselves, unused without"
        " rotary positions",
    ),
    "twin_forward": Row(
        {
            "twin": TWIN,
            "config": CONFIG,
            "switches": OLD,
            "tokens": TOKENS,
            "segments": np.array([1, 2]),
        },
        {
            "config": Cells([(DEEP, Refused(ValueError, "layers 1, got 2"))]),
            "tokens": Ids(16),
            "segments": SEGMENTS,
        },
        "twin switches: made by init_twin, check themselves",
    ),
    "init_twin": Row(
        {"key": KEY, "config": CONFIG, "switches": OLD, "scaled": True},
        {
            "switches": Cells(
                [(Switches(patch=4), Refused(ValueError, "patch must be 0 .* got 4"))]
            )
        },
        "key config scaled: random, checks itself, a switch",
    ),
    "init_stacked": Row(
        {"key": KEY, "config": CONFIG, "switches": OLD, "scaled": True},
        {
            "switches": Cells(
                [(Switches(patch=4), Refused(ValueError, "patch must be 0 .* got 4"))]
            )
        },
        "key config scaled: random, checks itself, a switch",
    ),
}
