"""Chapter 2."""

import numpy as np

from contracts.arguments.kinds import (
    Cells,
    Gives,
    Ids,
    One,
    Refused,
    Row,
    Text,
    Whole,
)
from sbt_jax import tokenization
from sbt_jax.tokenization import PATTERN, Tokenizer

AB = Tokenizer(((97, 98),), ("<end>",))
BYTES = {bytes([i]): i for i in range(256)}
IDS = [
    Ids(258, array=False, empty=Gives("")),
    Cells(
        [(5, Refused(TypeError, "ids .* got 5")), ([True], Refused(TypeError, "ids"))]
    ),
    Cells([(np.array([256]), Gives("ab"))]),
]
MERGES = [Whole(), Cells([(0, Gives(256)), (99, Gives(258))])]
PATTERNS = Cells(
    [
        ("(", Refused(ValueError, r"pattern .* got '\('")),
        ("(a)", Refused(ValueError, r"pattern .* got '\(a\)'")),
        (5, Refused(TypeError, "pattern .* got 5")),
    ]
)


def of(name):
    """How many tokens the tokenizer has that is made."""

    def call(**given):
        return getattr(tokenization, name)(**given).vocab_size

    return call


TABLE = {
    "encode": Row(
        {"tokenizer": AB, "text": "ab", "allow_special": False},
        {"text": [Text(), Cells([("", Gives([]))])]},
        "tokenizer allow_special: checks itself, a switch",
    ),
    "encode_bytes": Row(
        {"tokenizer": AB, "data": b"ab"},
        {
            "data": Cells(
                [
                    ("ab", Refused(TypeError, "data must be bytes, got str")),
                    (5, Refused(TypeError, "data must be bytes, got int")),
                    (b"", Gives([])),
                ]
            )
        },
        "tokenizer: checks itself",
    ),
    "decode": Row(
        {"tokenizer": AB, "ids": [256], "errors": "strict"},
        {"ids": IDS},
        "tokenizer errors: checks itself, as of bytes.decode",
    ),
    "decode_bytes": Row(
        {"tokenizer": AB, "ids": [256]},
        {"ids": [Ids(258, array=False, empty=Gives(b"")), Cells([(5, TypeError)])]},
        "tokenizer: checks itself",
    ),
    "load": Row({"path": "no"}, {}, "path: tests/tokenization", call=lambda path: 0),
    "save": Row(
        {"tokenizer": AB, "path": "no"},
        {},
        "tokenizer path: tests/tokenization",
        call=lambda **_: 0,
    ),
    "from_ranks": Row(
        {"ranks": BYTES | {b"ab": 256}, "pattern": PATTERN},
        {
            "ranks": Cells(
                [
                    ({b"ab": 0}, Refused(ValueError, "ranks .* got .*ab")),
                    (BYTES | {b"abc": 256}, Refused(ValueError, "ranks.*abc")),
                    (BYTES | {"ab": 256}, Refused(TypeError, "ranks .* got 'ab'")),
                    (BYTES | {b"ab": 256.0}, Refused(TypeError, "ranks.*got 256.0")),
                    (BYTES | {b"ab": -1}, Refused(ValueError, "ranks.*got -1")),
                ]
            ),
            "pattern": PATTERNS,
        },
        call=of("from_ranks"),
    ),
    "merge_steps": Row(
        {"text": "ab ab", "num_merges": 2, "tie_break": "lowest ids"},
        {"text": Text(), "num_merges": Whole(), "tie_break": One()},
    ),
    "reference_text": Row({}, {}),
    "shortest_segmentation": Row(
        {"tokenizer": AB, "word": "ab"},
        {
            "word": Cells(
                [
                    (5, TypeError),
                    (None, TypeError),
                    ([97], TypeError),
                    (b"ab", Gives([256])),
                    ("", Gives([])),
                ]
            )
        },
        "tokenizer: checks itself",
    ),
    "train": Row(
        {
            "text": "ab ab",
            "num_merges": 2,
            "special_tokens": (),
            "pattern": PATTERN,
            "min_count": 1,
        },
        {
            "text": Cells(
                [
                    (5, TypeError),
                    (None, TypeError),
                    (b"ab", TypeError),
                    ([5], Refused(TypeError, "text must be a str, got int")),
                    ([], Gives(256)),
                    (["ab", "ab"], Gives(257)),
                ]
            ),
            "num_merges": MERGES,
            "special_tokens": Cells(
                [
                    ("ab", Refused(TypeError, "special_tokens .* got 'ab'")),
                    ([5], Refused(TypeError, "special_tokens .* got 5")),
                    (
                        ["a", "a"],
                        Refused(ValueError, r"special_tokens\[1\] .* got 'a'"),
                    ),
                ]
            ),
            "pattern": PATTERNS,
            "min_count": Whole(1),
        },
        call=of("train"),
    ),
    "train_naive": Row(
        {"text": "ab ab", "num_merges": 2},
        {"text": Text(), "num_merges": MERGES},
        call=of("train_naive"),
    ),
    "train_batched": Row(
        {"text": "ab ab", "num_merges": 2, "batch": 1},
        {"text": Text(), "num_merges": MERGES, "batch": Whole(1)},
        call=of("train_batched"),
    ),
    "merge_bytes": Row(
        {"word": b"ab", "ranks": {(97, 98): 256}},
        {
            "word": Cells(
                [("ab", TypeError), (5, TypeError), (b"", Gives([])), ([97], TypeError)]
            )
        },
        "ranks: of a tokenizer, which checks them",
    ),
    "merge_pair": Row(
        {"ids": [97, 98], "pair": (97, 98), "new": 256},
        {
            "pair": Cells(
                [
                    ((97,), Refused(ValueError, "pair .* got")),
                    ([97, 98], Gives([256])),
                ]
            )
        },
        "ids new: whatever they are, they are only compared and copied",
    ),
    "Tokenizer": Row(
        {"merges": ((97, 98),), "special_tokens": ("<end>",), "pattern": PATTERN},
        {
            "merges": Cells(
                [
                    (
                        ((97, 98.5),),
                        Refused(TypeError, r"merges\[0\] .* got \(97, 98.5\)"),
                    ),
                    (
                        ((97, 256),),
                        Refused(ValueError, r"merges\[0\] .* got \(97, 256\)"),
                    ),
                    (
                        ((-1, 97),),
                        Refused(ValueError, r"merges\[0\] .* got \(-1, 97\)"),
                    ),
                    (((97, 98),) * 2, Refused(ValueError, r"merges\[1\] repeats")),
                    (((97,),), Refused(TypeError, r"merges\[0\] .* got \(97,\)")),
                ]
            ),
            "special_tokens": Cells(
                [
                    ("ab", Refused(TypeError, "special_tokens .* got 'ab'")),
                    (("",), Refused(ValueError, r"special_tokens\[0\] .* got ''")),
                ]
            ),
            "pattern": PATTERNS,
        },
        call=of("Tokenizer"),
    ),
    "Tokenizer.first": Row({"n": 1}, {"n": Whole(0, 1)}, call=AB.first),
    "pretokenize": Row(
        {"text": "ab", "pattern": PATTERN},
        {"text": Text(), "pattern": PATTERNS},
    ),
}
