"""What the page says of its numbers: by hand on a small table, and as shipped."""

import functools

import numpy as np
import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.foundations import count_ngrams
from sbt_jax.foundations.findings import (
    by_trigram,
    claims,
    claims_of_sizes,
    findings,
    findings_by_skill,
)
from sbt_jax.shipped.ngrams import next_rows
from sbt_jax.shipped.stories import encode_story, measured_on_stories, story_model
from sbt_jax.viz.foundations import EXAMPLES
from sbt_jax.world import stories

RUN = {
    "gap": [6.0, 0.5, 0.125, 0.0625],
    "probe": [0.4, 0.5, 0.85, 0.92],
    "at stops": [0.5, 0.47],
}
ROWS = [(" Tom", 1.0, 0.995, 0.02), (" It", 0.0, 0.0, 0.25)]
BACK = [(" Anna", 1.0, 0.995, 0.03), (" It", 0.0, 0.0, 0.25)]
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
    found = findings(TABLE, HELD_OUT, WEIGHTS, vocab_size=1024)
    expected = {
        "n_main": "0.92 million",
        "vocab": "1,024",
        "uniform_here": "6.93",
        "choices_main": "2.000",
        "choices_floor": "1.649",
        "v_gpt2": "50,257",
        "uniform_gpt2": "10.82",
        "gram1": "4.00",
        "gram2": "1.25",
        "gram3": "0.75",
        "gram_best": "0.50",
        "few": "1,000",
        "gram4_few": "0.75",
        "gram5_few": "0.88",
        "gap_main": "0.012",
        "main_first": "40 %",
        "main_last": "92 %",
        "small_last": "80 to 90 %",
        "guess": "7 %",
        "guess_stops": "26 %",
        "stops_first": "50 %",
        "stops_last": "47 %",
        "small_dip": "10 to 20 %",
        "shannon_low": "0.6",
        "shannon_high": "1.3",
    }
    assert {name: found[name] for name in expected} == expected


def test_what_the_trigram_gives_a_word():
    assert by_trigram(ROWS, " It") == 0.25


def test_a_hundred_times_larger():
    weights = WEIGHTS["main"]  # 921,600 numbers
    assert claims_of_sizes({"a": 92_160_000, "b": 1}, weights)["a hundred times larger"]
    assert not claims_of_sizes({"a": 92_160_000}, weights)["a hundred times larger"]


def test_losses_by_skill():
    # Certain who words: ln(1 / 0.5) twice; the undecided one does not count.
    skills = np.array(["who", "who", "who", "choice", "grammar"])
    truth = np.array([1.0, 1.0, 0.5, 0.25, 1.0])
    found = findings_by_skill(
        skills, truth, {"main": np.array([0.5, 0.5, 0.1, 0.125, 0.3])}
    )
    assert found == {"main_who": "0.69", "main_choice": "0.69"}


def test_claims_hold_on_a_table_made_for_them_and_can_fail():
    assert all(claims(TABLE, HELD_OUT, ROWS, BACK).values())
    flat = TABLE | {"main": [RUN | {"probe": [0.4, 0.5, 0.5, 0.92]}]}
    late = flat["main"][0] | {"gap": [6.0, 0.5, 0.25, 0.0625]}
    claimed = claims(flat | {"main": [late]}, HELD_OUT, ROWS, ROWS[1:] + BACK[:1])
    failed = [name for name, holds in claimed.items() if not holds]
    assert failed == ["it is found in the last percents"]
    stuck = [(" Anna", 1.0, 0.5, 0.03), (" It", 0.0, 0.0, 0.2)]
    claimed = claims(TABLE, HELD_OUT, ROWS, stuck)
    assert [name for name, holds in claimed.items() if not holds] == [
        "the right answer changes, and main goes along",
        "the trigram says the same of both",
    ]


@functools.cache
def shipped_claims() -> dict[str, bool]:
    held_out = {name: measured_on_stories(name) for name in ("main", "small")}
    main = story_model("main")
    told = [encode_story(main.tokenizer, s.text, end=True) for s in stories(500)]
    counts = count_ngrams(told, 3, main.tokenizer.vocab_size)
    beginnings = list(EXAMPLES.values())[:2]
    rows = (next_rows(main, counts, text) for text in beginnings)
    return claims(read_table("foundations"), held_out, *rows)


@pytest.mark.parametrize("claim", claims(TABLE, HELD_OUT, ROWS, BACK))
def test_what_the_page_claims_holds_as_shipped(claim):
    assert shipped_claims()[claim]


def test_the_shipped_table_gives_a_text_for_every_name():
    held_out = {name: measured_on_stories(name) for name in ("main", "small")}
    found = findings(read_table("foundations"), held_out, WEIGHTS, 1024)
    by_hand = findings(TABLE, HELD_OUT, WEIGHTS, 1024)
    assert found.keys() == by_hand.keys()
    assert all(isinstance(text, str) and text for text in found.values())
