// The browser half of price.py. The named exports mirror sbt_jax.multimodality.prices and
// functions of price.py; tests/contracts compares them.
const squares = (width, height, side) => Math.ceil(width / side) * Math.ceil(height / side)
const six = (x) => Math.round(x * 1e6) / 1e6
// Python rounds a half to the even neighbour.
const round = (x) => {
  const low = Math.floor(x)
  if (x - low !== 0.5) return Math.round(x)
  return low % 2 ? low + 1 : low
}

export const llavaTokens = () => squares(336, 336, 14)

export function qwenTokens(width, height) {
  const [side, least, most] = [28, 4, 16384]
  let [across, down] = [width, height].map((x) => Math.max(1, round(x / side)))
  if (across * down > most) {
    const shrink = Math.sqrt((width * height) / (most * side ** 2))
    ;[across, down] = [width, height].map((x) => Math.max(1, Math.floor(x / shrink / side)))
  } else if (across * down < least) {
    const grow = Math.sqrt((least * side ** 2) / (width * height))
    ;[across, down] = [width, height].map((x) => Math.ceil((x * grow) / side))
  }
  return across * down + 2
}

export function tileTokens(width, height) {
  let shrink = Math.min(1, 2048 / Math.max(width, height))
  shrink = Math.min(shrink, 768 / Math.min(width, height))
  return 85 + 170 * squares(six(width * shrink), six(height * shrink), 512)
}

export function patchTokens(width, height) {
  const [side, most] = [32, 1536]
  if (squares(width, height, side) <= most) return squares(width, height, side)
  const shrink = Math.sqrt((most * side ** 2) / (width * height))
  const [across, down] = [width, height].map((x) => (x * shrink) / side)
  let fit = Math.min(...[across, down].map((x) => (Math.floor(x) ? Math.floor(x) / x : Infinity)))
  if (fit === Infinity) fit = 1
  return Math.min(most, squares(six(across * fit), six(down * fit), 1))
}

export function geminiTokens(width, height) {
  if (Math.max(width, height) <= 384) return 258
  const tile = Math.min(768, Math.max(256, Math.floor(Math.min(width, height) / 1.5)))
  return 258 * squares(width, height, tile)
}

export function claudeTokens(width, height) {
  const [edge, most] = [1568, 1568]
  const [long, short] = [Math.max(width, height), Math.min(width, height)]
  const sides = (side) => [side, Math.max(1, round((side * short) / long))]
  const fits = (side) => {
    const filled = sides(side).map((x) => 28 * Math.ceil(x / 28))
    return Math.max(...filled) <= edge && squares(...filled, 28) <= most
  }
  let [low, high] = [1, long]
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return squares(...sides(low), 28)
}

const RULES = {
  "LLaVA-1.5": llavaTokens, "Qwen2-VL": qwenTokens, "GPT-4o": tileTokens,
  "GPT-4.1 mini": patchTokens, "Gemini 2.0": geminiTokens, Claude: claudeTokens,
}

export function priceLine(width, height, tokens) {
  const names = Object.keys(tokens)
  const [least, most] = [1, -1].map((way) =>
    names.reduce((a, b) => (way * tokens[b] < way * tokens[a] ? b : a)))
  const count = (n) => sbt.numbers.count(n)
  return `An image of ${width} by ${height} pixels costs from ${count(tokens[least])} tokens ` +
    `(${least}) to ${count(tokens[most])} (${most}).`
}

export default ({width, height, bars, line}) => {
  const tokens = Object.fromEntries(
    Object.entries(RULES).map(([name, rule]) => [name, rule(width.value, height.value)]))
  bars.data = {...bars.data, tokens: bars.data.rule.map((name) => tokens[name])}
  line.text = priceLine(width.value, height.value, tokens)
}
