"""The figures of chapter 4: first frames, and what they are made of."""

import jax
import numpy as np
import pytest
from bokeh.models import (
    CategoricalSlider,
    CheckboxButtonGroup,
    ColumnDataSource,
    Div,
    NumericInput,
    RadioButtonGroup,
    Slider,
)

from contracts.small import (
    HEAD,
    KEY,
    NAMES,
    QUERY,
    SIZES,
    SPEC,
    SQUARE,
    VALUE,
    looks,
    studies,
)
from figure_parts import one
from sbt_jax import world
from sbt_jax.attention import ScoreStudy, attend_in_steps, repeat_loss, repeats
from sbt_jax.checkpoints import read_table
from sbt_jax.shipped.induction import induction_snapshots
from sbt_jax.viz import attention as viz
from sbt_jax.viz.attention import birth, scores, steps
from sbt_jax.viz.attention import maps as maps_part


def groups(figure):
    """Which button is on, by the name of its group."""
    found = figure.layout.select({"type": RadioButtonGroup})
    return {group.name: group.active for group in found}


# -- Who looks at whom --------------------------------------------------------


def test_the_line_names_what_is_looked_at_most_first():
    after = [("hat", 0.75), ("box", 0.01)]
    said = maps_part.look_line("Head 2", NAMES, [0.1, 0.4, 0.4, 0.1], after)
    assert "“it” looks at “Ida” 40 %, “had” 40 %, “(start)” 10 %" in said


def test_the_passage_is_never_markup_and_the_future_is_not_seen():
    text = ["", "<img src=x>", " had", " it"]
    ours = maps_part.passage_html(NAMES, text, [0.25, 0.5, 0.25])
    assert "<img" not in ours
    assert "it: not seen" in ours


def test_the_first_frame_is_the_last_token_of_the_chosen_head():
    look = looks()
    figure = viz.who_looks_at_whom(
        "Ida had it", [(n, f" {n}") for n in NAMES], look, [(".", 0.5)], SPEC, (1, 0)
    )
    assert one(figure, Slider).value == 4
    assert (groups(figure)["Layer"], groups(figure)["Head"]) == (1, 0)
    row = look[1, 0, -1].tolist()
    assert figure.status.text == maps_part.look_line(
        "Layer 2, head 1", NAMES, row, [(".", 0.5)]
    )
    sources = figure.layout.select({"type": ColumnDataSource})
    images = [
        source.data["image"][0]
        for source in sorted(sources, key=lambda source: source.name or "")
        if "image" in source.data
    ]
    np.testing.assert_array_equal(images, look[1])
    texts = {div.text for div in figure.layout.select({"type": Div})}
    assert maps_part.passage_html(NAMES, [f" {n}" for n in NAMES], row) in texts


def test_a_layer_that_is_not_there_is_refused():
    tokens = [(n, n) for n in NAMES]
    with pytest.raises(ValueError, match=r"layer in 0\.\.1, got 2"):
        viz.who_looks_at_whom("", tokens, looks(), [], SPEC, (2, 0))
    with pytest.raises(ValueError, match=r"head in 0\.\.1, got -1"):
        viz.who_looks_at_whom("", tokens, looks(), [], SPEC, (0, -1))


def test_examples_are_of_the_world_but_the_last():
    *inside, outside = viz.EXAMPLES.values()
    for text in inside:
        assert world.read(text).impossible is None, text
    assert world.read(outside).impossible is not None
    fits = [set(world.read(inside[i]).next) for i in (0, 1)]
    assert fits == [{" hat"}, {" bag"}]


# -- One step at a time -------------------------------------------------------


@pytest.mark.parametrize("step", range(5))
def test_a_step_is_a_table_whose_future_is_hidden_from_the_mask_on(step):
    ours = steps.grid_html(step, HEAD, attend_in_steps(QUERY, KEY, VALUE), VALUE)
    assert ours.count("<td") == 20
    assert ours.count("hidden") == (6 if step == 2 else 0)
    assert ours.count("class=off") == (6 if step >= 2 else 0)
    assert ours.endswith("<td>0.2, 2.6</td></tr></table>")


def test_the_calculator_starts_with_the_numbers_of_the_page():
    figure = viz.one_step_at_a_time(HEAD, QUERY, KEY, VALUE)
    numbers = figure.layout.select({"type": NumericInput})
    found = {n.title: n.value for n in numbers}
    assert found["it q₂"] == 2.0
    assert found["hat v₂"] == 3.0
    assert len(found) == 24
    grids = attend_in_steps(QUERY, KEY, VALUE)
    assert steps.step_line(3, HEAD, grids) == (
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
