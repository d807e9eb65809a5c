"""The figures of chapter 1: first frames, and their mirrors in JavaScript."""

import math

import numpy as np
import pytest
from bokeh.models import (
    Button,
    ColumnDataSource,
    Div,
    IndexFilter,
    Span,
    TextAreaInput,
)

from sbt_jax import world
from sbt_jax.foundations import count_ngrams, word_gap
from sbt_jax.shipped.ngrams import next_rows
from sbt_jax.shipped.stories import encode_story, story_model
from sbt_jax.viz import foundations as viz
from sbt_jax.viz import kit
from sbt_jax.viz.foundations import measures, next_word

ROWS = [(" Tom", 0.75, 0.7, 0.02), (" Anna", 0.25, 0.2, 0.03), (" a", 0.0, 0.1, 0.5)]
SPEC = {"merges": [], "special_tokens": ["<end>"], "pattern": "x"}
TABLE = {"vocabSize": 3, "levels": []}
RUNS = {
    "main": [{"steps": [0, 8, 16], "gap": [6.0, 1.0, 0.5], "probe": [0.4, 0.5, 0.75]}],
    "small": [
        {"steps": [0, 4], "gap": [6.0, 2.0], "probe": [0.4, 0.5]},
        {"steps": [0, 4], "gap": [6.5, 1.0], "probe": [0.3, 0.25]},
    ],
}


def one(figure, kind, **where):
    (found,) = figure.layout.select({"type": kind, **where})
    return found


def with_column(figure, name):
    """The data that hold a column of this name."""
    sources = figure.layout.select({"type": ColumnDataSource})
    (found,) = [source for source in sources if name in source.data]
    return found


@pytest.mark.parametrize(
    "words", [[" Tom", "Tom", " "], ["<end>", ".", '."'], [], [" a", "a", "·a"]]
)
def test_labels_differ_and_are_mirrored(call_js, words):
    ours = next_word.labels(words)
    assert len(set(ours)) == len(words)
    assert call_js("foundations/next_word", "labels", words) == ours


@pytest.mark.parametrize("p", [0, 1e-9, 0.00099, 0.001, 0.0456, 0.5, 0.9994, 0.9996, 1])
def test_shares_are_mirrored(call_js, p):
    assert call_js("foundations/next_word", "share", p) == viz.share(float(p))


def test_the_line_of_the_next_word_is_mirrored(call_js):
    gaps = {"the model": 0.01234, "the trigram": 3.5}
    ours = next_word.gap_line(ROWS, gaps)
    assert call_js("foundations/next_word", "gapLine", ROWS, gaps) == ours
    assert "Truth 75.0 %, model 70.0 %, trigram 2.0 %" in ours


def test_the_first_frame_is_what_the_rows_say():
    figure = viz.say_the_next_word("Who?", ROWS, SPEC, TABLE)
    source = with_column(figure, "truth")
    assert source.data["truth"] == [0.75, 0.25, 0.0]
    assert source.data["model"] == [0.7, 0.2, 0.1]
    assert one(figure, TextAreaInput).value == "Who?"
    gap = word_gap({" Tom": 0.75, " Anna": 0.25}, {" Tom": 0.7, " Anna": 0.2})
    assert f"the model {gap:.3f} nats" in figure.status.text
    buttons = figure.layout.select({"type": Button})
    assert {button.label for button in buttons} == {"Tom", "Anna", "a", "–", "go on"}


def test_a_page_holds_the_tables_once():
    figure = viz.say_the_next_word("Who?", ROWS, SPEC | {"pattern": "UNIQUE"}, TABLE)
    assert figure.page_html().count("UNIQUE") == 1
    assert 'data-models="main world"' in figure.page_html()


def test_typed_text_is_never_markup():
    text = "<img onerror=alert(1)>"
    html = viz.let_it_write(text, text, text, SPEC).page_html()
    assert "<img" not in html


def test_the_landing_page_marks_what_is_impossible():
    figure = viz.let_it_write("Once", " there was a dragon.", " dragon.", SPEC)
    marked = kit.passage_html("Once there was a", " dragon.")
    assert marked in {div.text for div in figure.layout.select({"type": Div})}
    assert "has there: “dragon.”" in figure.status.text
    whole = viz.let_it_write("Once", " there was a queen.", "", SPEC)
    assert whole.status.text.endswith("All of it could be of the world.")


def test_examples_are_of_the_world_but_the_last():
    for table in (viz.EXAMPLES, next_word.BEGINNINGS):
        *inside, outside = table.values()
        for text in inside:
            reading = world.read(text)
            assert reading.impossible is None, text
            assert reading.next
        assert world.read(outside).impossible is not None


def test_the_rows_of_a_beginning_are_the_truth_the_model_and_the_counts():
    main = story_model("main")
    told = [encode_story(main.tokenizer, "Once upon a time.", end=True)]
    counts = count_ngrams(told, 3, main.tokenizer.vocab_size)
    text = viz.EXAMPLES["who has the ball"]
    (word, truth, model, counted), *_ = next_rows(main, counts, text)
    assert (word, truth) == (" Tom", 1.0)
    assert model > 0.9
    assert 0 < counted < 0.01
    off = next_rows(main, counts, viz.EXAMPLES["not of this world"])
    assert {truth for _, truth, _, _ in off} == {None}


# -- The measurements -----------------------------------------------------------

NGRAMS = {"10": [5.0, 2.0, 1.5], "200": [4.5, 1.9, 1.2]}
MODELS = {"small": 0.7, "main": 0.6}


@pytest.mark.parametrize("unit", [0, 1, 2])
def test_units_and_the_line_over_the_floor_are_mirrored(call_js, unit):
    ours = measures.in_unit(0.6, unit)
    name = "foundations/measures"
    assert call_js(name, "inUnit", 0.6, unit) == pytest.approx(ours)
    arguments = ("5-gram", 1.234, "main", 0.6, 0.58, unit)
    assert call_js(name, "gapLine", *arguments) == measures.gap_line(*arguments)
    assert ours == pytest.approx([0.6, 0.6 / math.log(2), math.exp(0.6)][unit])


def test_the_floor_is_where_the_entropy_is():
    figure = viz.gap_to_the_floor(NGRAMS, MODELS, 0.58)
    assert one(figure, Span).location == 0.58
    source = one(figure, ColumnDataSource)
    assert source.data["value"] == [4.5, 1.9, 1.2, 0.7, 0.6]
    assert source.data["name"][-1] == "main"
    assert "3-gram, needs 1.20" in figure.status.text


def test_the_scatter_starts_with_every_word_and_its_line_is_mirrored(call_js):
    truth = np.array([1.0, 0.5, 0.25, 0.1] * 5)
    models = {"main": truth * 0.9, "small": np.full(20, 1e-9)}
    words, skills = [" Tom", " a", ".", "x"] * 5, ["who", "who", "sum", "who"] * 5
    figure = viz.probability_for_probability(words, skills, truth, models)
    assert list(one(figure, IndexFilter).indices) == list(range(20))
    assert with_column(figure, "model").data["model"] == pytest.approx(truth * 0.9)
    arguments = ("All words", "main", truth.tolist(), models["main"].tolist())
    ours = measures.agreement_line(*arguments)
    assert ours == figure.status.text
    assert call_js("foundations/measures", "agreementLine", *arguments) == ours
    assert "for 100 %, and loses 0.105 nats" in ours


@pytest.mark.parametrize("name", RUNS)
def test_the_line_of_the_probe_is_mirrored(call_js, name):
    gaps = [run["gap"][1] for run in RUNS[name]]
    shares = [run["probe"][1] for run in RUNS[name]]
    ours = measures.appears_line(name, "8", gaps, shares)
    theirs = call_js("foundations/measures", "appearsLine", name, "8", gaps, shares)
    assert theirs == ours


def test_the_probe_starts_at_the_last_snapshot_of_the_first_model():
    figure = viz.hidden_state_appears(RUNS, 0.4)
    assert figure.status.text.startswith("main, 16 steps, 1 seed: gap 0.500")
    assert "in 75 % of places" in figure.status.text
    assert one(figure, Span).location == 0.4
