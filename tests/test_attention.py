import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbt_jax.attention import Attention, attend, init_attention, multi_head, rotary


def normal(seed, *shape):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 9), st.integers(1, 3), st.sampled_from([1, 4, 6]))
def test_agrees_with_jax_nn_dot_product_attention(time, heads, head):
    q, k, v = normal(time, 3, time, heads, head)
    expected = jax.nn.dot_product_attention(q, k, v, is_causal=True)
    np.testing.assert_allclose(attend(q, k, v), expected, atol=1e-6)


def test_hand_computed_two_tokens():
    # The second query meets scores (0, ln 3 / sqrt 1): weights 1/4 and 3/4.
    query = jnp.ones((2, 1, 1))
    key = jnp.array([[[0.0]], [[jnp.log(3.0)]]])
    value = jnp.array([[[4.0]], [[8.0]]])
    np.testing.assert_allclose(attend(query, key, value).ravel(), [4, 7], rtol=1e-6)


def test_the_future_does_not_leak():
    weights = init_attention(jax.random.key(0), width=8, heads=2)
    stream = normal(1, 6, 8)
    changed = stream.at[4:].set(9.0)
    before, after = multi_head(weights, stream), multi_head(weights, changed)
    np.testing.assert_array_equal(before[:4], after[:4])
    assert not np.allclose(before[4], after[4])


def test_without_positions_the_order_of_the_past_does_not_matter():
    q, k, v = normal(2, 3, 5, 2, 4)
    swap = jnp.array([2, 0, 1, 3, 4])
    np.testing.assert_allclose(
        attend(q, k[swap], v[swap])[-1], attend(q, k, v)[-1], atol=1e-6
    )


def test_rotary_scores_depend_on_the_distance_only():
    q, k = (jnp.broadcast_to(normal(s, 1, 1, 8), (12, 1, 8)) for s in (3, 4))
    scores = rotary(q)[:, 0] @ rotary(k)[:, 0].T
    for distance in (0, 3, 7):
        diagonal = jnp.diagonal(scores, -distance)
        np.testing.assert_allclose(diagonal, diagonal[0], atol=1e-4)


def test_rotary_keeps_lengths_and_leaves_position_zero_alone():
    x = normal(5, 7, 2, 6)
    turned = rotary(x)
    np.testing.assert_array_equal(turned[0], x[0])
    np.testing.assert_allclose(
        jnp.linalg.norm(turned, axis=-1), jnp.linalg.norm(x, axis=-1), rtol=1e-5
    )


def test_rotary_is_a_complex_product():
    # Outside oracle: pairs as complex numbers, turned by exp(i t b^(-2j/d)).
    x = normal(6, 5, 1, 4)
    angle = np.arange(5)[:, None] * 10_000.0 ** (-np.arange(2) / 2)
    z = (np.asarray(x[:, 0, :2]) + 1j * np.asarray(x[:, 0, 2:])) * np.exp(1j * angle)
    expected = np.concatenate([z.real, z.imag], axis=1)
    np.testing.assert_allclose(rotary(x)[:, 0], expected, atol=1e-5)


def test_two_heads_are_the_sum_of_each_alone():
    weights = init_attention(jax.random.key(1), width=8, heads=2)
    stream = normal(7, 4, 8)
    alone = [
        Attention(*(w[:, h : h + 1] for w in weights[:3]), weights.output[h : h + 1])
        for h in (0, 1)
    ]
    total = multi_head(alone[0], stream) + multi_head(alone[1], stream)
    np.testing.assert_allclose(multi_head(weights, stream), total, atol=1e-5)


def test_vmap_adds_the_batch():
    q, k, v = normal(8, 3, 2, 5, 1, 4)
    batched = jax.vmap(attend)(q, k, v)
    np.testing.assert_allclose(batched[1], attend(q[1], k[1], v[1]), atol=1e-6)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("width", "heads", "got"), [(8, 3, "8 for 3"), (9, 1, "9 for 1"), (8, 0, "8 for 0")]
)
def test_heads_that_do_not_fit_are_refused_with_the_value(width, heads, got):
    with pytest.raises(ValueError, match=got):
        init_attention(jax.random.key(0), width, heads)


def test_an_odd_head_is_refused_with_its_size():
    with pytest.raises(ValueError, match="got 3"):
        rotary(jnp.ones((2, 1, 3)))
