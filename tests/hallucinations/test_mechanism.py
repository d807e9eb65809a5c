"""Calibration, exams, meanings and singletons: oracles, by hand, limits, refusals."""

import math

import numpy as np
import pytest

from sbt_jax.hallucinations import (
    answer_entropy,
    auroc,
    brier,
    calibration_error,
    f_score,
    fit_temperature,
    meaning,
    missing_mass,
    penalty_for,
    reliability,
    risk_coverage,
    singleton_bounds,
    singleton_share,
    sit,
    with_temperature,
)

RNG = np.random.default_rng(0)
SURE = RNG.random(200)
RIGHT = RNG.random(200) < SURE**2
LOGS = np.log(RNG.dirichlet(np.ones(5), 300))


# -- Calibration --------------------------------------------------------------


def test_bins_hold_what_a_loop_counts():
    found = reliability(SURE, RIGHT, bins=7)
    for b, (share, sure, right, count) in enumerate(zip(*found, strict=True)):
        here = np.floor(SURE * 7) == b
        assert count == here.sum()
        assert share == pytest.approx(here.mean())
        assert sure == pytest.approx(SURE[here].mean())
        assert right == pytest.approx(RIGHT[here].mean())


def test_a_confidence_of_one_is_in_the_last_bin():
    assert reliability([0.95, 1.0], [1, 0], bins=10).number.tolist() == [2]


def test_bins_of_equal_mass_hold_equally_many():
    assert set(reliability(SURE, RIGHT, bins=8, mass=True).number) == {25}


def test_weights_count_as_copies_do():
    weights = RNG.integers(0, 4, 200)
    copies = np.repeat(SURE, weights), np.repeat(RIGHT, weights)
    assert calibration_error(SURE, RIGHT, weights=weights) == pytest.approx(
        calibration_error(*copies)
    )
    assert brier(SURE, RIGHT, weights) == pytest.approx(brier(*copies))


def test_debiasing_takes_off_what_chance_adds():
    plain, debiased = [], []
    for _ in range(200):
        p = RNG.random(500)
        both = p, RNG.random(500) < p
        plain.append(calibration_error(*both, norm="l2") ** 2)
        debiased.append(calibration_error(*both, norm="l2", debias=True) ** 2)
    assert np.mean(debiased) < np.mean(plain) / 2


def test_the_brier_score_is_reliability_less_resolution_plus_uncertainty():
    sure = np.repeat([0.2, 0.7], [10, 20])
    right = np.r_[np.repeat([1, 0], [3, 7]), np.repeat([1, 0], [12, 8])]
    bins = reliability(sure, right)
    base = right.mean()
    parts = bins.share @ (bins.confidence - bins.right) ** 2
    parts += base * (1 - base) - bins.share @ (bins.right - base) ** 2
    assert brier(sure, right) == pytest.approx(parts)


def test_a_temperature_keeps_the_order_and_one_changes_nothing():
    p = np.exp(LOGS)
    np.testing.assert_allclose(with_temperature(LOGS, 1.0), p / p.sum(1)[:, None])
    hot = with_temperature(LOGS, 3.0)
    np.testing.assert_array_equal(hot.argmax(1), LOGS.argmax(1))
    assert (hot.max(1) <= p.max(1) + 1e-12).all()
    np.testing.assert_allclose(with_temperature(LOGS * 1e6, 1e9).std(), 0, atol=1e-2)


def test_a_temperature_is_found_again():
    truth = np.array([RNG.choice(5, p=row) for row in np.exp(np.tile(LOGS, (10, 1)))])
    found = fit_temperature(np.tile(LOGS, (10, 1)) * 2.5, truth)
    assert found == pytest.approx(2.5, rel=0.06)


# -- Exams --------------------------------------------------------------------


def test_with_the_fair_penalty_a_calibrated_model_does_best_at_its_target():
    p = RNG.random(200_000)
    hit = RNG.random(200_000) < p
    marks = [sit(p, hit, t / 20, penalty_for(0.75)).score for t in range(20)]
    assert np.argmax(marks) == 15


def test_shares_of_an_exam_are_together_one():
    found = sit(SURE, RIGHT, 0.6, 2.0)
    assert found.right + found.wrong + found.silent == pytest.approx(1)
    assert found.score == pytest.approx(found.right - 2 * found.wrong)


def test_auroc_is_the_share_of_pairs_in_order():
    score = RNG.integers(0, 6, 60)
    positive = RNG.random(60) < 0.4
    pairs = score[positive][:, None] - score[~positive][None]
    right = (pairs > 0).mean() + (pairs == 0).mean() / 2
    assert auroc(score, positive) == pytest.approx(right)
    assert auroc(-score, positive) == pytest.approx(1 - right)


def test_all_answers_have_the_risk_of_all():
    coverage, risk = risk_coverage(SURE, RIGHT)
    assert (coverage[-1], risk[-1]) == (1, pytest.approx(1 - RIGHT.mean()))
    assert f_score(0.5, 0.0) == pytest.approx(2 / 3)


# -- Meanings and singletons --------------------------------------------------


def test_entropy_of_answers_by_hand():
    texts = ["In Kirby.", "She lives in Kirby.", "In Ashby.", "In Kirby."]
    towns = [meaning(text, ["Ashby", "Kirby"]) for text in texts]
    assert towns == ["Kirby", "Kirby", "Ashby", "Kirby"]
    by_hand = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert answer_entropy(towns) == pytest.approx(by_hand)
    assert answer_entropy(texts) > by_hand
    assert meaning("In Kirby or Ashby.", ["Ashby", "Kirby"]) == ""


def test_singletons_estimate_the_missing_mass():
    law = (np.arange(1, 2001) + 5.0) ** -1.2
    law /= law.sum()
    pairs = np.array(
        [
            (singleton_share(who), missing_mass(law, who))
            for who in RNG.choice(2000, size=(50, 1000), p=law)
        ]
    )
    assert pairs[:, 0].mean() == pytest.approx(pairs[:, 1].mean(), abs=0.01)
    assert missing_mass(law, np.arange(2000)) == 0


def test_the_bounds_as_the_theorem_has_them():
    low, high = singleton_bounds(0.5, read=10**6, wrong=143, miscalibration=0.01)
    assert low == pytest.approx(0.5 - 2 / 143 - (35 + 6 * math.log(1e6)) / 1e3 - 0.01)
    assert high == pytest.approx(0.5 - 0.5 / 144 + 0.013)


# -- Refusals -----------------------------------------------------------------


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: reliability([0.5], [1, 0]), "right"),
        (lambda: reliability([1.5], [1]), "confidence .*got 1.5"),
        (lambda: reliability([], []), "confidence must not be empty"),
        (lambda: reliability([0.5], [2]), "right .*got 2"),
        (lambda: reliability([0.5], [1], weights=[-1.0]), "weights .*got -1"),
        (lambda: reliability([float("nan")], [1]), "confidence .*got nan"),
        (lambda: calibration_error([0.5], [1], norm="l3"), "norm .*got 'l3'"),
        (lambda: calibration_error([0.5], [1], debias=True), "debias .*got 'l1'"),
        (lambda: with_temperature(LOGS, 0.0), "t must be .*got 0"),
        (lambda: fit_temperature(LOGS[:1], [5]), "truth .*got 5"),
        (lambda: penalty_for(1.0), "t must be .*got 1"),
        (lambda: auroc([0.5, 0.1], [1, 1]), "positive must hold both"),
        (lambda: f_score(0.0, 0.0), "must not both be 0"),
        (lambda: answer_entropy([]), "answers must not be empty"),
        (lambda: singleton_share([]), "people must not be empty"),
        (lambda: missing_mass([0.5, 0.6], [0]), "law must add up to 1"),
        (lambda: singleton_bounds(0.5, 0, 143), "read .*got 0"),
    ],
)
def test_bad_values_are_refused_with_the_value(call, text):
    with pytest.raises(ValueError, match=text):
        call()


@pytest.mark.usefixtures("unchecked")
def test_one_text_is_no_list_of_answers():
    with pytest.raises(TypeError, match=r"answers .*got 'Kirby'"):
        answer_entropy("Kirby")
