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
  Number.isFinite(value) ? String(Number(value.toFixed(2)) + 0) : "hidden"

export function stepLine(step, tokens, grids) {
  const last = grids.map((grid) => grid.at(-1))
  const at = last[3].indexOf(Math.max(...last[3]))
  const [who, whom] = [tokens.at(-1), tokens[at]]
  const hidden = grids[2].map((row) => row.filter((x) => x === -Infinity || x === null).length)
  const shares = tokens.map((name, i) => `“${name}” ${sbt.numbers.percent(last[3][i])}`)
  return [
    `The query of “${who}” and the key of “${whom}”: ${number(last[0][at])}.`,
    `“${who}” and “${whom}”: ${number(last[0][at])}, now ${number(last[1][at])}.`,
    `Of “${tokens[0]}”, ${hidden[0]} scores are hidden, of “${who}” ${hidden.at(-1)}.`,
    `“${who}” looks at ${shares.join(", ")}.`,
    `“${who}” takes home (${last[4].map(number).join(", ")}).`,
  ][step]
}

const pair = (numbers) => numbers.map(number).join(", ")

export function gridHtml(step, tokens, grids, value) {
  const shown = grids[Math.min(step, 3)]
  const size = (x) => (Number.isFinite(x) ? Math.abs(x) : 0)
  const most = Math.max(...shown.flat().map(size), 1e-9)
  const heads = ["", ...tokens, "takes home"].map((name) => `<th>${sbt.escape(name)}</th>`)
  const rows = tokens.map((name, t) => {
    const cells = shown[t].map((x, s) => {
      const parts = step === 4 ? value[s].map((v) => x * v) : [x]
      const shade = ((0.6 * size(x)) / most).toFixed(2)
      const off = step > 1 && !Number.isFinite(grids[2][t][s] ?? NaN)
      return `<td${off ? " class=off" : ""} style="background:rgba(43,123,186,${shade})">${pair(parts)}` +
        `<small>${number(grids[0][t][s])}</small></td>`
    })
    return `<th>${sbt.escape(name)}</th>${cells.join("")}<td>${pair(grids[4][t])}</td>`
  })
  return `<table>${[heads.join(""), ...rows].map((row) => `<tr>${row}</tr>`).join("")}</table>`
}

export default ({tokens, inputs, step, switches, grid, line}) => {
  const rows = inputs.map((row) => row.map(({value}) => value ?? 0))
  const [query, key, value] = [0, 2, 4].map((from) =>
    rows.map((row) => row.slice(from, from + 2)))
  const on = (i) => switches.active.includes(i)
  const grids = steps(query, key, value, on(0), on(1))
  const at = step.active
  grid.text = gridHtml(at, tokens, grids, value)
  line.text = stepLine(at, tokens, grids)
}
