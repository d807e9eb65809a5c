// The browser half of the landscape of chapter 6. The named exports mirror functions of
// sbt_jax.training and of viz/training/landscape.py; tests/contracts compares them.

// Loss and gradient of the two-weight model on some rows of its table.
export function slope({common, after, came}, [a, b], rows) {
  let [loss, ga, gb, share] = [0, 0, 0, 0]
  for (const h of rows) {
    const logits = common.map((x, w) => a * x + b * after[h][w])
    const top = Math.max(...logits)
    const weights = logits.map((z) => Math.exp(z - top))
    const total = weights.reduce((x, y) => x + y, 0)
    const here = came[h].reduce((x, y) => x + y, 0)
    share += here
    weights.forEach((weight, w) => {
      const excess = (here * weight) / total - came[h][w]
      ga += excess * common[w]
      gb += excess * after[h][w]
      loss -= came[h][w] * (logits[w] - top - Math.log(total))
    })
  }
  return {loss: loss / share, gradient: [ga / share, gb / share]}
}

// A table whose rows mostly hold one number, from its few others.
export const dense = (rows, words) =>
  rows.map(([rest, at, values]) => {
    const row = new Array(words).fill(rest)
    at.forEach((w, i) => { row[w] = values[i] })
    return row
  })

const tables = new WeakMap()

function dataOf(surface) {
  if (!tables.has(surface)) {
    const [{common, after, came, order}] = surface.tags
    const [whole, shares] = [after, came].map((rows) => dense(rows, common.length))
    tables.set(surface, {common, after: whole, came: shares, order})
  }
  return tables.get(surface)
}

// One update; a state of another optimiser is forgotten.
export function update(name, state, weights, gradient, rate) {
  const zero = [0, 0]
  const {mean, square, step} =
    state?.name === name ? state : {mean: zero, square: zero, step: 0}
  const each = (f) => [0, 1].map(f)
  if (name === "SGD" || name === "momentum") {
    const keep = name === "SGD" ? 0 : 0.9
    const moved = each((i) => keep * mean[i] + gradient[i])
    return {weights: each((i) => weights[i] - rate * moved[i]),
      state: {name, mean: moved, square, step: step + 1}}
  }
  const [b1, b2, t, decay] = [0.9, 0.999, step + 1, name === "AdamW" ? 0.01 : 0]
  const m = each((i) => b1 * mean[i] + (1 - b1) * gradient[i])
  const s = each((i) => b2 * square[i] + (1 - b2) * gradient[i] ** 2)
  const moved = each((i) => {
    const usual = Math.sqrt(s[i] / (1 - b2 ** t)) + 1e-8
    return weights[i] - rate * (m[i] / (1 - b1 ** t) / usual + decay * weights[i])
  })
  return {weights: moved, state: {name, mean: m, square: s, step: t}}
}

export const descentLine = (name, rate, step, [a, b], loss, lowest) =>
  `${name}, learning rate ${rate}. After ${step} steps: a = ${a.toFixed(2)},` +
  ` b = ${b.toFixed(2)}, loss ${loss.toFixed(3)}, ${(loss - lowest).toFixed(3)} above the` +
  " lowest."

const LARGE = 1e3 // farther than this nobody follows

// Where things stand, and where one more step would lead.
function now({surface, way: path, which, batch, slider}) {
  const data = dataOf(surface)
  const at = [Array.from(path.data.a).at(-1), Array.from(path.data.b).at(-1)]
  const step = Array.from(path.data.step).at(-1)
  const all = data.came.map((_, h) => h)
  const rows = batch.active === 1 ? [data.order[step % data.order.length]] : all
  const name = which.labels[which.active]
  const rate = Number(slider.value)
  const {gradient} = slope(data, at, rows)
  const next = update(name, path.tags[0]?.state, at, gradient, rate)
  const far = next.weights.some((w) => !(Math.abs(w) < LARGE))
  return {data, all, at, step, name, rate, next, far}
}

function draw(it) {
  const {ahead, line, lowest} = it
  const {data, all, at, step, name, rate, next, far} = now(it)
  ahead.data = far ? {a: [], b: []}
    : {a: [at[0], next.weights[0]], b: [at[1], next.weights[1]]}
  const {loss} = slope(data, at, all)
  line.text = descentLine(name, rate, step, at, loss, lowest) +
    (far ? " The next step would lead out of all bounds: it has diverged." : "")
}

function advance(it) {
  const {way: path} = it
  const {data, all, step, next, far} = now(it)
  if (far) return false
  const old = Object.fromEntries(
    Object.entries(path.data).map(([key, column]) => [key, Array.from(column)]))
  const [a, b] = next.weights
  const {loss} = slope(data, next.weights, all)
  path.tags = [{state: next.state}]
  path.data = {a: [...old.a, a], b: [...old.b, b], loss: [...old.loss, loss],
    step: [...old.step, step + 1]}
  return true
}

function stop(path, button) {
  const timers = (globalThis.sbt.descents ??= new Map())
  clearInterval(timers.get(path.id))
  const ran = timers.delete(path.id)
  if (ran && button) sbt.relabel(button, "run")
  return ran
}

function restart(it, [a, b]) {
  const {way: path, surface, run} = it
  stop(path, run)
  const data = dataOf(surface)
  const {loss} = slope(data, [a, b], data.came.map((_, h) => h))
  path.tags = [{}]
  path.data = {a: [a], b: [b], loss: [loss], step: [0]}
  draw(it)
}

const figures = {
  look: draw,

  step(it) {
    advance(it)
    draw(it)
  },

  run(it) {
    const {way: path, run, most} = it
    if (stop(path, run)) return
    let left = most
    const timer = setInterval(() => {
      const going = left-- > 0 && advance(it)
      draw(it)
      if (!going) stop(path, run)
    }, 40)
    globalThis.sbt.descents.set(path.id, timer)
    sbt.relabel(run, "pause")
  },

  // Back where the page began, with the way that it began with: its first path again.
  begin(it) {
    const {place, which, batch, slider, first: [path, value]} = it
    restart(it, it.starts[place.active ?? 0])
    if (place.active || which.active || batch.active || slider.value !== value) return
    it.way.data = Object.fromEntries(
      Object.entries(path).map(([key, column]) => [key, Array.from(column)]))
    draw(it)
  },

  again(it) {
    restart(it, it.starts[it.place.active ?? 0])
  },

  tap(it, {x, y}) {
    restart(it, [x, y])
  },
}

// Called with a widget that has changed, with the press of a button, or with a tap.
export default (it, by) => {
  const {run, step, again, plot, place} = it
  const what = {[run.id]: "run", [step.id]: "step", [again.id]: "again",
    [plot.id]: "tap", [place.id]: "begin"}
  figures[what[(by.origin ?? by).id] ?? "look"](it, by)
}
