"""The figures of chapter 20: first frames, and what they are made of."""

import numpy as np
import pytest
from bokeh.models import CategoricalSlider, Select

from contracts.small.interpretability import NAMES, NOISE, PAIRS, SCORES, SPEC, TOY
from figure_parts import one, with_column
from sbt_jax.checkpoints import read_table
from sbt_jax.interpretability import dimension_shares, train_toy
from sbt_jax.interpretability.findings import claims, findings
from sbt_jax.interpretability.findings_real import real_claims, real_findings
from sbt_jax.interpretability.shown import (
    BEGINNINGS,
    PUSHED,
    STORIES,
    facts_shown,
    known_features,
)
from sbt_jax.shipped.features import (
    copied_cell,
    impossible_end,
    promoting,
    token_names,
    with_feature,
    write_pushed,
)
from sbt_jax.shipped.stories import story_model
from sbt_jax.viz import interpretability as viz
from sbt_jax.viz.interpretability import change, drawings, knows, patches, toy

pytestmark = pytest.mark.usefixtures("unchecked")


@pytest.fixture(scope="module")
def table():
    return read_table("interpretability")


def test_what_the_page_claims_holds(table):
    real = read_table("real_interpretability")
    assert all((claims(table) | real_claims(real)).values())
    told = findings(table) | real_findings(real)
    assert all(isinstance(text, str) and text for text in told.values())


def test_a_switched_feature_flips_the_answer_in_each_story(table):
    main, gets = story_model("main"), table["purity"]["feature"]["number"]
    names = token_names(main)
    rows = {
        name: with_feature(main, text, gets) for name, text in list(STORIES.items())[:3]
    }
    said = {
        name: (names[x.plain.argmax()], names[x.changed.argmax()])
        for name, x in rows.items()
    }
    assert said == {
        "Mia gives to Tom": (" Tom", " Mia"),
        "and Tom gives it back": (" Mia", " Tom"),
        "who has it now?": (" Tom", " Mia"),
    }
    felt = rows["Mia gives to Tom"]
    assert felt.texts[felt.at] == " Tom"
    assert felt.at == 1 + change.last_strong(felt.fired[1:, gets].tolist())
    same = with_feature(main, next(iter(STORIES.values())), gets, times=1.0)
    np.testing.assert_allclose(same.plain, same.changed, atol=1e-6)


def test_where_the_place_is_asked_the_switch_changes_nothing(table):
    main, gets = story_model("main"), table["purity"]["feature"]["number"]
    felt = with_feature(main, STORIES["hidden: who has it is not asked"], gets)
    assert felt.at
    assert felt.plain.argmax() == felt.changed.argmax()
    tom = promoting(main, PUSHED)[" Tom"]
    *_, strong, weak = table["cards"][tom]
    assert all(text.endswith(" Tom") for text in strong)
    assert not any(text.endswith(" Tom") for text in weak)


def test_a_copied_word_brings_its_answer(table):
    pair = table["maps"]["who has it"]
    texts, answers = copied_cell(story_model("main"), pair, 28, 2)
    assert texts[28] == " Tom"
    assert answers[0] > 0.95
    _, untouched = copied_cell(story_model("main"), pair, 5, 2)
    assert untouched[1] > 0.95


def test_a_push_breaks_the_story_and_none_does_not():
    main, start = story_model("main"), next(iter(BEGINNINGS.values()))
    up = promoting(main, PUSHED)
    assert not impossible_end(start + write_pushed(main, start, 0, 0.0))
    assert impossible_end(start + write_pushed(main, start, up[" Tom"], 30.0))
    gentle = write_pushed(main, start, up[" Tom"], viz.STRENGTH)
    assert gentle.startswith(" Tom")
    assert not impossible_end(start + gentle)


def test_the_first_frame_of_the_switch_is_what_it_was_given():
    figure = viz.change_a_feature(
        {"a": "Mia to Tom"},
        {"gets it": 3},
        ["Mia", " Tom"],
        np.array([1.0, 4.0]),
        np.array([0.0, 1.0, 0.0, 0.0]),
        np.array([0.0, 0.25, 0.75, 0.0]),
        NAMES,
        SPEC,
    )
    data = with_column(figure, "changed").data
    assert data["word"][:2] == ["Tom", "Mia"]
    assert data["plain"][:2] == [1.0, 0.0]
    assert data["changed"][:2] == [0.25, 0.75]
    assert one(figure, Select, title="Feature").options == ["gets it"]


def test_the_toy_starts_with_its_shares():
    figure = viz.five_in_two(TOY, 1.0)
    data = with_column(figure, "share").data
    np.testing.assert_allclose(data["share"], dimension_shares(TOY.weights))
    slider = one(figure, CategoricalSlider)
    assert len(slider.categories) == len(toy.DENSITIES)
    assert data["name_x"][0] == pytest.approx(1.22)
    with pytest.raises(ValueError, match=r"got 0\.4"):
        viz.five_in_two(train_toy(0.4, steps=1), 0.4)


def test_units_are_drawn_by_fact_and_an_unknown_fact_is_refused():
    figure = viz.which_unit_knows({"gets it": "role gets it"}, SCORES, NOISE)
    data = with_column(figure, "random").data
    assert list(data["unit"]) == list(knows.UNITS)
    assert data["trained"][2] == 0.9
    assert data["random"][2] == 0.5
    with pytest.raises(ValueError, match="role loses it"):
        viz.which_unit_knows({"x": "role loses it"}, SCORES, NOISE)


def test_the_map_has_a_cell_for_each_word_and_depth():
    figure = viz.where_it_stands(PAIRS, ["0 <end>", "1 Tom"], 1, 2, [1.0, 0.0], SPEC)
    data = with_column(figure, "alpha").data
    assert len(data["alpha"]) == 10
    assert data["alpha"][6] == 1.0  # more than all is all
    assert data["alpha"][8] == 0.0
    assert patches.shares_of(np.array([[0.5]])) == [[0.5]]


def test_lists_offer_what_the_table_has(table):
    features = known_features(table)
    assert len(set(features.values())) == len(features) > 4
    facts = facts_shown(table)
    assert set(facts.values()) <= set(table["scores"]["main"]["labels"])
    assert len(facts) > 8


@pytest.mark.parametrize(
    "name", ["an_autoencoder", "a_patch", "a_neuron_and_a_direction"]
)
def test_diagrams_are_drawn(name):
    assert getattr(drawings, name)().startswith("<svg")
