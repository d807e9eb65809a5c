// The browser half of the measurements of chapter 1. The named exports mirror functions
// of viz/_foundations_measures.py; tests/test_foundations_figures.py compares them.
const UNITS = ["nats a word", "bits a word", "choices a word"]
const LEAST = 1e-5

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
  return `${m} (${low} to ${high})`
}

export function appearsLine(step, losses, shares) {
  const right = spread(shares.map((x) => 100 * x), 0)
  return (
    `After ${step} steps: gap ${spread(losses, 3)} nats a word; the probe names the` +
    ` holder right in ${right} % of places, ${losses.length} seeds.`
  )
}

const figures = {
  floor({ngrams, models, floor, source, mark, plot, unit, slider, line}) {
    const at = unit.active
    const counted = ngrams[slider.value]
    const nats = [...counted, ...Object.values(models)]
    source.data = {...source.data, value: nats.map((x) => inUnit(x, at))}
    mark.location = inUnit(floor, at)
    plot.xaxis[0].axis_label = UNITS[at]
    const best = counted.indexOf(Math.min(...counted))
    const [name, least] = Object.entries(models).at(-1)
    line.text = gapLine(`${best + 1}-gram`, counted[best], name, least, floor, at)
  },

  scatter({source, models, all, name, skill, line}) {
    const which = name.labels[name.active]
    const kind = skill.value.replace(/ words$/, "")
    const kept = all.skill.flatMap((s, i) => skill.value === "All words" || s === kind ? [i] : [])
    const pick = (column) => kept.map((i) => column[i])
    const [truth, model] = [pick(all.truth), pick(models[which])]
    source.data = {
      truth, model: model.map((x) => Math.max(x, LEAST)), word: pick(all.word),
      skill: pick(all.skill),
    }
    line.text = agreementLine(skill.value, which, truth, model)
  },

  appears({gaps, shares, above, below, slider, line}) {
    const at = slider.categories.indexOf(slider.value)
    const ring = (values) => ({step: values.map(() => slider.value), value: values})
    above.data = ring(gaps[at])
    below.data = ring(shares[at])
    line.text = appearsLine(slider.value, gaps[at], shares[at])
  },
}

export default ({figure, ...args}) => figures[figure](args)
