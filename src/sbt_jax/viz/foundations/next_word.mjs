// The browser half of the live figures of chapter 1. The named exports mirror
// functions of viz/foundations/next_word.py; tests/contracts compares them.
const PACE = 70 // milliseconds between two tokens: slow enough to watch the bars

const SHOWN = 7
const LEAST = 0.001
const FAVOURITES = 3

export function share(p) {
  if (p < 0.001) return "under 0.1 %"
  if (p > 0.999 && p < 1) return "over 99.9 %"
  return sbt.numbers.percent(p, p === 1 ? 0 : 1)
}

export function gapLine([[word, truth, model, trigram]], gaps) {
  const parts = Object.entries(gaps).map(([name, nats]) => `${name} ${nats.toFixed(3)} nats`)
  return (
    `${sbt.names([word])[0]}: truth ${share(truth ?? 0)}, model ${share(model)},` +
    ` trigram ${share(trigram)}. Gap to the truth at this place: ${parts.join(", ")}.`
  )
}

// What has bars: all that somebody finds possible; the truth's or the model's first.
export function shownRows(rows) {
  const most = ([, truth, ...others]) => Math.max(truth ?? 0, ...others)
  const expected = ([, truth, model]) => Math.max(truth ?? 0, model)
  const by = (rank) => (x, y) => rank(y) - rank(x) || (x[0] < y[0] ? -1 : 1)
  const [first, ...rest] = [...rows].sort(by(expected))
  const kept = rest.filter((row) => most(row) >= LEAST).sort(by(most))
  return (first ? [first, ...kept] : []).slice(0, SHOWN)
}

const bookOf = ({tags: [tokenizer]}) =>
  sbt.stories.once({weights: sbt.weights.main, tokenizer, tables: sbt.tables})

// Words with all three probabilities: those that may come, and favourites of the model
// and of the trigram that are whole words.
function candidates(shelf, book, text) {
  const seen = book.look(text, 0)
  const [, table, {whole}] = shelf.tags
  const counted = sbt.ngrams.once(table).probabilities
  const rows = [...seen.rows]
  if (!seen.partial) {
    const model = sbt.softmax(book.reader.read(seen.start))
    const taken = new Set(rows.map(([word]) => word))
    const none = seen.impossible === null ? 0 : null
    for (const p of [model, counted(seen.start)]) {
      const others = whole.filter((id) => !taken.has(book.tokenizer.decode([id])))
      others.sort((x, y) => p[y] - p[x] || x - y)
      for (const id of others.slice(0, FAVOURITES)) {
        const word = book.tokenizer.decode([id])
        taken.add(word)
        rows.push([word, none, model[id]])
      }
    }
  }
  const words = rows.map(([word]) => word)
  const byCount = book.wordProbabilities(counted, seen.start, words).p
  return {seen, rows: rows.map((row) => [...row, byCount.get(row[0])])}
}

// Bars, buttons, the chosen example and the line, for a text.
function draw({shelf, box, pick, texts, line, source, plot, words}, note) {
  const text = box.value_input
  const {seen, rows} = candidates(shelf, bookOf(shelf), text)
  const shown = shownRows(rows)
  const names = sbt.names(shown.map(([word]) => word))
  plot.y_range.factors = [...names].reverse()
  const column = (at) => shown.map((row) => row[at] ?? 0)
  source.data = {
    word: names, text: column(0), truth: column(1), model: column(2),
    trigram: column(3),
  }
  words.forEach((button, i) => {
    sbt.relabel(button, names[i] ?? "–")
  })
  if (texts[pick.active] !== text) {
    const at = texts.indexOf(text)
    pick.active = at < 0 ? null : at
  }
  line.text = note ?? said(seen, rows, shown)
  return seen
}

function said(seen, rows, shown) {
  const cut = seen.cut ? ` The model sees all but the first ${seen.cut} tokens.` : ""
  if (seen.impossible !== null) {
    const word = seen.impossible.trim() || "a space"
    return `No story of the world has “${word.slice(0, 40)}” there, so there is no truth to` +
      ` compare with. The model goes on all the same: ${shown[0][0].trim()}` +
      ` ${share(shown[0][2])}.${cut}`
  }
  if (seen.partial) return `Words that begin with “${seen.partial.trim()}”.`
  const known = new Map(rows.filter((row) => row[1]).map((row) => [row[0], row[1]]))
  const gapOf = (at) => sbt.wordGap(known, new Map(rows.map((row) => [row[0], row[at]])))
  return gapLine(shown, {"the model": gapOf(2), "the trigram": gapOf(3)})
}

const set = (box, text) => box.setv({value: text, value_input: text})

// Sample token by token until the story ends, the button is pressed again, or `most`.
const goOn = ({shelf, box, onward, line, most, pace}, show) =>
  sbt.toggled(line, onward, async (run) => {
    const book = bookOf(shelf)
    const chance = sbt.random(run.seed)
    let {ids} = book.ids(box.value_input, most)
    let reason = "stopped"
    let written = 0
    for (; run.on; written++) {
      if (written === most) reason = "had room for no more"
      const p = sbt.softmax(book.reader.read(ids))
      const id = sbt.sample(p, chance())
      if (id === book.end) reason = "ended the story"
      if (reason !== "stopped") break
      ids = [...ids, id]
      show(book.tokenizer.decode(ids.slice(-written - 1)), run)
      await sbt.pause(pace)
    }
    return {reason, written, seed: run.seed}
  })

const figures = {
  look: (it) => draw(it),

  choose({pick, texts, box}) {
    const text = texts[pick.active]
    if (text !== undefined && text !== box.value_input) set(box, text)
  },

  append({at, ...it}) {
    const text = it.source.data.text[at]
    if (text === undefined || text === "<end>") return
    const {partial} = bookOf(it.shelf).begun(it.box.value_input)
    const kept = it.box.value_input.replace(/(?<=\S) $/, "")
    set(it.box, kept.slice(0, kept.length - partial.length) + text)
  },

  tap(it) {
    const [at] = it.source.selected.indices
    if (at === undefined) return
    it.source.selected.indices = []
    figures.append({at, ...it})
  },

  async write(it) {
    const start = it.box.value_input
    const gaps = []
    const end = await goOn({...it, most: 120, pace: PACE}, (more, {seed}) => {
      const seen = bookOf(it.shelf).look(it.box.value_input)
      if (seen.gap !== null) gaps.push(seen.gap)
      set(it.box, start + more)
      it.line.text = `${gapsSaid(gaps)} (seed ${seed}).`
    })
    if (!end) return
    const gap = end.written ? ` ${gapsSaid(gaps)}.` : ""
    it.line.text = `${ended(end)}${gap} ${verdict(draw(it).impossible)}`
  },

  // The landing page: only the text and what is impossible in it.
  begin({shelf, box, passage, line, first}) {
    if (box.value_input === first.text) {
      passage.text = first.shown
      line.text = first.line
      return
    }
    const off = marked(shelf, box.value_input, passage)
    line.text = off === null
      ? "A beginning that the world knows. Let the model go on."
      : `No story of the world has “${off}” there. The model will go on all the same.`
  },

  async tell(it) {
    const start = it.box.value_input
    let text = start
    let off = null
    const end = await goOn({...it, most: 180, pace: 15}, (more, {seed}) => {
      text = start + more
      off = marked(it.shelf, text, it.passage)
      it.line.text = `The model writes (seed ${seed}) …`
    })
    if (!end) return
    it.line.text = `${ended(end)} ${verdict(off)}`
  },
}

// Show a text with its impossible part marked; the first impossible word, or null.
function marked(shelf, text, passage) {
  const {reading, partial} = bookOf(shelf).begun(text)
  const off = reading.impossible === null || partial
    ? text.length : reading.words.join("").length
  passage.text = sbt.passage(text.slice(0, off), text.slice(off))
  return off === text.length ? null : reading.impossible.trim().slice(0, 40) || "a space"
}

const ended = ({reason, written, seed}) =>
  `The model ${reason} after ${written} tokens (seed ${seed}).`

const verdict = (off) =>
  off === null ? "All of it could be of the world."
    : `The first word that no story of the world has there: “${off.trim().slice(0, 40)}”.`

function gapsSaid(gaps) {
  if (!gaps.length) return "No word had a truth to compare with"
  const mean = sbt.numbers.mean(gaps)
  return `Gap at the last of ${gaps.length} words ${gaps.at(-1).toFixed(3)} nats,` +
    ` on average ${mean.toFixed(3)}`
}

// What a widget of the next word does that has changed, or whose button was pressed.
function called(it, by) {
  const {id} = by.origin ?? by
  const at = it.words.findIndex((button) => button.id === id)
  if (at >= 0) return figures.append({at, ...it})
  const what = {[it.pick.id]: "choose", [it.source.selected.id]: "tap",
    [it.onward.id]: "write"}
  return figures[what[id] ?? "look"](it)
}

export default ({figure, ...args}, by) =>
  figure ? figures[figure](args) : called(args, by)
