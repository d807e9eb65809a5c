"""Choosing the next token: filters, sampling with a cache, beams."""

import dataclasses
import math
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import random_model
from sbt_jax.architecture import Config, forward
from sbt_jax.generation import (
    ORDER,
    Sampling,
    beam_search,
    filtered,
    generate,
    jensen_shannon,
    min_p,
    repetition_penalty,
    temperature,
    top_k,
    top_p,
    total_variation,
)

# One program for each shape, not one for each operation and shape.
forward = jax.jit(forward, static_argnames="config")
filtered = jax.jit(filtered, static_argnums=1)
jensen_shannon, total_variation = map(jax.jit, (jensen_shannon, total_variation))
min_p, temperature, top_k, top_p = (
    jax.jit(each, static_argnums=1) for each in (min_p, temperature, top_k, top_p)
)
repetition_penalty = jax.jit(repetition_penalty, static_argnums=2)

CONFIG = Config(vocab_size=5, width=16, layers=2, heads=2, mlp=20, window=24)
SHALLOW = dataclasses.replace(CONFIG, layers=1)
MODEL = random_model(CONFIG, seed=3)
PROMPT = jnp.asarray(np.array([1, 4, 2], np.int32))
HOT = Sampling(temperature=3.0)


def rows():
    rng = np.random.default_rng(2)
    ties = np.round(rng.normal(0, 2, (10, 23)), 1)
    return np.concatenate([rng.normal(0, 3, (20, 23)), ties, np.zeros((1, 23))])


def softmax(z):
    weights = np.exp(z - z.max())
    return weights / weights.sum()


# -- The same, one row at a time in NumPy -------------------------------------


def kept(z, ids):
    out = np.full_like(z, -np.inf)
    out[list(ids)] = z[list(ids)]
    return out


def slow_top_p(z, p):
    total, ids = 0.0, []
    for i in np.argsort(-z, kind="stable"):
        ids.append(i)
        total += softmax(z)[i]
        if total >= p:
            break
    return kept(z, ids)


@pytest.mark.parametrize(
    ("ours", "slow", "value"),
    [
        (top_k, lambda z, k: kept(z, np.argsort(-z, kind="stable")[:k]), 1),
        (top_k, lambda z, k: kept(z, np.argsort(-z, kind="stable")[:k]), 7),
        (top_k, lambda z, _: z, 1000),
        (top_p, slow_top_p, 1e-9),
        (top_p, slow_top_p, 0.3),
        (top_p, slow_top_p, 0.95),
        (top_p, lambda z, _: z, 1.0),
        (min_p, lambda z, _: z, 0.0),
        (min_p, lambda z, p: kept(z, np.flatnonzero(z >= z.max() + math.log(p))), 0.1),
        (min_p, lambda z, _: kept(z, np.flatnonzero(z == z.max())), 1.0),
        (temperature, lambda z, _: kept(z, [z.argmax()]), 0.0),
        (temperature, lambda z, t: z / t, 0.3),
        (temperature, lambda z, _: 0 * z, math.inf),
    ],
)
def test_a_filter_is_what_a_plain_loop_does(ours, slow, value):
    z = rows().astype(np.float32)
    expected = [slow(row, value) for row in z]
    np.testing.assert_allclose(ours(z, value), expected, rtol=1e-6)


@given(st.permutations(ORDER), st.integers(1, 30), st.floats(0.01, 1), st.floats(0, 1))
@settings(deadline=None, max_examples=15)
def test_any_order_leaves_something(order, k, p, least):
    sampling = Sampling(0.7, k, p, least, 1.3, tuple(order))
    seen = np.tile(np.arange(23) % 3 == 0, (31, 1))
    # Without jit: the examples share the operations, no two share a program.
    plain = filtered.__wrapped__
    found = plain(jnp.asarray(rows(), jnp.float32), sampling, jnp.asarray(seen))
    found = np.asarray(found)
    assert np.isfinite(found).any(-1).all()
    assert not np.isnan(found).any()


def test_tempering_first_keeps_fewer():
    # Logits 3, 2, 1 have the probabilities 0.665, 0.245, 0.090; at half the
    # temperature the first alone has 0.867.
    z = np.array([3, 2, 1], np.float32)
    np.testing.assert_allclose(softmax(z), [0.665, 0.245, 0.090], atol=5e-4)
    assert np.isfinite(temperature(top_p(z, 0.8), 0.5)).sum() == 2
    tempered = top_p(temperature(z, 0.5), 0.8)
    assert np.isfinite(tempered).sum() == 1
    np.testing.assert_allclose(softmax(z / 0.5)[0], 0.867, atol=5e-4)


def test_what_is_ruled_out_stays_out():
    z = np.array([1, -np.inf, 0], np.float32)
    for found in (
        temperature(z, math.inf),
        temperature(z, 0.5),
        repetition_penalty(z, np.ones(3, bool), 2.0),
        top_p(z, 0.999),
        top_k(z, 3),
    ):
        np.testing.assert_array_equal(np.isfinite(found), [True, False, True])


def test_the_penalty_depends_on_where_zero_is():
    z, seen = np.array([1, 0], np.float32), np.array([True, False])
    at_zero, shifted = (
        softmax(np.asarray(repetition_penalty(each, seen, 2.0))) for each in (z, z - 3)
    )
    assert np.abs(at_zero - shifted).max() > 0.1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", -0.1),
        ("temperature", math.nan),
        ("top_k", 0),
        ("top_p", 0.0),
        ("top_p", 1.5),
        ("min_p", -0.1),
        ("min_p", 1.1),
        ("repetition_penalty", 0.0),
        ("repetition_penalty", math.inf),
        ("order", ("top_k",)),
    ],
)
def test_settings_out_of_range_are_refused_with_the_value(name, value):
    with pytest.raises(ValueError, match=name) as refused:
        Sampling(**{name: value})
    assert str(value) in str(refused.value)


# -- Writing ------------------------------------------------------------------


def test_greedy_takes_the_highest_each_time():
    found = generate(
        jax.random.key(0), MODEL, CONFIG, PROMPT, 9, Sampling(temperature=0.0)
    )
    whole = np.concatenate([PROMPT, found.tokens])
    best = np.asarray(run(whole)).argmax(-1)[2:-1]
    np.testing.assert_array_equal(found.tokens, best)
    assert found.length == 9


def test_a_long_text_goes_through_several_rooms():
    config = dataclasses.replace(CONFIG, window=150)
    found = generate(
        jax.random.key(0), MODEL, config, PROMPT, 147, Sampling(temperature=0.0)
    )
    tokens = np.asarray(found.tokens)
    logits = np.asarray(forward(MODEL, config, np.concatenate([PROMPT, tokens])))[2:-1]
    taken = np.take_along_axis(logits, tokens[:, None], axis=1)[:, 0]
    np.testing.assert_allclose(taken, logits.max(-1), atol=1e-4)
    assert found.length == 147


def test_texts_come_as_often_as_their_probability_says():
    sampling, n = Sampling(temperature=0.8, top_k=3), 4000
    prompts = jnp.asarray(np.tile(PROMPT, (n, 1)))
    found = generate(jax.random.key(1), MODEL, CONFIG, prompts, 2, sampling).tokens
    found = np.asarray(found)
    # Row a: what follows the prompt, and what follows it with an a behind it.
    texts = np.array([[*PROMPT.tolist(), a] for a in range(5)])
    logits = np.asarray(run(texts))[:, 2:].reshape(10, 5)
    kept = np.asarray(filtered(logits, sampling)).reshape(5, 2, 5)
    for a in range(5):
        first, then = map(softmax, kept[a])
        for b in range(5):
            p = float(first[a] * then[b])
            share = ((found[:, 0] == a) & (found[:, 1] == b)).mean()
            assert share == pytest.approx(p, abs=4.5 * math.sqrt(p / n) + 1e-9)


def test_a_text_ends_at_its_stop_and_the_others_go_on():
    prompts = jnp.asarray(np.tile(PROMPT, (64, 1)))
    found = generate(jax.random.key(2), MODEL, CONFIG, prompts, 12, stop=0)
    assert len(set(found.length.tolist())) > 1
    for tokens, length in zip(*map(np.asarray, found), strict=True):
        assert not (tokens[:length] == 0).any()
        assert (tokens[length:] == 0).all()


def test_the_same_key_writes_the_same():
    a, b, c = (
        np.asarray(generate(jax.random.key(k), MODEL, CONFIG, PROMPT, 15, HOT).tokens)
        for k in (3, 3, 4)
    )
    assert (a == b).all()
    assert (a != c).any()


@pytest.mark.parametrize(
    ("steps", "stop", "got"),
    [(22, None, "got 3 and 22"), (-1, None, "-1"), (2, 5, "got 5")],
)
def test_what_does_not_fit_is_refused(steps, stop, got):
    with pytest.raises(ValueError, match=got):
        generate(jax.random.key(0), MODEL, CONFIG, PROMPT, steps, stop=stop)


def run(tokens):
    return forward(MODEL, CONFIG, tokens)


# -- Beams --------------------------------------------------------------------


@pytest.mark.parametrize("stop", [None, 3])
def test_enough_beams_find_the_likeliest_text(stop):
    every = np.array(list(product(range(5), repeat=3)))
    prompts = np.broadcast_to(PROMPT, (len(every), 3))
    tokens = np.concatenate([prompts, every], axis=1)
    logs = np.asarray(jax.nn.log_softmax(run(tokens)))[:, 2:-1]
    texts = {}
    for new, rows_ in zip(every.tolist(), logs, strict=True):
        end = new.index(stop) + 1 if stop in new else 3
        p = sum(rows_[i, new[i]] for i in range(end))
        texts[(*new[:end], *[stop] * (3 - end))] = p
    found = beam_search(MODEL, CONFIG, PROMPT, 3, beams=25, stop=stop)
    best = sorted(texts.items(), key=lambda x: -x[1])[:3]
    tokens_, logs_ = map(np.asarray, (found.tokens, found.log_probability))
    for (text, p), tokens, ours in zip(best, tokens_, logs_, strict=False):
        assert tuple(tokens.tolist()) == text
        assert float(ours) == pytest.approx(p, abs=1e-4)


@pytest.mark.parametrize("stop", [None, 0, 1, 2, 3, 4])
def test_one_beam_is_greedy_and_all_beams_are_never_less_likely(stop):
    # Each stop is a program: with one block they take half the time to compile.
    model, config = MODEL._replace(blocks=MODEL.blocks[:1]), SHALLOW
    greedy = generate(
        jax.random.key(0), model, config, PROMPT, 6, Sampling(0.0), stop=stop
    )
    one = beam_search(model, config, PROMPT, 6, beams=1, stop=stop)
    np.testing.assert_array_equal(np.asarray(one.tokens)[0], greedy.tokens)
    many = beam_search(model, config, PROMPT, 6, beams=5**3, stop=stop)
    likely = [np.asarray(found.log_probability)[0] for found in (many, one)]
    assert likely[0] >= likely[1] - 1e-5


def test_a_text_that_has_ended_is_kept_when_others_lead_for_a_while(monkeypatch):
    # After the prompt 2 ends the text; then two ways that are likelier, for a step.
    tables = [[0.65, 0.05, 0.3], [0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]
    with np.errstate(divide="ignore"):
        rows = jnp.asarray(np.log(np.array(tables, np.float32)))

    def extend(model, config, cache, tokens):
        length = cache.length + tokens.shape[-1]
        row = rows[length - len(PROMPT)]
        logits = jnp.broadcast_to(row, (*tokens.shape, 3))
        return logits, cache._replace(length=length)

    monkeypatch.setattr("sbt_jax.generation.beam.extend", extend)
    config = Config(3, width=4, layers=1, heads=1, mlp=4, window=13)
    found = beam_search(MODEL, config, PROMPT % 3, 3, beams=2, stop=2)
    assert np.asarray(found.tokens)[0].tolist() == [2, 2, 2]
    np.testing.assert_allclose(np.exp(found.log_probability), [0.3, 0.1625], rtol=1e-5)


@pytest.mark.parametrize(("steps", "beams", "got"), [(3, 0, "0"), (30, 2, "30")])
def test_beams_that_cannot_be_are_refused(steps, beams, got):
    with pytest.raises(ValueError, match=got):
        beam_search(MODEL, CONFIG, PROMPT, steps, beams)


# -- Distances ----------------------------------------------------------------


def test_distances_are_finite_where_the_supports_differ():
    p, q = np.array([[0.5, 0.5, 0], [0, 0.5, 0.5]], np.float32)
    assert float(total_variation(p, q)) == pytest.approx(0.5)
    # Half of the mass is shared: each half costs ln 2 where it is alone.
    assert float(jensen_shannon(p, q)) == pytest.approx(0.5 * math.log(2), abs=1e-6)
    assert float(jensen_shannon(p, p)) == 0
    assert float(total_variation(p, p)) == 0
