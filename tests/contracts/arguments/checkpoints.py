"""Files: weights, cards, tables. Damaged files are refused in tests/checkpoints."""

import dataclasses
import tempfile
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from contracts.arguments.kinds import INF, NAN, Cells, Gives, Refused, Row
from sbt_jax import checkpoints
from sbt_jax.checkpoints import Card, load, quantize, save

M = np.array([[1.0, -0.5], [0.0, 0.0]], np.float32)
Q = np.array([[127, -64], [0, 0]])
BIG = np.array([[1e300, 1.0]])


@dataclasses.dataclass(frozen=True)
class Sizes:
    width: int = 2


def here(function):
    """A function of a folder, in one of its own."""

    def call(**given):
        with tempfile.TemporaryDirectory() as folder:
            return function(Path(folder), **given)

    return call


def kept(folder, weights, config):
    """What comes back of weights that are saved."""
    save(folder / "kept.npz", weights, config)
    return load(folder / "kept.npz", weights)


def remembered(folder, **given):
    return checkpoints.remembered(folder / "one.json", **given)


def replaced(folder, content):
    checkpoints.replace_file(folder / "file", content)
    return (folder / "file").read_bytes()


def written(folder, **given):
    checkpoints.write_table(card=CARD, folder=folder, **given)
    return checkpoints.read_table(given["name"], folder)


NAMES = Cells(
    [
        ("../a", Refused(ValueError, "name .* got '../a'")),
        ("", Refused(ValueError, "name .* got ''")),
        (5, Refused(TypeError, "name .* got 5")),
    ]
)
CARD = Card("what", "recipe", (0,), {}, {})
PLACE = "path folder: a place, of which the file itself says what is wrong"
TABLE = {
    "browser_script": Row(
        {"name": "letters_tokens"},
        {"name": Cells([("no", Refused(FileNotFoundError, "no"))])},
        PLACE,
        call=lambda name: checkpoints.browser_script(name)[:9],
    ),
    "cards": Row({}, {}, PLACE, call=lambda: 0),
    "data_file": Row(
        {"name": "main.npz"},
        {"name": [NAMES, Cells([("no", Refused(FileNotFoundError, "no: not"))])]},
        PLACE,
        call=lambda name: str(checkpoints.data_file(name)),
    ),
    "digest": Row(
        {"content": "a"},
        {"content": Cells([(5, TypeError), (None, TypeError), (b"a", "same")])},
    ),
    "read_card": Row(
        {"path": "no"},
        {},
        PLACE,
        call=lambda path: 0,
    ),
    "read_table": Row(
        {"name": "attention"},
        {"name": Cells([("no", Refused(FileNotFoundError, "no.json"))])},
        PLACE,
        call=lambda name: len(checkpoints.read_table(name)) > 0,
    ),
    "remembered": Row(
        {"key": "a", "make": lambda: 1},
        {
            "key": Cells([(NAN, Refused(ValueError, "nan|NaN|Out of range"))]),
        },
        f"make {PLACE}",
        call=here(remembered),
    ),
    "replace_file": Row(
        {"content": b"a"},
        {"content": Cells([("a", Refused(TypeError, "content .* got 'a'"))])},
        PLACE,
        call=here(replaced),
    ),
    "write_card": Row({"card": CARD}, {}, f"card {PLACE}", call=lambda card: 0),
    "write_table": Row(
        {"name": "t", "table": {"a": 1.0}},
        {
            "table": Cells(
                [
                    (
                        {"a": NAN},
                        Refused(ValueError, "table .* finite.*nan|Out of range"),
                    ),
                    (
                        {"a": INF},
                        Refused(ValueError, "table .* finite.*inf|Out of range"),
                    ),
                ]
            ),
            "name": NAMES,
        },
        f"card {PLACE}",
        call=here(written),
    ),
    "as_shipped": Row(
        {"weights": {"w": M}},
        {
            "weights": Cells(
                [
                    ({"w": BIG}, Refused(ValueError, "weights .* got 1e\\+300")),
                    ({"w": M * NAN}, Refused(ValueError, "weights .* got nan")),
                    ({"w": "ab"}, Refused(TypeError, "weights .* got <U2")),
                    ({"w": M.astype(np.float16)}, "same"),
                    ({"w": jnp.asarray(M, jnp.bfloat16)}, "same"),
                    ({"w": M.astype(np.float64)}, "same"),
                    ({"w": np.float32(2)}, Gives({"w": 2})),
                    ({"w": M[:0]}, Gives({"w": M[:0]})),
                ]
            )
        },
    ),
    "quantize": Row(
        {"weights": M},
        {
            "weights": Cells(
                [
                    (BIG, Refused(ValueError, "weights .* got 1e\\+300")),
                    (np.array([[INF, 1.0]]), Refused(ValueError, "weights .* got inf")),
                    (M[0], Refused(ValueError, r"weights .* got shape \(2,\)")),
                    ("ab", Refused(ValueError, r"weights .* got shape \(\)")),
                    (M.astype(np.float64), "same"),
                    (M.astype(np.float16), "same"),
                    (1e30 * M, Gives((Q, np.array([1e30 / 127, 0])))),
                    (1e-44 * M, Gives((0 * M, 0 * M[0]))),
                    (M[:0], Gives((M[:0], M[:0, 0]))),
                ]
            )
        },
        call=lambda weights: tuple(np.asarray(x) for x in quantize(weights)),
    ),
    "dequantize": Row({"quantized": quantize(M)}, {}, "quantized: made by quantize"),
    "load": Row({}, {}, "path template: tests/checkpoints", call=lambda: 0),
    "read_config": Row({}, {}, "path: tests/checkpoints", call=lambda: 0),
    "save": Row(
        {"weights": {"w": M, "v": M[0]}, "config": Sizes()},
        {
            "weights": Cells(
                [
                    (
                        {"a.b": M, "a": {"b": M}},
                        Refused(ValueError, "weights .* got 'a.b' again"),
                    ),
                    ({"version": M}, Refused(ValueError, "weights .* got 'version'")),
                    ({"format": M[0]}, Refused(ValueError, "weights .* got 'format'")),
                    ({"config": M}, Refused(ValueError, "weights .* got 'config'")),
                    ({"w:scale": M}, Refused(ValueError, "weights .* got 'w:scale'")),
                    ({"w": M * NAN}, Refused(ValueError, "w must .* got nan")),
                    ({"v": M[0] * NAN}, Refused(ValueError, "v must .* got nan")),
                    ({"v": "ab"}, Refused(TypeError, "v must .* got <U2")),
                    ({"a.b": M, "a": {"c": M}}, Gives({"a": {"c": M}, "a.b": M}, 1e-2)),
                ]
            ),
            "config": Cells(
                [
                    ({"width": 2}, Refused(TypeError, "config .* got {'width': 2}")),
                    (Sizes, Refused(TypeError, "config .* got .*Sizes")),
                ]
            ),
        },
        "path: a place",
        call=here(kept),
    ),
}
