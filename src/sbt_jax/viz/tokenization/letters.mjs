// The browser half of the letter counters of chapter 2. The named exports mirror
// functions in Python; tests/contracts compares them.
const COUNTS = ["0", "1", "2", "3+"]

// Mirrors sbt_jax.shipped.count_letters: the word, a question mark, the letter.
export function countLetters(model, wordIds, letter) {
  const question = [...wordIds, "?".charCodeAt(0), letter.charCodeAt(0)]
  const logits = model.start().read(question)
  return Array.from(sbt.softmax(Array.from("0123", (c) => logits[c.charCodeAt(0)])))
}

export function answerLine(word, letter, p) {
  const said = p.map((row) => {
    const best = row.indexOf(Math.max(...row))
    return `${COUNTS[best]} (${sbt.numbers.percent(row[best])})`
  })
  return (
    `How many ${letter} in ${word}? The model that reads letters says ${said[0]},` +
    ` the one that reads tokens says ${said[1]}.` +
    ` Counted: ${word.split(letter).length - 1}.`
  )
}

let readers // of the letter counters: their tokenizers and models

export default ({box, pick, specs, source, line, ...chips}) => {
  readers ??= ["characters", "tokens"].map((kind) => ({
    kind,
    tokenizer: sbt.tokenizer(specs[kind]),
    model: sbt.transformer(sbt.weights[`letters_${kind}`]),
  }))
  const word = box.value_input.trim().toLowerCase()
  if (!/^[a-z]{1,20}$/.test(word)) {
    // Nothing is left beside a word that the models cannot be asked about.
    for (const {kind} of readers) chips[kind].text = ""
    source.data = {count: COUNTS, characters: [0, 0, 0, 0], tokens: [0, 0, 0, 0]}
    line.text = "No answer: type one word of 1 to 20 letters from a to z."
    return
  }
  const p = readers.map(({kind, tokenizer, model}) => {
    chips[kind].text = sbt.chips(tokenizer.pieces(` ${word}`).map(({text, id}) =>
      [text.replace(" ", "␣"), String(id)]))
    return countLetters(model, tokenizer.encode(` ${word}`), pick.value)
  })
  source.data = {count: COUNTS, characters: p[0], tokens: p[1]}
  line.text = answerLine(word, pick.value, p)
}
