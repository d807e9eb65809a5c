// The browser half of the mixing desk of chapter 7. The named exports mirror functions
// of viz/generation/desk.py; tests/contracts compares them.
const PACE = 15 // milliseconds between two tokens
const CUTS_FIRST = ["repetitionPenalty", "topK", "topP", "minP", "temperature"]

const total = (values) => values.reduce((a, b) => a + b, 0)

// `before` and `after` are probabilities, `left` says which tokens are left, `truth` is
// null where there is none.
export function effect(before, after, left, truth) {
  const sum = (p, where) => total(p.filter((_, i) => where(i)))
  const found = {kept: left.filter(Boolean).length, cut: sum(before, (i) => !left[i])}
  if (!truth) return {...found, distance: null}
  const apart = (p) => total(p.map((x, i) => Math.abs(truth[i] - x))) / 2
  return {
    ...found, distance: apart(after), alone: apart(before),
    impossible: sum(after, (i) => truth[i] === 0), dropped: sum(truth, (i) => !left[i]),
  }
}

export const percent = (p) =>
  p > 0 && p < 0.0005 ? "under 0.1 %" : sbt.numbers.percent(p, 1)

export function deskLine(found, vocab, off = null) {
  const [kept, all] = [found.kept, vocab].map(sbt.numbers.count)
  const said = `Tokens left: ${kept} of ${all}; ${percent(found.cut)} of the model's` +
    " probability is cut off."
  if (found.distance === null) {
    return `${said} ${off ?? "There is no truth to compare with here."}`
  }
  return `${said} Distance to the truth: ${found.distance.toFixed(3)} (the model alone:` +
    ` ${found.alone.toFixed(3)}). On impossible tokens: ${percent(found.impossible)};` +
    ` of the truth dropped: ${percent(found.dropped)}.`
}

// Bars of the likeliest tokens and one of all others; `token(id)` is a token's text.
export function rows(token, before, after, truth, shown, rest) {
  const order = before.map((_, i) => i).sort((a, b) => before[b] - before[a] || a - b)
  const top = order.slice(0, shown)
  const column = (p) => {
    const own = top.map((id) => p[id])
    return [...own, Math.max(1 - total(own), 0)]
  }
  const found = {
    token: [...sbt.names(top.map(token)), rest], before: column(before), after: column(after),
  }
  return truth ? {...found, truth: column(truth)} : found
}

export const marks = ({token, truth = []}) => ({token: token.slice(0, truth.length), truth})

export const farthest = ({before, after, truth = []}) =>
  1.06 * Math.max(...before, ...after, ...truth)

const bookOf = ({tags: [tokenizer]}) =>
  sbt.stories.once({weights: sbt.weights.main, tokenizer, tables: sbt.tables})

const set = (box, text) => box.setv({value: text, value_input: text})

// The settings as the sampler takes them.
function settings({temperature, topK, topP, minP, repetitionPenalty, order}, seen) {
  const knobs = {temperature, topP, minP, repetitionPenalty}
  const found = Object.entries(knobs).map(([name, {value}]) => [name, value])
  if (topK.value !== "all") found.push(["topK", Number(topK.value)])
  if (order.active === 1) found.push(["order", CUTS_FIRST])
  return {...Object.fromEntries(found), seen}
}

// The world's probability of every token after a text, or why there is none.
function truthAfter(book, text, vocab) {
  const {reading, partial} = book.begun(text)
  if (partial) return {off: `“${partial.trim()}” is not a whole word yet: no truth.`}
  if (reading.impossible !== null) {
    const word = reading.impossible.trim().slice(0, 40) || "a space"
    return {impossible: reading, off: `No story of the world has “${word}” there, so there` +
      " is no truth to compare with."}
  }
  const truth = new Array(vocab).fill(0)
  for (const [word, {p}] of reading.next) truth[book.idsOf(word)[0]] += p
  return {truth}
}

function draw(it, note = "") {
  const {shelf, box, source, mark, plot, passage, line, shown, rest} = it
  const book = bookOf(shelf)
  const text = box.value_input
  const {ids, cut} = book.ids(text.replace(/(?<=\S) $/, ""))
  const logits = book.reader.read(ids)
  const kept = sbt.sampler.filtered(logits, settings(it, ids))
  const [before, after] = [logits, kept].map((z) => Array.from(sbt.softmax(z)))
  const {truth = null, off, impossible} = truthAfter(book, text, logits.length)
  const token = (id) => (id === book.end ? "<end>" : book.tokenizer.decode([id]))
  const data = rows(token, before, after, truth, shown, rest)
  plot.y_range.factors = [...data.token].reverse()
  plot.x_range.end = farthest(data)
  const {token: tokens, before: raw, after: made} = data
  source.data = {token: tokens, before: raw, after: made}
  mark.data = marks(data)
  const whole = impossible ? impossible.words.join("").length : text.length
  passage.text = sbt.passage(text.slice(0, whole), text.slice(whole))
  const left = Array.from(kept, (z) => z > -Infinity)
  const found = effect(before, after, left, truth)
  line.text = note + deskLine(found, logits.length, off) +
    (cut ? ` The model sees all but the first ${cut} tokens.` : "")
  return impossible ?? null
}

// Draw tokens until a word more than `words` would begin, the story ends, the window is
// full or the button is pressed again; `show` is called with the text after each.
async function goOn(it, run, show) {
  const book = bookOf(it.shelf)
  const chance = sbt.random(run.seed)
  const start = it.box.value_input.replace(/(?<=\S) $/, "")
  const count = (text) => book.tokenizer.pretokenize(text).length
  let {ids} = book.ids(start, 160)
  for (const written = []; run.on;) {
    const logits = book.reader.read(ids)
    const p = sbt.sampler.probabilities(logits, settings(it, ids))
    const id = sbt.sample(p, chance())
    if (id === book.end) return "The model ended the story"
    const text = start + book.tokenizer.decode([...written, id])
    if (count(text) > count(start) + it.words) return "Written"
    if (ids.length === book.reader.config.window) return "The window is full"
    written.push(id)
    ids = [...ids, id]
    show(text)
    await sbt.pause(PACE)
  }
  return "Stopped"
}

const figures = {
  look: (it) => void draw(it),

  async write(it) {
    let seed
    const how = await sbt.toggled(it.line, it.button, (run) => {
      seed = run.seed
      return goOn(it, run, (text) => {
        set(it.box, text)
        draw(it, `Seed ${seed}. `)
      })
    })
    if (how === undefined) return
    const verdict = draw(it) ? "" : " All of it could be of the world."
    draw(it, `${how} (seed ${seed}).${verdict} `)
  },
}

export default ({figure, ...args}) => figures[figure](args)
