"""The figures of chapter 5: first frames, and what they are made of."""

import jax.numpy as jnp
import numpy as np
import pytest
from bokeh.models import CategoricalSlider, RadioButtonGroup, Select

from contracts.small import (
    CONFIG,
    DEEP,
    DESIGNS,
    GAPS,
    GUESSES,
    MODEL,
    NORMS,
    READ,
    SPEC,
    STARTS,
    STREAMS,
    TWINS,
    VIEWS,
)
from figure_parts import frames, one, with_column
from models import script_of
from sbt_jax import world
from sbt_jax.architecture import forward, parameter_count, without, write_sizes
from sbt_jax.shipped.stories import encode_story, story_model
from sbt_jax.viz import architecture as viz
from sbt_jax.viz.architecture import counter, lens, machine

# -- The machine --------------------------------------------------------------


def test_the_parts_of_the_machine_hold_all_parameters():
    parts = viz.machine_parts(CONFIG)
    total = sum(parameter_count(CONFIG).values())
    assert sum(part["parameters"] for part in parts) == total
    assert sum(part["share"] for part in parts) == pytest.approx(1)
    assert [p["write"] for p in parts if p["write"] >= 0] == list(range(5))


def test_lengths_leave_out_the_mark_and_are_those_of_the_mechanism():
    writes, before = viz.mean_lengths(STREAMS)
    expected = np.asarray(write_sizes(jnp.asarray(STREAMS)))[:, 1:].mean(axis=1)
    np.testing.assert_allclose(writes, expected, atol=1e-3)
    streams = np.linalg.norm(STREAMS, axis=-1)[:-1, 1:].mean(axis=1)
    np.testing.assert_allclose(before, [0.0, *streams], atol=1e-3)
    alone, _ = viz.mean_lengths(STREAMS[:, :1])
    assert alone[0] > 0


def test_the_machine_starts_with_the_first_attention():
    figure = viz.the_machine(CONFIG, "Who?", STREAMS, (" Tom", 0.9), TWINS, SPEC)
    chosen = one(figure, Select, title="Part of the machine")
    assert chosen.value == "block 1, attention"
    boxes = with_column(figure, "edge")
    assert boxes.data["edge"].index(4) == boxes.data["name"].index(chosen.value)
    assert "it ends 0.38 (0.25 to 0.50)" in figure.status.text
    assert list(one(figure, RadioButtonGroup).labels) == list(viz.TOUCHED)


def test_a_twin_is_told_beside_the_complete_one():
    said = machine.twin_line("no residual", TWINS["no residual"], TWINS["everything"])
    assert "it ends 0.38 (0.25 to 0.50) nats" in said
    assert said.endswith("; trained with no residual, 0.50 (0.25 to 0.75).")


def test_the_stream_has_no_gap_and_a_way_past_each_part():
    pieces = viz.stream_pieces(6)
    assert pieces["bottom"][:-1] == pieces["top"][1:]
    assert pieces["bottom"][-1] == -5
    assert sum(pieces["past"]) == 4


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
    for text in viz.EXAMPLES.values():
        assert len(encode_story(main.tokenizer, text)) <= main.config.window
