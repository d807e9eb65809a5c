import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.architecture import (
    Config,
    Mlp,
    forward,
    gated_mlp,
    init_model,
    parameter_count,
    rms_norm,
)

CONFIG = Config(vocab_size=50, width=16, layers=2, heads=2, mlp=24, window=12)
MODEL = init_model(jax.random.key(0), CONFIG)
TOKENS = jnp.arange(3, 11)


def test_the_parameter_count_is_that_of_a_built_model():
    for config in (CONFIG, Config(7, 8, 3, 4, 5, 6), Config(300, 32, 1, 1, 64, 8)):
        built = jax.eval_shape(lambda c=config: init_model(jax.random.key(0), c))
        total = sum(leaf.size for leaf in jax.tree.leaves(built))
        assert sum(parameter_count(config).values()) == total


def test_parameters_counted_by_hand():
    # 2 layers: 4 matrices of 16 x 16, 3 of 16 x 24; 5 gains of 16; 50 x 16.
    assert parameter_count(CONFIG) == {
        "embedding": 800,
        "attention": 2048,
        "mlp": 2304,
        "norm": 80,
    }


def test_the_first_loss_is_the_logarithm_of_the_vocabulary():
    logits = forward(MODEL, CONFIG, TOKENS)
    nats = -jax.nn.log_softmax(logits)
    np.testing.assert_allclose(nats.mean(), np.log(CONFIG.vocab_size), atol=0.05)


def test_the_future_does_not_leak():
    changed = TOKENS.at[5:].set(0)
    before, after = (forward(MODEL, CONFIG, t) for t in (TOKENS, changed))
    np.testing.assert_array_equal(before[:5], after[:5])
    assert not np.allclose(before[5], after[5])


def test_earlier_tokens_and_their_order_matter():
    swapped = TOKENS.at[jnp.array([0, 1])].set(TOKENS[jnp.array([1, 0])])
    before, after = (forward(MODEL, CONFIG, t)[-1] for t in (TOKENS, swapped))
    assert not np.allclose(before, after)


def test_agrees_with_a_second_implementation_in_numpy():
    def norm(gain, x):
        return gain * x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6)

    def turn(x):  # one head, pairs as complex numbers
        half = x.shape[1] // 2
        angle = np.arange(len(x))[:, None] * 1e4 ** (-np.arange(half) / half)
        z = (x[:, :half] + 1j * x[:, half:]) * np.exp(1j * angle)
        return np.concatenate([z.real, z.imag], axis=1)

    model = jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), MODEL)
    x = model.embedding[np.asarray(TOKENS)]
    for block in model.blocks:
        read = norm(block.attention_norm, x)
        for h in range(CONFIG.heads):
            w = block.attention
            q, k = turn(read @ w.query[:, h]), turn(read @ w.key[:, h])
            scores = np.exp(q @ k.T / np.sqrt(q.shape[1])) * np.tri(len(x))
            mixture = scores / scores.sum(1, keepdims=True)
            x = x + mixture @ (read @ w.value[:, h]) @ w.output[h]
        read = norm(block.mlp_norm, x)
        gate = read @ block.mlp.gate
        x = x + (gate / (1 + np.exp(-gate)) * (read @ block.mlp.up)) @ block.mlp.down
    expected = norm(model.norm, x) @ model.embedding.T
    np.testing.assert_allclose(forward(MODEL, CONFIG, TOKENS), expected, atol=1e-5)


def test_a_batch_under_jit_gives_what_single_sequences_give():
    batch = jnp.stack([TOKENS, TOKENS[::-1]])
    together = jax.jit(jax.vmap(forward, (None, None, 0)), static_argnums=1)
    np.testing.assert_allclose(
        together(MODEL, CONFIG, batch)[1],
        forward(MODEL, CONFIG, batch[1]),
        atol=1e-5,
    )


def test_the_norm_ignores_the_scale_of_what_it_reads():
    x = jnp.array([[3.0, -4.0, 12.0]])
    np.testing.assert_allclose(
        rms_norm(jnp.ones(3), 100 * x), rms_norm(jnp.ones(3), x), rtol=1e-5
    )


def test_a_closed_gate_gives_nothing():
    weights = Mlp(jnp.zeros((2, 3)), jnp.ones((2, 3)), jnp.ones((3, 2)))
    np.testing.assert_array_equal(gated_mlp(weights, jnp.ones((1, 2))), [[0, 0]])


def test_the_same_key_gives_the_same_weights_and_another_does_not():
    again, other = (init_model(jax.random.key(k), CONFIG) for k in (0, 1))
    np.testing.assert_array_equal(again.embedding, MODEL.embedding)
    assert not np.array_equal(other.embedding, MODEL.embedding)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("change", "error", "got"),
    [
        ({"vocab_size": 0}, ValueError, "vocab_size must be >= 1, got 0"),
        ({"layers": -1}, ValueError, "layers must be >= 1, got -1"),
        ({"heads": 3}, ValueError, "3 heads of even size, got 16"),
        ({"heads": 16}, ValueError, "16 heads of even size, got 16"),
        ({"mlp": 2.0}, TypeError, "mlp must be an int, got 2.0"),
        ({"window": "9"}, TypeError, "window must be an int, got '9'"),
        ({"width": float("nan")}, TypeError, "width must be an int, got nan"),
        ({"width": True}, TypeError, "width must be an int, got True"),
    ],
)
def test_a_bad_config_is_refused_with_the_value(change, error, got):
    with pytest.raises(error, match=got):
        dataclasses.replace(CONFIG, **change)


def test_a_sequence_beyond_the_window_is_refused_with_its_length():
    with pytest.raises(ValueError, match="window of 12, got 13"):
        forward(MODEL, CONFIG, jnp.zeros(13, int))
