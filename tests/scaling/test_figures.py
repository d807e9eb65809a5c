"""The figures of chapter 19: first frames, and what they are made of."""

import numpy as np
import pytest
from bokeh.models import CheckboxButtonGroup, RadioButtonGroup, Range1d

from contracts.small.scaling import AGAIN, MODELS, RATES, RUNS, STEPS
from figure_parts import one, with_column
from sbt_jax.checkpoints import read_table
from sbt_jax.scaling import best_split, fit_law, laws, predicted_loss
from sbt_jax.scaling.findings import claims, findings, of_models, progress
from sbt_jax.scaling.findings_real import real_claims, real_findings
from sbt_jax.scaling.findings_schedules import best_rate, means
from sbt_jax.shipped.stories import measured_on_stories
from sbt_jax.viz import scaling as viz
from sbt_jax.viz.scaling import drawings, fit, rates, spend, straight

HELD = {name: measured_on_stories(name) for name in ("small", "main")}


def test_a_budget_begins_as_gpt3_spent_it():
    figure = viz.spend_your_compute(laws(), MODELS)
    here = with_column(figure, "x", "loss").data
    best = best_split(AGAIN, 6 * 175e9 * 300e9)
    np.testing.assert_allclose(here["x"], np.log10([175e9, best.parameters]))
    np.testing.assert_allclose(
        here["loss"],
        [predicted_loss(AGAIN, *MODELS["GPT-3"]), predicted_loss(AGAIN, *best)],
    )
    group = one(figure, RadioButtonGroup)
    assert group.labels[group.active] == "fitted again"


def test_lines_of_equal_loss_hold_equal_loss():
    lines = spend.contours(AGAIN)
    for level, xs, ys in zip(spend.LEVELS, lines["xs"], lines["ys"], strict=True):
        found = predicted_loss(AGAIN, 10 ** np.array(xs), 10 ** np.array(ys))
        np.testing.assert_allclose(found, level, rtol=1e-9)


def test_the_fit_begins_with_all_runs_and_shades_the_best_darkest():
    figure = viz.fit_our_runs(RUNS)
    assert one(figure, CheckboxButtonGroup).active == [0, 1]
    image = with_column(figure, "image").data["image"][0]
    assert image.shape == (60, 60)
    assert image.max() == 1
    fitted = fit_law(fit.runs_in(RUNS))
    assert (
        with_column(figure, "xs").data["ys"]
        == fit.curves(fitted.law, [3e10, 1e11])["ys"]
    )


def test_curves_of_facts_stay_within_the_axes():
    for count in straight.COUNTS:
        for exponent in straight.EXPONENTS:
            found = straight.columns(count, exponent)
            assert len(found["xs"]) == len(found["ys"]) == len(found["color"])
            assert max(map(max, found["ys"])) <= 0
            assert straight.straight_line(count, exponent)


def test_each_measure_has_its_axis():
    figure = viz.same_models(STEPS)
    assert with_column(figure, "said").data["said"] == ["0.0 %", "87.5 %"]
    ranges = figure.layout.select({"type": Range1d})
    assert all(one_range.start < one_range.end for one_range in ranges)


def test_best_rates_are_marked_on_their_lines():
    figure = viz.best_rate_by_width(RATES)
    assert with_column(figure, "ys").data["ys"][0] == [2.8, 2.0, 1.5, 2.0]
    dots = with_column(figure, "said").data
    assert dots["said"][0] == "width 16: best at 0.095"
    assert dots["x"][0] == pytest.approx(-1.0, abs=0.05)
    assert dots["y"][0] == pytest.approx(1.5, abs=0.03)
    alike, mup = (rates.rates_line(RATES, way) for way in rates.WAYS)
    assert "largest" in alike
    assert mup.startswith("The rate is as μP scales it.")


def test_a_rate_that_gives_no_number_is_never_the_best():
    assert best_rate([0.1, 0.2, 0.4], means([[2.0, None, 1.0], [2.0, 0.5, 1.0]])) == 0.4


def test_drawings_are_drawn():
    for name in ("one_budget_two_ways", "three_parts_of_a_loss"):
        assert getattr(drawings, name)().startswith("<svg")


def test_what_the_page_says_holds_in_the_shipped_table():
    table = read_table("scaling")
    assert all(claims(table).values()), claims(table)
    found = findings(table) | of_models(HELD)
    assert all(isinstance(text, str) for text in found.values())
    assert found["runs"] == str(len(table["runs"]))
    models = progress(table, HELD)
    flops = [model["flops"] for model in models]
    assert flops == sorted(flops)
    assert len(models) == 2 + len(table["writing"])


def test_what_the_page_says_of_the_real_model_holds():
    real = read_table("real_scaling")
    assert all(real_claims(real).values())
    assert real_findings(real)["real_weights"] == "134,515,008"


@pytest.mark.parametrize("times", spend.TIMES)
def test_a_share_times_its_inverse_is_one(times):
    inverse = times[2:] if times.startswith("1/") else f"1/{times}"
    assert spend.share_of(times) * spend.share_of(inverse) == 1
