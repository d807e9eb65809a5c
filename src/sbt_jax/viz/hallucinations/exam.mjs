// The browser half of exam.py. The named exports mirror its functions; tests/contracts
// compares them.
const THRESHOLDS = Array.from({length: 101}, (_, i) => i / 100)

export const penaltyFor = (t) => t / (1 - t)

export function sit(sure, right, threshold, penalty) {
  let [good, bad, silent] = [0, 0, 0]
  for (let i = 0; i < sure.length; i++) {
    if (sure[i] < threshold) silent++
    else if (right[i]) good++
    else bad++
  }
  const n = sure.length
  return {right: good / n, wrong: bad / n, silent: silent / n, score: (good - penalty * bad) / n}
}

export const marks = (sure, right, penalty) =>
  THRESHOLDS.map((t) => sit(sure, right, t, penalty).score)

export function examLine(model, wanted, threshold, [sure, right]) {
  const {decimal, percent} = sbt.numbers
  const cost = penaltyFor(wanted)
  const got = sit(sure, right, threshold, cost)
  const curve = marks(sure, right, cost)
  const top = Math.max(...curve)
  const best = curve.findIndex((mark) => mark >= top)
  return `A wrong answer costs ${decimal(cost, 1)}. ${model[0].toUpperCase()}${model.slice(1)}, speaking from` +
    ` ${percent(threshold)} on: ${percent(got.right)} right, ${percent(got.wrong)}` +
    ` wrong, ${percent(got.silent)} silent, mark ${decimal(got.score)}. Its best mark` +
    ` is ${decimal(curve[best])}, from ${percent(THRESHOLDS[best])} on.`
}

export default ({sheets, who, ask, speak, line, source, dots, rule}) => {
  const cost = penaltyFor(ask.value)
  const of = (model) => ["sure", "right"].map((name) => sheets.data[`${model} ${name}`])
  const curves = {}
  const at = {}
  for (const model of who.labels) {
    curves[model] = marks(...of(model), cost)
    at[model] = [sit(...of(model), speak.value, cost).score]
  }
  source.data = {t: THRESHOLDS, ...curves}
  dots.data = {t: [speak.value], ...at}
  rule.location = ask.value
  const model = who.labels[who.active]
  line.text = examLine(model, ask.value, speak.value, of(model))
}
