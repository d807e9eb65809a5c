"""The mixing desk in a browser says and writes what Python would."""

import re

import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import architecture, world
from sbt_jax.generation import CUTS_FIRST, ORDER, Sampling, filtered
from sbt_jax.shipped.stories import encode_story, story_model, word_tokens
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
    for text in desk.EXAMPLES.values():
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
