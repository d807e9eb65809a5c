// The browser half of ways.py and votes.py. The named exports mirror sbt_jax.prompting
// and functions of those two; tests/contracts compares them.
const PIECE = /(?<![a-z])[qa]:|[a-z]+|[0-9]+|[^a-z0-9 \t\r\n]/gu
const CUPS = ["red", "blue", "green", "yellow", "white"]
const LONGEST = 48

const pieces = (text) => text.toLowerCase().match(PIECE) ?? []

export function readShell(text, words) {
  const ids = [0], unknown = []
  for (const piece of pieces(text)) {
    const id = words.indexOf(piece, 1)
    if (id > 0) ids.push(id)
    else unknown.push(piece)
  }
  return [ids, unknown]
}

export function spellShell(ids, words) {
  let text = ""
  for (const id of ids) {
    const word = words[id]
    if (id === 0) {
      if (text) break
      continue
    }
    const first = !text || /[.?]$|(Q|A):$/.test(text)
    const shown = first || word === "q:" || word === "a:"
      ? word[0].toUpperCase() + word.slice(1) : word
    text += !text || [".", ",", ":", "?"].includes(word) ? shown : ` ${shown}`
  }
  return text
}

// The answer to the game that a text asks about last; null if it asks about none.
export function rightCup(text) {
  const asked = pieces(text).join(" ").split("q:").at(-1)
  const cup = `(${CUPS.join("|")})`
  const start = asked.match(new RegExp(`ball under ${cup}\\b`))
  const swaps = [...asked.split("a:")[0].matchAll(
    new RegExp(`\\d+ ${cup} ${cup}(?= [,.])`, "g"))]
  if (!start || !swaps.length || swaps.some(([, one, two]) => one === two)) return null
  return swaps.reduce((now, [, one, two]) =>
    now === one ? two : now === two ? one : now, start[1])
}

// Weights of the ways in which the others share `rest` votes, by ties at `most`.
function others(sizes, most, rest, logs) {
  let ways = Array.from({length: sizes.length + 1}, () => new Float64Array(rest + 1))
  ways[0][0] = 1
  for (const x of sizes) {
    const after = ways.map(() => new Float64Array(rest + 1))
    for (let j = 0; j <= Math.min(most, rest); j++) {
      const weight = Math.exp(j * Math.log(x) - logs[j])
      const up = j === most ? 1 : 0
      for (let k = 0; k + up < ways.length; k++) {
        for (let n = 0; n + j <= rest; n++) after[k + up][n + j] += weight * ways[k][n]
      }
    }
    ways = after
  }
  return ways.map((row) => row[rest])
}

// How likely the answer with the most votes is the right one; ties are drawn.
export function voteRight(shares, right, votes) {
  if (!(shares[right] > 0)) return 0
  const logs = [0]
  for (let n = 1; n <= votes; n++) logs.push(logs[n - 1] + Math.log(n))
  const rivals = shares.filter((p, i) => i !== right && p > 0)
  let total = 0
  for (let came = 1; came <= votes; came++) {
    const rest = votes - came
    const scale = Math.max(rest, 1)
    const own = logs[votes] + came * Math.log(shares[right]) - logs[came] -
      rest * Math.log(scale)
    const ways = others(rivals.map((p) => p * scale), came, rest, logs)
    total += Math.exp(own) * ways.reduce((sum, w, ties) => sum + w / (1 + ties), 0)
  }
  return Math.min(total, 1)
}

export function bars(cups, right, votes, names, colors) {
  const raw = [...cups, Math.max(1 - cups.reduce((a, b) => a + b, 0), 0)]
  const total = raw.reduce((a, b) => a + b, 0)
  const shares = raw.map((p) => p / total)
  const p = votes > 1 ? shares.map((_, i) => voteRight(shares, i, votes)) : shares
  const cup = [...names, "no cup"]
  return {cup, p, color: cup.map((name) => colors[+(name === right)])}
}

const BEGINS = {"at once": "“So” at once", "in steps": "steps", dots: "dots"}
const percent = (p) => sbt.numbers.percent(p)

export function waysLine(begins, text, found, right, votes, unknown = []) {
  const best = Object.keys(begins).reduce((a, b) => (begins[b] > begins[a] ? b : a))
  let said = `It begins with ${BEGINS[best]} in ${percent(begins[best])} of all cases.` +
    (text ? ` It writes: “${text}”` : " It writes nothing.")
  if (right === null) {
    said += " The last question is no shell game, so no answer is right."
  } else {
    const share = percent(found.p[found.cup.indexOf(right)])
    said += votes > 1 ? ` With ${votes} votes the right cup, ${right}, wins in ${share}.`
      : ` The right cup, ${right}, gets ${share}.`
  }
  if (unknown.length) {
    said += " Left out, for it has no such words: " +
      `${Array.from(unknown.slice(0, 4).join(", ")).slice(0, 60).join("")}.`
  }
  return said
}

// The chances when two answers share the wrong votes, or more of them do.
export function voteCurve(right, wrong, votes) {
  const shares = [right, ...wrong.map((share) => (1 - right) * share)]
  return votes.map((n) => voteRight(shares, 0, n))
}

export function votesLine(right, wrong, n, p) {
  const rival = (1 - right) * Math.max(...wrong)
  const tells = p > right + 0.005 ? "helps" : p < right - 0.005 ? "hurts" : "changes little"
  return `One answer is right in ${percent(right)} of all cases, the likeliest wrong one` +
    ` comes in ${percent(rival)}. With ${n} votes the right one wins in ${percent(p)}:` +
    ` voting ${tells}.`
}

const modelOf = () =>
  (sbt.shell ??= sbt.transformer(sbt.weights.prompting_shell))

// What the model answers, by the likeliest token each time; mirrors shipped.games.say.
export function say(model, ids, words) {
  const [so, stop, ask] = ["so", ".", "q:"].map((word) => words.indexOf(word))
  const reader = model.start()
  const all = [...ids]
  let p = sbt.softmax(reader.read(ids))
  const begins = {"at once": p[so], "in steps": p[words.indexOf("1")], dots: p[stop]}
  let cups = CUPS.map(() => 0)
  while (all.length < ids.length + LONGEST) {
    if (all.at(-1) === so) cups = CUPS.map((cup) => p[words.indexOf(cup)])
    const id = p.reduce((best, x, i) => (x > p[best] ? i : best), 0)
    if (id === 0 || id === ask) break
    all.push(id)
    if (id === stop && all.slice(-3).includes(so)) break
    if (all.length < ids.length + LONGEST) p = sbt.softmax(reader.step(id))
  }
  return {begins, text: spellShell(all.slice(ids.length), words), cups: [...cups]}
}

function draw({group, box, source, line, words, names, colors, votes: most}) {
  const text = box.value_input
  const [ids, unknown] = readShell(text, words)
  const model = modelOf()
  const room = model.config.window - LONGEST
  if (ids.length > room) {
    source.data = {cup: [...names, "no cup"], p: [...names, ""].map(() => 0),
      color: [...names, ""].map(() => colors[0])}
    line.text = `Too long: the model reads ${room} tokens at most, this has ${ids.length}.`
    return
  }
  const votes = group.active === 3 ? most : 1
  const {begins, text: told, cups} = say(model, ids, words)
  const right = rightCup(text)
  const found = bars(cups, right, votes, names, colors)
  source.data = found
  line.text = waysLine(begins, told, found, right, votes, unknown)
}

const figures = {
  pick(it) {
    const text = it.prompts[it.group.active]
    it.box.setv({value: text, value_input: text})
    draw(it)
  },
  show: (it) => draw(it),

  votes({slider, many, group, kinds, curve, here, line}) {
    const wrong = kinds[group.active], right = slider.value
    const counts = curve.data.n
    const p = voteCurve(right, wrong, counts)
    curve.data = {n: counts, p, one: counts.map(() => right)}
    const [won] = voteCurve(right, wrong, [many.value])
    here.data = {n: [many.value], p: [won]}
    line.text = votesLine(right, wrong, many.value, won)
  },
}

export default ({figure, ...it}) => figures[figure](it)
