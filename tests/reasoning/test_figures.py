"""The figures of chapter 17: first frames, and what they are made of."""

import numpy as np
import pytest
from bokeh.models import ColumnDataSource, RadioButtonGroup, Slider

from contracts.small.reasoning import ANSWER, CHAIN, LAYERS, LEARNED, TOLD
from figure_parts import one, with_column
from sbt_jax import reasoning
from sbt_jax.checkpoints import read_table
from sbt_jax.reasoning.findings import claims, findings, fitted, silent
from sbt_jax.reasoning.findings_real import real_claims, real_findings
from sbt_jax.shipped import thinking
from sbt_jax.viz import reasoning as viz
from sbt_jax.viz.reasoning import budget, drawings, measures, slip

pytestmark = pytest.mark.usefixtures("unchecked")


def test_the_budget_starts_with_the_chain_and_the_answer():
    figure = viz.think_within_budget(CHAIN, ANSWER, 1.5)
    assert with_column(figure, "p").data["p"] == ANSWER
    assert one(figure, Slider, title="swaps").value == viz.SHOWN
    sources = [s.data for s in figure.layout.select({"type": ColumnDataSource})]
    assert [1, 2, 3] in [list(data["x"]) for data in sources if "x" in data]
    cups = viz.cut_game(viz.GAME, viz.SHOWN)
    dots = budget.board(cups, CHAIN)["chain"]
    truth = reasoning.track(cups)[: len(CHAIN)]
    assert dots["y"] == [4 - place for place in CHAIN]
    assert len(set(dots["color"])) == 1 + (truth != CHAIN)


def test_cups_never_share_a_place():
    rows = np.array(budget.paths(viz.GAME))
    assert (np.sort(rows, axis=0) == np.arange(5)[:, None]).all()


def test_a_wrong_place_is_seen():
    cups = viz.cut_game(viz.GAME, 2)
    good, bad = budget.board(cups, [reasoning.track(cups)[0], 4])["chain"]["color"]
    assert good != bad


def test_the_chain_figure_starts_with_its_wrong_chain():
    figure = viz.change_a_step([0.0, 0.0, 0.0, 0.0, 1.0])
    assert figure.status.text.endswith("it follows the chain.")
    assert "Left out: x" in slip.slip_line(viz.GAME, None, ANSWER, ["x"])
    groups = figure.layout.select({"type": RadioButtonGroup})
    assert {len(group.labels) for group in groups} == {3}


def test_a_group_shows_each_try_and_its_advantage():
    figure = viz.a_group_of_tries(TOLD, 7)
    assert figure.table[0] == ("what it said", "reward", "advantage")
    assert [row[1] for row in figure.table[1:]] == ["right", "wrong"] * 2
    assert with_column(figure, "seed").data["seed"] == [7]


def test_learning_starts_at_the_end_and_without_a_price():
    figure = viz.learning_to_think(LEARNED)
    assert figure.status.text.startswith("After 10 steps it thinks before 50 %")
    assert measures.price_name("0.0") == "nothing"


def test_layers_name_each_size():
    assert "with 4 layers 75 % right" in viz.layers_and_swaps(LAYERS).status.text


def test_drawings_have_their_words():
    assert "thinking token" in drawings.written_down()
    assert "eight tries" in drawings.rewards_in_a_group()


def test_the_page_says_what_was_measured():
    table = read_table("reasoning")
    assert all(claims(table).values()), claims(table)
    found = findings(table)
    assert found["s1_after"] == "57 %"
    assert 1 <= silent(table) <= 2
    assert fitted(table["second"]["budgets"]["right"][0]) < 0.5
    real = read_table("real_reasoning")
    assert all(real_claims(real).values()), real_claims(real)
    assert "real_follows" in real_findings(real)


def test_the_shipped_models_do_what_the_page_says():
    cups = viz.cut_game(viz.GAME, viz.SHOWN)
    right = reasoning.track(cups)[-1]
    few, whole = (thinking.think(cups, n) for n in (viz.BUDGET, viz.SHOWN))
    assert np.argmax(few.answer) != right
    assert whole.answer[right] > 0.95
    with pytest.raises(ValueError, match="name must be one of"):
        thinking.cups_model("other")
    with pytest.raises(ValueError, match="at most 20 tokens, got 21"):
        thinking.conclude(cups, [1] * 21)
    with pytest.raises(ValueError, match="ids must be from 1 to 48"):
        thinking.next_token([0] * 49)
