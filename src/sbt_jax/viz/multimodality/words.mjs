// The browser half of words.py. The named exports mirror sbt_jax.multimodality and
// functions of words.py; tests/contracts compares them.
const LONGEST = 7
const NUMBERS = [
  "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

// Words of a caption as ids, and those that the model does not know.
export function captionIds(text, words) {
  const ids = [], unknown = []
  for (const piece of text.toLowerCase().match(/[a-z]+|[0-9]|[^\sa-z0-9]/gu) ?? []) {
    const at = words.indexOf(/^[0-9]$/.test(piece) ? NUMBERS[+piece] : piece)
    if (at >= 0) ids.push(at)
    else unknown.push(piece)
  }
  return [ids.slice(0, LONGEST), unknown]
}

// The pictures whose vectors point most where the caption's does.
export function ranked(caption, pictures) {
  const size = (v) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0))
  const own = size(caption)
  const cosines = pictures.map((row) =>
    row.reduce((sum, x, i) => sum + x * caption[i], 0) / Math.max(own * size(row), 1e-12))
  const order = cosines.map((_, i) => i).sort((a, b) => cosines[b] - cosines[a] || a - b)
  return order.map((i) => [i, cosines[i]])
}

const leftOut = (unknown) => unknown.length
  ? ` It has no word for: ${Array.from(unknown.slice(0, 4).join(", ")).slice(0, 60).join("")}.`
  : ""

export function rankLine(text, first, cosine, unknown = []) {
  return `Nearest to “${text}” is ${first}, with a cosine of ` +
    `${sbt.numbers.decimal(cosine)}.${leftOut(unknown)}`
}

export default ({box, pictures, line, words, shown, idle, grid}) => {
  const {vector, name, url} = pictures.data
  const typed = Array.from(box.value_input).slice(0, 60).join("")
  const [ids, unknown] = captionIds(typed, words)
  if (!ids.length) {
    grid.text = ""
    line.text = idle + leftOut(unknown)
    return
  }
  const model = (sbt.captions ??= sbt.encoder(sbt.weights.multimodality_text))
  const found = ranked(Array.from(model.readWords(ids).output), vector)
  grid.text = found.slice(0, shown).map(([i, cosine]) =>
    `<figure><img src="${url[i]}" width="56" height="56" alt="${sbt.escape(name[i])}">` +
    `<figcaption>${sbt.numbers.decimal(cosine)}</figcaption></figure>`).join("")
  const said = ids.map((id) => words[id]).join(" ")
  line.text = rankLine(said, name[found[0][0]], found[0][1], unknown)
}
