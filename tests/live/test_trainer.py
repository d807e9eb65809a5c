"""Training in the browser's runtime, against JAX and finite differences."""

import functools
import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.architecture import Config
from sbt_jax.training import (
    Settings,
    batch_loss,
    draw_lines,
    first_weights,
    held_lines,
    known_losses,
    learn_letters,
    learning_rate,
    optimizer,
    own_config,
    read_letters,
    train_chunk,
    write_letters,
)

TEXT = "Anna Otto Mia Tom Ida Noah Ella Finn Rosa Max Zoe Hugo".replace(" ", "\n")
LETTERS = read_letters(TEXT)
CONFIG = own_config(LETTERS, width=8)
ROWS = 8
STEPS = 60
SETTINGS = Settings(steps=STEPS, learning_rate=0.02, warmup=5, weight_decay=0.01)
SIZES = {
    "vocab": CONFIG.vocab_size,
    "width": 8,
    "layers": 2,
    "heads": 4,
    "mlp": 16,
    "rows": ROWS,
    "time": CONFIG.window,
}
HOW = {
    "steps": STEPS,
    "learningRate": 0.02,
    "warmup": 5,
    "weightDecay": 0.01,
    "clip": 1.0,
}
PRELUDE = """(sizes, ...args) => {
  const made = sbt.kernels()
  const trainer = sbt.trainer(made, sbt.random)
  const writer = sbt.writers(made, sbt.random)
  const {drawer, heldBack} = sbt.batches(sbt.random)
  const model = trainer.model(sizes, trainer.initial(sizes, 1))
  const list = (x) => Array.from(x)
"""


@pytest.fixture(scope="module")
def tiny_js(live_js):
    """Run a function beside a new model of seed 1."""

    def call(code, *args):
        return live_js(f"{PRELUDE} return ({code})(...args) }}", SIZES, *args)

    return call


def flat(model, config=CONFIG):
    """Weights, or slopes, in the row of numbers that the browser keeps."""
    filled = -(-config.vocab_size // 4) * 4 - config.vocab_size
    parts = [np.pad(model.embedding, ((0, filled), (0, 0)))]
    for block in model.blocks:
        heads = [
            np.asarray(part).reshape(config.width, -1) for part in block.attention[:3]
        ]
        gates = [block.mlp.gate, block.mlp.up]
        parts += [block.attention_norm, np.concatenate(heads, axis=1)]
        parts += [block.attention.output, block.mlp_norm]
        parts += [np.concatenate(gates, axis=1), block.mlp.down]
    return np.concatenate([np.ravel(part) for part in [*parts, model.norm]])


def batch(seed=3):
    return jax.tree.map(lambda x: x[0], draw_lines(LETTERS, ROWS, 1, seed))


@functools.cache
def compiled():
    return jax.jit(jax.value_and_grad(batch_loss), static_argnames="config")


# -- Weights, batches, texts -----------------------------------------------------


def test_first_weights_are_those_of_python(tiny_js):
    theirs = tiny_js("() => list(model.weights)")
    np.testing.assert_allclose(theirs, flat(first_weights(CONFIG, 1)), rtol=1e-6)


def test_first_weights_are_as_large_as_those_of_the_book():
    wide = Config(64, width=32, layers=2, heads=4, mlp=64, window=8)
    model = first_weights(wide, 5)
    for matrix, size in (
        (model.embedding, 1),
        (model.blocks[1].attention.key, 32**-0.5),
        (model.blocks[0].attention.output, 0.5 * 32**-0.5),
        (model.blocks[0].mlp.down, 0.5 * 64**-0.5),
    ):
        assert np.std(matrix) == pytest.approx(size, rel=0.1)
    loss, _ = compiled()(first_weights(CONFIG, 1), CONFIG, batch())
    assert loss == pytest.approx(math.log(CONFIG.vocab_size), abs=0.1)


def test_batches_are_those_of_python(tiny_js):
    code = """(learn, held, seed) => {
      const next = drawer(learn, sizes, seed)
      const apart = heldBack(held, sizes)
      return [Array.from({length: 5}, () => list(next())), list(apart.tokens),
        list(apart.asked)]
    }"""
    drawn, tokens, asked = tiny_js(code, LETTERS.learn, LETTERS.held, 9)
    ours = draw_lines(LETTERS, ROWS, 5, 9).tokens
    assert drawn == ours.reshape(5, -1).tolist()
    apart = held_lines(LETTERS, ROWS)
    assert tokens == apart.tokens.ravel().tolist()
    assert asked == apart.asked[:, 1:].ravel().astype(int).tolist()


def test_a_line_that_is_held_back_is_never_drawn():
    many = read_letters("\n".join(f"{a}{b}" for a in "abcdef" for b in "uvwxyz"))
    drawn = draw_lines(many, 8, 40, 1).tokens.ravel().tolist()
    text = many.text(drawn)
    held = [many.text(line) for line in many.held]
    assert len(held) == 3
    assert not any(f"\n{line}\n" in text for line in held)


# -- Against JAX --------------------------------------------------------------------


def test_losses_and_slopes_are_those_of_jax(tiny_js):
    """Of a plain batch, and of one in which only some places are asked."""
    code = """(tokens, asked) => {
      const loss = model.loss(tokens, asked)
      return [loss, model.slopes(tokens, asked), list(model.slope)]
    }"""
    model = first_weights(CONFIG, 1)
    # Larger gains than at first: every part has its say.
    for given, asked in ((batch(), None), (held_lines(LETTERS, ROWS), "some")):
        loss, slopes = compiled()(model, CONFIG, given)
        places = given.asked[:, 1:].ravel().astype(int).tolist() if asked else None
        alone, theirs, found = tiny_js(code, given.tokens.ravel().tolist(), places)
        assert alone == theirs == pytest.approx(float(loss), rel=1e-5)
        ours = flat(slopes)
        np.testing.assert_allclose(found, ours, rtol=1e-4, atol=1e-5 * abs(ours).max())


def test_slopes_are_those_of_trained_weights_too(tiny_js):
    """Far from the start, where attention is no longer even."""
    code = """(weights, tokens) => {
      model.weights.set(weights)
      return [model.slopes(tokens), list(model.slope)]
    }"""
    rng = np.random.default_rng(4)
    model = jax.tree.map(
        lambda x: jnp.asarray(x * rng.uniform(0.5, 2, x.shape), jnp.float32),
        first_weights(CONFIG, 2)._replace(norm=jnp.ones(CONFIG.width)),
    )
    loss, slopes = compiled()(model, CONFIG, batch(5))
    row = flat(model).tolist()
    theirs, found = tiny_js(code, row, batch(5).tokens.ravel().tolist())
    assert theirs == pytest.approx(float(loss), rel=1e-5)
    ours = flat(slopes)
    np.testing.assert_allclose(found, ours, rtol=1e-3, atol=1e-4 * abs(ours).max())


def test_slopes_are_those_of_finite_differences(tiny_js):
    """An oracle beside JAX: each part's weights moved a little, up and down."""
    code = """(tokens, h) => {
      model.weights.set(model.weights.map((w) => 2 * w))
      model.slopes(tokens)
      const slope = list(model.slope)
      return Object.entries(model.parts).map(([name, {at, rows, cols}]) => {
        // Along the slope of the whole part: the largest change, so the least rounding.
        const part = slope.slice(at, at + rows * cols)
        const length = Math.hypot(...part)
        const moved = [h, -h].map((step) => {
          const kept = model.weights.slice()
          part.forEach((s, i) => (model.weights[at + i] += (step * s) / length))
          const loss = model.loss(tokens)
          model.weights.set(kept)
          return loss
        })
        return [name, (moved[0] - moved[1]) / (2 * h), length]
      })
    }"""
    found = tiny_js(code, batch().tokens.ravel().tolist(), 4e-4)
    assert len(found) == 2 + 6 * CONFIG.layers
    for name, measured, slope in found:
        assert measured == pytest.approx(slope, rel=0.01), name


def test_the_rate_is_that_of_python(tiny_js):
    steps = [0, 1, 4, 5, 6, 30, 59, 60, 99]
    theirs = tiny_js(
        "(steps, how) => steps.map((s) => trainer.rateAt(s, how))", steps, HOW
    )
    ours = [float(learning_rate(min(s, STEPS), STEPS, 0.02, 5)) for s in steps]
    np.testing.assert_allclose(theirs, ours, rtol=1e-5, atol=1e-9)


TRAIN = """(learn, held, how, at) => {
  const next = drawer(learn, sizes, 2)
  const apart = heldBack(held, sizes)
  const write = writer(model)
  const [losses, after, texts] = [[], [], {}]
  for (let step = 0; step <= how.steps; step++) {
    if (at.includes(step)) texts[step] = write(step)
    if (step === how.steps) break
    losses.push(model.slopes(next()))
    model.update(trainer.rateAt(step, how), how)
    after.push(model.loss(apart.tokens, apart.asked))
  }
  return [losses, after, texts, list(model.weights)]
}"""


def test_training_is_that_of_jax(tiny_js):
    """From the same weights on the same batches: losses, weights and texts."""
    at = (0, 10, STEPS)
    args = (LETTERS.learn, LETTERS.held, HOW, list(at))
    losses, held, texts, weights = tiny_js(TRAIN, *args)
    ours = learn_letters(LETTERS, SETTINGS, width=8, write_at=at)
    # 32 bits on both sides, added up in another order: the paths part slowly.
    np.testing.assert_allclose(losses[:20], ours.losses[:20], rtol=2e-5)
    np.testing.assert_allclose(losses, ours.losses, rtol=2e-3)
    np.testing.assert_allclose(held, ours.held, rtol=2e-3)
    assert losses[-1] < 0.6 * losses[0]
    for step in at:
        found = [LETTERS.text(ids) for ids in texts[str(step)]]
        assert found == ours.texts[step]
    assert len(weights) == len(flat(first_weights(CONFIG, 1)))


def test_a_few_updates_leave_the_weights_of_jax(tiny_js):
    few = dict(HOW, steps=10)
    *_, weights = tiny_js(TRAIN, LETTERS.learn, LETTERS.held, few, [])
    model = first_weights(CONFIG, 1)
    batches = draw_lines(LETTERS, ROWS, 10, 2)
    settings = Settings(steps=10, learning_rate=0.02, warmup=5, weight_decay=0.01)
    model = after_updates(model, batches, settings)
    np.testing.assert_allclose(weights, flat(model), rtol=1e-3, atol=1e-5)


def after_updates(model, batches, settings):
    return train_chunk(
        model, optimizer(settings).init(model), batches, CONFIG, settings
    )[0]


def test_long_gradients_are_cut_as_in_python(tiny_js):
    """With a short clip and no decay: the first update is as long whatever the loss."""
    code = """(tokens, how) => {
      model.slopes(tokens)
      const length = model.update(0.1, how)
      return [length, list(model.weights)]
    }"""
    given = batch()
    length, weights = tiny_js(
        code, given.tokens.ravel().tolist(), {"clip": 1e-3, "weightDecay": 0.0}
    )
    model = first_weights(CONFIG, 1)
    _, slopes = compiled()(model, CONFIG, given)
    assert length == pytest.approx(np.linalg.norm(flat(slopes)), rel=1e-4)
    g = flat(slopes) * 1e-3 / length
    expected = flat(model) - 0.1 * g / (abs(g) + 1e-8)
    np.testing.assert_allclose(weights, expected, atol=2e-3)


# -- Writing ----------------------------------------------------------------------


def test_what_is_written_is_drawn_from_jaxs_chances(tiny_js):
    code = (
        "(weights, seed) => { model.weights.set(weights); return writer(model)(seed) }"
    )
    rng = np.random.default_rng(6)
    model = jax.tree.map(
        lambda x: jnp.asarray(x * rng.uniform(1, 2, x.shape), jnp.float32),
        first_weights(CONFIG, 2)._replace(norm=0.5 * jnp.ones(CONFIG.width)),
    )
    for seed in (0, 5):
        theirs = tiny_js(code, flat(model).tolist(), seed)
        ours = write_letters(model, CONFIG, LETTERS, seed)
        assert [LETTERS.text(ids) for ids in theirs] == ours


# -- A whole run: on the page, and in a worker ---------------------------------------

RUN = """(message, {refuse, pauseAt} = {}) => new Promise((resolve) => {
  const [posts, seen] = [[], {}]
  const run = sbt.startTraining(message, (post) => {
    posts.push(post)
    const at = post.step
    if (pauseAt && at >= pauseAt && !seen.paused) {
      seen.paused = true
      run.send({does: "pause"})
      setTimeout(() => {
        seen.before = posts.length
        setTimeout(() => {
          seen.after = posts.length
          run.send({does: "go on"})
        }, 150)
      }, 150)
    }
    if (post.end) {
      seen.where = run.where
      run.close()
      resolve([posts, seen])
    }
  }, (why) => resolve([[{end: `failed: ${why}`}], seen]), refuse)
})"""
# A browser's Worker, made of a thread of node.
WORKER = """const {Worker: Thread} = require("worker_threads")
  let program
  globalThis.Blob = class { constructor([text]) { program = text } }
  URL.createObjectURL = () => "blob:x"
  URL.revokeObjectURL = () => {}
  globalThis.Worker = class {
    constructor() {
      this.thread = new Thread(`const {parentPort} = require("worker_threads")
        const postMessage = (message) => parentPort.postMessage(message)
        globalThis.onmessage = null
        parentPort.on("message", (data) => globalThis.onmessage({data}))
        ;(() => { ${SPOILT}${program} })()`, {eval: true})
      this.thread.on("message", (data) => this.onmessage({data}))
      this.thread.on("error", ({message}) =>
        this.onerror({message, preventDefault: () => {}}))
    }
    postMessage(message) { this.thread.postMessage(message) }
    terminate() { this.thread.terminate() }
  }
"""
MESSAGE = {
    "does": "start",
    "learn": LETTERS.learn,
    "held": LETTERS.held,
    "sizes": SIZES,
    "settings": HOW,
    "seed": 1,
    "marks": [1, 2, 5, 10, 20, STEPS],
}


@pytest.fixture(scope="module")
def run_js(live_js):
    """Train from beginning to end; ``worker`` is what stands before its program."""

    def call(message=MESSAGE, worker=None, **how):
        before = "" if worker is None else WORKER.replace("${SPOILT}", worker)
        return live_js(
            f"(...args) => {{ {before} return ({RUN})(...args) }}", message, how
        )

    return call


@pytest.mark.parametrize("worker", [None, ""], ids=["page", "worker"])
def test_a_run_tells_what_jax_finds(run_js, worker):
    posts, seen = run_js(worker=worker)
    assert seen["where"] == ("page" if worker is None else "worker")
    assert posts[-1]["end"] == "done"
    assert posts[-1]["step"] == STEPS
    ours = learn_letters(LETTERS, SETTINGS, width=8, write_at=(0, 10, STEPS))
    losses = dict(pair for post in posts for pair in post["losses"])
    held = dict(pair for post in posts for pair in post["held"])
    assert list(losses) == list(held) == MESSAGE["marks"]
    for start, stop in zip([0, *MESSAGE["marks"]], MESSAGE["marks"], strict=False):
        mean = ours.losses[start:stop].mean()
        assert losses[stop] == pytest.approx(float(mean), rel=2e-3)
        assert held[stop] == pytest.approx(float(ours.held[stop - 1]), rel=2e-3)
    texts = {post["step"]: post["texts"] for post in posts if post.get("texts")}
    for step, lines in ours.texts.items():
        assert [LETTERS.text(ids) for ids in texts[step]] == lines
    assert all(a["seconds"] <= b["seconds"] for a, b in itertools.pairwise(posts))


@pytest.mark.parametrize("worker", [None, ""], ids=["page", "worker"])
def test_a_run_pauses_and_goes_on(run_js, worker):
    long = MESSAGE | {"settings": HOW | {"steps": 400}}
    posts, seen = run_js(long, worker=worker, pauseAt=1)
    assert seen["before"] == seen["after"], "it went on while it was paused"
    assert posts[-1]["end"] == "done"
    assert posts[-1]["step"] == 400


def test_a_worker_that_is_refused_trains_on_the_page(run_js):
    for how in ({"refuse": True, "worker": ""}, {"worker": "throw Error('no');"}):
        posts, seen = run_js(**how)
        assert seen["where"] == "page"
        assert posts[-1]["end"] == "done"


def test_an_error_on_the_way_is_told(run_js):
    bad = MESSAGE | {"learn": [[0.5, None]], "sizes": SIZES | {"rows": -1}}
    posts, _ = run_js(bad, worker="")
    assert posts[-1]["end"].startswith("failed: ")


def test_a_rate_without_bounds_ends_the_run_and_no_number_is_told(run_js):
    wild = MESSAGE | {"settings": HOW | {"learningRate": 1e38, "warmup": 0}}
    posts, _ = run_js(wild)
    assert posts[-1]["end"] == "diverged"
    assert all(math.isfinite(loss) for post in posts for _, loss in post["losses"])


def test_nothing_held_back_tells_no_loss_of_it(run_js):
    posts, _ = run_js(MESSAGE | {"held": []})
    assert all(not post["held"] for post in posts)


def test_each_update_is_a_turn_of_its_own(live_js):
    """The session alone, as the worker has it: it stops between two updates."""
    code = """(message) => new Promise((resolve) => {
      const made = sbt.kernels()
      const posts = []
      const {trainer, writers, random} = sbt
      const [learns, writes] = [trainer, writers].map((part) => part(made, random))
      const tell = (post) => posts.push(post)
      const take = sbt.session(learns, writes, sbt.batches(random), tell, 0)
      take(message)
      setTimeout(() => {
        take({does: "pause"})
        setTimeout(() => resolve(posts.length), 50)
      }, 5)
    })"""
    long = MESSAGE | {"settings": HOW | {"steps": 10_000}}
    assert live_js(code, long) >= 1


# -- Texts --------------------------------------------------------------------------

STRANGE = {
    "nothing": "",
    "spaces": " \n\t \r\n ",
    "one letter": "a",
    "one letter again and again": "a" * 500,
    "two lines": "Anna\nOtto",
    "sentences": "A cat sat. Did it? It did! " * 5,
    "between commas": "Ash, Birch; Elm, Fir, Hazel, Larch, Maple, Oak, Pine, Yew, x",
    "long lines": "\n".join(f"{i} " + "word " * 30 for i in range(12)),
    "no spaces": "x" * 40 + "\n" + "y" * 200,
    "line ends": "a\r\nb\rc\u2028d\ve",
    "right to left": "שלום עולם\nمرحبا بالعالم\n" * 3,
    "emoji": "👩‍👩‍👧‍👦 🍓\n😀😀",
    "half characters": "\ud800a\udfff\nb\udc00\ud800",
    "nothing to see": "a\0b\x01\x7f\ufeff\u200b",
    "markup": "<img src=x onerror=alert(1)>\n</script><b>",
    "many letters": "".join(chr(0x4E00 + i % 300) for i in range(2000)),
    "ties": "ba\nab\n🍓é",
    "too much": "abc def\n" * 30_000,
    "too much of pairs": "😀" * 200_001,
    "other marks": "\ufffd" + "".join(chr(0x4E00 + i) for i in range(120)),
    "no sentence ends here": "。。a。b。c。d。e。f。g。h。i。j。k",
}


@pytest.mark.parametrize("name", STRANGE)
def test_any_text_is_read_as_in_python(live_js, name):
    ours = read_letters(STRANGE[name])
    code = """(units) => {
      const found = sbt.readText(String.fromCharCode(...[]) +
        units.map((unit) => String.fromCharCode(unit)).join(""))
      return [found, sbt.lossesOf(found)]
    }"""
    data = STRANGE[name].encode("utf-16-le", "surrogatepass")
    units = np.frombuffer(data, "<u2").tolist()
    found, losses = live_js(code, units)
    assert found == {
        "alphabet": list(ours.alphabet),
        "time": ours.time,
        "rare": ours.rare,
        "cut": ours.cut,
        "learn": ours.learn,
        "held": ours.held,
    }
    nothing, pairs = known_losses(ours)
    assert losses["nothing"] == pytest.approx(nothing)
    assert losses["pairs"] == pytest.approx(pairs, abs=1e-9)
    assert all(0 < len(line) < ours.time for line in ours.learn + ours.held)
    assert len(ours.alphabet) <= 97
