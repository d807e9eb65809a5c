// The browser half of the parameter counter. `countParameters`, `flopsOf` and the line
// mirror sbt_jax.architecture and viz/architecture/counter.py, and are compared with them by tests/contracts.

const KINDS = ["embedding", "positions", "attention", "mlp", "norm", "unembedding"]
const LABELS = ["embedding", "positions", "attention", "MLP", "norms", "unembedding"]
// Of each family: whether it has LayerNorm, biases and learned positions; how many
// projections lead into an MLP; whether the embedding is tied; the side of its patches.
const FAMILIES = {
  "this book": {old: 0, inward: 2, tied: true, patch: 0},
  GPT: {old: 1, inward: 1, tied: true, patch: 0},
  Llama: {old: 0, inward: 2, tied: false, patch: 0},
  ViT: {old: 1, inward: 1, tied: false, patch: 16},
}

// Key heads must divide the heads: the nearest number below that does.
export function keyHeads(heads, wanted) {
  if (!(wanted >= 1)) throw new RangeError(`wanted must be >= 1, got ${wanted}`)
  let found = Math.min(heads, wanted)
  while (heads % found) found--
  return found
}

export function countParameters(sizes, family) {
  const {vocab_size, width, layers, heads, kv_heads, mlp, window} = sizes
  const {old, inward, tied, patch} = FAMILIES[family]
  const inputs = patch ? 3 * patch * patch + 2 : vocab_size
  const projections = (width + (width * keyHeads(heads, kv_heads)) / heads) * 2
  return {
    embedding: inputs * width,
    positions: old ? window * width : 0,
    attention: layers * Math.round(projections * (width + old)),
    mlp: layers * (inward * (width + old) * mlp + (mlp + old) * width),
    norm: (2 * layers + 1) * width * (1 + old),
    unembedding: tied ? 0 : vocab_size * (width + (patch ? 1 : 0)),
  }
}

// Of the last token of a full window; nothing for images.
export function flopsOf(sizes, family) {
  if (FAMILIES[family].patch) return {}
  const {vocab_size, width, layers, heads, kv_heads, mlp, window} = sizes
  const {inward} = FAMILIES[family]
  const projections = (width + (width * keyHeads(heads, kv_heads)) / heads) * 2
  return {
    attention: 2 * layers * Math.round(projections * width),
    looking: 4 * layers * window * width,
    mlp: 2 * layers * (inward + 1) * width * mlp,
    unembedding: 2 * vocab_size * width,
  }
}

const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0)

export function amount(count, unit) {
  for (const [prefix, size] of [["T", 1e12], ["G", 1e9], ["M", 1e6]]) {
    if (count >= size) return `${(count / size).toFixed(1)} ${prefix}${unit}`
  }
  return `${(count / 1e3).toFixed(1)} k${unit}`
}

export function countedLine(name, counts, flops, window) {
  const total = sum(counts)
  const most = KINDS.reduce((a, b) => ((counts[b] ?? 0) > (counts[a] ?? 0) ? b : a))
  const share = sbt.numbers.percent((counts[most] ?? 0) / total)
  const said = `${name}: ${sbt.numbers.count(total)} parameters, ${amount(2 * total, "B")} at 16 bits` +
    ` each. The largest part, ${share}: ${LABELS[KINDS.indexOf(most)]}.`
  if (!("looking" in flops)) return said
  const work = sum(flops)
  return `${said} The last token of a window of ${sbt.numbers.count(window)} costs` +
    ` ${amount(work, "FLOP")},` +
    ` ${sbt.numbers.percent(flops.looking / work)} of it looking back.`
}

// What cannot be built as it stands, and how it was counted.
export function objection({width, heads, kv_heads}) {
  const used = keyHeads(heads, kv_heads)
  const notes = []
  if (used !== kv_heads) {
    notes.push(` ${kv_heads} key heads do not divide ${heads} heads: counted with ${used}.`)
  }
  if (width % (2 * heads)) {
    notes.push(` ${heads} heads do not split a width of ${width} evenly.`)
  }
  return notes.join("")
}

const figures = {
  choose({known, family, sliders, model, kind}) {
    const name = model.value
    if (!known[name]) return
    kind.active = kind.labels.indexOf(family[name])
    for (const [size, slider] of Object.entries(sliders)) {
      slider.value = String(known[name][size])
    }
  },

  count({known, family, sliders, model, kind, source, line}) {
    const sizes = Object.fromEntries(
      Object.entries(sliders).map(([size, slider]) => [size, Number(slider.value)]))
    const built = kind.labels[kind.active]
    const same = (name) => family[name] === built &&
      Object.entries(known[name]).every(([size, value]) => sizes[size] === value)
    const found = Object.keys(known).find(same)
    model.value = found ?? model.options.at(-1)
    const counts = countParameters(sizes, built)
    source.data = {kind: LABELS, count: KINDS.map((part) => counts[part])}
    line.text = countedLine(found ?? "A model of your own", counts,
      flopsOf(sizes, built), sizes.window) + objection(sizes)
  },
}

export default ({figure, ...args}) => figures[figure](args)
