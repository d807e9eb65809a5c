// The browser half of serving.py: its simulation mirrors sbt_jax.inference.server, step
// for step. Compared by tests/contracts.

const COLORS = {waiting: "#7d7d86", reading: "#d55e00", writing: "#2b7bba"}

const total = (values) => values.reduce((a, b) => a + b, 0)

const SHARED = -1 // in place of a question: the beginning that all have in common

// A value on the line through its neighbours; the last line goes on.
export function between(at, places, values) {
  if (at <= places[0] || places.length === 1) return values[0]
  let i = 1
  while (i < places.length - 1 && places[i] < at) i++
  const share = (at - places[i - 1]) / (places[i] - places[i - 1])
  return values[i - 1] + share * (values[i] - values[i - 1])
}

// Seconds of a step: from a data sheet, or as it was measured.
export function seconds(prices, read, behind, writing) {
  if (!prices.write) {
    const {weights, token, kept} = prices
    const tokens = total(read) + writing.length
    return Math.max(token * tokens, weights + kept * (total(behind) + total(writing)))
  }
  const {batches, contexts, write, pieces} = prices
  const spent = total(read.filter((tokens) => tokens)
    .map((tokens) => between(tokens, pieces, prices.read)))
  if (!writing.length) return spent
  const context = total(writing) / writing.length
  const rows = write.map((row) => between(context, contexts, row))
  return spent + between(writing.length, batches, rows)
}
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
  const after = now + seconds(prices, took, reading.map(held), writing.map(held))
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

export function lanes(asks, served, stall) {
  const found = []
  served.forEach(({start, tokens}, row) => {
    found.push([row, asks[row][0], start, "waiting"], [row, start, tokens[0], "reading"])
    let begin = tokens[0]
    for (let i = 1; i < tokens.length; i++) {
      if (tokens[i] - tokens[i - 1] <= stall) continue
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
  const ms = (time) =>
    `${1000 * time >= 10 ? count(1000 * time) : decimal(1000 * time, 1)} ms`
  const at = (values, i) => values[Math.floor(i)]
  const median = (values) =>
    (at(values, (values.length - 1) / 2) + at(values, values.length / 2)) / 2
  return `First token after ${ms(median(first))} (median),` +
    ` ${ms(first.at(-1))} at worst. Between two tokens` +
    ` ${ms(median(between))} (median), ${ms(between.at(-1))} at worst.` +
    ` All is answered after ${decimal(last, last >= 10 ? 1 : 2)} s.`
}

// How many first tokens and gaps are how long, in per cent.
export function waits(asks, served, edges) {
  const shares = (values) => {
    const found = Array(edges.length - 1).fill(0)
    for (const value of values) {
      const at = edges.filter((edge) => 1000 * value >= edge).length - 1
      found[Math.min(Math.max(at, 0), found.length - 1)] += 100 / values.length
    }
    return found
  }
  return {
    left: edges.slice(0, -1), right: edges.slice(1),
    middle: edges.slice(1).map((edge, i) => Math.sqrt(edges[i] * edge)),
    first: shares(served.map(({tokens}, i) => tokens[0] - asks[i][0])),
    gap: shares(served.flatMap(({tokens}) =>
      tokens.slice(1).map((time, i) => time - tokens[i]))),
  }
}

// From when until when a text is in memory, and its tokens by a moment.
const stays = ([, prompt], {start, tokens}, apart, moment) => [
  apart ? tokens[0] : start, tokens.at(-1),
  prompt + tokens.filter((time) => time <= moment).length,
]

// The squares of memory that are taken at a moment.
export function squares(asks, served, plan, blocks, moment, shared, apart) {
  const {rows, columns, square} = plan
  const common = blocks ? Math.floor(shared / square) : 0
  const owner = Array(rows * columns).fill(null).fill(SHARED, 0, common)
  const changes = []
  served.forEach((one, i) => {
    const [begin, end] = stays(asks[i], one, apart, moment)
    if (begin >= end) return
    changes.push([end, 0, i, 0])
    for (const [k, time] of [begin, ...one.tokens.slice(0, -1)].entries()) {
      const need = Math.ceil((asks[i][1] + k) / square) - common
      changes.push([Math.max(time, begin), 1, i, blocks ? need : columns])
    }
  })
  changes.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3])
  const owned = asks.map(() => [])
  for (const [time, kind, i, need] of changes) {
    if (time > moment) break
    if (!kind) {
      for (const place of owned[i]) owner[place] = null
      owned[i] = []
    } else if (need > owned[i].length) {
      const free = [...owner.keys()].filter((at) => owner[at] === null &&
        (blocks || owner[at - (at % columns)] === null))
      for (const place of free.slice(0, need - owned[i].length)) {
        owner[place] = i
        owned[i].push(place)
      }
    }
  }
  const filled = new Set(served.flatMap((one, i) => owned[i].slice(0,
    Math.ceil(stays(asks[i], one, apart, moment)[2] / square) - common)))
  const place = [...owner.keys()].filter((at) => owner[at] !== null)
  return {
    place, question: place.map((at) => owner[at]),
    held: place.map((at) => Number(owner[at] === SHARED || filled.has(at))),
  }
}

export function memoryLine(asks, served, plan, blocks, moment, shared, apart) {
  const {count, decimal, percent} = sbt.numbers
  const {columns, square, block} = plan
  const here = served.map((one, i) => stays(asks[i], one, apart, moment))
    .filter(([begin, end]) => begin <= moment && moment < end).map(([, , kept]) => kept)
  const when = `After ${decimal(moment)} s`
  if (!here.length) return `${when} no text is in memory.`
  const common = blocks ? Math.floor(shared / square) * square : 0
  const tokens = total(here) - common * (here.length - 1)
  const room = blocks
    ? common + total(here.map((kept) => Math.ceil((kept - common) / block) * block))
    : here.length * columns * square
  const texts = here.length === 1 ? "one text is" : `${here.length} texts are`
  const once = common ? ` The first ${count(common)} are there once for all.` : ""
  return `${when} ${texts} in memory, of ${count(tokens)} tokens.${once} They take room` +
    ` for ${count(room)}: ${percent(tokens / room, 1)} of it holds a token. A square is` +
    ` ${count(square)} tokens.`
}

// Where squares are drawn, and how; the first of each text has its number.
export function drawn({place, question, held}, {columns}, texts) {
  const paint = (of) => texts[of === SHARED ? texts.length - 1 : of % (texts.length - 1)]
  return {
    x: place.map((at) => at % columns), y: place.map((at) => Math.floor(at / columns)),
    color: question.map((of) => paint(of)[0]), ink: question.map((of) => paint(of)[1]),
    alpha: held.map((one) => (one ? 0.9 : 0.25)),
    number: question.map((of, i) =>
      (of !== SHARED && question.indexOf(of) === i ? String(of + 1) : "")),
  }
}

export default (it) => {
  const {plan, rules, stall, prices, ...one} = it.servers[it.names.indexOf(it.chip.value)]
  if (it.turned && it.load.value !== one.rate) {
    it.load.value = one.rate // another server comes with its own crowd; draws, too
    return
  }
  const asks = faster(one.asks, Number(it.load.value))
  const shared = it.kept.value === it.ways[1] ? rules : 0
  const served = serve(asks, prices, it.policy.value, it.policies, shared)
  const last = Math.max(...served.map(({tokens}) => tokens.at(-1)))
  it.shown.forEach((part, i) => { part.visible = i === it.view.active })
  it.seconds.end = 1.02 * last
  it.sources.lanes.data = lanes(asks, served, stall)
  it.sources.waits.data = waits(asks, served, it.edges)
  const blocks = it.layout.value === it.layouts[0]
  const moment = (last * it.moment.value) / 100
  const memory = [asks, served, plan, blocks, moment, shared, it.policy.value === it.policies[3]]
  it.grid[0].end = plan.columns - 0.4
  it.grid[1].start = plan.rows - 0.4
  it.sources.memory.data = drawn(squares(...memory), plan, it.texts)
  it.line.text = it.view.active === 2 ? memoryLine(...memory) : servedLine(asks, served)
}
