"""Chapter 16."""

import jax
import numpy as np

from contracts.arguments import kinds
from contracts.arguments.kinds import Number, Refused, Row, Text, Whole
from sbt_jax.evaluation import votes


class Cells(kinds.Cells):
    """Values of several numbers: the one that is wrong is named, not all of them."""

    def cells(self, name, good):
        for value, expected in self.pairs:
            if isinstance(expected, type):
                expected = Refused(expected, rf"(?s){name}.*got")
            yield kinds.Cell(repr(value)[:30], value, expected)


BATTLES = votes([0, 1, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0])
NAN = float("nan")
SCORES = Cells(
    [
        ([1.0], Refused(ValueError, "must be 2 scores or more, got")),
        ([[1, 0]], Refused(ValueError, "must be 2 scores or more, got")),
        ([1.0, NAN], Refused(ValueError, "must be finite, got nan")),
        ("10", TypeError),
    ]
)
PROGRAM = Cells(
    [
        ([], Refused(ValueError, "program must .* got")),
        (["eval"], Refused(ValueError, "program must .* got 'eval'")),
        ("sort", Refused(TypeError, "program must .* got 'sort'")),
    ]
)
PAIRS = [((1, 2, 3, 4), (1,))] * 3
SIZES = {"drawn": 5, "passed": 2, "k": 3}
SHARES = {"one": 0.7, "other": 0.6, "questions": 50, "correlation": 0.1}
SHARED = {
    "one": Number(0, 1),
    "other": Number(0, 1),
    "questions": Whole(1),
    "correlation": Number(-1, 1),
}
RUN = {"source": "def solve(x): return x", "seconds": 0.5, "megabytes": 64}
LIMITS = {
    "source": Text(),
    "seconds": Cells([(0, ValueError), ("1", TypeError), (61, ValueError)]),
    "megabytes": Cells([(15, ValueError), (1.5, TypeError)]),
}

TABLE = {
    "votes": Row(
        {"first": [0], "second": [1], "won": [1.0], "style": [[0.5]]},
        {
            "first": Cells([([], ValueError), ([0.5], TypeError), ([-1], ValueError)]),
            "second": Cells(
                [([0], Refused(ValueError, "another than first")), ([1, 2], ValueError)]
            ),
            "won": Cells([([2.0], ValueError), ([NAN], ValueError)]),
            "style": Cells([([1.0], ValueError), ([[NAN]], ValueError)]),
        },
    ),
    "bradley_terry": Row(
        {"battles": BATTLES, "count": 2, "prior": 0.1},
        {
            "count": Cells([(1, ValueError), (2.0, TypeError)]),
            "prior": Number(0),
        },
        "battles: checked by votes",
    ),
    "bootstrap": Row(
        {
            "key": jax.random.key(0),
            "battles": BATTLES,
            "count": 2,
            "draws": 2,
            "prior": 0.1,
        },
        {"count": Cells([(1, ValueError)]), "draws": Whole(1)},
        "key battles prior: checked by votes and bradley_terry",
    ),
    "elo": Row(
        {"battles": BATTLES, "count": 2, "k": 4.0, "start": 1000.0},
        {"count": Cells([(1, ValueError)]), "k": Number(0, above=True)},
        "battles start: checked by votes; any number",
    ),
    "expected": Row(
        {"one": 1000.0, "other": 1100.0},
        {"one": Cells([("1", TypeError)]), "other": Cells([(None, TypeError)])},
    ),
    "quiz_prompt": Row(
        {"question": "Who?", "options": ["A", "B"]},
        {
            "question": Text(),
            "options": Cells([(["A"], ValueError), ("AB", TypeError)]),
        },
    ),
    "chosen": Row(
        {"log_probs": np.array([[-1.0, -2.0]]), "tokens": np.array([[1, 2]])},
        {
            "log_probs": Cells(
                [
                    (np.array([-1.0]), ValueError),
                    (np.array([[NAN, 0.0]]), ValueError),
                ]
            ),
            "tokens": Cells(
                [
                    (np.array([[0, 1]]), ValueError),
                    (np.array([[1]]), ValueError),
                    (np.array([[1.5, 2]]), TypeError),
                ]
            ),
        },
    ),
    "named": Row(
        {"text": "In Kirby.", "values": ["Kirby"]},
        {"text": Text(), "values": Cells([("Kirby", TypeError)])},
    ),
    "run_program": Row(
        {"program": ["sort"], "digits": [1, 2]},
        {
            "program": PROGRAM,
            "digits": Cells([([10], ValueError), ([1] * 5, ValueError)]),
        },
    ),
    "solves": Row(
        {"program": ["sort"], "pairs": PAIRS},
        {"program": PROGRAM},
        "pairs: run by run_program",
    ),
    "python_source": Row({"program": ["sort"]}, {"program": PROGRAM}),
    "programs": Row({}, {}),
    "every_list": Row({}, {}),
    "behave": Row(
        {"program": ["sort"], "lists": np.array([[1, 2, 3, 4]])},
        {},
        "program lists: made by programs and every_list",
    ),
    "spell_problem": Row(
        {"pairs": PAIRS},
        {
            "pairs": Cells(
                [
                    (PAIRS[:2], Refused(ValueError, "pairs must be 3 .* got 2")),
                    ([((1,) * 5, ())] * 3, ValueError),
                    ([((10,), ())] * 3, ValueError),
                ]
            )
        },
    ),
    "draw_problems": Row({"seed": 0, "count": 1}, {"seed": Whole(), "count": Whole(1)}),
    "passing": Row({"pairs": PAIRS}, {}, "pairs: as spell_problem has them"),
    "program_chances": Row(
        {"logits": np.zeros((157, 27)), "temperature": 1.0},
        {
            "logits": Cells([(np.zeros((2, 27)), ValueError)]),
            "temperature": Number(0, above=True),
        },
    ),
    "same_everywhere": Row(
        {"program": ["sort"], "others": [["sort"]]}, {}, "program others: of programs"
    ),
    "standard_error": Row({"scores": [1, 0, 1]}, {"scores": SCORES}),
    "clustered_error": Row(
        {"scores": [1, 0, 1], "groups": [0, 0, 1]},
        {
            "scores": SCORES,
            "groups": Cells([([0, 1], ValueError), ([0.5, 1, 1], TypeError)]),
        },
    ),
    "paired_error": Row(
        {"one": [1, 0, 1], "other": [1, 1, 1]}, {"one": SCORES, "other": SCORES}
    ),
    "difference_error": Row(SHARES, SHARED),
    "wrong_order": Row(SHARES, SHARED),
    "ngrams": Row({"text": "a b", "size": 1}, {"text": Text(), "size": Whole(1)}),
    "overlaps": Row(
        {"items": ["a"], "corpus": ["a"], "size": 1},
        {
            "items": Cells([("a", TypeError)]),
            "corpus": Cells([("a", TypeError), ([1], TypeError)]),
            "size": Whole(1),
        },
    ),
    "pass_at_k": Row(
        SIZES, {"drawn": Whole(1), "passed": Whole(0, 5), "k": Whole(1, 5)}
    ),
    "plug_in": Row(SIZES, {"drawn": Whole(1), "passed": Whole(0, 5), "k": Whole(1)}),
    "run_sandboxed": Row(
        {**RUN, "inputs": [1]},
        {**LIMITS, "inputs": Cells([([{1, 2}], ValueError)])},
    ),
    "check_program": Row({**RUN, "pairs": [(1, 1)]}, LIMITS, "pairs: plain values"),
}
