"""The mechanism of chapter 9: masks, positions, costs, and what is sent of a chat."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import context
from sbt_jax.architecture import Config, forward, init_model, published_designs
from sbt_jax.attention import causal_mask, rotary
from sbt_jax.context import POLICIES, Shape, sent

CONFIG = Config(64, width=16, layers=2, heads=4, mlp=16, window=32, kv_heads=2)
MODEL = init_model(jax.random.key(0), CONFIG)
TOKENS = jax.random.randint(jax.random.key(1), (2, 12), 0, 64)
SHAPE = Shape(layers=2, heads=4, kv_heads=2, head=16, weights=1000)
CHAT = [
    "Maya Holt lives in Kirby.",
    "Tom gave the kite to Anna.",
    "Maya Holt lives in Seaton.",
    "Leo Reed is a baker.",
    "The lamp is in the basket.",
]
ASKED = "Where does Maya Holt live?"


def words(text):
    return len(text.split())


# -- Masks --------------------------------------------------------------------


def test_a_window_as_wide_as_the_text_is_the_causal_mask():
    for window in (12, 13, 10**9):
        mask = context.window_mask(12, window)
        np.testing.assert_array_equal(mask, causal_mask(12, 12))


def test_each_token_sees_as_many_as_the_window_says():
    mask = np.asarray(context.window_mask(20, 5))
    assert mask.sum(1).tolist() == [1, 2, 3, 4, *[5] * 16]
    kept = np.asarray(context.window_mask(20, 5, sinks=3))
    assert kept[:, :3].sum(1).tolist() == [1, 2, *[3] * 18]
    assert not np.triu(kept, 1).any(), "the future stays hidden"


def test_news_travels_as_far_as_window_times_layers():
    # The layer below is seen up to 3 tokens back, so two layers reach 5 + the own.
    window, layers = 3, CONFIG.layers
    mask = context.window_mask(12, window)
    told = TOKENS[0]
    far = 11 - layers * (window - 1)

    def last(ids):
        return np.asarray(context.forward_seen(MODEL, CONFIG, ids, mask))[-1]

    other = told.at[far].set((told[far] + 1) % 64)
    assert np.abs(last(other) - last(told)).max() > 1e-6
    beyond = told.at[far - 1].set((told[far - 1] + 1) % 64)
    np.testing.assert_array_equal(last(beyond), last(told))
    assert context.reach(window, layers) >= 11 - far + 1


# -- The forward pass ---------------------------------------------------------


def test_with_a_causal_mask_it_is_the_forward_pass():
    ours = context.forward_seen(MODEL, CONFIG, TOKENS, causal_mask(12, 12))
    np.testing.assert_allclose(ours, forward(MODEL, CONFIG, TOKENS), atol=1e-5)


def test_without_positions_the_order_of_the_past_is_unknown():
    none = jnp.zeros(CONFIG.head // 2)
    config = Config(64, width=16, layers=1, heads=4, mlp=16, window=32)
    model = init_model(jax.random.key(0), config)
    turned = TOKENS.at[:, 3].set(TOKENS[:, 7]).at[:, 7].set(TOKENS[:, 3])
    one, other = (
        context.forward_seen(model, config, ids, causal_mask(12, 12), speeds=none)
        for ids in (TOKENS, turned)
    )
    np.testing.assert_allclose(one[:, -1], other[:, -1], atol=1e-5)


# -- Positions ----------------------------------------------------------------


def test_our_speeds_turn_as_rotary_does():
    vectors = jax.random.normal(jax.random.key(2), (9, 2, 8))
    ours = context.turned(vectors, context.rotary_speeds(8))
    np.testing.assert_allclose(ours, rotary(vectors), atol=1e-6)


def test_interpolation_turns_no_pair_further_than_training_did():
    vectors = jax.random.normal(jax.random.key(2), (9, 1, 8))
    slow = context.turned(vectors, context.rotary_speeds(8) / 4)
    fast = rotary(vectors[8:], offset=2)
    np.testing.assert_allclose(slow[8:], fast, atol=1e-5)


def test_a_larger_base_slows_the_slowest_pair_by_the_factor():
    base = context.ntk_base(8.0, 128)
    ratio = context.rotary_speeds(128, base) / context.rotary_speeds(128)
    assert float(ratio[0]) == 1
    assert float(ratio[-1]) == pytest.approx(1 / 8, rel=1e-4)


def test_yarn_leaves_fast_pairs_and_slows_slow_ones():
    ratio = context.yarn_speeds(16.0, 128, 4096) / context.rotary_speeds(128)
    assert (np.diff(np.asarray(ratio)) <= 1e-6).all()
    np.testing.assert_allclose(ratio[:21], 1, rtol=1e-5)
    np.testing.assert_allclose(ratio[46:], 1 / 16, rtol=1e-5)


def test_alibi_by_hand():
    np.testing.assert_allclose(context.alibi_slopes(8), [2.0**-i for i in range(1, 9)])
    bias = np.asarray(context.alibi_bias(4, 5))
    assert bias.shape == (4, 5, 5)
    assert bias[0, 4, 0] == pytest.approx(-4 * 2.0**-2)


# -- Costs --------------------------------------------------------------------


def test_looking_is_counted_pair_by_pair():
    # A token of a full layer sees n / 2 on average, of a local one its span at most.
    local = Shape(2, 4, 2, 16, 1000, local=1, span=10)
    pairs = context.reading_flops(local, 100)["looking"] / (4 * 64)
    assert pairs == 100**2 / 2 + (10**2 / 2 + 90 * 10)
    assert context.reading_flops(SHAPE, 100)["looking"] == 4 * 64 * 2 * 100**2 / 2


def test_twice_the_text_is_between_two_and_four_times_the_work():
    found = [context.doubling(SHAPE, n) for n in (1, 10, 1000, 10**7)]
    assert found == sorted(found)
    assert 2 < found[0] < found[-1] < 4
    n = context.equal_at(SHAPE)
    flops = context.reading_flops(SHAPE, round(16 * n))
    assert flops["looking"] / flops["weights"] == pytest.approx(16)


def test_a_chat_is_added_up_turn_by_turn():
    by_hand = sum(100 + 10 * turn for turn in range(1, 8))
    assert context.chat_bill(7, 100, 10) == by_hand
    kept = 1.25 * (100 + 70) + 0.1 * sum(100 + 10 * turn for turn in range(1, 7))
    assert context.chat_bill(7, 100, 10, 1.25, 0.1) == pytest.approx(kept)
    assert context.chat_bill(0, 100, 10, 1.25, 0.1) == 0


def test_a_design_counts_the_weights_of_its_blocks():
    design = published_designs()["Llama 3 8B"]
    parts = design.parameters()
    assert context.shape_of(design).weights == parts["attention"] + parts["mlp"]
    with pytest.raises(ValueError, match=r"name .* got 'GPT-3'"):
        context.windowed_shape("GPT-3")


# -- Chats --------------------------------------------------------------------


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("room", [0, 4, 5, 9, 100])
def test_what_is_sent_fits_and_is_in_order(policy, room):
    kept = sent(policy, CHAT, ASKED, room, words)
    assert sum(map(words, kept.texts)) <= room
    assert list(kept.places) == sorted(set(kept.places))


def test_the_oldest_go_first_and_without_gaps():
    kept = sent("drop the oldest", CHAT, ASKED, 16, words)
    assert kept.places == (2, 3, 4)
    long = ["a b c d e f", *CHAT, "x y z z y"]
    assert sent("drop the oldest", long, ASKED, 4, words).places == ()


def test_notes_hold_the_last_word_on_each_thing():
    kept = sent("take notes", CHAT, ASKED, 100, words)
    assert kept.places == (2, 3)
    short = sent("sum up", CHAT, ASKED, 100, words)
    assert short.texts == ("Maya Holt Seaton. Leo Reed a baker.",)


def test_looking_up_takes_what_shares_words_with_the_question():
    kept = sent("look up", CHAT, ASKED, 10, words)
    assert kept.places == (0, 2)
    assert sent("look up", ["x", "y"], "?", 1, words).places == (1,), "newest first"


def test_the_answer_is_the_last_that_tells_it():
    assert context.answer_to(ASKED, CHAT) == CHAT[2]
    assert context.answer_to("What does Leo Reed do?", CHAT) == CHAT[3]
    assert context.answer_to("What does Leo Reed have?", CHAT) == ""
    assert context.answer_to("Where?", ["Maya Holt lives in Kirby.\n"]) == ""


def test_room_is_what_question_and_answer_leave():
    assert context.room_for("a b", 30, words, answer=10) == 30 - 3 - 2 - 10
    assert context.room_for("a b", 3, words) == 0
