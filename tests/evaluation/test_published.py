"""Published figures of chapter 16: what our code can recompute, and what is quoted."""

import math
from math import comb

import numpy as np
import pytest

from sbt_jax.evaluation import (
    bradley_terry,
    elo,
    expected,
    pass_at_k,
    plug_in,
    votes,
)
from sbt_jax.evaluation.errors import WIDE
from sbt_jax.evaluation.findings import published_findings
from sbt_jax.published.evaluation import EVALUATION

pytestmark = pytest.mark.usefixtures("unchecked")


def test_elo_of_wikipedia():
    told = EVALUATION["elo_wikipedia"].value
    chances = [expected(told["rating"], other) for other in told["opponents"]]
    np.testing.assert_allclose(chances, told["expected"], atol=6e-4)
    moved = 32 * (sum(told["scores"]) - sum(chances))
    assert round(told["rating"] + moved) == told["new"]
    assert expected(1100, 1000) == pytest.approx(0.640, abs=5e-4)
    assert expected(1400, 1000) == pytest.approx(10 / 11)
    assert elo(votes([0], [1], [0.5]), 2)[0] == 1000


def test_bradley_terry_of_wikipedia():
    told = EVALUATION["bradley_terry_wikipedia"].value
    pairs = [
        (one, other)
        for one, row in enumerate(told["wins"])
        for other, wins in enumerate(row)
        for _ in range(wins)
    ]
    found = bradley_terry(votes(*zip(*pairs, strict=True), [1] * len(pairs)), 4)
    np.testing.assert_allclose(np.exp(found.strength), told["strengths"], atol=2e-3)


def test_the_interval_that_arena_rank_prints():
    told = EVALUATION["arena_rank"].value
    wide = WIDE * math.sqrt(told["variance"])
    ours = told["rating"] - wide, told["rating"] + wide
    np.testing.assert_allclose(ours, told["interval"], atol=0.006)


@pytest.mark.parametrize("name", EVALUATION["errors"].value)
def test_standard_errors_of_published_tests(name):
    questions, right, points = EVALUATION["errors"].value[name]
    p = right / 100
    assert 100 * math.sqrt(p * (1 - p) / questions) == pytest.approx(points, abs=0.06)


def test_pass_at_k_and_the_mistakes_that_are_made_with_it():
    n, k, p = 20, 10, 0.05
    weights = [comb(n, c) * p**c * (1 - p) ** (n - c) for c in range(n + 1)]
    plain = sum(w * plug_in(n, c, k) for c, w in enumerate(weights))
    assert 1 - (1 - p) ** k == pytest.approx(0.401, abs=5e-4)
    assert plain == pytest.approx(0.336, abs=1e-3)
    # Problems taken for samples: 50 of 164 solved.
    assert pass_at_k(164, 50, 1) == pytest.approx(0.305, abs=5e-4)
    assert pass_at_k(164, 50, 10) == pytest.approx(0.977, abs=5e-4)
    codex = EVALUATION["humaneval"].value
    assert codex[1] < codex[10] < codex[100]


def test_more_draws_a_question_help_up_to_a_third():
    # Difficulty even between 0 and 1: the variance relative to one draw.
    for draws in (1, 2, 8):
        spread = 1 / 12 + 1 / 6 / draws
        assert spread / (1 / 12 + 1 / 6) == pytest.approx((1 + 2 / draws) / 3)


def test_the_luckiest_of_equals():
    rng = np.random.default_rng(0)
    for count, lifted in ((10, 1.54), (27, 2.0)):
        best = rng.normal(size=(20_000, count)).max(1).mean()
        assert best == pytest.approx(lifted, abs=0.08)


def test_shares_of_the_audit():
    audit = EVALUATION["swe_audit"].value
    flawed = sum(audit["flawed"])
    assert 100 * audit["audited"] / audit["of"] == pytest.approx(27.6)
    assert 100 * flawed / audit["audited"] == pytest.approx(audit["percent"], abs=0.05)


def test_the_order_of_two_models_turns_with_the_scoring():
    (helm, harness, _), (other, beside, _) = EVALUATION["scorings"].value.values()
    assert helm > other
    assert harness < beside


def test_every_figure_has_a_source_and_the_page_quotes_it_as_it_is():
    for figure in EVALUATION.values():
        assert figure.source
        assert figure.where
        assert figure.url.startswith("https://")
    said = published_findings()
    assert said["audit_flawed"] == "82"
    assert said["virology"] == "57 %"
    assert said["plus_most"] == "29 %"
