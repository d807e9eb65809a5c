// The browser half of the live attention maps of chapter 4. The named exports mirror
// functions of viz/attention/maps.py; tests/contracts compares them.
const NEXT = 3 // tokens that are told as likely to come
const MARGIN = 1.06 // room for a marker at the right of a map, and below it

export function strongest(look) {
  const order = Array.from(look, (_, i) => i)
  return order.sort((a, b) => look[b] - look[a] || a - b)
}

export const percent = (share) => sbt.numbers.percent(share, share >= 0.095 ? 0 : 1)

export function lookLine(place, names, look, after) {
  const most = strongest(look).slice(0, 3)
    .map((i) => `“${names[i]}” ${percent(look[i])}`).join(", ")
  const next = after.map(([name, p]) => `“${name}” ${percent(p)}`).join(", ")
  return `${place}: “${names.at(-1)}” looks at ${most}. Next comes ${next}.`
}

export function passage(names, texts, look) {
  const {escape} = sbt
  const last = look.length - 1
  return texts.map((text, i) => {
    const share = i <= last ? look[i] : 0
    const note = i <= last ? percent(look[i]) : "not seen"
    return `<span${i === last ? " class=from" : ""} style="background:rgba(43,123,186,` +
      `${share.toFixed(3)})" title="${escape(names[i])}: ${note}">${escape(text)}</span>`
  }).join("")
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
  const texts = ["", ...kept.map((piece) => piece.text)]
  const names = texts.map((piece, i) => i ? piece.trim() || "space" : "(start)")
  return {ids, texts, names, left: all.length - kept.length}
}

function expected(logits, {tokenizer}, count) {
  const p = sbt.softmax(logits)
  return strongest(p).slice(0, count).map((id) =>
    [id === tokenizer.special["<end>"] ? "(the end)" : tokenizer.decode([id]).trim(), p[id]])
}

// Logits after the last of the ids, which may not look at one of them.
function without(key, {ids, layer, head, how}, {model}) {
  const {layers, heads} = model.config
  const cut = []
  for (let l = 0; l < layers; l++) {
    for (let h = 0; h < heads; h++) {
      if (how === 2 || (l === layer && h === head)) {
        cut.push({layer: l, head: h, query: ids.length - 1, key})
      }
    }
  }
  return model.start({cut}).read(ids)
}

function draw({shelf, box, names, layers, heads, cuts, slider, maps, sources, frame,
  passage: shown, line}, note) {
  const all = tools(shelf)
  const now = read(box.value_input, all)
  const time = now.ids.length
  const [layer, head] = [layers.active, heads.active]
  const at = Math.min(slider.value, time) - 1
  names.data = {name: now.names, text: now.texts}
  slider.title = `the token that looks: “${now.names[at]}”, number`
  sources.forEach((source, h) => {
    const rows = now.ids.map((_, t) => all.reader.attention(layer, h, t))
    sbt.heat(source, maps[h], rows, MARGIN)
  })
  frame.data = {x: [(time * (1 + MARGIN)) / 2], y: [at + 0.5]}
  const look = all.reader.attention(layer, head, at)
  shown.text = passage(now.names, now.texts, look)
  const so_far = now.names.slice(0, at + 1)
  const place = `Layer ${layer + 1}, head ${head + 1}`
  const after = expected(all.reader.logits(at), all, NEXT)
  line.text = lookLine(place, so_far, look, after) + hidden() +
    (now.left ? ` The model does not see the first ${now.left} tokens: its window has` +
      ` ${all.model.config.window} places.` : "")

  function hidden() {
    const key = strongest(look).find((i) => i < at)
    if (!cuts.active || key === undefined) return ""
    const ids = now.ids.slice(0, at + 1)
    const logits = without(key, {ids, layer, head, how: cuts.active}, all)
    const [[name, p]] = expected(logits, all, 1)
    return ` Without “${now.names[key]}” ${cuts.labels[cuts.active]}: “${name}” ${percent(p)}.`
  }
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
