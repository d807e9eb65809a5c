"""The mirrors in JavaScript: each public function with arguments that are none.

One table, one process of node: an expression, and the right value or what the error
says. A function of the runtime that no expression calls fails.
"""

import math
import re

import jax.numpy as jnp
import numpy as np
import pytest

from models import random_model, script_of
from sbt_jax import generation
from sbt_jax.architecture import Config
from sbt_jax.embeddings import near_spellings
from sbt_jax.foundations import count_ngrams, ngram_probs, word_gap
from sbt_jax.shipped.ngrams import ngram_table
from sbt_jax.tokenization import Tokenizer

SMALL = Config(vocab_size=37, width=16, layers=3, heads=4, mlp=22, window=40)
AB = Tokenizer(((97, 98),), ("<end>",))
COUNTS = count_ngrams([[0, 1, 2, 1]], order=2, vocab_size=3)
INF, NAN = math.inf, math.nan
TENTHS = "[.3, .1, .1, .5].map(Math.log)"


def other_numbers(call, name, low=True):
    """What JavaScript would take for a number, but is none."""
    for value in ('"0.5"', '""', "null", "false", "[]", "{}", "undefined", "NaN"):
        said = "NaN" if value == "NaN" else value
        yield call.format(value), rf"{name} must be .* got {re.escape(said)}"


LIST = ('"ab"', "5", "null")
CELLS = [
    # -- Sampling
    *other_numbers("sampler.temperature([1, 2, 3], {})", "temperature"),
    ("sampler.temperature([1, 2, 3], -1)", "temperature must be .* got -1"),
    ("sampler.temperature([1, 2, 3], Infinity)", [0, 0, 0]),
    ("sampler.temperature([3, 3], 0)", [3, -INF]),
    ("sampler.temperature([], 1)", r"logits must not be empty, got \[\]"),
    ("sampler.temperature([1, NaN], 1)", "logits must be numbers, got NaN at 1"),
    ('sampler.temperature(["1", 2], 1)', "logits must be numbers, got 1 at 0"),
    *other_numbers("sampler.topK([1, 2, 3], {})", "topK"),
    ("sampler.topK([1, 2, 3], 2.5)", "topK must be .* got 2.5"),
    ("sampler.topK([1, 2, 3], 0)", "topK must be .* got 0"),
    ("sampler.topK([1, NaN, 3], 2)", "logits must be numbers, got NaN at 1"),
    ("sampler.topK([1, 2, 2], 1)", [-INF, 2, -INF]),
    ("sampler.topK([1, 2], 9)", [1, 2]),
    *other_numbers("sampler.topP([1, 2, 3], {})", "topP"),
    ("sampler.topP([1, 2, 3], 1.1)", "topP must be .* got 1.1"),
    ("sampler.topP([1, 2, 3], 0)", "topP must be .* got 0"),
    ("sampler.topP([NaN], 0.5)", "logits must be numbers, got NaN at 0"),
    ("sampler.topP(Array(10).fill(0), 0.8)", [0] * 8 + [-INF] * 2),
    (f"sampler.topP({TENTHS}, 0.8)", [math.log(0.3), -INF, -INF, math.log(0.5)]),
    ("sampler.topP([1, 2], 1e-300)", [-INF, 2]),
    *other_numbers("sampler.minP([1, 2, 3], {})", "minP"),
    ("sampler.minP([1, 2, 3], -0.1)", "minP must be .* got -0.1"),
    ("sampler.minP([1, NaN], 0.5)", "logits must be numbers, got NaN at 1"),
    ("sampler.minP([1, 2], 0)", [1, 2]),
    (f"sampler.minP({TENTHS}, 0.2)", [math.log(p) for p in (0.3, 0.1, 0.1, 0.5)]),
    *other_numbers("sampler.repetitionPenalty([1, 2], {}, [0])", "repetitionPenalty"),
    ("sampler.repetitionPenalty([1, 2], 0, [0])", "repetitionPenalty must .* got 0"),
    ("sampler.repetitionPenalty([1, 2], 2, [2])", "seen must be .* got 2"),
    ("sampler.repetitionPenalty([1, 2], 2, ['0'])", 'seen must be .* got "0"'),
    ("sampler.repetitionPenalty([1, 2], 2, 5)", "seen must be a list, got 5"),
    ("sampler.repetitionPenalty([2, -2], 2, [0, 1])", [1, -4]),
    (
        "sampler.filtered([1, 2], {temperature: 0, order: ['topK']})",
        "order .* got topK",
    ),
    ("sampler.filtered([1, 2], {order: 'topK'})", 'order must be a list, got "topK"'),
    ("sampler.filtered([1, 2], {topk: 1})", "options must be among .* got topk"),
    ("sampler.filtered([1, 2], {temperature: null})", "temperature .* got null"),
    ("sampler.probabilities([1, 2], {topP: '1'})", 'topP must be .* got "1"'),
    ("sampler.probabilities([0, 0], {})", [0.5, 0.5]),
    ("softmax([])", r"logits must not be empty, got \[\]"),
    ("softmax([NaN, 1])", "logits must be numbers, got NaN at 0"),
    ("softmax([1e300, 0])", [1, 0]),
    ("softmax('ab')", 'logits must be a list, got "ab"'),
    *other_numbers("random({})", "seed"),
    ("random(-1)", "seed must be .* got -1"),
    ("random(2 ** 60)", "seed must be .* got 11529"),
    *other_numbers("sample([0.5, 0.5], {})", "u"),
    ("sample([0.5, 0.5], 1)", "u must be .* got 1"),
    ("sample([0.5, 0.5], -0.1)", "u must be .* got -0.1"),
    ("sample([0.5, NaN], 0.9)", "probabilities must be .* got NaN"),
    ("sample([-1, 2], 0.9)", "probabilities must be .* got -1"),
    ("sample([0, 0], 0.5)", "probabilities must have one above 0, got none"),
    ("sample([0.5, 0.5, 0], 1 - 2 ** -53)", 1),
    ("generate(model, [1], {maxTokens: '1'})", 'maxTokens must be .* got "1"'),
    ("generate(model, [1], {stop: 5})", "stop must be a list, got 5"),
    ("generate(model, [], {maxTokens: 1})", r"ids must not be empty, got \[\]"),
    ("generate(model, [99])", "id must be .* got 99"),
    # -- Text and tokenizer
    ("tokenizer(spec).encode(null)", "text must be a string, got null"),
    ("tokenizer(spec).encode(5)", "text must be a string, got 5"),
    ("tokenizer(spec).encode('')", []),
    ("tokenizer(spec).decode(5)", "ids must be a list, got 5"),
    ("tokenizer(spec).decode(['97'])", 'ids must be .* got "97"'),
    ("tokenizer(spec).decode([258])", "ids must be .* got 258"),
    ("tokenizer(spec).decode([-1])", "ids must be .* got -1"),
    ("tokenizer(spec).decode([1.5])", "ids must be .* got 1.5"),
    ("tokenizer(spec).decode(['__proto__'])", 'ids must be .* got "__proto__"'),
    ("tokenizer(spec).pieces('ab', -1)", "numMerges must be .* got -1"),
    ("tokenizer(spec).pieces('ab', 2)", "numMerges must be .* got 2"),
    ("tokenizer(spec).special['__proto__'] === undefined", True),
    ("tokenizer(spec).special.constructor === undefined", True),
    ("tokenizer(spec).special['<end>']", 257),
    ("escape('<' + null + '&')", "<null&".replace("&", "&amp;").replace("<", "&lt;")),
    ("chips([])", ""),
    ("passage('<')", "<p>&lt;</p>"),
    ("readText(5)", "text must be a string, got 5"),
    ("readText(null)", "text must be a string, got null"),
    ("readText('').learn", []),
    ("lossesOf(readText('')).pairs", 0),
    ("lossesOf(readText('ab')).nothing", math.log(3)),
    # -- Model
    (
        "unpack({arrays: {a: {shape: [2], values: 'x'}}})",
        "a must hold 2 numbers, got 0",
    ),
    ("transformer({config: {}, arrays: {}})", "vocab_size must be .* got undefined"),
    ("encoder({config: {}, arrays: {}})", "vocab_size must be .* got undefined"),
    ("transformer({...weights, config: {...weights.config, heads: 3}})", "width must"),
    ("model.start({no: 1})", "options must be among .* got no"),
    ("model.start({ablate: [{layer: 3, head: 0}]})", "layer must be .* got 3"),
    ("model.start({ablate: [{layer: '0', head: 0}]})", 'layer must be .* got "0"'),
    ("model.start({ablate: [{layer: 0, part: 'x'}]})", "part must be .* got x"),
    ("model.start({steer: [{layer: 0, vector: [1]}]})", "vector must hold 16 .* got 1"),
    ("model.start({steer: [{layer: 0, vector: null}]})", "vector must .* got null"),
    ("model.start({cut: [{layer: 0, head: 0, query: 0, key: 0}]})", "query .* got 0"),
    ("model.start().read([])", r"ids must not be empty, got \[\]"),
    ("model.start().read([37])", "id must be .* got 37"),
    ("model.start().read([1.5])", "id must be .* got 1.5"),
    ("model.start().read(Array(41).fill(0))", "window of 40, got 41"),
    ("model.start().lens(0, 0)", "stream needs a reader started with"),
    ("model.unembed(Array(16).fill(NaN))", "vector must be finite, got NaN at 0"),
    ("reader(model).read(['1'])", 'id must be .* got "1"'),
    # -- Stories
    (
        "wordGap(new Map([['a', 0], ['b', 1]]), new Map([['a', 0.5], ['b', 0.5]]))",
        "gap",
    ),
    ("wordGap(new Map([['a', 1]]), new Map([['a', 0]]))", INF),
    ("wordGap(new Map([['a', 1]]), new Map())", 'model of "a" must .* got undefined'),
    ("wordGap(new Map([['a', NaN]]), new Map([['a', 1]]))", 'truth of "a" .* got NaN'),
    ("ngrams(counts).probabilities([3])", "ids must be .* got 3"),
    ("ngrams(counts).probabilities([-1])", "ids must be .* got -1"),
    ("ngrams(counts).probabilities([0.5])", "ids must be .* got 0.5"),
    ("ngrams(counts).probabilities([])", r"ids must not be empty, got \[\]"),
    ("ngrams(counts).probabilities('ab')", 'ids must be a list, got "ab"'),
    ("ngrams(counts).probabilities([0, 1])", "counted"),
]
#: Called by others, or made of parts that are checked: and where that is tested.
ELSEWHERE = {
    "world": "tests/world",
    "stories": "tests/live/test_stories.py",
    "check": "by all of the above",
    **dict.fromkeys(
        ("batches", "kernels", "session", "startTraining", "trainer", "writers"),
        "tests/live/test_trainer.py",
    ),
}
RUN = """async (script, spec, counts, codes) => {
  (0, eval)(script)
  const plain = (x) => typeof x === "number" && !Number.isFinite(x) ? String(x)
    : x?.[Symbol.iterator] && typeof x !== "string" ? Array.from(x, plain) : x
  const weights = sbt.weights.random
  const scope = {...sbt, weights, spec, counts, model: sbt.transformer(weights)}
  const found = []
  for (const code of codes) {
    try {
      const call = new Function(...Object.keys(scope), `return ${code}`)
      found.push([null, plain(await call(...Object.values(scope)))])
    } catch (error) {
      found.push([`${error.name}: ${error.message}`, null])
    }
  }
  const names = [
    ...Object.keys(sbt).filter((name) => name !== "weights"),
    ...Object.keys(sbt.sampler).map((name) => `sampler.${name}`),
    ...Object.keys(sbt.tokenizer(spec)).map((name) => `tokenizer(spec).${name}`),
  ]
  return [names, found]
}"""


@pytest.fixture(scope="module")
def found(live_js):
    script = script_of(random_model(SMALL, seed=3), SMALL)
    codes = [code for code, _ in CELLS]
    return live_js(RUN, script, AB.spec(), ngram_table(COUNTS, 3), codes)


def test_every_cell_is_right(found):
    oracles = {
        "gap": word_gap({"a": 0.0, "b": 1.0}, {"a": 0.5, "b": 0.5}),
        "counted": np.asarray(ngram_probs(COUNTS, jnp.array([0, 1]), 3)).tolist(),
    }
    wrong = []
    for (code, expected), (error, value) in zip(CELLS, found[1], strict=True):
        if isinstance(expected, str) and expected in oracles:
            expected = oracles[expected]
        if isinstance(expected, str) and error is not None:
            named = error.startswith(("RangeError", "Error: stream"))
            if not named or not re.search(expected, error):
                wrong.append(f"{code}: {error}")
        elif isinstance(expected, str):
            if value != expected:
                wrong.append(f"{code}: accepted, gave {value}")
        elif error is not None:
            wrong.append(f"{code}: {error}")
        elif not np.allclose(np.array(value, float), np.array(expected, float), 1e-6):
            wrong.append(f"{code}: {value}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_function_of_the_runtime_is_called(found):
    codes = " ".join(code for code, _ in CELLS)
    kit = {"once", "relabel", "runs", "tables", "glove", "snapshots"}
    kit |= {"numbers", "names"}  # test_mirrors
    kit |= {"halt", "heat", "pause", "toggled"}  # tests/parts
    missing = [
        name
        for name in found[0]
        if name not in ELSEWHERE | dict.fromkeys(kit)
        and name not in codes
        and name.partition(".")[2] not in ("pretokenize", "vocabSize")
    ]
    assert not missing


@pytest.mark.parametrize("p", [0.1, 0.3, 0.5, 0.7, 0.8, 0.9])
def test_both_cut_equal_chances_alike(live_js, p):
    """Tenths add up to 0.7999…: both languages take that for 0.8."""
    theirs = live_js(
        "(p) => sbt.sampler.topP(Array(10).fill(0), p).indexOf(-Infinity)", p
    )
    ours = np.asarray(generation.top_p(jnp.zeros(10), p))
    assert theirs == np.isfinite(ours).sum() == round(10 * p)


@pytest.mark.parametrize("count", [0, 1, 9])
def test_both_give_as_many_spellings_as_asked_for(call_js, count):
    words = ["the", "queen", "keen"]
    theirs = call_js("embeddings/arithmetic", "nearSpellings", "qeen", words, count)
    assert theirs == near_spellings("qeen", words, count)


@pytest.mark.parametrize(
    ("file", "name", "arguments", "message"),
    [
        ("embeddings/arithmetic", "nearSpellings", ["a", ["b"], -1], "count .* got -1"),
        ("architecture/counter", "keyHeads", [4, 0], "wanted .* got 0"),
    ],
)
def test_what_is_no_number_of_things_is_refused(
    call_js, file, name, arguments, message
):
    with pytest.raises(AssertionError, match=f"RangeError: {message}"):
        call_js(file, name, *arguments)
