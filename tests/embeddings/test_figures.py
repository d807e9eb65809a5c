"""The figures of chapter 3: first frames, and what they are made of."""

import numpy as np
import pytest
from bokeh.models import Button, CategoricalSlider, RadioButtonGroup, Select, TextInput

from contracts.small.common import GLOVE
from contracts.small.embeddings import AXES, BANK, DEPTHS, LEARNED, SENSES
from figure_parts import frames, one, with_column
from sbt_jax.checkpoints import read_table
from sbt_jax.viz import embeddings as viz
from sbt_jax.viz.embeddings import arithmetic, contexts, drawings, places, senses

# -- Words and sums -------------------------------------------------------------


def test_no_more_is_read_than_fits():
    assert len(arithmetic.parse("x " * 20)) == arithmetic.TERMS


def test_completions_begin_as_what_was_typed():
    found = arithmetic.completions("king - wom", GLOVE.words)
    assert found[:2] == ["women", "woman"]


def test_the_plane_keeps_three_points_exactly():
    points = np.random.default_rng(0).normal(size=(6, 9))
    flat = arithmetic.plane(points)
    for i in range(3):
        for j in range(3):
            true = np.linalg.norm(points[i] - points[j])
            assert np.linalg.norm(flat[i] - flat[j]) == pytest.approx(true)
    shrunk = np.linalg.norm(flat[3] - flat[4]) < np.linalg.norm(points[3] - points[4])
    assert shrunk


@pytest.mark.parametrize("points", [[[1.0, 2.0]], [[1.0, 2.0], [1.0, 2.0]]])
def test_points_without_a_plane_are_drawn_at_the_origin(points):
    np.testing.assert_array_equal(arithmetic.plane(np.array(points)), 0)


def test_the_arrows_of_a_sum_are_parallel():
    terms = arithmetic.parse("king - man + woman")
    answers = arithmetic.answers_to(GLOVE, terms, strike=False)
    _, arrows = arithmetic.draw_sum(GLOVE, terms, answers)
    first, second = np.transpose(
        [
            np.subtract(arrows["x1"], arrows["x0"]),
            np.subtract(arrows["y1"], arrows["y0"]),
        ]
    )
    np.testing.assert_allclose(first, second, atol=1e-5)


def test_the_first_frame_of_the_sum_is_what_jax_says():
    figure = viz.word_arithmetic(GLOVE, "king - man + woman")
    bars = with_column(figure, "cosine")
    assert bars.data["word"][:2] == ["king", "queen"]
    expected = GLOVE.analogy("king", "man", "woman", arithmetic.SHOWN, strike_out=False)
    np.testing.assert_allclose(bars.data["cosine"], [x for _, x in expected], rtol=1e-6)
    assert one(figure, TextInput).value == "king - man + woman"
    assert one(figure, RadioButtonGroup).active == 0
    assert len(list(figure.layout.select({"type": Button}))) == arithmetic.BUTTONS
    assert 'data-models="glove"' in figure.page_html()
    assert len(figure.page_html()) < 60_000  # the table itself is a script


def test_every_example_is_known():
    for text in arithmetic.EXAMPLES.values():
        assert all(word in GLOVE.ids for _, word in arithmetic.parse(text)), text
    for texts in viz.MAPS.values():
        assert all(word in GLOVE.ids for text in texts for word in text.split())


# -- The map --------------------------------------------------------------------


def test_the_first_map_is_that_of_its_boxes():
    figure = viz.name_the_axes(GLOVE)
    name, texts = next(iter(viz.MAPS.items()))
    assert one(figure, Select).value == name
    assert with_column(figure, "word").data["word"] == texts[0].split()
    boxes = list(figure.layout.select({"type": TextInput}))
    assert {box.value for box in boxes} == set(texts)
    assert {box.value_input for box in boxes} == set(texts)


# -- What was learned -------------------------------------------------------------


def test_one_share_for_all_seeds_is_said_once():
    said = places.places_line("50", [0.8, 0.8], 127, 0.0986)
    assert "80 % of the 127 words" in said
    assert "(80 % over 2 seeds, 10 % by chance)." in said


def test_equal_vectors_are_said_to_be_one():
    said = contexts.contexts_line("bank", "embedding", 1.0, 1.0)
    assert said == "embedding: every “bank” is the same vector. Cosine 1.000."


def test_the_map_of_training_starts_at_its_end():
    figure = viz.words_find_their_places(LEARNED)
    source = with_column(figure, "kind")
    assert source.data["x"] == [0.9, 0.8, 0.0, 0.0]
    assert one(figure, CategoricalSlider).value == "50"
    earlier = frames(figure, source)["0"]["data"]
    np.testing.assert_allclose(earlier["y"], [0.001, 0.003, 0.005, 0.007])
    names = with_column(figure, "label")
    assert frames(figure, names)["0"]["boys"]["data"]["word"] == ["Tom", "Max"]


def test_kinds_look_different():
    kinds = [f"kind {i}" for i in range(12)]
    colors, markers = places.looks(kinds)
    assert len({(colors[kind], markers[kind]) for kind in kinds}) == 12


def test_the_scatter_starts_with_the_stories_it_learned_from():
    figure = viz.dots_and_pmi(LEARNED)
    source = with_column(figure, "dot")
    assert source.data["pmi"] == [1.5, -2.0]
    other = frames(figure, source)["as many other stories"]
    assert other["data"]["pmi"] == [1.0, -1.0]


def test_two_contexts_start_at_the_last_layer():
    figure = viz.two_contexts({"bank": BANK, "hill": BANK}, ("on the", "to the"))
    slider = one(figure, CategoricalSlider)
    assert slider.categories == ["embedding", "attention 1", "MLP 1"]
    assert one(figure, RadioButtonGroup).labels == ["bank", "hill"]
    shown = with_column(figure, "text").data["x"]
    np.testing.assert_allclose(shown, DEPTHS[-1][:, 0], atol=1e-3)


def test_occupations_start_on_the_first_axis():
    figure = viz.occupations_on_an_axis(["nurse", "coach"], [True, False], AXES)
    assert with_column(figure, "at").data["at"] == [0.1, -0.2]
    assert "all: from coach to nurse." in figure.status.text
    assert "0.30 nearer to she than the blue ones." in figure.status.text
    turned = frames(figure, figure.status)["he, she"]["text"]
    assert "0.10 nearer to he than" in turned


def test_senses_start_where_they_lie_furthest_apart():
    figure = viz.senses_by_depth(SENSES)
    assert one(figure, CategoricalSlider).value == "1"
    assert "After block 1, two of “bank” have a cosine of 0.95" in figure.status.text
    table = frames(figure, figure.status)
    assert table["bat"]["0"]["text"].startswith("In the table there is one “bat”")
    assert "has the same sense for 75 % of them" in table["bat"]["2"]["text"]


def test_the_senses_of_the_published_model_are_whole():
    shipped = read_table("real_embeddings")["senses"]
    assert list(shipped) == ["bank", "bat", "spring"]
    assert senses.widest(shipped["bank"]) == 9
    assert viz.senses_by_depth(shipped).status.text.startswith("After block 9")


@pytest.mark.parametrize("draw", ["both_ends", "company", "one_row"])
def test_diagrams_fit(draw):
    assert getattr(drawings, draw)().startswith("<svg")


def test_the_shipped_table_is_whole():
    table = read_table("embeddings")
    steps, words = len(table["settings"]["marks"]), len(table["words"])
    assert np.array(table["flat"]).shape == (steps, words, 2)
    assert len(table["runs"]) >= 3
    assert all(len(run["share"]) == steps for run in table["runs"])
    assert viz.words_find_their_places(table).status.text.startswith("After")
