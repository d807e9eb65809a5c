// The browser half of reads.py. The named exports mirror its functions, sbt_jax.rag and
// shipped/passages.py; tests/contracts compares them.
const [ABSENT, ANSWER] = ["Nobody told me.", 40]
const [MOST, LONGEST] = [40, 200] // passages, and characters of each

export function within(costs, budget) {
  let spent = 0
  const at = costs.findIndex((cost) => (spent += cost) > budget)
  return at < 0 ? costs.length : at
}

const plain = (text) => text.split(/\s+/).filter(Boolean).join(" ")

export function cited(answer, passages) {
  const said = plain(answer)
  return passages.flatMap((one, i) => (plain(one) && said.includes(plain(one)) ? [i] : []))
}

export function readingHtml(passages, answer, places, fit) {
  const rows = passages.map((text, i) => {
    const look = i >= fit ? "out" : places.includes(i) ? "cited" : "given"
    return `<li class="${look}">${sbt.escape(text)}</li>`
  }).join("")
  return `<small>What stands before it:</small><ol>${rows}</ol><small>It says:</small>` +
    `<p class="answer">${sbt.escape(answer)}</p>`
}

export function readingLine(answer, places, passages, fit, main = "") {
  let said = "What it says stands in no passage."
  if (answer === ABSENT) said = `It says that none of the ${passages} passages tells.`
  else if (places.length === 1) said = `It quotes passage ${places[0] + 1} of ${passages}.`
  else if (places.length) said = `It quotes ${places.length} of ${passages} passages.`
  if (fit < passages) said += ` Only the first ${fit} fit into its window.`
  return said + (main ? ` Main, which never learned to look things up, goes on: ${main}` : "")
}

const passagesOf = (text) =>
  text.split("\n").map((one) => one.trim().slice(0, LONGEST)).filter(Boolean).slice(0, MOST)

// The ids of a prompt, and how many passages fit; as shipped/passages.py.
function laid({tokenizer, end, model}, passages, question) {
  const {special, encode} = tokenizer
  const room = model.config.window - ANSWER
  const part = (mark, text) => [special[mark], ...encode(text)]
  const asked = part("<user>", question).slice(0, Math.floor(room / 2))
  const told = passages.map((text) => part("<result>", text))
  const fit = within(told.map((one) => one.length), room - asked.length - 2)
  return [[end, ...told.slice(0, fit).flat(), ...asked, special["<model>"]], fit]
}

const runs = ((globalThis.sbt ??= {}).ragRuns ??= new WeakMap())

const figures = {
  prepared({area, box, shown, line, cases}) { // what Python drew of a prepared case
    const found = cases.find(([text, asked]) => text === area.value && asked === box.value)
    if (!found) return
    runs.get(line)?.abort()
    const [passages, answer] = [passagesOf(found[0]), found[3]]
    const places = cited(answer, passages)
    shown.text = readingHtml(passages, answer, places, passages.length)
    line.text = readingLine(answer, places, passages.length, passages.length, found[2])
  },

  typed({area, box, shown, line, ask, cases}) { // no old answer stays under new passages
    const passages = passagesOf(area.value_input)
    const ready = cases.some(([text, asked]) => text === area.value_input && asked === box.value_input)
    if (ready) return
    runs.get(line)?.abort()
    shown.text = readingHtml(passages, "…", [], passages.length)
    const asked = box.value_input.trim().slice(0, 40)
    line.text = asked ? `Press “${ask.label}” to ask “${asked}”.` : "Ask the reader something."
  },

  async read({tokenizer: {tags: [spec]}, area, box, shown, line, cases}) {
    runs.get(line)?.abort()
    const stop = new AbortController()
    runs.set(line, stop)
    const [passages, question] = [passagesOf(area.value_input), box.value_input.trim().slice(0, LONGEST)]
    const book = sbt.stories.once({weights: sbt.weights.reader, tokenizer: spec, tables: sbt.tables})
    const [ids, fit] = laid(book, passages, question)
    const said = []
    const show = (places) => {
      if (stop.signal.aborted) return
      shown.text = readingHtml(passages, book.tokenizer.decode(said).trim() || "…", places, fit)
    }
    line.text = "It reads …"
    show([])
    await sbt.generate(book.model, ids, {
      temperature: 0, seed: 0, maxTokens: ANSWER, signal: stop.signal,
      stop: Object.values(book.tokenizer.special),
      onToken(id) {
        said.push(id)
        show([])
      },
    })
    if (stop.signal.aborted) return
    const answer = book.tokenizer.decode(said).trim()
    const places = cited(answer, passages.slice(0, fit))
    shown.text = readingHtml(passages, answer || "(nothing)", places, fit)
      .replace("<small>It says:", "<small>It says, read just now:")
    const main = cases.find(([text, asked]) => text === area.value_input && asked === box.value_input)?.[2]
    line.text = "Read just now. " + readingLine(answer, places, passages.length, fit, main)
  },
}

export default ({figure, ...it}) => figures[figure](it)
