"""The model in the browser against JAX on the same int8 weights."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from models import (
    FEWER,
    NAMES,
    last_logits,
    live_model,
    random_model,
    script_of,
    texts_of,
)
from sbt_jax.architecture import (
    Config,
    forward,
    gated_mlp,
    logit_lens,
    rms_norm,
    trace,
)
from sbt_jax.attention import multi_head
from sbt_jax.checkpoints import as_shipped, browser_script, save
from sbt_jax.shipped.cuts import cut_looks
from sbt_jax.shipped.stories import StoryModel

SMALL = Config(vocab_size=37, width=16, layers=3, heads=4, mlp=22, window=40)


# One program for each shape, not one for each operation and shape.
forward = jax.jit(forward, static_argnames="config")
logit_lens = jax.jit(logit_lens)
trace = jax.jit(trace, static_argnames="config")


def shipped(model):
    return jax.tree.map(jnp.asarray, as_shipped(model))


TINY = shipped(random_model(SMALL, seed=3))
TINY_SCRIPT = script_of(TINY, SMALL)
TEXT = np.random.default_rng(5).integers(0, SMALL.vocab_size, 33).tolist()
NEAR = {"rtol": 1e-4, "atol": 1e-4}


PRELUDE = """(script, args) => {
  (0, eval)(script)
  const model = sbt.transformer(sbt.weights.random)
  const [zeros, ones] = [Array(16).fill(0), Array(37).fill(1)]
  const lists = (rows) => Array.from(rows, (row) => Array.from(row))
  const traced = (ids) => {
    const reader = model.start({trace: true})
    reader.read(ids)
    return reader
  }
"""
# What each code throws; those that change the copy `c` of the weights then load it.
CAUGHT = """(codes) => codes.map((code) => {
  const c = structuredClone(sbt.weights.random)
  try {
    eval(code)
    if (/\\bc\\./.test(code)) sbt.transformer(c)
    return "nothing"
  } catch ({name, message}) {
    return `${name}: ${message}`
  }
})"""


def run_on_tiny(live_js, code, *args, script=TINY_SCRIPT):
    """Run code that may use ``model``, a small one, and the names above."""
    return live_js(f"{PRELUDE} return ({code})(...args) }}", script, args)


@pytest.fixture
def tiny_js(live_js):
    return partial(run_on_tiny, live_js)


@jax.jit
def steered(model, tokens, pushes):
    """The logits when a vector is added after some blocks."""
    stream = model.embedding[tokens]
    for layer, block in enumerate(model.blocks):
        seen = rms_norm(block.attention_norm, stream)
        stream += multi_head(block.attention, seen)
        stream += gated_mlp(block.mlp, rms_norm(block.mlp_norm, stream))
        if layer in pushes:
            stream += pushes[layer]
    return logit_lens(model, stream)


def logits_of(model, tokens=TEXT):
    return np.asarray(forward(model, SMALL, np.array(tokens)))


def with_block(model, layer, **changes):
    blocks = list(model.blocks)
    blocks[layer] = blocks[layer]._replace(**changes)
    return model._replace(blocks=tuple(blocks))


# -- Parity -----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_logits_agree_on_many_texts(live_js, name):
    code = """(script, name, texts) => { (0, eval)(script)
      const model = sbt.transformer(sbt.weights[name])
      return texts.map((ids) => Array.from(model.start().read(ids))) }"""
    assert len(texts_of(name)) >= FEWER
    theirs = live_js(code, live_model(name).script, name, texts_of(name))
    assert np.abs(theirs - last_logits(name)).max() < 1e-3
    assert np.abs(last_logits(name)).max() > 1


@pytest.mark.parametrize("name", NAMES)
def test_logits_agree_at_every_position_in_steps_and_in_blocks(live_js, name):
    code = """(script, name, ids) => { (0, eval)(script)
      const model = sbt.transformer(sbt.weights[name])
      const stepper = model.start()
      return [ids.map(stepper.step), model.start().read(ids, {all: true})]
        .map((rows) => rows.map((row) => Array.from(row))) }"""
    _, config, model, script = live_model(name)
    ids = texts_of(name)[0]
    expected = forward(model, config, np.array(ids))
    for theirs in live_js(code, script, name, ids):
        assert np.abs(np.array(theirs) - expected).max() < 1e-3


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 15, 16, 17, 19, 33])
def test_a_block_of_any_length_is_the_same(tiny_js, length):
    theirs = tiny_js(
        "(ids) => lists(model.start().read(ids, {all: true}))", TEXT[:length]
    )
    np.testing.assert_allclose(theirs, logits_of(TINY)[:length], **NEAR)


@pytest.mark.parametrize(
    "config",
    [
        Config(vocab_size=2, width=2, layers=1, heads=1, mlp=1, window=9),
        Config(vocab_size=3, width=6, layers=2, heads=1, mlp=5, window=9),
        Config(vocab_size=7, width=10, layers=1, heads=5, mlp=3, window=9),
        Config(7, width=16, layers=2, heads=4, mlp=9, window=9, kv_heads=2),
        Config(7, width=16, layers=2, heads=4, mlp=9, window=9, kv_heads=1),
        Config(7, 16, 2, 4, mlp=9, window=9, rotary_base=100.0, epsilon=0.1),
    ],
)
def test_uneven_sizes_and_grouped_heads_are_the_same(tiny_js, config):
    model = shipped(random_model(config, seed=1))
    ids = [0, 1, 1, 0, 0, 1, 0, 1, 1]
    theirs = tiny_js(
        "(ids) => lists(model.start().read(ids, {all: true}))",
        ids,
        script=script_of(model, config),
    )
    np.testing.assert_allclose(theirs, forward(model, config, np.array(ids)), **NEAR)


def test_other_checkpoints_are_unpacked_by_name(live_js, tmp_path):
    rng = np.random.default_rng(0)
    weights = {
        "a": rng.normal(size=(4, 3, 2)),
        "gain": np.ones(5),
        "one": np.array(2.5),
    }
    save(tmp_path / "parts.npz", weights, SMALL)
    code = """(script) => { (0, eval)(script)
      return Object.entries(sbt.unpack(sbt.weights.parts)).map(
        ([name, {shape, data}]) => [name, shape, Array.from(data)]) }"""
    found = live_js(code, browser_script("parts", tmp_path))
    for name, shape, data in found:
        expected = as_shipped(weights)[name]
        assert tuple(shape) == expected.shape
        np.testing.assert_allclose(data, expected.ravel(), rtol=1e-6)
    assert {name for name, *_ in found} == set(weights)


# -- Reading: the cache -----------------------------------------------------


def test_going_back_is_the_same_as_reading_afresh(tiny_js):
    code = """(ids, other) => {
      const reader = model.start()
      reader.read(ids)
      reader.rewind(12)
      const {position} = reader
      return [position, Array.from(reader.read(other)),
        Array.from(model.start().read([...ids.slice(0, 12), ...other]))] }"""
    position, back, fresh = tiny_js(code, TEXT, TEXT[::-1][:20])
    assert position == 12
    np.testing.assert_allclose(back, fresh, rtol=1e-5, atol=1e-5)


def test_a_fork_goes_its_own_way(tiny_js):
    code = """(ids) => {
      const reader = model.start({trace: true})
      reader.read(ids.slice(0, 9))
      const fork = reader.fork()
      fork.read([1, 2, 3])
      const rest = reader.read(ids.slice(9))
      return [lists([rest, model.start().read(ids), fork.logits(),
        model.start().read([...ids.slice(0, 9), 1, 2, 3])]),
        fork.ids, reader.position] }"""
    (own, fresh, forked, apart), ids, position = tiny_js(code, TEXT)
    np.testing.assert_allclose(own, fresh, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(forked, apart, rtol=1e-5, atol=1e-5)
    assert ids == [*TEXT[:9], 1, 2, 3]
    assert position == len(TEXT)


def test_typing_computes_from_the_first_difference_only(tiny_js):
    # `edit` is called for each position that is computed.
    code = """(texts) => {
      const seen = []
      const edit = (layer, stream, position) => layer === 0 && seen.push(position)
      const reader = sbt.reader(model, {edit})
      return texts.map((ids) => {
        seen.length = 0
        const logits = Array.from(reader.read(ids))
        return [logits, [...seen], Array.from(model.start().read(ids))] }) }"""
    typed = [[5, 6, 7], [5, 6, 7, 8], [5, 6, 9, 8], [5, 6, 9, 8], [5, 6], [30]]
    computed = [[0, 1, 2], [3], [2, 3], [], [], [0]]
    for (logits, seen, fresh), expected in zip(
        tiny_js(code, typed), computed, strict=True
    ):
        assert seen == expected
        np.testing.assert_allclose(logits, fresh, rtol=1e-5, atol=1e-5)


def test_typing_gives_all_logits_when_asked(tiny_js):
    code = """(ids) => {
      const reader = sbt.reader(model)
      reader.read(ids.slice(0, 20))
      return lists(reader.read(ids, {all: true})) }"""
    np.testing.assert_allclose(tiny_js(code, TEXT), logits_of(TINY), **NEAR)


# -- Looking inside ---------------------------------------------------------


def test_streams_and_attention_are_those_of_jax(tiny_js):
    code = """(ids) => {
      const reader = traced(ids)
      return [Array.from({length: 7}, (_, sublayer) =>
        lists(ids.map((_, t) => reader.stream(sublayer, t)))),
        [0, 1, 2].map((layer) => [0, 1, 2, 3].map((head) =>
          lists(ids.map((_, t) => reader.attention(layer, head, t)))))] }"""
    seen = jax.tree.map(np.asarray, trace(TINY, SMALL, np.array(TEXT)))
    streams, attention = tiny_js(code, TEXT)
    np.testing.assert_allclose(streams, seen.streams, **NEAR)
    for theirs, ours in zip(attention, seen.attention, strict=True):
        for rows, expected in zip(theirs, ours, strict=True):
            for t, row in enumerate(rows):
                np.testing.assert_allclose(row, expected[t, : t + 1], atol=1e-5)


def test_the_lens_is_the_end_of_the_model_applied_early(tiny_js):
    code = """(ids) => {
      const reader = traced(ids)
      return [0, 1, 2, 3].map((layer) =>
        lists(ids.map((_, t) => reader.lens(layer, t)))) }"""
    streams = np.asarray(trace(TINY, SMALL, np.array(TEXT)).streams)
    theirs = tiny_js(code, TEXT)
    np.testing.assert_allclose(theirs, logit_lens(TINY, streams[::2]), **NEAR)
    np.testing.assert_allclose(theirs[-1], logits_of(TINY), **NEAR)


# -- Changing the model -----------------------------------------------------

READ = "(ids, options) => lists(model.start(options).read(ids, {all: true}))"


@pytest.mark.parametrize("head", [0, 3])
def test_a_head_that_is_off_is_one_whose_output_is_zero(tiny_js, head):
    attention = TINY.blocks[1].attention
    output = np.array(attention.output)
    output[head] = 0
    model = with_block(TINY, 1, attention=attention._replace(output=output))
    theirs = tiny_js(READ, TEXT, {"ablate": [{"layer": 1, "head": head}]})
    np.testing.assert_allclose(theirs, logits_of(model), **NEAR)


def test_a_sublayer_that_is_off_adds_nothing(tiny_js):
    attention = TINY.blocks[2].attention
    model = with_block(
        TINY, 2, attention=attention._replace(output=0 * np.asarray(attention.output))
    )
    mlp = TINY.blocks[0].mlp
    model = with_block(model, 0, mlp=mlp._replace(down=0 * np.asarray(mlp.down)))
    off = [{"layer": 2, "part": "attention"}, {"layer": 0, "part": "mlp"}]
    theirs = tiny_js(READ, TEXT, {"ablate": off})
    np.testing.assert_allclose(theirs, logits_of(model), **NEAR)


def test_a_look_that_is_cut_has_no_weight_and_the_others_share_it(tiny_js):
    time = len(TEXT)
    cuts = np.zeros((1, SMALL.layers, SMALL.heads, time), bool)
    cuts[0, 1, 2, [3, 7]] = True
    cuts[0, 0, :, 5] = True
    cut = [
        {"layer": layer, "head": head, "query": time - 1, "key": key}
        for _, layer, head, key in np.argwhere(cuts).tolist()
    ]
    reader = StoryModel(TINY, SMALL, None)
    theirs = tiny_js(READ, TEXT, {"cut": cut})
    np.testing.assert_allclose(theirs[-1], cut_looks(reader, TEXT, cuts)[0], **NEAR)
    np.testing.assert_allclose(theirs[:-1], logits_of(TINY)[:-1], **NEAR)


def test_steering_adds_a_vector_after_a_block(tiny_js):
    vector = np.linspace(-1, 1, SMALL.width)
    steer = [
        {"layer": 1, "vector": vector.tolist(), "scale": 3},
        {"layer": 1, "vector": vector.tolist(), "scale": -1},
        {"layer": 2, "vector": vector[::-1].tolist()},
    ]
    theirs = tiny_js(READ, TEXT, {"steer": steer})
    pushes = {1: 2 * vector, 2: vector[::-1]}
    expected = steered(TINY, np.array(TEXT), pushes)
    np.testing.assert_allclose(theirs, expected, **NEAR)


def test_an_edit_sees_the_stream_after_a_block_and_may_replace_it(tiny_js):
    code = """(ids) => {
      const edit = (layer, stream, position) => {
        if (layer === 2 && position === 3) stream.fill(1) }
      const reader = model.start({edit})
      return Array.from(reader.read(ids.slice(0, 4))) }"""
    expected = logit_lens(TINY, np.ones(SMALL.width, np.float32))
    np.testing.assert_allclose(tiny_js(code, TEXT), expected, **NEAR)


def adapter(rng, inputs, outputs, rank=2):
    a, b = rng.normal(size=(inputs, rank)), rng.normal(size=(rank, outputs))
    return {"a": a.tolist(), "b": b.tolist(), "scale": 0.5}, 0.5 * a @ b


def test_adapters_are_added_to_the_weights(tiny_js):
    rng = np.random.default_rng(0)
    width, mlp = SMALL.width, SMALL.mlp
    names = {
        "embedding": (SMALL.vocab_size, width),
        "blocks.0.attention.query": (width, width),
        "blocks.1.attention.output": (width, width),
        "blocks.2.mlp.down": (mlp, width),
    }
    made = {name: adapter(rng, *sizes) for name, sizes in names.items()}
    model = jax.tree.map(np.asarray, TINY)
    model = model._replace(embedding=model.embedding + made["embedding"][1])
    for name, (_, delta) in made.items():
        if name != "embedding":
            _, layer, part, weight = name.split(".")
            old = getattr(model.blocks[int(layer)], part)
            new = getattr(old, weight) + delta.reshape(getattr(old, weight).shape)
            model = with_block(
                model, int(layer), **{part: old._replace(**{weight: new})}
            )
    given = {name: low for name, (low, _) in made.items()}
    model = jax.tree.map(lambda leaf: leaf.astype(np.float32), model)
    expected = logits_of(model)
    theirs = tiny_js(READ, TEXT, {"adapters": given})
    np.testing.assert_allclose(theirs, expected, rtol=1e-3, atol=1e-3)
    code = """(ids, adapters) => {
      const adapted = sbt.transformer(sbt.weights.random, adapters)
      model.start({adapters})
      return [adapted, model].map((one) => Array.from(one.start().read(ids))) }"""
    adapted, unchanged = tiny_js(code, TEXT, given)
    np.testing.assert_allclose(adapted, expected[-1], rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(unchanged, logits_of(TINY)[-1], **NEAR)


# -- Refusals ---------------------------------------------------------------


OUT_OF_RANGE = [
    (
        "model.start().step(37)",
        "id must be a whole number from 0 to 36, got 37",
    ),
    (
        "model.start().step(-1)",
        "id must be a whole number from 0 to 36, got -1",
    ),
    ("model.start().step(0.5)", "got 0.5"),
    ("model.start().read([1, '2', NaN])", 'got "2"'),
    ("model.start().read([1, NaN])", "got NaN"),
    ("model.start().read([])", "ids must not be empty, got []"),
    (
        "model.start().read(Array(41).fill(0))",
        "ids must fit a window of 40, got 41",
    ),
    ("sbt.reader(model).read(Array(41).fill(0))", "window of 40, got 41"),
    ("model.start().logits()", "position must be a whole number"),
    (
        "model.start().rewind(1)",
        "count must be a whole number from 0 to 0, got 1",
    ),
    (
        "model.start({ablat: []})",
        "options must be among trace, ablate, cut, steer",
    ),
    ("model.start({ablate: [{layer: 3, head: 0}]})", "from 0 to 2, got 3"),
    ("model.start({ablate: [{layer: 0, head: 4}]})", "from 0 to 3, got 4"),
    ("model.start({ablate: [{layer: 0, part: 'x'}]})", "part must be"),
    ("model.start({ablate: [{head: 0}]})", "layer must be"),
    ("model.start({cut: [{layer: 3, head: 0, query: 2, key: 1}]})", "2, got 3"),
    ("model.start({cut: [{layer: 0, head: 9, query: 2, key: 1}]})", "3, got 9"),
    ("model.start({cut: [{layer: 0, head: 0, query: 40, key: 1}]})", "39, got 40"),
    ("model.start({cut: [{layer: 0, head: 0, query: 2, key: 2}]})", "1, got 2"),
    (
        "model.start({steer: [{layer: 0, vector: [1]}]})",
        "hold 16 numbers, got 1",
    ),
    (
        "model.start({steer: [{layer: 0, vector: zeros.map(() => NaN)}]})",
        "vector must be finite, got NaN",
    ),
    (
        "model.start({steer: [{layer: 0, vector: zeros, scale: 'x'}]})",
        "scale must be finite, got x",
    ),
    (
        "model.start({adapters: {norm: {}}})",
        "matrices of the model, got norm",
    ),
    (
        "model.start({adapters: {embedding: {a: [1], b: [1]}}})",
        "rank of the adapter of embedding must be",
    ),
    (
        "model.start({adapters: {embedding: {a: ones, b: [1]}}})",
        "b of the adapter of embedding must hold 16 numbers, got 1",
    ),
    ("model.unembed([1])", "vector must hold 16 numbers, got 1"),
    (
        "traced([1]).lens(4, 0)",
        "layer must be a whole number from 0 to 3, got 4",
    ),
    (
        "traced([1]).stream(7, 0)",
        "sublayer must be a whole number from 0 to 6, got 7",
    ),
    (
        "traced([1]).attention(0, 4, 0)",
        "head must be a whole number from 0 to 3, got 4",
    ),
    (
        "traced([1]).attention(0, 0, 1)",
        "position must be a whole number from 0 to 0, got 1",
    ),
]


DAMAGED = [
    ("c.config.norm = 'layer'", "config must be among vocab_size, width, layers"),
    ("c.config.width = 0", "width must be a whole number from 1"),
    ("c.config.layers = 1.5", "layers must be a whole number from 1"),
    ("delete c.config.window", "window must be a whole number"),
    ("c.config.heads = 3", "width must split into 3 even heads, got 16"),
    ("c.config.kv_heads = 3", "kv_heads must divide 4 heads, got 3"),
    ("c.config.rotary_base = 0", "rotary_base must be above 0, got 0"),
    ("c.config.epsilon = NaN", "epsilon must be finite, got NaN"),
    ("delete c.arrays.norm", "norm must have the shape 16, got undefined"),
    ("c.arrays.embedding.shape = [16, 37]", "embedding must have the shape 37,16"),
    (
        "c.arrays.embedding.values = 'AAAA'",
        "embedding must hold 592 numbers, got 3",
    ),
    ("c.arrays.embedding.values = '?'", "embedding must hold 592 numbers, got 0"),
    (
        "c.arrays.embedding.scale = ''",
        "the scale of embedding must hold 37 numbers, got 0",
    ),
    ("c.arrays.norm.values = 'AAAA'", "norm must hold 16 numbers, got 0"),
    (
        "c.arrays.norm.values = c.arrays.norm.values.slice(1)",
        "norm must hold 16 numbers",
    ),
    (
        "c.arrays.norm.values = btoa('\\0\\0\\xc0\\x7f'.repeat(16))",
        "norm must be finite, got NaN at 0",
    ),
    (
        "c.arrays.embedding.scale = btoa('\\0\\0\\x80\\x7f'.repeat(37))",
        "the scale of embedding must be finite, got Infinity at 0",
    ),
]


@pytest.fixture(scope="module")
def refusals(live_js):
    """What each line of the tables below throws, by its code."""
    codes = [code for code, _ in [*OUT_OF_RANGE, *DAMAGED]]
    return dict(zip(codes, run_on_tiny(live_js, CAUGHT, codes), strict=True))


@pytest.mark.parametrize(("code", "expected"), OUT_OF_RANGE)
def test_what_is_out_of_range_is_refused_with_the_value(refusals, code, expected):
    assert refusals[code].startswith("RangeError: ")
    assert expected in refusals[code]


def test_what_was_not_recorded_cannot_be_asked_for(tiny_js):
    code = "const reader = model.start(); reader.step(1); reader.lens(0, 0)"
    (message,) = tiny_js(CAUGHT, [code])
    assert "needs a reader started with {trace: true}" in message


def test_a_refused_text_leaves_the_reader_as_it_was(tiny_js):
    code = """(ids) => {
      const reader = model.start()
      reader.read(ids)
      try { reader.read([1, 99]) } catch {}
      return [reader.position, Array.from(reader.logits())] }"""
    position, logits = tiny_js(code, TEXT)
    assert position == len(TEXT)
    np.testing.assert_allclose(logits, logits_of(TINY)[-1], **NEAR)


@pytest.mark.parametrize(("code", "expected"), DAMAGED)
def test_damaged_weights_are_refused_by_name(refusals, code, expected):
    assert refusals[code].startswith(f"RangeError: {expected}")
