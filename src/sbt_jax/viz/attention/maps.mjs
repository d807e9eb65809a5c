// The browser half of the live attention maps of chapter 4. The named exports mirror
// functions of viz/attention/{maps,words}.py; tests/contracts compares them.
const LONGEST = 12 // letters of a word over a map
const LEAST = 0.05 // of the weight: less has no number in the passage
const MARGIN = 1.06 // room for a marker at the right of a map, and below it

export function strongest(look) {
  const order = Array.from(look, (_, i) => i)
  return order.sort((a, b) => look[b] - look[a] || a - b)
}

export const percent = (share) => sbt.numbers.percent(share, share >= 0.095 ? 0 : 1)

const LETTER = /^\p{L}$/u

export function runs(texts) {
  const found = []
  texts.forEach((text, i) => {
    const [before, first] = [Array.from(texts[i - 1] ?? "").at(-1), Array.from(text)[0]]
    if (i > 1 && LETTER.test(before ?? "") && LETTER.test(first ?? "")) found.at(-1).push(i)
    else found.push([i])
  })
  return found
}

export function nameOf(texts, run) {
  const whole = run.map((i) => texts[i]).join("")
  return whole.trim() || (whole ? "space" : "(start)")
}

export function mentions(texts) {
  const found = new Map()
  for (const run of runs(texts)) {
    const name = nameOf(texts, run)
    found.set(name, [...(found.get(name) ?? []), ...run])
  }
  return found
}

const shareOf = (look, at) => at.reduce((sum, i) => sum + look[i], 0)

export function mostSeen(texts, look) {
  return [...mentions(texts)]
    .map(([name, at]) => [name, shareOf(look, at), at])
    .sort((a, b) => b[1] - a[1] || a[2][0] - b[2][0])
}

export function toHide(texts, look) {
  const last = texts.length - 1
  let [best, most] = [["", []], -1]
  for (const [name, at] of mentions(texts)) {
    const before = at.filter((i) => i < last)
    const share = shareOf(look, before)
    if (before.length && share > most) [best, most] = [[name, before], share]
  }
  return best
}

export function lookLine(place, texts, look, [next, p], hidden = []) {
  const most = mostSeen(texts, look).slice(0, 3)
    .map(([name, share]) => `“${name}” ${percent(share)}`).join(", ")
  const who = nameOf(texts, runs(texts).at(-1))
  const said = `${place}: “${who}” looks at ${most}. Next comes “${next}” ${percent(p)}.`
  if (!hidden.length) return said
  const [word, whom, token, chance] = hidden
  return `${said} With “${word}” hidden from ${whom}: “${token}” ${percent(chance)}.`
}

export function passage(texts, look, hidden = []) {
  const last = look.length - 1
  const told = mostSeen(texts.slice(0, last + 1), look).slice(0, 3).map(([, , at]) => at)
  return runs(texts).map((run) => {
    const share = shareOf(look, run.filter((i) => i <= last))
    const known = told.some((at) => at.includes(run[0])) && share >= LEAST
    const gap = texts[run[0]].startsWith(" ") ? " " : "" // no part of the marks
    const inside = run.map((i) => {
      const marks = [i === last ? "from" : "", hidden.includes(i) ? "off" : ""]
        .filter(Boolean).join(" ")
      return `<span${marks && ` class="${marks}"`} style="background:rgba(43,123,186,` +
        `${(i <= last ? look[i] : 0).toFixed(3)})">` +
        `${sbt.escape(texts[i].slice(i === run[0] ? gap.length : 0))}</span>`
    }).join("")
    return gap + (known ? `<b>${inside}<small>${percent(share)}</small></b>` : inside)
  }).join("")
}

export function headTitle(head, texts, look) {
  const [[name, share]] = mostSeen(texts, look)
  const letters = Array.from(name)
  const short = letters.length <= LONGEST ? name : `${letters.slice(0, LONGEST - 1).join("")}…`
  return `head ${head + 1}: “${short}” ${percent(share)}`
}

export function nextRows(before, after) {
  const [first] = strongest(before)
  return [first, ...strongest(after).slice(0, 4).filter((i) => i !== first)].slice(0, 4)
}

// The model and its reader, made once for each figure, however many callbacks it has.
function tools({tags: [spec]}) {
  const all = (sbt.lookers ??= new Map())
  if (!all.has(spec)) {
    const [model, tokenizer] = [sbt.transformer(sbt.weights.main), sbt.tokenizer(spec)]
    all.set(spec, {model, tokenizer, reader: sbt.reader(model, {trace: true})})
  }
  return all.get(spec)
}

// The tokens of a text: the last ones, if it does not fit the window.
function read(text, {model, tokenizer, reader}) {
  const start = tokenizer.special["<end>"]
  const all = tokenizer.pieces(text)
  const kept = all.slice(-(model.config.window - 1))
  const ids = [start, ...kept.map(({id}) => id)]
  reader.read(ids)
  return {ids, texts: ["", ...kept.map((piece) => piece.text)], left: all.length - kept.length}
}

// Probabilities after the last of the ids, which may not look at some of them.
function without(keys, {ids, layer, head, how}, {model}) {
  const {layers, heads} = model.config
  const cut = []
  for (let l = 0; l < layers; l++) {
    for (let h = 0; h < heads; h++) {
      if (how === 2 || (l === layer && h === head)) {
        for (const key of keys) cut.push({layer: l, head: h, query: ids.length - 1, key})
      }
    }
  }
  return sbt.softmax(model.start({cut}).read(ids))
}

function draw({shelf, box, layers, heads, cuts, slider, maps, sources, titles, frame, bars,
  chances, passage: shown, line}) {
  const all = tools(shelf)
  const {ids, texts, left} = read(box.value_input, all)
  const time = ids.length
  const [layer, head, how] = [layers.active, heads.active, cuts.active]
  const at = Math.min(slider.value, time) - 1
  slider.title = `token that looks: “${nameOf(texts, [at])}”, number`
  const so_far = texts.slice(0, at + 1)
  sources.forEach((source, h) => {
    const rows = ids.map((_, t) => all.reader.attention(layer, h, t))
    sbt.heat(source, maps[h], rows, MARGIN)
    titles[h].text = headTitle(h, so_far, rows[at])
  })
  frame.data = {x: [(time * (1 + MARGIN)) / 2], y: [at + 0.5]}

  const look = all.reader.attention(layer, head, at)
  const [word, keys] = how ? toHide(so_far, look) : ["", []]
  const before = sbt.softmax(all.reader.logits(at))
  const after = keys.length
    ? without(keys, {ids: ids.slice(0, at + 1), layer, head, how}, all) : before
  const name = (id) => all.tokenizer.decode([id])
  const rows = nextRows(before, after)
  const token = sbt.names(rows.map((id) =>
    id === all.tokenizer.special["<end>"] ? "<end>" : name(id)))
  bars.y_range.factors = [...token].reverse()
  chances.data = {token, before: rows.map((id) => before[id]),
    after: rows.map((id) => after[id])}
  shown.text = passage(texts, look, keys)

  const best = (p) => {
    const [id] = strongest(p)
    return [sbt.names([id === all.tokenizer.special["<end>"] ? "<end>" : name(id)])[0], p[id]]
  }
  const hidden = keys.length ? [word, cuts.labels[how], ...best(after)] : []
  const place = `Layer ${layer + 1}, head ${head + 1}`
  line.text = lookLine(place, so_far, look, best(before), hidden) +
    (left ? ` The model does not see the first ${left} tokens: its window has` +
      ` ${all.model.config.window} places.` : "")
}

const figures = {
  look: draw,

  // Typing moves the look to the newest token.
  type(it) {
    const time = read(it.box.value_input, tools(it.shelf)).ids.length
    it.slider.setv({end: Math.max(time, 2), value: time})
    draw(it)
  },

  tap(it) {
    const y = Math.floor(it.at) + 1
    if (y >= 1 && y <= it.slider.end) it.slider.value = y
  },
}

export default ({figure, ...args}, event) => figures[figure]({...args, at: event?.y})
