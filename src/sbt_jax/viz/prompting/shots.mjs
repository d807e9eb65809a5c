// The browser half of shots.py. The named exports mirror its functions and
// sbt_jax.prompting.believe; tests/contracts compares them.
const FRESH = 0.5
const percent = (p) => sbt.numbers.percent(p)

export function readPairs(text, cups, animals) {
  const pairs = []
  let cup = null
  for (const word of text.toLowerCase().match(/[a-z]+|\?/g) ?? []) {
    if (cups.includes(word)) cup = cups.indexOf(word)
    else if (animals.includes(word) && cup !== null) {
      pairs.push([cup, animals.indexOf(word)])
      cup = null
    }
  }
  return [pairs, cup]
}

// Bayes' rule over known layouts and a new one; null where no layout has these pairs.
export function believe(known, pairs, cup) {
  const size = known[0].length
  const under = new Map(pairs)
  const different = new Set(pairs.map(String)).size
  if (under.size !== different || new Set(under.values()).size !== different) return null
  const weights = known.map((row) =>
    [...under].every(([c, a]) => row[c] === a) ? (1 - FRESH) / known.length : 0)
  let fresh = FRESH
  for (let i = 0; i < different; i++) fresh /= size - i
  const total = weights.reduce((a, b) => a + b, 0) + fresh
  const found = new Array(size).fill(0)
  weights.forEach((w, i) => (found[known[i][cup]] += w))
  if (under.has(cup)) found[under.get(cup)] += fresh
  else {
    const taken = new Set(under.values())
    const free = found.map((_, a) => a).filter((a) => !taken.has(a))
    for (const a of free) found[a] += fresh / free.length
  }
  return {
    animals: found.map((p) => p / total), known: weights.map((w) => w / total),
    fresh: fresh / total,
  }
}

const largest = (p) => p.reduce((best, x, i) => (x > p[best] ? i : best), 0)

export function shotsLine(count, model, belief, animals) {
  const best = largest(model)
  const said = `After ${count} pair${count === 1 ? "" : "s"} the model says ` +
    `${animals[best]}, ${percent(model[best])}.`
  if (!belief) return `${said} No layout has these pairs, so an exact reader has no answer.`
  const own = largest(belief.animals)
  return `${said} An exact reader: ${animals[own]}, ${percent(belief.animals[own])}; it` +
    ` holds the layout for new with ${percent(belief.fresh)}.`
}

function draw({box, source, held, line, known, cups, animals}, note = "") {
  const [all, cup] = readPairs(box.value_input, cups, animals)
  const model = (sbt.layouts ??= sbt.transformer(sbt.weights.prompting_layouts))
  const most = (model.config.window - 3) / 2
  const pairs = all.slice(-most)
  const none = animals.map(() => 0)
  if (cup === null) {
    source.data = {animal: animals, model: none, exact: none}
    held.data = {layout: held.data.layout, p: held.data.layout.map(() => 0)}
    line.text = (box.value_input.trim() ? "" : "Type pairs such as “red dog”. ") +
      "End with a cup and a question mark, such as “green ?”."
    return
  }
  const size = cups.length
  const ids = [0, ...pairs.flatMap(([c, a]) => [1 + c, 1 + size + a]), 1 + cup]
  const p = Array.from(sbt.softmax(model.start().read(ids))).slice(1 + size)
  const belief = believe(known, pairs, cup)
  source.data = {animal: animals, model: p, exact: belief?.animals ?? none}
  held.data = {
    layout: held.data.layout,
    p: belief ? [...belief.known, belief.fresh] : held.data.layout.map(() => 0),
  }
  line.text = shotsLine(pairs.length, p, belief, animals) + note +
    (all.length > most ? ` Only the last ${most} pairs are read.` : "")
}

const figures = {
  fill(it) {
    const layout = it.layouts[it.group.active]
    const pairs = it.order.slice(0, it.slider.value).map((c) =>
      `${it.cups[c]} ${it.animals[layout[c]]}`)
    const text = [...pairs, `${it.cups[it.asked]} ?`].join(", ")
    it.box.setv({value: text, value_input: text})
    draw(it)
  },
  show: (it) => draw(it),
}

export default ({figure, ...it}) => figures[figure](it)
