"""The figures of chapter 7 in a browser: the desk says and writes what Python would."""

import re

import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import architecture, world
from sbt_jax.generation import CUTS_FIRST, ORDER, Sampling, filtered
from sbt_jax.generation.engines import WAYS
from sbt_jax.shipped.stories import encode_story, story_model, word_tokens
from sbt_jax.viz import generation as viz
from sbt_jax.viz.generation import desk

# Weights as they are shipped are no JAX arrays, which the checks of shapes want.
pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.page("generation.html")]

DESK = """() => {
  const isKnob = ({title}) => title === "temperature T"
  const i = probe.figures().findIndex((_, i) => probe.models(i).some(isKnob))
  const models = probe.models(i)
  const by = (title) => models.find((model) => model.title === title)
  globalThis.desk = {
    i, box: by("Your beginning"), temperature: by("temperature T"), topP: by("top-p"),
    order: models.find(({type}) => type === "RadioButtonGroup"),
    preset: by("Set all as"),
    line: models.find(({tags}) => tags?.includes("sbt-line")),
    button: (label) => probe.views(i).find(({model}) => model.label === label),
  }
}"""
SETTINGS = [(2.0, 0.9, 0), (2.0, 0.9, 1), (0.5, 0.8, 0), (0.5, 0.8, 1), (0.0, 1.0, 0)]


def expected(text, temperature, top_p, order):
    """What Python says of a setting after a text."""
    reader = story_model("main")
    tokenizer = reader.tokenizer
    ids = jnp.array(encode_story(tokenizer, text))
    logits = architecture.forward(reader.model, reader.config, ids)[-1]
    seen = jnp.zeros(len(logits), bool).at[ids].set(True)
    orders = (ORDER, CUTS_FIRST)
    sampling = Sampling(temperature, top_p=top_p, order=orders[order])
    reading, truth = world.read(text), None
    if reading.impossible is None:
        truth = np.zeros(len(logits))
        for word, after in reading.next.items():
            truth[word_tokens(tokenizer, word)[0]] += after.probability
    kept = np.asarray(filtered(logits, sampling, seen))
    return desk.effect(np.asarray(logits), kept, truth)


def numbers(text):
    return [float(x.replace(",", "")) for x in re.findall(r"\d[\d,]*\.?\d*", text)]


@pytest.fixture
def page(loaded):
    """The page, with the desk at hand; it is drawn anew afterwards."""
    loaded.evaluate(DESK)
    yield loaded
    loaded.evaluate("probe.fresh(desk.i)")


def test_the_desk_says_what_python_says(page):
    for text in viz.EXAMPLES.values():
        for temperature, top_p, order in SETTINGS:
            said = page.evaluate(
                """async ([text, temperature, topP, order]) => {
                  desk.temperature.value = temperature
                  desk.topP.value = topP
                  desk.order.active = order
                  desk.box.setv({value: text, value_input: text})
                  await probe.settled(desk.i)
                  return desk.line.text
                }""",
                [text, temperature, top_p, order],
            )
            ours = desk.desk_line(expected(text, temperature, top_p, order), 1024, "")
            np.testing.assert_allclose(numbers(said), numbers(ours), atol=0.11)


def test_a_button_writes_one_word_and_tells_the_seed(page):
    before = page.evaluate("desk.box.value_input")
    page.evaluate(
        "() => probe.insides(desk.button('write one word'))"
        ".querySelector('button').click()"
    )
    page.wait_for_function("desk.line.text.includes('(seed 1)')")
    after = page.evaluate("desk.box.value_input")
    assert after.startswith(before)
    assert len(world.split(after)) == len(world.split(before)) + 1


def test_a_preset_sets_the_desk_as_an_engine_does(page):
    page.evaluate("desk.preset.value = 'llama.cpp'")
    page.evaluate("probe.settled(desk.i)")
    assert page.evaluate("[desk.temperature.value, desk.topP.value]") == [0.8, 0.95]
    assert page.evaluate("desk.order.active") == 1


SIDE = """async (text) => {
  const isAgain = ({label}) => label === "draw again"
  const i = probe.figures().findIndex((_, i) => probe.models(i).some(isAgain))
  const models = probe.models(i)
  const box = models.find(({title}) => title === "The beginning")
  const rows = models.find((model) => /class="way"/.test(model.text ?? ""))
  const line = models.find(({tags}) => tags?.includes("sbt-line"))
  if (text !== null) box.setv({value: text, value_input: text})
  globalThis.side = {i, rows, line}
  const {model} = probe.views(i).find(({model}) => isAgain(model))
  const button = probe.views(i).find((view) => view.model === model)
  probe.insides(button).querySelector("button").click()
}"""


def drawn(page, seed, text=None):
    """What the rows hold after a press, each as its two halves."""
    page.evaluate(SIDE, text)
    page.wait_for_function(
        "(seed) => side.line.text.startsWith(`Seed ${seed},`)", arg=seed, timeout=60_000
    )
    html = page.evaluate("side.rows.text")
    return re.findall(r"<p>(.*?)(?:<mark>(.*?)</mark>)?</p>", html, re.S)


@pytest.fixture
def rows(loaded):
    """The page; what several systems wrote is drawn anew afterwards."""
    yield loaded
    loaded.evaluate("probe.fresh(side.i)")


def test_all_draw_again_and_greedy_says_the_same(rows):
    first, second = drawn(rows, 1), drawn(rows, 2)
    assert len(first) == len(WAYS)
    assert first[0] == second[0]
    assert first[0][0].count("I love yellow") == 2
    assert first[3] != second[3]


def test_what_is_typed_is_text_and_gets_five_stories(rows):
    found = drawn(rows, 1, "🦊 <img src=x onerror=alert(1)>")
    assert len(found) == len(WAYS)
    assert not any("<img" in part for row in found for part in row)
