// The browser half of reliability.py. The named exports mirror its functions;
// tests/contracts compares them.
const OVER = ["as stories tell", "every person alike", "those never told"]
const total = (values) => values.reduce((a, b) => a + b, 0)

export const weightsOf = (told, over) =>
  told.map((n) => (over === OVER[0] ? n : over === OVER[1] || n === 0 ? 1 : 0))

// The likeliest choice of every row of `classes` logarithms, and its probability.
function likeliest(flat, truth, t) {
  const classes = flat.length / truth.length
  return truth.map((right, i) => {
    const row = Array.from(flat.slice(i * classes, (i + 1) * classes))
    const top = Math.max(...row)
    const sum = total(row.map((x) => Math.exp((x - top) / t)))
    return {sure: 1 / sum, hit: row.indexOf(top) === right ? 1 : 0}
  })
}

export function seen(flat, truth, told, over, t, bins) {
  const weights = weightsOf(told, over)
  const all = total(weights)
  const sums = Array.from({length: bins}, () => ({share: 0, sure: 0, hit: 0, number: 0}))
  const mean = {sure: 0, hit: 0}
  likeliest(flat, truth, t).forEach(({sure, hit}, i) => {
    const share = weights[i] / all
    const bin = sums[Math.min(Math.floor(sure * bins), bins - 1)]
    bin.share += share
    bin.sure += share * sure
    bin.hit += share * hit
    bin.number += weights[i] > 0 ? 1 : 0
    mean.sure += share * sure
    mean.hit += share * hit
  })
  const kept = sums.filter(({share}) => share > 0)
  return {
    confidence: kept.map(({share, sure}) => sure / share),
    right: kept.map(({share, hit}) => hit / share),
    size: kept.map(({share}) => 6 + 34 * Math.sqrt(share)),
    number: kept.map(({number}) => number),
    error: total(kept.map(({sure, hit}) => Math.abs(hit - sure))),
    sure: mean.sure, hit: mean.hit, of: weights.filter((w) => w > 0).length,
  }
}

export function reliabilityLine(model, over, t, bins, found) {
  const {count, decimal, percent} = sbt.numbers
  return `${model[0].toUpperCase()}${model.slice(1)}, ${over}, temperature` +
    ` ${decimal(t, 1)}: sure ${percent(found.sure)}, right ${percent(found.hit)}.` +
    ` Calibration error ${decimal(found.error, 3)} (${count(found.of)} answers, ${bins}` +
    " bins)."
}

export default ({rows, people, who, over, t, bins, line, source}) => {
  const model = who.labels[who.active]
  const whom = over.labels[over.active]
  const [truth, told] = [people.data.truth, people.data.told].map((x) => Array.from(x))
  const found = seen(rows.data[model], truth, told, whom, t.value, bins.value)
  const {confidence, right, size, number} = found
  source.data = {confidence, right, size, number}
  line.text = reliabilityLine(model, whom, t.value, bins.value, found)
}
