"""The figures of chapter 13: first frames."""

import numpy as np
import pytest
from bokeh.models import Button, ColumnDataSource, Slider, TextInput

from contracts.small.hallucinations import (
    FIGURES,
    HOME_ANSWERS,
    HOME_LOGS,
    LAWS,
    MADE_UP,
    SHEETS,
)
from figure_parts import frames, one, with_column
from sbt_jax.checkpoints import read_table
from sbt_jax.hallucinations import calibration_error, sit, with_temperature
from sbt_jax.viz import hallucinations as viz
from sbt_jax.viz.hallucinations import drawings, exam, reliability, singletons


def test_the_first_name_has_its_bars_and_its_truth():
    figure = FIGURES["hallucinations.known_rare_never"][0]()
    assert one(figure, TextInput).value == "Finn Finch"
    data = with_column(figure, "town", "drawn").data
    np.testing.assert_allclose(data["p"], with_temperature(HOME_LOGS[:1], 1.0)[0])
    sources = figure.layout.select({"type": ColumnDataSource})
    assert ["b"] in [list(source.data.get("town", [])) for source in sources]
    assert one(figure, Button).label == "ask ten times"
    assert "alignment_sft" in figure.models


@pytest.mark.parametrize("over", reliability.OVER)
def test_bins_and_the_error_are_those_of_the_mechanism(over):
    found = reliability.seen(HOME_ANSWERS, "raw model", over, 1.0, 10)
    p = with_temperature(HOME_ANSWERS.log_probs["raw model"], 1.0)
    weights = reliability.weights_of(HOME_ANSWERS.told, over)
    right = p.argmax(1) == HOME_ANSWERS.truth
    assert found.error == pytest.approx(
        calibration_error(p.max(1), right, weights=weights)
    )
    assert sum(found.number) == found.of == (weights > 0).sum()


def test_the_three_people_are_answered_as_the_model_does():
    table = read_table("hallucinations")
    drawn = drawings.three_people()
    sure = {}
    for name in ("Maya Frost", "Zoe Wood", "Finn Finch"):
        at = table["names"].index(name)
        log_probs = np.array(table["homes"]["main"][at])
        assert f"In {table['towns'][log_probs.argmax()]}." in drawn
        right = log_probs.argmax() == table["truth"][at]
        sure[name] = right, float(np.exp(log_probs.max()))
    assert [right for right, _ in sure.values()] == [True, False, False]
    assert 0.4 < sure["Zoe Wood"][1] < 0.6


def test_the_figure_begins_with_the_never_told():
    figure = viz.sure_and_right(HOME_ANSWERS)
    assert with_column(figure, "confidence", "right").data["number"] == [1]
    sliders = figure.layout.select({"type": Slider})
    assert {s.title: s.value for s in sliders} == {"temperature T": 1, "bins": 10}


def test_the_exam_begins_where_both_models_always_speak():
    figure = viz.one_exam(SHEETS)
    sources = figure.layout.select({"type": ColumnDataSource})
    long = [s for s in sources if len(s.data.get("t", [])) == len(exam.THRESHOLDS)]
    for model, sheet in SHEETS.items():
        assert long[0].data[model][0] == sit(*sheet, 0.0, 3.0).score
        assert long[0].data[model][100] == 0.0  # nobody is that sure


def test_each_law_has_its_own_frame_within_the_axes():
    figure = viz.read_and_made_up(LAWS, MADE_UP)
    lines = frames(figure, figure.status)
    assert set(lines) == set(LAWS)
    assert "says nothing here" in lines["this world"]["text"]
    columns = singletons._columns(LAWS, "all alike")
    assert (columns["low"], columns["high"]) == ([0.0, 0.1], [1.0, 1.0])


@pytest.mark.parametrize("draw", ["three_people", "what_pays", "six_helps"])
def test_a_drawing_is_markup_of_its_own(draw):
    svg = getattr(drawings, draw)()
    assert svg.startswith("<svg")
    assert "viewBox" in svg
