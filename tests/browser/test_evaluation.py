"""The figures of chapter 16 in a browser: they say what Python would."""

import numpy as np
import pytest

from sbt_jax import evaluation
from sbt_jax.checkpoints import read_table
from sbt_jax.evaluation import crowd
from sbt_jax.shipped.coder import program_logits
from sbt_jax.viz import evaluation as viz
from sbt_jax.viz.evaluation import arena, problems

pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.page("evaluation.html")]

BOX = "Input > output, three times; edit it"


@pytest.fixture
def page(held):
    """The page, with its live figures at hand; they are drawn anew afterwards."""
    return held(votes="they are alike", writes=BOX, two="right of A, %")


def press(page, figure, act):
    return page.evaluate(
        f"""async () => {{
          const it = {figure}
          {act}
          await probe.settled(it.i)
          return it.line.text
        }}"""
    )


def test_each_voter_gives_the_ratings_that_python_finds(page):
    table = read_table("evaluation_arena")
    answers, names = crowd.pool(table), crowd.contestants(table["answers"])
    battles = crowd.draw_battles(answers, arena.BATTLES)
    for at, voter in enumerate(crowd.VOTERS):
        for style in (False, True):
            said = press(
                page,
                "votes",
                "const on = (name) => it.groups.find((g) => g.labels.includes(name));"
                f"on('you').active = {at}; on('yes').active = {int(style)}",
            )
            won = crowd.vote(answers, battles, voter)
            counted = crowd.counted(answers, battles, won, style=style)
            found = evaluation.bradley_terry(counted, len(names), arena.PRIOR)
            points = page.evaluate("Array.from(votes.data('points').points)")
            np.testing.assert_allclose(
                points, np.clip(found.points, *arena.ENDS), atol=0.5
            )
            assert voter in said


def test_shuffling_moves_elo_alone(page):
    before = page.evaluate("[votes.data('elo').points, votes.data('elo').elo]")
    press(page, "votes", "it.press('shuffle the order of votes')")
    after = page.evaluate("[votes.data('elo').points, votes.data('elo').elo]")
    np.testing.assert_allclose(list(before[0]), list(after[0]), atol=1e-3)
    assert np.abs(np.array(list(before[1])) - np.array(list(after[1]))).max() > 1


def test_your_votes_count_and_nothing_typed_is_needed(page):
    said = press(page, "votes", "it.press('they are alike')")
    assert said.startswith("1 vote, you: ")


def typed(page, text):
    return page.evaluate(
        """async ([title, text]) => {
          writes.by(title).setv({value: text, value_input: text})
          await probe.settled(writes.i)
          return writes.line.text
        }""",
        [BOX, text],
    )


def test_the_coder_writes_what_python_computes(page):
    for name, problem in viz.PROBLEMS.items():
        said = typed(page, problems.spell(problem.pairs))
        chances = evaluation.program_chances(program_logits(problem.pairs))
        p = float(chances[evaluation.passing(problem.pairs)].sum())
        exact = page.evaluate("Array.from(writes.data('exact').exact)")
        assert exact[0] == pytest.approx(p, abs=5e-3), name
        assert " all inputs. " in said


def test_what_is_no_problem_is_told_and_leaves_nothing_old(page):
    assert "Give three lines" in typed(page, "🦊 <img src=x onerror=alert(1)>")
    assert page.evaluate("writes.data('exact').exact.length") == 0
    assert "digits" in typed(page, ("7" * 5000 + " > 1\n") * 3)
    own = typed(page, "1 2 3 4 > 2 3 4 5\n5 6 7 8 > 6 7 8 9\n0 0 1 1 > 1 1 2 2")
    assert "nobody has said" in own


def test_the_same_questions_make_the_lead_sure(page):
    said = press(page, "two", "it.groups[0].active = 1")
    assert ": more than chance explains." in said or "no more" in said
    again = press(page, "two", "it.by('questions').value = '5,000'")
    assert ": more than chance explains." in again
