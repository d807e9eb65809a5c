// Mirrors viz/attention/steps.py, whose numbers come from sbt_jax.attention; checked by
// tests/contracts.
const transposed = (matrix) => matrix[0].map((_, i) => matrix.map((row) => row[i]))
const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0)
const product = (left, right) =>
  left.map((row) => transposed(right).map((column) => dot(row, column)))

export function steps(query, key, value, scaled = true, causal = true) {
  const dots = product(query, transposed(key))
  const root = scaled ? Math.sqrt(query[0].length) : 1
  const scores = dots.map((row) => row.map((x) => x / root))
  const masked = scores.map((row, t) =>
    row.map((x, s) => (causal && s > t ? -Infinity : x)))
  const weights = masked.map((row) => Array.from(sbt.softmax(row)))
  return [dots, scores, masked, weights, product(weights, value)]
}

export const number = (value) =>
  Number.isFinite(value)
    ? String(Number(value.toFixed(2)) + 0).replace("-", "−") : "hidden"

export const pair = (numbers) => `(${numbers.map(number).join(", ")})`

const finite = (x) => Number.isFinite(x ?? NaN)

export function stepLine(step, who, tokens, grids) {
  const own = grids.map((grid) => grid[who])
  const seen = tokens.map((_, i) => i).filter((i) => finite(own[2][i]))
  const at = seen.reduce((best, i) => (own[3][i] > own[3][best] ? i : best))
  const [looks, whom] = [tokens[who], tokens[at]]
  const {percent} = sbt.numbers
  return [
    `The query of “${looks}” and the key of “${whom}” agree by ${number(own[0][at])}.`,
    `“${looks}” and “${whom}”: ${number(own[0][at])}, now ${number(own[1][at])}.`,
    `“${looks}” looks at ` +
      `${seen.map((i) => `“${tokens[i]}” ${percent(own[3][i])}`).join(", ")}.`,
    `“${looks}” looks most at “${whom}” and takes home ${pair(own[4])}.`,
  ][step]
}

const text = (x, y, words, look = "") =>
  `<text${look && ` class="${look}"`} x="${x}" y="${y}">${sbt.escape(words)}</text>`
const thick = (share) => Math.floor(10 * (1 + 9 * share) + 0.5) / 10

function column(step, x, name, {key, dot, score, seen, weight, value}) {
  const off = seen ? "" : " off"
  const faint = off.trim()
  let drawn = ""
  if (seen) {
    drawn += `<path d="M229 40C229 62 ${x} 52 ${x} 76"` +
      ` stroke-width="${thick(step > 1 ? weight : 0.1)}"/>`
  }
  drawn += `<rect class="key${off}" x="${x - 39}" y="76" width="78" height="46" rx="6"/>`
  drawn += text(x, 95, name, `name${off}`) + text(x, 114, pair(key), faint)
  drawn += text(x, 145, number(seen ? (step ? score : dot) : -Infinity), faint)
  if (step > 1 && seen) {
    const high = Math.floor(60 * weight + 0.5)
    drawn += `<rect class="bar" x="${x - 20}" y="${222 - high}" width="40"` +
      ` height="${high}"/>` + text(x, 240, sbt.numbers.percent(weight))
  }
  if (step > 2) {
    drawn += `<rect class="value${off}" x="${x - 39}" y="252" width="78" height="28"` +
      ` rx="6"/>` + text(x, 271, pair(value), faint)
    if (seen) {
      drawn += `<path class="give" d="M${x} 280C${x} 302 229 292 229 316"` +
        ` stroke-width="${thick(weight)}"/>`
    }
  }
  return drawn
}

export function stepSvg(step, who, tokens, grids, [query, keys, values]) {
  const [dots, scores, masked, weights, mixed] = grids.map((grid) => grid[who])
  const rows = [["key", 104], [step ? "score" : "q · k", 145]]
  if (step > 1) rows.push(["weight", 205])
  if (step > 2) rows.push(["value", 271])
  let drawn = rows.map(([name, y]) => text(0, y, name, "row")).join("")
  drawn += '<rect class="ask" x="104" y="3" width="250" height="36" rx="6"/>'
  drawn += text(229, 26, `“${tokens[who]}” asks ${pair(query[who])}`, "name")
  tokens.forEach((name, i) => {
    drawn += column(step, 102 + 85 * i, name, {
      key: keys[i], dot: dots[i], score: scores[i], seen: finite(masked[i]),
      weight: weights[i], value: values[i],
    })
  })
  if (step > 2) {
    drawn += '<rect class="home" x="104" y="316" width="250" height="36" rx="6"/>'
    drawn += text(229, 339, `takes home ${pair(mixed)}`, "name")
  }
  return `<svg viewBox="0 0 400 356">${drawn}</svg>`
}

const figures = {
  draw({tokens, heads: [query, key, value], step, who, asks, switches, drawing, line}) {
    const at = who.active
    const asked = query.map((row, t) => (t === at ? asks.map((one) => one.value) : row))
    const on = (i) => switches.active.includes(i)
    const grids = steps(asked, key, value, on(0), on(1))
    drawing.text = stepSvg(step.active, at, tokens, grids, [asked, key, value])
    line.text = stepLine(step.active, at, tokens, grids)
  },

  // Another token looks: its own query stands on the sliders.
  turn(it) {
    it.asks.forEach((slider, i) => (slider.value = it.heads[0][it.who.active][i]))
    figures.draw(it)
  },
}

export default ({figure, ...args}) => figures[figure](args)
