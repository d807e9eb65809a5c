// The browser half of share.py. The named exports mirror its functions and
// sbt_jax.finetuning.adapter_numbers; tests/contracts compares them.
export function adapterNumbers({width, keys, mlp, gated, layers}, rank, targets) {
  const sums = {
    query: 2 * width, key: width + keys, value: width + keys, output: 2 * width,
    gate: gated ? width + mlp : 0, up: width + mlp, down: width + mlp,
  }
  const names = {
    "query and value": ["query", "value"],
    attention: ["query", "key", "value", "output"],
    MLP: ["gate", "up", "down"],
    all: Object.keys(sums),
  }[targets]
  return layers * rank * names.reduce((total, name) => total + sums[name], 0)
}

export function shareLine(rank, targets, {model, numbers, percent}) {
  const told = model.map((name, i) =>
    `${name} ${sbt.numbers.count(numbers[i])} numbers,` +
    ` ${percent[i].toFixed(percent[i] >= 1 ? 1 : 3)} %`).join("; ")
  return `Rank ${rank}, ${targets}: ${told}.`
}

export function shares(designs, rank, targets) {
  const numbers = designs.map(([, sizes]) => adapterNumbers(sizes, rank, targets))
  return {
    model: designs.map(([name]) => name),
    numbers,
    percent: numbers.map((n, i) => (100 * n) / designs[i][1].weights),
  }
}

export default ({group, slider, source, line, designs}) => {
  const [rank, targets] = [Number(slider.value), group.labels[group.active]]
  const found = shares(designs, rank, targets)
  source.data = found
  line.text = shareLine(rank, targets, found)
}
