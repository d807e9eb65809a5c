"""Chapter 4."""

import jax
import numpy as np

from contracts.arguments.kinds import (
    NAN,
    Cells,
    Floats,
    Gives,
    Ids,
    Mask,
    Number,
    One,
    Refused,
    Row,
    Whole,
)
from sbt_jax.attention import (
    InductionConfig,
    attend_in_steps,
    init_attention,
    init_induction,
)

KEY = jax.random.key(0)
Q = np.arange(8, dtype=np.float32).reshape(2, 2, 2) / 8  # (time, heads, head)
K = Q[:, ::-1]
SEEN = np.array([[True, False], [True, True]])
WEIGHTS = np.full((2, 2, 2), 0.5, np.float32)
STREAM = np.ones((2, 4), np.float32)
LAYER = init_attention(KEY, 4, heads=2)
FLAT = Q[:, 0]
SMALL = InductionConfig(vocab_size=8, width=4, layers=2, heads=2, window=6)
MODEL = init_induction(KEY, SMALL)
TOKENS = np.array([[0, 1, 0, 1, 0, 1, 0]])
PERIOD = np.array([2])
X = np.array([1.0, 2.0, 3.0])

HEADS = Floats(shape=None)
SEGMENTS = Cells(
    [
        (np.array([1.0, 2.0]), Refused(TypeError, "segments .* got float64")),
        (SEEN[0], Refused(TypeError, "segments .* got bool")),
        (np.array([1, 2, 3]), Refused(ValueError, r"segments .* got \(3,\)")),
        ("ab", Refused(TypeError, "segments .* got 'ab'")),
        (np.array([1, 2], np.uint8), "same"),
    ]
)
WHOLE = Cells([(4.0, TypeError), ("4", TypeError), (0, ValueError), (-4, ValueError)])
RANKED = Cells(
    [
        (np.array([1, NAN, 3]), Refused(ValueError, "must not hold NaN, got")),
        (np.array([2.0, 2, 2]), Refused(ValueError, "different values, got")),
        (np.array([1.0, 2]), Refused(ValueError, r"got \(2,\)|shape \(2,\), got")),
        (X[:0], Refused(ValueError, r"got \(0,\)|shape \(0,\), got|got \[\]")),
        ("ab", Refused((TypeError, ValueError), "got")),
    ]
)
PERIODS = [
    Ids(low=1, shape=True),
    Cells([(np.array([6]), Refused(ValueError, "period .* got 6"))]),
]
DEEP = Cells([(InductionConfig(8, 4, 1, 2, 6), Refused(ValueError, "layers, got 1"))])


def other_heads(name):
    """One head of three numbers where there are two of two."""
    three = np.ones((2, 1, 3), np.float32)
    return Cells([(three, Refused(ValueError, rf"{name} .* got .*\(2, 1, 3\)"))])


TABLE = {
    "causal_mask": Row(
        {"time": 2, "keys": 2, "offset": 0},
        {"time": Whole(), "keys": Whole(), "offset": Whole()},
    ),
    "padding_mask": Row(
        {"lengths": np.array([1, 2]), "time": 2},
        {"lengths": Ids(3, low=1), "time": Whole(1)},
    ),
    "attention_weights": Row(
        {"query": Q, "key": K, "mask": SEEN},
        {"query": HEADS, "key": [HEADS, other_heads("key")], "mask": Mask()},
    ),
    "mix": Row(
        {"weights": WEIGHTS, "value": Q},
        {
            "weights": Floats(shape=None),
            "value": [
                Floats(shape="first"),
                Cells([(np.ones((2, 3, 2)), Refused(ValueError, "value .* got"))]),
            ],
        },
    ),
    "attend_causally": Row(
        {"query": Q, "key": K, "value": Q, "segments": np.array([1, 2])},
        {
            "query": HEADS,
            "key": [Floats(shape="first"), other_heads("key")],
            "value": Floats(shape="first"),
            "segments": SEGMENTS,
        },
    ),
    "attend": Row(
        {"query": Q, "key": K, "value": Q, "mask": SEEN, "offset": 0},
        {
            "query": HEADS,
            "key": HEADS,
            "value": Floats(shape="first"),
            "mask": Mask(),
            "offset": Whole(),
        },
    ),
    "read_heads": Row(
        {
            "weights": LAYER,
            "stream": STREAM,
            "offset": 0,
            "dtype": "float32",
            "base": 100.0,
        },
        {
            "stream": Floats(shape=None),
            "offset": Whole(),
            "dtype": One(),
            "base": Number(0, above=True),
        },
        "weights: made by init_attention",
    ),
    "write_heads": Row(
        {"weights": LAYER, "mixed": Q, "dtype": "float32"},
        {"mixed": Floats(), "dtype": One()},
        "weights: made by init_attention",
    ),
    "multi_head": Row(
        {
            "weights": LAYER,
            "stream": STREAM,
            "segments": np.array([1, 2]),
            "dtype": "float32",
            "base": 100.0,
        },
        {
            "stream": Floats(shape=None),
            "segments": SEGMENTS,
            "dtype": One(),
            "base": Number(0, above=True),
        },
        "weights: made by init_attention",
    ),
    "init_attention": Row(
        {"key": KEY, "width": 4, "heads": 2, "kv_heads": 1},
        {
            "width": WHOLE,
            "heads": WHOLE,
            "kv_heads": Cells(
                [
                    (1.0, TypeError),
                    ("1", TypeError),
                    (0, Refused(ValueError, "kv_heads .* got 0")),
                    (-1, ValueError),
                    (3, Refused(ValueError, "kv_heads .* got 3")),
                ]
            ),
        },
        "key: random",
    ),
    "init_positions": Row(
        {"key": KEY, "window": 3, "width": 2},
        {"window": Whole(1), "width": Whole(1)},
        "key: random",
    ),
    "sinusoidal": Row(
        {"time": 2, "width": 4, "base": 100.0},
        {
            "time": [Whole(), Cells([(0, Gives(np.zeros((0, 4))))])],
            "width": [Whole(), Cells([(3, ValueError)])],
            "base": Number(0, above=True),
        },
    ),
    "rotary": Row(
        {"vectors": Q, "offset": 1, "base": 100.0},
        {
            "vectors": [
                Floats(shape=None, whole=True),
                Cells([(Q[..., :1], Refused(ValueError, "even head size, got 1"))]),
            ],
            "offset": Whole(),
            "base": Number(0, above=True),
        },
    ),
    "project": Row(
        {"inputs": STREAM, "weights": np.ones((4, 3), np.float32), "dtype": "float32"},
        {
            "inputs": Floats(shape=None),
            "weights": Floats(shape="first"),
            "dtype": One(),
        },
    ),
    "attend_in_steps": Row(
        {"query": FLAT, "key": FLAT, "value": FLAT, "scaled": True, "causal": True},
        {
            "query": Floats(shape=None),
            "key": Floats(),
            "value": Floats(),
        },
        "scaled causal: switches",
        call=lambda **given: attend_in_steps(**given).mixed,
    ),
    "study_scores": Row(
        {"key": KEY, "head": 2, "scaled": True, "keys": 3, "samples": 4},
        {"head": Whole(1), "keys": Whole(1), "samples": Whole(1)},
        "key scaled: random, a switch",
    ),
    "scores_of_looks": Row(
        {"looks": [WEIGHTS[None].repeat(2, 0)], "period": np.array([1, 1])},
        {"period": Ids(low=1, shape=True)},
        "looks: made by trace",
    ),
    "attention_cost": Row(
        {"time": 4, "heads": 2, "layers": 3},
        {"time": Whole(1), "heads": Whole(1), "layers": Whole(1)},
    ),
    "rank_correlation": Row(
        {"one": X, "other": np.array([1.0, 9, 4])},
        {
            "one": [RANKED, Cells([(np.float16(X), "same"), (X * 1e300, "same")])],
            "other": [RANKED, Cells([(np.array([1, np.inf, 4]), "same")])],
        },
    ),
    "InductionConfig": Row(
        {
            "vocab_size": 8,
            "width": 4,
            "layers": 2,
            "heads": 2,
            "window": 6,
            "positions": "rotary",
        },
        {
            "vocab_size": Whole(1),
            "width": [Whole(1), Cells([(6, Refused(ValueError, "width .* got 6"))])],
            "layers": Whole(1),
            "heads": Whole(1),
            "window": Whole(1),
            "positions": One(),
        },
    ),
    "init_induction": Row(
        {"key": KEY, "config": SMALL}, {}, "key config: random, checks itself"
    ),
    "heads_on": Row(
        {"config": SMALL, "off": ((0, 1),)},
        {
            "off": Cells(
                [
                    (((2, 0),), Refused(ValueError, "layer .* got 2")),
                    (((0, -1),), Refused(ValueError, "head .* got -1")),
                    (((0.0, 0),), Refused(TypeError, "layer .* got 0.0")),
                ]
            )
        },
        "config: checks itself",
    ),
    "forward_induction": Row(
        {
            "model": MODEL,
            "config": SMALL,
            "tokens": TOKENS[:, :6],
            "on": np.ones((2, 2), np.float32),
        },
        {
            "config": DEEP,
            "tokens": [
                Ids(8, empty=None),
                Cells([(TOKENS, Refused(ValueError, "window of 6, got 7"))]),
                Cells([(TOKENS[:, :0], Refused(ValueError, "window of 6, got 0"))]),
            ],
            "on": Floats(),
        },
        "model: made by init_induction",
    ),
    "repeats": Row(
        {"key": KEY, "config": SMALL, "batch": 2, "periods": (2, 3)},
        {
            "batch": Whole(1),
            "periods": Cells(
                [
                    ((3, 2), Refused(ValueError, r"periods .* got \(3, 2\)")),
                    ((0, 2), Refused(ValueError, r"periods .* got \(0, 2\)")),
                    ((2, 7), Refused(ValueError, r"periods .* got \(2, 7\)")),
                    ((2.0, 3), Refused(TypeError, "periods .* got 2.0")),
                ]
            ),
        },
        "key config: random, checks itself",
    ),
    "repeat_loss": Row(
        {
            "model": MODEL,
            "config": SMALL,
            "tokens": TOKENS,
            "period": PERIOD,
            "on": np.ones((2, 2), np.float32),
        },
        {"tokens": Ids(8), "period": PERIODS, "on": Floats()},
        "model config: made by init_induction, checks itself",
    ),
    "head_scores": Row(
        {"model": MODEL, "config": SMALL, "tokens": TOKENS, "period": PERIOD},
        {"tokens": Ids(8), "period": PERIODS},
        "model config: made by init_induction, checks itself",
    ),
}
