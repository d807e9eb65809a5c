// The browser half of "train your own" of chapter 6. The named exports mirror functions of
// viz/training/progress.py; tests/contracts compares them. Training: live/workshop.js.

const {count, fixed} = sbt.numbers

export function ownLine({step, steps, loss, held, best, best_at: at, read, seconds}) {
  let said = `After ${count(step)} of ${count(steps)} updates: ${fixed(loss, 2)} nats a` +
    " letter on lines that it reads"
  const rising = held !== null && best !== null && held > best + 0.1
  if (held !== null) said += `, ${fixed(held, 2)} on lines held back`
  if (rising) said += ` (at best ${fixed(best, 2)}, after ${count(at)})`
  said += `. ${count(read)} letters read`
  if (seconds >= 1) said += ` in ${fixed(seconds)} s, ${fixed(step / seconds)} updates a second`
  return said + (rising ? ". It is learning by heart." : ".")
}

const many = (number, name) => (number === 1 ? name : `${name}s`)

export function beginLine({alphabet, learn: {length: lines}, held, cut, rare}, width, rate,
  steps, layers) {
  if (!lines) return "Nothing to learn from yet: type or paste a few lines."
  const kinds = alphabet.length - 1
  const block = 10 * width ** 2 + 2 * width // attention 4, MLP 3 times 2, and two norms
  const weights = (alphabet.length + 1) * width + layers * block
  return `${kinds} different ${many(kinds, "letter")}; ${count(lines)} ${many(lines, "line")}` +
    " to learn from" +
    (held.length ? `, ${count(held.length)} held back.` : ". Too few to hold any back.") +
    (cut ? " Only the first 200,000 characters are read." : "") +
    (rare ? ` The ${count(rare)} rarest letters are one, \ufffd.` : "") +
    (kinds === 1 ? " With one letter, all there is to learn is where a line ends." : "") +
    ` Press train: ${count(steps)} updates of ${count(weights)} weights, at a learning` +
    ` rate of ${rate}.`
}

// Noise is long: of what has no space, the beginning.
export function shortened(text) {
  const letters = Array.from(text)
  return text.includes(" ") || letters.length <= 18 ? text : `${letters.slice(0, 18).join("")}…`
}

export const linesHtml = (rows) =>
  rows.map(([when, lines]) => `<p><b>${sbt.escape(when)}</b>` +
    lines.map(([text, kind]) =>
      `<span class="${kind}"><bdi>${sbt.escape(shortened(text)) || "–"}</bdi>` +
      `${kind ? ` <small>${kind}</small>` : ""}</span>`).join("") +
    "</p>").join("")

const EMPTY = {x: [], y: []}
const PACE = 1000 // milliseconds between two sentences of the line, which is read out
const HIDDEN = "Paused while this page is hidden."

// Each callback is a module of its own, so runs are kept beside the runtime, by line.
const runs = (globalThis.sbt.own ??= new WeakMap())

const settingsOf = ({box, size, rate, plan}) =>
  [box.value_input, size.active, rate.value, plan.value]

// At first that of the first frame, which is kept to come back to.
function runOf({line, written, sources: [read, held], shelf: {tags: [{texts: [text], chosen}]}}) {
  if (!runs.has(line)) {
    const first = {line: line.text, written: written.text, read: read.data, held: held.data}
    const letters = sbt.readText(text)
    runs.set(line, {seed: 0, state: "ready", now: [text, ...chosen], letters, first})
  }
  return runs.get(line)
}

// The end of a run: of its worker, and of its ear for hidden pages.
function close(it, state = "ready") {
  const run = runOf(it)
  run.worker?.close()
  run.worker = null
  document.removeEventListener("visibilitychange", run.watch)
  run.state = state
  sbt.relabel(it.train, "train")
}

// What is drawn becomes faint, if it is of the same text; else it goes.
function fade({sources: [read, held, before, heldBefore]}, same) {
  if (read.data.x.length || !same) {
    before.data = same ? read.data : EMPTY
    heldBefore.data = same ? held.data : EMPTY
  }
  read.data = held.data = EMPTY
}

// A text and settings as they are before any training.
function look(it) {
  const {shelf: {tags: [{texts, chosen, marks}]}, sources, spans, plot, line, written} = it
  const run = runOf(it)
  const now = settingsOf(it)
  if (String(now) === String(run.now)) return // `value` follows `value_input`
  const same = now[0] === run.now[0]
  close(it)
  Object.assign(run, {now, seed: 0, letters: same ? run.letters : sbt.readText(now[0])})
  const {nothing, pairs} = sbt.lossesOf(run.letters)
  const first = String(now) === String([texts[0], ...chosen])
  const known = texts.indexOf(now[0])
  it.pick.active = known < 0 ? null : known // of a text that is typed, none
  fade(it, same && !first)
  spans[0].location = nothing
  spans[1].location = pairs
  plot.y_range.end = 1.08 * Math.max(nothing, 0.1)
  plot.x_range.end = marks[now[3]].at(-1)
  if (first) [sources[0].data, sources[1].data] = [run.first.read, run.first.held]
  written.text = first ? run.first.written : ""
  if (first) line.text = run.first.line
  else invite(it, run)
}

function invite({line, shelf: {tags: [{widths, layers, marks}]}}, {now, letters}) {
  const [, size, rate, steps] = now
  line.text = beginLine(letters, widths[size], rate, marks[steps].at(-1), layers)
}

function messageOf({shelf: {tags: [plan]}}, {now, letters, seed}) {
  const [, size, rate, steps] = now
  const {learn, held, alphabet, time} = letters
  const {layers, heads, warmup, clip, weightDecay} = plan
  const width = plan.widths[size]
  const marks = plan.marks[steps]
  return {
    does: "start", learn, held, seed, marks,
    sizes: {vocab: alphabet.length, width, layers, heads, mlp: 2 * width, time,
      rows: plan.tokens / time},
    settings: {steps: marks.at(-1), learningRate: Number(rate), warmup, clip, weightDecay},
  }
}

function begin(it) {
  const run = runOf(it)
  const set = (lines) => new Set(lines.map(String))
  run.seed++
  fade(it, true)
  Object.assign(run, {
    state: "running", read: [], apart: [], best: [null, null], kept: [], said: 0,
    learned: set(run.letters.learn), back: set(run.letters.held),
    watch() {
      if (run.state !== "running") return
      run.worker.send({does: document.hidden ? "pause" : "go on"})
      if (document.hidden) it.line.text = HIDDEN
    },
  })
  document.addEventListener("visibilitychange", run.watch)
  sbt.relabel(it.train, "pause")
  it.line.text = "Training begins."
  run.worker = sbt.startTraining(messageOf(it, run), (message) => show(it, message), (why) => {
    close(it)
    it.line.text = `Training has stopped: ${why}`
  })
}

// What a run tells: points of the curves, what it writes, how it stands.
function show(it, message) {
  const run = runOf(it)
  if (!Bokeh.index.find_one(it.train)) return close(it) // the figure is gone
  run.read.push(...message.losses)
  run.apart.push(...message.held)
  for (const [at, loss] of message.held) {
    if (run.best[0] === null || loss < run.best[0]) run.best = [loss, at]
  }
  const points = (pairs) => ({x: pairs.map(([x]) => x), y: pairs.map(([, y]) => y)})
  if (message.losses.length) it.sources[0].data = points(run.read)
  if (message.held.length) it.sources[1].data = points(run.apart)
  const top = 1.08 * Math.max(...message.losses.map(([, loss]) => loss), 0)
  if (top > it.plot.y_range.end) it.plot.y_range.end = top
  if (message.texts) write(it, run, message)
  if (message.end) close(it, "done")
  const due = run.state === "running" && performance.now() - run.said > PACE
  if (run.read.length && (due || message.end)) {
    run.said = performance.now()
    it.line.text = said(it, run, message)
  }
}

function write({shelf: {tags: [{kept, shown}]}, written}, run, {step, texts}) {
  const {alphabet, time} = run.letters
  const lines = texts.slice(0, shown[Number(time > 32)]).map((ids) =>
    [ids.map((id) => alphabet[id]).join(""),
      run.learned.has(String(ids)) ? "copied" : run.back.has(String(ids)) ? "held back" : ""])
  const row = [`after ${count(step)} updates`, lines]
  const rows = [...run.kept, row]
  if (kept.includes(step)) run.kept.push(row)
  written.text = linesHtml(rows)
}

function said(it, {letters, read, apart, best, seed, worker, now}, {step, seconds, end}) {
  const {tokens, marks} = it.shelf.tags[0]
  const line = ownLine({
    step, steps: marks[now[3]].at(-1), loss: read.at(-1)[1],
    held: apart.at(-1)?.[1] ?? null, best: best[0], best_at: best[1],
    read: step * tokens, seconds,
  })
  const where = worker?.where === "page" ? " It runs on the page itself." : ""
  const lost = end === "diverged" ? " The loss is no number any more: the rate is too high." : ""
  return `${line}${lost} Seed ${seed}.${where}`
}

function choose({box, pick, shelf: {tags: [{texts}]}}) {
  const text = texts[pick.active]
  if (text !== undefined) box.setv({value: text, value_input: text})
}

function train(it) {
  const run = runOf(it)
  if (!run.letters.learn.length) invite(it, run)
  else if (run.state === "running" || run.state === "paused") {
    const on = run.state === "paused"
    run.state = on ? "running" : "paused"
    run.worker.send({does: on ? "go on" : "pause"})
    sbt.relabel(it.train, on ? "pause" : "go on")
    if (!on) it.line.text = `Paused. ${it.line.text}`
  } else begin(it)
}

function again(it) {
  const run = runOf(it)
  close(it)
  fade(it, true)
  it.written.text = ""
  invite(it, run)
}

// Called with a widget that has changed, or with the press of a button.
export default (it, by) => {
  const what = {[it.pick.id]: choose, [it.train.id]: train, [it.again.id]: again}
  ;(what[(by.origin ?? by).id] ?? look)(it)
}
