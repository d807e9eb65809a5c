"""What the page says of its numbers: by hand on a small table, and as shipped."""

import numpy as np
import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.foundations.findings import claims, findings, findings_by_skill
from sbt_jax.shipped.stories import measured_on_stories

RUN = {"gap": [6.0, 1.25, 0.5], "probe": [0.4, 0.85, 0.92], "at stops": [0.5, 0.47]}
TABLE = {
    "entropy_per_word": 0.5,
    "ngrams": {
        "1000": [5.0, 2.0, 1.5, 1.25, 1.375],
        "20000": [4.5, 1.75, 1.25, 1.125, 1.0],
    },
    "commonest": {"asked": 0.071, "stops": 0.256},
    "main": [RUN],
    "small": [
        {"probe": [0.31, 0.2, 0.8], "at stops": [0.5, 0.5]},
        {"probe": [0.35, 0.1, 0.9], "at stops": [0.5, 0.5]},
    ],
}
HELD_OUT = {
    "main": {
        "loss_per_word": float(np.log(2)),
        "entropy_per_word": 0.5,
        "gap_per_word": 0.0123,
        "tokens": 1000,
    },
    "small": {"loss_per_word": 0.75, "gap_per_word": 0.25, "tokens": 100},
}
WEIGHTS = {
    "main": (np.zeros((900, 1000)), [np.zeros(21_600)]),
    "small": np.zeros(160_000),
}


def test_the_texts_are_those_computed_by_hand():
    found = findings(TABLE, HELD_OUT, WEIGHTS, vocab_size=1024, counted=3000)
    expected = {
        "n_main": "0.92 million",
        "n_small": "0.16 million",
        "n_counted": "3,000",
        "vocab": "1,024",
        "uniform_here": "6.93",
        "choices_main": "2.000",
        "choices_floor": "1.649",
        "v_gpt2": "50,257",
        "uniform_gpt2": "10.82",
        "floor": "0.500",
        "gram1": "4.00",
        "gram2": "1.25",
        "gram3": "0.75",
        "best_order": "5",
        "gram_best": "0.50",
        "few": "1,000",
        "gram4_few": "0.75",
        "gram5_few": "0.88",
        "gap_small": "0.250",
        "gap_main": "0.012",
        "main_first": "40 %",
        "main_last": "92 %",
        "small_last": "80 to 90 %",
        "gap_before": "1.25",
        "right_before": "85 %",
        "gap_pass": "0.50",
        "right_pass": "92 %",
        "guess": "7 %",
        "guess_stops": "26 %",
        "stops_first": "50 %",
        "stops_last": "47 %",
        "small_dip": "10 to 20 %",
        "shannon": "2.3",
    }
    assert {name: found[name] for name in expected} == expected


def test_losses_by_skill():
    # Certain who words: ln(1 / 0.5) twice; the undecided one does not count.
    skills = np.array(["who", "who", "who", "choice", "grammar"])
    truth = np.array([1.0, 1.0, 0.5, 0.25, 1.0])
    found = findings_by_skill(
        skills, truth, {"main": np.array([0.5, 0.5, 0.1, 0.125, 0.3])}
    )
    assert found == {"n_who": "2", "main_who": "0.69", "main_choice": "0.69"}


def test_claims_hold_on_a_table_made_for_them_and_can_fail():
    assert all(claims(TABLE, HELD_OUT).values())
    flat = TABLE | {"main": [RUN | {"probe": [0.4, 0.5, 0.6]}]}
    failed = [name for name, holds in claims(flat, HELD_OUT).items() if not holds]
    assert "in main it is found, from a guess on" in failed


def shipped_claims() -> dict[str, bool]:
    held_out = {name: measured_on_stories(name) for name in ("main", "small")}
    return claims(read_table("foundations"), held_out)


@pytest.mark.parametrize("claim", claims(TABLE, HELD_OUT))
def test_what_the_page_claims_holds_as_shipped(claim):
    assert shipped_claims()[claim]


def test_the_shipped_table_gives_a_text_for_every_name():
    held_out = {name: measured_on_stories(name) for name in ("main", "small")}
    found = findings(read_table("foundations"), held_out, WEIGHTS, 1024, 10_000)
    by_hand = findings(TABLE, HELD_OUT, WEIGHTS, 1024, 10_000)
    assert found.keys() == by_hand.keys()
    assert all(isinstance(text, str) and text for text in found.values())
