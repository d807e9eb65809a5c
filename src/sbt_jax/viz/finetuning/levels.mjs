// The browser half of levels.py. The named exports mirror its functions and
// sbt_jax.finetuning.four_bits; tests/contracts compares them.
const SCALE_BITS = {float32: 32, E8M0: 8, E4M3: 8}

// Values of E4M3 that are not negative, up to the largest.
function e4m3() {
  const found = []
  for (let e = 0; e < 16; e++) {
    for (let m = 0; m < 8; m++) {
      const value = (e ? 1 + m / 8 : m / 8) * 2 ** (Math.max(e, 1) - 7)
      if (value <= 448) found.push(value)
    }
  }
  return found.sort((a, b) => a - b)
}

// The number of the level next to a value; the lower one of two.
function nearest(value, between) {
  let [low, high] = [0, between.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (between[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

const middles = (levels) => levels.slice(1).map((x, i) => (x + levels[i]) / 2)

// The scale of each block from the largest size in it, as its format keeps it.
export function blockScales(largest, {levels, scale}) {
  const top = Math.max(Math.abs(levels[0]), Math.abs(levels.at(-1)))
  if (scale === "float32") return largest.map((x) => Math.fround(x / top))
  if (scale === "E8M0") {
    const two = Math.floor(Math.log2(top))
    return largest.map((x) => {
      if (!x) return 0
      let power = Math.floor(Math.log2(x))
      if (2 ** power > x) power--
      if (2 ** (power + 1) <= x) power++
      return 2 ** Math.min(Math.max(power - two, -127), 127)
    })
  }
  const values = e4m3()
  const between = middles(values)
  const whole = Math.max(0, ...largest) / (top * values.at(-1))
  if (!(whole > 0)) return largest.map(() => 0)
  return largest.map((x) =>
    Math.fround(values[nearest(x / (top * whole), between)] * whole))
}

// Weights over their block's scale and the levels they go to, for the figure.
export function shown(weights, how, bins) {
  const {levels, block} = how
  const top = Math.max(Math.abs(levels[0]), Math.abs(levels.at(-1)))
  const largest = []
  for (let from = 0; from < weights.length; from += block) {
    let most = 0
    for (let i = from; i < Math.min(from + block, weights.length); i++) {
      most = Math.max(most, Math.abs(weights[i]))
    }
    largest.push(most)
  }
  const scales = blockScales(largest, how)
  const between = middles(levels)
  const share = new Array(bins).fill(0), used = levels.map(() => 0)
  let [wrong, all] = [0, 0]
  for (let i = 0; i < weights.length; i++) {
    const scale = scales[Math.floor(i / block)] || 1
    const code = nearest(Math.fround(weights[i] / scale), between) // as Python divides
    used[code]++
    const own = Math.fround(scale * top)
    const at = Math.min(Math.max(Math.fround(weights[i] / own), -1), 1)
    share[Math.min(Math.floor(((at + 1) / 2) * bins), bins - 1)]++
    const known = scales[Math.floor(i / block)]
    wrong += (weights[i] - Math.fround(levels[code]) * known) ** 2
    all += weights[i] ** 2
  }
  const size = weights.length
  const edges = Array.from({length: bins + 1}, (_, i) => -1 + (2 * i) / bins)
  const parts = used.map((n) => n / size)
  return {
    bars: {left: edges.slice(0, -1), right: edges.slice(1), share: share.map((n) => n / size)},
    dots: {level: levels.map((x) => x / top), used: parts},
    error: Math.sqrt(wrong / all),
    carried: parts.reduce((sum, p) => (p ? sum - p * Math.log2(p) : sum), 0),
  }
}

export const storedBits = ({levels, block, scale}) =>
  Math.ceil(Math.log2(levels.length)) + SCALE_BITS[scale] / block

export function levelsLine(name, block, bits, error, carried, lost) {
  const told = `${name}, blocks of ${block}: ${bits} bits a weight with its scale.` +
    ` Rounding moves this matrix by ${sbt.numbers.percent(error, 1)}; its codes carry` +
    ` ${carried.toFixed(2)} bits each.`
  return lost === null || lost === undefined
    ? `${told} What this does to the loss was not measured.`
    : `${told} All matrices rounded so cost main ${lost.toFixed(4)} nats a token.`
}

function draw({group, slider, bars, dots, line, lost, formats, matrix, bins}) {
  const [name, how] = formats[group.active]
  const block = Number(slider.value)
  const {data} = sbt.unpack(sbt.weights.main)[matrix]
  const now = {...how, block}
  const found = shown(data, now, bins)
  bars.data = found.bars
  dots.data = found.dots
  const cost = lost.find(([key]) => key === `${name} ${block}`)?.[1] ?? null
  line.text = levelsLine(name, block, storedBits(now), found.error, found.carried, cost)
}

const figures = {
  block: (it) => draw(it),

  // A format comes with its own size of a block.
  format(it) {
    const [, how] = it.formats[it.group.active]
    if (it.slider.value === String(how.block)) draw(it)
    else it.slider.value = String(how.block)
  },
}

export default ({figure, ...it}) => figures[figure](it)
