// The browser half of the live figures of chapter 20. The named exports mirror
// sbt_jax.interpretability and functions of viz/interpretability; tests/contracts
// compares them.
const DEPTH = 2 // blocks after which the autoencoder reads the stream
const PACE = 90 // milliseconds between two tokens
const MOST = 60 // tokens that are written

// How strongly each feature fires on a vector: all but the `keep` strongest are 0.
export function featuresOf({encode, bias, center}, keep, vector) {
  const count = bias.length
  const fired = Float64Array.from(bias)
  for (let w = 0, at = 0; w < center.length; w++) {
    const x = vector[w] - center[w]
    for (let i = 0; i < count; i++, at++) fired[i] += x * encode[at]
  }
  for (let i = 0; i < count; i++) if (!(fired[i] > 0)) fired[i] = 0
  const least = Array.from(fired).sort((a, b) => b - a)[keep - 1]
  for (let i = 0; i < count; i++) if (fired[i] < least) fired[i] = 0
  return Array.from(fired)
}

// The last place where a feature fires at least half as strongly as anywhere; -1 if none.
export function lastStrong(strengths) {
  const most = Math.max(...strengths, 0)
  for (let i = strengths.length - 1; i >= 0; i--) {
    if (strengths[i] > 0 && strengths[i] >= most / 2) return i
  }
  return -1
}

export function litHtml(tokens, strengths, at) {
  const most = Math.max(...strengths, 1e-9)
  return tokens.map((token, i) => {
    const [word, strength] = [sbt.escape(token), strengths[i]]
    if (!(strength > 0)) return `<span>${word}</span>`
    const shade = Math.round(15 + (50 * strength) / most)
    const [space, bare] = [token.startsWith(" ") ? " " : "", token.replace(/^ +/, "")]
    return `${space}<span${i === at ? " class=here" : ""} style="background:color-mix(in srgb, #d55e00 ${shade}%,` +
      ` transparent)">${sbt.escape(bare)}<small> ${sbt.numbers.decimal(strength, 0)}</small></span>`
  }).join("")
}

export function changeLine(where, before, after) {
  const {percent, decimal} = sbt.numbers
  const said = where.length
    ? `Changed on “${where[0][0]}”, where it fires with ${decimal(where[0][1], 0)}.`
    : "This feature fires nowhere here."
  return `${said} As it is: “${before[0]}”, ${percent(before[1])}.` +
    ` Changed: “${after[0]}”, ${percent(after[1])}.`
}

export function twoBars(names, plain, changed, shown) {
  const most = Array.from(plain, (p, i) => Math.max(p, changed[i]))
  const order = most.map((_, i) => i).sort((a, b) => most[b] - most[a] || a - b)
  const top = order.slice(0, shown)
  return {
    word: sbt.names(top.map((i) => names[i])),
    plain: top.map((i) => plain[i]),
    changed: top.map((i) => changed[i]),
  }
}

export function pushLine(off, strength) {
  if (!off) return `Pushed by ${strength}: all of it could happen in this world.`
  const first = off.trim().split(/\s+/)[0] || off
  return `Pushed by ${strength}: no story of the world has “${first}” where the` +
    " underlining begins."
}

export function patchLine(word, depth, right, wrong, p) {
  const {percent} = sbt.numbers
  return `Copied: “${word}”, ${depth}. Now main gives “${right}” ${percent(p[0])} and` +
    ` “${wrong}” ${percent(p[1])}.`
}

const DEPTHS = ["word", "1", "2", "3", "4"]

export function heatOf(names, carried) {
  const cells = carried.flatMap((row, depth) =>
    names.map((name, i) => [DEPTHS[depth], name, row[i]]))
  return {
    x: cells.map(([x]) => x), y: cells.map(([, y]) => y),
    alpha: cells.map(([, , v]) => Math.min(1, Math.max(0, v))),
  }
}

const own = ((globalThis.sbt ??= {}).interpretability ??= {})

function bookOf({tags: [tokenizer]}) {
  return sbt.stories.once({weights: sbt.weights.main, tokenizer, tables: sbt.tables})
}

function sae() {
  if (!own.sae) {
    const {config, arrays} = sbt.weights.interpretability_sae
    const named = sbt.unpack({arrays})
    own.sae = Object.fromEntries(Object.entries(named).map(([k, {data}]) => [k, data]))
    own.keep = config.keep
  }
  return own.sae
}

const nameOf = (book, id) => (id === book.end ? "<end>" : book.tokenizer.decode([id]))
const best = (p) => p.reduce((k, x, i) => (x > p[k] ? i : k), 0)

function namesOf(book) {
  return (own.names ??= Array.from({length: book.model.config.vocab_size},
    (_, id) => nameOf(book, id)))
}

// What fires at each position of some ids, and what the model says after them.
function felt(book, ids) {
  const model = sae()
  own.reader ??= book.model.start({trace: true})
  const logits = own.reader.follow(ids)
  const fired = ids.map((_, at) =>
    featuresOf(model, own.keep, own.reader.stream(2 * DEPTH, at)))
  return {fired, plain: Array.from(sbt.softmax(logits))}
}

// A reader in which a feature is pushed at one position.
function pushedReader(book, feature, at, push) {
  const model = sae()
  const width = model.center.length
  const way = model.decode.subarray(feature * width, (feature + 1) * width)
  return book.model.start({edit: (layer, vector, position) => {
    if (layer !== DEPTH - 1 || position !== at) return
    for (let w = 0; w < width; w++) vector[w] += push * way[w]
  }})
}

const note = (cut) => (cut ? ` The first ${cut} tokens are left out.` : "")
const bare = (text) => text.replace(/(?<=\S) $/, "")

const figures = {
  change({box, which, times, numbers, text, bars, plot, line, shown, shelf}) {
    const book = bookOf(shelf)
    const {ids, cut} = book.ids(bare(box.value_input))
    const feature = numbers[which.value]
    const {fired, plain} = felt(book, ids)
    const strengths = fired.slice(1).map((row) => row[feature])
    const at = lastStrong(strengths)
    const push = at < 0 ? 0 : (times.value - 1) * strengths[at]
    const changed = push
      ? Array.from(sbt.softmax(pushedReader(book, feature, at + 1, push).read(ids))) : plain
    const tokens = ids.slice(1).map((id) => nameOf(book, id))
    const names = namesOf(book)
    text.text = litHtml(tokens, strengths, at)
    const data = twoBars(names, plain, changed, shown)
    plot.y_range.factors = [...data.word].reverse()
    bars.data = data
    if (!tokens.length) {
      line.text = "No story yet: the bars say how main would begin. Type one."
      return
    }
    const where = at < 0 ? [] : [[tokens[at].trim(), strengths[at]]]
    const said = (p) => [sbt.names([names[best(p)]])[0], p[best(p)]]
    line.text = changeLine(where, said(plain), said(changed)) + note(cut)
  },

  push({box, which, how, numbers, left, right, line, written, shelf}) {
    const book = bookOf(shelf)
    const model = sae()
    const width = model.center.length
    const start = bare(box.value_input)
    const {ids, cut} = book.ids(start, written)
    const feature = numbers[which.value]
    const vector = Array.from(model.decode.subarray(feature * width, (feature + 1) * width))
    const write = (scale) => {
      const reader = book.model.start({steer: [{layer: DEPTH - 1, vector, scale}]})
      const more = []
      for (let logits = reader.read(ids); more.length < written;) {
        const id = best(Array.from(logits))
        if (id === book.end) break
        more.push(id)
        logits = reader.step(id)
      }
      return book.tokenizer.decode(more)
    }
    // Of a whole text, what may be told, and the end that no story has.
    const split = (text) => {
      const {reading, partial} = book.begun(text)
      const whole = reading.impossible === null || partial
        ? text.length : reading.words.join("").length
      return [text.slice(0, whole), text.slice(whole)]
    }
    left.text = sbt.passage(start + write(0))
    const [good, off] = split(start + write(how.value))
    right.text = sbt.passage(good, off)
    line.text = (start ? "" : "No beginning: main begins itself. ") +
      pushLine(off, how.value) + note(cut)
  },

  // Copy one cell of the clean run into the other one.
  patch(it_) {
    const {pair, place, depth, pairs, heat, dot, plot, answer, bars, line, shelf} = it_
    const book = bookOf(shelf)
    const it = pairs[pair.value]
    const [clean, other] = [it.clean, it.other].map((text) => book.ids(text).ids)
    const names = clean.map((id, i) => `${i} ${nameOf(book, id).trim()}`)
    if (heat.tags[0] !== pair.value) {
      heat.tags = [pair.value]
      plot.y_range.factors = [...names].reverse()
      heat.data = heatOf(names, it.map)
      it_.clean.text = sbt.passage(it.clean)
      it_.other.text = sbt.passage(it.other)
    }
    const at = Math.min(place.value, names.length - 1) // beyond a short story: its end
    const layer = depth.categories.indexOf(depth.value)
    own.reader ??= book.model.start({trace: true})
    own.reader.follow(clean)
    const copied = own.reader.stream(2 * layer, at)
    const ids = [...other]
    if (layer === 0) ids[at] = clean[at]
    const reader = book.model.start({edit: (l, vector, position) => {
      if (layer && l === layer - 1 && position === at) vector.set(copied)
    }})
    const p = sbt.softmax(reader.read(ids))
    const two = [it.right, it.wrong].map((word) => p[book.idsOf(word)[0]])
    dot.data = {x: [DEPTHS[layer]], y: [names[at]]}
    const [right, wrong] = [it.right.trim(), it.wrong.trim()]
    answer.y_range.factors = [wrong, right]
    bars.data = {word: [right, wrong], p: two}
    line.text = patchLine(nameOf(book, clean[at]).trim() || "the mark", depth.value,
      right, wrong, two)
  },
}

export default ({figure, ...it}) => figures[figure](it)
