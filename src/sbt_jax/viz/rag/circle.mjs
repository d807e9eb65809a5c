// The browser half of circle.py. The named exports mirror it and sbt_jax.rag.limit;
// tests/contracts compares them.
const TURN = 360

export function onACircle(degrees) {
  const turned = degrees.map((one) => ((one % TURN) + TURN) % TURN)
  const order = turned.map((_, i) => i).sort((a, b) => turned[a] - turned[b] || a - b)
  const pairs = order.map((one, i) => {
    const next = order[(i + 1) % order.length]
    return [Math.min(one, next), Math.max(one, next)]
  })
  const found = new Map(pairs.filter(([a, b]) => a !== b).map((pair) => [pair.join(), pair]))
  return [...found.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1])
}

const listed = (pairs, names) => pairs.map(([a, b]) => `${names[a]} and ${names[b]}`).join(", ")

export function circleLine(degrees, names) {
  const top = onACircle(degrees)
  const all = names.flatMap((_, a) => names.slice(a + 1).map((_, i) => [a, a + 1 + i]))
  const never = all.filter(([a, b]) => !top.some(([c, d]) => a === c && b === d))
  return `A question can have on top: ${listed(top, names)}. Never: ${listed(never, names)}.`
}

export function circleLinks(degrees, names) {
  const top = onACircle(degrees)
  const at = (i) => [Math.cos((degrees[i] * Math.PI) / 180), Math.sin((degrees[i] * Math.PI) / 180)]
  const found = {x: [], y: [], color: [], dash: []}
  names.forEach((_, a) => names.slice(a + 1).forEach((_, i) => {
    const b = a + 1 + i
    const good = top.some(([c, d]) => a === c && b === d)
    found.x.push([at(a)[0], at(b)[0]])
    found.y.push([at(a)[1], at(b)[1]])
    found.color.push(good ? "#009e73" : "#d55e00")
    found.dash.push(good ? "solid" : "dashed")
  }))
  return found
}

export default ({sliders, names, dots, links, line}) => {
  const degrees = sliders.map((one) => one.value)
  const turn = degrees.map((one) => (one * Math.PI) / 180)
  dots.data = {...dots.data, x: turn.map(Math.cos), y: turn.map(Math.sin),
    tx: turn.map((one) => 1.22 * Math.cos(one)), ty: turn.map((one) => 1.22 * Math.sin(one))}
  links.data = circleLinks(degrees, names)
  line.text = circleLine(degrees, names)
}
