"""The parts of the recipe of chapter 14, by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import finetuning, training
from sbt_jax.architecture import forward, stack_blocks
from sbt_jax.recipes.finetuning import capacity, maps, runs, tuning
from sbt_jax.recipes.finetuning.tuning import ROOM, Plan
from sbt_jax.recipes.real import finetuning as real
from sbt_jax.shipped.stories import story_model
from sbt_jax.training import AdapterConfig, add_adapters
from sbt_jax.world.domains import domain

pytestmark = pytest.mark.usefixtures("unchecked")
SMALL = story_model("small")
MODEL = jax.tree.map(jnp.asarray, SMALL.model)
LOG = domain("logbook")


@pytest.fixture(scope="module")
def tuned():
    """Adapters of rank 2 on the MLPs, after a few steps."""
    plan = Plan(2, "MLP", 4.0, 1e-2, 0)
    batch = tuning.texts(SMALL, LOG, 8, 10, 72)
    weights, losses = tuning.tune(SMALL, MODEL, batch, plan, 6, 4)
    return plan, weights, losses


def test_room_beyond_the_rank_and_other_matrices_stay_zero(tuned):
    plan, weights, _ = tuned
    for name, (a, b) in weights.items():
        assert a.shape[1] == b.shape[0] == ROOM
        used = plan.rank if ".mlp." in name else 0
        assert not np.asarray(a[:, used:]).any()
        assert not np.asarray(b[used:]).any()
    small = tuning.cut(weights, plan)
    assert set(small) == {name for name in weights if ".mlp." in name}
    one = add_adapters(MODEL, small, AdapterConfig(plan.rank, plan.scale))
    other = tuning.as_model(MODEL, weights, plan)
    for x, y in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        np.testing.assert_allclose(x, y, atol=1e-6)


def test_training_lowers_the_loss_and_the_gap_is_above_the_floor(tuned):
    plan, weights, losses = tuned
    assert losses[-1] < losses[0]
    test = tuning.test_of(SMALL, LOG, 5, 11, 72)
    before = tuning.gap(SMALL, MODEL, test)
    after = tuning.gap(SMALL, tuning.as_model(MODEL, weights, plan), test)
    assert 0 < after < before
    with pytest.raises(ValueError, match="length must hold"):
        tuning.texts(SMALL, LOG, 5, 10, 20)


def test_a_quarter_of_the_lessons_are_stories():
    sizes = runs.Sizes(model="small", steps=2, rows=8)
    plain = runs.lessons(SMALL, sizes, "logbook")
    mixed = runs.lessons(SMALL, sizes, "logbook", old=2)
    differ = (plain.tokens != mixed.tokens).any(1)
    np.testing.assert_array_equal(differ, np.arange(16) % 8 < 2)


def test_plans_of_the_map_have_both_rules_and_all_weights():
    plans = maps.plans(maps.Sizes())
    assert {rule for rule, _ in plans} == {*finetuning.SCALES, "all weights"}
    by = {(rule, plan.rank): plan.scale for rule, plan in plans}
    assert by["alpha / rank", 64] == 0.25
    assert by["alpha / root of rank", 64] == 2.0


def test_invented_facts_ask_for_the_town_only():
    batch = capacity.invented(SMALL, 3)
    towns = [SMALL.tokenizer.token_bytes[i] for i in batch.tokens[batch.asked]]
    assert all(piece.startswith(b" ") or piece.isalpha() for piece in towns)
    with pytest.raises(ValueError, match="facts must be at most 576, got 577"):
        capacity.invented(SMALL, 577)


def test_a_stack_of_blocks_gets_the_same_adapters():
    stacked = stack_blocks(MODEL)
    fresh = real.begun(stacked, real.CONFIG)
    moved = jax.tree.map(lambda x: x + 0.01, fresh)
    ours = real.with_stack(stacked, moved, real.CONFIG)
    apart = {
        name.replace("blocks.0", f"blocks.{layer}"): training.Adapter(
            pair.a[layer], pair.b[layer]
        )
        for name, pair in moved.items()
        for layer in range(len(MODEL.blocks))
    }
    plain = add_adapters(MODEL, apart, real.CONFIG)
    tokens = jnp.arange(12)
    np.testing.assert_allclose(
        forward(ours, SMALL.config, tokens),
        forward(plain, SMALL.config, tokens),
        rtol=1e-3,
        atol=1e-3,
    )
