// The browser half of the measurements of chapter 8. The named exports mirror functions
// of viz/alignment/measures.py; tests/alignment/test_figures.py compares them.
export function paths(runs, colors) {
  const found = {x: [], y: [], color: []}
  for (const {kl, proxy, gold} of runs) {
    const x = kl.map((value) => Math.sqrt(Math.max(value, 0)))
    const lines = [proxy.map((value) => value - proxy[0]), gold]
    lines.forEach((y, i) => {
      found.x.push(x)
      found.y.push(y)
      found.color.push(colors[i])
    })
  }
  return found
}

export function span(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((x) => x.toFixed(2))
  return low === high ? low : `${low} to ${high}`
}

export function leashLine(name, runs) {
  const last = (values) => values.at(-1)
  const kl = runs.map((run) => last(run.kl))
  const proxy = runs.map((run) => last(run.proxy) - run.proxy[0])
  const gold = runs.map((run) => last(run.gold))
  const best = runs.map((run) => Math.max(...run.gold))
  return `${name}: at the end a divergence of ${span(kl)} nats. The reward model's score` +
    ` has changed by ${span(proxy)}; gold reward ${span(gold)}, at its highest` +
    ` ${span(best)}.`
}

export function sidesLine(step, chosen, rejected) {
  const gap = chosen.map((value, i) => value - rejected[i])
  return `After ${step} steps, by seed: preferred answers have gained ${span(chosen)}` +
    ` nats, rejected ones ${span(rejected)}; the gap is ${span(gap)}.`
}

const figures = {
  leash({settings, texts, colors, source, slider, pick, passage, line}) {
    const runs = settings[slider.value]
    source.data = paths(runs, colors)
    const said = texts[slider.value]?.find(([question]) => question === pick.value)?.[1]
    passage.text = sbt.passage(said ?? "(Best of n has no model of its own.)")
    line.text = leashLine(slider.value, runs)
  },
  sides({runs, every, slider, mark, line}) {
    const step = Number(slider.value)
    const at = step / every - 1
    const [chosen, rejected] = ["chosen", "rejected"].map((side) =>
      runs.map((run) => run[side][at]))
    const half = mark.data.color.length / 2
    mark.data = {
      x: mark.data.color.map(() => step), y: [...chosen, ...rejected],
      color: mark.data.color,
    }
    line.text = sidesLine(step, chosen.slice(0, half), rejected.slice(0, half))
  },
}

export default ({figure, ...args}) => figures[figure](args)
