"""How long a reader waits: for the pieces of what they type, and for the model."""

from playwright.sync_api import Page

_REDRAWS = """async (repeats) => {
  const figures = probe.figures().map((_, i) => i)
  const has = (i) => probe.chips(i).length && probe.widgets(i).some(isBox)
  const isBox = ({type}) => type === "TextAreaInput"
  const i = figures.find(has)
  if (i === undefined) return {}
  const {id} = probe.widgets(i).find(isBox)
  const box = probe.find(probe.insides(probe.viewOf(i, id)), "textarea")[0]
  const shown = probe.views(i).find((view) => view.model.tags?.includes("sbt-chips"))
  const pieces = () => probe.chips(i)[0].map(([text]) => text)

  // From the key press until the new pieces are laid out.
  async function type(text) {
    const start = performance.now()
    const redrawn = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("no new pieces in 10 s")), 10_000)
      new MutationObserver((_, self) => {
        self.disconnect()
        shown.el.getBoundingClientRect()
        resolve(performance.now() - start)
      }).observe(probe.insides(shown), {childList: true, subtree: true})
    })
    box.value = text
    box.dispatchEvent(new InputEvent("input", {bubbles: true}))
    return redrawn
  }
  const words = "the model reads what the reader writes and merges the pieces "
  await type(words.repeat(10))
  const sixty = pieces().slice(0, 60).join("")
  const times = {}
  for (const [name, text] of [
    ["60 tokens", sixty],
    ["5,000 characters", words.repeat(100).slice(0, 4999)],
  ]) {
    const found = []
    for (let k = 0; k < repeats; k++) found.push(await type("ab"[k % 2] + text))
    times[name] = found.sort((a, b) => a - b)[repeats >> 1]
  }
  return times
}"""


def redraw_times(page: Page, repeats: int = 9) -> dict[str, float]:
    """Median milliseconds from a key press to new pieces, by what is in the box.

    The page comes from a fixture of ``conftest.py``, or has ``probe.js`` as a script
    and its figures mounted; without a text box whose pieces are shown it gives
    nothing.
    """
    return page.evaluate(_REDRAWS, repeats)


_MODEL = """async ([name, repeats]) => {
  const model = sbt.transformer(sbt.weights[name])
  const {window, vocab_size} = model.config
  const ids = Array.from({length: 60}, (_, i) => (37 * i + 1) % vocab_size)
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1]
  const reads = []
  const rates = []
  for (let k = -1; k < repeats; k++) { // the first is not counted: it is compiled
    const start = performance.now()
    model.start().read(ids, {all: true})
    reads.push(performance.now() - start)
    const times = []
    const onToken = () => times.push(performance.now())
    await sbt.generate(model, ids, {seed: k + 1, onToken, maxTokens: window - 60})
    rates.push((1000 * (times.length - 1)) / (times.at(-1) - times[0]))
    if (k < 0) reads.length = rates.length = 0
  }
  // Without a cache all is read again for each token.
  const start = performance.now()
  const plain = Math.min(16, window - 60)
  for (let n = 1; n <= plain; n++) {
    model.start().read([...ids, ...Array(n).fill(1)])
  }
  const uncached = (1000 * plain) / (performance.now() - start)
  return {read: median(reads), rate: median(rates), uncached}
}"""


def model_times(page: Page, name: str, repeats: int = 9) -> dict[str, float]:
    """Speed of a model of ``sbt.weights``, in a page that has the runtime.

    ``read`` is the median of the milliseconds to read 60 tokens with the logits of
    each, ``rate`` that of the tokens written in a second, up to a full window.
    """
    return page.evaluate(_MODEL, [name, repeats])


_MAPS = """async (repeats) => {
  const isBox = ({type}) => type === "TextAreaInput"
  const i = probe.figures().findIndex((_, i) =>
    probe.widgets(i).some(isBox) && probe.models(i).some(({type}) => type === "Image"))
  if (i < 0) return {}
  const {id} = probe.widgets(i).find(isBox)
  const box = probe.model(i, id)
  const line = probe.models(i).find(({tags}) => tags?.includes("sbt-line"))

  // From the key press until the maps, the passage and the line are new.
  async function type(text) {
    const start = performance.now()
    const told = new Promise((resolve) => {
      const once = () => {
        line.properties.text.change.disconnect(once)
        resolve()
      }
      line.properties.text.change.connect(once)
    })
    box.value_input = text
    await told
    return performance.now() - start
  }
  const story = "One day Tom gave the red ball to Anna and she put it into the box. "
  const times = {}
  for (const [name, count] of [["60 tokens", 60], ["255 tokens", 255]]) {
    const words = story.repeat(20).split(" ").slice(0, count - 1).join(" ")
    const found = []
    for (let k = 0; k < repeats; k++) found.push(await type(words + " ab"[k % 2]))
    times[name] = found.sort((a, b) => a - b)[repeats >> 1]
  }
  return times
}"""


def map_times(page: Page, repeats: int = 9) -> dict[str, float]:
    """Median milliseconds from a key press to new attention maps.

    The page comes as for :func:`redraw_times`; without such a figure it gives nothing.
    """
    return page.evaluate(_MAPS, repeats)


_DESK = """async (repeats) => {
  const isKnob = ({title}) => title === "temperature T"
  const i = probe.figures().findIndex((_, i) => probe.models(i).some(isKnob))
  if (i < 0) return {}
  const knob = probe.models(i).find(isKnob)
  const box = probe.models(i).find(({type}) => type === "TextAreaInput")
  const line = probe.models(i).find(({tags}) => tags?.includes("sbt-line"))

  // From the change until bars, passage and line are new.
  async function change(model, name, value) {
    const start = performance.now()
    const told = new Promise((resolve) => {
      const once = () => {
        line.properties.text.change.disconnect(once)
        resolve()
      }
      line.properties.text.change.connect(once)
      setTimeout(resolve, 5000) // a line that stays must not stop everything
    })
    model[name] = value
    await told
    return performance.now() - start
  }
  const story = box.value_input
  const times = {"a slider moves": [], "a key is pressed": []}
  // The text of the start all along: off the world a knob may leave the line as it was.
  for (let k = 0; k < repeats; k++) {
    times["a slider moves"].push(await change(knob, "value", 0.45 + 0.1 * k))
  }
  for (let k = 0; k < repeats; k++) {
    const text = `${story} ${"abcdefghi"[k % 9]}`
    times["a key is pressed"].push(await change(box, "value_input", text))
  }
  const median = (found) => found.sort((a, b) => a - b)[found.length >> 1]
  return Object.fromEntries(Object.entries(times).map(([k, v]) => [k, median(v)]))
}"""


def desk_times(page: Page, repeats: int = 9) -> dict[str, float]:
    """Median milliseconds until the mixing desk has followed.

    The page comes as for :func:`redraw_times`; without such a figure it gives nothing.
    """
    return page.evaluate(_DESK, repeats)


_TRAINING = """async (seconds) => {
  const i = probe.figures().findIndex((_, i) =>
    probe.models(i).some(({label}) => label === "train"))
  if (i < 0) return {}
  const pressed = (label) => {
    const {id} = probe.models(i).find((one) => one.label === label)
    probe.find(probe.insides(probe.viewOf(i, id)), "button")[0].click()
  }
  const line = probe.models(i).find(({tags}) => tags?.includes("sbt-line"))
  const begun = performance.now()
  pressed("train")
  const now = () => (performance.now() - begun) / 1000
  let fell = null
  while (now() < seconds) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const loss = /updates: ([\\d.]+) nats/.exec(line.text)
    if (fell === null && loss && Number(loss[1]) < 3) fell = now()
  }
  const [, speed] = / s, (\\d+) updates a second/.exec(line.text) ?? []
  pressed("pause")
  return {rate: Number(speed), fell}
}"""


def training_times(page: Page, seconds: float = 8) -> dict[str, float]:
    """How fast the model of chapter 6 that readers train learns.

    ``rate`` is in updates a second; ``fell`` is after how many seconds the line said
    that the loss is below 3 nats. The page comes as for :func:`redraw_times`; without
    such a figure it gives nothing.
    """
    return page.evaluate(_TRAINING, seconds)


_SEES = """async (repeats) => {
  const times = {}
  for (const patch of [16, 8, 4]) {
    const model = sbt.encoder(sbt.weights[`multimodality_vit${patch}`])
    const count = (16 / patch) ** 2
    const patches = Array.from({length: count}, (_, i) =>
      Float32Array.from({length: patch * patch}, (_, j) => ((i * j) % 7) / 7))
    const found = []
    for (let k = -2; k < repeats; k++) { // the first two are not counted
      const start = performance.now()
      model.see(patches)
      if (k >= 0) found.push(performance.now() - start)
    }
    times[`patches of ${patch}`] = found.sort((a, b) => a - b)[repeats >> 1]
  }
  return times
}"""


def sight_times(page: Page, repeats: int = 9) -> dict[str, float]:
    """Median milliseconds of one look at a digit, by the size of the patches.

    The page is chapter 15's, with its figures mounted and their weights there.
    """
    page.wait_for_function("!!sbt.weights?.multimodality_vit4")
    page.wait_for_function("!!sbt.weights?.multimodality_vit16 && !!sbt.encoder")
    return page.evaluate(_SEES, repeats)


_GUESSES = """async (repeats) => {
  const i = probe.figures().findIndex((_, i) =>
    probe.models(i).some(({label}) => label === "guess and check"))
  const {id} = probe.models(i).find(({label}) => label === "guess and check")
  const line = probe.models(i).find(({tags}) => tags?.includes("sbt-line"))
  const found = []
  for (let k = -1; k < repeats; k++) { // the first is not counted
    line.text = ""
    probe.find(probe.insides(probe.viewOf(i, id)), "button")[0].click()
    let times = null
    for (let tries = 0; !times && tries < 600; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      times = /([\\d.]+).ms a token, main alone.([\\d.]+).ms/.exec(line.text)
    }
    if (k >= 0) found.push(times.slice(1).map(Number))
  }
  const median = (at) =>
    found.map((times) => times[at]).sort((a, b) => a - b)[found.length >> 1]
  return {together: median(0), alone: median(1)}
}"""


def guess_times(page: Page, repeats: int = 9) -> dict[str, float]:
    """Median milliseconds of a token that two models write, and the large one alone.

    The page is chapter 18's, with its figures mounted and their models there.
    """
    page.wait_for_function("!!sbt.weights?.main && !!sbt.weights?.small")
    return page.evaluate(_GUESSES, repeats)
