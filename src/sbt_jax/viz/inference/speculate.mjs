// The browser half of speculate.py: small guesses, main checks. The named exports mirror
// Python; tests/contracts compares them.

const HEAT = 0.6
const KINDS = ["kept", "replaced", "added"]
const RULES = ["exact", "redraw from the large model", "greedy guess, soft check",
  "unequal temperatures"]

const total = (values) => values.reduce((a, b) => a + b, 0)

export const overlap = (p, q) => total(Array.from(p, (x, i) => Math.min(x, q[i])))

export function residual(p, q) {
  const left = Array.from(p, (x, i) => Math.max(x - q[i], 0))
  const sum = total(left)
  return sum > 0 ? left.map((x) => x / sum) : Array.from(p)
}

// What a guess is drawn from: by two of the mistakes not from q.
export function told(q, rule) {
  const all = Array.from(q)
  if (rule === RULES[2]) {
    const best = all.indexOf(Math.max(...all))
    return all.map((_, i) => (i === best ? 1 : 0))
  }
  if (rule !== RULES[3]) return all
  const heated = all.map((x) => x ** (1 / HEAT))
  const sum = total(heated)
  return heated.map((x) => x / sum)
}

export function law(p, q, rule) {
  const kept = told(q, rule).map((x, i) => x * (q[i] > 0 ? Math.min(1, p[i] / q[i]) : 1))
  const again = rule === RULES[1] ? Array.from(p) : residual(p, q)
  const left = 1 - total(kept)
  return kept.map((x, i) => x + left * again[i])
}

// Which guesses are kept, and the token that follows: as sbt_jax.inference.judge, with
// one of its mistakes if asked for.
export function judge(p, q, guesses, chances, rule = RULES[0]) {
  const last = chances.at(-1)
  const draw = (weights) => {
    const sum = total(Array.from(weights))
    let left = last * sum
    for (let i = 0; i < weights.length - 1; i++) {
      left -= weights[i]
      if (left < 0) return i
    }
    return weights.length - 1
  }
  for (let i = 0; i < guesses.length; i++) {
    const guess = guesses[i]
    if (chances[i] * q[i][guess] >= p[i][guess]) {
      return {kept: i, last: draw(rule === RULES[1] ? p[i] : residual(p[i], q[i]))}
    }
  }
  return {kept: guesses.length, last: draw(p.at(-1))}
}

export function guessesHtml(pieces) {
  if (!pieces.length) {
    return '<span class="hint">Press the button: the models write here.</span>'
  }
  return pieces.map(([text, kind]) =>
    `<span class="guess ${kind}">${sbt.escape(text)}</span>`).join("")
}

export function lawLine(kept, off) {
  const {percent} = sbt.numbers
  const said = `By the exact rule ${percent(kept)} of guesses for the next token are kept.`
  return off < 5e-4
    ? `${said} What comes out is exactly what main alone says.`
    : `${said} This mistake moves ${percent(off, 1)} of the probability elsewhere.`
}

export function passLine(counts, passes) {
  const all = total(KINDS.map((kind) => counts[kind]))
  const said = KINDS.map((kind) => `${kind} ${counts[kind]}`).join(", ")
  return `${all} tokens in ${passes} passes of main: ${sbt.numbers.fixed(all / passes, 1)}` +
    ` a pass. ${said[0].toUpperCase()}${said.slice(1)}.`
}

export function lawBars(names, p, q, rule, shown, rest) {
  const out = law(p, q, rule)
  const order = Array.from(p, (_, i) => i).sort((a, b) => p[b] - p[a] || a - b)
  const top = order.slice(0, shown)
  const column = (x) => {
    const own = top.map((i) => x[i])
    return [...own, Math.max(0, 1 - total(own))]
  }
  return {token: [...sbt.names(top.map(names)), rest], main: column(p), out: column(out)}
}

const bookOf = (name, {tags: [tokenizer]}) =>
  sbt.stories.once({weights: sbt.weights[name], tokenizer, tables: sbt.tables})

const bare = (text) => text.replace(/(?<=\S) $/, "")

// What both models say after some ids.
function said(it, ids) {
  return ["main", "small"].map((name) =>
    Array.from(sbt.softmax(bookOf(name, it.tokenizer).reader.read(ids))))
}

function show(it, note, p, q) {
  const book = bookOf("main", it.tokenizer)
  const token = (id) => (id === book.end ? "<end>" : book.tokenizer.decode([id]))
  const data = lawBars(token, p, q, it.rule.value, it.shown, it.rest)
  it.plot.y_range.factors = [...data.token].reverse()
  it.source.data = data
  const out = law(p, q, it.rule.value)
  const off = total(out.map((x, i) => Math.abs(x - p[i]))) / 2
  it.line.text = note + lawLine(overlap(p, q), off)
}

const noted = (text, cut) =>
  !text.trim() ? "There is no text: a story begins. "
    : cut ? "The beginning is too long: its first tokens are left out. " : ""

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]

// Milliseconds of a step of main alone, the median of some.
function alone(model, ids, count) {
  const reader = model.start()
  reader.read(ids.slice(0, -1))
  return median(Array.from({length: count}, () => {
    reader.rewind(ids.length - 1)
    const start = performance.now()
    sbt.softmax(reader.read([ids.at(-1)]))
    return performance.now() - start
  }))
}

const figures = {
  begin({first, ...it}) {
    sbt.halt(it.line.document)
    const {ids, cut} = bookOf("main", it.tokenizer).ids(bare(it.box.value_input), it.most + 9)
    const same = it.box.value_input === first.box && it.rule.value === first.rule &&
      it.many.value === first.many
    show(it, noted(it.box.value_input, cut), ...said(it, ids))
    it.text.text = same ? first.text : guessesHtml([])
    const most = it.many.value + 1
    it.line.text = same ? first.line : `${it.line.text} A pass gives at most ${most} tokens.`
  },

  async write(it) {
    const [book, other] = ["main", "small"].map((name) => bookOf(name, it.tokenizer))
    const {ids: begun, cut} = book.ids(bare(it.box.value_input), it.most + 9)
    const [typed, rule, many] = [it.box.value_input, it.rule.value, it.many.value]
    const [p, q] = said(it, begun)
    const note = noted(typed, cut)
    await sbt.toggled(it.line, it.press, async (run) => {
      const chance = sbt.random(run.seed)
      const [large, small] = [book.model.start(), other.model.start()]
      const pieces = []
      const counts = {kept: 0, replaced: 0, added: 0}
      let [ids, passes, ended] = [[...begun], 0, false]
      const spent = []
      if (ids.length > 1) large.read(ids.slice(0, -1))
      small.read(ids)
      const put = (id, kind) => {
        ended ||= id === book.end
        if (ended) return
        ids.push(id)
        counts[kind]++
        pieces.push([book.tokenizer.decode([id]), kind])
      }
      while (run.on && !ended && pieces.length < it.most) {
        const start = performance.now()
        const [guesses, drafts] = [[], []]
        for (let i = 0; i < many; i++) {
          const text = [...ids, ...guesses]
          drafts.push(Array.from(sbt.softmax(small.follow(text))))
          guesses.push(sbt.sample(told(drafts[i], rule), chance()))
        }
        large.rewind(ids.length - 1)
        const rows = large.read([ids.at(-1), ...guesses], {all: true})
        const checked = rows.map((row) => Array.from(sbt.softmax(row)))
        const chances = Array.from({length: many + 1}, () => chance())
        const found = judge(checked, drafts, guesses, chances, rule)
        spent.push(performance.now() - start)
        passes++
        guesses.slice(0, found.kept).forEach((id) => put(id, "kept"))
        put(found.last, found.kept < many ? "replaced" : "added")
        it.text.text = guessesHtml(pieces)
        it.line.text = note + passLine(counts, passes)
        await sbt.pause(60)
      }
      if (it.box.value_input !== typed || !pieces.length) return
      const {decimal} = sbt.numbers
      const time = median(spent) * passes / pieces.length
      const single = alone(book.model, ids, 20)
      show(it, `${note}${passLine(counts, passes)} In this browser` +
        ` ${decimal(time, 1)} ms a token, main alone` +
        ` ${decimal(single, 1)} ms. `, p, q)
    })
  },
}

export default ({figure, ...it}) => figures[figure](it)
