import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from sbt_jax.architecture import Config, forward, init_model
from sbt_jax.training import (
    CHUNK,
    Batch,
    Settings,
    batch_loss,
    cross_entropy,
    optimizer,
    train,
)

CONFIG = Config(vocab_size=8, width=16, layers=1, heads=2, mlp=16, window=8)
KEY = jax.random.key(0)


def copying(step):
    """A random token, then the same again and again."""
    first = np.random.default_rng(step).integers(8, size=(4, 1))
    tokens = np.repeat(first, 6, axis=1)
    return Batch(tokens, np.ones_like(tokens, dtype=bool))


def test_a_model_learns_to_copy():
    _, losses = train(KEY, CONFIG, Settings(steps=200), copying)
    assert losses.shape == (200,)
    np.testing.assert_allclose(losses[0], np.log(8), atol=0.1)
    assert losses[-10:].mean() < 0.05


def test_the_same_key_gives_the_same_bits_and_another_does_not():
    settings = Settings(steps=CHUNK + 3, warmup=5)
    one, losses = train(KEY, CONFIG, settings, copying)
    two, again = train(KEY, CONFIG, settings, copying)
    np.testing.assert_array_equal(losses, again)
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(two), strict=True):
        np.testing.assert_array_equal(a, b)
    _, other = train(jax.random.key(1), CONFIG, settings, copying)
    assert not np.array_equal(losses, other)


def test_the_scan_over_chunks_is_the_plain_loop():
    settings = Settings(steps=CHUNK + 2, warmup=5)
    ours, losses = train(KEY, CONFIG, settings, copying)
    model, adamw = init_model(KEY, CONFIG), optimizer(settings)
    slope = jax.jit(jax.value_and_grad(batch_loss), static_argnums=1)
    state, expected = adamw.init(model), []
    for step in range(settings.steps):
        loss, gradient = slope(model, CONFIG, copying(step))
        update, state = adamw.update(gradient, state, model)
        model = optax.apply_updates(model, update)
        expected.append(float(loss))
    np.testing.assert_allclose(losses, expected, rtol=2e-3)
    np.testing.assert_allclose(ours.embedding, model.embedding, atol=2e-3)


def test_loss_by_hand_on_the_asked_positions_only():
    p = jnp.array([[[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]]])
    asked = jnp.array([[True, True, False]])
    loss = cross_entropy(jnp.log(p), jnp.array([[0, 1, 1]]), asked)
    np.testing.assert_allclose(loss, (np.log(4) + np.log(2)) / 2, rtol=1e-6)


def test_nothing_asked_is_no_loss():
    nothing = jnp.zeros(2, dtype=bool)
    assert cross_entropy(jnp.ones((2, 3)), jnp.array([0, 1]), nothing) == 0


def test_the_batch_loss_reads_the_token_before():
    tokens = np.array([[1, 2, 3]])
    model = init_model(KEY, CONFIG)
    log_p = jax.nn.log_softmax(forward(model, CONFIG, jnp.array([1, 2])))
    batch = Batch(tokens, np.array([[True, False, True]]))
    np.testing.assert_allclose(
        batch_loss(model, CONFIG, batch), -log_p[1, 3], rtol=1e-5
    )


def test_tokens_not_asked_for_do_not_pull_on_the_weights():
    # The last token is read by nobody and asked by nobody.
    model, mask = init_model(KEY, CONFIG), np.array([[True, True, False]])
    gradients = [
        jax.grad(batch_loss)(model, CONFIG, Batch(np.array([[1, 2, last]]), mask))
        for last in (3, 4)
    ]
    np.testing.assert_array_equal(gradients[0].embedding, gradients[1].embedding)


def test_the_learning_rate_climbs_and_falls():
    # AdamW on a constant gradient of 1 moves by the learning rate itself.
    settings = Settings(steps=10, learning_rate=0.5, warmup=4, weight_decay=0.0)
    adamw, moved = optimizer(settings), []
    weight, state = jnp.zeros(1), adamw.init(jnp.zeros(1))
    for _ in range(10):
        update, state = adamw.update(jnp.ones(1), state, weight)
        moved.append(-float(update[0]))
    expected = [0, 0.125, 0.25, 0.375] + [
        0.25 * (1 + np.cos(np.pi * k / 6)) for k in range(6)
    ]
    np.testing.assert_allclose(moved, expected, atol=1e-5)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("name", "value", "got"),
    [
        ("steps", 0, "steps must be >= 1, got 0"),
        ("warmup", -1, "warmup must be in 0..99, got -1"),
        ("warmup", 100, "warmup must be in 0..99, got 100"),
        ("learning_rate", 0.0, "learning_rate must be > 0, got 0.0"),
        ("learning_rate", float("nan"), "learning_rate must be > 0, got nan"),
        ("clip", float("inf"), "clip must be > 0, got inf"),
        ("weight_decay", -0.1, "weight_decay must be >= 0, got -0.1"),
    ],
)
def test_bad_settings_are_refused_with_the_value(name, value, got):
    with pytest.raises(ValueError, match=got):
        Settings(**({"steps": 100} | {name: value}))


def ones(rows, time):
    tokens = np.ones((rows, time), int)
    return Batch(tokens, tokens > 0)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("batch_at", "got"),
    [
        (lambda step: ones(2 + step, 4), r"one shape, got \[\(2, 4\), \(3, 4\)"),
        (lambda step: ones(2, 4)._replace(tokens=np.full((2, 4), 8)), "got 8..8"),
        (lambda step: ones(2, 4)._replace(tokens=np.full((2, 4), -1)), "got -1..-1"),
        (lambda step: ones(2, 4)._replace(tokens=np.full((2, 4), 0.5)), "got float64"),
        (lambda step: ones(0, 4), r"not be empty, got \(0, 4\)"),
        (lambda step: ones(2, 10), "window of 8, got 9"),
    ],
)
def test_bad_batches_are_refused_with_the_value(batch_at, got):
    with pytest.raises((ValueError, TypeError), match=got):
        train(KEY, CONFIG, Settings(steps=2, warmup=0), batch_at)


class Killed(Exception):
    """Stands for whatever ends a run."""


def dies_at(step_of_death):
    def batch_at(step):
        if step == step_of_death:
            raise Killed
        return copying(step)

    return batch_at


def test_a_run_that_is_killed_goes_on_to_the_same_bits(tmp_path):
    settings = Settings(steps=3 * CHUNK + 5, warmup=5)
    whole, losses = train(KEY, CONFIG, settings, copying)
    path = tmp_path / "run.npz"
    with pytest.raises(Killed):
        train(KEY, CONFIG, settings, dies_at(2 * CHUNK + 3), save=path, every=CHUNK)
    assert path.exists()
    asked = []

    def spy(step):
        asked.append(step)
        return copying(step)

    again, resumed = train(KEY, CONFIG, settings, spy, save=path, every=CHUNK)
    assert CHUNK - 1 not in asked
    np.testing.assert_array_equal(losses, resumed)
    for a, b in zip(jax.tree.leaves(whole), jax.tree.leaves(again), strict=True):
        np.testing.assert_array_equal(a, b)
