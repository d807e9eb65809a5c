"""Chapter 20: against outside oracles, by hand, at limits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from sbt_jax import interpretability as it
from sbt_jax.architecture import Config, forward, init_model, without

CONFIG = Config(16, width=8, layers=2, heads=2, mlp=12, window=8)
MODEL = init_model(jax.random.key(0), CONFIG)
CLEAN, OTHER = jnp.array([1, 2, 3, 4]), jnp.array([1, 5, 3, 4])
SAE = it.SaeConfig(4, 6, "topk", 2)
says_with, patch_all, forward_ = (
    jax.jit(f, static_argnames="config") for f in (it.says_with, it.patch_all, forward)
)
features_of = jax.jit(it.features_of, static_argnames="config")
DICTIONARY = it.init_sae(jax.random.key(1), SAE)
ROWS = jax.random.normal(jax.random.key(2), (7, 4))


def test_says_with_nothing_added_is_the_forward_pass():
    nothing = jnp.zeros((3, 4, 8))
    np.testing.assert_allclose(
        says_with(MODEL, CONFIG, CLEAN, nothing),
        forward_(MODEL, CONFIG, CLEAN)[-1],
        atol=1e-5,
    )
    np.testing.assert_allclose(
        says_with(MODEL, CONFIG, CLEAN, nothing, at=1),
        forward_(MODEL, CONFIG, CLEAN)[1],
        atol=1e-5,
    )


def test_a_copied_word_is_that_word_and_what_is_alike_changes_nothing():
    found = patch_all(MODEL, CONFIG, CLEAN, OTHER, 6, 7)
    # The only word that differs, copied at the start, is the other text.
    assert float(found.exact[0, 1]) == pytest.approx(float(found.clean), abs=1e-5)
    np.testing.assert_allclose(found.exact[0, [0, 2, 3]], found.other, atol=1e-5)
    # After the last block only the last word is read.
    assert float(found.exact[2, 3]) == pytest.approx(float(found.clean), abs=1e-5)
    np.testing.assert_allclose(found.exact[2, :3], found.other, atol=1e-5)
    shares = it.carried(found)
    assert float(shares[0, 1]) == pytest.approx(1, abs=1e-4)
    assert float(shares[0, 0]) == pytest.approx(0, abs=1e-4)


def test_the_estimate_is_right_for_small_changes():
    step = 1e-3 * jax.random.normal(jax.random.key(3), MODEL.embedding[5].shape)
    near = MODEL._replace(
        embedding=MODEL.embedding.at[5].set(MODEL.embedding[2] + step)
    )
    found = patch_all(near, CONFIG, CLEAN, OTHER, 6, 7)
    change = np.asarray(found.exact - found.other)
    guess = np.asarray(found.estimate - found.other)
    np.testing.assert_allclose(guess, change, atol=0.05 * abs(change).max())


def test_parts_add_up_to_the_difference_and_a_silent_head_writes_nothing():
    for model in (MODEL, without(MODEL, 1, "attention", 0)):
        parts = it.direct_attribution(model, CONFIG, CLEAN, 6, 7)
        logits = forward_(model, CONFIG, CLEAN)[-1]
        whole = parts.embedding + parts.heads.sum() + parts.mlps.sum()
        assert float(whole) == pytest.approx(float(logits[6] - logits[7]), abs=1e-4)
    assert float(parts.heads[1, 0]) == 0


def test_topk_keeps_what_sorting_keeps():
    before = np.maximum(np.asarray(it.before_sparsity(DICTIONARY, ROWS)), 0)
    fired = np.asarray(features_of(DICTIONARY, SAE, ROWS))
    for row, kept in zip(before, fired, strict=True):
        order = np.argsort(-row)[:2]
        ours = np.zeros(6)
        ours[order] = row[order]
        np.testing.assert_allclose(kept, ours, rtol=1e-6)


def test_thresholds_cut_and_have_a_slope_by_hand():
    jump = it.SaeConfig(4, 6, "jump", 1, width_of_step=0.5)
    sae = DICTIONARY._replace(log_threshold=jnp.full(6, jnp.log(0.7)))
    before = np.asarray(it.before_sparsity(sae, ROWS))
    fired = np.asarray(features_of(sae, jump, ROWS))
    np.testing.assert_allclose(fired, np.where(before > 0.7, before, 0), rtol=1e-6)
    # Two of three values lie within a quarter of the threshold.
    slope = jax.grad(
        lambda t: it.step_up(jnp.array([[0.6], [0.9], [2.0]]), t, 0.5).sum()
    )
    np.testing.assert_allclose(slope(jnp.array([0.7])), [-2 / 0.5])
    assert not jax.grad(lambda x: it.step_up(x, jnp.array([0.7]), 0.5).sum())(
        jnp.array([0.7])
    ).any()


def test_a_loss_by_hand():
    sae = it.Sae(jnp.eye(2), jnp.eye(2), jnp.zeros(2), jnp.zeros(2), jnp.zeros(2))
    x = jnp.array([[2.0, -1.0]])
    for objective, cost in (("l1", 2.0), ("topk", 0.0), ("jump", 1.0)):
        config = it.SaeConfig(2, 2, objective, 1)
        loss = float(it.sae_loss(sae, config, x, 0.5))
        # Rebuilt is (2, 0): a square error of 1 over two numbers.
        assert loss == pytest.approx(0.5 + 0.5 * cost)


def test_the_score_is_that_of_mann_and_whitney():
    rng = np.random.default_rng(0)
    values = rng.integers(0, 5, (200, 3)).astype(float)
    labels = rng.random((200, 2)) < 0.3
    ours = it.auc(values, labels)
    theirs = [
        [
            stats.mannwhitneyu(value[label], value[~label]).statistic
            / (label.sum() * (~label).sum())
            for label in labels.T
        ]
        for value in values.T
    ]
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    np.testing.assert_allclose(it.auc(-values, labels), 1 - ours, atol=1e-6)


def test_a_probe_finds_a_line_and_a_difference_its_means():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 3))
    labels = (x @ [1.0, -2.0, 0.0] + 0.3 > 0)[:, None]
    way, more = it.linear_probe(x, labels)
    assert it.auc(x @ way + more, labels)[0, 0] > 0.97
    apart = x[labels[:, 0]].mean(0) - x[~labels[:, 0]].mean(0)
    np.testing.assert_allclose(it.mean_difference(x, labels)[0], apart)


def test_the_gradient_of_the_toy_is_that_of_jax():
    from sbt_jax.interpretability.superposition import IMPORTANCE, _toy_slope

    toy, x = it.toy_start(3), it.toy_data(0.3)
    theirs = jax.jit(jax.grad(it.toy_loss))(
        it.Toy(*map(jnp.asarray, toy)), jnp.asarray(x, jnp.float32)
    )
    ours = _toy_slope(toy, x, IMPORTANCE ** np.arange(5))
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_dense_features_get_a_dimension_each_rare_ones_share():
    dense = it.dimension_shares(it.train_toy(1.0).weights)
    np.testing.assert_allclose(dense, [1, 1, 0, 0, 0], atol=0.06)
    rare = it.dimension_shares(it.train_toy(0.05).weights)
    np.testing.assert_allclose(rare, np.full(5, 0.4), atol=0.05)
    # In pairs of opposites: a local optimum.
    stuck = it.dimension_shares(it.train_toy(0.02, seed=2).weights)
    np.testing.assert_allclose(np.sort(stuck), [0, 0.5, 0.5, 0.5, 0.5], atol=0.05)


def test_refusals_name_the_value():
    with pytest.raises(ValueError, match="got 'l2'"):
        it.SaeConfig(4, 6, "l2", 2)
    with pytest.raises(ValueError, match="got 7"):
        it.SaeConfig(4, 6, "topk", 7)
    with pytest.raises(ValueError, match="labels must each hold"):
        it.auc(np.ones((2, 1)), np.ones((2, 1), bool))
    with pytest.raises(ValueError, match="got 0"):
        it.toy_data(0.0)
