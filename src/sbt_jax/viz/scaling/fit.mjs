// The browser half of fit.py. The named exports mirror sbt_jax.scaling.fits and functions
// of fit.py; tests/contracts compares them.
const [ACROSS, POINTS, LEAST, DEEP] = [[3.8, 5.8], 40, 5, 4]
const FLAT = 1e-12
const SOME = [[1, 1, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
const sum = (values) => values.reduce((a, b) => a + b, 0)

const determinant = ([[a, b, c], [d, e, f], [g, h, i]]) =>
  a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

// Three equations by Cramer's rule; what is not among `some` comes out zero.
function solved(g, h, some) {
  const rows = g.map((row, i) =>
    row.map((x, j) => x * some[i] * some[j] + (i === j ? 1 - some[i] : 0)))
  const right = h.map((x, i) => x * some[i])
  const whole = determinant(rows)
  if (Math.abs(whole) < FLAT * rows[0][0] * rows[1][1] * rows[2][2]) return null
  return [0, 1, 2].map((k) =>
    determinant(rows.map((row, i) => row.map((x, j) => (j === k ? right[i] : x)))) / whole)
}

export function fitLaw({parameters, tokens, losses}, counts, grid) {
  const middle = [parameters, tokens].map((all) => Math.exp(sum(all.map(Math.log)) / all.length))
  const weights = counts.map((c, i) => c / losses[i] ** 2)
  const shares = counts.map((c, i) => c / losses[i])
  const dot = (x, y) => x.reduce((total, value, i) => total + value * y[i], 0)
  const [as, bs] = [parameters, tokens].map((all, which) =>
    grid.map((power) => all.map((x) => (x / middle[which]) ** -power)))
  const sides = [as, bs].map((rows) => rows.map((row) => ({
    row, one: dot(row, weights), two: dot(row.map((x) => x * x), weights), h: dot(row, shares),
    weighted: row.map((x, i) => x * weights[i]),
  })))
  const [one, whole, start] = [sum(weights), sum(counts), sum(shares)]
  const valley = []
  let least = {error: Infinity}
  sides[0].forEach((a, i) => sides[1].forEach((b, j) => {
    const both = dot(a.weighted, b.row)
    const g = [[one, a.one, b.one], [a.one, a.two, both], [b.one, both, b.two]]
    const h = [start, a.h, b.h]
    let here = {error: Infinity}
    for (const some of SOME) {
      const found = solved(g, h, some)
      if (!found) continue
      const error = whole - dot(found, h)
      if (Math.min(...found) >= 0 && error < here.error) here = {error, found}
    }
    here.error = Math.max(here.error, 0) / whole
    valley.push(Math.sqrt(here.error))
    if (here.error < least.error) least = {...here, at: [grid[i], grid[j]]}
  }))
  const [alpha, beta] = least.at
  const [floor, size, text] = least.found
  const law = [floor, size * middle[0] ** alpha, text * middle[1] ** beta, alpha, beta]
  return {law, error: Math.sqrt(least.error), valley}
}

const predicted = ([floor, size, text, alpha, beta], n, d) =>
  floor + size / n ** alpha + text / d ** beta

export function curves(law, budgets) {
  const x = Array.from({length: POINTS}, (_, i) =>
    ACROSS[0] + (i * (ACROSS[1] - ACROSS[0])) / (POINTS - 1))
  return {xs: budgets.map(() => x),
    ys: budgets.map((c) => x.map((at) => predicted(law, 10 ** at, c / 6 / 10 ** at)))}
}

export const shade = ({valley, error}) => valley.map((value) => {
  const times = Math.log(Math.max(value, 1e-12) / Math.max(error, 1e-12))
  return Math.min(Math.max(1 - times / Math.log(DEEP), 0), 1)
})

export function missed(law, {parameters, tokens, losses}) {
  const off = losses.map((loss, i) => loss / predicted(law, parameters[i], tokens[i]) - 1)
  return Math.sqrt(sum(off.map((x) => x * x)) / off.length)
}

export function fitLine([floor, , , alpha, beta], used, error, other, truth) {
  const {decimal, percent} = sbt.numbers
  const rest = other >= 0 ? `, those left out by ${percent(other, 1)}` : ""
  return `Fitted to ${used} runs: floor ${decimal(floor)} nats, where the truth is` +
    ` ${decimal(truth)}; exponents ${decimal(alpha)} of the size and ${decimal(beta)}` +
    ` of the text. It misses these runs by ${percent(error, 1)}${rest}.`
}

export default ({which, slider, shown, lines, image, best, line, budgets, floor, grid}) => {
  const [runs] = shown.tags
  const on = which.active.map((i) => budgets[i])
  const counts = runs.losses.map((_, i) =>
    on.includes(runs.budget[i]) && runs.width[i] <= Number(slider.value) ? 1 : 0)
  const used = sum(counts)
  shown.data = {...shown.data, alpha: counts}
  const picture = image.data.image[0]
  if (used < LEAST) {
    lines.data = {...lines.data, xs: budgets.map(() => []), ys: budgets.map(() => [])}
    best.data = {x: [], y: []}
    picture.fill(0)
    image.change.emit()
    line.text = `${used} runs are too few: a law has five numbers to be found.`
    return
  }
  const found = fitLaw(runs, counts, grid)
  const left = (want) => Object.fromEntries(["parameters", "tokens", "losses"].map((name) =>
    [name, runs[name].filter((_, i) => counts[i] === want)]))
  lines.data = {...lines.data, ...curves(found.law, budgets)}
  best.data = {x: [found.law[4]], y: [found.law[3]]}
  picture.set(shade(found))
  image.change.emit()
  const other = used < counts.length ? missed(found.law, left(0)) : -1
  line.text = fitLine(found.law, used, found.error, other, floor)
}
