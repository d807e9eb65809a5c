"""Chapter 9."""

import jax
import jax.numpy as jnp
import numpy as np

from contracts.arguments.kinds import (
    Cells,
    Floats,
    Gives,
    Ids,
    Mask,
    Number,
    One,
    Refused,
    Row,
    Text,
    Whole,
    Words,
)
from sbt_jax.architecture import Config, init_model
from sbt_jax.attention import causal_mask
from sbt_jax.context import Shape

CONFIG = Config(16, width=8, layers=1, heads=2, mlp=8, window=8)
MODEL = init_model(jax.random.key(0), CONFIG)
SHAPE = Shape(2, 4, 2, 16, 1000)
CHAT = ["Maya Holt lives in Kirby.", "Tom is here."]
ASKED = "Where does Maya Holt live?"


def words(text):
    return len(text.split())


TABLE = {
    "window_mask": Row(
        {"time": 4, "window": 2, "sinks": 1},
        {
            "time": Whole(),
            "window": [Whole(1), Cells([(10**12, Gives(np.tril(np.ones((4, 4)))))])],
            "sinks": Whole(),
        },
    ),
    "reach": Row({"window": 4, "layers": 2}, {"window": Whole(1), "layers": Whole(1)}),
    "forward_seen": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "tokens": np.array([3, 4]),
            "mask": np.asarray(causal_mask(2, 2)),
            "speeds": jnp.ones(2),
        },
        {
            "tokens": Ids(16, empty=Refused(ValueError, "tokens .* got shape")),
            "mask": Mask(),
            "speeds": Cells([(jnp.ones(3), Refused(ValueError, "speeds .* got"))]),
        },
        "model config bias added: checked by what made them, or added as they are",
    ),
    "rotary_speeds": Row(
        {"head": 4, "base": 100.0},
        {
            "head": [Whole(2), Cells([(5, ValueError)])],
            "base": Number(0, above=True),
        },
    ),
    "turned": Row(
        {"vectors": np.ones((2, 1, 4), np.float32), "speeds": np.ones(2, np.float32)},
        {"vectors": Floats(whole=True, shape=None), "speeds": Floats(half=None)},
    ),
    "ntk_base": Row(
        {"factor": 2.0, "head": 8, "base": 100.0},
        {
            "factor": Number(1),
            "head": [Whole(4), Cells([(5, ValueError)])],
            "base": Number(0, above=True),
        },
    ),
    "yarn_ramp": Row(
        {"head": 8, "trained": 64, "base": 100.0},
        {
            "head": [Whole(2), Cells([(5, ValueError)])],
            "trained": Whole(1),
            "base": Number(1, above=True),
        },
    ),
    "yarn_speeds": Row(
        {"factor": 2.0, "head": 8, "trained": 64, "base": 100.0},
        {
            "factor": Number(1),
            "head": [Whole(2), Cells([(5, ValueError)])],
            "trained": Whole(1),
            "base": Cells([(1.0, ValueError), (0.0, ValueError)]),
        },
    ),
    "yarn_scale": Row({"factor": 2.0}, {"factor": Number(1)}),
    "alibi_slopes": Row({"heads": 4}, {"heads": Whole(1)}),
    "alibi_bias": Row({"heads": 4, "time": 3}, {"heads": Whole(1), "time": Whole()}),
    "Shape": Row(
        {
            "layers": 2,
            "heads": 4,
            "kv_heads": 2,
            "head": 16,
            "weights": 1000,
            "local": 1,
            "span": 8,
        },
        {
            **{name: Whole(1) for name in ("layers", "heads", "kv_heads", "head")},
            "weights": Whole(1),
            "local": Whole(0, 2),
            "span": Whole(1),
        },
        call=lambda **given: (Shape(**given), 1.0)[1],
    ),
    "reading_flops": Row(
        {"shape": SHAPE, "tokens": 10}, {"tokens": Whole(1)}, "shape: made by Shape"
    ),
    "doubling": Row(
        {"shape": SHAPE, "tokens": 10}, {"tokens": Whole(1)}, "shape: made by Shape"
    ),
    "equal_at": Row(
        {"shape": SHAPE},
        {
            "shape": Cells(
                [
                    (
                        Shape(2, 4, 2, 16, 1000, 1, 8),
                        Refused(ValueError, "local .* got 1"),
                    )
                ]
            )
        },
    ),
    "kv_bytes": Row(
        {"shape": SHAPE, "tokens": 10, "size": 2},
        {"tokens": Whole(), "size": Whole(1)},
        "shape: made by Shape",
    ),
    "chat_bill": Row(
        {"turns": 3, "first": 100, "each": 10, "write": 1.0, "read": 1.0},
        {
            "turns": Whole(),
            "first": Whole(),
            "each": Whole(),
            "write": Number(0),
            "read": Number(0),
        },
    ),
    "pays_from": Row(
        {"write": 1.25, "read": 0.1},
        {"write": Number(0), "read": Number(0, 1, below=True)},
    ),
    "shape_of": Row({}, {}, "design: made by the chapter before", call=lambda: 1.0),
    "windowed_shape": Row({"name": "Gemma 3 27B"}, {"name": One()}),
    "room_for": Row(
        {"question": ASKED, "budget": 64, "cost": words, "answer": 16},
        {"question": Text(), "budget": Whole(), "answer": Whole()},
        "cost: a function",
    ),
    "sent": Row(
        {
            "policy": "look up",
            "messages": CHAT,
            "question": ASKED,
            "room": 8,
            "cost": words,
        },
        {
            "policy": One(),
            "messages": Words(),
            "question": Text(),
            "room": Whole(),
        },
        "cost: a function",
    ),
    "answer_to": Row(
        {"question": ASKED, "messages": CHAT},
        {"question": Text(), "messages": Words()},
    ),
}
