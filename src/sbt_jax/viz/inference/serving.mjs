// The browser half of serving.py: its simulation mirrors sbt_jax.inference.server, step
// for step. Compared by tests/contracts.

const STALL = 0.04
const COLORS = {waiting: "#7d7d86", reading: "#d55e00", writing: "#2b7bba"}

const total = (values) => values.reduce((a, b) => a + b, 0)

const seconds = ({weights, token, kept}, tokens, held) =>
  Math.max(token * tokens, weights + kept * held)
const blocks = (tokens, {block}) => Math.ceil(tokens / block) * block
const whole = ({ask: [, prompt, answer]}, prices) => blocks(prompt + answer, prices)
const fits = (running, place, prices) =>
  total(running.map((one) => whole(one, prices))) + whole(place, prices) <= prices.room
const held = ({ask: [, prompt], left, times}) => prompt - left + times.length
const done = ({ask: [, , answer], times}) => times.length >= answer

// One step of a chip, and the time after it.
function step(now, reading, writing, budget, prices) {
  const took = []
  for (const place of reading) {
    took.push(Math.min(place.left, Math.max(budget - total(took), 0)))
  }
  const kept = total([...reading, ...writing].map(held))
  const after = now + seconds(prices, total(took) + writing.length, kept)
  reading.forEach((place, i) => {
    place.left -= took[i]
    if (took[i] && !place.left) place.times.push(after)
  })
  for (const place of writing) place.times.push(after)
  return after
}

function together(places, prices, batch, pieces) {
  const waiting = [...places]
  let [now, running] = [0, []]
  while (waiting.length || running.length) {
    if (!running.length && waiting[0].ask[0] > now) now = waiting[0].ask[0]
    if (!(batch && running.length)) {
      while (waiting.length && waiting[0].ask[0] <= now && fits(running, waiting[0], prices)) {
        const place = waiting.shift()
        place.start = now
        running.push(place)
      }
    }
    const reading = running.filter(({left}) => left)
    let writing = running.filter((place) => !place.left && !done(place))
    if (reading.length && !pieces) writing = []
    const budget = pieces ? prices.piece - writing.length : Infinity
    now = step(now, reading, writing, budget, prices)
    if (!batch || running.every(done)) running = running.filter((place) => !done(place))
  }
}

function apart(places, prices) {
  let now = 0
  for (const place of places) {
    now = place.start = Math.max(now, place.ask[0])
    now = step(now, [place], [], Infinity, prices)
  }
  const waiting = [...places]
  let running = []
  now = 0
  while (waiting.length || running.length) {
    if (!running.length) now = Math.max(now, waiting[0].times[0])
    while (waiting.length && waiting[0].times[0] <= now && fits(running, waiting[0], prices)) {
      running.push(waiting.shift())
    }
    running = running.filter((place) => !done(place))
    if (running.length) {
      now = step(now, [], running, Infinity, prices)
      running = running.filter((place) => !done(place))
    }
  }
}

// What happens to each question [at, prompt, answer]: {start, tokens}.
export function serve(asks, prices, policy, policies, shared = 0) {
  const places = asks.map((ask) =>
    ({ask, left: Math.max(1, ask[1] - shared), start: NaN, times: []}))
  if (policy === policies[3]) apart(places, prices)
  else together(places, prices, policy === policies[0], policy === policies[2])
  return places.map(({start, times}) => ({start, tokens: times}))
}

export const faster = (asks, rate) => asks.map(([at, ...rest]) => [at / rate, ...rest])

export function lanes(asks, served) {
  const found = []
  served.forEach(({start, tokens}, row) => {
    found.push([row, asks[row][0], start, "waiting"], [row, start, tokens[0], "reading"])
    let begin = tokens[0]
    for (let i = 1; i < tokens.length; i++) {
      if (tokens[i] - tokens[i - 1] <= STALL) continue
      found.push([row, begin, tokens[i - 1], "writing"])
      begin = tokens[i]
    }
    found.push([row, begin, tokens.at(-1), "writing"])
  })
  const bars = found.filter(([, left, right]) => right > left)
  return {
    row: bars.map(([row]) => row), left: bars.map(([, left]) => left),
    right: bars.map(([, , right]) => right), color: bars.map(([, , , kind]) => COLORS[kind]),
  }
}

export function servedLine(asks, served) {
  const {count, decimal} = sbt.numbers
  const order = (values) => values.sort((a, b) => a - b)
  const first = order(served.map(({tokens}, i) => tokens[0] - asks[i][0]))
  const between = order(served.flatMap(({tokens}) =>
    tokens.slice(1).map((time, i) => time - tokens[i])))
  if (!between.length) between.push(0)
  const last = Math.max(...served.map(({tokens}) => tokens.at(-1)))
  const ms = (time) => `${count(1000 * time)} ms`
  const at = (values, i) => values[Math.floor(i)]
  const median = (values) =>
    (at(values, (values.length - 1) / 2) + at(values, values.length / 2)) / 2
  return `First token after ${ms(median(first))} (median),` +
    ` ${ms(first.at(-1))} at worst. Between two tokens` +
    ` ${ms(median(between))} (median), ${ms(between.at(-1))} at worst.` +
    ` All is answered after ${decimal(last, 1)} s.`
}

export default (it) => {
  const asks = faster(it.asks, Number(it.load.value))
  const shared = it.kept.value === it.ways[1] ? it.rules : 0
  const served = serve(asks, it.prices, it.policy.value, it.policies, shared)
  it.plot.x_range.end = 1.02 * Math.max(...served.map(({tokens}) => tokens.at(-1)))
  it.source.data = lanes(asks, served)
  it.line.text = servedLine(asks, served)
}
