"""Chapter 19: the law, its fits, and what is made of them."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import scaling
from sbt_jax.architecture import Config, forward, init_model
from sbt_jax.scaling import Law, laws

AGAIN = laws()["fitted again"]
TRUE = Law(0.5, 4000.0, 9000.0, 0.92, 0.8)


def made(law, noise=0.0, seed=0):
    """Runs that follow a law."""
    rng = np.random.default_rng(seed)
    n = np.repeat(np.geomspace(1e4, 3e5, 6), 4)
    d = np.tile(np.geomspace(1e5, 3e6, 4), 6)
    losses = scaling.predicted_loss(law, n, d) * np.exp(noise * rng.normal(size=24))
    return scaling.runs_of(n, d, losses)


def test_the_best_split_is_the_lowest_point_of_a_dense_search():
    for law in laws().values():
        best = scaling.best_split(law, 1e22)
        sizes = np.geomspace(1e8, 1e12, 40_001)
        losses = scaling.predicted_loss(law, sizes, 1e22 / 6 / sizes)
        assert best.parameters == pytest.approx(sizes[losses.argmin()], rel=1e-3)
        assert scaling.training_flops(*best) == pytest.approx(1e22)


def test_at_the_best_split_the_two_parts_stand_in_the_ratio_of_exponents():
    n, d = scaling.best_split(AGAIN, 1e21)
    size, text = AGAIN.size / n**AGAIN.alpha, AGAIN.text / d**AGAIN.beta
    assert AGAIN.alpha * size == pytest.approx(AGAIN.beta * text)


def test_hand_computed_split():
    # alpha = beta = 1, A = B: G = 1, so N = D = sqrt(C / 6).
    assert scaling.best_split(Law(0.0, 1.0, 1.0, 1.0, 1.0), 600.0) == (10.0, 10.0)


def test_projection_finds_an_exact_law_and_huber_finds_it_too():
    runs = made(TRUE)
    found = scaling.fit_law(runs)
    np.testing.assert_allclose(found.law, TRUE, rtol=1e-5)
    assert found.error < 1e-6
    np.testing.assert_allclose(scaling.fit_huber(runs), TRUE, rtol=1e-3)


def test_both_fits_agree_on_runs_with_noise():
    runs = made(TRUE, noise=0.01)
    one, other = scaling.fit_law(runs).law, scaling.fit_huber(runs)
    assert one.floor == pytest.approx(other.floor, abs=0.03)
    assert one.beta == pytest.approx(other.beta, abs=0.06)


def test_projection_agrees_with_least_squares_of_numpy():
    runs = made(TRUE, noise=0.02)
    fitted = scaling.fit_law(runs, alphas=[0.7], betas=[0.6])
    columns = [np.ones(24), runs.parameters**-0.7, runs.tokens**-0.6]
    matrix = np.stack(columns, 1) / runs.losses[:, None]
    right, *_ = np.linalg.lstsq(matrix, np.ones(24), rcond=None)
    if right.min() >= 0:
        np.testing.assert_allclose(fitted.law[:3], right, rtol=1e-6)
    assert fitted.error == pytest.approx(
        np.sqrt(((matrix @ np.array(fitted.law[:3]) - 1) ** 2).mean()), rel=1e-6
    )


def test_no_part_of_a_fitted_law_is_negative():
    n = np.geomspace(1e4, 1e5, 6)
    runs = scaling.runs_of(n, n * 10, 1e4 / n)  # falls below any floor
    law = scaling.fit_law(runs).law
    assert min(law[:3]) >= 0


def test_counting_a_run_twice_is_like_having_it_twice():
    runs = made(TRUE, noise=0.05)
    counts = np.ones(24)
    counts[3] = 2
    twice = scaling.Runs(*(np.append(values, values[3]) for values in runs))
    one, other = scaling.fit_law(runs, counts), scaling.fit_law(twice)
    assert one.law[3:] == other.law[3:]
    assert one.error == pytest.approx(other.error)


def test_the_bootstrap_draws_groups_together_and_spreads():
    runs = made(TRUE, noise=0.05)
    drawn = scaling.bootstrap(runs, np.arange(24) // 2, rounds=8)
    assert len({law.floor for law in drawn}) > 1
    assert scaling.bootstrap(runs, np.arange(24) // 2, rounds=8) == drawn


def test_one_amount_of_text_leaves_the_exponent_of_the_text_open():
    n = np.geomspace(1e7, 1e9, 12)
    d = np.full(12, 1e10)
    runs = scaling.runs_of(n, d, scaling.predicted_loss(AGAIN, n, d))
    valley = scaling.fit_law(runs, alphas=[0.3478]).valley
    assert valley.max() - valley.min() < 1e-6


def test_a_parabola_finds_the_middle_of_a_symmetric_valley_only():
    even = Law(1.0, 1e3, 1e3, 0.4, 0.4)
    best = scaling.best_split(even, 1e18).parameters
    sizes = best * np.geomspace(0.1, 10, 9)
    losses = scaling.predicted_loss(even, sizes, 1e18 / 6 / sizes)
    assert scaling.lowest(sizes, losses) == pytest.approx(best, rel=1e-6)
    assert scaling.lowest([1.0, 2.0, 4.0], [1.0, 2.0, 1.0]) == math.inf


def test_the_cheapest_model_that_is_never_used_is_compute_optimal():
    best = scaling.best_split(AGAIN, 1e23)
    loss = float(scaling.predicted_loss(AGAIN, *best))
    found = scaling.cheapest(AGAIN, loss)
    assert found.parameters == pytest.approx(best.parameters, rel=1e-5)
    sizes = [scaling.cheapest(AGAIN, loss, 10.0**k).parameters for k in (11, 13, 15)]
    assert sizes == sorted(sizes, reverse=True)


def test_reading_once_is_worth_itself_and_the_worth_has_a_limit():
    assert scaling.worth(10.0, 1) == 10.0
    assert scaling.worth(1.0, 1e9, half=15.0) == pytest.approx(16.0)
    once = scaling.repeated_loss(1e9, 1e10, 1e10)
    assert scaling.repeated_loss(1e9, 1e10, 1e9) > once


def test_a_learner_of_facts_matches_a_simulation():
    shares = scaling.zipf(50, 1.3)
    rng = np.random.default_rng(0)
    met = rng.choice(50, (4000, 21), p=shares)
    new = np.mean([row[-1] not in row[:-1] for row in met])
    assert scaling.unmet(shares, [20])[0] == pytest.approx(new, abs=0.03)


def test_many_facts_make_a_line_with_the_known_slope():
    # p ~ r^-s: the error falls as D^-(s - 1) / s.
    x = np.geomspace(1e2, 1e4, 9)
    line = scaling.power_line(x, scaling.unmet(scaling.zipf(300_000, 1.5), x))
    assert line.slope == pytest.approx(-1 / 3, abs=0.02)


def test_a_whole_needs_every_part():
    assert scaling.all_right(0.5, 3) == 0.125
    assert scaling.length_of(0.99, scaling.all_right(0.99, 42)) == pytest.approx(42)


def test_frontier_keeps_what_no_cheaper_run_beats():
    assert scaling.frontier([1, 2, 3], [2.0, 2.5, 1.0]).tolist() == [True, False, True]


def wide(width):
    config = Config(256, width, 2, heads=4, mlp=5 * width // 2, window=16)
    return config, init_model(jax.random.key(0), config)


def test_at_the_base_width_nothing_is_scaled():
    _, model = wide(32)
    for numbers in scaling.scales_by_width(model, base=32):
        assert set(jax.tree.leaves(numbers)) == {1.0}
        assert jax.tree.structure(numbers) == jax.tree.structure(model)


def test_gains_and_embedding_keep_their_rate_and_matrices_do_not():
    _, model = wide(64)
    found = scaling.scales_by_width(model, base=16)
    block = found.rate.blocks[1]
    assert found.rate.embedding == block.mlp_norm == block.attention_norm == 1.0
    assert {*block.mlp} == {block.attention.key, block.attention.output} == {0.25}
    assert found.start.norm == found.rate.norm == 0.25


def test_smaller_queries_are_scores_over_the_size_of_a_head():
    # m ** 0.5 / sqrt(d) = sqrt(d_base) / d, with m = d_base / d.
    for width in (16, 64, 128):
        _, model = wide(width)
        found = scaling.scales_by_width(model, base=32).start.blocks[0].attention
        head, base = width / 4, 32 / 4
        assert found.query / head**0.5 == pytest.approx(base**0.5 / head)


def test_first_logits_shrink_with_the_width_as_mup_wants():
    tokens = jnp.arange(16)
    sizes = []
    for width in (32, 128):
        config, model = wide(width)
        start = scaling.scales_by_width(model, base=32).start
        scaled = scaling.scaled(model, start)
        sizes.append(float(forward(scaled, config, tokens).std()))
    # A sum of as many terms as the width, over the width: as the root of 4.
    assert sizes[0] / sizes[1] == pytest.approx(2.0, rel=0.35)
