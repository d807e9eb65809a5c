"""What chapter 7 says of its measurements, on a table small enough to check by hand."""

import numpy as np
import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.generation import Sampling
from sbt_jax.generation.findings import claims, findings, nearest
from sbt_jax.generation.findings_desk import findings_on_order
from sbt_jax.generation.findings_real import (
    ROWS,
    real_claims,
    real_findings,
    shortened,
)

FAR = {  # total variation by setting; all else is alike
    "temperature": {"0.5": 0.08, "0.7": 0.05, "0.8": 0.04, "1": 0.02, "1.5": 0.09},
    "top_p": {"0.1": 0.2, "0.9": 0.03, "0.98": 0.01},
    "top_k": {"10": 0.06},
    "min_p": {"0.1": 0.035},
    "repetition_penalty": {"1.02": 0.07, "1.2": 0.3},
}
SENTENCE = "It rained"


def one_setting(far):
    row = {
        "total_variation": far,
        "jensen_shannon": far,
        "impossible": far / 10,
        "dropped": far / 2,
    }
    return {
        "main": row,
        "small": row | {"total_variation": 2 * far},
        "possible_stories": [1 - far, 1 - 2 * far],
        "different": [0.1, 0.2],
    }


def greedy(looped, periods=()):
    texts = [[f"{SENTENCE}. {SENTENCE}. Tom ran.", ""]]
    return {"of": 4, "ended": 4 - looped, "looped": looped, "periods": periods} | {
        "texts": texts
    }


def endings(nats, tokens, possible, used):
    return {
        "log_probability": nats,
        "tokens": tokens,
        "possible_stories": possible,
        "words_used": used,
    }


def repeated(first, last):
    return {"It rained.": [[first] * 4 + [last] * 4, [first] * 4 + [last] * 4]}


TABLE = {
    "prompts": 4,
    "places": 200,
    "written": 10,
    "whole": 5,
    "settings": {
        group: {name: one_setting(far) for name, far in row.items()}
        for group, row in FAR.items()
    },
    "greedy": {
        place: {
            "3-gram": greedy(4),
            "5-gram": greedy(3, [8, 9]),
            "main": greedy(0),
            "small": greedy(0),
        }
        for place in ("in the world", "off the world")
    },
    "endings": {
        "beams": {
            "1": endings([-50.0, -40.0, -30.0], [50, 60, 70], 1.0, 8),
            "2": endings([-39.0, -39.0, -39.0], [50, 60, 70], 1.0, 8),
            "32": endings([-9.0, -45.0, -31.0], [1, 60, 70], 0.5, 1200),
        },
        "sampled": [endings([-20.0, -22.0], [30, 40], 0.8, 9)] * 2,
        "truth": endings([-19.0, -25.0], [30, 40], 1.0, 30),
    },
    "repeated": {"main": repeated(0.7, 0.5), "world": repeated(0.7, 0.0)},
    "slips": {
        "0.3": [{"tokens": 120, "wrong": {}}, {"tokens": 130, "wrong": {"who": 1}}],
        "0.9": [
            {"tokens": 100, "wrong": {"choice": 3, "grammar": 1}},
            {"tokens": 102, "wrong": {"fact": 2}},
        ],
    },
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tail_two", "0.20 %"),  # 0.02 / 10
        ("light_tv", "0.0100"),
        ("tail_cut", "0.30 %"),
        ("nine_dropped", "1.5 %"),
        ("nearest_js", "1"),
        ("main_best_tv", "0.0100"),  # top-p 0.98
        ("small_best_tv", "0.0200"),
        ("whole", "96 to 98 %"),
        ("ten_stories", "91 %"),  # the mean of 94 and 88
        ("point_different", "15"),
        ("cold_tokens", "125"),
        ("beam_one", "-40.0"),
        ("beam_wide", "-31.0"),
        ("beam_truth", "-22.0"),
        ("at_once", "1"),
        ("at_once_low", "-9"),
        ("likelier", "1"),
        ("less_likely", "2"),
        ("words_wide", "1,200"),
        ("drawn_valid", "80 %"),
        ("long_drawn", "35"),
        ("slips_of", "10"),
        ("mild_slips", "6"),
        ("mild_rest", "2"),
        ("cold_slips", "1"),
        ("gpt2_greedy", "73.7 %"),
    ],
)
def test_a_number_is_the_one_computed_by_hand(name, text):
    assert findings(TABLE)[name] == text


def test_sentences_are_listed_in_their_order():
    two = {"a": [[0.7] * 8], "b": [[0.2] * 8]}
    said = findings(TABLE | {"repeated": {"main": two, "world": two}})
    assert said["said_first"] == "70 % and 20 %"


def test_the_nearest_setting_depends_on_the_model():
    table = {"settings": {"top_p": {"0.9": one_setting(0.1), "0.5": one_setting(0.2)}}}
    table["settings"]["top_p"]["0.9"]["small"] = {"total_variation": 0.9}
    assert nearest(table)[0] == ("top_p", "0.9")
    assert nearest(table, "small")[0] == ("top_p", "0.5")


def test_a_claim_fails_where_the_table_says_otherwise():
    assert claims(TABLE)["the trigram always loops"]
    assert not claims(TABLE)["each says one thing four times"]


def test_the_shipped_table_has_all_that_the_page_says():
    table = read_table("generation")
    assert all(isinstance(text, str) and text for text in findings(table).values())
    assert all(claims(table).values()), claims(table)


# -- The published model ------------------------------------------------------


def looped(*starts):
    return [{"start": at, "size": 0 if at is None else 4} for at in starts]


REAL = {
    "samplers": dict.fromkeys(
        ROWS.values(), " He was. He was. He was. He was. He was.\n\nHe."
    ),
    "answers": dict.fromkeys(ROWS.values(), "A. A. A. A."),
    "loops": {
        "greedy": looped(59, 17, 20, None),
        "greedy, repetition penalty 1.2": looped(None),
        "its makers' choice": looped(1, 2, 3, None),
        "llama.cpp's choice": looped(5, None),
        "temperature 1": looped(None, None),
    },
    "loop_tokens": 200,
}


def test_loops_are_counted_and_what_was_not_measured_is_said():
    found = real_findings(REAL)
    assert (found["loops_greedy"], found["loops_hot"]) == ("3 of 4", "–")
    assert (found["real_first"], found["real_last"]) == ("17", "59")
    assert found["wrote_greedy"].startswith("He was. He was.")
    assert all(real_claims(REAL).values())
    warm = REAL | {"loops": REAL["loops"] | {"temperature 1": looped(3)}}
    assert not real_claims(warm)["warm draws hardly ever"]


def test_a_shipped_text_is_cut_where_a_word_ends():
    assert shortened("one two three", 9) == "one two …"


def test_the_shipped_table_of_the_published_model_holds():
    table = read_table("real_generation")
    assert all(real_claims(table).values()), real_claims(table)
    assert all(isinstance(text, str) and text for text in real_findings(table).values())


def test_heat_before_the_cut_keeps_what_the_cut_alone_would_drop():
    logits = np.array([8.0] * 10 + [0.0] * 1000, np.float32)
    truth = np.array([1 / 12] * 12 + [0.0] * 998)
    found, hold = findings_on_order(logits, truth, Sampling(2.0, top_p=0.9))
    # At T = 2: ten weigh e^4 each, 546 in all, the thousand 1 each; cold, ten have all.
    assert found == {"hot_first": str(10 + 846), "hot_last": "10"}
    assert all(hold.values())
    _, hold = findings_on_order(logits, truth, Sampling(1.0, top_p=0.9))
    assert not hold["heat lifts the tail"]
