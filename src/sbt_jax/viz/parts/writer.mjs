// The browser half of writer.py. The named exports mirror its functions; tests/contracts
// compares them.
const PACE = 110 // milliseconds between two tokens: slow enough to watch the bars
const MOST = 180 // tokens of a story

export function writtenLine(words, seed, off = "") {
  const said = `${words} words, drawn with seed ${seed}.`
  if (!off) return `${said} All of it could happen in this world.`
  const [first] = off.trim().split(/\s+/)
  return `${said} No story of the world has “${first}” where the underlining begins.`
}

export const bars = (likely, drawn = "", [grey, lit] = ["#7d7d86", "#d55e00"]) => ({
  word: sbt.names(likely.map(([word]) => word)),
  p: likely.map(([, p]) => p),
  color: likely.map(([word]) => (word === drawn ? lit : grey)),
})

const bookOf = ({tags: [tokenizer]}) =>
  sbt.stories.once({weights: sbt.weights.main, tokenizer, tables: sbt.tables})
const count = (text) => text.split(/\s+/).filter(Boolean).length
const bare = (text) => text.replace(/(?<=\S) $/, "")

// Show the likeliest tokens after some ids, and which of them was drawn.
function look({source, plot, colors}, book, p, drawn) {
  const token = (id) => (id === book.end ? "<end>" : book.tokenizer.decode([id]))
  const order = Array.from(p, (_, id) => id).sort((a, b) => p[b] - p[a] || a - b)
  const top = order.slice(0, source.tags[0])
  if (drawn !== undefined && !top.includes(drawn)) top[top.length - 1] = drawn
  const data = bars(top.map((id) => [token(id), p[id]]),
    drawn === undefined ? "" : token(drawn), colors)
  plot.y_range.factors = [...data.word].reverse()
  source.data = data
}

// Show a text with its impossible part marked; that part.
function marked(book, text, passage) {
  const {reading, partial} = book.begun(text)
  const whole = reading.impossible === null || partial
    ? text.length : reading.words.join("").length
  passage.text = sbt.passage(text.slice(0, whole), text.slice(whole))
  return text.slice(whole)
}

const figures = {
  begin({first, ...it}) {
    if (it.box.value_input === first.text) { // as Python drew it
      it.passage.text = first.shown
      it.line.text = first.line
      it.plot.y_range.factors = [...first.data.word].reverse()
      it.source.data = first.data
      return
    }
    const book = bookOf(it.tokenizer)
    const off = marked(book, it.box.value_input, it.passage)
    const {ids} = book.ids(bare(it.box.value_input), MOST)
    look(it, book, sbt.softmax(book.reader.read(ids)))
    it.line.text = off
      ? `No story of the world has “${off.trim().split(/\s+/)[0].slice(0, 40)}” there. The model` +
        ` will go on all the same: press “${it.onward.label}”.`
      : `A beginning that the world knows. Press “${it.onward.label}”.`
  },

  async write(it) {
    const book = bookOf(it.tokenizer)
    const start = bare(it.box.value_input)
    let [more, seed, whole] = ["", 0, true]
    await sbt.toggled(it.line, it.onward, async (run) => {
      seed = run.seed
      const chance = sbt.random(seed)
      const begin = book.ids(start, MOST).ids
      const written = []
      while (run.on && written.length < MOST) {
        const p = sbt.softmax(book.reader.read([...begin, ...written]))
        const id = sbt.sample(p, chance())
        look(it, book, p, id)
        if (id === book.end) break
        written.push(id)
        more = book.tokenizer.decode(written)
        marked(book, start + more, it.passage)
        it.line.text = `The model writes, with seed ${seed} …`
        await sbt.pause(PACE)
      }
      whole = run.on
    })
    if (!seed) return // this press has stopped a run
    const off = marked(book, start + more, it.passage)
    it.line.text = (whole ? "" : "Stopped. ") + writtenLine(count(more), seed, off)
  },
}

export default ({figure, ...it}) => figures[figure](it)
