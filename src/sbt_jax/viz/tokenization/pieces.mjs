// The browser half of the figures of chapter 2. The named exports mirror
// functions of viz/tokenization/pieces.py; tests/contracts compares them.
const SHOWN = 600 // pieces drawn at most; the line counts all
const MARKS = {"\n": "⏎", "\t": "⇥", "\r": "␍"}

export function countLine(text, bytes, tokens) {
  const words = (text.match(/\S+/g) ?? []).length
  const perWord = words ? `, ${(tokens / words).toFixed(2)} a word` : ""
  const counts = [[[...text].length, "character"], [bytes, "byte"], [tokens, "token"]]
  return counts.map(([n, name]) => `${n} ${name}${n === 1 ? "" : "s"}`).join(", ") + `${perWord}.`
}

let tokenizer // made once, at the reader's first action

const figures = {
  pieces({spec, box, merges, chips, line}) {
    tokenizer ??= sbt.tokenizer(spec)
    const text = box.value_input // follows every key, where `value` waits
    const pieces = tokenizer.pieces(text, Number(merges.value))
    const bytes = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0)
    const shown = pieces.slice(0, SHOWN).map(({text, id}) =>
      [text.replace(/[\n\t\r]/g, (mark) => MARKS[mark]), String(id)])
    const more = pieces.length - shown.length
    if (more > 0) shown.push([`… and ${more} more`, ""])
    chips.text = sbt.chips(shown)
    line.text = countLine(text, bytes, pieces.length)
  },

  steps({states, source, plot, chips, line, colors, text, rule, step}) {
    const all = states[text.value][rule.labels[rule.active]]
    step.end = all.length - 1
    const at = Math.min(step.value, step.end)
    const state = all[at]
    if (step.value !== at) step.value = at
    plot.y_range.factors = [...state.pairs].reverse()
    source.data = {
      pair: state.pairs,
      count: state.counts,
      color: state.pairs.map((pair) => colors[pair === state.next ? 1 : 0]),
    }
    chips.text = sbt.chips(state.pieces)
    line.text = state.line
  },

  move({step, by}) {
    step.value = Math.max(step.start, Math.min(step.end, step.value + by))
  },
}

export default ({figure, ...args}) => figures[figure](args)
