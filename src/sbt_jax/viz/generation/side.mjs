// The browser half of side.py: one beginning, several ways to go on. The named exports
// mirror its functions; tests/contracts compares them.

export function wayHtml(name, how, text, off = "") {
  const told = sbt.passage(text.replace(/^ +/, ""), text ? off : off.replace(/^ +/, ""))
  return `<div class="way"><div><b>${sbt.escape(name)}</b>` +
    `<small>${sbt.escape(how)}</small></div>${told}</div>`
}

export function sideLine(seed, slipped) {
  const said = `Seed ${seed}, the same dice for all.`
  return slipped.length
    ? `${said} Underlined is what no story could say: ${slipped.join(", ")}.`
    : `${said} All of it could be of the world.`
}

const bookOf = ({tags: [tokenizer]}) =>
  sbt.stories.once({weights: sbt.weights.main, tokenizer, tables: sbt.tables})

const bare = (text) => text.replace(/(?<=\S) $/, "")

// What was written up to the first word that no story has there, and the rest.
function halves(book, start, more) {
  const {reading, partial} = book.begun(start + more)
  const size = reading.words.join("").length - start.length
  if (reading.impossible === null || partial || size < 0) return [more, ""]
  return [more.slice(0, size), more.slice(size)]
}

const draw = ({rows, ways}, told) => {
  rows.text = ways.map(([name, how], i) => wayHtml(name, how, ...(told[i] ?? [""]))).join("")
}

const figures = {
  begin({first, ...it}) {
    if (it.box.value_input === first.text) { // as Python drew it
      it.rows.text = first.rows
      it.line.text = first.line
      return
    }
    draw(it, [])
    const start = bare(it.box.value_input).slice(-60)
    it.line.text = `Begins with “${start}”. Press “${it.again.label}”.`
  },

  async write(it) {
    const book = bookOf(it.tokenizer)
    const start = bare(it.box.value_input)
    const {ids} = book.ids(start, it.steps)
    const told = []
    let seed
    await sbt.toggled(it.line, it.again, async (run) => {
      seed = run.seed
      draw(it, told)
      for (const [i, [, , how]] of it.ways.entries()) {
        const written = []
        const signal = {get aborted() { return !run.on }}
        await sbt.generate(book.reader, ids, {
          ...how, seed, signal, maxTokens: it.steps, stop: [book.end],
          onToken(id) {
            written.push(id)
            told[i] = halves(book, start, book.tokenizer.decode(written))
            draw(it, told)
            it.line.text = `All of them throw the dice of seed ${seed} …`
          },
        })
        if (!run.on || it.box.value_input !== start) return
      }
    })
    if (seed === undefined) return // this press has stopped a run
    const slipped = it.ways.filter((_, i) => told[i]?.[1]).map(([name]) => name)
    if (bare(it.box.value_input) === start) it.line.text = sideLine(seed, slipped)
  },
}

export default ({figure, ...it}) => figures[figure](it)
