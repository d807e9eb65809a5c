"""The live figures of chapter 6: gradients on a graph, and the way down."""

import re

import jax
import jax.numpy as jnp
import pytest

PAGE = "training.html"
GRAPH, MAP, BORN = 0, 1, 4  # their places on the page


@pytest.fixture
def figure(visit):
    """``figure(i)`` opens the page; what comes back does and asks things there."""

    def open_at(i):
        page = visit(PAGE)

        def ask(call, *arguments):
            code = f"([i, ...rest]) => probe.{call}(i, ...rest)"
            return page.evaluate(code, [i, *arguments])

        def put(title, prop, value):
            (key,) = [
                w["id"] for w in ask("widgets") if w["name"].endswith(f'"{title}"')
            ]
            ask("put", key, prop, value)
            return ask("line")["text"]

        def press(label):
            page.evaluate(
                "([i, label]) => probe.insides(probe.views(i).find("
                "({model}) => model.label === label)).querySelector('button').click()",
                [i, label],
            )
            ask("settled")
            return ask("line")["text"]

        ask.put, ask.page, ask.press = put, page, press
        return ask

    return open_at


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
    before = numbers(ask("line")["text"])
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
    assert numbers(ask("line")["text"])[-1] < 0.01
    ask.press("start again")
    ask.press("run")
    ask.press("pause")
    ask("settled")
    line = ask("line")["text"]
    ask.page.wait_for_timeout(300)
    assert ask("line")["text"] == line


def test_a_click_on_the_map_begins_there(figure):
    ask = figure(MAP)
    x, y = ask.page.evaluate(
        """(i) => {
          const view = probe.views(i).find((one) => one.model.type === "Figure")
          view.el.scrollIntoView({block: "center"})
          const box = view.canvas.el.getBoundingClientRect()
          const {x_scale, y_scale} = view.frame
          return [box.x + x_scale.compute(0.5), box.y + y_scale.compute(1.5)]
        }""",
        MAP,
    )
    ask.page.mouse.click(x, y)
    ask("settled")
    _, a, b, *_ = numbers(ask("line")["text"])
    assert (a, b) == pytest.approx((0.5, 1.5), abs=0.05)


def test_a_snapshot_shows_its_story(figure):
    ask = figure(BORN)
    first = ask.put("updates", "value", "0")
    assert first.startswith("After 0 updates")
    texts = "".join(ask("state")["texts"])
    last = ask.put("updates", "value", "4,400")
    assert last.startswith("After 4,400 updates")
    assert "".join(ask("state")["texts"]) != texts
    assert numbers(first)[0] > 10 * numbers(last)[0]
