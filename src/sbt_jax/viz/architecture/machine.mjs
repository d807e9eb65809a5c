// The browser half of the live figures of chapter 5. The named exports mirror
// functions of viz/architecture/{machine,lens}.py; tests/contracts compares them.
const PACE = 1100 // milliseconds at each part of the machine

const WALK = {row: 38, top: 42, stream: 24, dial: 194, says: 246}
const whole = (value) => Math.floor(value + 0.5)

export function short(text, most) {
  const name = [...tokenName(text)]
  return (name.length <= most ? name : [...name.slice(0, most - 1), "…"]).join("")
}

const words = (x, y, text, look) =>
  `<text class="${look}" x="${x}" y="${y}">${sbt.escape(text)}</text>`

function drawPart(at, [label, kind], [guess, p, turn], here) {
  const {row, top, stream, dial, says} = WALK
  const y = top + row * at
  const look = kind === "unembedding" ? "embedding" : kind
  const wires = {
    embedding: `M58 ${y}H${stream}`,
    unembedding: `M${stream} ${y}H58`,
  }[kind] ?? `M${stream} ${y - 8}H58M58 ${y + 8}H${stream}`
  let drawn = `<path d="${wires}"/><rect class="${look}${at === here ? " here" : ""}"` +
    ` x="58" y="${y - 14}" width="120" height="28" rx="6"/>` +
    words(118, y + 5, label, "name")
  if (at > here) return `<g class="off">${drawn}</g>`
  if (turn !== null) {
    drawn += `<circle cx="${dial}" cy="${y}" r="12"/><path class="was" d="M${dial} ${y}V` +
      `${y - 12}"/><path class="now" d="M${dial} ${y}V${y - 12}"` +
      ` transform="rotate(${whole(turn)} ${dial} ${y})"/>` +
      words(209, y + 5, `${whole(turn)}°`, "start")
  }
  return drawn + `<rect class="says" x="${says}" y="${y - 13}" width="${whole(162 * p)}"` +
    ` height="26" rx="3"/>` + words(says + 6, y + 5, short(guess, 11), "start") +
    words(404, y + 5, sbt.numbers.percent(p), "end")
}

export function walkSvg(token, labels, rows, here) {
  const {row, top, stream, says} = WALK
  const [end, now] = [top + row * (rows.length - 1), top + row * here]
  return `<svg viewBox="0 0 410 ${top + row * rows.length}">` +
    words(58, 14, "part", "head") + words(182, 14, "turn", "head") +
    words(says, 14, "it would now say", "head") +
    `<path class="ahead" d="M${stream} ${now}V${end}"/>` +
    `<path class="stream" d="M${stream} ${top}V${now}"/>` +
    rows.map((one, at) => drawPart(at, labels[at], one, here)).join("") +
    `<g class="walker"><rect class="token" x="1" y="${now - 14}" width="46"` +
    ` height="28" rx="14"/>${words(stream, now + 5, short(token, 5), "name")}</g></svg>`
}

export function walkLine(token, labels, rows, here) {
  const [guess, p, turn, looks] = rows[here]
  const [label, kind] = labels[here]
  const [who, say] = [tokenName(token), tokenName(guess)]
  const sure = sbt.numbers.percent(p)
  if (kind === "embedding") {
    return `“${who}” is looked up. Its vector knows only itself: it would say “${say}”.`
  }
  if (kind === "unembedding") {
    return `The machine's answer: after “${who}” comes “${say}”, ${sure}.`
  }
  let said = `${label} turned the vector of “${who}” by ${whole(turn ?? 0)}°.`
  if (looks.length) {
    const names = looks.map((name) => `“${tokenName(name)}”`).join(", ")
    said += ` Its heads looked most at ${names}.`
  }
  return `${said} It would now say “${say}”, ${sure}.`
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

const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0)

// What the stream says at the last token after each part: [guess, p, turn, looks].
function stepsOf(book, reader, ids) {
  const {layers, heads} = reader.config
  const at = ids.length - 1
  const first = (weights) => weights.reduce((k, w, i) => (w > weights[k] ? i : k), 0)
  let last = null
  const rows = Array.from({length: 2 * layers + 1}, (_, depth) => {
    const now = reader.stream(depth, at)
    const [id, p] = best(book.model.unembed(now))
    const cosine = last && dot(now, last) / Math.sqrt(dot(now, now) * dot(last, last))
    const turn = last && (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI
    last = now
    const looks = depth % 2 === 0 ? [] : Array.from({length: heads}, (_, head) =>
      nameOf(book, ids[first(reader.attention((depth - 1) / 2, head, at))]))
    return [nameOf(book, id), p, turn, looks]
  })
  const [guess, p] = rows.at(-1)
  return [...rows, [guess, p, null, []]]
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
  walk({shelf, box, place, drawing, line}) {
    const [, labels] = shelf.tags
    const book = bookOf(shelf)
    const {ids, cut} = book.ids(box.value_input)
    const reader = readerOf(book, "nothing")
    reader.follow(ids)
    const rows = stepsOf(book, reader, ids)
    const token = nameOf(book, ids.at(-1))
    const here = place.categories.indexOf(place.value)
    drawing.text = walkSvg(token, labels, rows, here)
    line.text = walkLine(token, labels, rows, here) + cutNote(cut)
  },

  // The slider goes from part to part; another press, or a hand on the slider, stops it.
  async play(it) {
    await sbt.toggled(it.line, it.walk, async (run) => {
      for (const name of it.place.categories) {
        it.place.value = name
        await sbt.pause(PACE)
        if (!run.on || it.place.value !== name) break
      }
    })
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
