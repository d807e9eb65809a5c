"""The first figure in a browser: it shows what Python would, and lets go of edits."""

import pytest

from sbt_jax import world
from sbt_jax.foundations import count_ngrams
from sbt_jax.shipped.ngrams import next_rows
from sbt_jax.shipped.stories import encode_story, story_model
from sbt_jax.viz.foundations import EXAMPLES, next_word

# Weights as they are shipped are no JAX arrays, which the checks of shapes want.
pytestmark = [
    pytest.mark.usefixtures("unchecked"),
    pytest.mark.page("foundations.html"),
]

END = [world.END]
FIGURE = """() => {
  const titled = (i) => probe.models(i).find(({title}) => title === "Your beginning")
  const i = probe.figures().findIndex((_, i) => titled(i))
  const models = probe.models(i)
  const type = (name) => models.find((model) => model.type === name)
  globalThis.guess = {
    i, box: titled(i), pick: type("RadioButtonGroup"),
    line: models.find(({tags}) => tags?.includes("sbt-line")),
    source: models.find((model) => model.type === "Figure").renderers[0].data_source,
  }
}"""
BARS = "() => Object.fromEntries(Object.entries(guess.source.data).map(" + (
    "([name, values]) => [name, [...values]]))"
)


@pytest.fixture
def page(loaded):
    """The page, with the first figure at hand; it is drawn anew afterwards."""
    loaded.evaluate(FIGURE)
    yield loaded
    loaded.evaluate("probe.fresh(guess.i)")


@pytest.fixture
def counts(unchecked):
    """The trigram of the page."""
    tokenizer = story_model("main").tokenizer
    told = [encode_story(tokenizer, s.text, end=True) for s in world.stories(10_000)]
    return count_ngrams(told, 3, tokenizer.vocab_size)


def test_an_example_shows_the_bars_that_python_would(page, counts):
    for at in range(1, len(EXAMPLES)):
        page.evaluate("(at) => { guess.pick.active = at }", at)
        name, text = list(EXAMPLES.items())[at]
        assert page.evaluate("guess.box.value_input") == text
        expected = next_word.bars(next_rows(story_model("main"), counts, text))
        found = page.evaluate(BARS)
        assert found["word"] == expected["word"], name
        for key in ("truth", "model", "trigram"):
            assert found[key] == pytest.approx(expected[key], abs=2e-3), (name, key)


def test_an_edited_example_is_no_longer_chosen_and_can_be_chosen_again(page):
    text = next(iter(EXAMPLES.values()))
    page.evaluate("guess.box.setv({value: 'Once', value_input: 'Once'})")
    assert page.evaluate("guess.pick.active") is None
    page.evaluate("guess.pick.active = 0")
    assert page.evaluate("guess.box.value_input") == text


def test_after_the_end_nothing_is_said_to_lack_a_truth(page):
    ended = next(s.text for s in world.stories(50) if [*world.read(s.text).next] == END)
    page.evaluate("(t) => guess.box.setv({value: t, value_input: t})", ended)
    line = page.evaluate("guess.line.text")
    assert line.startswith("(the end): truth 100 %")
