// The browser half of known.py: where somebody lives, as the model has it. The named
// exports mirror its functions; tests/contracts compares them.
export function often(times) {
  return {0: "No story told it.", 1: "Stories told it once."}[times] ??
    `Stories told it ${sbt.numbers.count(times)} times.`
}

export function knownLine(who, name, town, p, truth, times, drawn = "") {
  const said = `${drawn}${who[0].toUpperCase()}${who.slice(1)}: ${town},` +
    ` ${sbt.numbers.percent(p)}.`
  if (truth === null) {
    return `${said} This world has nobody called “${name}”: it makes this up.`
  }
  const verdict = town === truth ? "Right" : `Wrong: the truth is ${truth}`
  return `${said} ${verdict}. ${often(times)}`
}

export const homeBars = (towns, p) => ({
  town: [...towns], p: [...p], drawn: towns.map(() => 0),
})

export function trueHome(towns, p, truth) {
  const at = towns.indexOf(truth)
  return at < 0 ? {town: [], p: []} : {town: [truth], p: [p[at]]}
}

// Each callback is a module of its own, so what they share is kept beside the runtime.
const {made, seeds} = ((globalThis.sbt ??= {}).hallucinations ??=
  {made: new Map(), seeds: new WeakMap()})

function readerOf(book, name, scale) {
  if (!name) return book.reader
  if (!made.has(name)) {
    const adapters = {}
    for (const [key, {data}] of Object.entries(sbt.unpack(sbt.weights[name]))) {
      const end = key.lastIndexOf(".")
      ;((adapters[key.slice(0, end)] ??= {scale}))[key.slice(end + 1)] = data
    }
    made.set(name, sbt.reader(book.model, {adapters}))
  }
  return made.get(name)
}

// Probabilities of the towns, together 1: each town is the product of its tokens.
function probabilities({shelf, who, models, talk, towns, scale}, name) {
  const tokenizer = shelf.tags[0]
  const book = sbt.stories.once({weights: sbt.weights.main, tokenizer, tables: sbt.tables})
  const {special, encode} = book.tokenizer
  const [, adapters] = models[who.active]
  const reader = readerOf(book, adapters, scale)
  const start = adapters
    ? [book.end, special["<user>"], ...encode(`Where does ${name} live?`),
      special["<model>"], ...encode("In")]
    : book.ids(talk.replace("{}", () => name)).ids
  const logs = towns.map((town) => {
    const own = encode(` ${town}`)
    let sum = 0
    own.forEach((id, i) => {
      sum += Math.log(sbt.softmax(reader.read([...start, ...own.slice(0, i)]))[id])
    })
    return sum
  })
  return Array.from(sbt.softmax(logs))
}

const asked = ({box, longest}) => {
  const text = box.value_input.trim().replace(/\s+/g, " ")
  return Array.from(text).slice(0, longest).join("")
}

function draw(it, p, name, drawn = null, before = "") {
  const {homes, source, mark, line, towns, models, who} = it
  const known = Object.hasOwn(homes.tags[0], name) ? homes.tags[0][name] : null
  const [truth, times] = known ?? [null, 0]
  const bars = homeBars(towns, p)
  source.data = drawn ? {...bars, drawn} : bars
  mark.data = trueHome(towns, p, truth)
  const best = p.indexOf(Math.max(...p))
  line.text = knownLine(models[who.active][0], name, towns[best], p[best], truth, times, before)
}

const figures = {
  look(it) {
    const name = asked(it)
    if (!name) {
      it.source.data = homeBars(it.towns, it.towns.map(() => 0))
      it.mark.data = trueHome(it.towns, [], null)
      it.line.text = "Type a name: a first name and a last name."
      return
    }
    draw(it, probabilities(it, name), name)
  },

  draw(it) {
    const name = asked(it)
    if (!name) return figures.look(it)
    const seed = (seeds.get(it.line) ?? 0) + 1
    seeds.set(it.line, seed)
    const p = probabilities(it, name)
    const chance = sbt.random(seed)
    const counts = it.towns.map(() => 0)
    for (let i = 0; i < it.draws; i++) counts[sbt.sample(p, chance())]++
    const said = it.towns.map((town, i) => [town, counts[i]]).filter(([, n]) => n)
      .sort((a, b) => b[1] - a[1]).map(([town, n]) => `${town} ${n}`).join(", ")
    draw(it, p, name, counts.map((n) => n / it.draws), `Ten draws (seed ${seed}): ${said}. `)
  },
}

export default ({figure, ...it}) => figures[figure](it)
