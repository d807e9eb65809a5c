"""The parts of the recipe of chapter 6."""

import numpy as np
import pytest

from sbt_jax import world
from sbt_jax.recipes.training import facts


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
