"""The figures of chapter 1: first frames, and what they are made of."""

import math

import pytest
from bokeh.models import (
    Button,
    ColumnDataSource,
    Div,
    IndexFilter,
    RadioButtonGroup,
    Span,
    TextAreaInput,
)

from contracts.small.common import SPEC
from contracts.small.foundations import (
    MODELS,
    NGRAMS,
    PROBED,
    ROWS,
    SCATTER,
    TABLE,
    TRUTH,
)
from figure_parts import frames, one, with_column
from sbt_jax import world
from sbt_jax.foundations import count_ngrams, word_gap
from sbt_jax.shipped.ngrams import next_rows
from sbt_jax.shipped.stories import encode_story, story_model
from sbt_jax.viz import foundations as viz
from sbt_jax.viz import kit
from sbt_jax.viz.foundations import floor, next_word, probe, scatter


def test_the_first_frame_is_what_the_rows_say():
    figure = viz.say_the_next_word("Who?", ROWS, SPEC, TABLE)
    source = with_column(figure, "truth")
    assert source.data["truth"] == [0.75, 0.0, 0.25]
    assert source.data["model"] == [0.7, 0.1, 0.2]
    assert one(figure, TextAreaInput).value == "Who?"
    gap = word_gap({" Tom": 0.75, " Anna": 0.25}, {" Tom": 0.7, " Anna": 0.2})
    assert f"the model {gap:.3f} nats" in figure.status.text
    buttons = figure.layout.select({"type": Button})
    assert {button.label for button in buttons} == {"Tom", "Anna", "a", "–", "go on"}
    assert one(figure, RadioButtonGroup).labels == list(viz.EXAMPLES)


def test_bars_are_of_what_somebody_finds_possible():
    rows = [(" b", 0.0, 1e-6, 0.25), (" a", 1.0, 0.9, 1e-9), (" c", 0.0, 1e-5, 1e-5)]
    assert [word for word, *_ in next_word.shown_rows(rows)] == [" a", " b"]
    off = [(" b", None, 0.5, 0.1), (" a", None, 0.1, 0.9)]
    assert [word for word, *_ in next_word.shown_rows(off)] == [" b", " a"]
    many = [(f" {i}", None, 0.1, 0.1) for i in range(20)]
    assert len(next_word.shown_rows(many)) == next_word.SHOWN


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
    told = [encode_story(main.tokenizer, s.text, end=True) for s in world.stories(300)]
    counts = count_ngrams(told, 3, main.tokenizer.vocab_size)
    text = viz.EXAMPLES["who has the ball"]
    rows = next_rows(main, counts, text)
    (word, truth, model, counted), *others = rows
    assert (word, truth) == (" Tom", 1.0)
    assert model > 0.9
    assert 0 < counted < 0.1
    favourite = max(rows, key=lambda row: row[3])
    assert favourite[0] in {" It", " She"}
    known = {word for s in world.stories(2000) for word in world.split(s.text)}
    assert {word for word, *_ in others} <= known
    off = next_rows(main, counts, viz.EXAMPLES["not of this world"])
    assert {truth for _, truth, _, _ in off} == {None}


# -- The measurements -----------------------------------------------------------


def test_the_floor_is_where_the_entropy_is_in_every_unit():
    figure = viz.gap_to_the_floor(NGRAMS, MODELS, 0.58)
    mark, source = one(figure, Span), with_column(figure, "value")
    assert mark.location == 0.58
    assert source.data["value"] == [4.5, 1.9, 1.2, 0.7, 0.6]
    assert source.data["name"][-1] == "main"
    expected = [0.58, 0.58 / math.log(2), math.exp(0.58)]
    found = [frames(figure, mark)[unit]["location"] for unit in floor.UNITS]
    assert found == pytest.approx(expected)
    few = frames(figure, figure.status)["10"]["choices a word"]["text"]
    assert f"3-gram, needs {math.exp(1.5):.2f} choices a word" in few


def test_the_scatter_starts_with_every_word_and_the_first_model():
    figure = viz.probability_for_probability(*SCATTER)
    shown = one(figure, IndexFilter)
    assert shown.indices is None  # all
    (dots,) = [
        s
        for s in figure.layout.select({"type": ColumnDataSource})
        if len(s.data.get("truth", [])) == 20
    ]
    assert dots.data["model"] == pytest.approx(TRUTH * 0.9)
    assert frames(figure, shown)["who words"]["indices"][:4] == [0, 1, 3, 4]
    small = frames(figure, figure.status)["small"]["who words"]["1st"]["text"]
    assert small.startswith(
        "who words: small is off by more than a quarter for 15 of 15"
    )
    assert small.endswith("“Tom” after “… ”, truth 100 %, small under 0.1 %.")


def test_the_ring_walks_from_the_farthest_word_on():
    truth, model = [0.5, 0.5, 1.0, 0.25], [0.25, 0.5, 0.125, 0.5]
    assert scatter.farthest(truth, model, [0, 1, 2, 3]) == [2, 0, 3, 1]
    assert scatter.farthest(truth, model, [1, 3]) == [3, 1]


def test_several_seeds_of_a_probe_are_told_with_their_spread():
    said = probe.appears_line("small", "4", [0.5, 0.75], [0.5, 0.25])
    assert "2 seeds: 62.5 % (50.0 to 75.0) of the avoidable surprise is gone" in said
    assert "right in 38 % (25 to 50) of places" in said


def test_the_probe_starts_where_the_two_curves_are_farthest_apart():
    figure = viz.hidden_state_appears(PROBED, 0.4)
    assert one(figure, Span).location == 0.4
    assert one(figure, RadioButtonGroup).active == 0
    rings = with_column(figure, "step")
    assert rings.data["value"] == pytest.approx([1 - 1 / 6, 0.5])
    told = frames(figure, figure.status)
    assert {name: list(steps) for name, steps in told.items()} == {
        "main": ["0", "8", "16"],
        "small": ["0", "4"],
    }
