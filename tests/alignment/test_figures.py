"""The figures of chapter 8: first frames."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from bokeh.models import Button, CategoricalSlider, Select, TextInput

from contracts.small.alignment import ANSWERS, ASKED, DPO, LISTED, RUNS
from contracts.small.common import SPEC
from figure_parts import frames, one, with_column
from sbt_jax import alignment
from sbt_jax.viz import alignment as viz
from sbt_jax.viz.alignment import drawings, judge, measures
from sbt_jax.world.words import TOWNS


def test_both_ways_are_counted_from_where_a_run_began():
    assert measures.paths(RUNS) == {
        "x": [[0.0, 0.5, 1.5], [0.0, 1.0, 1.5]],
        "y": [[0.0, 0.25, -0.5], [0.0, 0.5, 0.25]],
    }
    assert measures.gained([1.0] + [2.0] * 4 + [4.0] * 12) == [0.0, 1.0, 3.0, 3.0, 3.0]


def test_the_first_frame_of_the_leash():
    figure = viz.leash({"long leash": RUNS, "best of n": RUNS[:1]}, ASKED)
    slider, pick = one(figure, CategoricalSlider), one(figure, Select)
    assert (slider.value, pick.value) == ("long leash", "Who?")
    ends = with_column(figure, "color", "size").data
    assert ends["x"] == [0.5, 1.5, 1.0, 1.5]
    assert ends["size"] == [6, 13, 6, 13]
    assert figure.status.text == measures.leash_line("long leash", RUNS)
    best = frames(figure, figure.status)["best of n"]
    assert best["text"] == measures.leash_line("best of n", RUNS[:1])
    assert "<b>A dog" not in figure.page_html()


def test_a_judge_fits_its_verdicts_as_the_library_says():
    _, features, _ = LISTED
    verdicts = [[0, 1], [2, 1], [2, 0], [1, 0]]
    x = jnp.array(features)
    won, lost = (jnp.array(side) for side in zip(*verdicts, strict=True))

    def loss(weights):
        scores = x @ weights
        fit = len(verdicts) * alignment.preference_loss(scores[won], scores[lost])
        return fit + judge.RESERVE * (weights**2).sum() / 2

    weights = jnp.array(judge.judged(features, verdicts))[jnp.array([0, 2])]
    np.testing.assert_allclose(jax.grad(loss)(weights), 0.0, atol=1e-3)
    assert judge.judged(features, []) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("beta", judge.LEASHES.values())
def test_the_leash_lets_the_model_go_where_the_library_says(beta):
    scores = [0.5, -1.0, 2.0]
    found = judge.pulled(LISTED[2], scores, beta)
    right = alignment.optimal_policy(jnp.array(LISTED[2]), jnp.array(scores), beta)
    np.testing.assert_allclose(found, right, rtol=1e-4, atol=1e-7)


def test_the_first_frame_of_the_judge():
    figure = viz.be_the_judge(*LISTED, [(1, 0)])
    labels = {b.label for b in figure.layout.select({"type": Button})}
    assert len(labels) == 3
    assert labels - {"forget all verdicts"} <= set(LISTED[0])
    assert figure.table[1][:2] == ("In Redhill.", "50 %")
    assert "<b>In Kirby" not in figure.page_html()
    with pytest.raises(ValueError, match="got 2 and 3"):
        viz.be_the_judge(LISTED[0], LISTED[1][:2], LISTED[2], [])


def test_every_pair_is_asked_once_and_what_is_judged_comes_first():
    pairs = judge.order(4, [(2, 0), (1, 3)])
    assert pairs[:2] == [[2, 0], [1, 3]]
    assert len(pairs) == 6
    assert len({frozenset(pair) for pair in pairs}) == 6


@pytest.mark.parametrize("name", ["three_ways", "the_loop", "own_critic"])
def test_a_diagram_is_drawn(name):
    assert getattr(drawings, name)().startswith("<svg")


def test_the_first_frame_of_both_sides():
    figure = viz.chosen_and_rejected(DPO)
    assert one(figure, CategoricalSlider).value == "10"
    assert figure.table[1] == (5, "0.25 to 0.50", "-0.50 to -0.25")
    mark = with_column(figure, "y", "color")
    assert mark.data["y"] == [-1.0, -0.5, -4.0, -3.0]
    said = measures.sides_line(10, [-1.0, -0.5], [-4.0, -3.0])
    assert figure.status.text == said
    assert "the gap is 2.50 to 3.00" in said


def test_the_first_frame_of_before_and_after():
    figure = viz.before_and_after(
        {"a home": "Where?", "else": "Who?"}, ANSWERS, "Redhill", TOWNS, SPEC
    )
    assert one(figure, TextInput).value == "Where?"
    assert set(viz.MODELS.values()) - {""} <= set(figure.models)
    assert figure.table[2] == ("fine-tuned", "In Redhill.")
