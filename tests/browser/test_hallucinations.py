"""Chapter 13 in a browser: names get the towns that Python gives them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.hallucinations import with_temperature
from sbt_jax.shipped.assistants import assistant
from sbt_jax.shipped.homes import home_log_probs
from sbt_jax.shipped.stories import story_model
from sbt_jax.viz.hallucinations import known

# Weights as they are shipped are no JAX arrays, which the checks of shapes want.
pytestmark = [
    pytest.mark.usefixtures("unchecked"),
    pytest.mark.page("hallucinations.html"),
]

FIND = """() => {
  const isBox = ({title}) => title === "A name"
  const i = probe.figures().findIndex((_, i) => probe.models(i).some(isBox))
  const models = probe.models(i)
  globalThis.home = {
    i, box: models.find(isBox),
    who: models.find(({type}) => type === "RadioButtonGroup"),
    line: models.find(({tags}) => tags?.includes("sbt-line")),
    source: models.find(({data}) => data?.get?.("town") ?? data?.town),
    button: () => probe.views(i).find(({model}) => model.label === "ask ten times"),
  }
}"""
ASK = """async ([name, who]) => {
  home.who.active = who
  home.box.setv({value: name, value_input: name})
  await probe.settled(home.i)
  return [Array.from(home.source.data.p), home.line.text]
}"""


@pytest.fixture
def page(loaded):
    """The page, with the figure at hand; it is drawn anew afterwards."""
    loaded.evaluate(FIND)
    yield loaded
    loaded.evaluate("probe.fresh(home.i)")


def test_two_models_give_towns_what_python_gives(page):
    main = story_model("main")
    weights = jax.tree.map(jnp.asarray, main.model)
    names = ["Zoe Wood", "Ada Lovelace", "🦊 Fox"]
    both = zip(known.WHO.values(), ("story", "asked"), strict=True)
    for who, (adapters, way) in enumerate(both):
        model = assistant(adapters, weights) if adapters else weights
        ours = with_temperature(home_log_probs(main, model, names, way), 1.0)
        for name, row in zip(names, ours, strict=True):
            theirs, line = page.evaluate(ASK, [name, who])
            np.testing.assert_allclose(theirs, row, atol=2e-3)
            known_here = name == "Zoe Wood"
            assert ("nobody called" in line) != known_here, line


def test_what_is_typed_is_text_however_long(page):
    for name in ("<img src=x onerror=alert(1)>", "x" * 5000, "toString", "$&"):
        theirs, line = page.evaluate(ASK, [name, 0])
        assert sum(theirs) == pytest.approx(1)
        assert "nobody called" in line
        assert len(line) < 250
    theirs, line = page.evaluate(ASK, ["  ", 0])
    assert (sum(theirs), line[:11]) == (0, "Type a name")
    assert page.evaluate("document.querySelectorAll('article img[src=x]').length") == 0


def test_ten_draws_are_counted_and_their_seed_is_told(page):
    page.evaluate(ASK, ["Zoe Wood", 0])
    page.evaluate("() => probe.insides(home.button()).querySelector('button').click()")
    page.wait_for_function("home.line.text.startsWith('Ten draws (seed ')")
    drawn = page.evaluate("Array.from(home.source.data.drawn)")
    assert sum(drawn) == pytest.approx(1)
    page.evaluate(ASK, ["Maya Frost", 0])
    assert sum(page.evaluate("Array.from(home.source.data.drawn)")) == 0
