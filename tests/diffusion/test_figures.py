"""The figures of chapter 21: first frames, and what they are made of."""

import numpy as np
import pytest
from bokeh.models import RadioButtonGroup, Slider

from contracts.small.diffusion import FIGURES, KNOWN, NETWORK, PATH, ROW, WAYS
from figure_parts import one, with_column
from sbt_jax.checkpoints import read_table
from sbt_jax.diffusion.asked import solved, solver_claims, target_claims, told
from sbt_jax.diffusion.findings import claims, findings
from sbt_jax.viz import diffusion as viz
from sbt_jax.viz.diffusion import board, copies, drawings, erase, line, prompt

pytestmark = pytest.mark.usefixtures("unchecked")


def figure(name):
    return FIGURES[f"diffusion.{name}"][0]()


def test_the_film_starts_with_the_moment_that_the_slider_says():
    found = figure("erase_the_noise")
    pictures = with_column(found, "image").data["image"]
    assert one(found, Slider).value == erase.FIRST
    np.testing.assert_allclose(pictures[0], board.inked(PATH[erase.FIRST]))
    assert len(pictures) == 3 + erase.FILM
    np.testing.assert_allclose(pictures[-1], board.inked(PATH[-1]))
    groups = found.layout.select({"type": RadioButtonGroup})
    assert {len(group.labels) for group in groups} == {11, 6, 4}


def test_each_made_picture_stands_beside_the_nearest_known_one():
    pictures = with_column(figure("three_denoisers"), "image").data["image"]
    assert len(pictures) == 2 * copies.ACROSS * len(copies.ROWS)
    for made, near in zip(pictures[::2], pictures[1::2], strict=True):
        np.testing.assert_allclose(made, near)
    assert copies.nearest(KNOWN[1] * 0.9, KNOWN)[0] == 1


def test_prompts_are_told_apart_from_no_prompt():
    said = {
        prompt.read_as("", [], []),
        prompt.read_as("hello", [], ["hello"]),
        prompt.read_as("a", ["a"], []),
    }
    assert len(said) == 3


def test_the_bells_have_the_variances_that_are_said():
    data = with_column(figure("guidance_on_a_line"), "y1").data
    x = np.array(data["x"])
    for i, variance in enumerate(line.variances(line.SCALE)):
        y = np.array(data[f"y{i}"])
        assert (x**2 * y).sum() / y.sum() == pytest.approx(variance, rel=0.03)


def test_guesses_are_in_order_and_what_is_no_digit_is_said():
    row = ROW | {"off": 0.1}
    ways = WAYS | {"Heun": {"3": [row | {"right": 0.1}], "9": [row], "17": [row]}}
    found = viz.by_guesses([row], ways)
    assert [row[0] for row in found.table] == ["guesses", "3", "9", "17"]
    assert found.table[1][4] == "no digits"
    assert found.table[3][1:4] == ("", "", "")


def test_the_floor_is_said_by_time():
    assert viz.above_the_floor(
        {"unet": NETWORK, "dit": NETWORK}, (0.25, 0.5, 0.75)
    ).table[1] == ("0.25", "0.010", "0.004", "0.004")


@pytest.mark.parametrize("name", ["one_step", "text_to_image", "two_networks"])
def test_diagrams_are_drawn(name):
    assert "<svg" in getattr(drawings, name)()


def test_what_the_page_says_of_samplers_holds_of_the_shipped_table():
    table = read_table("diffusion_solvers")
    assert all(solver_claims(table).values())
    assert all(isinstance(text, str) and text for text in solved(table).values())


def test_what_the_page_says_of_targets_holds_of_the_shipped_table():
    table = read_table("diffusion_targets")
    assert all(target_claims(table).values())
    assert told(table)["image_512"].endswith("%")


def test_what_the_page_says_holds_of_the_shipped_table():
    table = read_table("diffusion")
    assert all(claims(table).values())
    assert all(isinstance(text, str) and text for text in findings(table).values())
