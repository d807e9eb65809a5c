"""The parts of the recipe of chapter 5."""

import jax
import pytest

from sbt_jax.architecture import init_twin, parameter_count
from sbt_jax.recipes.architecture import twins
from sbt_jax.shipped.measures import measure_gap
from sbt_jax.shipped.stories import story_model


def test_variants_without_a_gate_have_as_many_parameters():
    complete, relu = (twins.VARIANTS[name] for name in ("complete", "rotary"))
    assert relu.switches.mlp == "relu"
    assert sum(parameter_count(*relu).values()) == sum(
        parameter_count(*complete).values()
    )


def test_the_gap_of_a_twin_is_that_of_the_shipped_model():
    reader = story_model("small")
    twin = init_twin(jax.random.key(0), *twins.VARIANTS["complete"])
    leaves = jax.tree.leaves(reader.model)
    twin = jax.tree.unflatten(jax.tree.structure(twin), leaves)
    found = twins.gap(twin, twins.VARIANTS["complete"], twins.held_out(20))
    expected = measure_gap(reader, 20)["gap_per_word"]
    assert found == pytest.approx(expected, abs=2e-4)
