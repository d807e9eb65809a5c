"""Chapter 10."""

import jax
import jax.numpy as jnp
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
    Text,
    Whole,
    Words,
)
from sbt_jax import rag
from sbt_jax.embeddings import WordVectors

TWO = WordVectors(("cat", "dog"), jnp.array([[0.0, 1.0], [1.0, 0.0]]))
TEXTS = ("A cat sat.", "A dog ran.", "Tax law.")
LISTS = [["cat", "sat"], ["dog"]]
TABLE_OF = np.array([[2, 0], [3, 0.5], [0, 1]], np.float32)
MADE = rag.sorted_into(TABLE_OF, 2, 0)
THREE = np.array([[-1, 0], [0, 1], [1, 0]], np.float32)
ASKED = np.float32([[0.6, 0.8]])
CLEAN = Floats("refused", "refused", shape=None, whole=True)
SIZES = {"documents": Whole(3), "width": Whole(1), "steps": Whole(1)}
NO_LIST = Cells(
    [
        ("ab", TypeError),
        (None, TypeError),
        (5, TypeError),
        (["ab"], Refused(TypeError, "documents .* got 'ab'")),
        ([["a", 5]], Refused(TypeError, "documents .* got 5")),
    ]
)
GAINS = Cells(
    [
        ("ab", TypeError),
        (None, TypeError),
        (["a"], TypeError),
        ([1.0, float("nan")], Refused(ValueError, "gains .* got nan")),
        ([1.0, float("inf")], Refused(ValueError, "gains .* got inf")),
        ([1, -2], Refused(ValueError, "gains .* got -2")),
        ([[1, 2]], Refused(ValueError, r"gains .* got \(1, 2\)")),
        ([], Gives([])),
        (np.int8([3, 2]), "same"),
    ]
)


def a_list(name):
    return Cells(
        [
            (None, TypeError),
            ("ab", TypeError),
            ([True], Refused(TypeError, f"{name} .* got True")),
            ([float("nan")], Refused(TypeError, f"{name} .* got nan")),
            ([[1, 2]], Refused(ValueError, rf"{name} .* got shape \(1, 2\)")),
        ]
    )


TABLE = {
    "probed": Row(
        {"cells": MADE, "query": np.float32([1, 0]), "count": 2, "probes": 1},
        {
            "query": Floats("refused", "refused", whole=True),
            "count": [Whole(), Cells([(0, Gives(([], 2 / 3)))])],
            "probes": Whole(1, 2),
        },
        "cells: made by sorted_into",
    ),
    "recall_by_probes": Row(
        {
            "table": TABLE_OF,
            "cells": 2,
            "probes": (1, 2),
            "queries": 2,
            "seed": 0,
            "count": 1,
        },
        {
            "table": Floats("refused", "refused", shape=None),
            "cells": Whole(1, 3),
            "probes": [
                Ids(3, low=1, array=False, empty=Gives([])),
                a_list("probes"),
            ],
            "queries": Whole(1, 3),
            "seed": Whole(),
            "count": Whole(1, 3),
        },
    ),
    "sorted_into": Row(
        {"table": TABLE_OF, "cells": 2, "seed": 0},
        {
            "table": [
                CLEAN,
                Cells([(np.ones(3), Refused(ValueError, r"table .* got \(3,\)"))]),
            ],
            "cells": Whole(1, 3),
            "seed": Whole(),
        },
    ),
    "chunked": Row(
        {"documents": TEXTS, "size": 2, "overlap": 1},
        {
            "documents": Words(empty=Gives([])),
            "size": Whole(1),
            "overlap": Whole(0, 1),
        },
    ),
    "chunked of nothing": Row(
        {"documents": (), "size": 2, "overlap": 1},
        {"size": Whole(1), "overlap": Whole(0, 1)},
        call=rag.chunked,
    ),
    "spans": Row(
        {"count": 9, "size": 4, "overlap": 2},
        {
            "count": [Whole(), Cells([(0, Gives([]))])],
            "size": Whole(1),
            "overlap": Whole(0, 3),
        },
    ),
    "words": Row(
        {"text": "A cat", "signs": False},
        {"text": [Text(), Cells([("", Gives([]))])]},
        "signs: a switch",
    ),
    "stem": Row({"word": "costs"}, {"word": [Text(), Cells([("", Gives(""))])]}),
    "terms": Row({"found": ["the", "cats"]}, {"found": Words(empty=Gives([]))}),
    "within": Row(
        {"costs": [5, 5], "budget": 9},
        {
            "costs": [Ids(array=False, empty=Gives(0)), a_list("costs")],
            "budget": [Whole(), Cells([(0, Gives(0)), (10, Gives(2))])],
        },
    ),
    "cited": Row(
        {"answer": "A cat sat.", "passages": TEXTS},
        {
            "answer": [Text(), Cells([("", Gives([]))])],
            "passages": Words(empty=Gives([])),
        },
    ),
    "common_direction": Row(
        {"table": TABLE_OF},
        {
            "table": [
                CLEAN,
                Floats("refused", "refused", Gives(np.zeros(0)), None, None),
                Cells([(np.ones(3), Refused(ValueError, r"table .* got \(3,\)"))]),
            ]
        },
    ),
    "max_sim": Row(
        {"query": TABLE_OF[:2], "document": THREE, "weights": np.float32([1, 0.5])},
        {
            "query": [
                Floats(shape=None, whole=True),
                Cells([(THREE, Refused(ValueError, r"weights .* got \(2,\)"))]),
            ],
            "document": [
                Floats(whole=True),
                Cells([(THREE[:0], Gives(0.0))]),
            ],
            "weights": [Floats(whole=True), Cells([(None, ("as", np.ones(2)))])],
        },
    ),
    "mean_vector": Row(
        {"words": ["cat", "dog"], "vectors": TWO, "weights": {"cat": 0.5}},
        {
            "words": Words(empty=Gives(np.zeros(2))),
            "weights": Cells(
                [
                    (None, TypeError),
                    ("ab", TypeError),
                    ({"cat": "1"}, Refused(TypeError, "weights .* got '1'")),
                    ({"cat": True}, Refused(TypeError, "weights .* got True")),
                    ({"cat": float("nan")}, Refused(ValueError, "weights .* got nan")),
                    ({"cat": float("inf")}, Refused(ValueError, "weights .* got inf")),
                    ({"cat": -1}, Refused(ValueError, "weights .* got -1")),
                    ({}, Gives(np.array([0.5, 0.5]))),
                ]
            ),
        },
        "vectors: checks itself",
    ),
    "sif_weights": Row(
        {"documents": LISTS, "rare": 0.25},
        {
            "documents": [NO_LIST, Cells([([], Gives({}))])],
            "rare": Number(0, above=True),
        },
    ),
    "fused": Row(
        {"rankings": [[7, 8, 9], [8, 5]], "constant": 60},
        {
            "rankings": Cells(
                [
                    ("ab", TypeError),
                    (None, TypeError),
                    (5, TypeError),
                    ([5], Refused(ValueError, r"rankings .* got shape \(\)")),
                    (["ab"], Refused(TypeError, "rankings .* got 'ab'")),
                    ([[1.5]], Refused(TypeError, "rankings .* got 1.5")),
                    ([[True]], Refused(TypeError, "rankings .* got True")),
                    ([[-1]], Refused(ValueError, "rankings .* got -1")),
                    ([[1, 1]], Refused(ValueError, r"rankings .* got \[1, 1\]")),
                    ([], Gives([])),
                    ([np.uint8([7, 8, 9]), (8, 5)], "same"),
                ]
            ),
            "constant": Number(0),
        },
    ),
    "top": Row(
        {"scores": np.float32([3, 1, 3, 0]), "count": 3, "positive": True},
        {
            "scores": [
                Floats("refused", Gives([0, 2, 1]), Gives([]), shape=None, whole=True),
                Cells(
                    [
                        (np.uint8([3, 1, 3, 0]), "same"),
                        (np.int8([127, -128, 0, 1]), Gives([0, 3])),
                        (np.array([False, True]), Gives([1])),
                        (np.ones((2, 2)), Refused(ValueError, r"scores .* got \(2, 2")),
                        (None, TypeError),
                    ]
                ),
            ],
            "count": [Whole(), Cells([(0, Gives([]))])],
        },
        "positive: a switch",
    ),
    "bm25": Row(
        {
            "index": rag.lexical_index(LISTS),
            "query": ["cat"],
            "k1": 1.2,
            "b": 0.75,
            "kind": "lucene",
        },
        {
            "query": Words(empty=Gives(np.zeros(2))),
            "k1": Number(0),
            "b": Number(0, 1),
            "kind": One(),
        },
        "index: made by lexical_index",
    ),
    "bm25 of nothing": Row(
        {"index": rag.lexical_index(LISTS), "query": []},
        {"kind": One()},
        call=rag.bm25,
    ),
    "idf": Row(
        {"documents": 5, "holding": 1, "kind": "lucene"},
        {"documents": Whole(1), "holding": Whole(0, 5), "kind": One()},
    ),
    "lexical_index": Row(
        {"documents": LISTS},
        {"documents": [NO_LIST, Cells([([], ValueError)])]},
        call=lambda documents: rag.lexical_index(documents).lengths,
    ),
    "Library": Row(
        {"passages": TEXTS, "vectors": TWO, "signs": False},
        {
            "passages": Words(empty=Refused(ValueError, r"passages .* got \[\]")),
            "vectors": Cells([(None, TypeError), ({}, TypeError)]),
        },
        "signs, stemmed: switches",
        call=lambda **given: (rag.Library(**given), 1.0)[1],
    ),
    "ranked": Row(
        {
            "library": rag.Library(TEXTS, TWO),
            "question": "Which cat?",
            "search": "dense",
            "count": 2,
            "k1": 1.2,
            "b": 0.75,
        },
        {
            "question": [Text(), Cells([("", Gives([]))])],
            "search": One(),
            "count": [Whole(), Cells([(0, Gives([]))])],
            "k1": Number(0),
            "b": Number(0, 1),
        },
        "library: checks itself",
    ),
    "free_vectors": Row(
        {"key": jax.random.key(0), "documents": 3, "width": 2, "steps": 2},
        SIZES,
        "key: a key",
    ),
    "lead": Row(
        {"queries": ASKED, "table": THREE, "pairs": np.array([[1, 2]])},
        {
            "queries": [
                Floats(shape=None),
                Cells([(ASKED[0], Refused(ValueError, r"queries .* got \(2,\)"))]),
            ],
            "table": Floats(whole=True),
            "pairs": Ids(3, shape=True),
        },
    ),
    "on_a_circle": Row(
        {"angles": np.float32([0, 1, 3, 2])},
        {
            "angles": [
                Floats("refused", "refused", Gives([]), shape=None, whole=True),
                Cells([(TABLE_OF, Refused(ValueError, r"angles .* got \(3, 2\)"))]),
            ]
        },
    ),
    "pairs_of": Row({"documents": 3}, {"documents": Whole(3)}),
    "solved": Row(
        {
            "keys": jax.random.split(jax.random.key(0), 2),
            "documents": 3,
            "width": 2,
            "steps": 2,
        },
        SIZES,
        "keys: keys",
    ),
    "bootstrap": Row(
        {"values": np.float32([0, 1, 1]), "seed": 0, "draws": 20, "share": 0.9},
        {
            "values": [
                Floats("refused", "refused", "refused", shape=None, whole=True),
                Cells(
                    [
                        (None, TypeError),
                        (TABLE_OF, Refused(ValueError, r"values .* got \(3, 2\)")),
                        ([False, True, True], "same"),
                    ]
                ),
            ],
            "seed": Whole(),
            "draws": Whole(1),
            "share": Number(0, 1, above=True, below=True),
        },
    ),
    "dcg": Row(
        {"gains": [3, 2], "base": 2},
        {"gains": GAINS, "base": Number(1, above=True)},
    ),
    "ndcg": Row(
        {"gains": [3, 2], "base": 2},
        {"gains": GAINS, "base": Number(1, above=True)},
    ),
    "recall_at": Row(
        {"ranking": [4, 2, 9], "right": [2, 9], "count": 2},
        {
            "ranking": [Ids(array=False, empty=Gives(0.0)), a_list("ranking")],
            "right": [
                Ids(array=False, empty=Refused(ValueError, r"right .* got \[\]")),
                a_list("right"),
                Cells([({2, 9}, "same"), (np.array([2, 9]), "same")]),
            ],
            "count": [Whole(), Cells([(0, Gives(0.0)), (99, Gives(1.0))])],
        },
    ),
    "reciprocal_rank": Row(
        {"ranking": [4, 2, 9], "right": [2, 9]},
        {
            "ranking": [Ids(array=False, empty=Gives(0.0)), a_list("ranking")],
            "right": [
                Ids(array=False, empty=Gives(0.0)),
                a_list("right"),
                Cells([({2, 9}, "same")]),
            ],
        },
    ),
}
