// The browser half of the live figures of chapter 5. The named exports mirror
// functions of viz/architecture/{machine,diagram,lens}.py; tests/contracts compares them.

export function partText(part, roles) {
  const {count, percent} = sbt.numbers
  const own = `${count(part.parameters)} parameters, ${percent(part.share, 1)} of all`
  return `${part.name}: ${roles[part.kind]} Shape: ${part.shape}; ${own}.`
}

export function partLine(part, writes, before, guess, p) {
  const at = part.write
  if (part.kind === "unembedding") {
    return `It says that after your text comes “${guess}”, with ${sbt.numbers.percent(p, 1)}.`
  }
  if (at < 0) return "It wrote nothing to the stream."
  const size = writes[at].toFixed(1)
  if (at === 0) return `It started the stream with vectors of length ${size}, on average.`
  const share = sbt.numbers.percent(writes[at] / before[at])
  return `It wrote vectors of length ${size} on average, ${share} of the length of the` +
    " stream before it."
}

export function barsOf(parts, writes, [start, longest]) {
  const shown = parts.filter((part) => part.write >= 0)
  const top = Math.max(...writes, 1e-9)
  return {
    y: shown.map((part) => part.y),
    right: shown.map((part) => start + (longest * writes[part.write]) / top),
    size: shown.map((part) => writes[part.write].toFixed(1)),
    color: shown.map((part) => part.color),
  }
}

export function tokenName(text) {
  if (text === "<end>") return "(start or end)"
  return text.replace(/^ +| +$/g, "") || "␣"
}

export function lensHtml(tokens, rows) {
  const {escape} = sbt
  const depths = rows[0]?.length ?? 0
  const heads = ["read", "start"]
  for (let i = 1; i < depths; i++) heads.push(`block ${i}`)
  const head = heads.map((name) => `<th scope="col">${name}</th>`).join("")
  const cell = ([text, p, hit]) =>
    `<td style="background:color-mix(in srgb, #2b7bba ${(70 * p).toFixed(0)}%,` +
    ` transparent)"><span${hit ? " class=hit" : ""}>` +
    `${escape(tokenName(text))}</span><small>${sbt.numbers.percent(p)}</small></td>`
  const body = rows.map((row, i) =>
    `<tr><th scope="row">${escape(tokenName(tokens[i]))}</th>` +
    `${row.map(cell).join("")}</tr>`)
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`
}

export function lensLine(loss, skipped, without, hits) {
  if (loss === null || without === null) {
    return "Nothing has come yet that the model could be surprised at."
  }
  let said = `Loss on your text: ${loss.toFixed(2)} nats a token.`
  if (skipped !== "nothing") said += ` With ${skipped} skipped: ${without.toFixed(2)}.`
  return `${said} Right guesses among the places shown, by depth: ${hits.join(", ")}.`
}

// "block 2, MLP" as the runtime's option `ablate`.
export function ablation(skipped) {
  const found = /^block (\d+)(?:, (attention|MLP))?$/.exec(skipped)
  if (!found) return []
  const parts = found[2] ? [found[2].toLowerCase()] : ["attention", "mlp"]
  return parts.map((part) => ({layer: Number(found[1]) - 1, part}))
}

const bookOf = ({tags: [tokenizer]}) =>
  sbt.stories.once({weights: sbt.weights.main, tokenizer, tables: sbt.tables})

// A reader that keeps what it sees, one for the whole model and one for the last skip.
const readers = new Map()
function readerOf(book, skipped) {
  if (!readers.has(skipped)) {
    for (const name of readers.keys()) if (name !== "nothing") readers.delete(name)
    readers.set(skipped, book.model.start({trace: true, ablate: ablation(skipped)}))
  }
  return readers.get(skipped)
}

const cutNote = (cut) =>
  cut ? ` The window is full: the first ${cut} tokens of your text are left out.` : ""

const nameOf = (book, id) => (id === book.end ? "<end>" : book.tokenizer.decode([id]))

function best(logits) {
  const p = sbt.softmax(logits)
  let id = 0
  for (let i = 1; i < p.length; i++) if (p[i] > p[id]) id = i
  return [id, p[id]]
}

const length = (vector) => Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))

function lengths(reader, count) {
  const first = Math.min(1, count - 1)
  const depths = 2 * reader.config.layers + 1
  const writes = new Array(depths).fill(0)
  const before = new Array(depths).fill(0)
  for (let t = first; t < count; t++) {
    let last = new Float32Array(reader.config.width)
    for (let d = 0; d < depths; d++) {
      const now = reader.stream(d, t)
      writes[d] += length(now.map((x, i) => x - last[i])) / (count - first)
      before[d] += length(last) / (count - first)
      last = now
    }
  }
  return [writes, before]
}

function loss(rows, ids) {
  if (ids.length < 2) return null
  let sum = 0
  for (let t = 1; t < ids.length; t++) {
    const logits = rows[t - 1]
    let top = -Infinity
    for (const z of logits) if (z > top) top = z
    let total = 0
    for (const z of logits) total += Math.exp(z - top)
    sum += top + Math.log(total) - logits[ids[t]]
  }
  return sum / (ids.length - 1)
}

const figures = {
  machine({shelf, twins, bars, inks, touched, otherwise, box, chosen, twin, boxes, stream,
      written, about, line}) {
    const [, parts, roles] = shelf.tags
    const book = bookOf(shelf)
    const {ids, cut} = book.ids(box.value_input)
    const reader = readerOf(book, "nothing")
    const [id, p] = best(reader.follow(ids))
    const [writes, before] = lengths(reader, ids.length)
    const part = parts.find(({name}) => name === chosen.value)
    const name = twin.labels[twin.active]
    const gone = touched[name]
    boxes.data = {
      ...boxes.data,
      alpha: parts.map(({kind}) => (gone.includes(kind) ? 0.25 : 1)),
      label: parts.map(({kind, label}) =>
        (kind === "attention" ? otherwise[name] : null) ?? label),
      ink: parts.map(({kind}) => inks[gone.includes(kind) ? 1 : 0]),
      edge: parts.map((one) => (one === part ? 4 : 0)),
    }
    const chain = gone.includes("stream")
    const {past} = stream.data
    stream.data = {...stream.data, alpha: Array.from(past, (one) => (chain && one ? 0 : 1))}
    written.data = barsOf(parts, writes, bars)
    about.text = sbt.passage(partText(part, roles))
    const did = partLine(part, writes, before, tokenName(nameOf(book, id)), p)
    line.text = `${did} ${twins[name]}${cutNote(cut)}`
  },

  tap({boxes, chosen}) {
    const [at] = boxes.selected.indices
    if (at === undefined) return
    boxes.selected.indices = []
    chosen.value = boxes.data.name[at]
  },

  lens({shelf, box, skip, table, line, most}) {
    const book = bookOf(shelf)
    const {ids, cut} = book.ids(box.value_input)
    const whole = loss(readerOf(book, "nothing").follow(ids, {all: true}), ids)
    const reader = readerOf(book, skip.value)
    const without = loss(reader.follow(ids, {all: true}), ids)
    const depths = reader.config.layers + 1
    const first = Math.max(ids.length - most, 0)
    const rows = ids.slice(first).map((_, i) =>
      Array.from({length: depths}, (_, depth) => {
        const [id, p] = best(reader.lens(depth, first + i))
        return [nameOf(book, id), p, id === ids[first + i + 1]]
      }))
    table.text = lensHtml(ids.slice(first).map((id) => nameOf(book, id)), rows)
    const hits = Array.from({length: depths}, (_, depth) =>
      rows.filter((row) => row[depth][2]).length)
    const more = first ? ` Shown are the last ${most} of ${ids.length} tokens.` : ""
    line.text = lensLine(whole, skip.value, without, hits) + more + cutNote(cut)
  },
}

export default ({figure, ...args}) => figures[figure](args)
