"""The figures of chapter 5: first frames, and what they are made of."""

import jax.numpy as jnp
import numpy as np
import pytest
from bokeh.models import CategoricalSlider, Select

from contracts.small.architecture import (
    CONFIG,
    DEEP,
    DESIGNS,
    GAPS,
    GUESSES,
    MODEL,
    NORMS,
    READ,
    REAL,
    STARTS,
    STEPS,
    VIEWS,
)
from contracts.small.common import SPEC
from figure_parts import frames, one, with_column
from models import script_of
from sbt_jax import world
from sbt_jax.architecture import forward, parameter_count, without
from sbt_jax.checkpoints import read_table
from sbt_jax.shipped.stories import encode_story, story_model
from sbt_jax.viz import architecture as viz
from sbt_jax.viz.architecture import counter, lens, machine

LABELS = [[part["label"], part["kind"]] for part in viz.machine_parts(CONFIG)]
ROWS = [*STEPS, (" Tom", 0.995, None, [])]

# -- The machine --------------------------------------------------------------


def test_the_parts_of_the_machine_hold_all_parameters_but_the_norms():
    parts, counts = viz.machine_parts(CONFIG), parameter_count(CONFIG)
    total = sum(counts.values())
    assert sum(part["parameters"] for part in parts) == total - counts["norm"]
    assert [part["kind"] for part in parts[:3]] == ["embedding", "attention", "MLP"]
    assert "no parameters of its own" in machine.part_text(parts[-1])


def test_the_walk_starts_at_its_end_so_that_all_is_seen():
    figure = viz.down_the_stream(CONFIG, "Who?", "?", STEPS, SPEC)
    place = one(figure, CategoricalSlider)
    assert place.value == "unembedding"
    drawing = machine.walk_svg("?", LABELS, ROWS, 5)
    assert drawing.count('class="says"') == len(ROWS)
    assert 'class="off"' not in drawing


def test_what_comes_later_is_not_yet_told():
    drawing = machine.walk_svg("?", LABELS, ROWS, 1)
    assert drawing.count('class="says"') == 2
    assert drawing.count('class="off"') == 4
    assert "rotate(22 " in drawing  # of 21.5 degrees


def test_a_token_on_its_way_is_never_markup():
    rows = [("<img onerror=alert(1)>", 0.5, None, []), *ROWS[1:]]
    drawing = machine.walk_svg("<b>x", LABELS, rows, 3)
    assert "<img" not in drawing
    assert "<b>" not in drawing


def test_an_attention_tells_where_its_heads_look():
    said = machine.walk_line("?", LABELS, ROWS, 3)
    assert said.startswith("attention 2 turned the vector of “?” by 47°.")
    assert "Its heads looked most at “Tom”, “<b>”." in said
    assert "heads" not in machine.walk_line("?", LABELS, ROWS, 4)


def test_a_walk_needs_a_step_for_each_part():
    with pytest.raises(ValueError, match="steps must be 5, got 4"):
        viz.down_the_stream(CONFIG, "Who?", "?", STEPS[:-1], SPEC)


# -- A published model ----------------------------------------------------------


def test_the_place_of_the_answer_follows_prompt_and_block():
    figure = viz.thirty_blocks(REAL, 0)
    assert figure.status.text == (
        "Before the first block it would say “is”, 100 %. “Paris” is at place 4,000."
    )
    told = frames(figure, figure.status)["A young cat is called a"]["2"]["text"]
    assert told.startswith('After block 2 of 2 it would say “"”, 14 %. “kitten” is at')
    assert "0.5 on a novel" in told
    with pytest.raises(ValueError, match="block must be 0 to 2, got 3"):
        viz.thirty_blocks(REAL, 3)


# -- The lens -----------------------------------------------------------------


def test_the_table_of_the_lens_is_never_markup():
    ours = lens.lens_html(READ, GUESSES)
    assert "<img" not in ours
    assert "<b>" not in ours


def test_the_lens_starts_with_nothing_skipped():
    figure = viz.guess_at_every_depth(CONFIG, "Who?", READ, GUESSES, 0.75, SPEC)
    skip = one(figure, Select, title="Skip")
    assert skip.value == "nothing"
    assert len(skip.options) == 1 + 3 * CONFIG.layers


def test_skipping_in_the_browser_is_skipping_in_python(live_js):
    ids = list(range(3, 11))
    expected = forward(without(MODEL, 1, "mlp"), CONFIG, jnp.array(ids))[-1]
    theirs = live_js(
        """(script, ids) => {
          (0, eval)(script)
          const ablate = [{layer: 1, part: "mlp"}]
          return [...sbt.transformer(sbt.weights.random).start({ablate}).read(ids)]
        }""",
        script_of(MODEL, CONFIG),
        ids,
    )
    np.testing.assert_allclose(theirs, expected, atol=0.02)  # int8 weights


# -- The counter --------------------------------------------------------------


def test_the_sliders_can_stand_at_every_published_size():
    figure = viz.parameter_counter(DESIGNS, "GPT-3")
    sliders = figure.layout.select({"type": CategoricalSlider})
    stops = {slider.title: slider.categories for slider in sliders}
    for design in DESIGNS.values():
        sizes = counter.sizes_of(design)
        for size, title in zip(counter.SIZES, counter.TITLES, strict=True):
            assert str(sizes[size]) in stops[title]


# -- The measurements -----------------------------------------------------------


def test_the_twins_start_with_the_first_comparison():
    figure = viz.twins_above_the_floor(GAPS, VIEWS)
    source = with_column(figure, "gap")
    assert source.data["gap"] == [2.0, 1.5, 1.0, 0.25, 0.5, 0.375]
    assert "Farthest: no norm, 1.500" in figure.status.text
    assert frames(figure, source)["b"]["data"]["gap"] == GAPS["2017"]


def test_every_twin_that_is_compared_was_trained():
    gaps = viz.gaps_of_twins(read_table("architecture"))
    assert {twin for shown in viz.VIEWS.values() for twin in shown} == {*gaps}
    assert gaps["no gate"] == gaps["rotary"]


def test_gradients_start_with_blocks_of_equal_size_and_the_last_are_dashed():
    figure = viz.gradient_by_depth([2, 64], {"gated": STARTS, "relu": STARTS})
    source = with_column(figure, "ys")
    assert source.data["ys"][-2:] == NORMS["post-norm"]
    assert source.data["dash"] == ["solid", "solid", "dashed", "dashed"]


def test_first_steps_start_without_a_warm_up():
    figure = viz.first_steps(DEEP)
    assert with_column(figure, "ys").data["xs"][0] == [5.0, 15.0]
    told = frames(figure, figure.status)["quieter with depth"]["0.01"]["60"]["text"]
    assert "Blocks start quieter with depth;" in told
    assert "with 60 steps of warm-up" in told


# -- What the page shows ----------------------------------------------------------


def test_examples_are_of_the_world_but_the_last_and_fit_the_window():
    main = story_model("main")
    *inside, outside = viz.EXAMPLES.values()
    assert all(world.read(text).impossible is None for text in inside)
    assert world.read(outside).impossible is not None
    assert all(viz.EXAMPLES[name].startswith(text) for name, text in viz.WALKS.items())
    for text in viz.EXAMPLES.values():
        assert len(encode_story(main.tokenizer, text)) <= main.config.window
