// The browser half of "before and after" of chapter 8. The named exports mirror
// viz/alignment/before_after.py and world/formats.py; tests/contracts compares them.
export function told(answers, truth, homes) {
  const those = (right) =>
    Object.keys(answers).filter((name) => right(answers[name])).join(", ") || "nobody"
  const home = those((text) => homes.some((town) => text.includes(town)))
  const rule = `A town is named by: ${home}.`
  if (truth === null) return `The world has no answer of one word to this. ${rule}`
  const right = those((text) => text.toLowerCase().includes(truth.toLowerCase()))
  const luck = homes.includes(truth) ? ` By luck, one town in ${homes.length} is right.` : ""
  return `The true answer is ${truth}, given by: ${right}.${luck} ${rule}`
}

const has = (things, id, name) =>
  Object.hasOwn(things, id) ? things[id][name] ?? null : null

function sum(things, first, second) {
  const number = (word) =>
    Object.keys(things).find((id) => /^\d+$/.test(id) && things[id].text === word)
  const [m, n] = [number(first), number(second)]
  if (m === undefined || n === undefined) return null
  return has(things, String(Number(m) + Number(n)), "text")
}

const QUESTIONS = [
  [/^Where does (\w+ \w+) live\?$/, (things, name) => has(things, name, "town")],
  [/^What does (\w+ \w+) do\?$/, (things, name) => has(things, name, "trade")],
  [/^What does (\w+ \w+) have\?$/, (things, name) => has(things, name, "pet")],
  [/^What does an? (\w+) say\?$/, (things, animal) => has(things, animal, "sound")],
  [/^What does an? (\w+) eat\?$/, (things, animal) => has(things, animal, "food")],
  [/^It is (\w+)\. What is tomorrow\?$/, (things, day) => has(things, day, "next")],
  [/^How much is (\w+) and (\w+)\?$/, sum],
]

// The word that answers a question, or null.
export function truthOf(text, things) {
  for (const [pattern, answer] of QUESTIONS) {
    const found = pattern.exec(text.trim())
    if (found) return answer(things, ...found.slice(1))
  }
  return null
}

// Each callback is a module of its own, so what they share is kept beside the runtime:
// adapters by checkpoint (one object each, so built once), and by line what is being
// answered, and the last seed.
const {made, runs} = ((globalThis.sbt ??= {}).alignment ??=
  {made: new Map(), runs: new WeakMap()})
function adaptersOf(name, scale) {
  if (!made.has(name)) {
    const own = {}
    for (const [key, {data}] of Object.entries(sbt.unpack(sbt.weights[name]))) {
      const end = key.lastIndexOf(".")
      ;((own[key.slice(0, end)] ??= {scale}))[key.slice(end + 1)] = data
    }
    made.set(name, own)
  }
  return made.get(name)
}

// What one model says, word by word; the raw one reads the question as the beginning of a
// story.
async function say({shelf, most, scale}, name, text, seed, signal, show) {
  const tokenizer = shelf.tags[0]
  const book = sbt.stories.once({weights: sbt.weights.main, tokenizer, tables: sbt.tables})
  const {special, encode, decode} = book.tokenizer
  const words = encode(text).slice(0, book.model.config.window - most - 8)
  const ids = name ? [book.end, special["<user>"], ...words, special["<model>"]]
    : [book.end, ...words]
  const edits = name ? {adapters: adaptersOf(name, scale)} : {}
  const said = []
  const {ids: written} = await sbt.generate(book.model, ids, {
    maxTokens: most, stop: [book.end], seed, signal, edits,
    temperature: seed ? 1 : 0,
    onToken(id) {
      said.push(id)
      show(decode(said).trim())
    },
  })
  return decode(written).trim()
}

async function answer(it, seed) {
  runs.get(it.line)?.stop.abort()
  const run = {stop: new AbortController(), seed}
  runs.set(it.line, run)
  const text = it.box.value.trim()
  const answers = {}
  it.line.text = "They are answering …"
  // No old answer stays under a new question.
  for (const passage of it.passages) passage.text = sbt.passage("…")
  for (const [i, [label, name]] of Object.entries(it.models).entries()) {
    const {signal} = run.stop
    const show = (said) => {
      if (!signal.aborted) it.passages[i].text = sbt.passage(said)
    }
    const said = await say(it, name, text, seed, signal, show)
    if (signal.aborted) return
    answers[label] = said
    show(said || "(nothing)")
  }
  const how = seed ? `Drawn with seed ${seed}. ` : ""
  it.line.text = how + told(answers, truthOf(text, sbt.tables.things), it.homes)
}

const figures = {
  ask: (it) => answer(it, 0),
  draw: (it) => answer(it, (runs.get(it.line)?.seed ?? 0) + 1),
}

export default ({figure, ...args}) => figures[figure](args)
