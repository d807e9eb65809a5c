// The browser half of trace.py. The named exports mirror its functions; tests/contracts
// compares them.
const escape = (text) => {
  const signs = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
  return text.replace(/[&<>"']/g, (sign) => signs[sign])
}

export function nodeName(graph, at) {
  const {kind, place, block, number} = graph.nodes[at]
  const word = graph.texts[place].trim()
  if (kind === "word") return `${at + 1}: the word “${word}”`
  const what = kind === "feature" ? `feature ${number}` : "missed"
  return `${at + 1}: on “${word}”, block ${block}, ${what}`
}

export const signed = (nats) => `${nats < 0 ? "−" : "+"}${sbt.numbers.decimal(Math.abs(nats), 1)}`

export function traceLine(graph, at) {
  const {guess, real} = graph.nodes[at]
  return `Without ${nodeName(graph, at)}, the lead of “${graph.right.trim()}” over` +
    ` “${graph.wrong.trim()}”, ${sbt.numbers.decimal(graph.lead, 1)}, should change by` +
    ` ${signed(guess)}. In main itself it changes by ${signed(real)}.`
}

export function nodeHtml(graph, at, features) {
  const {kind, block, number} = graph.nodes[at]
  if (kind === "word") return "<p>The vector of this word, before any block has read it.</p>"
  if (kind === "error") {
    return "<p>What the MLP of this block wrote here, less what the features write in its" +
      " place: nobody knows what it means.</p>"
  }
  const {on, strong, says} = features[`${block}.${number}`]
  const told = [
    ["fires most on", on.join(", ")],
    ["strongest", strong.length ? `… ${strong[0]}` : "nowhere"],
    ["asks for", says.join(", ")],
  ]
  return told.map(([name, text]) => `<p><b>${name}</b>: ${escape(text)}</p>`).join("")
}

export function strongEdges(graph, at, count) {
  const found = graph.edges.map(([from, to]) => (from === at || to === at ? 0.95 : 0.22))
  return [...found, ...Array(count - found.length).fill(0)]
}

const figures = {
  // Another next word: its nodes are offered, and the first is taken out.
  pick(it) {
    const {which, cut, shelf} = it
    const graph = JSON.parse(shelf.tags[0])[0][which.value]
    const options = graph.nodes.map((_, at) => nodeName(graph, at))
    cut.setv({options, value: options[0]})
    figures.cut(it)
  },

  cut({which, cut, shelf, dots, edges, ring, bars, card, line}) {
    const [graphs, features] = JSON.parse(shelf.tags[0])
    const graph = graphs[which.value]
    const at = cut.options.indexOf(cut.value)
    const node = graph.nodes[at]
    if (!node) return
    const alpha = strongEdges(graph, at, edges.data.alpha.length)
    edges.data = {...edges.data, alpha}
    ring.data = {x: [dots.data.x[at]], y: [dots.data.y[at]]}
    bars.data = {...bars.data, nats: [node.guess, node.looking, node.real]}
    card.text = nodeHtml(graph, at, features)
    line.text = traceLine(graph, at)
  },

  // A tap on a node takes it out.
  tap({dots, cut}) {
    const [at] = dots.selected.indices
    if (at === undefined) return
    dots.selected.indices = []
    cut.value = cut.options[at]
  },
}

export default ({figure, ...it}) => figures[figure](it)
