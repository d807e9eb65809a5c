// The browser half of better.py; tests/contracts compares it with Python.
const {percent} = sbt.numbers

export function differenceError(one, other, questions, correlation) {
  const a = one * (1 - one), b = other * (1 - other)
  return Math.sqrt(Math.max(a + b - 2 * correlation * Math.sqrt(a * b), 0) / questions)
}

// erfc to about 1e-7: Numerical Recipes, section 6.2.
function erfc(x) {
  const t = 1 / (1 + 0.5 * x)
  const terms = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806,
    0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277]
  const sum = terms.reduceRight((total, c) => c + t * total, 0)
  return t * Math.exp(-x * x + sum)
}

export function wrongOrder(one, other, questions, correlation) {
  const error = differenceError(one, other, questions, correlation)
  const gap = Math.abs(one - other)
  if (error === 0) return gap ? 0 : 0.5
  return 0.5 * erfc(gap / error / Math.SQRT2)
}

// From where to where a score, and the difference, may lie: 95 times in 100.
export function bars(one, other, questions, correlation) {
  const own = (p) => Math.sqrt(p * (1 - p) / questions)
  const gap = one - other
  const errors = [own(one), own(other), differenceError(one, other, questions, correlation)]
  const middle = [one, other, gap]
  return {
    middle, low: middle.map((m, i) => m - 1.96 * errors[i]),
    high: middle.map((m, i) => m + 1.96 * errors[i]),
  }
}

export function betterLine(one, other, questions, correlation) {
  const {low, high} = bars(one, other, questions, correlation)
  const sure = low[2] > 0 || high[2] < 0
  const turned = wrongOrder(one, other, questions, correlation)
  const points = (x) => (100 * x).toFixed(1).replace(/^-(0\.0)$/, "$1")
  return `A leads by ${points(one - other)} points, give or take ` +
    `${points((high[2] - low[2]) / 2)}: ${sure ? "more" : "no more"} than chance explains. ` +
    "If these were the true shares, another set of questions would still put the worse " +
    `one first in ${turned < 0.01 ? "under 1 %" : percent(turned)} of all tests.`
}

export default ({one, other, questions, group, paired, alone, gap, line}) => {
  const [p, q] = [one.value / 100, other.value / 100]
  const n = Number(questions.value.replaceAll(",", ""))
  const rho = paired[group.active]
  const {middle, low, high} = bars(p, q, n, rho)
  const cut = (values) => values.map((x) => 100 * x)
  alone.data = {...alone.data, middle: cut(middle.slice(0, 2)), low: cut(low.slice(0, 2)),
    high: cut(high.slice(0, 2))}
  gap.data = {...gap.data, middle: cut([middle[2]]), low: cut([low[2]]), high: cut([high[2]])}
  line.text = betterLine(p, q, n, rho)
}
