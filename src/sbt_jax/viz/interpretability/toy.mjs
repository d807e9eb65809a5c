// The browser half of toy.py. The named exports mirror sbt_jax.interpretability
// .superposition and functions of toy.py; tests/contracts compares them.
const [SAMPLES, STEPS, RATE] = [512, 1000, 0.03]
const IMPORTANCE = 0.8
const GOLDEN = (Math.sqrt(5) - 1) / 2
const THERE = 0.1
const FAR = 1.22 // where a name stands, in lengths of its line
const [FEATURES, WIDTH] = [5, 2]

export function toyData(density, features = FEATURES, samples = SAMPLES) {
  return Array.from({length: samples}, (_, n) =>
    Array.from({length: features}, (_, i) => {
      const turn = (k) => ((n + 1) * Math.sqrt(k + GOLDEN)) % 1
      return turn(i + 1) < density ? 0.05 + 0.95 * turn(features + i + 1) : 0
    }))
}

export function toyStart(seed, features = FEATURES, width = WIDTH) {
  const at = (i) => i + 1 + 17 * (seed + 1)
  const weight = (i) => 0.8 * ((at(i) * Math.sqrt(2) * (seed + 1)) % 1) - 0.4
  return {
    weights: Array.from({length: features}, (_, f) =>
      Array.from({length: width}, (_, w) => weight(f * width + w))),
    bias: new Array(features).fill(0),
  }
}

// The gradient of the loss, by hand.
function slope({weights, bias}, x, importance) {
  const [features, width] = [weights.length, weights[0].length]
  const dw = weights.map((row) => row.map(() => 0))
  const db = bias.map(() => 0)
  const few = new Array(width), back = new Array(width), off = new Array(features)
  for (const sample of x) {
    for (let w = 0; w < width; w++) {
      few[w] = 0
      for (let f = 0; f < features; f++) few[w] += sample[f] * weights[f][w]
    }
    back.fill(0)
    for (let f = 0; f < features; f++) {
      let before = bias[f]
      for (let w = 0; w < width; w++) before += few[w] * weights[f][w]
      off[f] = before > 0 ? (importance[f] * 2 * (before - sample[f])) / x.length : 0
      for (let w = 0; w < width; w++) back[w] += off[f] * weights[f][w]
    }
    for (let f = 0; f < features; f++) {
      db[f] += off[f]
      for (let w = 0; w < width; w++) dw[f][w] += off[f] * few[w] + sample[f] * back[w]
    }
  }
  return [...dw.flat(), ...db]
}

export function trainToy(density, seed = 0, steps = STEPS, rate = RATE) {
  const x = toyData(density)
  const {weights, bias} = toyStart(seed)
  const [features, width] = [weights.length, weights[0].length]
  const importance = bias.map((_, i) => IMPORTANCE ** i)
  const all = [...weights.flat(), ...bias]
  const mean = all.map(() => 0), square = all.map(() => 0)
  const shaped = () => ({
    weights: weights.map((_, f) => all.slice(f * width, (f + 1) * width)),
    bias: all.slice(features * width),
  })
  for (let step = 1; step <= steps; step++) {
    const now = rate * (1 - (0.9 * step) / steps)
    slope(shaped(), x, importance).forEach((g, i) => {
      mean[i] = 0.9 * mean[i] + 0.1 * g
      square[i] = 0.999 * square[i] + 0.001 * g * g
      const usual = Math.sqrt(square[i] / (1 - 0.999 ** step)) + 1e-8
      all[i] -= (now * (mean[i] / (1 - 0.9 ** step))) / usual
    })
  }
  return shaped()
}

export function dimensionShares(weights) {
  const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0)
  return weights.map((row) => {
    const size = dot(row, row)
    if (size <= 1e-6) return 0
    const crowd = weights.reduce((sum, other) => sum + dot(row, other) ** 2 / size, 0)
    return size / Math.max(crowd, 1e-12)
  })
}

export function toyLine(density, shares) {
  const {decimal, percent} = sbt.numbers
  const kept = shares.filter((share) => share > THERE)
  const low = decimal(kept.length ? Math.min(...kept) : 0)
  const high = decimal(kept.length ? Math.max(...kept) : 0)
  const each = low === high ? low : `${low} to ${high}`
  return `Each feature is there ${percent(density)} of the time. ${kept.length} of 5` +
    ` are kept, each with ${each} of a dimension.`
}

const figures = {
  train({often, source, line, start, densities, names}) {
    const density = densities[often.categories.indexOf(often.value)]
    const {weights} = trainToy(density, start.tags[0])
    const share = dimensionShares(weights)
    const at = (i, scale) => weights.map((w) => scale * w[i])
    source.data = {
      name: names, x: at(0, 1), y: at(1, 1), name_x: at(0, FAR), name_y: at(1, FAR), share}
    line.text = toyLine(density, share)
  },

  again(it) {
    it.start.tags = [it.start.tags[0] + 1]
    figures.train(it)
  },
}

export default ({figure, ...it}) => figures[figure](it)
