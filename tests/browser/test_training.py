"""The live figures of chapter 6: gradients on a graph, and the way down."""

import re

import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.page("training.html")
GRAPH, MAP, BORN = 0, 1, 4  # their places on the page


def numbers(text):
    return [float(x) for x in re.findall(r"-?\d+\.\d+", text)]


def test_the_slopes_follow_the_inputs(figure):
    ask = figure(GRAPH)
    for title, value in (("w", 1.5), ("x", -0.5), ("b", 2.0)):
        line = ask.put(title, "value", value)
    value, slopes = jax.value_and_grad(
        lambda w, x, b: jnp.log(1 + jnp.exp(-(w * x + b))), argnums=(0, 1, 2)
    )(1.5, -0.5, 2.0)
    assert numbers(line) == pytest.approx([float(value), *map(float, slopes)], abs=1e-3)


def test_a_step_goes_down_and_the_optimiser_may_change_on_the_way(figure):
    ask = figure(MAP)
    before = numbers(ask.line())
    after = numbers(ask.press("one step"))
    assert after[3] < before[3]
    line = ask.put("Optimiser", "active", 2)
    assert line.startswith("Adam, learning rate")
    assert "After 1 steps" in line
    assert "After 2 steps" in ask.press("one step")
    assert "After 0 steps" in ask.press("start again")


def test_a_run_finds_the_lowest_point_and_can_be_stopped(figure):
    ask = figure(MAP)
    ask.press("run")
    ask.page.wait_for_function(
        "(i) => probe.line(i).text.includes('After 100 steps')", arg=MAP, timeout=60_000
    )
    assert numbers(ask.line())[-1] < 0.01
    ask.press("start again")
    ask.press("run")
    ask.press("pause")
    ask("settled")
    line = ask.line()
    ask.page.wait_for_timeout(300)
    assert ask.line() == line


def test_a_click_on_the_map_begins_there(figure):
    ask = figure(MAP)
    _, a, b, *_ = numbers(ask.click(0.5, 1.5))
    assert (a, b) == pytest.approx((0.5, 1.5), abs=0.05)


def test_a_snapshot_shows_its_story(figure):
    ask = figure(BORN)
    first = ask.put("updates", "value", "0")
    assert first.startswith("After 0 updates")
    texts = ask.texts()
    last = ask.put("updates", "value", "4,400")
    assert last.startswith("After 4,400 updates")
    assert ask.texts() != texts
    assert numbers(first)[0] > 10 * numbers(last)[0]
