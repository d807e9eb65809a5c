"""Recipes of chapter 19: schedules and rates."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import training
from sbt_jax.architecture import init_model
from sbt_jax.recipes.scaling import rates, schedules, sweep
from sbt_jax.recipes.training.recipe import train_rates
from sbt_jax.scaling import scales_by_width
from sbt_jax.shipped.rows import rows_at

pytestmark = pytest.mark.usefixtures("unchecked")


def test_at_the_base_width_rates_are_tried_as_chapter_6_tries_them():
    config, key = sweep.sweep_config(8), jax.random.key(0)
    rows = training.pack([[5, 6, 7, 8] * 8] * 60, length=32)
    some = [rows_at(rows, 2, at) for at in range(24)]
    batches = jax.tree.map(lambda *parts: np.stack(parts), *some)
    tried = jnp.array([0.01, 0.1])
    ones = scales_by_width(init_model(key, config), base=8)
    ours = train_rates(key, config, tried, batches, *ones)
    theirs = train_rates(key, config, tried, batches)
    np.testing.assert_allclose(ours, theirs, rtol=2e-3)


def test_tried_rates_are_some_of_chapter_6():
    every = [float(f"{x:.3g}") for x in np.geomspace(1e-4, 1, 24)]
    assert set(rates.Sizes().rates) <= set(every)


def test_the_longest_run_of_one_schedule_is_a_run_of_the_sweep():
    marks = schedules.stops(schedules.Sizes(), sweep.Sizes())
    assert set(marks[64]) == {3e11}
    assert max(tokens for ends in marks.values() for tokens in ends.values()) == 2236416


def test_a_schedule_halfway_is_still_at_half_its_peak():
    whole = sweep.schedule(16, 400, peak=0.1)
    assert whole.max() == pytest.approx(0.1, rel=1e-3)
    assert whole[225] == pytest.approx(0.05, rel=0.02)
    assert whole[-1] < 1e-4
