// A model of two layers of attention only, in the browser. Mirrors
// sbt_jax.attention.forward_induction; checked by tests/contracts.
export function symbols(text, alphabet, longest = 64) {
  const all = Array.from(text)
  const ids = all.map((letter) => alphabet.indexOf(letter)).filter((id) => id >= 0)
  return [ids.slice(0, longest), all.length - ids.length]
}

export function repeated(ids) {
  const pairs = ids.slice(1).map((id, i) => `${ids[i]} ${id}`)
  return pairs.map((pair, i) => pairs.indexOf(pair) < i)
}

const mean = (p) => (p.length ? sbt.numbers.percent(sbt.numbers.mean(p)) : "–")

export function birthLine(step, first, again, off) {
  const heads = off.length ? `, without ${off.join(", ")}` : ""
  return (
    `After ${step} steps${heads}: the right character gets ${mean(again)} on average` +
    ` where it repeats, ${mean(first)} elsewhere.`
  )
}

// out[i] of `rows` numbers times a matrix with a row for each of them.
function times(x, matrix, rows) {
  const cols = matrix.length / rows
  const out = new Float64Array(cols)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) out[j] += x[i] * matrix[i * cols + j]
  }
  return out
}

// What one head reads of all positions: slices of the products of its layer.
function look(queries, keys, values, from, size) {
  const maps = [], mixed = []
  queries.forEach((query, t) => {
    const scores = Array.from({length: t + 1}, (_, s) => {
      let sum = 0
      for (let i = from; i < from + size; i++) sum += query[i] * keys[s][i]
      return sum / Math.sqrt(size)
    })
    const weights = Array.from(sbt.softmax(scores))
    const out = new Float64Array(size)
    weights.forEach((w, s) => {
      for (let i = 0; i < size; i++) out[i] += w * values[s][from + i]
    })
    maps.push(weights)
    mixed.push(out)
  })
  return {maps, mixed}
}

// Logits at every position, and the attention of every head: maps[layer][head][t][s].
//   weights   {name: Float32Array} of one snapshot;  off   numbers layer * heads + head
export function forward(weights, {width, layers, heads}, ids, off = []) {
  const size = width / heads
  const row = (table, at) => table.subarray(at * width, (at + 1) * width)
  let stream = ids.map((id) => Float64Array.from(row(weights.embedding, id)))
  const maps = []
  for (let layer = 0; layer < layers; layer++) {
    const of = (name) => weights[`layers.${layer}.${name}`]
    const placed = stream.map((x, t) => {
      const place = row(weights.position, t)
      return x.map((value, i) => value + place[i])
    })
    const [queries, keys] = ["query", "key"].map((name) =>
      placed.map((x) => times(x, of(name), width)))
    const values = stream.map((x) => times(x, of("value"), width))
    const all = Array.from({length: heads}, (_, h) =>
      look(queries, keys, values, h * size, size))
    stream = stream.map((x, t) => {
      const together = all.flatMap(({mixed}, h) =>
        Array.from(mixed[t], (v) => (off.includes(layer * heads + h) ? 0 : v)))
      const added = times(together, of("output"), width)
      return x.map((value, i) => value + added[i])
    })
    maps.push(all.map((head) => head.maps))
  }
  return {logits: stream.map((x) => Array.from(times(x, weights.unembedding, width))), maps}
}

// The weights of one snapshot, unpacked once.
function snapshot(step) {
  const {config, arrays} = sbt.weights.induction
  const all = (sbt.snapshots ??= new Map())
  if (!all.has(step)) {
    const start = `step${step.padStart(4, "0")}.`
    const own = Object.entries(arrays).filter(([name]) => name.startsWith(start))
    const parts = sbt.unpack({arrays: Object.fromEntries(own)})
    all.set(step, Object.fromEntries(Object.entries(parts).map(([name, {data}]) =>
      [name.slice(start.length), data])))
  }
  return {config, weights: all.get(step)}
}

export default ({alphabet, box, slider, switches, picks, bars, chance, maps, sources, here,
  colors, line}) => {
  here.location = Number(slider.value)
  const [ids, others] = symbols(box.value_input, alphabet)
  const cut = Array.from(box.value_input).length - others - ids.length
  if (ids.length < 2) {
    bars.data = {at: [], p: [], color: []}
    line.text = "Type at least two letters, digits, + or -."
    return
  }
  chance.x_range.end = ids.length
  const {config, weights} = snapshot(slider.value)
  const off = [...switches.active]
  const seen = forward(weights, config, ids, off)
  const p = ids.slice(1).map((id, t) => sbt.softmax(seen.logits[t])[id])
  const again = repeated(ids)
  bars.data = {at: p.map((_, i) => i + 1), p, color: again.map((known) => colors[+known])}
  sources.forEach((source, layer) =>
    sbt.heat(source, maps[layer], seen.maps[layer][picks[layer].active]))
  const sides = [false, true].map((side) => p.filter((_, i) => again[i] === side))
  line.text = birthLine(slider.value, ...sides, off.map((i) => switches.labels[i])) +
    (cut ? ` Only the first ${ids.length} characters fit its window.` : "") +
    (others ? ` Left out: ${others} that it has no token for.` : "")
}
