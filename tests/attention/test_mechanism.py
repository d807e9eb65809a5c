import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.attention import (
    Attention,
    InductionConfig,
    attend,
    attend_causally,
    attend_in_steps,
    attention_cost,
    attention_weights,
    causal_mask,
    forward_induction,
    head_scores,
    heads_on,
    init_attention,
    init_induction,
    mix,
    multi_head,
    padding_mask,
    project,
    rank_correlation,
    read_heads,
    repeat_loss,
    repeats,
    rotary,
    sinusoidal,
    study_scores,
    write_heads,
)
from sbt_jax.published.attention import ATTENTION

# One program for each shape, not one for each operation and shape: that would be most
# of the time. The examples in docstrings call the same functions without jit.
attend, attend_causally, attention_weights, mix, rotary = map(
    jax.jit, (attend, attend_causally, attention_weights, mix, rotary)
)
multi_head, read_heads, write_heads = map(
    jax.jit, (multi_head, read_heads, write_heads)
)
causal_mask = jax.jit(causal_mask, static_argnums=(0, 1))
padding_mask = jax.jit(padding_mask, static_argnums=1)
project = jax.jit(project, static_argnums=2)
sinusoidal = jax.jit(sinusoidal, static_argnums=(0, 1))
attend_in_steps = jax.jit(attend_in_steps, static_argnames=("scaled", "causal"))
study_scores = jax.jit(
    study_scores, static_argnames=("head", "scaled", "keys", "samples")
)
forward_induction, head_scores, repeat_loss = (
    jax.jit(call, static_argnames="config")
    for call in (forward_induction, head_scores, repeat_loss)
)
repeats = jax.jit(repeats, static_argnums=(1, 2, 3))
dot_product_attention = jax.jit(
    jax.nn.dot_product_attention, static_argnames=("is_causal", "scale")
)


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def drawn(seed, make, *sizes):
    """Weights of the form that ``make`` gives, from NumPy: nothing is compiled."""
    form = jax.eval_shape(lambda: make(jax.random.key(0), *sizes))
    rng = np.random.default_rng(seed)
    return jax.tree.map(
        lambda leaf: rng.normal(0, 0.3, leaf.shape).astype(np.float32), form
    )


def layer(seed, *sizes):
    return drawn(seed, init_attention, *sizes)


def qkv(seed, time, heads, kv_heads, head, *batch):
    query = normal(seed, *batch, time, heads, head)
    key, value = normal(seed + 1, 2, *batch, time, kv_heads, head)
    return query, key, value


# -- Against JAX's own ------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "sizes"), [(1, (1, 1)), (2, (3, 1)), (9, (4, 2)), (6, (2, 2))]
)
def test_agrees_with_jax_nn_dot_product_attention(time, sizes):
    q, k, v = qkv(time, time, *sizes, 4)
    expected = dot_product_attention(q, k, v, is_causal=True)
    np.testing.assert_allclose(attend(q, k, v), expected, atol=1e-6)


@pytest.mark.parametrize("time", [1, 63, 64, 65, 200])
def test_blocks_that_skip_the_future_agree_with_jax_too(time):
    q, k, v = qkv(time, time, 4, 2, 6, 2)
    segments = np.tile(np.arange(time, dtype=np.int32) // 7, (2, 1))
    same = segments[:, None, :, None] == segments[:, None, None, :]
    expected = dot_product_attention(q, k, v, is_causal=True)
    np.testing.assert_allclose(attend_causally(q, k, v), expected, atol=1e-6)
    expected = dot_product_attention(q, k, v, mask=same, is_causal=True)
    np.testing.assert_allclose(attend_causally(q, k, v, segments), expected, atol=1e-6)


@pytest.mark.parametrize("time", [1, 5, 64, 100])
@pytest.mark.parametrize("texts", [False, True])
def test_the_gradient_of_blocks_agrees_with_jax(time, texts):
    q, k, v = qkv(time, time, 4, 2, 6, 3)
    slope = normal(9, *q.shape)
    segments = np.tile(np.arange(time) // 7, (3, 1)) if texts else None
    same = np.ones((3, 1, time, time), bool)
    if texts:
        same = (segments[:, :, None] == segments[:, None, :])[:, None]

    def ours(*qkv):
        return (attend_causally(*qkv, segments) * slope).sum()

    def theirs(*qkv):
        found = dot_product_attention(*qkv, mask=same, is_causal=True)
        return (found * slope).sum()

    @jax.jit
    def both(*qkv):
        return [jax.grad(each, (0, 1, 2))(*qkv) for each in (ours, theirs)]

    for mine, other in zip(*both(q, k, v), strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-5)


@pytest.mark.parametrize("time", [1, 5, 64, 100])
def test_the_gradient_of_blocks_is_the_same_row_by_row(time):
    def squares(*qkv):
        return (attend_causally(*qkv) ** 2).sum()

    q, k, v = qkv(time, time, 4, 2, 6, 3)
    slope = jax.grad(squares)
    rows, both = jax.jit(lambda *qkv: (jax.vmap(slope)(*qkv), slope(*qkv)))(q, k, v)
    np.testing.assert_allclose(rows, both, atol=1e-5)


@pytest.mark.parametrize("time", [1, 4])
@pytest.mark.parametrize("offset", range(6))
def test_queries_against_a_cache_agree_with_the_end_of_the_whole(time, offset):
    q, k, v = qkv(offset, 12, 4, 2, 6)
    whole = np.asarray(dot_product_attention(q, k, v, is_causal=True))
    end = offset + time
    k[end:], v[end:] = 9.0, 9.0  # what stands behind is not read
    ours = attend(q[offset:end], k, v, offset=offset)
    np.testing.assert_allclose(ours, whole[offset:end], atol=1e-6)


def test_a_mask_agrees_with_jax_and_cannot_show_the_future():
    q, k, v = qkv(5, 6, 2, 2, 4)
    mask = (np.random.default_rng(0).random((6, 6)) < 0.5) | np.eye(6, dtype=bool)
    expected = dot_product_attention(q, k, v, mask=mask[None], is_causal=True)
    np.testing.assert_allclose(attend(q, k, v, mask), expected, atol=1e-6)
    everything = np.ones((6, 6), bool)
    np.testing.assert_array_equal(attend(q, k, v, everything), attend(q, k, v))


def test_rotary_is_a_complex_product():
    # Outside oracle: pairs as complex numbers, turned by exp(i t b^(-2j/d)).
    x = normal(6, 5, 1, 4)
    angle = np.arange(3, 8)[:, None] * 10_000.0 ** (-np.arange(2) / 2)
    z = (x[:, 0, :2] + 1j * x[:, 0, 2:]) * np.exp(1j * angle)
    expected = np.concatenate([z.real, z.imag], axis=1)
    np.testing.assert_allclose(np.asarray(rotary(x, 3))[:, 0], expected, atol=1e-5)


# -- By hand ----------------------------------------------------------------


def test_hand_computed_two_tokens():
    # The second query meets scores (0, ln 3 / sqrt 1): weights 1/4 and 3/4.
    query = np.ones((2, 1, 1), np.float32)
    key = np.array([[[0]], [[np.log(3)]]], np.float32)
    value = np.array([[[4]], [[8]]], np.float32)
    found = np.asarray(attend(query, key, value))
    np.testing.assert_allclose(found.ravel(), [4, 7], rtol=1e-6)
    weights = attention_weights(query, key, causal_mask(2, 2))
    np.testing.assert_allclose(weights, [[[1, 0], [0.25, 0.75]]], rtol=1e-6)


def test_neighbouring_query_heads_share_a_key_head():
    # Two key heads, four query heads: 0 and 1 read the first, 2 and 3 the second.
    value = np.array([[[1.0], [2.0]]], np.float32)
    out = attend(np.ones((1, 4, 1), np.float32), np.ones((1, 2, 1), np.float32), value)
    np.testing.assert_array_equal(np.ravel(out), [1, 1, 2, 2])


# -- What must hold ---------------------------------------------------------


def test_the_future_does_not_leak():
    weights, stream = layer(0, 8, 2), normal(1, 6, 8)
    changed = stream.copy()
    changed[4:] = 9.0
    before, after = (np.asarray(multi_head(weights, x)) for x in (stream, changed))
    np.testing.assert_array_equal(before[:4], after[:4])
    assert not np.allclose(before[4], after[4])


def test_no_text_leaks_into_the_next_one_in_its_row():
    weights, stream = layer(0, 8, 2), normal(1, 6, 8)
    segments, changed = np.array([0, 0, 0, 1, 1, 1]), stream.copy()
    changed[:3] = 9.0
    before, after = (
        np.asarray(multi_head(weights, x, segments)) for x in (stream, changed)
    )
    np.testing.assert_array_equal(before[3:], after[3:])
    # Rotary positions count distances, so the second text is as if alone.
    np.testing.assert_allclose(before[3:], multi_head(weights, stream[3:]), atol=1e-5)


def test_without_positions_the_order_of_the_past_does_not_matter():
    q, k, v = normal(2, 3, 5, 2, 4)
    swap = [2, 0, 1, 3, 4]
    moved, plain = (np.asarray(attend(q, k[i], v[i])) for i in (swap, slice(None)))
    np.testing.assert_allclose(moved[-1], plain[-1], atol=1e-6)


def test_weights_sum_to_one_and_mixing_them_is_attending():
    q, k, v = qkv(3, 7, 4, 2, 6, 2)
    weights = np.asarray(attention_weights(q, k, causal_mask(7, 7)))
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-6)
    assert not np.triu(weights, 1).any()
    both = jax.jit(lambda q, k, v: mix(attention_weights(q, k, causal_mask(7, 7)), v))
    np.testing.assert_array_equal(both(q, k, v), attend(q, k, v))


def test_rotary_scores_depend_on_the_distance_only():
    q, k = (
        np.asarray(rotary(np.tile(normal(s, 1, 1, 8), (12, 1, 1))))[:, 0]
        for s in (3, 4)
    )
    scores = q @ k.T
    for distance in (0, 3, 7):
        diagonal = np.diagonal(scores, -distance)
        np.testing.assert_allclose(diagonal, diagonal[0], atol=1e-4)


def test_rotary_keeps_lengths_and_leaves_position_zero_alone():
    x = normal(5, 7, 2, 6)
    turned = np.asarray(rotary(x))
    np.testing.assert_array_equal(turned[0], x[0])
    np.testing.assert_allclose(
        np.linalg.norm(turned, axis=-1), np.linalg.norm(x, axis=-1), rtol=1e-5
    )


def test_rotary_goes_on_where_it_was():
    x = normal(5, 7, 2, 6)
    whole, plain = np.asarray(rotary(x)), rotary.__wrapped__
    np.testing.assert_allclose(rotary(x[4:], 4), whole[4:], atol=1e-6)
    np.testing.assert_allclose(plain(jnp.asarray(x[4:]), 4), whole[4:], atol=1e-6)


def test_two_heads_are_the_sum_of_each_alone():
    weights, stream = layer(1, 8, 2), normal(7, 4, 8)
    total = 0
    for h in (slice(0, 1), slice(1, 2)):
        alone = Attention(*(w[:, h] for w in weights[:3]), weights.output[h])
        total = total + np.asarray(multi_head(alone, stream))
    np.testing.assert_allclose(multi_head(weights, stream), total, atol=1e-5)


def test_shared_keys_are_the_same_as_repeated_ones():
    weights, stream = layer(1, 16, 4, 2), normal(7, 4, 16)
    twice = [np.repeat(w, 2, axis=1) for w in (weights.key, weights.value)]
    repeated = weights._replace(key=twice[0], value=twice[1])
    np.testing.assert_allclose(
        multi_head(weights, stream), multi_head(repeated, stream), atol=1e-5
    )


def test_leading_axes_and_vmap_are_the_same_batch():
    weights, stream = layer(2, 8, 2), normal(8, 3, 5, 8)
    together = np.asarray(multi_head(weights, stream))
    mapped = jax.jit(jax.vmap(multi_head, (None, 0)))(weights, stream)
    np.testing.assert_allclose(together, mapped, atol=1e-6)
    np.testing.assert_allclose(together[1], multi_head(weights, stream[1]), atol=1e-6)


def test_the_parts_of_a_layer_make_the_layer():
    weights, stream = layer(2, 8, 2), normal(8, 5, 8)
    whole = write_heads(weights, attend(*read_heads(weights, stream)))
    np.testing.assert_allclose(whole, multi_head(weights, stream), atol=1e-6)


# -- Products ---------------------------------------------------------------


def test_project_is_tensordot_and_so_is_its_gradient():
    x, w = normal(0, 2, 5, 6), normal(1, 6, 3, 4)

    @functools.partial(jax.jit, static_argnums=0)
    def slopes(product, x, w):
        return jax.grad(lambda x, w: jnp.sin(product(x, w)).sum(), (0, 1))(x, w)

    def oracle(x, w):
        return jnp.tensordot(x, w, 1)

    np.testing.assert_allclose(project(x, w), np.tensordot(x, w, 1), atol=1e-5)
    for ours, theirs in zip(slopes(project, x, w), slopes(oracle, x, w), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_bfloat16_rounds_the_factors_and_nothing_else():
    x, w = normal(0, 5, 64), normal(1, 64, 3)
    rounded = [a.astype(jnp.bfloat16).astype(np.float64) for a in (x, w)]
    out = project(x, w, jnp.bfloat16)
    assert out.dtype == jnp.float32
    np.testing.assert_allclose(out, rounded[0] @ rounded[1], atol=1e-5)
    slope = jax.jit(jax.grad(lambda x: project(x, w, "bfloat16")[:, 0].sum()))(x)
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
        rotary(np.ones((2, 1, 3), np.float32))


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
    seen = None if mask is None else np.ones(mask, bool)
    with pytest.raises(ValueError, match=got):
        attend(np.ones((3, 2, 4)), np.ones(key), np.ones(value), seen)


@pytest.mark.usefixtures("unchecked")
def test_a_product_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"first axis of 3, got \(4, 2\)"):
        project(np.ones((5, 3)), np.ones((4, 2)))
    with pytest.raises(ValueError, match="got float16"):
        project(np.ones((5, 3)), np.ones((3, 2)), "float16")


# -- Masks and positions ----------------------------------------------------


def test_padding_and_the_causal_mask_agree_with_jax():
    lengths = np.array([6, 3, 1], np.int32)
    q, k, v = qkv(4, 6, 4, 2, 8, 3)
    expected = dot_product_attention(
        q, k, v, is_causal=True, key_value_seq_lengths=lengths
    )
    ours = attend(q, k, v, padding_mask(lengths, 6))
    np.testing.assert_allclose(ours, expected, atol=1e-6)


def test_what_fills_a_row_changes_nothing_in_the_text():
    q, k, v = qkv(4, 6, 2, 2, 8, 1)
    mask = padding_mask(np.array([4]), 6)
    before = np.asarray(attend(q, k, v, mask))
    k[:, 4:], v[:, 4:] = 9.0, 9.0
    np.testing.assert_array_equal(before, attend(q, k, v, mask))


def test_attention_without_positions_or_mask_is_permutation_equivariant():
    q, k, v = (x[:, 0] for x in qkv(9, 7, 1, 1, 4))
    shuffle = np.random.default_rng(0).permutation(7)
    plain = np.asarray(attend_in_steps(q, k, v, causal=False).mixed)
    moved = attend_in_steps(q[shuffle], k[shuffle], v[shuffle], causal=False).mixed
    np.testing.assert_allclose(moved, plain[shuffle], atol=1e-6)


def test_sinusoidal_positions_by_their_formula_and_as_rotations():
    # Hand-made from section 3.5; and a step on turns every pair by the same angle.
    waves = np.asarray(sinusoidal(50, 6))
    for t, i in ((3, 0), (17, 1), (49, 2)):
        angle = t / 10_000 ** (2 * i / 6)
        near = np.testing.assert_allclose
        near(waves[t, 2 * i], np.sin(angle), atol=1e-5)
        near(waves[t, 2 * i + 1], np.cos(angle), atol=1e-5)
    products = waves @ waves.T
    for distance in (0, 5, 20):
        diagonal = np.diagonal(products, distance)
        np.testing.assert_allclose(diagonal, diagonal[0], atol=1e-4)


# -- Steps and studies ------------------------------------------------------


def test_the_steps_of_one_head_end_where_attention_does():
    q, k, v = qkv(5, 6, 1, 1, 4)
    found = attend_in_steps(q[:, 0], k[:, 0], v[:, 0])
    mixed = np.asarray(attend(q, k, v))[:, 0]
    np.testing.assert_allclose(found.mixed, mixed, atol=1e-6)
    weights = np.asarray(attention_weights(q, k, causal_mask(6, 6)))[0]
    np.testing.assert_allclose(found.weights, weights, atol=1e-6)


def test_a_step_that_is_off_leaves_the_one_before():
    q, k, v = qkv(5, 6, 1, 1, 4)
    plain = attend_in_steps(q[:, 0], k[:, 0], v[:, 0], scaled=False, causal=False)
    np.testing.assert_array_equal(plain.dots, plain.scores)
    np.testing.assert_array_equal(plain.scores, plain.masked)
    expected = np.asarray(dot_product_attention(q, k, v, scale=1.0))[:, 0]
    np.testing.assert_allclose(plain.mixed, expected, atol=1e-5)


def test_the_variance_of_scores_is_the_size_of_the_head_unless_divided():
    for head in (4, 64):
        plain, divided = (
            study_scores(jax.random.key(1), head, scaled) for scaled in (False, True)
        )
        assert plain.variance == pytest.approx(head, rel=0.1)
        assert divided.variance == pytest.approx(1, rel=0.1)
        assert divided.entropy > plain.entropy


def test_the_gradient_of_the_study_is_that_of_softmax():
    drawn = np.asarray(jax.random.normal(jax.random.key(2), (5, 9, 8)))
    scores = np.einsum("skd,sd->sk", drawn[:, 1:], drawn[:, 0])
    slopes = jax.jit(jax.vmap(jax.jacobian(jax.nn.softmax)))(scores)
    expected = np.median(np.linalg.norm(slopes, axis=(1, 2)))
    found = study_scores(jax.random.key(2), 8, scaled=False, keys=8, samples=5)
    assert found.gradient == pytest.approx(expected, rel=1e-4)


def test_the_looks_are_the_places_that_the_mask_leaves():
    for time in (1, 7, 30):
        cost = attention_cost(time, heads=3, layers=2)
        assert cost["looks"] == 6 * np.asarray(causal_mask(time, time)).sum()
        assert cost["bytes"] == np.zeros((3, time, time), np.float32).nbytes


def test_rank_correlation_by_hand_and_against_its_definition():
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 0.9487 = sqrt(0.9).
    tied = rank_correlation(np.array([1.0, 2, 2, 9]), np.array([1.0, 2, 3, 4]))
    assert tied == pytest.approx(np.sqrt(0.9))
    x, y = np.random.default_rng(3).normal(size=(2, 40))
    ranks = [np.argsort(np.argsort(values)) for values in (x, y)]
    gap = ((ranks[0] - ranks[1]) ** 2).sum()
    assert rank_correlation(x, y) == pytest.approx(1 - 6 * gap / (40 * (40**2 - 1)))
    assert rank_correlation(x, -x) == pytest.approx(-1)


# -- Published --------------------------------------------------------------


def test_published_sizes_of_heads_are_those_that_our_layers_get():
    figures = {name: figure.value for name, figure in ATTENTION.items()}
    weights = jax.eval_shape(
        lambda key: init_attention(key, figures["base_width"], figures["base_heads"]),
        jax.random.key(0),
    )
    assert weights.query.shape[2] == figures["base_head"] == 64
    grouped = jax.eval_shape(
        lambda key: init_attention(
            key, 4096, figures["llama3_heads"], figures["llama3_kv"]
        ),
        jax.random.key(0),
    )
    assert grouped.query.shape == (4096, 32, 128)
    assert grouped.key.shape == (4096, 8, 128)
    assert "llama3_layers" in figures


# -- Induction --------------------------------------------------------------

SMALL = InductionConfig(vocab_size=9, width=8, heads=2, window=12)


@pytest.mark.parametrize("positions", ["queries and keys", "rotary", "stream"])
def test_the_future_does_not_leak_in_the_induction_model(positions):
    config = InductionConfig(9, 8, heads=2, window=12, positions=positions)
    model = drawn(0, init_induction, config)
    tokens, changed = np.array([[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 0, 0]])
    before, maps = forward_induction(model, config, tokens)
    after, _ = forward_induction(model, config, changed)
    np.testing.assert_array_equal(np.asarray(before)[:4], np.asarray(after)[:4])
    for look in maps:
        np.testing.assert_allclose(np.asarray(look).sum(-1), 1, rtol=1e-5)


def test_positions_on_queries_and_keys_are_not_handed_over():
    model = drawn(0, init_induction, SMALL)
    flat = model._replace(position=0 * np.asarray(model.position))
    tokens = np.zeros(5, np.int32)  # all the same: only positions could differ
    logits = np.asarray(forward_induction(model, SMALL, tokens)[0])
    np.testing.assert_allclose(logits, logits[:1].repeat(5, axis=0), atol=1e-5)
    plain, _ = forward_induction(flat, SMALL, tokens)
    np.testing.assert_allclose(logits, plain, atol=1e-5)


def test_a_head_that_is_off_adds_nothing():
    model = drawn(0, init_induction, SMALL)
    output = np.array(model.layers[1].output)
    output[1] = 0
    muted = model.layers[1]._replace(output=output)
    by_hand = model._replace(layers=(model.layers[0], muted))
    tokens = np.array([1, 2, 3, 1, 2])
    off, _ = forward_induction(model, SMALL, tokens, heads_on(SMALL, ((1, 1),)))
    np.testing.assert_allclose(
        off, forward_induction(by_hand, SMALL, tokens)[0], atol=1e-6
    )


def test_repeats_repeat_with_their_period():
    tokens, period = repeats(jax.random.key(3), SMALL, 50, (2, 5))
    assert set(period.tolist()) == {2, 3, 4, 5}
    for row, n in zip(tokens.tolist(), period.tolist(), strict=True):
        assert row[n:] == row[:-n]


def test_scores_and_losses_by_hand():
    model = drawn(0, init_induction, SMALL)
    tokens, period = map(np.asarray, repeats(jax.random.key(4), SMALL, 5, (3, 5)))
    logits, maps = forward_induction(model, SMALL, tokens[:, :-1])
    log_p, maps = (
        np.array(jax.nn.log_softmax(logits)),
        [np.array(look) for look in maps],
    )
    nats, before, next_ = [], [], []
    for row, n in enumerate(period.tolist()):
        nats += [-log_p[row, t, tokens[row, t + 1]] for t in range(n, 12)]
        second = [t for t in range(n, 2 * n - 1) if t < 12]
        before += [maps[0][row, 1, t, t - 1] for t in second]
        next_ += [maps[1][row, 0, t, t - n + 1] for t in second]
        assert all(tokens[row, t - n + 1] == tokens[row, t + 1] for t in second)
    loss = repeat_loss(model, SMALL, tokens, period)
    np.testing.assert_allclose(loss, np.mean(nats), rtol=1e-5)
    scores = head_scores(model, SMALL, tokens, period)
    previous, induction = map(np.asarray, scores)
    np.testing.assert_allclose(previous[0, 1], np.mean(before), rtol=1e-5)
    np.testing.assert_allclose(induction[1, 0], np.mean(next_), rtol=1e-5)


@pytest.mark.usefixtures("unchecked")
def test_sizes_and_numbers_that_do_not_fit_are_refused():
    key, model = jax.random.key(0), drawn(0, init_induction, SMALL)
    one = np.ones((2, 3), np.float32)
    cases = [
        (lambda: heads_on(SMALL, ((2, 0),)), "layer must be in 0..1, got 2"),
        (lambda: heads_on(SMALL, ((0, -1),)), "head must be in 0..1, got -1"),
        (lambda: InductionConfig(positions="none"), "got 'none'"),
        (lambda: repeats(key, SMALL, 2, (5, 13)), r"1..12, got \(5, 13\)"),
        (lambda: forward_induction(model, SMALL, np.zeros(13, int)), "12, got 13"),
        (lambda: sinusoidal(4, 5), "width must be even, got 5"),
        (lambda: study_scores(key, 0), "head must be >= 1, got 0"),
        (lambda: attention_cost(0, 1, 1), "time must be >= 1, got 0"),
        (lambda: attend_in_steps(one, one, one[:1]), r"and \(1, 3\)"),
        (lambda: rank_correlation(np.ones(3), np.ones(2)), r"\(3,\), got \(2,\)"),
        (lambda: rank_correlation(np.ones(3), np.arange(3.0)), "one must hold"),
    ]
    for call, message in cases:
        with pytest.raises(ValueError, match=message):
            call()
