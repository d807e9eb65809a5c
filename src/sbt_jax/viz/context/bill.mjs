// The browser half of bill.py: its sums mirror sbt_jax.context.costs, its words bill.py.
// Compared by tests/contracts.

const [EACH, BYTES] = [400, 2]
const LABELS = ["through the weights", "looking back"]
const PAID = ["every turn anew", "the beginning kept"]

export function readingFlops({layers, heads, head, weights, local, span}, n) {
  const near = Math.min(n, span)
  const windowed = (near * near) / 2 + (n - near) * near
  const pairs = ((layers - local) * n * n) / 2 + local * windowed
  return {weights: 2 * weights * n, looking: 4 * heads * head * pairs}
}

const sum = (flops) => flops.weights + flops.looking

export const doubling = (shape, n) =>
  sum(readingFlops(shape, 2 * n)) / sum(readingFlops(shape, n))

export const kvBytes = ({layers, kv_heads, head, local, span}, n) =>
  2 * kv_heads * head * BYTES * ((layers - local) * n + local * Math.min(n, span))

export function chatBill(turns, first, each, write = 1, read = 1) {
  if (!turns) return 0
  const again = (turns - 1) * first + (each * turns * (turns - 1)) / 2
  return write * (first + turns * each) + read * again
}

export function amount(number, unit) {
  for (const [prefix, size] of [["E", 1e18], ["P", 1e15], ["T", 1e12]]) {
    if (number >= size) return `${sbt.numbers.fixed(number / size, 1)} ${prefix}${unit}`
  }
  return `${sbt.numbers.fixed(number / 1e9, 1)} G${unit}`
}

export function billLine(name, tokens, flops, twice, kept, turns, paid) {
  const {count, decimal, percent} = sbt.numbers
  const work = sum(flops)
  return `${name} reads ${count(tokens)} tokens with ${amount(work, "FLOP")},` +
    ` ${percent(flops.looking / work)} of it looking back. Twice the text is` +
    ` ${decimal(twice)} times the work. Its keys and values take` +
    ` ${decimal(kept / 1e9, 1)} GB. ${count(turns)} questions about it are billed` +
    ` as ${count(paid[0])} tokens, or as ${count(paid[1])} where the beginning is` +
    " kept."
}

export default ({shapes, prices, model, length, asked, source, costs, line}) => {
  const shape = shapes[model.value]
  const n = Number(length.value.replaceAll(",", ""))
  const flops = readingFlops(shape, n)
  const paid = [chatBill(asked.value, n, EACH), chatBill(asked.value, n, EACH, ...prices)]
  source.data = {part: LABELS, share: [flops.weights, flops.looking].map((x) => x / sum(flops))}
  costs.data = {way: PAID, cost: paid.map((x) => x / 1e6)}
  line.text = billLine(model.value, n, flops, doubling(shape, n), kvBytes(shape, n),
    asked.value, paid)
}
