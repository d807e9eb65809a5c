"""Chapter 1: entropy, counting, probes and the loop, by hand and against peers."""

import math
from collections import Counter

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbt_jax.foundations import (
    count_ngrams,
    cross_entropy,
    entropy,
    fit_probe,
    generate_words,
    kl_divergence,
    ngram_log_probs,
    ngram_probs,
    perplexity,
    probe_accuracy,
    word_gap,
)
from sbt_jax.published.foundations import FOUNDATIONS

# One program for each shape, not one for each operation and shape.
cross_entropy, entropy, kl_divergence = map(
    jax.jit, (cross_entropy, entropy, kl_divergence)
)
V = 5  # tokens in the small vocabulary of these tests


def distributions(size=V):
    """Distributions with zeros now and then."""
    numbers = st.lists(st.integers(0, 50), min_size=size, max_size=size)
    return numbers.filter(any).map(lambda n: np.array(n, np.float32) / sum(n))


# -- Entropy, cross-entropy, KL ---------------------------------------------


@pytest.mark.parametrize(
    ("name", "nats"),
    [
        ("gpt2_vocabulary", 10.825),
        ("llama2_vocabulary", 10.373),
        ("llama3_vocabulary", 11.762),
    ],
)
def test_a_uniform_guess_costs_the_logarithm_of_the_vocabulary(name, nats):
    size = FOUNDATIONS[name].value
    uniform = np.full(size, 1 / size, np.float32)
    np.testing.assert_allclose(entropy(uniform), nats, atol=6e-4)
    anything = np.zeros(size, np.float32)
    anything[[3, 7]] = 0.25, 0.75
    np.testing.assert_allclose(cross_entropy(anything, uniform), nats, atol=6e-4)
    assert perplexity(math.log(size)) == pytest.approx(size)


def test_entropy_by_hand():
    # 1/2, 1/4, 1/4 take 1, 2 and 2 questions: 1.5 bits.
    np.testing.assert_allclose(
        entropy(np.array([0.5, 0.25, 0.25, 0.0], np.float32)),
        1.5 * math.log(2),
        rtol=1e-6,
    )
    assert float(entropy(np.array([0, 1], np.float32))) == 0


def test_cross_entropy_and_kl_by_hand():
    p, q = np.array([[0.5, 0.5], [0.75, 0.25]], np.float32)
    np.testing.assert_allclose(cross_entropy(p, q), np.log(16 / 3) / 2, rtol=1e-6)
    np.testing.assert_allclose(kl_divergence(p, q), np.log(4 / 3) / 2, rtol=1e-5)


def test_what_happens_though_it_was_ruled_out_costs_infinity():
    p, q = np.array([[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]], np.float32)
    np.testing.assert_array_equal(cross_entropy(p, q), [np.inf, 0])
    np.testing.assert_array_equal(kl_divergence(p, q), [np.inf, 0])


@given(distributions(), distributions())
def test_cross_entropy_is_entropy_and_what_is_lost_on_top(p, q):
    q = 0.9 * q + 0.1 / V
    exact = np.sum(np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / q), 0.0))
    kl = float(kl_divergence(p, q))
    assert kl == pytest.approx(exact, abs=1e-5)
    total = float(entropy(p)) + kl
    found = cross_entropy(p, q)
    np.testing.assert_allclose(found, total, atol=1e-5)


@given(distributions(), distributions())
def test_kl_is_zero_for_the_same_and_larger_for_others(p, q):
    assert abs(float(kl_divergence(p, p))) < 1e-6
    kl = float(kl_divergence(p, q))
    distance = np.abs(p - q).sum() / 2
    assert kl >= 2 * distance**2 - 1e-6  # Pinsker's inequality


@given(distributions())
def test_nothing_is_more_uncertain_than_the_uniform_distribution(p):
    assert -1e-6 <= float(entropy(p)) <= math.log(V) + 1e-6


def test_perplexity_counts_choices():
    assert perplexity(0.0) == 1
    assert perplexity(math.log(7)) == pytest.approx(7)
    assert perplexity(math.inf) == math.inf


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("nats", [-0.5, math.nan])
def test_a_perplexity_of_less_than_one_choice_is_refused(nats):
    with pytest.raises(ValueError, match=f"nats must be >= 0, got {nats}"):
        perplexity(nats)


# -- The gap of one place ---------------------------------------------------


@given(distributions(), distributions())
def test_the_gap_of_words_is_the_kl_divergence(p, q):
    q = 0.9 * q + 0.1 / V
    words = [f" w{i}" for i in range(V)]
    truth = dict(zip(words, (p / p.sum(dtype=float)).tolist(), strict=True))
    model = dict(zip(words, q.tolist(), strict=True)) | {" impossible": 0.1}
    kl = float(kl_divergence(p, q))
    assert word_gap(truth, model) == pytest.approx(kl, abs=1e-5)


def test_ruling_out_a_word_that_may_come_is_an_infinite_gap():
    assert word_gap({" a": 0.5, " b": 0.5}, {" a": 1.0, " b": 0.0}) == math.inf
    assert word_gap({" a": 1.0, " b": 0.0}, {" a": 1.0, " b": 0.0}) == 0


@pytest.mark.parametrize(
    ("truth", "model", "got"),
    [
        ({}, {}, "truth must sum to 1, got 0"),
        ({" a": 0.5}, {" a": 1.0}, "truth must sum to 1, got 0.5"),
        ({" a": 0.5, " b": 0.5}, {" a": 1.0}, "got none for {' b'}"),
    ],
)
def test_a_gap_of_what_is_no_truth_is_refused(truth, model, got):
    with pytest.raises(ValueError, match=got):
        word_gap(truth, model)


# -- n-grams ----------------------------------------------------------------


class WittenBell:
    """The recursive formula, with a dictionary of counters for every length."""

    def __init__(self, texts, order):
        self.follow = {}
        for text in texts:
            for i in range(1, len(text)):
                past = [text[0]] * (order - 1) + list(text[:i])
                for length in range(order):
                    context = tuple(past[len(past) - length :])
                    self.follow.setdefault(context, Counter())[text[i]] += 1

    def prob(self, word, context):
        if context is None:
            return 1 / V
        lower = self.prob(word, context[1:] if context else None)
        seen = self.follow.get(tuple(context))
        if seen is None:
            return lower
        kinds = len(seen)
        return (seen[word] + kinds * lower) / (sum(seen.values()) + kinds)

    def after(self, past, order):
        """The distribution after some tokens."""
        padded = [past[0]] * (order - 1) + list(past)
        context = tuple(padded[len(padded) - order + 1 :])
        return [self.prob(word, context) for word in range(V)]


def corpus(seed):
    """Texts that repeat themselves now and then; one is empty, one a single token."""
    rng = np.random.default_rng(seed)
    texts = [rng.integers(0, rng.integers(1, V + 1), n).tolist() for n in (0, 1, 2, 40)]
    return [*texts, texts[-1][3:20], rng.integers(0, V - 1, 30).tolist()]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("order", [1, 2, 4])
def test_probabilities_are_those_of_the_recursive_formula(seed, order):
    texts = corpus(seed)
    counts, plain = count_ngrams(texts, order, V), WittenBell(texts, order)
    # The shortest contexts, and of later ones the end: few lengths, few programs.
    seen = [texts[3][:n] for n in (1, 2, 3, 8)]
    seen += [texts[3][n - 5 : n] for n in range(5, 9)]
    unseen = np.random.default_rng(seed).integers(0, V, (40, 5)).tolist()
    for past in seen + unseen:
        found = np.asarray(ngram_probs(counts, jnp.array(past), V))
        np.testing.assert_allclose(found, plain.after(past, order), rtol=1e-5)
        assert found.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_a_text_costs_what_its_tokens_cost_one_by_one(seed):
    texts = corpus(seed)
    counts = count_ngrams(texts, 3, V)
    for text in (texts[3], np.random.default_rng(seed).integers(0, V, 40).tolist()):
        for order in (1, 3):
            plain = WittenBell(texts, order)
            log_p = ngram_log_probs(counts, jnp.array(text), order, V)
            expected = [
                math.log(plain.after(text[:i], order)[text[i]]) for i in range(1, 40)
            ]
            np.testing.assert_allclose(log_p, [0, *expected], rtol=1e-4, atol=1e-6)
            log_p, three = np.asarray(log_p), jnp.asarray(np.array(text[:3]))
            after = np.asarray(ngram_probs(counts[:order], three, V))[text[3]]
            np.testing.assert_allclose(log_p[3], np.log(after), rtol=1e-5)


def test_counts_by_hand():
    # Contexts of one token: 0 (before it, too), 1, 2. The first token is not counted.
    one, two = count_ngrams([[0, 1, 2, 1], [0], [], [0, 1]], order=2, vocab_size=3)
    assert one.pair.tolist() == [1, 2]
    assert one.count.tolist() == [3, 1]
    assert two.context.tolist() == [0, 1, 2]
    assert two.pair.tolist() == [1, 5, 7]  # 0 1, 1 2, 2 1
    assert two.count.tolist() == [2, 1, 1]
    assert two.followed.tolist() == [2, 1, 1]
    assert two.kinds.tolist() == [1, 1, 1]


def test_without_context_a_token_has_its_smoothed_frequency():
    # 1 came three times, 2 once: n = 4, T = 2, so p = (c + 2/V) / 6.
    counts = count_ngrams([[0, 1, 1, 2, 1]], order=1, vocab_size=4)
    p = ngram_probs(counts, jnp.array([3, 3]), 4)
    np.testing.assert_allclose(p, [1 / 12, 7 / 12, 1 / 4, 1 / 12], rtol=1e-6)


def test_a_context_that_never_occurred_says_what_a_shorter_one_says():
    counts = count_ngrams([[0, 1, 2, 1]], order=3, vocab_size=V)
    long, short = jnp.array([0, 4, 1]), jnp.array([0, 3, 1])
    shorter = count_ngrams([[0, 1, 2, 1]], order=2, vocab_size=V)
    np.testing.assert_array_equal(
        ngram_probs(counts, long, V), ngram_probs(shorter, long, V)
    )
    np.testing.assert_array_equal(
        ngram_probs(counts, long, V), ngram_probs(counts, short, V)
    )


def test_longer_contexts_fit_the_counted_text_better():
    text = np.random.default_rng(0).integers(0, 2, 300).cumsum() % V
    text = text.tolist()
    counts = count_ngrams([text], 5, V)
    costs = [
        -np.asarray(ngram_log_probs(counts, jnp.array(text), order, V)).sum()
        for order in range(1, 6)
    ]
    assert costs == sorted(costs, reverse=True)


def test_what_comes_later_changes_no_earlier_probability():
    counts = count_ngrams([[0, 1, 2, 1, 0, 2]], 3, V)
    one, two = (
        np.asarray(ngram_log_probs(counts, jnp.array(text), 3, V))
        for text in ([0, 1, 2, 1, 4], [0, 1, 2, 3, 0])
    )
    np.testing.assert_array_equal(one[:3], two[:3])


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("texts", "order", "vocab_size", "error", "got"),
    [
        ([[0, 1]], 0, 2, ValueError, "order must be >= 1, got 0"),
        ([[0], []], 2, 2, ValueError, "two tokens or more, got none"),
        ([], 2, 2, ValueError, "two tokens or more, got none"),
        ([[0, 2]], 2, 2, ValueError, r"ids must be in 0\.\.1, got 2"),
        ([[0, -1]], 2, 2, ValueError, r"ids must be in 0\.\.1, got -1"),
        ([[0, 0.5]], 2, 2, TypeError, r"ids must be integers, got 0\.5"),
        ([[0, 1, 0]], 2, 2**30, ValueError, "too many contexts for 32 bits, got 2"),
        ([[0, 1]], 1, 2**31, ValueError, "vocab_size must be .* got 2147483648"),
    ],
)
def test_texts_that_cannot_be_counted_are_refused(texts, order, vocab_size, error, got):
    with pytest.raises(error, match=got):
        count_ngrams(texts, order, vocab_size)


@pytest.mark.parametrize("order", [0, 3])
def test_an_order_that_was_not_counted_is_refused(order):
    counts = count_ngrams([[0, 1, 2]], 2, V)
    with pytest.raises(ValueError, match=rf"order must be in 1\.\.2, got {order}"):
        ngram_log_probs(counts, jnp.array([0, 1]), order, V)


def test_an_empty_context_is_refused():
    counts = count_ngrams([[0, 1, 2]], 2, V)
    with pytest.raises(ValueError, match="context must have a token, got none"):
        ngram_probs(counts, jnp.array([], int), V)


# -- Writing on -------------------------------------------------------------


def always(*p):
    return lambda tokens: np.array(p)


def test_writing_stops_at_the_stop_token_and_not_before():
    asked = []

    def count_up(tokens):
        asked.append(list(tokens))
        return np.eye(6)[len(tokens)]

    assert generate_words(lambda: 0.5, count_up, [0], steps=9, stop=3) == [0, 1, 2, 3]
    assert asked == [[0], [0, 1], [0, 1, 2]]
    assert generate_words(lambda: 0.5, count_up, [0, 3], steps=2, stop=3) == [
        0,
        3,
        2,
        3,
    ]
    assert generate_words(lambda: 0.5, count_up, [0, 1], steps=0) == [0, 1]


def test_the_same_draws_write_the_same():
    def written(seed):
        rng = np.random.default_rng(seed)
        return generate_words(rng.random, always(0.2, 0.3, 0.5), [0], 40)

    assert written(1) == written(1)
    assert written(1) != written(2)


@given(distributions(), st.floats(0, 1, exclude_max=True))
def test_nothing_impossible_is_ever_drawn(p, mark):
    *_, token = generate_words(lambda: mark, always(*p), [0], 1)
    assert p[token] > 0


def test_tokens_are_drawn_as_often_as_they_are_likely():
    p = np.array([0.1, 0.0, 0.6, 0.3])
    drawn = generate_words(np.random.default_rng(0).random, always(*p), [], 20_000)
    share = np.bincount(drawn, minlength=4) / 20_000
    np.testing.assert_allclose(share, p, atol=4.5 * math.sqrt(0.25 / 20_000))


@pytest.mark.parametrize(
    ("steps", "p", "got"),
    [
        (-1, (1.0,), "steps must be >= 0, got -1"),
        (1, (0.0, 0.0), "must sum to > 0, got 0.0"),
        (1, (1.0, math.nan), "next_probs must be >= 0, got nan"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_value(steps, p, got):
    with pytest.raises(ValueError, match=got):
        generate_words(lambda: 0.5, always(*p), [0], steps)


# -- The probe --------------------------------------------------------------


def clouds(count=90, classes=3, width=4):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, classes, count)
    centres = 3 + 5 * rng.normal(size=(classes, width))
    features = centres[labels] + 4 * rng.normal(size=(count, width))
    return jnp.asarray(features, jnp.float32), jnp.asarray(labels)


def test_nothing_pulls_on_a_probe_that_is_fitted():
    features, labels = clouds()
    penalty = 1e-2
    probe = fit_probe(features, labels, classes=3, penalty=penalty)
    probe, labels = jax.tree.map(np.asarray, (probe, labels))
    x = (np.asarray(features, float) - probe.mean) / probe.scale
    logits = x @ probe.weights + probe.bias
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    wrong = (p - np.eye(3)[labels]) / len(x)
    assert np.abs(x.T @ wrong + 2 * penalty * probe.weights).max() < 1e-4
    assert np.abs(wrong.sum(axis=0)).max() < 1e-4


def test_a_probe_on_one_number_finds_the_border():
    x = jnp.array([[8.0], [9.0], [11.0], [12.0]])
    y = jnp.array([0, 0, 1, 1])
    probe = fit_probe(x, y, classes=2)
    assert probe_accuracy(probe, x, y) == 1
    assert probe_accuracy(probe, jnp.array([[9.9], [10.1]]), jnp.array([0, 1])) == 1
    np.testing.assert_allclose(probe.mean, [10.0], rtol=1e-6)
    np.testing.assert_allclose(probe.scale, math.sqrt(2.5), rtol=1e-6)


def test_a_probe_does_not_care_where_the_numbers_lie_and_how_large_they_are():
    features, labels = clouds()
    one = fit_probe(features, labels, 3)
    other = fit_probe(jnp.asarray(100 * np.asarray(features) - 700), labels, 3)
    np.testing.assert_allclose(one.weights, other.weights, atol=2e-2)


def test_a_probe_finds_nothing_in_noise():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 400, 4)), rng.integers(0, 2, (2, 400))
    (x, more), (y, others) = map(jnp.asarray, x), map(jnp.asarray, y)
    probe = fit_probe(x, y, 2)
    assert probe_accuracy(probe, more, others) == pytest.approx(0.5, abs=0.1)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("labels", "classes", "got"),
    [([0, 1], 2, "each of 3 rows, got 2"), ([0, 0, 0], 1, "classes must be >= 2")],
)
def test_a_probe_without_its_labels_is_refused(labels, classes, got):
    with pytest.raises(ValueError, match=got):
        fit_probe(jnp.ones((3, 2)), jnp.array(labels), classes)
