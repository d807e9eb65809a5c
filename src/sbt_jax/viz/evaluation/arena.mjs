// The browser half of arena.py. The named exports mirror sbt_jax.evaluation.arena and
// functions of that file; tests/contracts compares them.
const SCALE = 400 / Math.log(10), CENTRE = 1000

// x with a x = b, for several b at once: Gauss's elimination.
function solved(a, b) {
  const rows = a.map((row, i) => [...row, ...b[i]]), n = rows.length
  for (let i = 0; i < n; i++) {
    let top = i
    for (let k = i; k < n; k++) if (Math.abs(rows[k][i]) > Math.abs(rows[top][i])) top = k
    ;[rows[i], rows[top]] = [rows[top], rows[i]]
    for (let k = 0; k < n; k++) {
      if (k === i) continue
      const f = rows[k][i] / rows[i][i]
      if (f) for (let j = i; j < rows[k].length; j++) rows[k][j] -= f * rows[i][j]
    }
  }
  return rows.map((row, i) => row.slice(n).map((x) => x / row[i]))
}

// Strengths, weights of style, and standard errors by the sandwich.
export function bradleyTerry(first, second, won, style, count, prior) {
  const features = style[0]?.length ?? 0
  const size = count + features
  let at = new Array(size).fill(0), inverse = []
  const rowOf = (m) => {
    const places = [[first[m], 1], [second[m], -1]]
    for (let f = 0; f < features; f++) places.push([count + f, style[m][f]])
    return places
  }
  const rows = first.map((_, m) => rowOf(m))
  const slopes = () => rows.map((row) => row.reduce((sum, [i, x]) => sum + x * at[i], 0))
    .map((z, m) => [1 / (1 + Math.exp(-z)), won[m]])
  for (let step = 0; step < 40; step++) {
    const slope = at.map((x) => prior * x)
    const bend = at.map((_, i) => at.map((_, j) =>
      (i === j ? prior + 1e-6 : 0) + (i < count && j < count ? 1 : 0)))
    slopes().forEach(([p, y], m) => {
      for (const [i, x] of rows[m]) {
        slope[i] += (p - y) * x
        for (const [j, z] of rows[m]) bend[i][j] += p * (1 - p) * x * z
      }
    })
    const eye = at.map((_, i) => at.map((_, j) => Number(i === j)))
    inverse = solved(bend, eye)
    const move = inverse.map((row) => row.reduce((sum, x, j) => sum + x * slope[j], 0))
    const far = Math.max(...move.map(Math.abs))
    at = at.map((x, i) => x - move[i] * Math.min(1, 2 / (far + 1e-9)))
    if (far < 1e-9) break
  }
  const middle = at.map(() => at.map(() => 0))
  slopes().forEach(([p, y], m) => {
    for (const [i, x] of rows[m]) for (const [j, z] of rows[m]) {
      middle[i][j] += (y - p) ** 2 * x * z
    }
  })
  const times = (a, b) => a.map((row) => b[0].map((_, j) =>
    row.reduce((sum, x, k) => sum + x * b[k][j], 0)))
  const covariance = times(times(inverse, middle), inverse)
  return {
    strength: at.slice(0, count), style: at.slice(count),
    error: at.slice(0, count).map((_, i) => Math.sqrt(Math.max(covariance[i][i], 0))),
  }
}

export function elo(first, second, won, count, k) {
  const now = new Array(count).fill(CENTRE)
  first.forEach((one, m) => {
    const other = second[m]
    const moved = k * (won[m] - 1 / (1 + 10 ** ((now[other] - now[one]) / 400)))
    now[one] += moved
    now[other] -= moved
  })
  return now
}

// Where points and bars stand.
export function rated(first, second, won, style, count, prior, k) {
  const found = bradleyTerry(first, second, won, style, count, prior)
  const points = found.strength.map((x) => CENTRE + SCALE * x)
  const wide = found.error.map((x) => 1.96 * SCALE * x)
  return {
    points, low: points.map((x, i) => x - wide[i]), high: points.map((x, i) => x + wide[i]),
    elo: elo(first, second, won, count, k),
  }
}

export function arenaLine(voter, many, controlled, data, names) {
  if (!many) return "No vote of yours yet. Vote, and the ratings move."
  const order = [...names.keys()].sort((a, b) => data.points[b] - data.points[a])
  const [best, next] = order
  const votes = many === 1 ? "1 vote" : `${sbt.numbers.count(many)} votes`
  const said = `${votes}, ${voter}${controlled ? ", niceties taken out" : ""}:`
  if (data.points[best] - data.points[order.at(-1)] < 1) return `${said} all are still alike.`
  const apart = data.low[best] > data.high[next]
  const top = data.elo.indexOf(Math.max(...data.elo))
  return `${said} ${names[best]} ` +
    `leads with ${Math.round(data.points[best])}, ${names[next]} has ` +
    `${Math.round(data.points[next])}; their bars ` +
    `${apart ? "do not overlap" : "overlap"}. By Elo` +
    `${controlled ? ", which cannot take them out," : ""} ${names[top]} leads.`
}

const SHOWN = 170
export const short = (text) =>
  text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text || "(says nothing)"

function show(it) {
  const [tags] = it.shelf.tags
  const at = it.shelf.data.won.length % tags.first.length
  it.asked.text = tags.questions[tags.of[tags.first[at]]]
  it.one.label = short(tags.texts[tags.first[at]])
  it.other.label = short(tags.texts[tags.second[at]])
}

function draw(it) {
  const [tags] = it.shelf.tags
  const own = it.voters.active === tags.won.length
  const won = own ? Array.from(it.shelf.data.won) : tags.won[it.voters.active]
  let order = won.map((_, m) => m % tags.first.length)
  let results = [...won]
  const turns = it.turns.data.turns[0]
  if (turns) {
    const next = sbt.random(turns)
    const places = order.map((_, m) => m)
    for (let m = places.length - 1; m > 0; m--) {
      const k = Math.floor(next() * (m + 1))
      ;[places[m], places[k]] = [places[k], places[m]]
    }
    order = places.map((m) => order[m])
    results = places.map((m) => won[m])
  }
  const first = order.map((m) => tags.who[tags.first[m]])
  const second = order.map((m) => tags.who[tags.second[m]])
  const controlled = it.control.active === 1
  const style = order.map((m) => controlled
    ? [tags.nice[tags.first[m]] - tags.nice[tags.second[m]]] : [])
  const data = rated(first, second, results, style, it.names.length, own ? 0.5 : 0.01, it.k)
  const cut = (xs) => xs.map((x) => Math.min(Math.max(x, it.ends[0]), it.ends[1]))
  it.source.data = {...it.source.data, points: cut(data.points), low: cut(data.low),
    high: cut(data.high), elo: cut(data.elo)}
  it.line.text = arenaLine(it.voters.labels[it.voters.active], results.length, controlled,
    data, it.names)
}

const figures = {
  draw,
  vote({value, ...it}) {
    it.shelf.data = {won: [...it.shelf.data.won, value]}
    show(it)
    const own = it.shelf.tags[0].won.length
    if (it.voters.active === own) draw(it)
    else it.voters.active = own
  },
  shuffle(it) {
    it.turns.data = {turns: [it.turns.data.turns[0] + 1]}
    draw(it)
  },
}

export default ({figure, ...it}) => figures[figure](it)
