"""The recipe of chapter 6, at a small size."""

import json

import numpy as np
import pytest

from sbt_jax import world
from sbt_jax.checkpoints import cards, read_table
from sbt_jax.recipes.training import facts, recipe

SETTINGS = recipe.Sizes(
    seeds=(0,),
    rates=(1e-3, 1e9),
    rate_widths=(16,),
    rate_steps=40,
    widths=(8,),
    steps=16,
    batch=1,
    fact_widths=(4,),
    fact_steps=300,
    few=(20,),
    marks=(0, 16),
    limits=(10.0, 0.5),
    edge_steps=200,
    held_out=20,
)


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.usefixtures("unchecked")
def test_a_recipe_that_was_stopped_gives_the_same_files(tmp_path, monkeypatch):
    whole, parts, work = (tmp_path / n for n in ("whole", "parts", "work"))
    table = recipe.run(SETTINGS, tmp_path / "other", whole)
    real = facts.held_facts

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(facts, "held_facts", stopped)
    with pytest.raises(KeyboardInterrupt):
        recipe.run(SETTINGS, work, parts)
    assert not parts.exists()
    monkeypatch.setattr(facts, "held_facts", real)
    for name in ("try_rates", "try_size"):  # these were kept
        monkeypatch.setattr(recipe, name, stopped)
    recipe.run(SETTINGS, work, parts)
    assert files(parts) == files(whole)
    assert read_table("training", parts) == json.loads(json.dumps(table))
    (card,) = cards(parts).values()
    assert (card.recipe, card.inputs["world"]) == (recipe.RECIPE, world.WORLD.digest)
    good, wild = table["rates"]["16"]["end"][0]
    assert good < 7
    assert wild is None or wild > 7
    assert table["edge"]["0.5"]["loss"][0][-1] is None
    assert table["edge"]["10"]["loss"][0][-1] < table["edge"]["10"]["loss"][0][0]
    assert table["overfit"]["20"][0]["passes"] > 1


def test_facts_are_those_of_the_world():
    found = facts.all_facts()
    assert len(found.tokens) == 3 * (len(world.people()) - len(world.held_out()))
    assert found.weights.sum() == pytest.approx(1.0)
    assert found.weights[0] > 1000 * found.weights[-1]
    assert found.tokens.max() + 1 == found.vocab_size
    # Every question has one answer.
    questions = {tuple(row) for row in found.tokens[:, :3].tolist()}
    assert len(questions) == len(found.tokens)


def test_names_are_two_ones_and_towns_are_one():
    read, right = facts.towns(50)
    np.testing.assert_array_equal(read.sum(1), 2)
    np.testing.assert_array_equal(right.sum(1), 1)
