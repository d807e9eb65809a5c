// The browser half of the gradients on a graph. The named exports mirror functions of
// sbt_jax.training and of viz/training/graph.py; tests/contracts compares them.

// Value of a step, and its slopes with respect to its parts.
function forward(sign, parts, given) {
  const [a, b] = parts
  switch (sign) {
    case "": return [given, []]
    case "+": return [a + b, [1, 1]]
    case "×": return [a * b, [b, a]]
    case "−": return [-a, [-1]]
    case "exp": return [Math.exp(a), [Math.exp(a)]]
    case "log": return [Math.log(a), [1 / a]]
    case "tanh": return [Math.tanh(a), [1 - Math.tanh(a) ** 2]]
    default: {
      const power = Number(sign.slice(1))
      return [a ** power, [power ? power * a ** (power - 1) : 0]]
    }
  }
}

export function backward(nodes, inputs) {
  const values = [], slopes = []
  for (const {name, sign, parts, value} of nodes) {
    const [now, steep] = forward(sign, parts.map((i) => values[i]), inputs[name] ?? value)
    values.push(now)
    slopes.push(steep)
  }
  const grads = nodes.map(() => 0)
  grads[nodes.length - 1] = 1
  for (let i = nodes.length - 1; i >= 0; i--) {
    nodes[i].parts.forEach((part, k) => { grads[part] += slopes[i][k] * grads[i] })
  }
  return nodes.map((node, i) => ({...node, value: values[i], grad: grads[i]}))
}

export const boxes = (nodes) => nodes.map(({name, value, grad}) =>
  `${name}\nvalue ${value.toFixed(2)}\nslope ${grad.toFixed(2)}`)

export function graphLine(nodes, inputs) {
  const slopes = Object.fromEntries(nodes.map(({name, grad}) => [name, grad]))
  const told = inputs.map((name) => `${slopes[name].toFixed(3)} for ${name}`).join(", ")
  const last = nodes.at(-1)
  return `The ${last.name} is ${last.value.toFixed(3)}. Its slopes, one backward pass: ${told}.`
}

export default ({nodes, sliders, source, line}) => {
  const inputs = Object.fromEntries(sliders.map(({title, value}) => [title, value]))
  const found = backward(nodes, inputs)
  source.data = {...source.data, text: boxes(found)}
  line.text = graphLine(found, sliders.map(({title}) => title))
}
