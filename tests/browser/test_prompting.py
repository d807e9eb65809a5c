"""The figures of chapter 12 in a browser: they say what Python would."""

import numpy as np
import pytest

from sbt_jax import prompting
from sbt_jax.shipped import games
from sbt_jax.viz import prompting as viz

pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.page("prompting.html")]


@pytest.fixture
def page(held):
    """The page, with its live figures at hand; they are drawn anew afterwards."""
    return held(
        ways="The whole prompt; edit it",
        pairs="pairs shown",
        votes="share of the right answer",
    )


def typed(page, figure, title, text):
    return page.evaluate(
        """async ([figure, title, text]) => {
          const it = globalThis[figure]
          it.by(title).setv({value: text, value_input: text})
          await probe.settled(it.i)
          return it.line.text
        }""",
        [figure, title, text],
    )


def test_each_way_of_asking_says_what_python_says(page):
    right = prompting.answer(viz.GAME)
    for at, way in enumerate(viz.WAYS[:3]):
        said = page.evaluate(
            """async (at) => {
              ways.group.active = at
              await probe.settled(ways.i)
              const {cup, p} = ways.data("cup")
              return [ways.line.text, Array.from(cup), Array.from(p)]
            }""",
            at,
        )
        ours = games.say(viz.PROMPTS[way])
        assert f"“{ours.text}”" in said[0]
        assert right in said[0]
        np.testing.assert_allclose(said[2][:5], ours.cups, atol=2e-3)


def test_what_is_typed_is_text_and_too_long_is_told(page):
    box = "The whole prompt; edit it"
    said = typed(page, "ways", box, "🦊 <img src=x onerror=alert(1)> Q: A:")
    assert "The last question is no shell game" in said
    assert "Left out" in said
    assert "Too long" in typed(page, "ways", box, "red " * 5000)
    asked = typed(page, "ways", box, viz.PROMPTS["chain of thought"])
    assert "So yellow." in asked


def test_pairs_are_read_as_python_reads_them(page):
    known = games.known_layouts()
    for text in (viz.told(known[3], 5), "green cat, blue dog, green ?"):
        said = typed(page, "pairs", "The prompt; edit it", text)
        pairs, cup = viz.read_pairs(text)
        p = page.evaluate("Array.from(pairs.data('exact').model)")
        np.testing.assert_allclose(p, games.guess(pairs, cup), atol=2e-3)
        assert said.startswith(f"After {len(pairs)} pairs the model says ")
    clash = typed(page, "pairs", "The prompt; edit it", "red cat, red dog, blue ?")
    assert "No layout has these pairs" in clash
    assert "End with a cup" in typed(page, "pairs", "The prompt; edit it", "<b>😀")


def test_votes_follow_the_sliders(page):
    said = page.evaluate(
        """async () => {
          votes.group.active = 0
          votes.by("votes").value = 41
          await probe.settled(votes.i)
          return votes.line.text
        }"""
    )
    assert "With 41 votes the right one wins in 10 %: voting hurts." in said
