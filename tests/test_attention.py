import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbt_jax.attention import (
    Attention,
    attend,
    attend_causally,
    attention_weights,
    causal_mask,
    init_attention,
    mix,
    multi_head,
    project,
    read_heads,
    rotary,
    write_heads,
)


def normal(seed, *shape):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


def qkv(seed, time, heads, kv_heads, head, *batch):
    query = normal(seed, *batch, time, heads, head)
    key, value = normal(seed + 1, 2, *batch, time, kv_heads, head)
    return query, key, value


# -- Against JAX's own ------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 9), st.sampled_from([(1, 1), (3, 1), (4, 2), (2, 2)]))
def test_agrees_with_jax_nn_dot_product_attention(time, sizes):
    q, k, v = qkv(time, time, *sizes, 4)
    expected = jax.nn.dot_product_attention(q, k, v, is_causal=True)
    np.testing.assert_allclose(attend(q, k, v), expected, atol=1e-6)


@pytest.mark.parametrize("time", [1, 63, 64, 65, 200])
def test_blocks_that_skip_the_future_agree_with_jax_too(time):
    q, k, v = qkv(time, time, 4, 2, 6, 2)
    segments = jnp.arange(time) // 7 * jnp.ones((2, 1), jnp.int32)
    same = segments[:, None, :, None] == segments[:, None, None, :]
    expected = jax.nn.dot_product_attention(q, k, v, is_causal=True)
    np.testing.assert_allclose(attend_causally(q, k, v), expected, atol=1e-6)
    expected = jax.nn.dot_product_attention(q, k, v, mask=same, is_causal=True)
    np.testing.assert_allclose(attend_causally(q, k, v, segments), expected, atol=1e-6)


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 4), st.integers(0, 5))
def test_queries_against_a_cache_agree_with_the_end_of_the_whole(time, offset):
    q, k, v = qkv(offset, offset + time, 4, 2, 6)
    whole = jax.nn.dot_product_attention(q, k, v, is_causal=True)
    room = jnp.full((3, *k.shape[1:]), 9.0)  # what stands behind is not read
    k, v = jnp.concatenate([k, room]), jnp.concatenate([v, room])
    ours = attend(q[offset:], k, v, offset=offset)
    np.testing.assert_allclose(ours, whole[offset:], atol=1e-6)


def test_a_mask_agrees_with_jax_and_cannot_show_the_future():
    q, k, v = qkv(5, 6, 2, 2, 4)
    mask = jnp.asarray(np.random.default_rng(0).random((6, 6)) < 0.5) | jnp.eye(
        6, dtype=bool
    )
    expected = jax.nn.dot_product_attention(q, k, v, mask=mask[None], is_causal=True)
    np.testing.assert_allclose(attend(q, k, v, mask), expected, atol=1e-6)
    everything = jnp.ones((6, 6), bool)
    np.testing.assert_array_equal(attend(q, k, v, everything), attend(q, k, v))


def test_rotary_is_a_complex_product():
    # Outside oracle: pairs as complex numbers, turned by exp(i t b^(-2j/d)).
    x = normal(6, 5, 1, 4)
    angle = np.arange(3, 8)[:, None] * 10_000.0 ** (-np.arange(2) / 2)
    z = (np.asarray(x[:, 0, :2]) + 1j * np.asarray(x[:, 0, 2:])) * np.exp(1j * angle)
    expected = np.concatenate([z.real, z.imag], axis=1)
    np.testing.assert_allclose(rotary(x, 3)[:, 0], expected, atol=1e-5)


# -- By hand ----------------------------------------------------------------


def test_hand_computed_two_tokens():
    # The second query meets scores (0, ln 3 / sqrt 1): weights 1/4 and 3/4.
    query = jnp.ones((2, 1, 1))
    key = jnp.array([[[0.0]], [[jnp.log(3.0)]]])
    value = jnp.array([[[4.0]], [[8.0]]])
    np.testing.assert_allclose(attend(query, key, value).ravel(), [4, 7], rtol=1e-6)
    weights = attention_weights(query, key, causal_mask(2, 2))
    np.testing.assert_allclose(weights, [[[1, 0], [0.25, 0.75]]], rtol=1e-6)


def test_neighbouring_query_heads_share_a_key_head():
    # Two key heads, four query heads: 0 and 1 read the first, 2 and 3 the second.
    value = jnp.array([[[1.0], [2.0]]])
    out = attend(jnp.ones((1, 4, 1)), jnp.ones((1, 2, 1)), value)
    np.testing.assert_array_equal(out.ravel(), [1, 1, 2, 2])


# -- What must hold ---------------------------------------------------------


def test_the_future_does_not_leak():
    weights = init_attention(jax.random.key(0), width=8, heads=2)
    stream = normal(1, 6, 8)
    changed = stream.at[4:].set(9.0)
    before, after = multi_head(weights, stream), multi_head(weights, changed)
    np.testing.assert_array_equal(before[:4], after[:4])
    assert not np.allclose(before[4], after[4])


def test_no_text_leaks_into_the_next_one_in_its_row():
    weights = init_attention(jax.random.key(0), width=8, heads=2)
    stream, segments = normal(1, 6, 8), jnp.array([0, 0, 0, 1, 1, 1])
    before = multi_head(weights, stream, segments)
    after = multi_head(weights, stream.at[:3].set(9.0), segments)
    np.testing.assert_array_equal(before[3:], after[3:])
    # Rotary positions count distances, so the second text is as if alone.
    np.testing.assert_allclose(before[3:], multi_head(weights, stream[3:]), atol=1e-5)


def test_without_positions_the_order_of_the_past_does_not_matter():
    q, k, v = normal(2, 3, 5, 2, 4)
    swap = jnp.array([2, 0, 1, 3, 4])
    np.testing.assert_allclose(
        attend(q, k[swap], v[swap])[-1], attend(q, k, v)[-1], atol=1e-6
    )


def test_weights_sum_to_one_and_mixing_them_is_attending():
    q, k, v = qkv(3, 7, 4, 2, 6, 2)
    weights = attention_weights(q, k, causal_mask(7, 7))
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-6)
    assert not np.triu(np.asarray(weights), 1).any()
    np.testing.assert_array_equal(mix(weights, v), attend(q, k, v))


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


def test_rotary_goes_on_where_it_was():
    x = normal(5, 7, 2, 6)
    np.testing.assert_allclose(rotary(x[4:], 4), rotary(x)[4:], atol=1e-6)
    np.testing.assert_allclose(jax.jit(rotary)(x[4:], 4), rotary(x)[4:], atol=1e-6)


def test_two_heads_are_the_sum_of_each_alone():
    weights = init_attention(jax.random.key(1), width=8, heads=2)
    stream = normal(7, 4, 8)
    alone = [
        Attention(*(w[:, h : h + 1] for w in weights[:3]), weights.output[h : h + 1])
        for h in (0, 1)
    ]
    total = multi_head(alone[0], stream) + multi_head(alone[1], stream)
    np.testing.assert_allclose(multi_head(weights, stream), total, atol=1e-5)


def test_shared_keys_are_the_same_as_repeated_ones():
    weights = init_attention(jax.random.key(1), 16, heads=4, kv_heads=2)
    twice = [jnp.repeat(w, 2, axis=1) for w in (weights.key, weights.value)]
    repeated = weights._replace(key=twice[0], value=twice[1])
    stream = normal(7, 4, 16)
    np.testing.assert_allclose(
        multi_head(weights, stream), multi_head(repeated, stream), atol=1e-5
    )


def test_leading_axes_and_vmap_are_the_same_batch():
    weights = init_attention(jax.random.key(2), width=8, heads=2)
    stream = normal(8, 3, 5, 8)
    together = multi_head(weights, stream)
    mapped = jax.vmap(multi_head, (None, 0))(weights, stream)
    np.testing.assert_allclose(together, mapped, atol=1e-6)
    np.testing.assert_allclose(together[1], multi_head(weights, stream[1]), atol=1e-6)


def test_the_parts_of_a_layer_make_the_layer():
    weights = init_attention(jax.random.key(2), width=8, heads=2)
    heads = read_heads(weights, stream := normal(8, 5, 8))
    whole = write_heads(weights, attend(*heads))
    np.testing.assert_allclose(whole, multi_head(weights, stream), atol=1e-6)


# -- Products ---------------------------------------------------------------


def test_project_is_tensordot_and_so_is_its_gradient():
    x, w = normal(0, 2, 5, 6), normal(1, 6, 3, 4)

    def slopes(product):
        return jax.grad(lambda x, w: jnp.sin(product(x, w)).sum(), (0, 1))(x, w)

    def oracle(x, w):
        return jnp.tensordot(x, w, 1)

    np.testing.assert_allclose(project(x, w), oracle(x, w), atol=1e-5)
    for ours, theirs in zip(slopes(project), slopes(oracle), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_bfloat16_rounds_the_factors_and_nothing_else():
    x, w = normal(0, 5, 64), normal(1, 64, 3)
    rounded = [np.asarray(a.astype(jnp.bfloat16), np.float64) for a in (x, w)]
    out = project(x, w, jnp.bfloat16)
    assert out.dtype == jnp.float32
    np.testing.assert_allclose(out, rounded[0] @ rounded[1], atol=1e-5)
    slope = jax.grad(lambda x: project(x, w, "bfloat16")[:, 0].sum())(x)
    assert slope.dtype == jnp.float32
    np.testing.assert_allclose(slope, np.tile(rounded[1][:, 0], (5, 1)), atol=1e-6)


# -- Refusals ---------------------------------------------------------------


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("width", "heads", "kv_heads", "got"),
    [
        (8, 3, None, "8 for 3"),
        (9, 1, None, "9 for 1"),
        (8, 0, None, "8 for 0"),
        (8, 2, 3, "kv_heads must divide 2 heads, got 3"),
        (8, 2, 0, "kv_heads must divide 2 heads, got 0"),
    ],
)
def test_heads_that_do_not_fit_are_refused_with_the_value(width, heads, kv_heads, got):
    with pytest.raises(ValueError, match=got):
        init_attention(jax.random.key(0), width, heads, kv_heads)


def test_an_odd_head_is_refused_with_its_size():
    with pytest.raises(ValueError, match="got 3"):
        rotary(jnp.ones((2, 1, 3)))


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("key", "value", "mask", "got"),
    [
        ((5, 3, 4), (5, 3, 4), None, r"divides 2, got \(5, 3, 4\)"),
        ((5, 2, 6), (5, 2, 6), None, r"heads of size 4.*got \(5, 2, 6\)"),
        ((5, 2, 4), (6, 2, 4), None, r"value .*\(5, 2, 4\), got \(6, 2, 4\)"),
        ((5, 2, 4), (5, 2, 4), (5, 5), r"mask .*\(3, 5\), got \(5, 5\)"),
        ((5, 2, 4), (5, 2, 4), (3, 4), r"mask .*\(3, 5\), got \(3, 4\)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_with_them(key, value, mask, got):
    seen = None if mask is None else jnp.ones(mask, bool)
    with pytest.raises(ValueError, match=got):
        attend(jnp.ones((3, 2, 4)), jnp.ones(key), jnp.ones(value), seen)


@pytest.mark.usefixtures("unchecked")
def test_a_product_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"first axis of 3, got \(4, 2\)"):
        project(jnp.ones((5, 3)), jnp.ones((4, 2)))
    with pytest.raises(ValueError, match="got float16"):
        project(jnp.ones((5, 3)), jnp.ones((3, 2)), "float16")
