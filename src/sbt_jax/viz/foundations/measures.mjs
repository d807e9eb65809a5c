// The browser half of the measurements of chapter 1. The named exports mirror functions
// of viz/foundations/measures.py; tests/foundations/test_figures.py compares them.
const UNITS = ["nats a word", "bits a word", "choices a word"]
const LEAST = 1e-4

export const inUnit = (nats, unit) => [nats, nats / Math.LN2, Math.exp(nats)][unit]

export function gapLine(name, nats, best, least, floor, unit) {
  const [counted, model, truth] = [nats, least, floor].map((x) => inUnit(x, unit))
  return (
    `The best of the counted models, ${name}, needs ${counted.toFixed(2)} ${UNITS[unit]},` +
    ` ${best} ${model.toFixed(3)}. No model can do with less than ${truth.toFixed(3)}.`
  )
}

export function agreementLine(skill, name, truth, model) {
  const logs = truth.map((t, i) => Math.log(t / model[i]))
  const near = logs.filter((x) => Math.abs(x) < Math.log(1.25)).length / logs.length
  const lost = logs.reduce((a, b) => a + b, 0) / logs.length
  return (
    `${skill}, ${logs.length} of them: ${name} is within a quarter of the truth for` +
    ` ${(100 * near).toFixed(0)} %, and loses ${lost.toFixed(3)} nats at each.`
  )
}

function spread(values, digits) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const [m, low, high] = [mean, Math.min(...values), Math.max(...values)].map((x) =>
    x.toFixed(digits))
  return values.length > 1 ? `${m} (${low} to ${high})` : m
}

export function appearsLine(name, step, gaps, shares) {
  const seeds = `${gaps.length} seed${gaps.length > 1 ? "s" : ""}`
  const right = spread(shares.map((x) => 100 * x), 0)
  return (
    `${name}, ${step} steps, ${seeds}: gap ${spread(gaps, 3)} nats a word. The probe` +
    ` names the holder right in ${right} % of places.`
  )
}

const figures = {
  floor({ngrams, models, floor, source, mark, axis, unit, slider, line}) {
    const at = unit.active
    const counted = ngrams[slider.value]
    const nats = [...counted, ...Object.values(models)]
    source.data = {...source.data, value: nats.map((x) => inUnit(x, at))}
    mark.location = inUnit(floor, at)
    axis.axis_label = UNITS[at]
    const best = counted.indexOf(Math.min(...counted))
    const [name, least] = Object.entries(models).at(-1)
    line.text = gapLine(`${best + 1}-gram`, counted[best], name, least, floor, at)
  },

  scatter({source, shown, name, skill, line}) {
    const which = name.labels[name.active]
    const {data} = source
    const all = skill.value === "All words"
    const kind = skill.value.replace(/ words$/, "")
    const kept = Array.from(data.skill).flatMap((s, i) => (all || s === kind ? [i] : []))
    shown.indices = kept
    source.data = {...data, model: Array.from(data[which], (x) => Math.max(x, LEAST))}
    const pick = (column) => kept.map((i) => data[column][i])
    line.text = agreementLine(skill.value, which, pick("truth"), pick(which))
  },

  appears({runs, lines, rings, x_range, model, slider, line}) {
    const name = model.labels[model.active]
    const seeds = runs[name]
    const steps = seeds[0].steps.map(String)
    if (String(slider.categories) !== String(steps)) {
      slider.setv({categories: steps, value: steps.at(-1)})
      x_range.factors = steps
    }
    const found = steps.indexOf(slider.value)
    const at = found < 0 ? steps.length - 1 : found
    const now = ["gap", "probe"].map((key, i) => {
      const values = seeds.map((run) => run[key][at])
      lines[i].data = {steps: seeds.map(() => steps), value: seeds.map((run) => run[key])}
      rings[i].data = {step: values.map(() => steps[at]), value: values}
      return values
    })
    line.text = appearsLine(name, steps[at], ...now)
  },
}

export default ({figure, ...args}) => figures[figure](args)
