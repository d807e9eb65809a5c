"""Sampling and writing in the browser's runtime, against NumPy and JAX."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import random_model, script_of
from sbt_jax.architecture import Config, forward
from sbt_jax.checkpoints import as_shipped
from sbt_jax.generation import Sampling, filtered

CONFIG = Config(vocab_size=37, width=16, layers=2, heads=2, mlp=20, window=40)
MODEL = jax.tree.map(jnp.asarray, as_shipped(random_model(CONFIG, seed=3)))
SCRIPT = script_of(MODEL, CONFIG)
run = jax.jit(functools.partial(forward, MODEL, CONFIG))
RULED_OUT = -1e30  # JSON has no infinity


# -- The same in NumPy ------------------------------------------------------


def softmax(z):
    weights = np.exp(z - z.max())
    return weights / weights.sum()


def order(z):
    """From the highest to the lowest; of equal ones the first first."""
    return np.argsort(-z, kind="stable")


def only(z, ids):
    kept = np.full_like(z, -np.inf)
    kept[ids] = z[ids]
    return kept


def top_k(z, k):
    return only(z, order(z)[:k])


def top_p(z, p):
    if p == 1:
        return z
    totals = np.cumsum(softmax(z)[order(z)])
    return only(z, order(z)[: np.searchsorted(totals, p) + 1])


def min_p(z, p):
    return np.where(softmax(z) >= p * softmax(z).max(), z, -np.inf)


def temperature(z, t):
    return only(z, order(z)[:1]) if t == 0 else z / t


OURS = {"temperature": temperature, "topK": top_k, "topP": top_p, "minP": min_p}
VALUES = {
    "temperature": [0, 0.3, 1, 2.5],
    "topK": [1, 2, 5, 1000],
    "topP": [1e-9, 0.3, 0.8, 0.95, 1],
    "minP": [0, 0.05, 0.4, 1],
}


def random_logits():
    rng = np.random.default_rng(2)
    ties = np.round(rng.normal(0, 2, (10, 23)), 1)
    return [*rng.normal(0, 3, (20, 23)).round(6), *ties, np.zeros(23)]


@pytest.mark.parametrize("name", OURS)
def test_every_filter_is_numpys(live_js, name):
    code = """(name, rows, values, out) => rows.map((row) => values.map((value) =>
      Array.from(sbt.sampler[name](row, value), (z) => (z === -Infinity ? out : z))))"""
    rows = random_logits()
    theirs = live_js(
        code, name, [row.tolist() for row in rows], VALUES[name], RULED_OUT
    )
    for row, found in zip(rows, theirs, strict=True):
        for value, got in zip(VALUES[name], found, strict=True):
            expected = np.nan_to_num(OURS[name](row, value), neginf=RULED_OUT)
            np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_filters_are_applied_in_the_order_that_is_said(live_js):
    options = {"temperature": 0.7, "topK": 9, "topP": 0.9, "minP": 0.02}
    code = (
        "(rows, o) => rows.map((row) => Array.from(sbt.sampler.probabilities(row, o)))"
    )
    rows = random_logits()
    theirs = live_js(code, [row.tolist() for row in rows], options)
    for row, found in zip(rows, theirs, strict=True):
        expected = row
        for name, value in options.items():
            expected = OURS[name](expected, value)
        np.testing.assert_allclose(found, softmax(expected), rtol=1e-9, atol=1e-15)


def test_order_and_penalty_are_those_of_python(live_js):
    order = ["topP", "minP", "repetitionPenalty", "topK", "temperature"]
    options = {"temperature": 0.7, "topK": 6, "topP": 0.9, "minP": 0.02}
    options |= {"repetitionPenalty": 1.3, "seen": [0, 3, 8, 3], "order": order}
    code = (
        "(rows, o) => rows.map((row) => Array.from(sbt.sampler.probabilities(row, o)))"
    )
    rows = random_logits()[:20]  # without ties, which float32 may break another way
    theirs = live_js(code, [row.tolist() for row in rows], options)
    names = ("top_p", "min_p", "repetition_penalty", "top_k", "temperature")
    sampling = Sampling(0.7, 6, 0.9, 0.02, 1.3, names)
    seen = np.zeros((len(rows), 23), bool)
    seen[:, [0, 3, 8]] = True
    ours = jax.jit(filtered, static_argnums=1)(
        np.stack(rows).astype(np.float32), sampling, seen
    )
    np.testing.assert_allclose(theirs, jax.nn.softmax(ours), atol=1e-6)


def test_by_default_nothing_is_changed(live_js):
    row = random_logits()[0]
    found = live_js("(row) => Array.from(sbt.sampler.probabilities(row))", row.tolist())
    np.testing.assert_allclose(found, softmax(row), rtol=1e-5)


def test_tempering_first_keeps_fewer(live_js):
    # Logits 3, 2, 1 have the probabilities 0.665, 0.245, 0.090; at half the
    # temperature the first alone has 0.867.
    code = """() => {
      const {temperature, topP} = sbt.sampler
      const kept = (row) => Array.from(row).filter(Number.isFinite).length
      return [kept(temperature(topP([3, 2, 1], 0.8), 0.5)),
        kept(topP(temperature([3, 2, 1], 0.5), 0.8))] }"""
    assert live_js(code) == [2, 1]


def test_the_hottest_temperature_makes_all_that_are_left_equal(live_js):
    code = """() => {
      const {temperature, topK} = sbt.sampler
      return Array.from(sbt.softmax(temperature(topK([3, 2, 1], 2), Infinity))) }"""
    assert live_js(code) == [0.5, 0.5, 0]


# -- Chance -----------------------------------------------------------------


def sfc32(seed, count):
    """The generator of PractRand, with its seeding, in Python's integers."""
    a, b, c, counter = 0, seed % 2**32, seed >> 32, 1
    out = []
    for _ in range(12 + count):
        result = (a + b + counter) % 2**32
        counter = (counter + 1) % 2**32
        a = b ^ (b >> 9)
        b = (c + (c << 3)) % 2**32
        c = (((c << 21) | (c >> 11)) + result) % 2**32
        out.append(result / 2**32)
    return out[12:]


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**32 - 1, 2**53 - 1])
def test_random_numbers_are_those_of_the_generator(live_js, seed):
    code = """(seed) => { const next = sbt.random(seed)
      return Array.from({length: 200}, next) }"""
    assert live_js(code, seed) == sfc32(seed, 200)


def test_random_numbers_are_even(live_js):
    code = """() => { const next = sbt.random(7)
      const counts = Array(16).fill(0)
      for (let i = 0; i < 160000; i++) counts[Math.floor(16 * next())]++
      return counts }"""
    squares = (np.array(live_js(code)) - 10_000) ** 2 / 10_000
    assert 3 < squares.sum() < 38  # chi-square of 15 degrees, 0.1 % on each side


@settings(max_examples=5)
@given(st.integers(0, 2**53 - 1))
def test_any_seed_gives_numbers_below_one(seed):
    assert all(0 <= u < 1 for u in sfc32(seed, 50))


def test_a_sample_is_where_the_running_total_passes_u(live_js):
    code = "(p, us) => us.map((u) => sbt.sample(p, u))"
    p = [0, 0.25, 0.5, 0, 0.25, 0]
    us = [0, 0.2499, 0.25, 0.7499, 0.75, 0.9999]
    assert live_js(code, p, us) == [1, 1, 2, 2, 4, 4]
    # What rounding leaves below 1 goes to the last that is possible.
    assert live_js(code, [0.5, 0.4999, 0], [0.99999]) == [1]


def test_samples_have_the_frequencies_of_the_probabilities(live_js):
    code = """(p) => { const next = sbt.random(3)
      const counts = p.map(() => 0)
      for (let i = 0; i < 100000; i++) counts[sbt.sample(p, next())]++
      return counts }"""
    p = [0.1, 0.0, 0.6, 0.25, 0.05]
    np.testing.assert_allclose(np.array(live_js(code, p)) / 1e5, p, atol=0.006)


OUT_OF_RANGE = [
    ("sbt.sampler.temperature([1], -1)", "temperature must be from 0 to Infinity"),
    ("sbt.sampler.temperature([1], NaN)", "got NaN"),
    ("sbt.sampler.topK([1], 0)", "topK must be a whole number from 1"),
    ("sbt.sampler.topK([1], 1.5)", "got 1.5"),
    ("sbt.sampler.topP([1], 1.1)", "topP must be from 5e-324 to 1, got 1.1"),
    ("sbt.sampler.minP([1], -0.1)", "minP must be from 0 to 1, got -0.1"),
    ("sbt.sampler.probabilities([1], {topp: 1})", "options must be among repet"),
    ("sbt.sampler.topP([1], 0)", "to 1, got 0"),
    ("sbt.sampler.filtered([1], {order: ['topp']})", "order must be among repetition"),
    ("sbt.sampler.repetitionPenalty([1], 0)", "got 0"),
    ("sbt.sampler.repetitionPenalty([1], 2, [7])", "seen must be a whole number"),
    ("sbt.random(-1)", "seed must be a whole number from 0"),
    ("sbt.random(0.5)", "got 0.5"),
    ("sbt.sample([0, NaN], 0.5)", "probabilities must be from 0 to Infinity, got NaN"),
]


def test_what_is_out_of_range_is_refused_with_the_value(live_js):
    code = """(codes) => codes.map((code) => {
      try { return String(eval(code)) } catch (error) { return String(error) } })"""
    messages = live_js(code, [code for code, _ in OUT_OF_RANGE])
    for (_, expected), message in zip(OUT_OF_RANGE, messages, strict=True):
        assert message.startswith("RangeError: ")
        assert expected in message


# -- Writing ----------------------------------------------------------------


@pytest.fixture
def write_js(live_js):
    """``write_js(code, *args)``: the code is async and has ``model`` and ``args``."""

    def call(code, *args):
        return live_js(
            "(script, args) => { (0, eval)(script)\n"
            "const model = sbt.transformer(sbt.weights.random)\n"
            f"return (async {code})(...args) }}",
            SCRIPT,
            args,
        )

    return call


def after(ids):
    """JAX's logits at the end; compiled once, for a full window."""
    padded = np.zeros(CONFIG.window, np.int32)
    padded[: len(ids)] = ids
    return np.asarray(run(padded))[len(ids) - 1]


START = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4]


def test_without_chance_it_writes_what_jax_writes(write_js):
    ids = list(START)
    for _ in range(12):
        ids.append(int(after(ids).argmax()))
    code = "(ids, options) => sbt.generate(model, ids, options)"
    theirs = write_js(code, START, {"maxTokens": 12, "temperature": 0})
    assert theirs == {"ids": ids[len(START) :], "reason": "length"}


def test_it_samples_from_what_jax_gives_with_the_random_numbers_of_its_seed(write_js):
    ids, u = list(START), iter(sfc32(11, 20))
    for _ in range(20):
        z = np.array(after(ids), np.float64)
        p = softmax(top_p(top_k(z / 1.5, 20), 0.9))
        ids.append(int(np.searchsorted(np.cumsum(p), next(u), side="right")))
    code = """async (ids, options) => {
      const seen = []
      const onToken = (id, p) => seen.push([id, p[id] > 0])
      return [await sbt.generate(model, ids, {...options, onToken}), seen] }"""
    options = {"maxTokens": 20, "temperature": 1.5, "topK": 20, "topP": 0.9, "seed": 11}
    written, seen = write_js(code.removeprefix("async "), START, options)
    assert written == {"ids": ids[len(START) :], "reason": "length"}
    assert seen == [[id, True] for id in written["ids"]]


def test_it_ends_before_a_stop_token_and_with_the_window(write_js):
    code = """(ids) => {
      const free = await sbt.generate(model, ids, {seed: 5})
      const stop = free.ids[7]
      return [free, await sbt.generate(model, ids, {seed: 5, stop: [stop]})] }"""
    free, stopped = write_js(code, START)
    # The last token is predicted by a full window, and no longer read.
    assert free["reason"] == "window"
    assert len(free["ids"]) == CONFIG.window - len(START) + 1
    assert stopped["reason"] == "stop"
    assert stopped["ids"] == free["ids"][: free["ids"].index(free["ids"][7])]


def test_nothing_is_written_when_nothing_is_asked_for(write_js):
    code = "(ids) => sbt.generate(model, ids, {maxTokens: 0})"
    assert write_js(code, START) == {"ids": [], "reason": "length"}


def test_a_signal_stops_it(write_js):
    code = """(ids) => {
      const before = new AbortController()
      before.abort()
      const during = new AbortController()
      const onToken = (id) => seen.push(id) === 3 && during.abort()
      const seen = []
      return [await sbt.generate(model, ids, {signal: before.signal}),
        await sbt.generate(model, ids, {signal: during.signal, onToken}), seen] }"""
    before, during, seen = write_js(code, START)
    assert before == {"ids": [], "reason": "cancelled"}
    assert during == {"ids": seen, "reason": "cancelled"}
    assert len(seen) == 3


def test_a_cancelled_reading_writes_nothing(write_js):
    # The clock jumps, so that there is a pause after the first chunk of the beginning.
    code = """(ids) => {
      let now = 0
      performance.now = () => (now += 1000)
      const stop = new AbortController()
      const edit = () => setTimeout(() => stop.abort())
      const edits = {edit}
      const slow = {signal: stop.signal, edits}
      return sbt.generate(model, [...ids, ...ids.slice(0, 16)], slow) }"""
    written = write_js(code, START)
    assert written["reason"] == "cancelled"


def test_it_goes_on_from_a_reader_and_reads_nothing_twice(write_js):
    code = """(ids) => {
      const seen = []
      const edit = (layer, stream, position) => layer === 0 && seen.push(position)
      const reader = sbt.reader(model, {edit})
      reader.read(ids)
      seen.length = 0
      const forked = await sbt.generate(reader.fork(), ids, {seed: 1, maxTokens: 5})
      const positions = [...seen]
      return [forked, await sbt.generate(model, ids, {seed: 1, maxTokens: 5}),
        positions, reader.position] }"""
    forked, fresh, positions, position = write_js(code, START)
    assert forked == fresh
    assert positions == [20, 21, 22, 23]  # the last written is not read
    assert position == len(START)


def test_edits_reach_the_writing(write_js):
    code = """(ids, edits) => Promise.all([edits, {}].map((one) =>
      sbt.generate(model, ids, {edits: one, seed: 2, maxTokens: 15})))"""
    ablate = [{"layer": layer, "part": "mlp"} for layer in range(2)]
    changed, plain = write_js(code, START, {"ablate": ablate})
    assert changed != plain


def test_the_page_gets_its_turn_while_it_writes(write_js):
    # Also between many short texts; how long it waits is measured in a browser.
    code = """(ids) => {
      let turns = 0
      const timer = setInterval(() => turns++, 1)
      const end = performance.now() + 300
      while (performance.now() < end) await sbt.generate(model, ids, {maxTokens: 2})
      clearInterval(timer)
      return turns }"""
    assert write_js(code, START) > 3


NOT_WRITTEN = [
    ("sbt.generate(model, [])", "ids must not be empty, got []"),
    ("sbt.generate(model, [99])", "id must be a whole number from 0 to 36, got 99"),
    ("sbt.generate(model, Array(50).fill(0))", "fit a window of 40, got 50"),
    ("sbt.generate(model, [1], {maxTokens: -1})", "maxTokens must be from 0"),
    ("sbt.generate(model, [1], {temp: 1})", "options must be among repetitionPenalty"),
    ("sbt.generate(model, [1], {seed: 'x'})", "seed must be a whole number"),
]


def test_what_cannot_be_written_is_refused_with_the_value(write_js):
    code = """(codes) => Promise.all(codes.map((code) =>
      eval(code).then(() => "nothing", (error) => String(error))))"""
    messages = write_js(code, [code for code, _ in NOT_WRITTEN])
    for (_, expected), message in zip(NOT_WRITTEN, messages, strict=True):
        assert message.startswith("RangeError: ")
        assert expected in message
