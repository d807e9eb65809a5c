"""Published figures of chapter 17: what our own functions recompute."""

import pytest

from sbt_jax import reasoning
from sbt_jax.published.reasoning import REASONING
from sbt_jax.reasoning.findings import published


def test_problems_of_fifteen_are_the_percent_that_are_quoted():
    assert [published()[f"o1_{k}"] for k in ("one", "vote", "best")] == [
        "74 %",
        "83 %",
        "93 %",
    ]


def test_a_thinking_model_is_far_ahead_of_one_that_does_not():
    models = REASONING["r1"].value
    assert models["R1"][0] > 8 * models["GPT-4o"][0]
    assert REASONING["distilled"].value["one"] > 3 * models["GPT-4o"][0]


def test_a_wait_was_worth_two_problems_of_thirty():
    before, after = REASONING["s1"].value["AIME"]
    assert (after - before) / 100 * 30 == pytest.approx(2, abs=0.02)


def test_dapos_bounds_let_a_rare_token_rise_further():
    bounds = REASONING["dapo"].value
    low, high = reasoning.clip_room(0.01, **bounds)
    assert high - 0.01 > 0.01 - low
    assert reasoning.clipped_gain(1.5, 1.0, **bounds) == pytest.approx(1.28)


def test_powers_of_seven_need_no_chain():
    assert [7**n % 10 for n in range(1, 9)] == [7, 9, 3, 1] * 2
    assert 7**100 % 10 == 1
