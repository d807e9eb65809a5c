// The browser half of calculator.py: the memory of a text in published models.
// The named exports mirror Python; tests/contracts compares them.

const [BITS, FULL] = [[16, 8, 4], 80e9]
const OTHER = "as published"

export const textBytes = ({layers, numbers, local, span}, tokens, bits) =>
  (((layers - local) * tokens + local * Math.min(tokens, span)) * numbers * bits) / 8

export function amount(size) {
  const {decimal} = sbt.numbers
  if (size >= 999.5e9) return `${decimal(size / 1e12, 1)} TB`
  return size >= 1e9 ? `${decimal(size / 1e9, 1)} GB` : `${decimal(size / 1e6, 1)} MB`
}

export function cacheLine(name, how, size, tokens, bits) {
  const {count} = sbt.numbers
  const fit = Math.floor(FULL / size)
  const room = fit ? `${count(fit)} of them fit into 80 GB.` : "80 GB do not hold it."
  return `${name} keeps ${how}. With ${bits} bits a number, the cache of ${count(tokens)}` +
    ` tokens takes ${amount(size)}, and ${room}`
}

export default ({kinds, model, length, bits, ways, source, line, colors}) => {
  const tokens = Number(length.value.replaceAll(",", ""))
  const each = BITS[bits.active]
  const names = Object.keys(kinds)
  const sizes = names.map((name) => textBytes(kinds[name].ways[ways.value], tokens, each))
  source.data = {
    model: names,
    gigabytes: sizes.map((size) => size / 1e9),
    label: sizes.map(amount),
    color: names.map((name) => colors[name === model.value ? 1 : 0]),
  }
  const how = ways.value === OTHER ? kinds[model.value].how
    : ways.value === "one for all heads" ? "one key and one value for all its heads"
      : "a key and a value for each of its heads"
  line.text = cacheLine(model.value, how, sizes[names.indexOf(model.value)], tokens, each)
}
