// The browser half of the measurements of chapter 7. The named exports mirror functions
// of viz/generation/measures.py; tests/generation/test_figures.py compares them.
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length

export function spread(values, digits = 1) {
  const [middle, low, high] = [mean(values), Math.min(...values), Math.max(...values)]
    .map((x) => (100 * x).toFixed(digits))
  return low === high ? `${middle} %` : `${middle} % (${low} to ${high})`
}

export function samplerLine(name, row, entropy) {
  const parts = `${name}: ${row.entropy.toFixed(2)} nats a token are left (the truth:` +
    ` ${entropy.toFixed(2)}). Possible words ${spread(row.words, 2)}, possible stories` +
    ` ${spread(row.stories)}, different stories ${spread(row.different)}.`
  return row.distance === null ? parts
    : `${parts} Distance to the truth ${row.distance.toFixed(3)}.`
}

export function points(rows, quality, widest) {
  const all = Object.values(rows)
  const values = all.map((row) => [row.stories, row.words, [row.distance ?? 0]][quality])
  return {
    x: all.map((row) => Math.min(row.entropy, widest)), y: values.map(mean),
    low: values.map((v) => Math.min(...v)), high: values.map((v) => Math.max(...v)),
  }
}

export function middle(values) {
  const ordered = [...values].sort((a, b) => a - b)
  const half = Math.floor(values.length / 2)
  return values.length % 2 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2
}

export function beamLine(width, found, truth) {
  const told = (row) => `log-probability ${middle(row.log_probability).toFixed(1)},` +
    ` ${middle(row.tokens)} tokens, ${row.words_used} different words`
  const beams = width === "1" ? "One beam" : `${width} beams`
  return `${beams}, medians: ${told(found)} in all. Possible stories:` +
    ` ${(100 * found.possible_stories).toFixed(0)} %. The world's own endings:` +
    ` ${told(truth)}.`
}

export function againLine(name, means) {
  const share = (p) => `${(100 * p).toFixed(0)} %`
  const parts = Object.entries(means).map(([sentence, p]) =>
    `“${sentence}” ${share(p[0])} at first, ${share(p[1])} the second time,` +
    ` ${share(p.at(-1))} the ${p.length}th`)
  return `${name}, a token on average: ${parts.join("; ")}.`
}

export function curves(found) {
  const means = Object.values(found).map((rows) =>
    rows[0].map((_, i) => mean(rows.map((row) => row[i]))))
  return {time: means.map((row) => row.map((_, i) => i + 1)), mean: means}
}

const figures = {
  samplers({rows, entropy, widest, source, ring, axis, quality, setting, seed, passage,
      line}) {
    const data = {...source.data, ...points(rows, quality.active, widest)}
    source.data = data
    const at = Array.from(data.name).indexOf(setting.value)
    ring.data = {x: [data.x[at]], y: [data.y[at]]}
    axis.axis_label = quality.labels[quality.active]
    const row = rows[setting.value]
    passage.text = sbt.passage(...row.texts[seed.active])
    line.text = samplerLine(setting.value, row, entropy)
  },

  tap({source, setting}) {
    const [at] = source.selected.indices
    if (at === undefined) return
    source.selected.indices = []
    setting.value = source.data.name[at]
  },

  beams({beams, truth, source, slider, opening, passage, line}) {
    const found = beams[slider.value]
    source.data = {x: found.tokens, y: found.log_probability}
    passage.text = sbt.passage(...found.texts[opening.active])
    line.text = beamLine(slider.value, found, truth)
  },

  again({repeated, source, model, line}) {
    const name = model.labels[model.active]
    const data = curves(repeated[name])
    source.data = {...source.data, ...data}
    const means = Object.keys(repeated[name]).map((sentence, i) => [sentence, data.mean[i]])
    line.text = againLine(name, Object.fromEntries(means))
  },
}

export default ({figure, ...args}) => figures[figure](args)
