// The browser half of line.py. Mirrors sbt_jax.diffusion.line; tests/contracts compares.
export const variances = (scale) => [
  1, 2 ** (1 - scale), (2 - 2 ** (2 - 2 * scale)) / (2 * scale - 1), 1 / (scale + (1 - scale) / 2)]

export const bell = (x, variance) => x.map((at) =>
  Math.exp(-(at ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance))

export function lineLine(scale, found) {
  const [, old, fresh, sharp] = found.map((v) => sbt.numbers.decimal(v))
  return `At scale ${sbt.numbers.decimal(scale, 1)} the variances are: guided ${old} with the ` +
    `old noise, ${fresh} with noise renewed; of the sharpened density ${sharp}.`
}

export default ({slider, source, line}) => {
  const found = variances(slider.value)
  const x = Array.from(source.data.x)
  const columns = Object.fromEntries(found.map((v, i) => [`y${i}`, bell(x, v)]))
  source.data = {x: source.data.x, ...columns}
  line.text = lineLine(slider.value, found)
}
