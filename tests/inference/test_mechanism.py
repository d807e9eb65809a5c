"""What chapter 18 computes: against other ways to say it, by hand, at its limits."""

import dataclasses
import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.architecture import (
    Config,
    extend,
    forward,
    forward_flops,
    init_cache,
    init_model,
)
from sbt_jax.inference import (
    E2M1,
    MXFP4,
    NVFP4,
    POLICIES,
    RULES,
    Ask,
    Keeps,
    Prices,
    Timed,
    break_even,
    drawn,
    e2m1,
    expected_tokens,
    forward_kept,
    forward_latent,
    gaps,
    go_on,
    init_heads,
    init_onward,
    judge,
    kind_of,
    last_reads,
    law,
    of_heads,
    overlap,
    per_output,
    pool_heads,
    reading_sums,
    residual,
    rounded,
    say_ahead,
    serve,
    speedup,
    squeeze,
    text_bytes,
    token_bytes,
)

CONFIG = Config(60, width=16, layers=2, heads=4, mlp=24, window=24)
MODEL = init_model(jax.random.key(0), CONFIG)
TEXT = jnp.array([3, 14, 15, 9, 2, 6, 5, 35])
RNG = np.random.default_rng(0)


said = jax.jit(forward, static_argnames="config")
step = jax.jit(extend, static_argnames="config")
narrow = jax.jit(forward_latent, static_argnames="config")


@functools.cache
def logits():
    return np.asarray(said(MODEL, CONFIG, TEXT))


# -- Costs ------------------------------------------------------------------


def test_cached_equals_uncached_and_the_last_digits_are_free():
    found, cache = step(MODEL, CONFIG, init_cache(CONFIG), TEXT[:5])
    rows = [np.asarray(found)]
    for at in range(5, len(TEXT)):
        found, cache = step(MODEL, CONFIG, cache, TEXT[at : at + 1])
        rows.append(np.asarray(found))
    np.testing.assert_allclose(np.concatenate(rows), logits(), atol=1e-5)


def test_sums_are_half_the_operations_that_chapter_5_counts():
    config = dataclasses.replace(CONFIG, kv_heads=2)
    theirs = forward_flops(config, 8)  # of one token that sees 8
    ours = reading_sums(config, 1, 7)
    assert 2 * sum(ours.values()) == sum(theirs.values())


def test_reading_in_parts_looks_at_as_many_pairs_as_reading_at_once():
    whole = reading_sums(CONFIG, 10)["looking"]
    parts = [reading_sums(CONFIG, 4), reading_sums(CONFIG, 6, 4)]
    assert sum(part["looking"] for part in parts) == whole


def test_a_cached_step_grows_with_the_text_in_looking_only():
    near, far = reading_sums(CONFIG, 1, 10), reading_sums(CONFIG, 1, 20)
    assert near["projections"] == far["projections"]
    assert far["looking"] * 11 == near["looking"] * 21


def test_the_cache_of_a_model_has_the_bytes_that_are_counted():
    config = dataclasses.replace(CONFIG, kv_heads=2)
    cache = init_cache(config, room=10)
    held = sum(x.nbytes for x in (*cache.key, *cache.value))
    keeps = Keeps(config.layers, of_heads(2, config.head))
    assert text_bytes(keeps, 10, bits=32) == held
    assert 10 * token_bytes(keeps, 32) == held


def test_a_window_bounds_the_cache_of_its_layers():
    keeps = kind_of("Gemma 3 27B").ways["as published"]
    grown = text_bytes(keeps, 10_001) - text_bytes(keeps, 10_000)
    assert grown == (keeps.layers - keeps.local) * keeps.numbers * 2


def test_tpot_hides_a_stall():
    even, stall = (0.5, 1.0, 1.5, 2.0), (0.5, 0.6, 1.9, 2.0)
    assert per_output(even[-1], even[0], 4) == per_output(stall[-1], stall[0], 4)
    assert max(np.diff(stall)) > 2 * max(np.diff(even))


# -- A smaller cache ----------------------------------------------------------


def test_pooling_to_all_heads_changes_nothing():
    pooled, config = pool_heads(MODEL, CONFIG, 4)
    assert config.key_heads == 4
    np.testing.assert_array_equal(
        pooled.blocks[0].attention.key, MODEL.blocks[0].attention.key
    )


def test_pooling_equal_heads_changes_nothing_that_is_said():
    def twice(weight):
        return jnp.repeat(weight[:, ::2], 2, axis=1)

    blocks = tuple(
        b._replace(
            attention=b.attention._replace(
                key=twice(b.attention.key), value=twice(b.attention.value)
            )
        )
        for b in MODEL.blocks
    )
    same = MODEL._replace(blocks=blocks)
    pooled, config = pool_heads(same, CONFIG, 2)
    np.testing.assert_allclose(
        said(pooled, config, TEXT), said(same, CONFIG, TEXT), atol=1e-5
    )


def test_a_full_narrow_place_changes_nothing_and_a_narrow_one_does():
    seen = [RNG.normal(size=(60, 16)) for _ in range(2)]
    for rank, near in ((16, True), (2, False)):
        found = narrow(MODEL, CONFIG, squeeze(MODEL, CONFIG, seen, rank), TEXT)
        assert (np.abs(found - logits()).max() < 1e-4) == near


def test_the_narrow_place_is_the_best_of_its_rank():
    seen = RNG.normal(size=(60, 16)) * np.linspace(0.1, 2, 16)
    (layer, _) = squeeze(MODEL, CONFIG, [seen, seen], 5)
    attention = MODEL.blocks[0].attention
    both = np.concatenate(
        [np.asarray(w).reshape(16, -1) for w in (attention.key, attention.value)], 1
    )
    up = np.concatenate([np.asarray(w).reshape(5, -1) for w in layer[1:]], 1)
    left = seen @ both - seen @ np.asarray(layer.down) @ up
    sizes = np.linalg.svd(seen @ both, compute_uv=False)
    assert np.isclose((left**2).sum(), (sizes[5:] ** 2).sum(), rtol=1e-4)


def test_sixteen_bits_change_nothing_and_one_bit_does():
    for bits, near in ((16, True), (1, False)):

        def change(key, value, bits=bits):
            return rounded(key, bits, "channel"), rounded(value, bits, "token")

        run = jax.jit(forward_kept, static_argnames=("config", "change"))
        found = run(MODEL, CONFIG, TEXT, change)
        assert (np.abs(found - logits()).max() < 1e-2) == near


def test_rounding_by_hand_and_a_group_of_equals():
    kept = jnp.array([[0.0, 1.0, 4.0], [2.0, 2.0, 2.0]]).reshape(2, 1, 3)
    np.testing.assert_allclose(rounded(kept, 2, "token")[0, 0], [0, 4 / 3, 4], 1e-6)
    np.testing.assert_array_equal(rounded(kept, 1, "token")[1, 0], [2, 2, 2])
    np.testing.assert_array_equal(rounded(kept, 1, "channel"), kept)


def test_e2m1_says_its_own_levels_exactly():
    levels = np.array([s * x for x in E2M1 for s in (1, -1)] * 2, float)
    np.testing.assert_array_equal(e2m1(levels, MXFP4), levels)
    np.testing.assert_array_equal(e2m1(levels, NVFP4), levels)
    assert np.array_equal(e2m1(8 * levels), 8 * levels)
    np.testing.assert_array_equal(e2m1(np.zeros(32)), np.zeros(32))


# -- Guesses --------------------------------------------------------------------


def distributions(count, size=6):
    p = RNG.dirichlet(np.full(size, 0.5), count)
    return p, RNG.dirichlet(np.full(size, 0.5), count)


def test_exact_is_exact_and_no_mistake_is():
    for p, q in zip(*distributions(20), strict=True):
        np.testing.assert_allclose(law(p, q), p, atol=1e-12)
        for rule in RULES[1:]:
            found = law(p, q, rule)
            assert np.isclose(found.sum(), 1)
            assert np.abs(found - p).sum() > 1e-3


def test_judging_keeps_as_often_as_both_overlap():
    (p,), (q,) = distributions(1)
    grid = (np.arange(2000) + 0.5) / 2000
    kept = sum(
        q[guess] * judge(np.stack([p, p]), q[None], [guess], np.array([c, 0.5])).kept
        for guess in range(6)
        for c in grid
    )
    assert kept / 2000 == pytest.approx(float(overlap(p, q)), abs=2e-3)


def test_one_guess_judged_many_times_has_the_law_of_the_large_model():
    (p,), (q,) = distributions(1, 4)
    middle = (np.arange(60) + 0.5) / 60
    out = np.zeros(4)
    for guess, one, two in itertools.product(range(4), middle, middle):
        got = judge(np.stack([p, p]), q[None], [guess], np.array([one, two]))
        out[guess if got.kept else got.last] += q[guess] / 3600
    np.testing.assert_allclose(out, p, atol=0.02)


def test_equal_models_keep_everything():
    p = np.array([0.2, 0.8])
    assert judge(np.stack([p] * 4), np.stack([p] * 3), [0, 1, 1], np.full(4, 0.99)) == (
        3,
        1,
    )
    np.testing.assert_array_equal(residual(p, p), p)


def test_tokens_a_pass_by_the_sum_and_at_the_ends():
    assert expected_tokens(0.5, 2) == 1.75
    assert expected_tokens(1.0, 4) == 5
    assert expected_tokens(0.0, 4) == 1
    assert speedup(1.0, 4, 0.0) == 5
    assert speedup(0.9, 4, 0.2, check=5) < 1


def test_a_check_at_its_break_even_gains_nothing():
    most = break_even(0.7, 3, 0.2)
    assert speedup(0.7, 3, 0.2, check=most) == pytest.approx(1)


# -- Guessers that read the large model's stream --------------------------------


READ = jax.jit(last_reads, static_argnames="config")
GO_ON = jax.jit(go_on, static_argnames="config")


def reads_of(text):
    return READ(MODEL, CONFIG, text)


def test_heads_begin_with_what_the_model_says_of_the_next_token():
    said = say_ahead(init_heads(MODEL, 2), reads_of(TEXT))
    for i in range(2):
        np.testing.assert_allclose(said[:, i], logits(), atol=1e-4)


def test_the_block_never_sees_what_comes_later():
    onward = init_onward(jax.random.key(1), CONFIG)
    reads, after = reads_of(TEXT)[:-1], TEXT[1:]
    whole = GO_ON(onward, MODEL, CONFIG, reads, after)
    part = GO_ON(onward, MODEL, CONFIG, reads[:4], after[:4])
    np.testing.assert_allclose(whole[:4], part, atol=1e-5)
    other = GO_ON(onward, MODEL, CONFIG, reads, after.at[-1].set(1))
    np.testing.assert_allclose(whole[:-1], other[:-1], atol=1e-6)
    assert np.abs(whole[-1] - other[-1]).max() > 1e-4


def test_the_block_does_not_look_into_another_text():
    onward = init_onward(jax.random.key(1), CONFIG)
    reads, after = reads_of(TEXT)[:-1], TEXT[1:]
    texts = jnp.array([1, 1, 1, 2, 2, 2, 2])
    both = GO_ON(onward, MODEL, CONFIG, reads, after, texts)
    alone = GO_ON(onward, MODEL, CONFIG, reads[3:], after[3:])
    np.testing.assert_allclose(both[3:], alone, atol=1e-5)


def test_two_tokens_are_exact_whatever_heads_guess():
    # The second guess of heads does not know the first: the rule must make up for it.
    p = RNG.dirichlet(np.full(3, 0.5), 4)  # after nothing, and after each first token
    q = RNG.dirichlet(np.full(3, 0.5), 2)
    out, draws = np.zeros((3, 3)), 6000
    for _ in range(draws):
        first, second = (drawn(row, RNG.random()) for row in q)
        rows = np.stack([p[0], p[1 + first], p[0]])
        got = judge(rows, q, [first, second], RNG.random(3))
        if got.kept == 0:  # the next pass draws the second from its own law
            out[got.last] += p[1 + got.last] / draws
        else:
            out[first, second if got.kept == 2 else got.last] += 1 / draws
    np.testing.assert_allclose(out, p[0][:, None] * p[1:], atol=0.03)


# -- The server -----------------------------------------------------------------

PRICES = Prices(weights=0.01, token=0.001, kept=0.0, room=500, piece=20)
ASKS = [Ask(0.0, 50, 10), Ask(0.015, 100, 4), Ask(0.2, 30, 6)]


TIMED = Timed(
    batches=(1, 2, 4),
    contexts=(32, 128),
    write=((0.010, 0.012), (0.011, 0.014), (0.013, 0.018)),
    pieces=(1, 50, 100),
    read=(0.010, 0.030, 0.070),
    room=500,
    piece=20,
)


def test_a_timed_step_is_what_was_timed_and_a_line_between():
    assert TIMED.step([], [], [32]) == 0.010
    assert TIMED.step([50], [0], []) == 0.030
    assert TIMED.step([75], [0], []) == pytest.approx(0.050)
    assert TIMED.step([], [], [80, 80, 80]) == pytest.approx(0.014)
    assert TIMED.step([50, 0], [0, 0], [32]) == pytest.approx(0.040)


def test_measured_steps_serve_everybody_in_order():
    for policy in POLICIES:
        for ask, one in zip(ASKS, serve(ASKS, TIMED, policy), strict=True):
            assert len(one.tokens) == ask.answer
            assert all(gap > 0 for gap in gaps(one))


@pytest.mark.parametrize("policy", POLICIES)
def test_everybody_gets_every_token_in_order(policy):
    for ask, one in zip(ASKS, serve(ASKS, PRICES, policy), strict=True):
        assert len(one.tokens) == ask.answer
        assert ask.at <= one.start < one.tokens[0]
        assert all(gap > 0 for gap in gaps(one))


def test_alone_every_policy_that_reads_whole_prompts_is_the_same():
    alone = [serve(ASKS[:1], PRICES, policy)[0] for policy in POLICIES]
    assert alone[0] == alone[1]
    np.testing.assert_allclose(alone[3].tokens, alone[0].tokens)
    # 50 tokens of sums, then one trip of the weights for each further token.
    assert alone[0].tokens[:3] == pytest.approx((0.05, 0.06, 0.07))
    assert alone[2].tokens[0] == pytest.approx(0.02 + 0.02 + 0.01)


def test_who_joins_does_not_wait_for_the_batch_and_pieces_have_no_stall():
    served = {policy: serve(ASKS, PRICES, policy) for policy in POLICIES}
    batch, joined, pieces, two = served.values()
    assert joined[1].start < batch[1].start == batch[0].tokens[-1]
    stall = max(gaps(joined[0]))
    assert stall >= 0.1
    assert max(gaps(pieces[0])) < 0.03 < stall
    assert max(gaps(two[0])) < 0.03


def test_a_kept_beginning_costs_nothing_but_one_token():
    (one,) = serve(ASKS[:1], PRICES, POLICIES[1], shared=50)
    assert one.tokens[0] == pytest.approx(0.01)


def test_memory_is_given_in_blocks_and_who_does_not_fit_waits():
    tight = dataclasses.replace(PRICES, room=128)
    first, second, _ = serve(ASKS, tight, POLICIES[1])
    assert second.start >= first.tokens[-1]
    with pytest.raises(ValueError, match="must fit 100 tokens, got 104"):
        serve(ASKS, dataclasses.replace(PRICES, room=100), POLICIES[1])
