// The browser half of spend.py, and what its neighbours share. The named exports mirror
// sbt_jax.scaling and functions of viz/scaling; tests/contracts compares them.
const [ACROSS, UP] = [[7.5, 12.8], [9, 14.2]]
const LEVELS = [1.9, 2, 2.2, 2.5, 3]
const SEEN = [-0.05, 0.5]
const POINTS = 54
const UNITS = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"], [1e3, "thousand"]]
const HIGH = "⁰¹²³⁴⁵⁶⁷⁸⁹"
const three = (x) => Number(x.toPrecision(3))

export function amount(number) {
  const short = three(number)
  for (const [size, name] of UNITS) if (short >= size) return `${three(short / size)} ${name}`
  return `${short}`
}

export function power(number) {
  const [digits, exponent] = number.toExponential(1).split("e+")
  return `${digits}\u00a0·\u00a010${[...exponent].map((d) => HIGH[d]).join("")}`
}

export const predictedLoss = ([floor, size, text, alpha, beta], parameters, tokens) =>
  floor + size / parameters ** alpha + text / tokens ** beta

export function bestSplit([, size, text, alpha, beta], flops) {
  const best = ((alpha * size) / (beta * text)) ** (1 / (alpha + beta)) *
    (flops / 6) ** (beta / (alpha + beta))
  return [best, flops / 6 / best]
}

const across = () =>
  Array.from({length: POINTS}, (_, i) => ACROSS[0] + (i * (ACROSS[1] - ACROSS[0])) / (POINTS - 1))

export function contours([floor, size, text, alpha, beta]) {
  const found = {xs: [], ys: [], end: [], name: []}
  for (const level of LEVELS) {
    const [xs, ys] = [[], []]
    for (const x of across()) {
      const left = level - floor - size * 10 ** (-alpha * x)
      const y = left > 0 ? Math.log10(text / left) / beta : NaN
      if (!(UP[0] <= y && y <= UP[1])) continue
      xs.push(x)
      ys.push(y)
    }
    found.xs.push(xs)
    found.ys.push(ys)
    found.end.push(ys.length ? ys.at(-1) : UP[0] - 1)
    found.name.push(ys.length ? level.toFixed(1) : "")
  }
  return found
}

export function valley(law, flops) {
  const x = across()
  return {x, y: x.map((at) => predictedLoss(law, 10 ** at, flops / 6 / 10 ** at))}
}

export function shareOf(times) {
  const [above, below] = times.split("/")
  return Number(above) / Number(below ?? 1)
}

export function spendLine(law, name, parameters, tokens, times) {
  const [flops, share] = [6 * parameters * tokens, shareOf(times)]
  const [n, d] = bestSplit(law, flops)
  const how = times === "1" ? "as it was" : `on ${times} ${share < 1 ? "of" : "times"} its size`
  const [size, text] = [parameters * share, tokens / share]
  const seen = [[size, ACROSS], [text, UP]].every(([value, [low, high]]) =>
    low <= Math.log10(value) && Math.log10(value) <= high)
  const loss = (a, b) => sbt.numbers.fixed(predictedLoss(law, a, b), 3)
  return `The budget of ${name}, ${power(flops)} FLOPs, spent ${how}:` +
    ` ${amount(size)} parameters, ${amount(text)} tokens, loss ${loss(size, text)}.` +
    (seen ? "" : " That is off the map.") +
    ` The best split by this law: ${amount(n)} parameters, ${amount(d)} tokens, loss` +
    ` ${loss(n, d)}. That is ${amount(d / n)} tokens a parameter.`
}

export function dots(law, parameters, tokens, times) {
  const [flops, share] = [6 * parameters * tokens, shareOf(times)]
  const [mine, best] = [[parameters * share, tokens / share], bestSplit(law, flops)]
  return {
    mine: mine.map(Math.log10), best: best.map(Math.log10),
    losses: [predictedLoss(law, ...mine), predictedLoss(law, ...best)],
    budget: ACROSS.map((x) => Math.log10(flops / 6) - x),
    seen: SEEN.map((x) => predictedLoss(law, ...best) + x),
  }
}

export default ({pick, slider, group, lines, budget, curve, here, seen, line, laws, models}) => {
  const law = laws[group.active]
  const [, n, d] = models.find(([name]) => name === pick.value)
  const found = dots(law, n, d, slider.value)
  const {xs, ys, end, name} = contours(law)
  lines.data = {...lines.data, xs, ys, end, name}
  budget.data = {...budget.data, y: found.budget}
  curve.data = valley(law, 6 * n * d)
  here.data = {...here.data, x: [found.mine[0], found.best[0]],
    y: [found.mine[1], found.best[1]], loss: found.losses}
  ;[seen.start, seen.end] = found.seen
  line.text = spendLine(law, pick.value, n, d, slider.value)
}
