"""The figures of chapter 7: first frames, and their mirrors in JavaScript."""

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
    RadioButtonGroup,
    Select,
    Slider,
    TextAreaInput,
)

from sbt_jax import generation, world
from sbt_jax.generation import CUTS_FIRST, ORDER, Sampling
from sbt_jax.published.generation import GENERATION
from sbt_jax.recipes.generation.recipe import choices
from sbt_jax.viz import generation as viz
from sbt_jax.viz import kit
from sbt_jax.viz.generation import desk as desk_part
from sbt_jax.viz.generation import measures

SPEC = {"merges": [], "special_tokens": ["<end>"], "pattern": "x"}
TOKENS = ["<end>", " a", "a", *(f" w{i}" for i in range(13))]
LOGITS = jnp.array([3.0, 2.0, 1.0, *(-0.25 * i for i in range(13))])
TRUTH = np.array([0.5, 0.25, 0.0, 0.25, *([0.0] * 12)])
SEEN = jnp.arange(16) < 1
RAW = np.asarray(LOGITS)
JS_NAMES = ("repetitionPenalty", "temperature", "topK", "topP", "minP")
HALF = Sampling(temperature=0.5, top_k=4, top_p=0.9)


def one(figure, kind, **where):
    (found,) = figure.layout.select({"type": kind, **where})
    return found


def with_column(figure, name):
    """The data that hold a column of this name."""
    sources = figure.layout.select({"type": ColumnDataSource})
    (found,) = [source for source in sources if name in source.data]
    return found


def desk(**changes):
    given = {
        "text": "Who?",
        "tokens": TOKENS,
        "logits": LOGITS,
        "truth": TRUTH,
        "seen": SEEN,
        "tokenizer": SPEC,
    } | changes
    return viz.mixing_desk(**given)


# -- The mixing desk ----------------------------------------------------------


@pytest.mark.parametrize("truth", [TRUTH, None])
@pytest.mark.parametrize("sampling", [Sampling(), HALF, Sampling(temperature=0.0)])
def test_the_effect_of_the_desk_is_mirrored(call_js, truth, sampling):
    kept = np.asarray(generation.filtered(LOGITS, sampling, SEEN))
    ours = desk_part.effect(RAW, kept, truth)
    theirs = call_js(
        "generation/desk",
        "effect",
        desk_part.softmax(RAW).tolist(),
        desk_part.softmax(kept).tolist(),
        (kept > -np.inf).tolist(),
        None if truth is None else truth.tolist(),
    )
    for name, value in theirs.items():
        assert value == pytest.approx(getattr(ours, name)), name
    assert (ours.distance is None) == (truth is None)


def test_the_effect_by_hand():
    # Half of the model's mass is cut off, and with it all of the truth.
    logits = np.log([0.5, 0.25, 0.25])
    kept = np.array([logits[0], -np.inf, -np.inf])
    found = desk_part.effect(logits, kept, np.array([0.0, 1.0, 0.0]))
    assert found.kept == 1
    np.testing.assert_allclose(found[1:], [0.5, 1.0, 0.75, 1.0, 1.0])


@pytest.mark.parametrize("p", [0, 1e-9, 0.00049, 0.0005, 0.0456, 0.5, 0.9996, 1])
def test_shares_are_mirrored(call_js, p):
    assert call_js("generation/desk", "percent", p) == desk_part.percent(float(p))


@pytest.mark.parametrize(
    ("found", "off"),
    [
        (desk_part.Effect(7, 0.125, 0.25, 0.0626, 0.0001, 0.5), None),
        (desk_part.Effect(1024, 0.0), None),
        (desk_part.Effect(1, 0.5), "No story of the world has “x” there."),
    ],
)
def test_the_line_of_the_desk_is_mirrored(call_js, found, off):
    ours = desk_part.desk_line(found, 1024, off)
    assert call_js("generation/desk", "deskLine", found._asdict(), 1024, off) == ours
    assert "of 1,024" in ours
    assert off is None or off in ours


@pytest.mark.parametrize("tokens", [["<end>", " a", "a", "a "], [" ", "", "\n"], []])
def test_names_differ_and_are_mirrored(call_js, tokens):
    ours = desk_part.names(tokens)
    assert len(set(ours)) == len(tokens)
    assert call_js("generation/desk", "names", tokens) == ours


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
        generation.total_variation(jnp.asarray(TRUTH, float), jnp.asarray(after, float))
    )
    assert f"Distance to the truth: {distance:.3f}" in figure.status.text
    assert {b.label for b in figure.layout.select({"type": Button})} == {
        "write one word",
        "write 100 words",
    }


def test_bars_are_mirrored_by_the_browser(live_js, call_js):
    kept = np.asarray(generation.filtered(LOGITS, HALF, SEEN))
    ours = desk_part.rows(TOKENS, RAW, kept, TRUTH)
    path = Path(desk_part.__file__).with_suffix(".mjs").as_uri()
    theirs = live_js(
        "async (path, tokens, ...rest) => (await import(path))"
        ".rows((id) => tokens[id], ...rest)",
        path,
        TOKENS,
        desk_part.softmax(RAW).tolist(),
        desk_part.softmax(kept).tolist(),
        TRUTH.tolist(),
        desk_part.SHOWN,
        desk_part.REST,
    )
    assert theirs["token"] == ours["token"]
    for name in ("before", "after", "truth"):
        np.testing.assert_allclose(theirs[name], ours[name], atol=1e-12)
    for found in (ours, {k: v for k, v in ours.items() if k != "truth"}):
        assert call_js("generation/desk", "marks", found) == desk_part.marks(found)
    ends = call_js("generation/desk", "farthest", theirs), desk_part.farthest(ours)
    assert ends[0] == pytest.approx(ends[1])


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
    for name, text in desk_part.EXAMPLES.items():
        impossible = world.read(text).impossible
        assert (impossible is None) == (name != "not of this world")
    assert next(iter(desk_part.EXAMPLES)) == one(desk(), Select).value
    assert one(desk(), TextAreaInput).value == "Who?"


# -- The measurements ---------------------------------------------------------


def measured(entropy, words, texts=("Once", " upon")):
    return {
        "main": {"entropy": entropy, "total_variation": 0.1 * entropy},
        "possible_words": words,
        "possible_stories": [0.5, 0.75, 1.0],
        "different": [1.0, 1.0, 1.0],
        "texts": [list(texts)] * 3,
    }


SETTINGS = {
    "temperature": {
        "0": measured(0.0, [1.0, 1.0, 1.0]),
        "1": measured(0.5, [0.98, 0.99, 1.0], ("Anna", " <img src=x>")),
    },
    "both": {"min_p 0.1, then temperature 2": measured(2.5, [0.9, 0.8, 0.7])},
}
WORLD = {k: v for k, v in measured(0.5, [1.0, 1.0, 1.0]).items() if k != "main"}
ENDING = {
    "log_probability": [-3.5, -2.5, -4.0],
    "tokens": [5, 6, 8],
    "words_used": 7,
    "possible_stories": 0.5,
    "texts": [["Once", " x"], ["a", ""], ["b", ""]],
}
WIDER = ENDING | {"log_probability": [-1.5, -2.0], "tokens": [3, 4]}


@pytest.mark.parametrize("values", [[0.5], [0.1, 0.2, 0.9], [1.0, 1.0]])
def test_spreads_are_mirrored(call_js, values):
    ours = measures.spread(values, 2)
    assert call_js("generation/measures", "spread", values, 2) == ours


def test_lines_and_points_of_the_samplers_are_mirrored(call_js):
    rows = measures.sampler_rows(SETTINGS, WORLD, 0.5)
    assert list(rows) == [
        "the world itself",
        "temperature 0",
        "temperature 1",
        "min-p 0.1, then temperature 2",
    ]
    for name, row in rows.items():
        ours = measures.sampler_line(name, row, 0.5)
        theirs = call_js("generation/measures", "samplerLine", name, row, 0.5)
        assert theirs == ours
    for quality in range(len(measures.QUALITIES)):
        ours = measures.points(rows, quality)
        theirs = call_js(
            "generation/measures", "points", rows, quality, measures.WIDEST
        )
        for key, values in ours.items():
            np.testing.assert_allclose(theirs[key], values)


def test_the_first_frame_of_the_samplers():
    figure = viz.quality_against_diversity(SETTINGS, WORLD, 0.5)
    source = with_column(figure, "marker")
    assert source.data["x"] == [0.5, 0.0, 0.5, measures.WIDEST]
    assert source.data["y"][2] == pytest.approx(0.75)
    assert (source.data["low"][2], source.data["high"][2]) == (0.5, 1.0)
    shown = {div.text for div in figure.layout.select({"type": Div})}
    assert kit.passage_html("Anna", " <img src=x>") in shown
    assert "<img" not in figure.page_html()
    assert "Distance to the truth 0.050" in figure.status.text
    assert one(figure, Select).value == "temperature 1"


@pytest.mark.parametrize("values", [[1], [3, 1], [5, 1, 2], [2, 9, 4, 4]])
def test_medians_are_mirrored(call_js, values):
    assert measures.middle(values) == np.median(values)
    assert call_js("generation/measures", "middle", values) == np.median(values)


@pytest.mark.parametrize("width", ["1", "32"])
def test_the_line_of_beams_is_mirrored(call_js, width):
    ours = measures.beam_line(width, WIDER, ENDING)
    args = (width, WIDER, ENDING)
    assert call_js("generation/measures", "beamLine", *args) == ours
    assert "-1.8, 3.5 tokens" in ours


def test_the_first_frame_of_beams_is_the_widest():
    beams = {"1": ENDING, "8": WIDER}
    figure = viz.likeliest_against_typical(ENDING, [ENDING, WIDER], beams)
    assert one(figure, CategoricalSlider).value == "8"
    assert figure.status.text == measures.beam_line("8", WIDER, ENDING)
    sources = [s.data["x"] for s in figure.layout.select({"type": ColumnDataSource})]
    assert sorted(map(list, sources)) == [[3, 4], [5, 6, 8], [5, 6, 8, 3, 4]]


def test_repetition_is_mirrored(call_js):
    found = {"A.": [[0.1, 0.5, 0.9], [0.3, 0.7, 0.9]], "B.": [[0.2, 0.2, 0.2]]}
    ours = measures.curves(found)
    theirs = call_js("generation/measures", "curves", found)
    np.testing.assert_allclose(ours["mean"], theirs["mean"])
    np.testing.assert_allclose(ours["mean"], [[0.2, 0.6, 0.9], [0.2, 0.2, 0.2]])
    assert ours["time"] == theirs["time"]
    means = dict(zip(found, ours["mean"], strict=True))
    line = measures.again_line("main", means)
    assert call_js("generation/measures", "againLine", "main", means) == line
    figure = viz.said_again({"main": found, "small": found}, truth=found)
    assert figure.status.text == line
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
