// The browser half of what was learned and measured in chapter 3. The named exports
// mirror functions of viz/embeddings/learned.py; tests/embeddings/test_figures.py
// compares them.
const COUNTED = {same: "the stories it learned from", other: "as many other stories"}
const percent = (x) => (100 * x).toFixed(0)

export function placesLine(step, shares, words, chance) {
  const [low, high] = [Math.min(...shares), Math.max(...shares)].map(percent)
  const several = low === high ? `${low} %` : `${low} to ${high} %`
  return (
    `After ${step} steps the nearest of the ${words} words is of the same kind for` +
    ` ${percent(shares[0])} % of them; ${several} over ${shares.length} seeds,` +
    ` ${percent(chance)} % by chance.`
  )
}

export function pmiLine(where, pairs, found) {
  const r = found.map((one) => one.r)
  const [first, low, high] = [r[0], Math.min(...r), Math.max(...r)].map((x) => x.toFixed(3))
  return (
    `Counted in ${where}, over ${pairs.toLocaleString("en")} pairs: correlation ${first}` +
    ` (${low} to ${high} over ${r.length} seeds), mean difference` +
    ` ${found[0].off.toFixed(2)} nats.`
  )
}

export function contextsLine(word, place, within, between) {
  if (within - between < 5e-4 && within > 0.9999) {
    return `${place}: every “${word}” is the same vector. Cosine 1.000.`
  }
  return (
    `${place}: two of “${word}” have a mean cosine of ${within.toFixed(3)} in the same` +
    ` context, ${between.toFixed(3)} in different ones.`
  )
}

export function axisLine(name, words, at, chance) {
  const order = at.map((_, i) => i).sort((a, b) => at[a] - at[b])
  const mean = at.reduce((a, b) => a + b, 0) / at.length
  const spread = Math.sqrt(at.reduce((sum, x) => sum + (x - mean) ** 2, 0) / at.length)
  const end = (i) => `${words[i]} (${at[i].toFixed(2)})`
  return (
    `${name}: from ${end(order[0])} to ${end(order.at(-1))}. The spread is` +
    ` ${spread.toFixed(3)}; along random axes it is ${chance.toFixed(3)}.`
  )
}

const columns = (flat) => ({x: flat.map(([x]) => x), y: flat.map(([, y]) => y)})

const figures = {
  places({flat, chance, shares, source, names, slider, pick, line}) {
    const at = slider.categories.indexOf(slider.value)
    const now = columns(flat[at].map((point) => point.map((x) => x / 1000)))
    source.data = {...source.data, ...now}
    const kept = Array.from(source.data.kind).flatMap((k, i) => (k === pick.value ? [i] : []))
    const take = (column) => kept.map((i) => column[i])
    const word = take(source.data.word)
    const [dx, dy] = [word.map(() => 0), word.map(() => 7)] // kit.js looks for room
    names.data = {x: take(now.x), y: take(now.y), word, label: word, dx, dy}
    const seeds = shares.map((run) => run[at])
    line.text = placesLine(slider.value, seeds, source.data.word.length, chance)
  },

  pmi({source, where, line, found, pairs}) {
    const key = Object.keys(COUNTED)[where.active]
    source.data = {...source.data, pmi: source.data[key]}
    line.text = pmiLine(COUNTED[key], pairs, found[key])
  },

  contexts({source, slider, which, line, words}) {
    const at = slider.categories.indexOf(slider.value)
    const [word, {flat, texts, within, between}] = Object.entries(words)[which.active]
    source.data = {...source.data, ...columns(flat[at]), text: texts}
    line.text = contextsLine(word, slider.value, within[at], between[at])
  },

  occupations({source, pick, line, axes, chance}) {
    const at = axes[pick.value]
    source.data = {...source.data, at}
    line.text = axisLine(pick.value, Array.from(source.data.word), at, chance)
  },
}

export default ({figure, ...args}) => figures[figure](args)
