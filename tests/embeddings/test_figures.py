"""The figures of chapter 3: first frames, and their mirrors in JavaScript."""

import json

import numpy as np
import pytest
from bokeh.models import (
    Button,
    CategoricalSlider,
    ColumnDataSource,
    RadioButtonGroup,
    TextInput,
)

from sbt_jax.checkpoints import browser_script, read_table
from sbt_jax.embeddings import edit_distance, load_glove, near_spellings, pca, unit
from sbt_jax.viz import embeddings as viz
from sbt_jax.viz.embeddings import arithmetic, learned

JS = "embeddings/arithmetic"

GLOVE = load_glove()
SUMS = [
    "king - man + woman",
    "bank",
    "bank - finance + river",
    "paris − france+italy - rome",
    "dog dog cat",
    "swam - swim + run",
]
TYPED = ["King − man+woman", "", "  -", "+ + a", "a--b", "naïve – é", "x " * 20]
LEARNED = {
    "words": ["Monday", "Tuesday", "Tom", "Max"],
    "kinds": ["days", "days", "boys", "boys"],
    "flat": [[[0, 1], [2, 3], [4, 5], [6, 7]], [[900, 0], [800, 0], [0, -500], [0, 7]]],
    "chance": 0.25,
    "settings": {"marks": [0, 50]},
    "compared": 1234,
    "scatter": {
        "pair": ["a b", "a c"],
        "dot": [1.0, -2.5],
        "same": [1.5, -2.0],
        "other": [1.0, -1.0],
    },
    "runs": [
        {
            "seed": i,
            "share": [0.1 * i, 0.8 + 0.05 * i],
            "same": {"r": 0.9 + 0.01 * i, "off": 0.5},
            "other": {"r": 0.8, "off": 0.625},
        }
        for i in range(3)
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


@pytest.fixture(scope="module")
def glove_js(call_js):
    """Call an export of ``arithmetic.mjs`` on vectors as the browser unpacks them."""
    script = browser_script("glove")
    weights = json.loads(script[script.rindex("?? {}, ") + 7 : script.rindex(")")])

    def call(name, *arguments):
        return call_js(JS, "onGlove", name, weights["glove"], *arguments)

    return call


# -- Words and sums -------------------------------------------------------------


@pytest.mark.parametrize("text", TYPED)
def test_what_is_typed_is_read_alike(call_js, text):
    theirs = call_js(JS, "parse", text)
    assert [tuple(term) for term in theirs] == arithmetic.parse(text)
    assert len(theirs) <= arithmetic.TERMS


@pytest.mark.parametrize("word", ["qeen", "QUEEN", "", "xylophon", "<b>", "z" * 300])
def test_spellings_are_mirrored(call_js, word):
    words = list(GLOVE.words[:800])
    ours = near_spellings(word, words, 5)
    assert call_js(JS, "nearSpellings", word, words, 5) == ours
    distance = edit_distance(word[:20], "queen")
    assert call_js(JS, "editDistance", word[:20], "queen") == distance


@pytest.mark.parametrize("text", ["king - man + wom", "qeen", "", "king ", "a", "−Th"])
def test_completions_are_mirrored(call_js, text):
    words = list(GLOVE.words[:800])
    ours = arithmetic.completions(text, words)
    assert call_js(JS, "completions", text, words) == ours


def test_completions_begin_as_what_was_typed():
    found = arithmetic.completions("king - wom", GLOVE.words)
    assert found[:2] == ["women", "woman"]


@pytest.mark.parametrize("strike", [False, True])
@pytest.mark.parametrize(
    "answers",
    [
        [("king", 0.885), ("queen", 0.852)],
        [("rome", 0.847)],
        [("king", 0.5)],
    ],
)
def test_the_line_of_a_sum_is_mirrored(call_js, answers, strike):
    arguments = (arithmetic.parse("king - man + king"), answers, strike, 0.5412, 0.218)
    assert call_js(JS, "sumLine", *arguments) == arithmetic.sum_line(*arguments)


def test_the_plane_is_mirrored_and_keeps_three_points_exactly(call_js):
    rng = np.random.default_rng(0)
    points = rng.normal(size=(6, 9))
    flat = arithmetic.plane(points)
    theirs = call_js(JS, "plane", points.tolist())
    np.testing.assert_allclose(theirs, flat, atol=1e-9)
    for i in range(3):
        for j in range(3):
            true = np.linalg.norm(points[i] - points[j])
            assert np.linalg.norm(flat[i] - flat[j]) == pytest.approx(true)
    shrunk = np.linalg.norm(flat[3] - flat[4]) < np.linalg.norm(points[3] - points[4])
    assert shrunk


@pytest.mark.parametrize("points", [[[1.0, 2.0]], [[1.0, 2.0], [1.0, 2.0]]])
def test_points_without_a_plane_are_drawn_at_the_origin(call_js, points):
    flat = arithmetic.plane(np.array(points))
    np.testing.assert_array_equal(flat, 0)
    assert call_js(JS, "plane", points) == flat.tolist()


@pytest.mark.parametrize("strike", [False, True])
@pytest.mark.parametrize("text", SUMS)
def test_the_browser_calculates_as_jax_does(glove_js, text, strike):
    terms = arithmetic.parse(text)
    answers = arithmetic.answers_to(GLOVE, terms, strike)
    points, arrows, true, drawn = arithmetic.draw_sum(GLOVE, terms, answers)
    theirs = glove_js("calculate", terms, strike)
    assert [word for word, _ in theirs["answers"]] == [word for word, _ in answers]
    np.testing.assert_allclose(
        [x for _, x in theirs["answers"]], [x for _, x in answers], atol=1e-5
    )
    assert theirs["names"] == points["word"]
    assert theirs["colors"] == points["color"]
    flat = np.transpose([points["x"], points["y"]])
    np.testing.assert_allclose(theirs["flat"], flat, atol=1e-4)
    ends = np.reshape(theirs["arrows"], (-1, 4)).T
    np.testing.assert_allclose(ends, list(arrows.values()), atol=1e-4)
    assert theirs["far"] == pytest.approx(true, abs=1e-4)
    assert theirs["drawn"] == pytest.approx(drawn, abs=1e-4)


def test_the_arrows_of_a_sum_are_parallel():
    terms = arithmetic.parse("king - man + woman")
    answers = arithmetic.answers_to(GLOVE, terms, strike=False)
    _, arrows, _, _ = arithmetic.draw_sum(GLOVE, terms, answers)
    first, second = np.transpose(
        [
            np.subtract(arrows["x1"], arrows["x0"]),
            np.subtract(arrows["y1"], arrows["y0"]),
        ]
    )
    np.testing.assert_allclose(first, second, atol=1e-5)


def test_words_that_cancel_leave_nothing(glove_js):
    assert glove_js("calculate", arithmetic.parse("king - king"), False) is None


def test_the_first_frame_of_the_sum_is_what_jax_says():
    figure = viz.word_arithmetic(GLOVE, "king - man + woman")
    bars = with_column(figure, "cosine")
    assert bars.data["word"][:2] == ["king", "queen"]
    expected = GLOVE.analogy("king", "man", "woman", arithmetic.SHOWN, strike_out=False)
    np.testing.assert_allclose(bars.data["cosine"], [x for _, x in expected], rtol=1e-6)
    assert one(figure, TextInput).value == "king - man + woman"
    assert one(figure, RadioButtonGroup).active == 0
    assert len(list(figure.layout.select({"type": Button}))) == arithmetic.BUTTONS
    assert "king (0.88" in figure.status.text
    assert 'data-models="glove"' in figure.page_html()
    assert len(figure.page_html()) < 60_000  # the table itself is a script


def test_every_example_is_known():
    for text in arithmetic.EXAMPLES.values():
        assert all(word in GLOVE.ids for _, word in arithmetic.parse(text)), text
    for texts in viz.MAPS.values():
        assert all(word in GLOVE.ids for text in texts for word in text.split())


# -- The map --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["moods", "animals by size"])
def test_a_map_is_mirrored(glove_js, name):
    words, *ends = (text.split() for text in viz.MAPS[name])
    axes = [tuple(pair) for pair in ends]
    flat, kept = arithmetic.on_axes(GLOVE, words, axes)
    theirs = glove_js("onAxes", words, axes)
    np.testing.assert_allclose(theirs["flat"], flat, atol=1e-5)
    assert theirs["kept"] == pytest.approx(kept, abs=0.02)  # ties at the tenth


def test_the_line_of_a_map_is_mirrored(call_js):
    arguments = (
        ["a", "b", "c"],
        [[0.1, 3.0], [0.3, 1.0], [0.2, 2.0]],
        [("low", "high"), ("poor", "rich")],
        0.0432,
    )
    words, flat, axes, kept = arguments
    ours = arithmetic.map_line(words, np.array(flat), axes, kept)
    assert call_js(JS, "mapLine", *arguments) == ours
    assert "nearest to low is a, nearest to high b" in ours


def test_the_first_map_is_that_of_its_boxes():
    figure = viz.name_the_axes(GLOVE)
    words, *_ = next(iter(viz.MAPS.values()))
    assert with_column(figure, "word").data["word"] == words.split()
    boxes = figure.layout.select({"type": TextInput})
    assert {box.value for box in boxes} == set(next(iter(viz.MAPS.values())))


@pytest.mark.parametrize("without", [[], [3]])
def test_the_largest_are_found_in_order(call_js, without):
    scores = [3.0, 1.0, 5.0, 9.0, 4.0, -1.0]
    found = call_js(JS, "largest", scores, 3, without)
    assert found == [i for i in [3, 2, 4, 0] if i not in without][:3]


# -- What was learned -------------------------------------------------------------


def test_the_lines_of_what_was_learned_are_mirrored(call_js):
    for name, ours, *arguments in (
        ("placesLine", learned.places_line, "50", [0.8, 0.85], 127, 0.0986),
        (
            "pmiLine",
            learned.pmi_line,
            "stories",
            2387,
            [run["same"] for run in LEARNED["runs"]],
        ),
        ("contextsLine", learned.contexts_line, "bank", "embedding", 1.0, 1.0),
        ("contextsLine", learned.contexts_line, "hill", "MLP 4", 0.97, 0.861),
        (
            "axisLine",
            learned.axis_line,
            "he, she",
            ["a", "b", "c"],
            [0.1, -0.3, 0.2],
            0.127,
        ),
    ):
        theirs = call_js("embeddings/learned", name, *arguments)
        assert theirs == ours(*arguments)


def test_the_map_of_training_starts_at_its_end():
    figure = viz.words_find_their_places(LEARNED)
    source = with_column(figure, "kind")
    assert source.data["x"] == [0.9, 0.8, 0.0, 0.0]
    assert one(figure, CategoricalSlider).value == "50"
    assert "of the 4 words is of the same kind for 80 % of them" in figure.status.text


def test_kinds_look_different():
    kinds = [f"kind {i}" for i in range(12)]
    colors, markers = learned.looks(kinds)
    assert len({(colors[kind], markers[kind]) for kind in kinds}) == 12


def test_the_scatter_starts_with_the_stories_it_learned_from():
    figure = viz.dots_and_pmi(LEARNED)
    assert with_column(figure, "dot").data["pmi"] == [1.5, -2.0]
    assert "over 1,234 pairs: correlation 0.900" in figure.status.text


def test_two_contexts_start_at_the_last_layer():
    flat = np.zeros((3, 4, 2))
    flat[-1] = pca(unit(GLOVE.table[:4]), 2)[0]
    bank = viz.Contexts(flat, list("wxyz"), [1.0, 0.9, 0.8], [1.0, 0.9, 0.25])
    figure = viz.two_contexts({"bank": bank, "hill": bank}, ("on the", "to the"))
    slider = one(figure, CategoricalSlider)
    assert slider.categories == ["embedding", "attention 1", "MLP 1"]
    assert figure.status.text.startswith(
        "MLP 1: two of “bank” have a mean cosine of 0.800"
    )
    assert one(figure, RadioButtonGroup).labels == ["bank", "hill"]
    shown = with_column(figure, "text").data["x"]
    np.testing.assert_allclose(shown, flat[-1][:, 0], atol=1e-3)


def test_occupations_start_on_the_first_axis():
    axes = {"all": [0.1, -0.2], "he, she": [0.3, 0.4]}
    figure = viz.occupations_on_an_axis(["nurse", "coach"], axes, 0.127)
    assert with_column(figure, "at").data["at"] == [0.1, -0.2]
    assert "from coach (-0.20) to nurse (0.10)" in figure.status.text


def test_the_shipped_table_is_whole():
    table = read_table("embeddings")
    steps, words = len(table["settings"]["marks"]), len(table["words"])
    assert np.array(table["flat"]).shape == (steps, words, 2)
    assert len(table["runs"]) >= 3
    assert all(len(run["share"]) == steps for run in table["runs"])
    assert viz.words_find_their_places(table).status.text.startswith("After")
