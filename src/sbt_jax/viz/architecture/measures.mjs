// The browser half of the measurements of chapter 5. The named exports mirror
// viz/architecture/measures.py; tests/architecture/test_figures.py compares them.

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length

export function twinsLine(names, gaps) {
  const byGap = [...names].sort((a, b) => mean(gaps[a]) - mean(gaps[b]))
  const [best, worst] = [byGap[0], byGap.at(-1)]
  return `Nearest to the entropy: ${best}, ${mean(gaps[best]).toFixed(3)} nats a word above` +
    ` it. Farthest: ${worst}, ${mean(gaps[worst]).toFixed(3)}. Means of` +
    ` ${gaps[best].length} seeds.`
}

export function times(factor) {
  if (factor < 0.05) { // as Python writes it, with two digits of the exponent
    return factor.toExponential(1).replace(/e([+-])(\d)$/, "e$10$2")
  }
  if (factor >= 1e9) return `${(factor / 1e9).toFixed(1)} billion`
  if (factor >= 1e6) return `${(factor / 1e6).toFixed(0)} million`
  return factor.toFixed(factor < 10 ? 1 : 0)
}

export function gradientLine(depths, norms) {
  const parts = Object.entries(norms).map(([name, rows]) => {
    const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
    const [first, last] = [0, -1].map((at) => middle(rows.map((row) => row.at(at))))
    return `${name} times ${times(last / first)}`
  })
  return `From ${depths[0]} blocks to ${depths.at(-1)}, the gradient at the first one` +
    ` changes (middle of the seeds): ${parts.join(", ")}.`
}

export function stepsLine(start, rate, warmup, rows) {
  const ends = Object.entries(rows).map(([name, seeds]) => {
    const last = seeds.map((seed) => seed.at(-1))
    const [low, high] = [Math.min(...last).toFixed(2), Math.max(...last).toFixed(2)]
    return `${name} ${low}${low === high ? "" : ` to ${high}`}`
  })
  const how = warmup === "0" ? "without warm-up" : `with ${warmup} steps of warm-up`
  return `Blocks start ${start}; at a learning rate of ${rate}, ${how}, the loss ends at:` +
    ` ${ends.join("; ")}.`
}

export function curves(xs, rows, colors, dashed) {
  const drawn = Object.keys(colors).filter((name) => name in rows)
  const names = drawn.flatMap((name) => rows[name].map(() => name))
  return {
    xs: names.map(() => xs),
    ys: drawn.flatMap((name) => rows[name]),
    color: names.map((name) => colors[name]),
    dash: names.map((name) => (name === dashed ? "dashed" : "solid")),
  }
}

const figures = {
  twins({gaps, views, view, source, ranges, ticks, ticker, x_range, y_range, line}) {
    const chosen = view.labels[view.active]
    const names = views[chosen]
    const [start, end] = ranges[chosen]
    x_range.setv({start, end})
    ticker.ticks = ticks[chosen]
    y_range.factors = [...names].reverse()
    source.data = {
      name: names.flatMap((name) => gaps[name].map(() => name)),
      gap: names.flatMap((name) => gaps[name]),
    }
    line.text = twinsLine(names, gaps)
  },

  gradient({depths, tables, start, mlp, colors, dashed, source, line}) {
    const norms = tables[mlp.labels[mlp.active]][start.labels[start.active]]
    source.data = curves(depths, norms, colors, dashed)
    line.text = gradientLine(depths, norms)
  },

  steps({tables, ends, start, rate, warmup, colors, dashed, source, line}) {
    const [s, r, w] = [start, rate, warmup].map((group) => group.labels[group.active])
    const kinds = Object.entries(tables[s][r])
    const rows = Object.fromEntries(kinds.map(([kind, byWarmup]) => [kind, byWarmup[w]]))
    source.data = curves(ends, rows, colors, dashed)
    line.text = stepsLine(s, r, w, rows)
  },
}

export default ({figure, ...args}) => figures[figure](args)
