"""The figures of chapter 7: first frames, and what they are made of."""

import json
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from bokeh.models import (
    Button,
    CategoricalSlider,
    ColumnDataSource,
    Div,
    Plot,
    RadioButtonGroup,
    Select,
    Slider,
    TextAreaInput,
)

from contracts.small.common import SPEC
from contracts.small.generation import (
    AGAIN,
    ENDING,
    LOGITS,
    NEXT,
    SEEN,
    SETTINGS,
    TOKENS,
    TOLD,
    WIDER,
    WORLD,
    desk,
)
from figure_parts import frames, one, with_column
from sbt_jax import generation, world
from sbt_jax.generation import CUTS_FIRST, ORDER, Sampling
from sbt_jax.generation.engines import WAYS, halves
from sbt_jax.published.generation import GENERATION
from sbt_jax.recipes.generation.recipe import choices
from sbt_jax.viz import generation as viz
from sbt_jax.viz import kit
from sbt_jax.viz.generation import desk as desk_part
from sbt_jax.viz.generation import drawings, presets, repetition, samplers, side

RAW = np.asarray(LOGITS)
JS_NAMES = ("repetitionPenalty", "temperature", "topK", "topP", "minP")

# -- The mixing desk ----------------------------------------------------------


def test_the_effect_by_hand():
    # Half of the model's mass is cut off, and with it all of the truth.
    logits = np.log([0.5, 0.25, 0.25])
    kept = np.array([logits[0], -np.inf, -np.inf])
    found = desk_part.effect(logits, kept, np.array([0.0, 1.0, 0.0]))
    assert found.kept == 1
    np.testing.assert_allclose(found[1:], [0.5, 1.0, 0.75, 1.0, 1.0])


def test_the_first_frame_is_what_the_filters_leave():
    figure = desk()
    source, at = with_column(figure, "after"), viz.START
    kept = np.asarray(generation.filtered(LOGITS, at, SEEN))
    before, after = desk_part.softmax(RAW), desk_part.softmax(kept)
    assert source.data["token"][:3] == ["(the end)", "a", "·a"]
    np.testing.assert_allclose(source.data["before"][:-1], before[: desk_part.SHOWN])
    np.testing.assert_allclose(source.data["after"][:-1], after[: desk_part.SHOWN])
    marked = with_column(figure, "truth").data
    for p in (source.data["before"], source.data["after"], marked["truth"]):
        assert sum(p) == pytest.approx(1.0)
    assert marked["token"] == source.data["token"]
    sliders = {s.title: s.value for s in figure.layout.select({"type": Slider})}
    assert (sliders["temperature T"], sliders["top-p"]) == (at.temperature, at.top_p)
    assert one(figure, CategoricalSlider).value == "all"
    distance = float(
        generation.total_variation(jnp.asarray(NEXT, float), jnp.asarray(after, float))
    )
    assert f"Distance to the truth: {distance:.3f}" in figure.status.text
    assert {b.label for b in figure.layout.select({"type": Button})} == {
        "write one word",
        "write 100 words",
    }


def test_the_desk_filters_as_python_does(live_js):
    """The same settings and order, from sliders on one side."""
    code = Path(desk_part.__file__).with_suffix(".mjs").read_text("utf8")
    last = [*JS_NAMES[:1], *JS_NAMES[2:], JS_NAMES[1]]
    assert f"CUTS_FIRST = {json.dumps(last)}" in code
    for order, names in ((ORDER, None), (CUTS_FIRST, CUTS_FIRST)):
        sampling = Sampling(0.5, 5, 0.8, 0.05, 1.2, order)
        ours = desk_part.softmax(
            np.asarray(generation.filtered(LOGITS, sampling, SEEN))
        )
        words = dict(zip(ORDER, JS_NAMES, strict=True))
        options = {js: getattr(sampling, name) for name, js in words.items()}
        if names:
            options["order"] = [words[name] for name in names]
        theirs = live_js(
            "(z, o) => Array.from(sbt.sampler.probabilities(z, o))",
            LOGITS.tolist(),
            {**options, "seen": [0]},
        )
        np.testing.assert_allclose(theirs, ours, atol=1e-6)


def test_off_the_world_there_is_no_truth():
    figure = desk(truth=None)
    assert with_column(figure, "truth").data == {"token": [], "truth": []}
    assert "no truth" in figure.status.text
    assert "–" in figure.fallback()


def test_typed_text_is_never_markup():
    text = "<img onerror=alert(1)>"
    html = desk(text=text, tokens=[text, *TOKENS[1:]]).page_html()
    assert "<img" not in html


def test_a_page_holds_the_tokenizer_once():
    html = desk(tokenizer=SPEC | {"pattern": "UNIQUE"}).page_html()
    assert html.count("UNIQUE") == 1
    assert 'data-models="main world"' in html


def test_examples_are_of_the_world_but_one():
    for name, text in viz.EXAMPLES.items():
        impossible = world.read(text).impossible
        assert (impossible is None) == (name != "not of this world")
    picks = [pick.value for pick in desk().layout.select({"type": Select})]
    assert sorted(picks) == sorted([next(iter(viz.EXAMPLES)), presets.HOT])
    assert one(desk(), TextAreaInput).value == "Who?"


# -- The measurements ---------------------------------------------------------


def test_settings_are_named_in_words_the_world_first():
    assert list(samplers.sampler_rows(SETTINGS, WORLD)) == [
        "the world itself",
        "temperature 0",
        "temperature 1",
    ]


def test_the_first_frame_of_the_samplers():
    figure = viz.quality_against_diversity(SETTINGS, WORLD)
    source = with_column(figure, "marker")
    assert source.data["x"] == pytest.approx([0.0, 0.0, 0.05])
    assert source.data["y"][2] == pytest.approx(0.75)
    shown = {div.text for div in figure.layout.select({"type": Div})}
    assert kit.passage_html("Anna", " <img src=x>") in shown
    assert one(figure, Select).value == "temperature 1"
    sources = figure.layout.select({"type": ColumnDataSource})
    (ring,) = [frames(figure, s) for s in sources if set(s.data) == {"x", "y"}]
    assert ring["temperature 0"]["data"] == {"x": [0.0], "y": [0.75]}
    told = frames(figure, figure.status)["the world itself"]["text"]
    assert told.startswith("the world itself: possible stories 75 % (50 to 100);")


def test_a_view_says_what_is_seen_of_the_plane():
    figure = viz.quality_against_diversity(SETTINGS, WORLD)
    plot = one(figure, Plot)
    for name, (across, _) in samplers.VIEWS.items():
        found = frames(figure, plot.x_range)[name]
        assert (found["start"], found["end"]) == across
    assert plot.x_range.end == samplers.VIEWS["the good corner"][0][1]


def test_a_line_leads_from_temperature_1_through_the_settings_of_a_cut():
    far = {"0.9": 0.2, "0.5": 0.4}
    cut = {
        name: SETTINGS["temperature"]["1"] | {"main": {"total_variation": x}}
        for name, x in far.items()
    }
    rows = samplers.sampler_rows(SETTINGS | {"top_p": cut}, WORLD)
    assert samplers.paths(rows)["x"] == [[0.0, 0.05], [0.05, 0.2, 0.4]]


# -- Side by side -------------------------------------------------------------


def test_each_system_has_a_row_with_its_published_setting():
    figure = viz.side_by_side(TOLD, 3, SPEC)
    text = "".join(div.text for div in figure.layout.select({"type": Div}))
    for name in WAYS:
        assert f"<b>{name}</b>" in text
    assert "temperature 0.8, top-k 40, top-p 0.95, min-p 0.05" in text
    assert "&lt;b&gt;x" in text
    assert "<b>x" not in text
    assert GENERATION["default_llama_cpp"].value["order"] == CUTS_FIRST
    assert 'data-models="main world"' in figure.page_html()


def test_a_setting_as_the_browser_takes_it(live_js):
    for sampling in WAYS.values():
        ours = desk_part.softmax(np.asarray(generation.filtered(LOGITS, sampling)))
        theirs = live_js(
            "(z, o) => Array.from(sbt.sampler.probabilities(z, o))",
            LOGITS.tolist(),
            side.javascript(sampling),
        )
        np.testing.assert_allclose(theirs, ours, atol=1e-6)


def test_a_word_that_is_only_begun_is_no_slip():
    start = "Once there was a man called"
    assert halves(start, " Ot") == (" Ot", "")
    assert halves(start, " Otto. His x") == (" Otto. His", " x")
    assert halves("The capital", " of x") == (" of x", "")


def test_a_preset_moves_every_slider_and_the_order():
    figure = desk()
    (slider,) = [
        s for s in figure.layout.select({"type": Slider}) if s.title == "temperature T"
    ]
    rows = frames(figure, slider)
    assert {name: row["value"] for name, row in rows.items()} == {
        name: how.temperature for name, how in presets.SETTINGS.items()
    }
    order = one(figure, RadioButtonGroup)
    assert frames(figure, order)["llama.cpp"] == {"active": 1}
    counts = frames(figure, one(figure, CategoricalSlider))
    assert all(row["value"] in desk_part.COUNTS for row in counts.values())


def test_the_drawing_shows_the_scores_of_the_page():
    assert drawings.LOGITS == (3.0, 2.0, 1.0)
    assert drawings.three_temperatures().count('class="lit"') == 9
    assert drawings.two_places().count('class="lit"') == 2 * drawings.NAMES


def test_the_first_frame_of_beams_is_the_widest():
    beams = {"1": ENDING, "8": WIDER}
    figure = viz.likeliest_against_typical(ENDING, [ENDING, WIDER], beams)
    assert one(figure, CategoricalSlider).value == "8"
    sources = [s.data["x"] for s in figure.layout.select({"type": ColumnDataSource})]
    assert sorted(map(list, sources)) == [[3, 4], [5, 6, 8], [5, 6, 8, 3, 4]]
    told = frames(figure, figure.status)["1"]["text"]
    assert told.startswith("One beam, medians: log-probability -3.5, 6 tokens")


def test_repetition_is_a_mean_over_openings():
    ours = repetition.curves(AGAIN)
    np.testing.assert_allclose(ours["mean"][0], [0.2, 0.6, 0.9])
    assert ours["mean"][1] == [0.2, 0.2, 0.2]
    assert ours["time"] == [[1, 2, 3], [1, 2, 3]]
    figure = viz.said_again({"main": AGAIN, "small": AGAIN}, truth=AGAIN)
    assert one(figure, RadioButtonGroup).labels == ["main", "small"]


# -- Published figures, and what the recipe asks ------------------------------


def test_our_orders_are_those_of_the_engines():
    orders = {k: f.value for k, f in GENERATION.items() if "order" in k}
    assert orders["order_transformers"] == ORDER
    assert orders["order_vllm"] == ORDER[:-1]
    assert orders["order_llama_cpp"] == CUTS_FIRST


def test_the_last_group_has_each_pair_in_both_orders():
    both = choices()["both"]
    assert len(both) == 6
    for (tempered, first), (cut, last) in zip(*[iter(both.items())] * 2, strict=True):
        assert tempered.split(", then ")[::-1] == cut.split(", then ")
        assert (first.order, last.order) == (ORDER, CUTS_FIRST)
        assert first.temperature == last.temperature != 1.0
