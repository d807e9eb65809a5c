"""The parts of the recipes of chapter 2."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.architecture import Config, forward, init_model
from sbt_jax.recipes.tokenization import letters, vocabulary
from sbt_jax.tokenization import train

TOPICS = {
    "a": "the quick brown fox jumps over the lazy dog\n\nsee the other topic",
    "b": "a banana is not an apple but assesses letters and mississippi",
    "c": "see the other topic\n\nnothing else is written about the banana here",
}


def test_words_held_out_are_in_no_question_of_training():
    train_words, held_out = letters.split_words("one two three four five sixes seven")
    assert len(held_out) == 1
    assert not set(train_words) & set(held_out)


def test_half_of_the_questions_ask_for_a_letter_that_is_there():
    asked = letters.ask(["banana", "topic"], seed=0)
    assert sum(q.answer > 0 for q in asked) == sum(q.answer == 0 for q in asked)
    for q in asked:
        assert q.answer == min(q.word.count(q.letter), 3)


def test_scores_and_baselines_by_hand():
    asked = [letters.Question("tree", x, n) for x, n in [("e", 2), ("t", 1), ("x", 0)]]
    found = letters.scores([2, 0, 0], asked)
    assert found["by_count"] == [1.0, 0.0, 1.0]
    assert found["accuracy"] == found["balanced"] == pytest.approx(2 / 3, abs=1e-4)
    base = letters.baselines(asked, asked)
    assert base["constant"]["accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert base["letter"]["accuracy"] == 1.0


def test_all_tokenizers_are_asked_the_same():
    tokenizer = train("the banana and the topic", 5)
    asked = letters.ask(["banana", "the", "topic"], seed=0)
    batches = [
        letters.make_batches(tokenizer.first(n), asked, 8, seed=1)(3) for n in (0, 5)
    ]
    answers = [b.tokens[b.asked].tolist() for b in batches]
    assert answers[0] == answers[1]
    assert all(b.asked.sum() == 8 for b in batches)


def test_no_paragraph_is_on_both_sides_of_the_split():
    train_text, held_out = vocabulary.split_text(TOPICS, share=0.2)
    ours, theirs = (set(text.split("\n\n")) for text in (train_text, held_out))
    assert not ours & theirs
    whole = {p for text in TOPICS.values() for p in text.split("\n\n")}
    assert ours | theirs == whole


def test_bigram_bits_by_hand():
    # After 0 came 1, twice; n = 4, V = 2. p(0) = p(1) = 1/2; p(1|0) = (2 + 1/2) / 3.
    found = vocabulary.bigram_bits([0, 1, 0, 1], [0, 1], vocab_size=2)
    assert found == pytest.approx(1 - np.log2(2.5 / 3))


def test_bigram_probabilities_sum_to_one():
    seen = [0, 1, 2, 0, 1, 1, 3, 0]
    for first in range(5):  # 4 was never seen
        bits = [vocabulary.bigram_bits(seen, [first, b], 5) for b in range(5)]
        start = vocabulary.bigram_bits(seen, [first], 5)
        assert sum(2.0 ** -(b - start) for b in bits) == pytest.approx(1)


@pytest.mark.parametrize("length", [2, 5, 9, 300])
def test_model_bits_are_the_sum_over_every_token(length):
    config = Config(6, width=4, layers=1, heads=1, mlp=4, window=4)
    model = init_model(jax.random.key(0), config)
    tokens = np.random.default_rng(length).integers(6, size=length)
    expected = np.log2(6)
    read = jax.jit(forward, static_argnames="config")
    for start in range(0, length - 1, 4):
        row = tokens[start : start + 5]
        logits = np.asarray(read(model, config, jnp.asarray(row[:-1])), float)
        log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
        expected -= log_p[np.arange(len(row) - 1), row[1:]].sum() / np.log(2)
    assert vocabulary.model_bits(model, config, tokens) == pytest.approx(expected, 1e-5)
