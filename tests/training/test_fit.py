"""The loop under all trainings: any weights, any loss, the same bits."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.sharding import Mesh

from sbt_jax.architecture import Config, init_model
from sbt_jax.training import CHUNK, Batch, Settings, batch_loss, fit, train

CONFIG = Config(vocab_size=8, width=16, layers=1, heads=2, mlp=16, window=8)
KEY = jax.random.key(0)
START = {"w": jnp.zeros(3), "b": jnp.zeros(())}
GIVEN = (jnp.array([1.0, -2.0, 0.5]),)
STEPS = Settings(2 * CHUNK + 5, learning_rate=0.1, warmup=5)


def copying(step):
    """A random token, then the same again and again."""
    first = np.random.default_rng(step).integers(8, size=(4, 1))
    tokens = np.repeat(first, 6, axis=1)
    return Batch(tokens.astype(np.int32), np.ones_like(tokens, dtype=bool))


def drawn(step):
    return {"x": np.random.default_rng(step).normal(size=(4, 3)).astype(np.float32)}


def error(weights, batch, truth):
    """How far a plane is from the one that is given."""
    x = batch["x"]
    return ((x @ weights["w"] + weights["b"] - x @ truth) ** 2).mean()


def language(model, batch):
    return batch_loss(model, CONFIG, batch)


def same(one, other):
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_model_is_fitted_as_it_is_trained():
    settings = Settings(CHUNK, warmup=5)
    ours = fit(init_model(KEY, CONFIG), language, copying, settings)
    same(ours, train(KEY, CONFIG, settings, copying))


def test_any_weights_are_fitted_and_the_first_stay():
    seen = {}
    weights, losses = fit(
        START,
        error,
        drawn,
        STEPS,
        given=GIVEN,
        snapshot=seen.__setitem__,
        snapshot_at=(0, 7, STEPS.steps),
    )
    assert losses[-1] < 0.2 * losses[0]
    np.testing.assert_allclose(weights["w"], GIVEN[0], atol=0.7)
    assert list(seen) == [0, 7, STEPS.steps]
    same(seen[0], START)
    same(seen[STEPS.steps], weights)
    assert not START["w"].any()
    again = fit(START, error, drawn, STEPS, given=GIVEN, mesh=mesh())
    np.testing.assert_allclose(again[1], losses, rtol=1e-5)


def mesh():
    return Mesh(jax.devices()[:1], ("batch",))


@pytest.mark.parametrize("rule", [None, optax.sgd(0.01)])
def test_a_run_that_stopped_goes_on_to_the_same_bits(tmp_path, rule):
    asked = []

    def stopping(step):
        if step == 2 * CHUNK + 2:
            raise KeyboardInterrupt
        return drawn(step)

    def spy(step):
        asked.append(step)
        return drawn(step)

    kept = {"save": tmp_path / "run.npz", "every": CHUNK}
    how = {"given": GIVEN, "rule": rule}
    whole = fit(START, error, drawn, STEPS, **how)
    with pytest.raises(KeyboardInterrupt):
        fit(START, error, stopping, STEPS, **how, **kept)
    same(fit(START, error, spy, STEPS, **how, **kept), whole)
    assert CHUNK - 1 not in asked, "the run began again"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"weights": {"w": jnp.ones(3), "b": jnp.zeros(())}}, "first weights"),
        ({"batch_at": lambda step: drawn(step + 1)}, "first batch"),
        ({"settings": Settings(STEPS.steps, 0.2, warmup=5)}, "learning_rate"),
        ({"made_of": {"seed": 2}}, "seed"),
    ],
)
def test_the_state_of_another_run_is_refused(tmp_path, changed, named):
    run = {"weights": START, "loss": error, "batch_at": drawn, "settings": STEPS}
    run |= {"given": GIVEN, "save": tmp_path / "run.npz", "made_of": {"seed": 1}}
    fit(**run)
    with pytest.raises(ValueError, match=f"another run: expected .*{named}"):
        fit(**run | changed)


@pytest.mark.parametrize(
    ("batch_at", "expected"),
    [
        (
            lambda step: {"x": np.zeros((step + 1, 3), np.float32)},
            "must have one shape",
        ),
        (lambda step: {"x": np.full((4, 3), np.nan, np.float32)}, "must be finite"),
    ],
)
def test_batches_that_cannot_be_fitted_are_refused(batch_at, expected):
    with pytest.raises(ValueError, match=expected):
        fit(START, error, batch_at, STEPS, given=GIVEN)


def test_one_function_is_compiled_once_for_all_runs():
    traced = []

    def counting(weights, batch, truth):
        traced.append(1)
        return error(weights, batch, truth)

    for seed in range(3):
        start = {"w": jnp.full(3, float(seed)), "b": jnp.zeros(())}
        fit(start, counting, drawn, Settings(CHUNK, warmup=5), given=GIVEN)
    assert len(traced) == 1
