// The browser half of life.py. The named exports mirror sbt_jax.scaling.lifetime and
// functions of life.py; tests/contracts compares them.
const [ACROSS, POINTS] = [[9.6, 12.4], 60]
const [GOLDEN, ROUNDS] = [(Math.sqrt(5) - 1) / 2, 100]
const UNITS = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"], [1e3, "thousand"]]
const three = (x) => Number(x.toPrecision(3))

function amount(number) {
  const short = three(number)
  for (const [size, name] of UNITS) if (short >= size) return `${three(short / size)} ${name}`
  return `${short}`
}

function tokensFor([floor, size, text, alpha, beta], loss, parameters) {
  const left = loss - floor - size / parameters ** alpha
  return left > 0 ? (text / left) ** (1 / beta) : Infinity
}

export function cheapest(law, loss, served) {
  const [floor, size, , alpha] = law
  let low = Math.log((size / (loss - floor)) ** (1 / alpha))
  let high = low + 40
  const cost = (at) => at + Math.log(6 * tokensFor(law, loss, Math.exp(at)) + 2 * served)
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [a, b] = [cost(left), cost(right)]
  for (let round = 0; round < ROUNDS; round++) {
    if (a < b) {
      ;[high, right, b] = [right, left, a]
      left = high - GOLDEN * (high - low)
      a = cost(left)
    } else {
      ;[low, left, a] = [left, right, b]
      right = low + GOLDEN * (high - low)
      b = cost(right)
    }
  }
  const parameters = Math.exp((low + high) / 2)
  return [parameters, tokensFor(law, loss, parameters)]
}

const life = ([n, d], served) => 6 * n * d + 2 * n * served

export function costs(law, loss, served) {
  const found = {x: [], train: [], life: []}
  for (let i = 0; i < POINTS; i++) {
    const x = ACROSS[0] + (i * (ACROSS[1] - ACROSS[0])) / (POINTS - 1)
    const tokens = tokensFor(law, loss, 10 ** x)
    if (!(tokens < 1e16)) continue
    found.x.push(x)
    found.train.push(Math.log10(life([10 ** x, tokens], 0)))
    found.life.push(Math.log10(life([10 ** x, tokens], served)))
  }
  return found
}

export function lifeLine(name, served, first, best) {
  if (!served) {
    return `As good as ${name}, and never used: cheapest with ${amount(first[0])} parameters` +
      ` and ${amount(first[1])} tokens, ${amount(first[1] / first[0])} a parameter.`
  }
  const saved = 1 - life(best, served) / life(first, served)
  return `As good as ${name}, and ${amount(served)} tokens served: cheapest with` +
    ` ${amount(best[0])} parameters and ${amount(best[1])} tokens,` +
    ` ${amount(best[1] / best[0])} a parameter. Over its life it costs` +
    ` ${sbt.numbers.percent(saved)} less than the one that is cheapest to train,` +
    ` ${amount(first[0])} parameters.`
}

export default ({slider, lines, here, line, law, loss, name, powers}) => {
  const power = powers[slider.categories.indexOf(slider.value)]
  const served = power ? 10 ** power : 0
  const [first, best] = [cheapest(law, loss, 0), cheapest(law, loss, served)]
  lines.data = costs(law, loss, served)
  here.data = {...here.data, x: [first, best].map(([n]) => Math.log10(n)),
    y: [Math.log10(life(first, 0)), Math.log10(life(best, served))]}
  line.text = lifeLine(name, served, first, best)
}
