"""The figures of chapter 14 in a browser: they say what Python would."""

import numpy as np
import pytest

from sbt_jax import finetuning
from sbt_jax.shipped.stories import story_model
from sbt_jax.viz.finetuning import levels

pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.page("finetuning.html")]


@pytest.fixture
def page(held):
    """The page, with its live figures at hand; they are drawn anew afterwards."""
    page = held(swap="strength of the adapter", levels="weights in a block")
    page.evaluate("""() => {
      const shown = swap.texts
      swap.texts = () => shown().filter((text) => text.startsWith("<p>"))
    }""")
    return page


def strength(page, value):
    return page.evaluate(
        """async (value) => {
          swap.by("strength of the adapter").value = value
          await probe.settled(swap.i)
          return [swap.line.text, ...swap.texts()]
        }""",
        value,
    )


def test_without_strength_both_texts_are_the_same_and_back_again(page):
    first = page.evaluate("swap.texts()")
    line, alone, adapted = strength(page, 0)
    assert alone == adapted == first[0] != first[1]
    assert "adds nothing" in line
    line, alone, adapted = strength(page, 1)
    assert [alone, adapted] == first, "as Python wrote them"


def test_another_adapter_writes_another_text(page):
    said = page.evaluate(
        """async () => {
          swap.group.active = 1
          await probe.settled(swap.i)
          return [swap.line.text, ...swap.texts()]
        }"""
    )
    assert "the lullaby adapter has 19,712 numbers" in said[0]
    assert "Good night" in said[2]


def test_what_is_typed_is_text(page):
    said = page.evaluate(
        """async (text) => {
          swap.by("The beginning").setv({value: text, value_input: text})
          const told = () => swap.texts().every((one) => one.includes("&lt;img"))
          while (!told() || swap.line.text === "Writing …") {
            await new Promise((go) => setTimeout(go, 20))
          }
          return swap.texts()
        }""",
        "red " * 1250 + "🦊 <img src=x onerror=alert(1)>",
    )
    assert len(said) == 2
    assert all(len(text) < 1000 for text in said), said
    assert all("<img" not in text and "&lt;img" in text for text in said), said


def test_formats_are_rounded_as_python_rounds_them(page):
    matrix = finetuning.matrices(story_model("main").model)[levels.MATRIX]
    weights = np.asarray(matrix, np.float32).ravel()
    for at, (name, how) in enumerate(finetuning.formats().items()):
        said, used = page.evaluate(
            """async (at) => {
              levels.group.active = at
              await probe.settled(levels.i)
              return [levels.line.text, Array.from(levels.data("used").used)]
            }""",
            at,
        )
        _, ours, error, _ = levels.shown(weights, how)
        np.testing.assert_allclose(used, ours["used"], atol=2e-4)
        assert said.startswith(f"{name}, blocks of {how.block}: ")
        assert f"{100 * error:.1f}" in said
