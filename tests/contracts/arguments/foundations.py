"""Chapter 1."""

import numpy as np

from contracts.arguments.kinds import (
    INF,
    NAN,
    Cells,
    Floats,
    Gives,
    Ids,
    Number,
    Refused,
    Row,
    Seen,
    Whole,
)
from sbt_jax.foundations import Probe, count_ngrams

P = np.array([0.5, 0.25, 0.25], np.float32)
Q = np.array([0.25, 0.5, 0.25], np.float32)
COUNTS = count_ngrams([[0, 1, 2, 1]], order=2, vocab_size=3)
X = np.array([[0.0, 1], [0, 2], [3, 0], [4, 0]], np.float32)
Y = np.array([0, 0, 1, 1])
PROBE = Probe(*(np.asarray(x, np.float32) for x in (np.eye(2), [0, 0], [0, 0], 1.0)))


def coin(tokens):
    return np.array([0.5, 0.5, 0.0])


def half():
    return 0.5


TABLE = {
    "entropy": Row({"p": P}, {"p": Floats(shape=None, empty=Gives(0.0))}),
    "cross_entropy": Row(
        {"p": P, "q": Q},
        {
            "p": [Floats(shape=None), Cells([(np.float32([-1, 1, 1]), Seen())])],
            "q": [Floats(), Cells([(np.float32([1, 0, 0]), Gives(INF))])],
        },
    ),
    "kl_divergence": Row(
        {"p": P, "q": Q},
        {
            "p": [Floats(shape=None), Cells([(Q, Gives(0.0, 1e-6))])],
            "q": [Floats(), Cells([(np.float32([1, 0, 0]), Gives(INF))])],
        },
    ),
    "perplexity": Row(
        {"nats": 1.0},
        {
            "nats": [
                Number(0, inf=Gives(INF)),
                Cells([(710.0, Gives(INF)), (709.0, Gives(np.exp(709.0)))]),
                Cells([(np.float16(1), Gives(np.e)), (0, Gives(1.0))]),
            ]
        },
    ),
    "word_gap": Row(
        {"truth": {"a": 0.5, "b": 0.5}, "model": {"a": 0.25, "b": 0.75}},
        {
            "truth": Cells(
                [
                    ({"a": NAN, "b": 0.5}, Refused(ValueError, "truth.*'a'.*got nan")),
                    ({"a": 1.5, "b": 0}, Refused(ValueError, "truth.*'a'.*got 1.5")),
                    ({"a": 0.5}, Refused(ValueError, "truth must sum to 1, got 0.5")),
                    ({"c": 1.0}, Refused(ValueError, "model.*got none for.*c")),
                    ({"a": "1"}, Refused(TypeError, "truth.*'a'.*got '1'")),
                    ({"a": 1.0, "b": 0.0}, Gives(np.log(4))),
                ]
            ),
            "model": Cells(
                [
                    ({"a": 0.5, "b": 0.0}, Gives(INF)),
                    ({"a": 0.5, "b": 0.5}, Gives(0.0)),
                    ({"a": NAN, "b": 0.5}, Refused(ValueError, "model.*'a'.*got nan")),
                    ({"a": -1, "b": 0.5}, Refused(ValueError, "model.*'a'.*got -1")),
                ]
            ),
        },
    ),
    "count_ngrams": Row(
        {"sequences": [[0, 1, 2, 1]], "order": 2, "vocab_size": 3},
        {
            "sequences": Cells(
                [
                    ([[0, 1.5]], Refused(TypeError, "ids must be integers, got 1.5")),
                    ([[0, 3]], Refused(ValueError, r"ids must be in 0\.\.2, got 3")),
                    ([[0, -1]], Refused(ValueError, r"ids must be in 0\.\.2, got -1")),
                    (["ab"], Refused(TypeError, "ids must be integers, got 'ab'")),
                    ([], Refused(ValueError, "sequences must have two tokens .* none")),
                    ([[[0, 1], [1, 2]]], Refused(ValueError, r"ids .* got shape")),
                ]
            ),
            "order": Whole(1),
            "vocab_size": Whole(1),
        },
    ),
    "ngram_log_probs": Row(
        {
            "ngrams": COUNTS,
            "tokens": np.array([0, 1, 2]),
            "order": 2,
            "vocab_size": 3,
        },
        {
            "tokens": Ids(3, empty=Refused(ValueError, r"tokens .* got \[\]")),
            "order": Whole(1, 2),
            "vocab_size": Whole(1),
        },
        "ngrams: made by count_ngrams",
    ),
    "ngram_probs": Row(
        {"ngrams": COUNTS, "context": np.array([0, 1]), "vocab_size": 3},
        {
            "context": Ids(3, empty=Refused(ValueError, "context .* got none")),
            "vocab_size": Whole(1),
        },
        "ngrams: made by count_ngrams",
    ),
    "fit_probe": Row(
        {"features": X, "labels": Y, "classes": 2, "penalty": 0.1, "steps": 3},
        {
            "features": [
                Floats("refused", "refused", shape=None, half=None),
                Cells([(X.astype(np.float16), ("same", 0.1))]),
            ],
            "labels": Ids(2, shape=True, types=False),
            "classes": Whole(2),
            "penalty": Number(0, above=True),
            "steps": Whole(1),
        },
    ),
    "probe_accuracy": Row(
        {"probe": PROBE, "features": X, "labels": Y},
        {
            "features": Floats("refused", "refused", shape=None),
            "labels": Ids(2, shape=True),
        },
        "probe: made by fit_probe",
    ),
    "generate_words": Row(
        {"draw": half, "next_probs": coin, "start": [1], "steps": 2, "stop": 9},
        {
            "draw": Cells(
                [
                    (lambda: 1.0, Refused(ValueError, r"draw\(\) .* got 1.0")),
                    (lambda: NAN, Refused(ValueError, r"draw\(\) .* got nan")),
                    (lambda: -0.1, Refused(ValueError, r"draw\(\) .* got -0.1")),
                    (lambda: "a", Refused(TypeError, r"draw\(\) .* got 'a'")),
                    (lambda: 1 - 2**-53, Gives([1, 1, 1])),
                ]
            ),
            "next_probs": Cells(
                [
                    (lambda _: [NAN, 1], Refused(ValueError, "next_probs .* got nan")),
                    (lambda _: [-1, 2], Refused(ValueError, "next_probs .* got -1")),
                    (lambda _: [0, 0], Refused(ValueError, "next_probs .* got 0")),
                    (lambda _: [INF, 1], Refused(ValueError, "next_probs .* got inf")),
                ]
            ),
            "start": Ids(array=False, empty=Gives([1, 1])),
            "steps": Whole(),
            "stop": Whole(none=True),
        },
    ),
}
