// The browser half of the experiments of chapter 2. The named exports mirror
// functions in Python; tests/tokenization/test_figures.py compares them.
const COUNTS = ["0", "1", "2", "3+"]

// Mirrors sbt_jax.shipped.count_letters: the word, a question mark, the letter.
export function countLetters(model, wordIds, letter) {
  const question = [...wordIds, "?".charCodeAt(0), letter.charCodeAt(0)]
  const logits = model.start().read(question)
  return Array.from(sbt.softmax(Array.from("0123", (c) => logits[c.charCodeAt(0)])))
}

export function spread(values, digits = 2) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const [m, low, high] = [mean, Math.min(...values), Math.max(...values)].map((x) =>
    x.toFixed(digits))
  return `${m} (${low} to ${high})`
}

export function tradeoffLine(size, heldOut) {
  const {body, embedding} = size.parameters
  const share = (100 * embedding) / (body + embedding)
  return (
    `${size.merges} merges: 100 bytes are ${(100 * size.tokens_per_byte).toFixed(0)}` +
    ` tokens. The transformer needs ${spread(heldOut)} bits a byte over` +
    ` ${heldOut.length} seeds, counting pairs ${size.bigram.toFixed(2)}.` +
    ` ${share.toFixed(0)} % of its parameters are the embedding.`
  )
}

export function answerLine(word, letter, p) {
  const said = p.map((row) => {
    const best = row.indexOf(Math.max(...row))
    return `${COUNTS[best]} (${(100 * row[best]).toFixed(0)} %)`
  })
  return (
    `How many ${letter} in ${word}? The model that reads letters says ${said[0]},` +
    ` the one that reads tokens says ${said[1]}.` +
    ` Counted: ${word.split(letter).length - 1}.`
  )
}

export function accuracyLine(most, values) {
  return (
    `Right answers, mean and range of ${values[0].length} seeds:` +
    ` ${spread(values[0], 0)} % from letters,` +
    ` ${spread(values.at(-1), 0)} % with ${most} merges.`
  )
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length

function showRuns(names, values, runs, means) {
  runs.data = {
    merges: names.flatMap((name, i) => values[i].map(() => name)),
    bits: values.flat(),
  }
  means.data = {merges: names, bits: values.map(mean)}
}

let readers // of the letter counters: their tokenizers and models

const figures = {
  tradeoff({sizes, held_out, names, runs, means, here, slider, budget, line}) {
    const values = held_out[budget.labels[budget.active]]
    const at = names.indexOf(slider.value)
    showRuns(names, values, runs, means)
    here.data = {merges: [names[at]], bits: [mean(values[at])]}
    line.text = tradeoffLine(sizes[at], values[at])
  },

  accuracy({accuracy, names, most, runs, means, which, line}) {
    const values = accuracy[which.labels[which.active]]
    showRuns(names, values, runs, means)
    line.text = accuracyLine(most, values)
  },

  letters({box, pick, specs, source, line, ...chips}) {
    readers ??= ["characters", "tokens"].map((kind) => ({
      kind,
      tokenizer: sbt.tokenizer(specs[kind]),
      model: sbt.transformer(sbt.weights[`letters_${kind}`]),
    }))
    const word = box.value_input.trim().toLowerCase()
    if (!/^[a-z]{1,20}$/.test(word)) {
      line.text = "Type one word of 1 to 20 letters from a to z."
      return
    }
    const p = readers.map(({kind, tokenizer, model}) => {
      chips[kind].text = sbt.chips(tokenizer.pieces(` ${word}`).map(({text, id}) =>
        [text.replace(" ", "␣"), String(id)]))
      return countLetters(model, tokenizer.encode(` ${word}`), pick.value)
    })
    source.data = {count: COUNTS, characters: p[0], tokens: p[1]}
    line.text = answerLine(word, pick.value, p)
  },
}

export default ({figure, ...args}) => figures[figure](args)
