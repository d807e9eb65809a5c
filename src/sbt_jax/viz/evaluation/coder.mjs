// The browser half of coder.py. The named exports mirror functions of that file and of
// sbt_jax.evaluation; tests/contracts compares them. A program is names of a table:
// nothing that is typed or written is ever evaluated.
const DIGITS = 4, MOST = 3, SHOWN = 3
const STEPS = {
  reverse: (x) => [...x].reverse(),
  sort: (x) => [...x].sort((a, b) => a - b),
  up: (x) => x.map((d) => (d + 1) % 10),
  down: (x) => x.map((d) => (d + 9) % 10),
  double: (x) => x.map((d) => (2 * d) % 10),
  tail: (x) => x.slice(1),
  front: (x) => x.slice(0, -1),
  evens: (x) => x.filter((d) => d % 2 === 0),
  odds: (x) => x.filter((d) => d % 2 === 1),
  big: (x) => x.filter((d) => d > 4),
  unique: (x) => [...new Set(x)],
  rotate: (x) => [...x.slice(1), ...x.slice(0, 1)],
}
const NAMES = Object.keys(STEPS)
const [START, GIVES, NEXT, SOLVE, END] = [0, 1, 2, 3, 4].map((i) => 10 + NAMES.length + i)

export function runProgram(program, digits) {
  return program.reduce((x, name) => STEPS[name](x), [...digits])
}

const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i])

export const solves = (program, pairs) =>
  pairs.every(([given, wanted]) => same(runProgram(program, given), wanted))

// Three pairs from lines such as "1 2 3 4 > 4 3 2 1"; else what is wrong with them.
export function readPairs(text) {
  const lines = text.split("\n").filter((line) => line.trim())
  if (lines.length !== SHOWN) return `Give three lines, not ${lines.length}.`
  const pairs = []
  for (const [at, line] of lines.entries()) {
    const sides = line.split(">")
    if (sides.length !== 2) return `Line ${at + 1} needs one “>” between input and output.`
    const lists = sides.map((side) => (side.match(/[0-9]/g) ?? []).map(Number))
    if (/[^0-9>\s,]/.test(line)) return `Line ${at + 1} may hold digits only.`
    if (lists[0].length !== DIGITS || lists[1].length > DIGITS) {
      return `Line ${at + 1} needs ${DIGITS} digits before “>”, and at most ${DIGITS} after.`
    }
    pairs.push(lists)
  }
  return pairs
}

export function spellProblem(pairs) {
  return [START, ...pairs.flatMap(([given, wanted], at) =>
    [...given, GIVES, ...wanted, at === SHOWN - 1 ? SOLVE : NEXT])]
}

export function programs() {
  let level = [[]]
  const found = []
  for (let size = 0; size < MOST; size++) {
    level = level.flatMap((start) => NAMES.map((name) => [...start, name]))
    found.push(...level)
  }
  return found
}

const logSoftmax = (logits, temperature) => {
  const z = Array.from(logits, (x) => x / temperature)
  const top = z.reduce((a, b) => Math.max(a, b))
  const log = Math.log(z.reduce((sum, x) => sum + Math.exp(x - top), 0))
  return z.map((x) => x - top - log)
}

// Logits after each beginning of a program, the shortest first.
export function programLogits(model, pairs) {
  const ids = spellProblem(pairs), reader = sbt.reader(model)
  const found = [[], [], []]
  const visit = (start) => {
    found[start.length].push(Array.from(reader.read([...ids, ...start])))
    if (start.length < MOST - 1) NAMES.forEach((_, op) => visit([...start, 10 + op]))
  }
  visit([])
  return found.flat()
}

export function programChances(logits, temperature) {
  const logs = logits.map((row) => logSoftmax(row, temperature))
  const found = []
  let before = [0], row = 0
  for (let size = 1; size <= MOST; size++) {
    const after = before.flatMap((log, i) =>
      NAMES.map((_, op) => log + logs[row + i][10 + op]))
    row += before.length
    found.push(...after.map((log, i) => log + (size < MOST ? logs[row + i][END] : 0)))
    before = after
  }
  return found.map(Math.exp)
}

// Numbers of programs, drawn with a seed; -1 is no program.
export function drawn(chances, count, seed) {
  const next = sbt.random(seed), ends = []
  chances.reduce((sum, p, i) => (ends[i] = sum + p), 0)
  return Array.from({length: count}, () => {
    const u = next()
    let low = 0, high = ends.length
    while (low < high) {
      const mid = (low + high) >> 1
      if (ends[mid] > u) high = mid
      else low = mid + 1
    }
    return low < ends.length ? low : -1
  })
}

// Of n programs c pass: how likely one of k passes, without bias.
export function passAtK(n, c, k) {
  if (n - c < k) return 1
  let none = 1
  for (let i = n - c + 1; i <= n; i++) none *= 1 - k / i
  return 1 - none
}

export function curves(n, c, p) {
  const ks = Array.from({length: n}, (_, i) => i + 1)
  return {
    k: ks, unbiased: ks.map((k) => passAtK(n, c, k)),
    plug: ks.map((k) => 1 - (1 - c / n) ** k), exact: ks.map((k) => 1 - (1 - p) ** k),
  }
}

// Programs that were drawn, those that pass first, each with its mark; text, not HTML.
export function listed(numbers, every, pairs, program) {
  const counts = new Map()
  for (const i of numbers) counts.set(i, (counts.get(i) ?? 0) + 1)
  const rows = [...counts].map(([i, times]) => [i, times, i >= 0 && solves(every[i], pairs)])
  rows.sort((a, b) => b[2] - a[2] || b[1] - a[1] || a[0] - b[0])
  const rest = rows.slice(7).reduce((sum, [, times]) => sum + times, 0)
  const told = rows.slice(0, 7).map(([i, times, good]) => {
    if (i < 0) return `${times} × no program: does not run`
    const luck = good && program && !everywhere(every[i], program)
    const mark = good ? luck ? "passes the three, fails others" : "passes" : "fails"
    return `${times} × ${every[i].join(", ")}: ${mark}`
  })
  return (rest ? [...told, `and ${rest} others`] : told).join("\n")
}

// Whether two programs do the same on all lists of four digits.
export function everywhere(one, other) {
  for (let at = 0; at < 10 ** DIGITS; at++) {
    const x = [Math.floor(at / 1000), Math.floor(at / 100) % 10, Math.floor(at / 10) % 10, at % 10]
    if (!same(runProgram(one, x), runProgram(other, x))) return false
  }
  return true
}

export function coderLine(n, c, whole, k, p) {
  const {percent} = sbt.numbers
  return `Of ${n} programs ${c} pass${c === 1 ? "es" : ""} the three examples` +
    (whole === null ? "; whether they are right elsewhere nobody has said. "
      : `, ${whole} all inputs. `) +
    `pass@${k} by the examples: ${percent(passAtK(n, c, k))} unbiased, ` +
    `${percent(1 - (1 - c / n) ** k)} by the plain formula, ` +
    `${percent(1 - (1 - p) ** k)} exactly.`
}

function draw(it) {
  const text = it.box.value_input
  const pairs = readPairs(text)
  if (typeof pairs === "string") {
    it.curve.data = {k: [], unbiased: [], plug: [], exact: []}
    it.made.text = ""
    it.line.text = pairs
    return
  }
  const every = (sbt.coderPrograms ??= programs())
  const model = (sbt.coder ??= sbt.transformer(sbt.weights.evaluation_coder))
  const key = JSON.stringify(pairs)
  if (sbt.coderRead?.key !== key) sbt.coderRead = {key, logits: programLogits(model, pairs)}
  const chances = programChances(sbt.coderRead.logits, it.heat.value)
  const good = every.map((program) => solves(program, pairs))
  const p = Math.min(chances.reduce((sum, x, i) => sum + (good[i] ? x : 0), 0), 1)
  const n = it.many.value, seed = it.shelf.data.seed[0]
  const numbers = drawn(chances, n, seed)
  const passed = numbers.filter((i) => i >= 0 && good[i])
  const at = it.texts.indexOf(text)
  const program = at < 0 ? null : it.programs[at]
  const right = new Map()
  for (const i of new Set(passed)) right.set(i, program && everywhere(every[i], program))
  const whole = program ? passed.filter((i) => right.get(i)).length : null
  const k = Math.min(10, n)
  it.plot.x_range.end = n + 0.5
  it.curve.data = curves(n, passed.length, p)
  it.made.text = listed(numbers, every, pairs, program)
  it.line.text = coderLine(n, passed.length, whole, k, p)
}

const figures = {
  draw,
  pick(it) {
    const text = it.texts[it.group.active]
    it.box.setv({value: text, value_input: text})
    draw(it)
  },
  again(it) {
    it.shelf.data = {seed: [it.shelf.data.seed[0] + 1]}
    draw(it)
  },
}

export default ({figure, ...it}) => figures[figure](it)
