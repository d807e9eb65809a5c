// The browser half of waits.py: the same beginning, continued with and without a cache.
// The named exports mirror Python; tests/contracts compares them.

const LAST = 44 // characters of a beginning that are shown again
const TRIES = 4 // of each step; the quickest counts

// Multiply-adds of reading `fresh` tokens with `past` others in the cache.
export function readingSums({vocab_size, width, layers, heads, kv_heads, mlp}, fresh, past) {
  const head = width / heads
  const block = 2 * width ** 2 + width * 2 * kv_heads * head + 3 * width * mlp
  const seen = fresh * past + (fresh * (fresh + 1)) / 2
  return {
    projections: layers * fresh * block + width * vocab_size,
    looking: 2 * layers * heads * head * seen,
  }
}

export function sumsOf(sizes, prompt, tokens) {
  const million = (fresh, past) => {
    const {projections, looking} = readingSums(sizes, fresh, past)
    return (projections + looking) / 1e6
  }
  const all = Array.from({length: tokens}, (_, i) => i)
  return {
    again: all.map((i) => million(prompt + i, 0)),
    kept: all.map((i) => (i ? million(1, prompt + i - 1) : million(prompt, 0))),
  }
}

export function bars({again, kept}) {
  const numbers = again.map((_, i) => i + 1)
  return {
    left: numbers.map((i) => i - 0.2), right: numbers.map((i) => i + 0.2), again, kept,
  }
}

// The last words of a beginning.
export function ending(text) {
  const letters = [...text]
  if (letters.length <= LAST) return text
  const last = letters.slice(-LAST).join("")
  const at = last.indexOf(" ")
  return `… ${at < 0 ? "" : last.slice(at + 1)}`
}

const sum = (values) => values.reduce((a, b) => a + b, 0)

export function sumsLine(prompt, {again, kept}) {
  const {count} = sbt.numbers
  return `After ${count(prompt)} token${prompt === 1 ? "" : "s"}, ${again.length} new ones:` +
    ` ${count(sum(again))} million multiply-adds where all is read again,` +
    ` ${count(sum(kept))} million with the cache. The first token costs the same both` +
    " ways. Press the button to time it here."
}

export function timedLine({again, kept}, apart, same) {
  const {decimal} = sbt.numbers
  const mean = (values) => (values.length ? decimal(sum(values) / values.length, 1) : "0.0")
  const agree = same ? "Both wrote the same" : "They wrote something else"
  const far = apart
    ? `logits differ by ${decimal(1e6 * apart, 2)} millionths at most`
    : "all logits are equal to the last digit"
  return `With the cache ${decimal(kept[0], 1)} ms to the first token, then` +
    ` ${mean(kept.slice(1))} ms each (mean); without it ${mean(again)} ms each. ${agree};` +
    ` ${far}.`
}

const bookOf = ({tags: [tokenizer]}) =>
  sbt.stories.once({weights: sbt.weights.main, tokenizer, tables: sbt.tables})

const bare = (text) => text.replace(/(?<=\S) $/, "")

function noted(text, cut) {
  if (!text.trim()) return "There is no text: the model begins a story. "
  return cut ? "The beginning is too long: its first tokens are left out. " : ""
}

// The quickest of some tries of a step, in milliseconds, and what it gave.
function quickest(before, step) {
  let [best, found] = [Infinity, null]
  for (let i = 0; i < TRIES; i++) {
    before()
    const start = performance.now()
    found = step()
    best = Math.min(best, performance.now() - start)
  }
  return [best, found]
}

const likeliest = (logits) => logits.indexOf(Math.max(...logits))

const figures = {
  begin({first, ...it}) {
    sbt.halt(it.line.document)
    const typed = it.box.value_input
    const {ids, cut} = bookOf(it.tokenizer).ids(bare(typed), it.tokens)
    const found = sumsOf(it.sizes, ids.length, it.tokens)
    it.axis.axis_label = it.axes[0]
    it.source.data = bars(found)
    it.text.text = typed === first.prompt ? first.text : sbt.passage(`${ending(typed)} …`)
    it.line.text = noted(typed, cut) + sumsLine(ids.length, found)
  },

  async time(it) {
    const book = bookOf(it.tokenizer)
    const typed = it.box.value_input
    const {ids, cut} = book.ids(bare(typed), it.tokens)
    await sbt.toggled(it.line, it.press, async (run) => {
      const [whole, kept] = [book.model.start(), book.model.start()]
      whole.read(ids) // so that the browser has compiled what is timed
      const [found, written] = [{again: [], kept: []}, []]
      let [apart, same] = [0, true]
      for (let i = 0; run.on && i < it.tokens; i++) {
        const text = [...ids, ...written]
        const [again, all] = quickest(() => whole.rewind(0), () => whole.read(text))
        const [once, one] = i
          ? quickest(() => kept.rewind(text.length - 1), () => kept.read(text.slice(-1)))
          : quickest(() => kept.rewind(0), () => kept.read(text))
        found.again.push(again)
        found.kept.push(once)
        for (let v = 0; v < one.length; v++) apart = Math.max(apart, Math.abs(all[v] - one[v]))
        same &&= likeliest(all) === likeliest(one)
        const id = likeliest(one)
        it.axis.axis_label = it.axes[1]
        it.source.data = bars(found)
        if (id === book.end) break
        written.push(id)
        it.text.text = sbt.passage(`${ending(typed)}${book.tokenizer.decode(written)}`)
        it.line.text = noted(typed, cut) + timedLine(found, apart, same)
        await sbt.pause(0)
      }
      if (it.box.value_input === typed && found.kept.length) {
        it.line.text = noted(typed, cut) + timedLine(found, apart, same)
      }
    })
  },
}

export default ({figure, ...it}) => figures[figure](it)
