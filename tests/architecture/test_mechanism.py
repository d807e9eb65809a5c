import dataclasses
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import new_model
from sbt_jax.architecture import (
    Config,
    Mlp,
    cache_sizes,
    extend,
    forward,
    forward_flops,
    gated_mlp,
    grow,
    init_cache,
    init_model,
    logit_lens,
    parameter_count,
    rms_norm,
    trace,
)

# One program for each shape, not one for each operation and shape: that would be most
# of the time. ``extend`` as it is refuses what only a known length can tell.
forward = jax.jit(forward, static_argnames=("config", "dtype"))
trace = jax.jit(trace, static_argnames="config")
gated_mlp, logit_lens, rms_norm = map(jax.jit, (gated_mlp, logit_lens, rms_norm))
step = jax.jit(extend, static_argnames="config")

CONFIG = Config(vocab_size=50, width=16, layers=2, heads=2, mlp=24, window=12)
MODEL = new_model(CONFIG)
TOKENS = np.arange(3, 11)
GROUPED = Config(50, 32, layers=2, heads=4, mlp=24, window=12, kv_heads=2)


def test_the_parameter_count_is_that_of_a_built_model():
    for config in (CONFIG, GROUPED, Config(7, 8, 3, 4, 5, 6)):
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
    logits = forward(init_model(jax.random.key(0), CONFIG), CONFIG, TOKENS)
    nats = -np.asarray(jax.nn.log_softmax(logits))
    np.testing.assert_allclose(nats.mean(), np.log(CONFIG.vocab_size), atol=0.05)


def test_the_future_does_not_leak():
    changed = np.where(np.arange(8) < 5, TOKENS, 0)
    before, after = (np.asarray(forward(MODEL, CONFIG, t)) for t in (TOKENS, changed))
    np.testing.assert_array_equal(before[:5], after[:5])
    assert not np.allclose(before[5], after[5])


def test_earlier_tokens_and_their_order_matter():
    swapped = TOKENS[[1, 0, *range(2, 8)]]
    before, after = (np.asarray(forward(MODEL, CONFIG, t)) for t in (TOKENS, swapped))
    assert not np.allclose(before[-1], after[-1])


def test_agrees_with_a_second_implementation_in_numpy():
    def norm(gain, x):
        return gain * x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6)

    def turn(x):  # one head, pairs as complex numbers
        half = x.shape[1] // 2
        angle = np.arange(len(x))[:, None] * 1e4 ** (-np.arange(half) / half)
        z = (x[:, :half] + 1j * x[:, half:]) * np.exp(1j * angle)
        return np.concatenate([z.real, z.imag], axis=1)

    model = jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), MODEL)
    x = model.embedding[TOKENS]
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
    batch = np.stack([TOKENS, TOKENS[::-1]])
    plain = forward.__wrapped__  # without jit, as a reader calls it
    alone = plain(jax.tree.map(jnp.asarray, MODEL), CONFIG, jnp.asarray(batch[1]))
    for many in (forward, jax.vmap(forward, (None, None, 0))):
        together = np.asarray(jax.jit(many, static_argnums=1)(MODEL, CONFIG, batch))
        np.testing.assert_allclose(together[1], alone, atol=1e-5)


def test_the_norm_ignores_the_scale_of_what_it_reads():
    x, gain = np.array([[3.0, -4.0, 12.0]]), np.ones(3)
    np.testing.assert_allclose(rms_norm(gain, 100 * x), rms_norm(gain, x), rtol=1e-5)


def test_a_closed_gate_gives_nothing():
    weights = Mlp(np.zeros((2, 3)), np.ones((2, 3)), np.ones((3, 2)))
    np.testing.assert_array_equal(gated_mlp(weights, np.ones((1, 2))), [[0, 0]])


def test_the_same_key_gives_the_same_weights_and_another_does_not():
    one, again, other = (init_model(jax.random.key(k), CONFIG) for k in (0, 0, 1))
    np.testing.assert_array_equal(one.embedding, again.embedding)
    assert not np.array_equal(one.embedding, other.embedding)


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
        ({"kv_heads": 3}, ValueError, "kv_heads must divide 2 heads, got 3"),
        ({"kv_heads": 0}, ValueError, "kv_heads must be >= 1, got 0"),
        ({"kv_heads": 1.0}, TypeError, "kv_heads must be an int, got 1.0"),
    ],
)
def test_a_bad_config_is_refused_with_the_value(change, error, got):
    with pytest.raises(error, match=got):
        dataclasses.replace(CONFIG, **change)


def test_a_sequence_beyond_the_window_is_refused_with_its_length():
    with pytest.raises(ValueError, match="window of 12, got 13"):
        forward(MODEL, CONFIG, np.zeros(13, int))


@pytest.mark.usefixtures("unchecked")
def test_an_empty_sequence_and_foreign_segments_are_refused():
    with pytest.raises(ValueError, match=r"not be empty, got shape \(0,\)"):
        forward(MODEL, CONFIG, np.zeros(0, int))
    with pytest.raises(ValueError, match=r"segments must be \(8,\), got \(7,\)"):
        forward(MODEL, CONFIG, TOKENS, np.zeros(7, int))


# -- Several texts in a row, bfloat16 ---------------------------------------


def test_a_packed_row_gives_what_its_texts_give_alone():
    segments = np.array([1, 1, 1, 2, 2, 2, 2, 2])
    packed = np.asarray(forward(MODEL, CONFIG, TOKENS, segments))
    np.testing.assert_allclose(
        packed[:3], forward(MODEL, CONFIG, TOKENS[:3]), atol=1e-5
    )
    np.testing.assert_allclose(
        packed[3:], forward(MODEL, CONFIG, TOKENS[3:]), atol=1e-5
    )


def test_bfloat16_is_close_and_gives_float32():
    exact, rough = (
        np.asarray(forward(MODEL, CONFIG, TOKENS, dtype=dtype))
        for dtype in (jnp.float32, jnp.bfloat16)
    )
    assert rough.dtype == jnp.float32
    assert 0 < np.abs(rough - exact).max() < 0.02 * np.abs(exact).max()


# -- What happens on the way ------------------------------------------------


def test_a_trace_ends_in_the_logits_of_the_forward_pass():
    seen = trace(MODEL, CONFIG, TOKENS)
    np.testing.assert_allclose(seen.logits, forward(MODEL, CONFIG, TOKENS), atol=1e-5)
    assert seen.attention.shape == (2, 2, 8, 8)
    assert seen.streams.shape == (5, 8, 16)


def test_the_rows_of_a_trace_are_where_it_says():
    streams = np.asarray(trace(MODEL, CONFIG, TOKENS).streams)
    np.testing.assert_array_equal(streams[0], np.asarray(MODEL.embedding)[TOKENS])
    block = MODEL.blocks[1]
    written = gated_mlp(block.mlp, rms_norm(block.mlp_norm, streams[3]))
    np.testing.assert_allclose(streams[4] - streams[3], written, atol=1e-5)


def test_traced_attention_is_a_causal_distribution():
    seen = np.asarray(trace(MODEL, CONFIG, TOKENS).attention)
    np.testing.assert_allclose(seen.sum(-1), 1, rtol=1e-5)
    assert not np.triu(seen, 1).any()


def test_the_lens_at_the_last_depth_is_the_model():
    seen = trace(MODEL, CONFIG, TOKENS)
    lens = np.asarray(logit_lens(MODEL, seen.streams))
    assert lens.shape == (5, 8, 50)
    np.testing.assert_allclose(lens[-1], seen.logits, atol=1e-5)


# -- The cache --------------------------------------------------------------


@pytest.mark.parametrize("config", [CONFIG, GROUPED], ids=["plain", "grouped"])
def test_a_cache_gives_the_logits_of_the_whole_after_every_prefix(config):
    model = new_model(config, seed=1)
    tokens = np.arange(config.window) * 5 % config.vocab_size
    whole = np.asarray(forward(model, config, tokens))
    for prefix in range(1, len(tokens)):
        # In blocks of 8, 4, 2 and 1: each begins at every place where it fits.
        cache, at = init_cache(config), 0
        for end in (prefix, len(tokens)):
            while at < end:
                size = next(size for size in (8, 4, 2, 1) if at + size <= end)
                block = slice(at, at := at + size)
                logits, cache = step(model, config, cache, tokens[block])
                np.testing.assert_allclose(logits, whole[block], atol=1e-5)
        assert int(cache.length) == len(tokens)


def test_a_cache_goes_token_by_token_through_a_scan_in_a_batch():
    tokens = np.stack([TOKENS, TOKENS[::-1]])

    def one(cache, token):
        logits, cache = extend(MODEL, CONFIG, cache, token[:, None])
        return cache, logits[:, 0]

    _, logits = jax.lax.scan(one, init_cache(CONFIG, (2,)), tokens.T)
    whole = forward(MODEL, CONFIG, tokens)
    np.testing.assert_allclose(np.swapaxes(logits, 0, 1), whole, atol=1e-5)


def test_rows_of_different_lengths_go_on_under_vmap():
    caches = [step(MODEL, CONFIG, init_cache(CONFIG), TOKENS[:n])[1] for n in (2, 5)]
    together = jax.tree.map(lambda *rows: np.stack(rows), *caches)
    rows = jax.jit(jax.vmap(extend, (None, None, 0, 0)), static_argnums=1)
    logits, _ = rows(MODEL, CONFIG, together, TOKENS[[[2], [5]]])
    whole = np.asarray(forward(MODEL, CONFIG, TOKENS))
    np.testing.assert_allclose(np.asarray(logits)[:, 0], whole[[2, 5]], atol=1e-5)


def test_a_full_cache_refuses_more():
    _, cache = step(MODEL, CONFIG, init_cache(CONFIG), TOKENS)
    with pytest.raises(ValueError, match="the 4 places left, got 5"):
        extend(MODEL, CONFIG, cache, jnp.asarray(TOKENS[:5]))
    logits, _ = step(MODEL, CONFIG, cache, TOKENS[:5])
    assert np.isnan(logits).all(), "under jit a full cache gives no plausible logits"


@pytest.mark.parametrize("config", [CONFIG, GROUPED], ids=["plain", "grouped"])
def test_a_cache_that_grows_gives_the_same_logits(config):
    model = new_model(config, seed=1)
    whole = np.asarray(forward(model, config, TOKENS))
    cache = init_cache(config, room=3)
    logits, cache = step(model, config, cache, TOKENS[:3])
    np.testing.assert_allclose(logits, whole[:3], atol=1e-5)
    with pytest.raises(ValueError, match="the 0 places left, got 1"):
        extend(model, config, cache, jnp.asarray(TOKENS[3:4]))
    for at, room in enumerate([4, 5, 7, 8, 8], 3):
        cache = grow(cache, room)
        logits, cache = step(model, config, cache, TOKENS[at : at + 1])
        np.testing.assert_allclose(np.asarray(logits)[0], whole[at], atol=1e-5)
    assert (cache.room, int(cache.length)) == (8, 8)
    with pytest.raises(ValueError, match="room must be >= 8, got 7"):
        grow(cache, 7)


@pytest.mark.parametrize("room", [0, -1, CONFIG.window + 1])
def test_a_cache_has_room_for_a_token_and_at_most_for_the_window(room):
    with pytest.raises(ValueError, match=rf"room must be in 1\.\.12, got {room}"):
        init_cache(CONFIG, room=room)


@given(st.integers(1, 300), st.integers(0, 300))
def test_rooms_are_doubled_up_to_the_end(read, steps):
    sizes = cache_sizes(read, read + steps)
    assert sizes[-1] == read + steps
    assert all(size > read for size in sizes[:-1])
    assert sizes == sorted(set(sizes))
    assert all(b <= 2 * a for a, b in itertools.pairwise(sizes))


@pytest.mark.usefixtures("unchecked")
def test_a_cache_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"cache .*\(2, 12, 8\), got \(3, 2, 12, 8\)"):
        step(MODEL, CONFIG, init_cache(CONFIG, (3,)), TOKENS)
    with pytest.raises(ValueError, match=r"cache .*\(2, 12, 8\), got \(2, 13, 8\)"):
        step(MODEL, CONFIG, grow(init_cache(CONFIG), 13), TOKENS)


# -- Work -------------------------------------------------------------------


def multiplications(jaxpr):
    """Of all matrix products in a program: an oracle that reads JAX's own trace."""
    total = 0
    for equation in jaxpr.eqns:
        if equation.primitive.name == "dot_general":
            (contract, _), _ = equation.params["dimension_numbers"]
            left = equation.invars[0].aval.shape
            total += equation.outvars[0].aval.size * np.prod(
                [left[i] for i in contract]
            )
        for value in equation.params.values():
            if hasattr(value, "jaxpr"):
                total += multiplications(value.jaxpr)
    return int(total)


@pytest.mark.parametrize("config", [CONFIG, GROUPED], ids=["plain", "grouped"])
def test_flops_are_those_of_the_traced_program(config):
    model = new_model(config)
    # One block of queries, each against all keys: 12 tokens that look at 12.
    tokens = np.zeros(config.window, np.int32)
    program = jax.make_jaxpr(lambda m, t: forward(m, config, t))(model, tokens)
    total = sum(forward_flops(config, keys=config.window).values())
    assert 2 * multiplications(program.jaxpr) == config.window * total


def test_flops_by_hand():
    # 2 layers of 2 x 10 keys x 16 numbers, to score and to mix: 2 FLOPs each.
    assert forward_flops(CONFIG, keys=10) == {
        "attention": 4096,
        "looking": 1280,
        "mlp": 4608,
        "unembedding": 1600,
    }
    with pytest.raises(ValueError, match=r"keys must be in 1\.\.12, got 13"):
        forward_flops(CONFIG, keys=13)
