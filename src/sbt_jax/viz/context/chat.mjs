// The browser half of chat.py. `roomFor`, `sent` and `answerTo` mirror
// sbt_jax.context.chats, the others chat.py; tests/contracts compares them.

const [ANSWER, MARKS, CLIP] = [16, 3, 90]
const NAME = "([A-Za-z]+ [A-Za-z]+)"
const FACT = new RegExp(`^${NAME} (lives in|is|has) (an? [A-Za-z]+|[A-Za-z]+)[.]$`)
const ASKED = {
  "lives in": new RegExp(`^Where does ${NAME} live[?]$`),
  is: new RegExp(`^What does ${NAME} do[?]$`),
  has: new RegExp(`^What does ${NAME} have[?]$`),
}
const POLICIES = ["drop the oldest", "take notes", "sum up", "look up"]

export const roomFor = (question, budget, cost, answer = ANSWER) =>
  Math.max(budget - MARKS - cost(question) - answer, 0)

const wordsOf = (text) => new Set(text.toLowerCase().match(/[a-z]+/g) ?? [])

// Places of facts about people, newest first; of one thing the last word only.
function noted(messages) {
  const found = new Map()
  messages.forEach((text, at) => {
    const told = FACT.exec(text)
    if (told) found.set(`${told[1]} ${told[2]}`, at)
  })
  return [...found.values()].sort((a, b) => b - a)
}

function fit(order, messages, room, cost, stop = false) {
  const places = []
  for (const at of order) {
    const size = cost(messages[at])
    if (size <= room) {
      room -= size
      places.push(at)
    } else if (stop) break
  }
  places.sort((a, b) => a - b)
  return {places, texts: places.map((at) => messages[at])}
}

export function sent(policy, messages, question, room, cost) {
  if (!POLICIES.includes(policy)) {
    throw new RangeError(`policy must be among ${POLICIES.join(", ")}, got ${policy}`)
  }
  const newest = messages.map((_, at) => messages.length - 1 - at)
  if (policy === "drop the oldest") return fit(newest, messages, room, cost, true)
  if (policy === "take notes") return fit(noted(messages), messages, room, cost)
  if (policy === "look up") {
    const asked = wordsOf(question)
    const shared = messages.map((text) => [...wordsOf(text)].filter((w) => asked.has(w)).length)
    return fit([...newest].sort((a, b) => shared[b] - shared[a]), messages, room, cost)
  }
  const order = noted(messages)
  const short = new Map(order.map((at) => [at, messages[at].replace(FACT, "$1 $3.")]))
  const told = (places) => [...places].sort((a, b) => a - b).map((at) => short.get(at)).join(" ")
  const places = []
  for (const at of order) if (cost(told([...places, at])) <= room) places.push(at)
  places.sort((a, b) => a - b)
  return {places, texts: places.length ? [told(places)] : []}
}

export function answerTo(question, messages) {
  for (const text of [...messages].reverse()) {
    const told = FACT.exec(text)
    if (told && ASKED[told[2]].exec(question)?.[1] === told[1]) return text
  }
  return ""
}

export function clipped(text) {
  const letters = Array.from(text)
  return letters.length <= CLIP ? text : `${letters.slice(0, CLIP).join("")}…`
}

const turn = (look, text, note = "") =>
  `<div class="turn ${look}">${note ? `<small>${sbt.escape(note)}</small>` : ""}` +
  `${sbt.escape(clipped(text))}</div>`

export function chatHtml(messages, costs, kept, question, answer, right) {
  const turns = messages.map((text, at) =>
    turn(kept.places.includes(at) ? "in" : "out", text, `${costs[at]}`))
  if (kept.texts.length === 1 && !messages.includes(kept.texts[0])) {
    turns.push(turn("in", `sent instead: ${kept.texts[0]}`))
  }
  turns.push(turn("asked", question))
  turns.push(turn(right ? "right" : "wrong", answer || "…"))
  return turns.join("")
}

export const chance = (p) => (p >= 0.01 ? sbt.numbers.percent(p) : "under 1 %")

export function chatLine(window, kept, messages, tokens, taken, needed, p) {
  const why = {
    sent: "What it needs was sent.",
    "left out": "What it needs was not sent.",
    untold: "Nobody told it, and the right answer is to say so.",
  }[needed]
  const {count} = sbt.numbers
  return `A window of ${count(window)} tokens: ${count(kept)} of ${count(messages)}` +
    ` messages are sent, ${count(tokens)} tokens; the question and room for the` +
    ` answer take ${count(taken)}. ${why} The right answer gets ${chance(p)}.`
}

const bookOf = ({tags: [tokenizer]}) =>
  sbt.stories.once({weights: sbt.weights.reader, tokenizer, tables: sbt.tables})

// The likeliest answer after some ids, and the probability of the right one.
function reply(book, ids, right, lead) {
  const {tokenizer, reader} = book
  const marks = new Set(Object.values(tokenizer.special))
  const written = []
  while (written.length < ANSWER) {
    const logits = reader.read([...ids, ...written])
    const best = logits.indexOf(Math.max(...logits))
    if (marks.has(best)) break
    written.push(best)
  }
  const answer = tokenizer.encode(lead + right).slice(0, ANSWER)
  let p = 1
  answer.forEach((id, i) => {
    p *= sbt.softmax(reader.read([...ids, ...answer.slice(0, i)]))[id]
  })
  return {text: tokenizer.decode(written).trim(), p}
}

function look({first, ...it}) {
  const messages = it.source.data.message
  const question = it.box.value_input.trim().replace(/\s+/g, " ")
  const same = question === first.question && it.slider.value === first.window &&
    it.policy.value === first.policy && messages.join("\n") === first.messages.join("\n")
  if (same) { // as Python drew it
    it.shown.text = first.shown
    it.line.text = first.line
    return
  }
  const book = bookOf(it.tokenizer)
  const {special} = book.tokenizer
  const [lead, untold] = it.words
  const turnOf = (text) => [special["<user>"], ...book.tokenizer.encode(lead + text)]
  const cost = (text) => turnOf(text).length
  const window = it.slider.value
  const costs = messages.map(cost)
  if (!question || cost(question) + MARKS + ANSWER > window) {
    const none = {places: [], texts: []}
    it.shown.text = chatHtml(messages, costs, none, question, "", false)
    it.line.text = question
      ? `The question alone has ${sbt.numbers.count(cost(question))} tokens: with the answer it` +
        ` does not fit a window of ${sbt.numbers.count(window)}.`
      : "Ask something about what was said."
    return
  }
  const room = roomFor(question, window, cost)
  const kept = sent(it.policy.value, messages, question, room, cost)
  const right = answerTo(question, messages)
  const ids = [book.end, ...kept.texts.flatMap(turnOf), ...turnOf(question), special["<model>"]]
  const {text, p} = reply(book, ids, right || untold, lead)
  const there = kept.places.some((at) => messages[at] === right)
  const needed = right ? (there ? "sent" : "left out") : "untold"
  const good = text === (right || untold)
  const tokens = kept.texts.reduce((sum, one) => sum + cost(one), 0)
  it.shown.text = chatHtml(messages, costs, kept, question, text, good)
  const here = kept.places.length
  it.line.text = chatLine(window, here, messages.length, tokens, window - room, needed, p)
}

const MOST = 40 // messages of a chat

function add(it, more) {
  const messages = [...it.source.data.message, ...more].slice(-MOST)
  it.source.data = {message: messages}
  look(it)
}

const figures = {
  look,
  typed({tokenizer, tell, words: [lead], line}) {
    const text = tell.value_input.trim().replace(/\s+/g, " ")
    const size = text && bookOf(tokenizer).tokenizer.encode(lead + text).length + 1
    line.text = text
      ? `That has ${sbt.numbers.count(size)} tokens. Press “say it” to tell it.`
      : "Type something to tell it."
  },
  say({talk, ...it}) {
    const text = it.tell.value.trim().replace(/\s+/g, " ")
    if (text) add(it, [text])
  },
  chatter({talk, ...it}) {
    const said = it.source.data.message
    const at = said.filter((text) => talk.includes(text)).length
    add(it, [0, 1].map((i) => talk[(at + i) % talk.length]))
  },
}

export default ({figure, ...it}) => figures[figure](it)
