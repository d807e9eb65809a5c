"""Published figures of chapter 13, recomputed by our functions."""

import numpy as np
import pytest

from sbt_jax.hallucinations import calibration_error, f_score, penalty_for, sit
from sbt_jax.published.hallucinations import HALLUCINATIONS


@pytest.mark.parametrize("norm", ["l1", "l2", "max"])
def test_the_example_of_torchmetrics(norm):
    one = HALLUCINATIONS["torchmetrics"].value
    found = calibration_error(one["confidence"], one["right"], bins=2, norm=norm)
    assert found == pytest.approx(one[norm], abs=5e-5)


@pytest.mark.parametrize("model", HALLUCINATIONS["simpleqa"].value)
def test_the_f_score_of_simpleqa(model):
    correct, silent, wrong, f = HALLUCINATIONS["simpleqa"].value[model]
    assert correct + silent + wrong == pytest.approx(100, abs=0.11)
    # The shares are rounded to a tenth.
    assert 100 * f_score(correct / 100, wrong / 100) == pytest.approx(f, abs=0.06)
    assert correct - wrong < 0  # with a penalty of 1 all of them lose


def test_penalties_by_confidence_target_and_the_one_that_is_misprinted():
    for t, cost in HALLUCINATIONS["penalties"].value.items():
        assert penalty_for(t) == pytest.approx(cost)
    ((t, printed),) = HALLUCINATIONS["penalty_printed"].value.items()
    assert (printed, penalty_for(t)) == (2, pytest.approx(3))


def test_two_models_of_openai_under_a_penalty():
    marks = {}
    for model, (correct, silent, wrong) in HALLUCINATIONS[
        "simpleqa_gpt5"
    ].value.items():
        assert correct + silent + wrong == 100
        sure = np.repeat([1.0, 0.0], [correct + wrong, silent])
        right = np.repeat([1, 0, 0], [correct, wrong, silent])
        marks[model] = [sit(sure, right, 0.5, cost).score for cost in (0.0, 1.0)]
    old, new = marks["o4-mini"], marks["gpt-5-thinking-mini"]
    assert old[0] > new[0]  # graded by right answers alone, the bluffer wins
    assert old[1] < new[1] < 0  # with a penalty it is far behind


def test_a_calibrated_model_scores_above_zero():
    rng = np.random.default_rng(1)
    for n, ten, fifteen in ((100, 0.100, 0.121), (1_000, 0.032, 0.039)):
        for bins, printed in ((10, ten), (15, fifteen)):
            found = []
            for _ in range(400):
                p = rng.random(n)
                found.append(calibration_error(p, rng.random(n) < p, bins))
            assert np.mean(found) == pytest.approx(printed, abs=0.004)


def test_what_is_quoted_beside():
    assert HALLUCINATIONS["benchmarks"].value == {"asked": 10, "nothing for silence": 9}
    assert HALLUCINATIONS["guo"].value["after"] < HALLUCINATIONS["guo"].value["before"]
    gpt4 = HALLUCINATIONS["gpt4"].value
    assert gpt4["after"] > 10 * gpt4["before"]
    semantic = HALLUCINATIONS["semantic"].value
    assert max(semantic, key=semantic.get) == "semantic entropy"
