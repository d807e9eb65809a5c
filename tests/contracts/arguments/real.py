"""The published model: its functions, on a tiny file of its kind."""

import atexit
import shutil
import tempfile
from pathlib import Path

import numpy as np

from contracts.arguments.kinds import Cells, Ids, Refused, Row, Text, Whole
from real.tiny import write_tiny
from sbt_jax import real
from sbt_jax.tokenization import Tokenizer

FOLDER = Path(tempfile.mkdtemp())
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
PATH = write_tiny(FOLDER / "tiny.gguf")
FILE = real.read_gguf(PATH)
MODEL, CONFIG, TOKENIZER = real.load(PATH)
PATHS = Cells(
    [
        (FOLDER / "none", Refused(FileNotFoundError, "none")),
        (FOLDER, Refused(OSError, "directory|denied")),
        (__file__, Refused(ValueError, "real.py: expected a GGUF file, got one")),
        (5, Refused(TypeError, "int")),
    ]
)
ORDERS = Cells(
    [
        ((97, 97), Refused(ValueError, "order must name each number once, got 97")),
        ((258,), Refused(ValueError, "order must name each number once, got 258")),
        ((-1,), Refused(ValueError, "order must name each number once, got -1")),
    ]
)
MARKS = Cells(
    [(Tokenizer(()), Refused(ValueError, r"tokenizer .* marks of a chat, got \[\]"))]
)


def vocab_of(make):
    return lambda **given: make(**given).vocab_size


TABLE = {
    "find": Row({}, {}, call=lambda: 0),  # where no package is, it has nothing to give
    "load": Row(
        {"path": PATH, "stacked": False},
        {"path": PATHS},
        "stacked: a switch",
        call=lambda **given: real.load(**given).model.norm,
    ),
    "read_gguf": Row(
        {"path": PATH}, {"path": PATHS}, call=lambda path: len(real.read_gguf(path))
    ),
    "tensor_values": Row(
        {"file": FILE, "name": "output_norm.weight"},
        {"name": Cells([("none", Refused(KeyError, "none"))])},
        "file: made by read_gguf",
    ),
    "read_tokenizer": Row(
        {"file": FILE},
        {},
        "file: made by read_gguf",
        call=vocab_of(real.read_tokenizer),
    ),
    "FileTokenizer": Row(
        {
            "merges": ((97, 98),),
            "special_tokens": ("<end>",),
            "pattern": TOKENIZER.pattern,
            "order": (257, 97, 98, 256),
        },
        {"order": ORDERS},
        "merges special_tokens pattern: checked as those of Tokenizer",
        call=vocab_of(real.FileTokenizer),
    ),
    "chat": Row(
        {"tokenizer": TOKENIZER, "question": "Hi!", "system": "Be kind."},
        {"question": Text(), "system": Text(), "tokenizer": MARKS},
    ),
    "log_probs": Row(
        {"model": MODEL, "config": CONFIG, "ids": [3, 4]},
        {
            "ids": [
                Ids(
                    CONFIG.vocab_size,
                    array=False,
                    empty=Refused(ValueError, "ids must be 1 to 256, got 0"),
                ),
                Cells(
                    [
                        ([1] * 257, Refused(ValueError, "ids .* got 257")),
                        (np.array([3, 4]), "same"),
                    ]
                ),
            ]
        },
        "model config: made by load",
    ),
    "next_tokens": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "tokenizer": TOKENIZER,
            "text": "The",
            "count": 2,
        },
        {
            "text": [
                Text(),
                Cells([("", Refused(ValueError, "text must not be empty, got ''"))]),
            ],
            "count": Whole(1, CONFIG.vocab_size),
        },
        "model config tokenizer: made by load",
        call=lambda **given: [share for _, share in real.next_tokens(**given)],
    ),
}
