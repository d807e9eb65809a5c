"""Chapter 13."""

import numpy as np

from contracts.arguments.kinds import (
    Cells,
    Floats,
    Gives,
    Ids,
    Number,
    Refused,
    Row,
    Text,
    Whole,
    Words,
)

SURE = np.array([0.5, 0.25, 0.75], np.float32)
RIGHT = np.array([True, False, True])
WEIGHTS = np.array([1.0, 2.0, 1.0], np.float32)
LOGS = np.log(np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]], np.float32))
PLAIN = {"confidence": SURE, "right": RIGHT}
# Another length of the first shows where the second no longer matches.
OTHER = Refused(ValueError, r"right.*got")
MANY = Cells(
    [
        (np.tile(SURE, 2), OTHER),
        (np.array([[0.5, 0.5, 0.5]]), Refused(ValueError, "confidence.*got")),
        ([], Refused(ValueError, "confidence must not be empty")),
        (SURE + 1, Refused(ValueError, r"confidence .*got 1\.")),
    ]
)
BAD = {"nan": "refused", "inf": "refused", "shape": None}
COLUMNS = {
    "confidence": [Floats(**BAD), MANY],
    "right": Cells(
        [
            (np.array([0, 1, 2]), Refused(ValueError, "right .*got 2")),
            (RIGHT[:2], Refused(ValueError, "right.*got")),
            ("ab", Refused(TypeError, "right.*got 'ab'")),
        ]
    ),
}
WEIGHED = Cells(
    [
        (-WEIGHTS, Refused(ValueError, "weights .*got -2")),
        (WEIGHTS[:2], Refused(ValueError, "weights.*got")),
        (np.zeros(3), Refused(ValueError, "weights .*got 0")),
        (np.array([1.0, np.nan, 1.0]), Refused(ValueError, "weights .*got nan")),
    ]
)
LOGITS = Floats(nan="refused", inf="refused", shape=None, empty="refused")
FLAG = "mass debias: any truth value"

TABLE = {
    "reliability": Row(
        PLAIN | {"bins": 2, "weights": WEIGHTS, "mass": False},
        COLUMNS | {"bins": Whole(1), "weights": WEIGHED},
        FLAG,
    ),
    "calibration_error": Row(
        PLAIN
        | {
            "bins": 2,
            "weights": WEIGHTS,
            "mass": False,
            "norm": "l2",
            "debias": False,
        },
        COLUMNS
        | {
            "bins": Whole(1),
            "weights": WEIGHED,
            "norm": Cells([("l3", ValueError), (None, ValueError)]),
        },
        FLAG,
    ),
    "brier": Row(PLAIN | {"weights": WEIGHTS}, COLUMNS | {"weights": WEIGHED}),
    "with_temperature": Row(
        {"log_probs": LOGS, "t": 0.5},
        {
            "log_probs": [
                LOGITS,
                Cells([(LOGS[0], Refused(ValueError, "log_probs.*got"))]),
            ],
            "t": [
                Number(0, above=True),
                Cells([(1e-300, Gives([[1, 0, 0], [0, 1, 0]]))]),
            ],
        },
    ),
    "fit_temperature": Row(
        {"log_probs": LOGS, "truth": np.array([0, 2]), "weights": WEIGHTS[:2]},
        {
            "log_probs": Floats(nan="refused", inf="refused", shape=None),
            "truth": Ids(3, types=False),
            "weights": Cells([(WEIGHTS, Refused(ValueError, "weights.*got"))]),
        },
    ),
    "penalty_for": Row({"t": 0.5}, {"t": Number(0, 1, below=True)}),
    "sit": Row(
        PLAIN | {"threshold": 0.5, "penalty": 1.0, "weights": WEIGHTS},
        COLUMNS | {"threshold": Number(0), "penalty": Number(0), "weights": WEIGHED},
    ),
    "risk_coverage": Row(PLAIN, COLUMNS),
    "auroc": Row(
        {"score": SURE, "positive": RIGHT},
        {
            "score": [
                Floats(**BAD),
                Cells([(SURE[:2], Refused(ValueError, "right.*got"))]),
            ],
            "positive": Cells(
                [
                    (RIGHT | True, Refused(ValueError, "positive must hold both")),
                    (np.array([0, 1, 2]), Refused(ValueError, "got 2")),
                ]
            ),
        },
    ),
    "f_score": Row(
        {"correct": 0.5, "wrong": 0.25},
        {"correct": Number(0, 1), "wrong": Number(0, 1)},
    ),
    "answer_entropy": Row(
        {"answers": ["a", "b"]},
        {
            "answers": Cells(
                [
                    ("ab", TypeError),
                    ([], ValueError),
                    (["a"], Gives(0.0)),
                    (["a", "b", "b", "a"], Gives(np.log(2))),
                ]
            )
        },
    ),
    "meaning": Row(
        {"text": "In Kirby.", "names": ["Ashby", "Kirby"]},
        {"text": Text(), "names": Words()},
    ),
    "singleton_share": Row(
        {"people": np.array([3, 3, 7])},
        {"people": Ids(empty=Refused(ValueError, "people must not be empty"))},
    ),
    "missing_mass": Row(
        {"law": np.array([0.5, 0.25, 0.25]), "people": np.array([0, 2])},
        {
            "law": Cells(
                [
                    (np.array([0.5, 0.25]), Refused(ValueError, "law .*got 0.75")),
                    (np.array([1.5, -0.5, 0]), Refused(ValueError, "law must add up")),
                    (np.array([np.nan, 1.0]), Refused(ValueError, "law .*got nan")),
                    ("ab", Refused(TypeError, "law.*got 'ab'")),
                ]
            ),
            "people": Ids(3),
        },
    ),
    "singleton_bounds": Row(
        {"singletons": 0.5, "read": 1000, "wrong": 143, "miscalibration": 0.1},
        {
            "singletons": Number(0, 1),
            "read": Whole(1),
            "wrong": Whole(1),
            "miscalibration": Number(0, 1),
        },
    ),
}
