"""The figures of chapter 4: first frames, and what they are made of."""

from types import SimpleNamespace

import jax
import numpy as np
import pytest
from bokeh.models import (
    CategoricalSlider,
    CheckboxButtonGroup,
    ColumnDataSource,
    Div,
    RadioButtonGroup,
    Slider,
)

from contracts.small.attention import (
    HEAD,
    KEY,
    QUERY,
    SIZES,
    SQUARE,
    TEXTS,
    VALUE,
    looks,
    studies,
)
from contracts.small.common import SPEC
from figure_parts import one, with_column
from sbt_jax import world
from sbt_jax.attention import ScoreStudy, attend_in_steps, repeat_loss, repeats
from sbt_jax.checkpoints import read_table
from sbt_jax.shipped.induction import induction_snapshots
from sbt_jax.viz import attention as viz
from sbt_jax.viz.attention import birth, look, scores, steps, words


def groups(figure):
    """Which button is on, by the name of its group."""
    found = figure.layout.select({"type": RadioButtonGroup})
    return {group.name: group.active for group in found}


# -- The last word looks back -------------------------------------------------

STORY = viz.Look(
    ["", "Ida", " had", " a", " b", "ag", " and", " a", " bag", "."],
    [0.0, 0.0, 0.0, 0.0, 0.25, 0.125, 0.0, 0.0, 0.5, 0.125],
    "Head 3",
    "<bag>",
)


def test_a_curve_leads_to_every_word_that_is_looked_at():
    svg = look.look_svg(STORY)
    assert svg.count("<path") == 2  # the pieces of a word are one
    assert "&lt;bag&gt;" in svg
    assert look.look_svg(STORY, alike=True).count("<path") == 7
    assert look.look_said(STORY, False).startswith(
        "Head 3: “.” gives “bag” 88 % of its look."
    )
    assert "12 % of every word" in look.look_said(STORY, True)


def test_words_never_leave_the_drawing():
    long = STORY._replace(texts=["", *[" word"] * 40], weights=[1 / 41] * 41)
    words = look.placed(long, False)
    assert len({word.y for word in words}) > 2
    assert max(word.x + len(word.text) * look.LETTER for word in words) < look.WIDTH


# -- Who looks at whom --------------------------------------------------------


def test_the_line_names_what_is_looked_at_most_first():
    said = words.look_line("Head 2", TEXTS, [0.1, 0.4, 0.4, 0.1], ("hat", 0.75))
    assert "“it” looks at “Ida” 40 %, “had” 40 %, “(start)” 10 %" in said


def test_the_passage_is_never_markup_and_tells_what_is_hidden():
    text = ["", "<img src=x>", " had", " it"]
    ours = words.passage_html(text, [0.25, 0.5, 0.25], [1])
    assert "<img" not in ours
    assert ours.count('class="off"') == 1
    assert "<small>50 %</small>" in ours


def test_the_first_frame_is_the_last_token_of_the_chosen_head():
    look, before, after = looks(), [0.0, 0.75, 0.25], [0.5, 0.125, 0.375]
    figure = viz.who_looks_at_whom(
        *("Ida had it", TEXTS, look, before, after, SPEC, [".", " a", " b"], (1, 0))
    )
    assert one(figure, Slider).value == 4
    chosen = groups(figure)
    assert (chosen["Layer"], chosen["Head"]) == (1, 0)
    assert chosen["Hide the word it looks at most from"] == 2
    row = look[1, 0, -1].tolist()
    word, keys = words.to_hide(TEXTS, row)
    assert figure.status.text == words.look_line(
        "Layer 2, head 1", TEXTS, row, ("a", 0.75), (word, "every head", ".", 0.5)
    )
    bars = with_column(figure, "before", "after").data
    assert bars["token"] == ["a", ".", "b"]
    assert bars["after"] == [0.125, 0.5, 0.375]
    sources = figure.layout.select({"type": ColumnDataSource})
    images = [
        source.data["image"][0]
        for source in sorted(sources, key=lambda source: source.name or "")
        if "image" in source.data
    ]
    np.testing.assert_array_equal(images, look[1])
    texts = {div.text for div in figure.layout.select({"type": Div})}
    assert words.passage_html(TEXTS, row, keys) in texts


@pytest.mark.parametrize(
    ("start", "said"),
    [((2, 0), r"layer in 0\.\.1, got 2"), ((0, -1), r"head in 0\.\.1, got -1")],
)
def test_a_layer_that_is_not_there_is_refused(start, said):
    with pytest.raises(ValueError, match=said):
        viz.who_looks_at_whom("", TEXTS, looks(), [1.0], [1.0], SPEC, ["."], start)


def test_the_last_look_is_that_of_one_head():
    seen = SimpleNamespace(texts=TEXTS, weights=looks(), says="hat")
    found = viz.last_look(seen, (1, 0))
    assert found.head == "Layer 2, head 1"
    assert found.weights == looks()[1, 0, -1].tolist()
    assert (found.texts, found.says) == (TEXTS, "hat")
    with pytest.raises(ValueError, match=r"head must have a layer in 0\.\.1, got 2"):
        viz.last_look(seen, (2, 0))


def test_examples_are_of_the_world_but_the_last():
    *inside, outside = viz.EXAMPLES.values()
    for text in inside:
        assert world.read(text).impossible is None, text
    assert world.read(outside).impossible is not None
    fits = [set(world.read(inside[i]).next) for i in (0, 1)]
    assert fits == [{" hat"}, {" bag"}]
    assert list(viz.TOLD.values()) == inside[:2]


# -- One step at a time -------------------------------------------------------


@pytest.mark.parametrize("step", range(4))
def test_each_step_adds_to_the_drawing_and_the_future_stays_hidden(step):
    grids = attend_in_steps(QUERY, KEY, VALUE)
    heads = [x.tolist() for x in (QUERY, KEY, VALUE)]
    first, last = (steps.step_svg(step, who, HEAD, grids, heads) for who in (0, 3))
    assert (first.count("hidden"), last.count("hidden")) == (3, 0)
    assert last.count('class="bar"') == (4 if step > 1 else 0)
    assert last.count('class="give"') == (4 if step > 2 else 0)
    assert first.count('class="give"') == (1 if step > 2 else 0)
    assert ("takes home (0.2, 2.6)" in last) == (step == 3)


def test_the_calculator_starts_with_the_numbers_of_the_page():
    figure = viz.one_step_at_a_time(HEAD, QUERY, KEY, VALUE)
    asks = figure.layout.select({"type": Slider})
    assert {one.title: one.value for one in asks} == dict(
        zip(steps.ASKED, (0.0, 2.0), strict=True)
    )
    assert groups(figure) == {"Step": 3, "Who looks": 3}
    grids = attend_in_steps(QUERY, KEY, VALUE)
    assert steps.step_line(2, 3, HEAD, grids) == (
        "“it” looks at “Zoe” 5 %, “hid” 5 %, “hat” 85 %, “it” 5 %."
    )
    with pytest.raises(ValueError, match=r"got \(4, 2\)"):
        viz.one_step_at_a_time(["a"], QUERY, KEY, VALUE)


def test_why_to_divide_starts_at_the_variance():
    assert ScoreStudy._fields[0] == "variance"
    made = studies()
    means = [
        np.mean([[float(x.variance) for x in run] for run in made[s]], axis=0).tolist()
        for s in (False, True)
    ]
    said = scores.divide_line(scores.MEASURES[0], SIZES, means)
    assert viz.why_divide(SIZES, made).status.text == said


# -- An induction head is born ------------------------------------------------


def test_what_repeats_is_told_by_hand():
    assert birth.repeated([1, 2, 1, 2, 3]) == [False, False, True, False]
    ours = birth.birth_line("300", [0.5, 0.25], [1.0], ["1·2"])
    assert "without 1·2" in ours
    assert "100 % on average where it repeats, 38 % elsewhere" in ours
    assert "– on average" in birth.birth_line("0", [], [], [])
    assert len(birth.symbols("A+-0" * 30)[0]) == birth.LONGEST


def test_the_snapshots_are_of_the_run_that_the_table_tells():
    config, snapshots = induction_snapshots()
    table = read_table("attention")
    assert sorted(snapshots) == table["marks"]
    tested = repeats(jax.random.key(7), config, 256, (12, 12))
    loss = repeat_loss(snapshots[table["marks"][-1]], config, *tested)
    told = table["induction"]["queries and keys"][0]["loss"]
    assert float(loss) == pytest.approx(told, abs=2e-3)


def test_the_birth_starts_at_the_last_snapshot():
    figure = viz.an_induction_head_is_born(
        "abcab",
        (0, 100),
        [[4.0, 1.0]],
        25,
        [0.1, 0.2, 0.3, 0.9],
        [SQUARE, SQUARE],
        (1, 2),
    )
    assert one(figure, CategoricalSlider).value == "100"
    assert one(figure, CheckboxButtonGroup).active == []
    assert groups(figure) == {"Map of layer 1: head": 1, "Map of layer 2: head": 2}
