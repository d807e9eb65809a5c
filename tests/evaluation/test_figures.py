"""The figures of chapter 16: first frames, and what they are made of."""

import numpy as np
import pytest
from bokeh.models import (
    Button,
    ColumnDataSource,
    FactorRange,
    RadioButtonGroup,
    Slider,
    TextAreaInput,
)

from contracts.small.evaluation import COLUMNS_OF, LEAKED, POOL, QUIZ
from figure_parts import one, with_column
from sbt_jax import evaluation
from sbt_jax.checkpoints import read_table
from sbt_jax.evaluation import crowd
from sbt_jax.evaluation.findings import axes_of, claims, findings, leak_rows
from sbt_jax.evaluation.findings_arena import arena_findings
from sbt_jax.evaluation.findings_real import WAYS, marks, real_findings
from sbt_jax.shipped.coder import program_logits
from sbt_jax.viz import evaluation as viz
from sbt_jax.viz.evaluation import arena, better, coder, drawings, problems, scores

pytestmark = pytest.mark.usefixtures("unchecked")


def test_the_arena_starts_with_the_ratings_of_its_votes():
    layout = viz.the_arena(POOL)
    data = with_column(layout, "points").data
    answers = crowd.pool(POOL)
    battles = crowd.draw_battles(answers, arena.BATTLES)
    won = crowd.vote(answers, battles, next(iter(crowd.VOTERS)))
    found = evaluation.bradley_terry(
        crowd.counted(answers, battles, won), 3, arena.PRIOR
    )
    cut = np.clip(found.points, *arena.ENDS)
    np.testing.assert_allclose(data["points"], cut, atol=1e-6)
    first = answers[battles.first[0]]
    labels = [b.label for b in layout.layout.select({"type": Button})]
    assert arena.short(first.text) in labels


def test_contestants_stand_in_the_order_of_the_book():
    assert crowd.contestants({"small": 0, "DPO": 0, "raw": 0}) == [
        "raw",
        "DPO",
        "small",
    ]
    table = read_table("evaluation_arena")
    assert crowd.contestants(table["answers"]) == list(crowd.ORDER)


def test_bars_of_the_quiz_are_shares_of_it():
    data = with_column(viz.one_quiz_scored(QUIZ), "right").data
    assert data["right"] == [50.0, 75.0]
    assert all(
        low <= r <= high
        for low, r, high in zip(data["low"], data["right"], data["high"], strict=True)
    )
    tied = {"a": 0.5, "b": 0.5, "c": 0.1}
    assert "a and b lead with 50 %" in scores.scoring_line("writes", tied)


def test_the_coder_starts_with_what_it_writes_for_the_misleading_problem():
    problem = viz.PROBLEMS[viz.FIRST]
    layout = viz.live_coder(program_logits(problem.pairs))
    box, group = one(layout, TextAreaInput), one(layout, RadioButtonGroup)
    assert box.value == box.value_input == problems.spell(problem.pairs)
    assert group.labels[group.active] == viz.FIRST
    data = with_column(layout, "unbiased").data
    assert data["unbiased"][0] == pytest.approx(data["plug"][0])
    assert (np.diff(data["exact"]) >= 0).all()
    assert "passes the three, fails others" in str(
        [d.text for d in layout.layout.select({"type": type(layout.status)})]
    )


def test_every_problem_is_solved_by_its_program():
    for problem in viz.PROBLEMS.values():
        assert evaluation.solves(problem.program, problem.pairs)
        pairs = coder.read_pairs(problems.spell(problem.pairs))
        assert pairs == [[list(a), list(b)] for a, b in problem.pairs]


def test_what_is_typed_is_read_or_told():
    assert coder.read_pairs("😀") == "Give three lines, not 1."
    bad = coder.read_pairs("1 2 3 4 > 1\n<img> > 1\n1 2 3 4 > 1")
    assert bad == "Line 2 needs one “>” between input and output."
    assert coder.drawn(np.zeros(3), 2, 1) == [-1, -1]


def test_two_scores_start_unsure_and_pairs_make_them_sure():
    layout = viz.is_it_better()
    assert "no more than chance explains" in layout.status.text
    apart = better.bars(0.73, 0.7, 1000, 0.0)
    paired = better.bars(0.73, 0.7, 1000, better.KINDS["the same questions"])
    wide = [b["high"][2] - b["low"][2] for b in (apart, paired)]
    assert wide[1] < 0.6 * wide[0]
    assert apart["low"][2] < 0 < paired["low"][2]  # the first click makes it sure
    assert {s.title for s in layout.layout.select({"type": Slider})} >= {
        "right of A, %"
    }


def test_leaks_and_axes_say_their_first_frame():
    layout = viz.leaked_test(LEAKED)
    assert with_column(layout, "share").data["share"] == pytest.approx([100, 10, 100])
    layout = viz.table_of_axes(COLUMNS_OF)
    ranges = [r.factors for r in layout.layout.select({"type": FactorRange})]
    assert ["raw", "DPO"] in ranges  # the first stands on top: ranges go upwards
    sources = list(layout.layout.select({"type": ColumnDataSource}))
    assert any("said" in s.data for s in sources)


def test_drawings_have_the_words_they_are_about():
    for drawn in (
        drawings.what_a_score_is,
        drawings.three_judges,
        drawings.a_sandbox,
    ):
        assert drawn().startswith("<svg")


def test_what_the_page_says_of_the_shipped_tables_holds():
    table, pool = read_table("evaluation"), read_table("evaluation_arena")
    said, held = arena_findings(pool)
    wrong = [name for name, ok in (claims(table) | held).items() if not ok]
    assert not wrong
    assert findings(table)["asked"] == "160"
    assert said["arena_nice"] == "DPO"
    assert list(axes_of(table, pool)) == list(crowd.ORDER)
    assert leak_rows(table)["all, in other words"]["overlap"] == 0


def test_the_real_model_ticks_one_letter():
    table = read_table("real_evaluation")
    said = real_findings(table)
    assert said["real_letter_n"] == f"{table['questions']} of {table['questions']}"
    right = {way: sum(marks(table, way)) for way in WAYS}
    assert right["label"] < right["written"] < right["sum"]
    with pytest.raises(ValueError, match="way must be one of"):
        marks(table, "aloud")
