"""The figures of chapter 17 in a browser: they say what Python would."""

import numpy as np
import pytest

from sbt_jax import reasoning
from sbt_jax.shipped import thinking
from sbt_jax.viz import reasoning as viz
from sbt_jax.viz.reasoning import slip

pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.page("reasoning.html")]


@pytest.fixture
def page(held):
    """The page, with its live figures at hand; they are drawn anew afterwards."""
    return held(
        budget="budget: places it may write",
        slip="The chain; change it",
        tries="A game to answer",
    )


def test_each_budget_says_what_python_says(page):
    for swaps, budget in ((6, 0), (6, 6), (8, 7), (1, 8)):
        line, p = page.evaluate(
            """async ([swaps, most]) => {
              budget.by("swaps").value = swaps
              budget.by("budget: places it may write").value = most
              await probe.settled(budget.i)
              return [budget.line.text, Array.from(budget.data("p").p)]
            }""",
            [swaps, budget],
        )
        ours = thinking.think(viz.cut_game(viz.GAME, swaps), budget)
        np.testing.assert_allclose(p, ours.answer, atol=2e-3)
        chain = " ".join(reasoning.PLACES[i - 1] for i in ours.chain)
        assert f"{chain} so”" in line if chain else "“so”" in line


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


def test_a_changed_chain_is_answered_as_python_answers(page):
    for game, text in slip.CHAINS.values():
        typed(page, "slip", "The game: the ball's place, then swaps", game)
        cups, _ = reasoning.read_cups(game)
        said = typed(page, "slip", "The chain; change it", text)
        ids, _ = reasoning.read_chain(text)
        thought = thinking.conclude(cups, ids)
        best = reasoning.PLACES[int(np.argmax(thought.answer))]
        assert f" says {best}, with" in said


def test_what_is_typed_is_text_and_never_markup(page):
    game = "The game: the ball's place, then swaps"
    for text in ("", "hello", "🦊", "<img src=x onerror=alert(1)>", "x " * 2500):
        assert typed(page, "slip", game, text).startswith("Type a game")
    empty, hello = (typed(page, "slip", game, text) for text in ("", "hello"))
    assert empty != hello
    assert "hello" in hello
    long = typed(page, "slip", game, viz.TOLD)
    assert "The ball is in B" in long
    chain = typed(page, "slip", "The chain; change it", "A " * 2500)
    assert "at most" in chain
    odd = typed(page, "slip", "The chain; change it", "<b>B</b> hello")
    assert "hello" in odd


def test_eight_tries_are_drawn_as_python_draws_them(page):
    cups, _ = reasoning.read_cups(viz.TOLD)
    for active, name in enumerate(("reasoning_start", "reasoning_learned")):
        line = page.evaluate(
            """async (active) => {
              tries.group.active = active
              await probe.settled(tries.i)
              return tries.line.text
            }""",
            active,
        )
        ours = thinking.tries(cups, viz.COUNT, 2, name)
        right = sum(one.right for one in ours)
        assert f"{right} of {viz.COUNT} tries are right" in line
    assert typed(page, "tries", "A game to answer", "").startswith("Type a game")
    assert "Left out: hello" in typed(page, "tries", "A game to answer", "hello")
