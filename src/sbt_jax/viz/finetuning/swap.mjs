// The browser half of swap.py: one model, three adapters. The named export mirrors its
// function; tests/contracts compares them.
export function swapLine(name, strength, numbers, weights, seed) {
  const {count, percent} = sbt.numbers
  const drawn = seed ? `Drawn with seed ${seed}. ` : ""
  if (strength === 0) {
    return `${drawn}Strength 0: the adapter adds nothing, so both texts are the same.`
  }
  const told = `${drawn}Strength ${strength.toFixed(1)}: the ${name} adapter has` +
    ` ${count(numbers)} numbers beside the ${count(weights)} of main,` +
    ` ${percent(numbers / weights, 1)}.`
  return strength > 1 ? `${told} It acts more strongly than it was trained to.` : told
}

// Each callback is a module of its own, so what they share is kept beside the runtime: by
// line the run that is on and the last seed.
const LONGEST = 120 // letters of the beginning that are shown
const runs = ((globalThis.sbt ??= {}).swaps ??= new WeakMap())

function adaptersOf(name, scale) {
  const own = {}
  for (const [key, {data}] of Object.entries(sbt.unpack(sbt.weights[name]))) {
    const end = key.lastIndexOf(".")
    ;((own[key.slice(0, end)] ??= {scale}))[key.slice(end + 1)] = data
  }
  return own
}

async function tell(it, book, run, passage, edits) {
  const text = it.box.value_input
  const letters = Array.from(text)
  const before = letters.length > LONGEST ? `… ${letters.slice(-LONGEST).join("")}` : text
  const {ids} = book.ids(text, it.steps)
  const said = []
  await sbt.generate(book.model, ids, {
    maxTokens: it.steps, stop: [book.end], seed: run.seed, signal: run.stop.signal, edits,
    temperature: run.seed ? 1 : 0,
    onToken(id) {
      said.push(id)
      if (!run.stop.signal.aborted) {
        passage.text = sbt.passage(before + book.tokenizer.decode(said))
      }
    },
  })
  if (!said.length && !run.stop.signal.aborted) passage.text = sbt.passage(before)
}

async function write(it, seed) {
  runs.get(it.line)?.stop.abort()
  const run = {stop: new AbortController(), seed}
  runs.set(it.line, run)
  const tokenizer = it.shelf.tags[0]
  const book = sbt.stories.once({weights: sbt.weights.main, tokenizer, tables: sbt.tables})
  const [name, file] = it.adapters[it.group.active]
  const strength = it.strength.value
  it.line.text = "Writing …"
  for (const passage of [it.alone, it.adapted]) passage.text = sbt.passage("…")
  await tell(it, book, run, it.alone, {})
  if (run.stop.signal.aborted) return
  const edits = strength ? {adapters: adaptersOf(file, it.scale * strength)} : {}
  await tell(it, book, run, it.adapted, edits)
  if (run.stop.signal.aborted) return
  it.line.text = swapLine(name, strength, it.numbers, it.weights, seed)
}

const figures = {
  write: (it) => write(it, runs.get(it.line)?.seed ?? 0),
  draw: (it) => write(it, (runs.get(it.line)?.seed ?? 0) + 1),
}

export default ({figure, ...it}) => figures[figure](it)
