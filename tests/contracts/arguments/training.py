"""Chapter 6."""

import jax
import numpy as np

from contracts.arguments.kinds import (
    INF,
    NAN,
    Cells,
    Floats,
    Gives,
    Ids,
    Mask,
    Number,
    Refused,
    Row,
    Seen,
    Text,
    Whole,
    Words,
)
from sbt_jax import training
from sbt_jax.architecture import Config, init_model
from sbt_jax.training import (
    AdapterConfig,
    Batch,
    Settings,
    Value,
    count_surface,
    init_adapters,
)

KEY = jax.random.key(0)
CONFIG = Config(16, width=8, layers=1, heads=2, mlp=8, window=8)
MODEL = init_model(KEY, CONFIG)
LETTERS = training.read_letters("Anna\nOtto")
OWN = training.own_config(LETTERS, 8)
ADAPTERS = init_adapters(KEY, MODEL)
RANKS = AdapterConfig(rank=2)
TOKENS = np.array([[1, 2, 3, 4]])
ASKED = np.ones_like(TOKENS, dtype=bool)
BATCH = Batch(TOKENS, ASKED)
SETTINGS = Settings(steps=2, warmup=1)
SURFACE = count_surface(["a b a b a c"], ["a b a"], contexts=1, words=3)
W, G = np.float32([1.0, -1.0]), np.float32([0.5, 2.0])
LOGITS = np.log(np.float32([[0.5, 0.5], [0.75, 0.25]]))
TARGETS = np.array([0, 1])
MAPPED = jax.sharding.Mesh(np.array(jax.devices()[:1]), ("batch",))
MESHES = jax.sharding.Mesh(np.array(jax.devices()[:1])[:, None], ("a", "b"))

BATCHES = Cells(
    [
        (Batch(TOKENS + 0.5, ASKED), Refused(TypeError, "tokens .* got")),
        (Batch(TOKENS + 12, ASKED), Refused(ValueError, "tokens .* got 16")),
        (Batch(TOKENS - 2, ASKED), Refused(ValueError, "tokens .* got -1")),
        (Batch(TOKENS, 2 * ASKED), Refused(TypeError, "asked .* got int64")),
        (Batch(TOKENS, 2 * ASKED, ASKED * 1), Refused(TypeError, "asked .* got int64")),
        (Batch(TOKENS, 2.0 * ASKED), Refused(ValueError, "asked must be from 0 to 1")),
        (Batch(TOKENS, ASKED[:, 1:]), Refused(ValueError, r"asked .* got \(1, 3\)")),
        (
            Batch(TOKENS, ASKED, TOKENS[0]),
            Refused(ValueError, r"segments .* got \(4,\)"),
        ),
        (Batch(TOKENS.astype(np.uint8), ASKED), "same"),
    ]
)


def one_step(name):
    """Weights after one update by an optimiser made of some arguments."""

    def call(**given):
        made = getattr(training, name)(**given)
        return made.update(G, made.init(W), W, 0.5)[0]

    return call


def bowl(w):
    return 3 * w[0] ** 2 + w[1] ** 2


def straight(w):
    return 2 * w[0] - w[1]


def far(weights, goal):
    return ((weights - goal) ** 2).sum()


def power_of(data, power):
    x = Value(data)
    y = x**power
    y.backward()
    return y.data, x.grad


def from_batches(**given):
    return training.train(**given)[1]


RATE = {"step": 1, "steps": 10, "peak": 2.0, "warmup": 2}
TABLE = {
    "AdapterConfig": Row(
        {"rank": 2, "scale": 1.0}, {"rank": Whole(1), "scale": Number(0, above=True)}
    ),
    "init_adapters": Row(
        {"key": KEY, "model": MODEL, "config": RANKS},
        {},
        "key model config: random, made by init_model, checks itself",
    ),
    "add_adapters": Row(
        {"model": MODEL, "adapters": ADAPTERS, "config": AdapterConfig()},
        {
            "adapters": Cells(
                [
                    ({"no": 1}, Refused(ValueError, "adapters .* got no")),
                    ({}, Gives(MODEL)),
                ]
            ),
            "config": Cells(
                [(RANKS, Refused(ValueError, r"adapters of .* got \(8, 16"))]
            ),
        },
        "model: made by init_model",
    ),
    "Value.__pow__": Row(
        {"data": 2.0, "power": 3},
        {
            "power": [
                Number(),
                Cells([(0, Gives([1, 0])), (0.5, Gives([2**0.5, 0.5 / 2**0.5]))]),
            ],
            "data": Cells(
                [
                    (0.0, Gives([0, 0])),
                    (-2.0, Gives([-8, 12])),
                    (1e200, Gives([INF, INF])),
                    (-1e200, Gives([-INF, INF])),
                    (NAN, Gives([NAN, NAN])),
                    ("2", Refused(TypeError, "data must be a number, got '2'")),
                    (None, Refused(TypeError, "data must be a number, got None")),
                ]
            ),
        },
        call=power_of,
    ),
    "Value root": Row(
        {"data": 4.0, "power": 0.5},
        {
            "data": Cells(
                [
                    (0.0, Gives([0, INF])),
                    (-4.0, Refused(ValueError, "power of -4.0 must be whole, got 0.5")),
                ]
            )
        },
        call=power_of,
    ),
    "Value inverse": Row(
        {"data": 4.0, "power": -1},
        {
            "data": Cells(
                [(0.0, Refused(ValueError, "power of 0 must be >= 0, got -1"))]
            )
        },
        call=power_of,
    ),
    "Value.exp": Row(
        {"data": 1.0},
        {"data": Cells([(1000, Gives(INF)), (-1000, Gives(0.0)), (NAN, Gives(NAN))])},
        call=lambda data: Value(data).exp().data,
    ),
    "Value.log": Row(
        {"data": 1.0},
        {
            "data": Cells(
                [
                    (0.0, Refused(ValueError, "got 0.0")),
                    (-1.0, Refused(ValueError, "got -1.0")),
                    (NAN, Refused(ValueError, "got nan")),
                    (INF, Gives(INF)),
                ]
            )
        },
        call=lambda data: Value(data).log().data,
    ),
    "graph": Row(
        {"last": Value(1.0), "names": {}},
        {"last": Cells([("a", TypeError), (1.0, TypeError)])},
        "names: what to call values",
    ),
    "in_order": Row(
        {"last": Value(1.0)}, {"last": Cells([("a", TypeError), (None, TypeError)])}
    ),
    "sharded": Row(
        {"weights": W, "mesh": MAPPED},
        {"mesh": Cells([(MESHES, Refused(ValueError, "mesh .* got .*'a', 'b'"))])},
        "weights: any",
    ),
    "sharpness": Row(
        {"loss": bowl, "weights": W, "direction": None, "rounds": 30},
        {
            "loss": Cells([(straight, Gives(0.0))]),
            "weights": [
                Floats(half=None, nan="same", inf="same", shape=None),
                Cells([(np.array([1, 2]), Refused(TypeError, "weights .* got int"))]),
            ],
            "direction": Cells(
                [
                    (0 * W, Refused(ValueError, "direction .* got")),
                    (1e30 * W, "same"),
                    (1e-30 * W, "same"),
                ]
            ),
            "rounds": Whole(1),
        },
        call=lambda **given: training.sharpness(**given)[0],
    ),
    "at_the_edge": Row(
        {"loss": bowl, "start": W, "rate": 0.1, "steps": 2, "every": 1, "rounds": 5},
        {
            "rate": Cells([(NAN, Seen()), (0.0, Gives((4 + 0 * W, 6 + 0 * W), 1e-2))]),
            "steps": Cells([(3.0, TypeError), (0, ValueError), ("1", TypeError)]),
            "every": Cells([(1.0, TypeError), (0, ValueError), (3, ValueError)]),
            "rounds": Whole(1),
        },
        "loss start: a function, any weights",
        call=lambda steps, every, **given: training.at_the_edge(
            steps=steps, every=every, **given
        ),
    ),
    "fit": Row(
        {
            "weights": W,
            "loss": far,
            "batch_at": lambda step: G,
            "settings": SETTINGS,
            "snapshot_at": (),
            "every": 1,
        },
        {
            "batch_at": Cells(
                [
                    (lambda step: G[: 1 + step], Refused(ValueError, "batches .* got")),
                    (lambda _: G * NAN, Refused(ValueError, "loss .* got")),
                ]
            ),
            "snapshot_at": Cells([((3,), Refused(ValueError, r"got \[3\]"))]),
            "every": Whole(1),
        },
        "weights loss settings given rule snapshot save made_of mesh floor progress:"
        " of the caller, checks itself, or as train",
    ),
    "train": Row(
        {
            "key": KEY,
            "config": CONFIG,
            "settings": SETTINGS,
            "batch_at": lambda step: BATCH,
            "snapshot_at": (),
            "every": 1,
        },
        {
            "batch_at": Cells(
                [
                    (
                        lambda _: Batch(TOKENS + 0.5, ASKED),
                        Refused(TypeError, "got float"),
                    ),
                    (
                        lambda _: Batch(TOKENS + 12, ASKED),
                        Refused(ValueError, r"got 4\.\.16|got 13"),
                    ),
                    (
                        lambda _: Batch(TOKENS, ASKED * 2),
                        Refused(TypeError, "asked .* int64"),
                    ),
                ]
            ),
            "snapshot_at": Cells(
                [((3,), Refused(ValueError, "snapshot_at .* got .*3"))]
            ),
            "every": Cells([(0, ValueError), (-1, ValueError)]),
        },
        "key config settings snapshot save mesh floor progress: tests/training",
        call=from_batches,
    ),
    "sgd": Row({}, {}, call=one_step("sgd")),
    "momentum": Row(
        {"keep": 0.5}, {"keep": Number(0, 1, below=True)}, call=one_step("momentum")
    ),
    "adam": Row(
        {"b1": 0.9, "b2": 0.99, "epsilon": 1e-8, "decay": 0.1},
        {
            "b1": Number(0, 1, below=True),
            "b2": Number(0, 1, below=True),
            "epsilon": Number(0, above=True),
            "decay": Number(0),
        },
        call=one_step("adam"),
    ),
    "adamw": Row(
        {"decay": 0.1, "b1": 0.9, "b2": 0.99, "epsilon": 1e-8},
        {
            "b1": Number(0, 1, below=True),
            "b2": Number(0, 1, below=True),
            "epsilon": Number(0, above=True),
            "decay": Number(0),
        },
        call=one_step("adamw"),
    ),
    "learning_rate": Row(
        RATE,
        {
            "step": Cells(
                [
                    (0, Gives(0.0)),
                    (10, Gives(0.0)),
                    (11, Gives(0.0)),
                    (1000, Gives(0.0)),
                    (-1, Gives(NAN)),
                    (NAN, Gives(NAN)),
                    (np.array([1, 2, 6]), Gives([1, 2, 1])),
                ]
            ),
            "steps": Whole(1),
            "peak": Cells([(NAN, Gives(NAN)), (0.0, Gives(0.0))]),
            "warmup": [Whole(0, 9), Cells([(0, Gives(1 + np.cos(np.pi / 10)))])],
        },
    ),
    "descend": Row(
        {
            "optimizer": training.sgd(),
            "loss": bowl,
            "start": W,
            "rate": 0.1,
            "steps": 2,
        },
        {
            "start": [
                Floats(half=0.05, shape=None),
                Cells([(np.array([1, -1]), "same")]),
            ],
            "rate": Cells(
                [(NAN, Seen()), (0.0, Gives((np.stack([W] * 3), 4 + 0 * W)))]
            ),
            "steps": Whole(1),
        },
        "optimizer loss: functions",
    ),
    "best_momentum": Row(
        {"low": 1.0, "high": 4.0},
        {
            "low": Cells(
                [
                    (0, ValueError),
                    (-1, ValueError),
                    (5, ValueError),
                    ("1", TypeError),
                    (NAN, ValueError),
                ]
            ),
            "high": Cells(
                [
                    (INF, ValueError),
                    (NAN, ValueError),
                    ("1", TypeError),
                    (1.0, Gives([1, 0, 0])),
                ]
            ),
        },
    ),
    "pack": Row(
        {"sequences": [[1, 2], [3]], "length": 3},
        {
            "sequences": Cells(
                [
                    ([[1.9]], Refused(TypeError, r"sequences\[0\] .* got 1.9")),
                    ([[1], [-1]], Refused(ValueError, r"sequences\[1\] .* got -1")),
                    (
                        [[2**31]],
                        Refused(ValueError, r"sequences\[0\] .* got 2147483648"),
                    ),
                    ([[2**70]], Refused(ValueError, r"sequences\[0\] .* got 1180")),
                    (["ab"], Refused(TypeError, r"sequences\[0\] .* got 'ab'")),
                    ([[]], Refused(ValueError, r"sequences\[0\] .* got 0")),
                    ([[1] * 4], Refused(ValueError, r"sequences\[0\] .* got 4")),
                    ([], Refused(ValueError, "sequences .* got none")),
                    ([[[1, 2]]], Refused(ValueError, r"sequences\[0\] .* got shape")),
                    ([[True]], Refused(TypeError, r"sequences\[0\] .* got True")),
                ]
            ),
            "length": Whole(1),
        },
    ),
    "read_letters": Row({"text": "Anna"}, {"text": Text()}),
    "known_losses": Row({"letters": LETTERS}, {}, "letters: made by read_letters"),
    "chances": Row(
        {"seed": 1},
        {"seed": Whole(0, 2**53 - 1)},
        call=lambda seed: next(training.chances(seed)),
    ),
    "draw_lines": Row(
        {"letters": LETTERS, "rows": 2, "steps": 2, "seed": 1},
        {
            "letters": Cells(
                [
                    (
                        training.read_letters(""),
                        Refused(ValueError, "letters .* got none"),
                    )
                ]
            ),
            "rows": Whole(1),
            "steps": Whole(1),
            "seed": Whole(0),
        },
        call=lambda **given: training.draw_lines(**given).tokens,
    ),
    "held_lines": Row(
        {"letters": LETTERS, "rows": 2},
        {
            "letters": Cells([(training.read_letters(""), Gives(None))]),
            "rows": Whole(1),
        },
    ),
    "own_config": Row(
        {"letters": LETTERS, "width": 8},
        {"width": [Whole(1), Cells([(6, Refused(ValueError, "width .* got 6"))])]},
        "letters: made by read_letters",
    ),
    "first_weights": Row(
        {"config": OWN, "seed": 1}, {"seed": Whole(0)}, "config: checks itself"
    ),
    "learn_letters": Row(
        {
            "letters": LETTERS,
            "settings": Settings(steps=10, warmup=1),
            "width": 8,
            "seed": 1,
            "write_at": (),
        },
        {
            "letters": Cells(
                [
                    (
                        training.read_letters(""),
                        Refused(ValueError, "letters .* got none"),
                    )
                ]
            ),
            "settings": Cells(
                [(Settings(steps=9, warmup=1), Refused(ValueError, "steps .* got 9"))]
            ),
            "width": Whole(1),
            "seed": Whole(0),
            "write_at": Cells(
                [
                    ([5], Refused(ValueError, "write_at .* got 5")),
                    ([-10], Refused(ValueError, "write_at .* got -10")),
                    ([1.0], Refused(TypeError, "write_at .* got 1.0")),
                    ([20], "same"),
                ]
            ),
        },
        call=lambda **given: training.learn_letters(**given).losses,
    ),
    "write_letters": Row(
        {
            "model": training.first_weights(OWN, 1),
            "config": OWN,
            "letters": LETTERS,
            "seed": 1,
            "count": 1,
        },
        {
            "config": Cells(
                [(CONFIG, Refused(ValueError, "config .* vocab_size 7, got 16"))]
            ),
            "seed": Whole(0),
            "count": Whole(1),
        },
        "model letters: of the same text",
    ),
    "Settings": Row(
        {
            "steps": 2,
            "learning_rate": 0.1,
            "warmup": 1,
            "weight_decay": 0.1,
            "clip": 1.0,
            "dtype": "float32",
        },
        {
            "steps": Whole(1),
            "learning_rate": Number(0, above=True),
            "warmup": Whole(0, 1),
            "weight_decay": Number(0),
            "clip": Number(0, above=True),
            "dtype": Cells(
                [("float16", ValueError), (None, ValueError), (32, ValueError)]
            ),
        },
    ),
    "batch_loss": Row(
        {"model": MODEL, "config": CONFIG, "batch": BATCH, "dtype": "float32"},
        {"batch": BATCHES},
        "model config dtype: made by init_model, see forward",
    ),
    "cross_entropy": Row(
        {"logits": LOGITS, "targets": TARGETS, "asked": np.array([True, True])},
        {
            "logits": Floats(shape=None),
            "targets": Ids(2, shape=True),
            "asked": [
                Mask(weights=True),
                Cells([(np.array([False, False]), Gives(0.0))]),
            ],
        },
    ),
    "optimizer": Row(
        {"settings": SETTINGS}, {}, "settings: checks itself", call=lambda settings: 0
    ),
    "train_chunk": Row(
        {
            "model": MODEL,
            "state": None,
            "batches": BATCH,
            "config": CONFIG,
            "settings": SETTINGS,
        },
        {},
        "model state batches config settings: batches are checked by train",
        call=lambda **_: 0,
    ),
    "count_surface": Row(
        {"texts": ["a b a b a c"], "others": ["a b a"], "contexts": 1, "words": 3},
        {
            "texts": Words(),
            "others": [Words(), Cells([([], Refused(ValueError, r"others .* got"))])],
            "contexts": Cells([(1.0, TypeError), (4, ValueError), ("1", TypeError)]),
            "words": Cells([(3.0, TypeError), (4, ValueError), (0, ValueError)]),
        },
    ),
    "surface_loss": Row(
        {"surface": SURFACE, "weights": W},
        {"weights": Floats(whole=True)},
        "surface: made by count_surface",
    ),
    "lowest_point": Row(
        {"surface": SURFACE, "rounds": 2},
        {"rounds": Whole(0)},
        "surface: made by count_surface",
    ),
    "landscape": Row(
        {"surface": SURFACE, "across": W, "up": G},
        {"across": Floats(shape=None), "up": Floats(shape=None)},
        "surface: made by count_surface",
    ),
}
