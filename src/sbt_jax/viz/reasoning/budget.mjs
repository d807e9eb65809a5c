// The browser half of budget.py. The named exports mirror sbt_jax.reasoning and functions
// of budget.py; tests/contracts compares them.
const PLACES = ["A", "B", "C", "D", "E"]
const PIECE = /[A-Za-z]+|\?/g
const MOST = 8, LONGEST = 20
const LAST = PLACES.length - 1
const percent = (p) => sbt.numbers.percent(p)

// The place of the ball after each swap.
export function track(start, swaps, pairs) {
  let now = start
  return swaps.map((swap) => {
    const [a, b] = pairs[swap]
    now = now === a ? b : now === b ? a : now
    return now
  })
}

export const law = (swaps, budget, silent) =>
  0.2 + 0.8 * 0.5 ** Math.max(0, swaps - budget - silent)

export function paths(start, swaps, pairs) {
  return PLACES.map((_, place) =>
    [place, ...track(place, swaps, pairs)].map((now) => LAST - now))
}

export function board(start, swaps, chain, pairs, colors) {
  const rows = paths(start, swaps, pairs)
  const steps = rows[0].map((_, i) => i)
  const truth = track(start, swaps, pairs)
  return {
    cups: {xs: rows.map(() => steps), ys: rows},
    ball: {x: steps, y: rows[start]},
    chain: {
      x: chain.map((_, i) => i + 1), y: chain.map((place) => LAST - place),
      color: chain.map((place, i) => colors[place === truth[i] ? 2 : 3]),
    },
    now: {
      x: rows.map(() => steps.at(-1)), y: rows.map((row) => row.at(-1)),
      color: rows.map((_, place) => colors[+(place === start)]),
    },
  }
}

export function budgetLine(start, swaps, chain, answer, expected, hidden, pairs) {
  const best = answer.reduce((top, p, i) => (p > answer[top] ? i : top), 0)
  const right = track(start, swaps, pairs).at(-1)
  const unread = Math.max(0, swaps.length - chain.length)
  const many = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`
  const spelt = chain.length
    ? `think ${chain.map((place) => PLACES[place]).join(" ")} so` : "so"
  const wrote = hidden ? `It wrote ${many(chain.length, "place")} that nobody shows you`
    : `It wrote “${spelt}”`
  return `${wrote}, and answers ${PLACES[best]} with ${percent(answer[best])}. The ball is` +
    ` in ${PLACES[right]}. With ${many(unread, "swap")} not written down, the likeliest` +
    ` place should be right in ${percent(expected)} of such games (by the law below).`
}

const top = (p) => p.reduce((best, x, i) => (x > p[best] ? i : best), 0)

const asking = (start, swaps, words) =>
  [0, 1 + start, ...swaps.map((swap) => 1 + PLACES.length + swap), words.indexOf("?")]

// Places that a model writes within a budget, and how likely each is as its answer.
export function think(model, start, swaps, budget, words) {
  const id = (word) => words.indexOf(word)
  const asked = asking(start, swaps, words)
  const first = id(PLACES[0])
  const isPlace = (token) => token >= first && token <= first + LAST
  const chain = []
  if (budget) {
    const reader = model.start()
    let token = top(reader.read([...asked, id("think")]))
    while (chain.length < budget && isPlace(token)) {
      chain.push(token)
      if (chain.length < budget) token = top(reader.step(token))
    }
  }
  const thought = chain.length ? [id("think"), ...chain] : []
  const p = sbt.softmax(model.start().read([...asked, ...thought, id("so")]))
  return {
    chain: chain.map((token) => token - first),
    answer: Array.from(p).slice(first, first + PLACES.length),
  }
}

// The game in a text; null if there is none.
export function readCups(text, words) {
  let start = null
  const swaps = [], unknown = [], first = 1 + PLACES.length
  for (const piece of text.match(PIECE) ?? []) {
    const word = piece.toUpperCase()
    const pair = words.indexOf(Array.from(word).sort().join(""))
    if (PLACES.includes(word) && start === null) start = PLACES.indexOf(word)
    else if (pair >= first && pair < first + 10) swaps.push(pair - first)
    else if (piece !== "?") unknown.push(piece)
  }
  if (start === null || !swaps.length) return [null, unknown]
  return [{start, swaps: swaps.slice(0, MOST)}, unknown]
}

export function readChain(text, words) {
  const ids = [], unknown = []
  for (const piece of text.match(PIECE) ?? []) {
    const place = PLACES.indexOf(piece.toUpperCase()), word = piece.toLowerCase()
    if (place >= 0) ids.push(1 + place)
    else if (word === "wait") ids.push(words.indexOf("wait"))
    else if (!["think", "so", "?"].includes(word)) unknown.push(piece)
  }
  return [ids, unknown]
}

export const leftOut = (unknown) => unknown.length
  ? ` Left out: ${Array.from(unknown.slice(0, 4).join(", ")).slice(0, 60).join("")}.` : ""

export function slipBars(answer, right, written, colors) {
  const color = PLACES.map((_, i) =>
    colors[i === right ? 1 : i === written ? 2 : 0])
  return {place: PLACES, p: answer, color}
}

export function slipLine(start, swaps, written, answer, unknown, added, pairs) {
  const right = track(start, swaps, pairs).at(-1)
  const best = top(answer), share = percent(answer[best])
  const ball = `The ball is in ${PLACES[right]}.`
  if (written === null) {
    return `${ball} Without a chain the model says ${PLACES[best]}, with ${share}.` +
      leftOut(unknown)
  }
  const told = `${ball} The chain ends in ${PLACES[written]}. The model says` +
    ` ${PLACES[best]}, with ${share}: `
  const how = best === written && best === right ? "chain and ball agree."
    : best === written ? "it follows the chain."
    : best === right ? "it follows the ball, not the chain."
    : "neither the chain's place nor the ball's."
  const own = added.length
    ? `After wait it wrote ${added.map((i) => PLACES[i]).join(" ")}. ` : ""
  return own + told + how + leftOut(unknown)
}

// What a model answers after a chain; one that ends in `wait` it goes on with.
export function conclude(model, start, swaps, chain, words) {
  const asked = asking(start, swaps, words), whole = [...chain]
  const id = (word) => words.indexOf(word)
  if (whole.at(-1) === id("wait")) {
    while (whole.length < LONGEST) {
      const token = top(model.start().read([...asked, id("think"), ...whole]))
      if (token < 1 || token > PLACES.length) break
      whole.push(token)
    }
  }
  const thought = whole.length ? [id("think"), ...whole] : []
  const p = sbt.softmax(model.start().read([...asked, ...thought, id("so")]))
  return {whole, answer: Array.from(p).slice(1, 1 + PLACES.length)}
}

// Tries of one game, each token drawn; mirrors sbt_jax.shipped.thinking.tries.
export function tries(model, start, swaps, count, seed, words, pairs) {
  const luck = sbt.random(seed), so = words.indexOf("so")
  const right = 1 + track(start, swaps, pairs).at(-1)
  return Array.from({length: count}, () => {
    const reader = model.start(), said = []
    let p = sbt.softmax(reader.read(asking(start, swaps, words)))
    while (said.length < LONGEST && !said.slice(0, -1).includes(so)) {
      const u = luck()
      let total = 0, token = p.findIndex((x) => (total += x) > u)
      if (token < 0) token = p.length - 1
      said.push(token)
      if (said.length < LONGEST) p = sbt.softmax(reader.step(token))
    }
    return {said, right: said.at(-2) === so && said.at(-1) === right}
  })
}

// GRPO's advantage of each try: how far its reward is from the mean, in spreads.
export function groupAdvantage(rewards) {
  const mean = rewards.reduce((a, b) => a + b, 0) / rewards.length
  const gaps = rewards.map((r) => r - mean)
  const spread = Math.sqrt(gaps.reduce((a, g) => a + g * g, 0) / rewards.length)
  return gaps.map((gap) => (spread ? gap / spread : 0))
}

export function groupRows(told, words) {
  const advantages = groupAdvantage(told.map(({right}) => +right))
  return told.map(({said, right}, i) =>
    [said.map((id) => words[id]).join(" "), right ? "right" : "wrong",
      sbt.numbers.decimal(advantages[i])])
}

export const groupHtml = (rows) =>
  `<table><tr><th>what it said</th><th>reward</th><th>advantage</th></tr>${rows.map((row) =>
    `<tr class="${row[1]}">${row.map((x) => `<td>${sbt.escape(x)}</td>`).join("")}</tr>`)
    .join("")}</table>`

export function groupLine(told, place, words) {
  const hits = told.filter(({right}) => right).length
  const think = words.indexOf("think")
  const thinking = told.filter(({said}) => said[0] === think).length
  const first = `The ball is in ${PLACES[place]}: ${hits} of ${told.length} tries are right,` +
    ` and ${thinking} began by thinking. `
  if (hits === 0 || hits === told.length) {
    return `${first}All rewards are alike, so nothing is learned from this group.`
  }
  return `${first}The right ones are made likelier, the wrong ones less likely.`
}

let playing = null

function draw({swaps, budget, seen, source, rule, line, boards, words, pairs, state,
  silent, colors}) {
  clearInterval(playing)
  const [start, ...all] = state.data.game[0]
  const moves = all.slice(0, swaps.value)
  const model = (sbt.cups ??= sbt.transformer(sbt.weights.reasoning_start))
  const {chain, answer} = think(model, start, moves, budget.value, words)
  const hidden = seen.active === 1
  const found = board(start, moves, hidden ? [] : chain, pairs, colors)
  for (const [name, columns] of Object.entries(found)) boards[name].data = columns
  const right = track(start, moves, pairs).at(-1)
  const expected = law(moves.length, chain.length, silent)
  source.data = {place: PLACES, p: answer,
    color: PLACES.map((_, i) => colors[+(i === right)])}
  rule.data = {x: PLACES, y: PLACES.map(() => expected)}
  line.text = budgetLine(start, moves, chain, answer, expected, hidden, pairs)
}

const figures = {
  show: draw,

  deal(it) {
    const random = (n) => Math.floor(Math.random() * n)
    const moves = Array.from({length: 8}, () => random(it.pairs.length))
    it.state.data = {game: [[random(PLACES.length), ...moves]]}
    draw(it)
  },

  // The cups go their ways once more, a swap in half a second.
  play({boards, state, swaps, pairs}) {
    clearInterval(playing)
    const [start, ...all] = state.data.game[0]
    const rows = paths(start, all.slice(0, swaps.value), pairs)
    let at = 0
    playing = setInterval(() => {
      at = Math.min(at + 0.1, swaps.value)
      const from = Math.min(Math.floor(at), swaps.value - 1)
      boards.now.data = {
        ...boards.now.data, x: rows.map(() => at),
        y: rows.map((row) => row[from] + (at - from) * (row[from + 1] - row[from])),
      }
      if (at >= swaps.value) clearInterval(playing)
    }, 50)
  },
}

Object.assign(figures, {
  group({game, group, state, table, line, names, words, pairs, idle, count}, fresh) {
    const [cups, strange] = readCups(game.value_input, words)
    if (!cups) {
      table.text = ""
      line.text = idle + leftOut(strange)
      return
    }
    if (fresh) state.data = {seed: [state.data.seed[0] + 1]}
    const name = names[group.active]
    sbt.chains ??= {}
    const model = (sbt.chains[name] ??= sbt.transformer(sbt.weights[name]))
    const {start, swaps} = cups
    const told = tries(model, start, swaps, count, state.data.seed[0], words, pairs)
    table.text = groupHtml(groupRows(told, words))
    line.text = groupLine(told, track(start, swaps, pairs).at(-1), words) +
      leftOut(strange)
  },

  again: (it) => figures.group(it, true),

  slip({game, box, group, source, line, names, words, pairs, colors, idle, longest}) {
    const [cups, strange] = readCups(game.value_input, words)
    const [chain, odd] = readChain(box.value_input, words)
    const none = PLACES.map(() => 0)
    if (!cups || chain.length > longest) {
      source.data = slipBars(none, null, null, colors)
      line.text = cups ? `A chain has at most ${longest} words, this one ${chain.length}.`
        : idle + leftOut([...strange, ...odd])
      return
    }
    const name = names[group.active]
    sbt.chains ??= {}
    const model = (sbt.chains[name] ??= sbt.transformer(sbt.weights[name]))
    const {start, swaps} = cups
    const {whole, answer} = conclude(model, start, swaps, chain, words)
    const added = whole.slice(chain.length).map((id) => id - 1)
    const last = whole.filter((id) => id <= PLACES.length).at(-1)
    const written = last === undefined ? null : last - 1
    const right = track(start, swaps, pairs).at(-1)
    source.data = slipBars(answer, right, written, colors)
    line.text = slipLine(start, swaps, written, answer, [...strange, ...odd],
      added, pairs)
  },
})

export default ({figure, ...it}) => figures[figure](it)
