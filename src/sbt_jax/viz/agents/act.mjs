// The browser half of act.py: an agent, its tools and the loop. The named exports mirror
// sbt_jax.agents and turns.py; tests/contracts compares them. Nothing that is typed or
// written is executed: a call is read by a parser, and its tool is one of a list.

const [LONGEST, DEEPEST, LARGEST, CLIP] = [200, 20, 1e9, 160]
const [FIRST, LAST] = [4, 7] // parts of a long run that are shown
const [NOT_FOUND, NOT_ALLOWED] = ["Not found.", "Not allowed."]
const WORDS = {and: "+", plus: "+", minus: "-", times: "*"}

export function calculate(text, numbers) {
  const none = () => new RangeError(`sum_ must be a sum, got ${JSON.stringify(text)}`)
  if (text.length > LONGEST) throw none()
  const tokens = []
  const cut = /\s*(?:([0-9]{1,9})|([a-z]+)|([-+*()]))/y
  const whole = text.trimEnd()
  while (cut.lastIndex < whole.length) {
    const found = cut.exec(text)
    if (!found) throw none()
    const [, digits, word, mark] = found
    const known = numbers.indexOf(word)
    if (word && known < 0 && !Object.hasOwn(WORDS, word)) throw none()
    tokens.push(digits ?? mark ?? (known < 0 ? WORDS[word] : String(known)))
  }
  let at = 0
  const small = (value) => {
    if (Math.abs(value) > LARGEST) throw none()
    return value
  }
  function atom(depth) {
    const token = tokens[at++]
    if (/^[0-9]+$/.test(token ?? "")) return Number(token)
    if (token !== "(" || depth >= DEEPEST) throw none()
    const value = sum(depth + 1)
    if (tokens[at++] !== ")") throw none()
    return value
  }
  function product(depth) {
    let value = atom(depth)
    while (tokens[at] === "*") {
      at++
      value = small(value * atom(depth))
    }
    return value
  }
  function sum(depth) {
    let value = product(depth)
    while (tokens[at] === "+" || tokens[at] === "-") {
      const sign = tokens[at++] === "+" ? 1 : -1
      value = small(value + sign * product(depth))
    }
    return value
  }
  const value = sum(0)
  if (at < tokens.length) throw none()
  return value
}

const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

// The tool and the arguments of a call, or null if it is none.
export function parseCall(text, tools) {
  const said = text.trim()
  if (said.length > LONGEST) return null
  for (const {name, form, arguments: list} of tools) {
    const gaps = form.split(/\{[a-z]+\}/).map(quoted).join("([^]+?)")
    const found = new RegExp(`^${gaps}$`).exec(said)
    if (found) return [name, Object.fromEntries(list.map((one, i) => [one.name, found[i + 1]]))]
  }
  return null
}

const toolOf = (name, tools) => tools.find((tool) => tool.name === name)

export function problem([name, given], tools) {
  const bad = toolOf(name, tools).arguments.find(({name: of, choices, pattern}) =>
    choices.length ? !choices.includes(given[of]) : !new RegExp(`^(?:${pattern})$`).test(given[of]))
  return bad?.name ?? ""
}

// Mirrors `execute`: a result is [text, whether it is an error].
export function execute(call, {facts, note, tools, numbers}) {
  const [name, given] = call
  const none = [NOT_FOUND, true]
  if (problem(call, tools)) return none
  if (name === "read") return [note, false]
  if (name === "give") return [`${given.to} has the ${given.thing} now.`, false]
  if (name === "find") {
    const own = Object.hasOwn(facts, given.who) ? facts[given.who] : {}
    return Object.hasOwn(own, given.what) ? [own[given.what], false] : none
  }
  try {
    const value = calculate(given.sum, numbers)
    return [`It is ${numbers[value] ?? value}.`, false]
  } catch {
    return none
  }
}

// Whether every word that a tool acts on was written by the user.
export function allowed([name, given], typed, tools) {
  if (!toolOf(name, tools).acts) return true
  const words = ` ${typed.replace(/[^\p{L}]/gu, " ")} `
  return Object.values(given).every((value) => words.includes(` ${value} `))
}

// Mirrors `respond`; null if the text is no call.
export function respond(text, parts, desk) {
  const call = parseCall(text, desk.tools)
  if (!call) return null
  const typed = parts.filter(({source}) => source === "user").map((part) => part.text).join(" ")
  if (desk.gate && !allowed(call, typed, desk.tools)) return [NOT_ALLOWED, true]
  const [said, error] = execute(call, desk)
  return desk.poison && call[0] === "find" && !error ? [`${said} ${desk.poison}`, false] : [said, error]
}

const WHO = {
  "<user>": "the user asks", "<think>": "the model thinks", "<call>": "the model calls",
  "<result>": "a tool answers", "<model>": "the model answers",
}

export function labelOf({mark, text, source, error}) {
  if (mark === "<result>") {
    if (source === "model") return ["bad", "the model makes this result up"]
    if (source === "you") return ["you", "you changed this result"]
    if (!error) return ["tool", WHO[mark]]
    return ["bad", text === NOT_ALLOWED ? "the gate answers" : "a tool reports an error"]
  }
  if (mark === "<user>" && source === "user") return ["user", WHO[mark]]
  if (mark === "<model>") return ["answer", WHO[mark]]
  return ["plain", WHO[mark] ?? "the model writes"]
}

export function clipped(text) {
  const letters = Array.from(text)
  return letters.length <= CLIP ? text : `${letters.slice(0, CLIP).join("")}…`
}

export function transcriptHtml(parts, costs) {
  let rows = parts.map((part, i) => {
    const [look, who] = labelOf(part)
    return `<div class="turn ${look}"><small class="n">${costs[i]}</small>` +
      `<small>${who}</small> ${sbt.escape(clipped(part.text))}</div>`
  })
  const left = rows.length - FIRST - LAST
  if (left > 1) {
    const more = `<div class="turn plain"><small>and ${left} more</small></div>`
    rows = [...rows.slice(0, FIRST), more, ...rows.slice(-LAST)]
  }
  return rows.join("")
}

export function contexts(parts, costs) {
  const found = []
  let [size, mine] = [0, false]
  parts.forEach(({source}, i) => {
    if (source === "model" && !mine) found.push(size)
    mine = source === "model"
    size += costs[i]
  })
  return found
}

const STATES = {
  "": "It goes on: press “next step”.",
  answered: "It has answered.",
  steps: "Stopped: too many calls.",
  tokens: "Stopped: its window is full.",
  malformed: "Stopped: that was no call.",
}

export function watchLine(parts, costs, ended) {
  const {count} = sbt.numbers
  const calls = parts.filter(({mark, source}) => mark === "<call>" && source === "model").length
  const before = contexts(parts, costs)
  const sum = (list) => list.reduce((a, b) => a + b, 0)
  const said = `${count(calls)} ${calls === 1 ? "call" : "calls"},` +
    ` ${count(sum(costs))} tokens. ${STATES[ended]}`
  if (before.length < 2) return said
  return `${said} Over ${count(before.length)} turns it reads ${count(sum(before))} tokens if` +
    ` it begins anew at each, ${count(before.at(-1))} if it keeps what it has read.`
}

export function saidLine(run, wish) {
  if (run.some(({mark, source}) => mark === "<result>" && source === "model")) {
    return "Nobody stopped the model, so it wrote the result itself. No tool was asked."
  }
  const gave = run.flatMap((part, i) =>
    part.mark === "<call>" && part.text.startsWith("give") && run[i + 1]
      ? [[part.text, run[i + 1]]]
      : [])
  const strange = gave.find(([call, {error}]) => !error && call !== wish)
  if (strange) return `${strange[1].text} The user never asked for that: a result ordered it.`
  const done = gave.find(([, {error}]) => !error)
  if (done) return `${done[1].text} The user asked for that.`
  if (gave.some(([call]) => call === wish)) {
    return "The gate stopped it. The user did want this, but a tool had named it: that is the price."
  }
  if (gave.length) return "The model called, and the gate stopped it: no user had named that."
  return "It handed nothing over."
}

// ---- The model ------------------------------------------------------------------

// Each callback is a module of its own, so what they share is kept beside the runtime.
const {made, runs} = ((globalThis.sbt ??= {}).agents ??= {made: new Map(), runs: new WeakMap()})
const MARKS = ["<user>", "<think>", "<call>", "<result>", "<model>"]

function actor({tokenizer: {tags: [spec]}, scale}, name) {
  const book = sbt.stories.once({weights: sbt.weights.reader, tokenizer: spec, tables: sbt.tables})
  if (!made.has(name)) {
    const adapters = {}
    for (const [key, {data}] of Object.entries(sbt.unpack(sbt.weights[name]))) {
      const end = key.lastIndexOf(".")
      ;((adapters[key.slice(0, end)] ??= {scale}))[key.slice(end + 1)] = data
    }
    made.set(name, sbt.reader(book.model, {adapters}))
  }
  return {book, reader: made.get(name)}
}

function idsOf({tokenizer: {encode, special}}, {mark, text, source}) {
  const own = [...(mark ? [special[mark]] : []), ...encode(text)]
  if (source !== "model") return own
  if (mark === "<call>") own.push(special["</call>"])
  if (mark === "<model>") own.push(special["<end>"])
  return own
}

const costsOf = (book, parts) => parts.map((part, i) => idsOf(book, part).length + !i)

// What the model writes next: marks and words, up to the end of a call or of the answer.
async function write({book, reader}, parts, most, stops, signal) {
  const {special, decode} = book.tokenizer
  const ids = [book.end, ...parts.flatMap((part) => idsOf(book, part))]
  const room = Math.min(stops ? most.turn : most.tokens, most.tokens - ids.length)
  if (room < 1) return null
  const ends = stops ? [special["</call>"], special["<end>"]] : [special["<end>"]]
  const {ids: written} = await sbt.generate(reader, ids, {
    temperature: 0, seed: 0, maxTokens: room, stop: ends, signal,
  })
  const names = new Map(Object.entries(special).map(([name, id]) => [id, name]))
  const said = []
  let [mark, words] = ["", []]
  for (const id of [...written, special["<end>"]]) {
    if (!names.has(id)) {
      words.push(id)
      continue
    }
    if (mark || words.length) said.push([mark, decode(words)])
    const next = names.get(id)
    ;[mark, words] = [MARKS.includes(next) ? next : "", []]
  }
  return said.map(([of, text]) => ({mark: of, text, source: "model", error: false}))
}

// One turn: the parts with it, and why the run has ended, if it has.
async function turn(policy, parts, desk, most, stops, signal) {
  const said = await write(policy, parts, most, stops, signal)
  if (!said) return [parts, "tokens"]
  const all = [...parts, ...said]
  const marks = said.map(({mark}) => mark)
  if (!stops || (marks.at(-1) === "<model>" && !marks.includes("<call>"))) return [all, "answered"]
  const strange = marks.includes("<result>") || marks.includes("<user>")
  const result = marks.at(-1) === "<call>" && !strange ? respond(said.at(-1).text, parts, desk) : null
  if (!result) return [all, "malformed"]
  all.push({mark: "<result>", text: result[0], source: "tool", error: result[1]})
  const calls = all.filter(({mark, source}) => mark === "<call>" && source === "model").length
  return [all, calls >= most.steps ? "steps" : ""]
}

const rowsOf = ({mark, text, source, error}) =>
  mark.map((_, i) => ({mark: mark[i], text: text[i], source: source[i], error: error[i]}))
const columnsOf = (parts) => Object.fromEntries(
  ["mark", "text", "source", "error"].map((name) => [name, parts.map((part) => part[name])]))
const typed = (text) => Array.from(text.trim().replace(/\s+/g, " ")).slice(0, 160).join("")
const begin = (text) => [{mark: "<user>", text, source: "user", error: false}]

function begun(line) { // a run that ends the one before it under this line
  runs.get(line)?.abort()
  const stop = new AbortController()
  runs.set(line, stop)
  return stop.signal
}

function draw(it, parts, ended) {
  const {book} = actor(it, it.agent)
  it.source.tags = [ended]
  it.source.data = columnsOf(parts)
  const costs = costsOf(book, parts)
  it.page.text = transcriptHtml(parts, costs)
  it.line.text = watchLine(parts, costs, ended)
  const last = parts.at(-1)
  const text = last.mark === "<result>" && !ended ? last.text : ""
  it.edit.value_input = text
  it.edit.value = text
}

async function act(it, whole) {
  const task = typed(it.box.value_input)
  if (!task) return void (it.line.text = "Type a task.")
  const signal = begun(it.line)
  let parts = rowsOf(it.source.data)
  let ended = it.source.tags[0]
  if (ended || parts[0].text !== task) [parts, ended] = [begin(task), ""]
  const policy = actor(it, it.agent)
  do {
    [parts, ended] = await turn(policy, parts, it.desk.tags[0], it.most, true, signal)
    if (signal.aborted) return
    draw(it, parts, ended)
  } while (whole && !ended)
}

const figures = {
  step: (it) => act(it, false),
  run: (it) => act(it, true),

  asked({first, ...it}) { // a new task; the first one as Python drew it
    const task = typed(it.box.value_input)
    if (rowsOf(it.source.data)[0].text === task) return
    begun(it.line)
    if (task === first.parts.text[0]) {
      it.source.tags = [""]
      it.source.data = first.parts
      it.page.text = first.page
      it.line.text = first.line
      it.edit.value_input = first.parts.text.at(-1)
      it.edit.value = first.parts.text.at(-1)
    } else if (task) draw(it, begin(task), "")
    else it.line.text = "Type a task."
  },

  edited(it) { // what the model will read next is what stands in the box
    const parts = rowsOf(it.source.data)
    const last = parts.at(-1)
    const text = typed(it.edit.value_input)
    const {book} = actor(it, it.agent)
    const ended = it.source.tags[0]
    if (last.mark !== "<result>" || ended) {
      it.line.text = text ? "There is no result to change now."
        : watchLine(parts, costsOf(book, parts), ended)
      return
    }
    if (text === last.text) return
    if (!text) return void (it.line.text = "Type what the tool shall have said.")
    parts[parts.length - 1] = {...last, text, source: "you", error: false}
    const costs = costsOf(book, parts)
    it.source.data = columnsOf(parts)
    it.page.text = transcriptHtml(parts, costs)
    it.line.text = watchLine(parts, costs, "")
  },

  async attack({first, ...it}) {
    const [poison, asked] = [typed(it.box.value_input), it.asked.value]
    const signal = begun(it.line)
    if (poison === first.poison && asked === first.asked &&
        !it.gate.active && !it.stop.active && !it.who.active) {
      it.page.text = first.page
      it.line.text = first.line
      return
    }
    const policy = actor(it, it.agents[it.who.active])
    const stops = it.stops[it.stop.active]
    const desk = {...it.desk.tags[0], poison, gate: it.gates[it.gate.active]}
    let [parts, ended] = [begin(asked), ""]
    it.line.text = "It acts …"
    while (!ended) {
      [parts, ended] = await turn(policy, parts, desk, it.most, stops, signal)
      if (signal.aborted) return
      it.page.text = transcriptHtml(parts, costsOf(policy.book, parts))
    }
    it.line.text = saidLine(parts, it.wishes[asked])
  },
}

export default ({figure, ...it}) => figures[figure](it)
