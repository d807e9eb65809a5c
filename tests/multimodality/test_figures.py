"""The figures of chapter 15: first frames, and what they are made of."""

import json

import numpy as np
import pytest
from bokeh.models import ColumnDataSource, RadioButtonGroup, Slider

from contracts.small.multimodality import DIGITS, MATCHED, PICTURES, RIGHT, SUM
from figure_parts import one, with_column
from sbt_jax.checkpoints import read_table
from sbt_jax.multimodality import RULES
from sbt_jax.multimodality.findings import claims, findings
from sbt_jax.multimodality.findings_real import real_claims, real_findings
from sbt_jax.shipped import pictures
from sbt_jax.viz import multimodality as viz
from sbt_jax.viz.multimodality import cut, drawings, measures, price, sums, words

pytestmark = pytest.mark.usefixtures("unchecked")


def test_the_sum_starts_with_its_two_drawings():
    figure = viz.draw_a_sum(
        (DIGITS, DIGITS),
        ("2", "1"),
        SUM,
        np.array([0.25, 0.75]),
        [("two", 0.5), ("one", 0.25)],
    )
    inks = [
        json.loads(s.data["state"][0])["picture"]
        for s in figure.layout.select({"type": ColumnDataSource})
        if "state" in s.data
    ]
    assert sorted(inks) == [DIGITS["1"], DIGITS["2"]]
    assert with_column(figure, "word").data["p"] == [0.25, 0.75]
    assert "goes on with “three”, 75 %." in figure.status.text
    assert "<b>" not in figure.layout.children[0].children[1].children[0].text


def test_the_canvas_starts_as_the_numbers_say():
    digit = np.arange(64.0).reshape(8, 8) / 64
    p = np.full(10, 0.05)
    p[7] = 0.55
    figure = viz.cut_into_patches(DIGITS, "3", digit, p, np.arange(16.0), [1, 2, 3])
    shown = 1 - with_column(figure, "image").data["image"][0][::-1]
    np.testing.assert_allclose(shown, cut.put(digit, viz.TOP, viz.LEFT))
    boxes = with_column(figure, "look").data
    assert boxes["x"][0] == 2
    assert boxes["y"][0] == 14
    assert boxes["look"][0] == 0
    assert max(boxes["look"]) == pytest.approx(0.55)
    assert [len(order) for order in cut.shuffles()] == [1, 4, 16]
    assert one(figure, Slider, title="moved down by").value == viz.TOP
    groups = figure.layout.select({"type": RadioButtonGroup})
    assert {len(group.labels) for group in groups} == {10, 3, 2}


def test_pictures_are_listed_from_the_nearest_and_are_pictures():
    vectors = np.array([[0.0, 1.0], [1.0, 0.0]])
    figure = viz.words_meet_images(
        PICTURES, ["<b>", "white"], vectors, {"a one": np.array([1.0, 0.2])}
    )
    assert figure.status.text.startswith("Nearest to “a one” is white")
    assert words.picture_url(PICTURES[0]) != words.picture_url(PICTURES[1])
    html = words.grid_html([("data:x", '"><b>', 0.5)])
    assert "<b>" not in html


def test_prices_start_with_a_screen():
    data = with_column(viz.what_an_image_costs(), "rule").data
    assert data["tokens"] == [
        rule(price.WIDTH, price.HEIGHT) for rule in RULES.values()
    ]


def test_measures_say_their_first_frame():
    table = dict.fromkeys(("16", "8", "4", "cnn"), RIGHT)
    assert viz.right_by_patch(table).status.text.startswith("Right after 200 steps")
    matrix = dict.fromkeys(("clipped", "fixed"), MATCHED)
    figure = viz.matrix_by_step(matrix, ["a", "b"])
    data = with_column(figure, "cosine").data
    assert data["cosine"] == [0.9, 0.1, 0.5, 0.4]
    assert data["picture"] == ["a", "a", "b", "b"]
    assert "The scale is 20.0." in measures.matrix_line(
        25, MATCHED["seen"]["25"]["matrix"], 20.0
    )


def test_drawings_have_the_words_they_are_about():
    for drawn in (
        drawings.an_image_as_tokens,
        drawings.two_encoders,
        drawings.three_ways_in,
    ):
        assert drawn().startswith("<svg")


def test_what_the_page_says_of_the_shipped_tables_holds():
    table, real = read_table("multimodality"), read_table("real_multimodality")
    held = claims(table) | real_claims(real)
    wrong = [name for name, holds in held.items() if not holds]
    assert not wrong
    said = findings(table)
    assert said["vit_b16"] == "86,567,656"
    assert said["clip_zero_shot"] == "76.2 %"
    assert real_findings(real)["cosine_0"] == "1.0"


def test_the_first_figure_shows_the_lesson():
    shown, letters = pictures.examples()
    found = pictures.drawn_sum(shown[2], shown[3])
    said = sums.sum_line(found.words, found.cosines, "five", float(found.answers[4]))
    assert "“two”" in said
    assert found.answers.argmax() == 4
    assert len(letters["0"]) == 64
