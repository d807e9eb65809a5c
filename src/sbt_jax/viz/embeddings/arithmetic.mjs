// The browser half of the live figures of chapter 3. The named exports mirror functions
// of viz/embeddings/arithmetic.py, axes.py and sbt_jax.embeddings; tests/contracts compares
// them.
const SHOWN = 6
const BUTTONS = 4
const DRAWN = 4
const [TERMS, WORDS, LONGEST] = [8, 30, 30]
const [ORANGE, BLUE, GREEN] = ["#d55e00", "#2b7bba", "#009e73"]

export function parse(text) {
  const terms = []
  let sign = 1
  const plain = text.toLowerCase().replace(/[−–]/g, "-")
  for (const part of plain.match(/[+-]|[^\s+-]+/g) ?? []) {
    if (part === "+" || part === "-") sign = part === "+" ? 1 : -1
    else {
      terms.push([sign, part])
      sign = 1
    }
  }
  return terms.slice(0, TERMS)
}

export function editDistance(one, other) {
  let above = Array.from({length: other.length + 1}, (_, j) => j)
  for (let i = 1; i <= one.length; i++) {
    const here = [i]
    for (let j = 1; j <= other.length; j++) {
      const change = above[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1)
      here.push(Math.min(here[j - 1] + 1, above[j] + 1, change))
    }
    above = here
  }
  return above.at(-1)
}

export function nearSpellings(word, words, count = 5) {
  if (!(Number.isInteger(count) && count >= 0)) {
    throw new RangeError(`count must be >= 0, got ${count}`)
  }
  if (count === 0) return []
  const typed = Array.from(word.toLowerCase()).slice(0, LONGEST)
  const before = (a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
  let found = []
  words.forEach((known, i) => {
    const least = Math.abs(typed.length - known.length)
    if (found.length === count && least > found.at(-1)[0]) return
    const one = [editDistance(typed, known), Number(known[0] !== typed[0]), i]
    if (found.length === count && before(one, found.at(-1)) > 0) return
    found = [...found, one].sort(before).slice(0, count)
  })
  return found.map(([, , i]) => words[i])
}

export function completions(text, words) {
  const last = text.toLowerCase().split(/[\s+−–-]/).at(-1)
  if (!last) return []
  const found = words.filter((word) => word.startsWith(last) && word !== last)
  const near = found.length < BUTTONS ? nearSpellings(last, words, 2 * BUTTONS) : []
  const more = near.filter((word) => word !== last && !found.includes(word))
  return [...found, ...more].slice(0, BUTTONS)
}

export const said = (terms) =>
  terms.map(([sign, word]) => `${sign > 0 ? "+" : "−"} ${word}`).join(" ").replace(/^\+ /, "")

export function sumLine(terms, answers, strike) {
  const typed = terms.map(([, word]) => word)
  const [first, cosine] = answers[0]
  const line = `Nearest to ${said(terms)}: ${first} (${cosine.toFixed(3)})`
  const other = answers.find(([word]) => !typed.includes(word))
  if (strike) return `${line}, with ${[...new Set(typed)].join(", ")} struck out.`
  if (!typed.includes(first) || !other) return `${line}, a word that you did not type.`
  return `${line}, which you typed. Of other words it is ${other[0]} (${other[1].toFixed(3)}).`
}

function dot(a, b) {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
const minus = (a, b, by = 1) => a.map((x, i) => x - by * b[i])
const size = (a) => Math.sqrt(dot(a, a))

export function plane(points) {
  const moved = points.map((point) => minus(point, points[0]))
  const basis = []
  for (const one of moved) {
    let rest = one
    for (const known of basis) rest = minus(rest, known, dot(one, known))
    const length = size(rest)
    if (basis.length < 2 && length > 1e-3) basis.push(rest.map((x) => x / length))
  }
  return moved.map((one) => [0, 1].map((i) => (basis[i] ? dot(one, basis[i]) : 0)))
}

export function mapLine(words, flat, axes, kept) {
  const parts = axes.map(([low, high], i) => {
    const order = words.map((_, at) => at).sort((a, b) => flat[a][i] - flat[b][i])
    return `nearest to ${low} is ${words[order[0]]}, nearest to ${high} ${words[order.at(-1)]}`
  })
  return `Along the axes, ${parts.join("; ")}. Of the ten nearest neighbours of a word among` +
    ` all 10,000, this drawing keeps ${sbt.numbers.percent(kept)}.`
}

function mapWaits(typed, known) {
  const [words, ...ends] = typed.map((list, i) => `${known[i].length} of ${list.length}`)
  return (
    "A map needs a word to place, and two words for each axis. Known so far:" +
    ` ${words} to place, ${ends.join(" and ")} for the axes.`
  )
}

// Words and vectors of length 1, from the checkpoint; unpacked once.
export function unpack({config, arrays: {vectors}}) {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const values = new Int8Array(bytes(vectors.values).buffer)
  const [rows, width] = vectors.shape
  const words = config.words.split(" ")
  const table = Array.from({length: rows}, (_, i) => {
    const row = Float32Array.from(values.subarray(i * width, (i + 1) * width))
    const length = size(row) || 1
    return row.map((x) => x / length)
  })
  return {words, table, ids: new Map(words.map((word, i) => [word, i]))}
}
const glove = () => ((sbt.glove ??= unpack(sbt.weights.glove)))

// Numbers of the `count` largest scores, the largest first.
export function largest(scores, count, without = []) {
  const best = []
  for (let i = 0; i < scores.length; i++) {
    if (best.length === count && !(scores[i] > scores[best.at(-1)])) continue
    if (without.includes(i)) continue
    let at = best.length
    while (at && scores[i] > scores[best[at - 1]]) at--
    best.splice(at, 0, i)
    if (best.length > count) best.pop()
  }
  return best
}

function short(word) {
  const letters = Array.from(word)
  return letters.length > 20 ? `${letters.slice(0, 20).join("")}…` : word
}
const unknownSaid = (unknown, words) =>
  [...new Set(unknown)].slice(0, 3).map((word) =>
    `“${short(word)}” is not among the ${sbt.numbers.count(words.length)} words; near it` +
    ` are ${nearSpellings(word, words, 3).join(", ")}. `).join("")

// Everything about a sum: answers, points, arrows.
export function calculate({words, table, ids}, terms, strike) {
  const rows = terms.map(([, word]) => ids.get(word))
  let target = new Float32Array(table[0].length)
  terms.forEach(([sign], i) => { target = minus(target, table[rows[i]], -sign) })
  const length = size(target)
  if (length < 1e-3) return null
  const scores = table.map((row) => dot(row, target) / length)
  const best = largest(scores, SHOWN, strike ? rows : [])
  const inputs = [...new Set(rows)]
  const others = best.filter((i) => !rows.includes(i)).slice(0, DRAWN)
  const points = [...inputs, ...others].map((i) => table[i])
  points.push(target)
  const flat = plane(points)
  const arrows = String(terms.map(([sign]) => sign)) === "1,-1,1"
    ? [[rows[1], rows[0]], [rows[2], null]].map((pair) =>
      pair.map((i) => (i === null ? flat.at(-1) : flat[inputs.indexOf(i)])))
    : []
  return {
    answers: best.map((i) => [words[i], scores[i]]),
    names: [...[...inputs, ...others].map((i) => words[i]), "sum"],
    colors: [...inputs.map(() => ORANGE), ...others.map(() => BLUE), GREEN],
    flat, arrows,
  }
}

// Places of words on two axes, and what this keeps of their ten nearest neighbours.
export function onAxes({table, ids}, words, axes) {
  const directions = axes.map(([low, high]) => {
    const way = Array.from(minus(table[ids.get(high)], table[ids.get(low)]))
    return way.map((x) => x / size(way))
  })
  const every = table.map((row) => directions.map((way) => dot(row, way)))
  const rows = words.map((word) => ids.get(word))
  const kept = rows.map((at) => {
    const near = largest(table.map((row) => dot(row, table[at])), 10, [at])
    const far = every.map(([x, y]) => -((x - every[at][0]) ** 2) - (y - every[at][1]) ** 2)
    const drawn = largest(far, 10, [at])
    return near.filter((i) => drawn.includes(i)).length / 10
  })
  return {flat: rows.map((at) => every[at]), kept: sbt.numbers.mean(kept)}
}

// Dots and their words; kit.js looks for room for each.
const dots = (flat, words) => ({
  x: flat.map(([x]) => x), y: flat.map(([, y]) => y), word: words, label: words,
  dx: words.map(() => 0), dy: words.map(() => 7),
})
const set = (box, text) => box.setv({value: text, value_input: text})

const figures = {
  sum({box, strike, bars, range, buttons, line, points, arrows}) {
    const vectors = glove()
    const terms = parse(box.value_input)
    const known = terms.filter(([, word]) => vectors.ids.has(word))
    const unknown = terms.map(([, word]) => word).filter((word) => !vectors.ids.has(word))
    const labels = completions(box.value_input.slice(-100), vectors.words)
    buttons.forEach((button, i) => sbt.relabel(button, labels[i] ?? "–"))
    const found = known.length ? calculate(vectors, known, strike.active === 1) : null
    const {answers = [], names = [], colors = [], flat = [], arrows: ways = []} = found ?? {}
    const typed = known.map(([, word]) => word)
    const shown = answers.length ? answers : [["–", 0]] // a plot needs something
    bars.data = {
      word: shown.map(([word]) => word), cosine: shown.map(([, x]) => x),
      color: shown.map(([word]) => (typed.includes(word) ? ORANGE : BLUE)),
    }
    range.factors = shown.map(([word]) => word).reverse()
    points.data = found
      ? {...dots(flat, names), color: colors}
      : {...dots([[0, 0]], [""]), color: ["transparent"]}
    const at = (end, i) => ways.map((way) => way[end][i])
    arrows.data = {x0: at(0, 0), y0: at(0, 1), x1: at(1, 0), y1: at(1, 1)}
    const rest = found
      ? sumLine(known, answers, strike.active === 1)
      : known.length ? "Nothing is left: the words cancel out."
        : "Type words that you know, with + and − between them."
    line.text = unknownSaid(unknown, vectors.words) + rest
  },

  complete({box}, {origin: button}) {
    if (button.label === "–") return
    set(box, box.value_input.replace(/[^\s+−–-]*$/, button.label))
  },

  map({boxes, points, labels, line}) {
    const vectors = glove()
    const [typed, ...ends] = boxes.map((box) =>
      (box.value_input.toLowerCase().match(/[^\s,;+−–-]+/g) ?? []).slice(0, WORDS))
    const known = (list) => [...new Set(list.filter((word) => vectors.ids.has(word)))]
    const axes = ends.map(known)
    const unknown = [typed, ...ends].flat().filter((word) => !vectors.ids.has(word))
    let words = known(typed)
    const ready = words.length && axes.every((pair) => pair.length > 1)
    if (words.length === 1) {
      const alone = vectors.table[vectors.ids.get(words[0])]
      words = largest(vectors.table.map((row) => dot(row, alone)), 16)
        .map((i) => vectors.words[i])
    }
    const pairs = axes.map((pair) => [pair[0], pair.at(-1)])
    const {flat, kept} = ready ? onAxes(vectors, words, pairs) : {flat: []}
    points.data = ready ? dots(flat, words) : dots([[0, 0]], [""]) // a plot needs something
    if (ready) pairs.forEach(([low, high], i) => {
      labels[i].axis_label = `← ${low}   ${high} →`
    })
    line.text = unknownSaid(unknown, vectors.words) + (ready
      ? mapLine(words, flat, pairs, kept)
      : mapWaits([typed, ...ends], [known(typed), ...axes]))
  },
}

// Called with a widget that has changed, or with the press of a word's button.
export default ({figure, ...args}, by) =>
  figures[by.origin ? "complete" : figure](args, by)
