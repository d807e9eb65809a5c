"""The figures of chapter 15 in a browser: drawn with mouse and keys, as Python says."""

import json

import numpy as np
import pytest

from sbt_jax.multimodality import caption_ids, drawn, put
from sbt_jax.shipped import pictures, scenes
from sbt_jax.viz import multimodality as viz

pytestmark = [
    pytest.mark.usefixtures("unchecked"),
    pytest.mark.page("multimodality.html"),
]


@pytest.fixture
def page(held):
    """The page, with its live figures at hand; they are drawn anew afterwards."""
    page = held(
        sum="Left: pick one, or draw",
        cut="moved down by",
        words="A caption",
        price="width in pixels",
    )
    page.evaluate("""() => {
      const {i, models} = sum
      const sheets = models.filter(({type, text}) =>
        type === "Div" && /<canvas/.test(text ?? ""))
      sum.inks = models.filter(({data}) => data?.state)
      sum.canvas = (n) =>
        probe.find(probe.insides(probe.viewOf(i, sheets[n].id)), "canvas")[0]
    }""")
    return page


def settled(page, name):
    page.wait_for_timeout(250)
    page.evaluate(f"probe.settled({name}.i)")
    return page.evaluate(f"{name}.line.text")


def test_examples_are_added_as_python_adds_them(page):
    shown, _ = pictures.examples()
    for left, right in ((5, 2), (2, 5)):
        page.evaluate(
            """([left, right]) => {
              sum.by("Left: pick one, or draw").active = left
              sum.by("Right: pick one, or draw").active = right
            }""",
            [left - 2, right - 1],
        )
        said = settled(page, "sum")
        p = page.evaluate("Array.from(sum.data('word').p)")
        ours = pictures.drawn_sum(shown[left], shown[right])
        np.testing.assert_allclose(p, ours.answers, atol=5e-3)
        assert f"nearest to “{ours.words[0]}”" in said


def test_a_mouse_draws_and_keys_draw_and_clear(page):
    page.evaluate("sum.canvas(0).scrollIntoView({block: 'center'})")
    box = page.evaluate(
        "(() => { const b = sum.canvas(0).getBoundingClientRect();"
        " return [b.x, b.y, b.width, b.height] })()"
    )
    page.mouse.move(box[0] + 60, box[1] + 15)
    page.mouse.down()
    for step in range(8):
        page.mouse.move(box[0] + 60, box[1] + 15 + 14 * step)
    page.mouse.up()
    said = settled(page, "sum")
    states = page.evaluate("sum.inks.map((ink) => ink.data.state[0])")
    points = next(
        json.loads(s)["points"] for s in states if json.loads(s).get("points")
    )
    assert len(points) > 4
    assert "Main goes on with" in said
    assert drawn(np.array(points)).sum() > 3
    page.evaluate("sum.canvas(0).focus()")
    page.keyboard.press("Delete")
    assert settled(page, "sum").startswith("A sheet is empty")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    for _ in range(10):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert "Main goes on with" in settled(page, "sum")


def test_patches_are_read_as_python_reads_them(page):
    shown, _ = pictures.examples()
    for at, patch in enumerate(viz.PATCHES):
        page.evaluate(
            """(at) => {
              cut.by("Patches").active = at
              cut.by("moved down by").value = 1
              cut.by("moved right by").value = 7
            }""",
            at,
        )
        said = settled(page, "cut")
        p = page.evaluate("Array.from(cut.data('digit').p)")
        ours = pictures.looked(put(shown[3], 1, 7), patch)
        np.testing.assert_allclose(p, ours.p, atol=2e-3)
        assert said.startswith(f"Patches of {patch} by {patch} pixels")
    page.evaluate('cut.by("The patches stand").active = 1')
    assert "in another order" in settled(page, "cut")


def test_captions_find_the_pictures_that_python_finds(page):
    some = scenes.scene_vectors(60)
    for text in ("a blue seven", "<img src=x onerror=alert(1)> 😀 yellow", "4 " * 900):
        page.evaluate(
            """(value) => words.by("A caption").setv({value, value_input: value})""",
            text,
        )
        said = settled(page, "words")
        ids, _ = caption_ids(text[:60])
        assert ids
        vector = scenes.caption_vector(text[:60])
        first = viz.words.ranked(vector, some.vectors)[0][0]
        assert some.names[first] in said
    page.evaluate('words.by("A caption").setv({value: "🦊", value_input: "🦊"})')
    assert settled(page, "words").startswith("Type a number")


def test_prices_follow_the_sliders(page):
    page.evaluate('price.by("width in pixels").value = 224')
    page.evaluate('price.by("height in pixels").value = 224')
    said = settled(page, "price")
    assert "224 by 224" in said
    assert 66 in page.evaluate("Array.from(price.data('rule').tokens)")
