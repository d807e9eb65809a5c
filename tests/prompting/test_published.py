"""Published figures of chapter 12: what our code can recompute, and what is quoted."""

import math

import numpy as np
import pytest

from sbt_jax.prompting import vote_right
from sbt_jax.prompting.findings import published_findings
from sbt_jax.published.prompting import PROMPTING


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([0.4, 0.2, 0.2, 0.2], {5: 0.51, 20: 0.75, 40: 0.89}),
        ([0.2, 0.8 / 3, 0.8 / 3, 0.8 / 3], {5: 0.17, 20: 0.115, 40: 0.08}),
        ([0.4, 0.6], {5: 0.32, 20: 0.19, 40: 0.10}),
    ],
)
def test_votes_help_against_many_rivals_and_hurt_against_one(shares, expected):
    for votes, share in expected.items():
        assert vote_right(shares, 0, votes) == pytest.approx(share, abs=0.0051)


def test_a_mixture_of_easy_and_hard_questions_goes_up_and_then_down():
    mixed = PROMPTING["chen_mixture"].value.values()
    right = {
        votes: sum(share * vote_right([p, 1 - p], 0, votes) for share, p in mixed)
        for votes in (1, 5, 101)
    }
    expected = {1: 0.670, 5: 0.711, 101: 0.608}
    assert right == pytest.approx(expected, abs=0.0006)


def test_dividing_by_what_nothing_gets_makes_it_even():
    p = np.array([PROMPTING["zhao_positive"].value, 100.0]) / 100
    p[1] -= p[0]
    even = np.diag(1 / p) @ p
    np.testing.assert_allclose(even / even.sum(), [0.5, 0.5])


def test_forty_answers_gave_both_models_the_same():
    for one, forty in PROMPTING["wang_gsm8k"].value.values():
        assert forty - one == pytest.approx(17.9, abs=0.01)


def test_steps_help_the_large_model_and_not_the_small_one():
    before, after = PROMPTING["wei_gsm8k"].value["PaLM-8B"]
    assert after <= before
    before, after = PROMPTING["wei_gsm8k"].value["PaLM-540B"]
    assert after > 3 * before


def test_examples_with_steps_are_better_than_the_phrase():
    for name in ("kojima_multiarith", "kojima_gsm8k"):
        value = PROMPTING[name].value
        assert value["asked"] < value["phrase"] < value["eight examples"]


def test_every_figure_has_a_source_and_the_page_quotes_it_as_it_is():
    for figure in PROMPTING.values():
        assert figure.source
        assert figure.where
        assert figure.url.startswith("https://")
    said = published_findings()
    assert said["wang_forty"] == "74.4 %"
    assert said["sclar"] == "76"
    assert not any(math.isnan(float(text.split()[0])) for text in said.values())
