"""What chapter 13 says of its measurements, on a table to check by hand."""

import numpy as np
import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.hallucinations import findings as said
from sbt_jax.hallucinations.findings import answers_of, claims, findings, silences
from sbt_jax.hallucinations.findings_real import (
    real_claims,
    real_findings,
    shortened,
)


def logs(*rows):
    return np.log(np.array(rows)).tolist()


DRAWN = {"said": [0, 0], "texts": 0.7, "meanings": 0.0, "tokens": 0.2}
RUN = {
    "lessons": 6,
    "refused in lessons": 2,
    "loss": [1.0, 0.5],
    "asked": ["a", "b", "c", "d"],
    "said": [0, -1, 1, -1],
}
KNOWN = {"singletons": 0.25, "missing": 0.5, "false": 0.5, "low": -1.0, "high": 1.0}
LEARNED = {"false": 0.5, "by heart": 1.0, "sure of the new": 0.4, "miscalibration": 0}
LAWS = ("this world", "a longer tail")
TABLE = {
    "names": ["a", "b", "c", "d", "e"],
    "told": [1000, 50, 7, 3, 0],
    "truth": [0, 1, 1, 0, 1],
    "homes": {
        "main": logs([0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.4, 0.6], [0.75, 0.25]),
        "alignment_sft": logs(
            [0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.4, 0.6], [0.4, 0.6]
        ),
    },
    "others": {"alignment_dpo": [[0, 0.9], [0, 0.8], [0, 0.7], [1, 0.6], [1, 0.6]]},
    "drawn": [
        DRAWN,
        DRAWN | {"meanings": 0.6},
        DRAWN | {"meanings": 0.5},
        DRAWN | {"texts": 0.9, "meanings": 0.4},
        DRAWN,
    ],
    "silent": [RUN, RUN | {"said": [0, 1, -1, -1]}],
    "notes": {
        "asked": 4,
        "right": {"right": 1.0, "refused": 0.0},
        "wrong": {"right": 0.75, "refused": 0.0},
        "none": {"right": 0.5, "refused": 0.5},
    },
    "laws": {law: {"20": [KNOWN]} for law in LAWS},
    "learned": {"20": {law: [LEARNED, LEARNED | {"false": 0.52}] for law in LAWS}},
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("people", "5"),
        ("raw_few_right", "0 %"),
        ("raw_some_sure", "70 %"),
        ("raw_never_sure", "75 %"),
        ("tuned_many_right", "0 %"),
        ("raw_ece_never", "0.750"),
        # (1000 * 0.1 + 50 * 0.2 + 7 * 0.3 + 3 * 0.6) / 1060
        ("raw_ece_told", "0.107"),
        ("raw_auroc", "83 %"),  # of six pairs one is the wrong way round
        ("silent_right", "100 %"),
        ("silent_threshold", "50 %"),
        ("silent_never", "0 %"),
        ("silent_many", "0 to 100 %"),
        ("notes_none", "50 %"),
        ("facts_sure", "40 %"),
        ("facts_heart", "100.0 %"),
        ("gpt5_wrong", "26 %"),
        ("raw_mark_all", "-0.60"),  # (3 right - 3 for each of 2 wrong) / 5
    ],
)
def test_a_number_is_the_one_computed_by_hand(name, text):
    assert findings(TABLE)[name] == text


def test_answers_are_the_likeliest_towns():
    found = answers_of(TABLE, "main")
    assert found.right.tolist() == [True, True, True, False, False]
    np.testing.assert_allclose(found.sure, [0.9, 0.8, 0.7, 0.6, 0.75])


def test_a_threshold_speaks_as_often_as_the_taught_one():
    first, second = silences(TABLE)
    assert first.speaks == second.speaks == 0.5
    assert first.threshold == 0.5  # of a and b the fine-tuned model has a right
    assert first.refused["few"] == 1.0


def test_a_claim_fails_where_the_table_says_otherwise():
    assert claims(TABLE)["the never told are guessed"]
    assert not claims(TABLE)["calibrated as stories tell"]


def test_bands_hold_everybody_once():
    told = [said.in_band(TABLE, band) for band in said.BANDS]
    assert np.sum(told, axis=0).tolist() == [1] * 5


def test_the_shipped_table_has_all_that_the_page_says():
    table = read_table("hallucinations")
    assert all(isinstance(text, str) and text for text in findings(table).values())
    assert all(claims(table).values()), claims(table)


# -- The published model --------------------------------------------------------


def row(name, sure, right, text, doubts=False):
    return (
        {"country": name, "capital": "X", "sure": sure, "right": right},
        {"country": name, "said": text, "right": right, "doubts": doubts},
    )


PAIRS = {
    "known": [row("France", 0.9, True, "Paris | is it.")],
    "rare": [row("Togo", 0.7, False, "Lima.")],
    "invented": [
        row("Valdoria", 0.5, False, "It is Val."),
        row("Taluria", 0.6, False, "no such country", doubts=True),
    ],
}
REAL = {
    "options": 4,
    "rows": {group: [one for one, _ in rows] for group, rows in PAIRS.items()},
    "said": {group: [one for _, one in rows] for group, rows in PAIRS.items()},
}


def test_countries_are_counted_and_texts_stay_in_their_cell():
    found = real_findings(REAL)
    assert (found["known_right"], found["invented_sure"]) == ("100 %", "55 %")
    assert found["invented_doubts"] == "1 of 2"
    assert found["known_text"] == "Paris / is it."
    assert found["surest_name"] == "Taluria"
    assert shortened("one two three", 9) == "one two …"
    assert not real_claims(REAL)["but hardly ever says so"]


def test_the_shipped_table_of_the_published_model_holds():
    table = read_table("real_hallucinations")
    assert all(real_claims(table).values()), real_claims(table)
