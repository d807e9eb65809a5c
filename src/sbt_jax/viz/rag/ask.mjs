// The browser half of ask.py: searches this book. The named exports mirror sbt_jax.rag
// and ask.py; tests/contracts and tests/rag compare them.
const RARE = 1e-3
const [TURNS, DEPTH, AGAIN, PILOT] = [50, 50, 20, 60]

export const wordsOf = (text) => text.toLowerCase().match(/[0-9a-zà-öø-ÿ]+/g) ?? []

// A word without the s of a plural: Harman's S stemmer.
export function stem(word) {
  const ends = (...all) => all.some((end) => word.endsWith(end))
  if ([...word].length < 4) return word
  if (ends("ies")) return ends("eies", "aies") ? word : word.slice(0, -3) + "y"
  if (ends("es")) return ends("aes", "ees", "oes") ? word : word.slice(0, -1)
  return ends("s") && !ends("us", "ss") ? word.slice(0, -1) : word
}

export function terms(words, small) {
  const skipped = new Set(small)
  return words.filter((word) => !skipped.has(word)).map(stem)
}

export function spans(count, size, overlap = 0) {
  const found = []
  for (let start = 0; start < count; start += size - overlap) {
    found.push([start, Math.min(start + size, count)])
    if (start + size >= count) break
  }
  return found
}

const nine = (x) => Math.round(x * 1e9) / 1e9 // as Python rounds: equals stay equal
const dot = (a, b) => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
const unit = (a) => {
  const length = Math.sqrt(dot(a, a))
  return length > 1e-9 ? a.map((x) => x / length) : a.map(() => 0)
}
const without = (a, direction) => {
  const part = dot(a, direction)
  return a.map((x, i) => x - part * direction[i])
}

// The words of a shelf: their numbers, vectors, and vectors of length 1.
export function vectorsOf({words, width, scales, vectors}) {
  const bytes = Int8Array.from(atob(vectors), (c) => c.charCodeAt(0))
  const ids = new Map(words.split(" ").map((word, i) => [word, i]))
  const table = scales.map((scale, i) =>
    Float64Array.from(bytes.subarray(i * width, (i + 1) * width), (x) => x * scale))
  return {ids, table, units: table.map(unit), width}
}

const meanOf = (words, {ids, table, width}, weights) => {
  const total = new Float64Array(width)
  let known = 0
  for (const word of words) {
    const id = ids.get(word)
    if (id === undefined) continue
    const weight = weights.get(word) ?? 1
    known++
    for (let i = 0; i < width; i++) total[i] += weight * table[id][i]
  }
  return total.map((x) => x / Math.max(known, 1))
}

function commonDirection(rows, width) {
  let found = new Float64Array(width)
  for (const row of rows) row.forEach((x, i) => (found[i] += x))
  for (let turn = 0; turn < TURNS; turn++) {
    const next = new Float64Array(width)
    for (const row of rows) {
      const share = dot(row, found)
      for (let i = 0; i < width; i++) next[i] += share * row[i]
    }
    found = unit(next)
  }
  return found
}

// The library of a shelf: passages with both indexes, as sbt_jax.rag.shelf.shelved.
// `small` are the words that are left out, if words lose their endings.
export function libraryOf(shelf, vectors, size, overlap, titles, small) {
  const compared = (words) => (small ? terms(words, small) : words)
  const passages = []
  shelf.sections.forEach(([page, , title, text], section) => {
    const parts = text.split(/\s+/).filter(Boolean)
    const head = (titles ? `${shelf.chapters[page][1]}. ` : "") + `${title}. `.repeat(titles)
    for (const [start, stop] of spans(parts.length, size, overlap)) {
      const own = parts.slice(start, stop).join(" ")
      const words = wordsOf(head + own)
      passages.push({section, text: own, words, terms: compared(words)})
    }
  })
  const postings = new Map()
  const counts = new Map()
  let total = 0
  let length = 0
  passages.forEach(({words, terms}, i) => {
    total += words.length
    length += terms.length
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    for (const word of terms) {
      let row = postings.get(word)
      if (!row) postings.set(word, (row = new Map()))
      row.set(i, (row.get(i) ?? 0) + 1)
    }
  })
  const weights = new Map([...counts].map(([word, n]) => [word, RARE / (RARE + n / total)]))
  const means = passages.map(({words}) => meanOf(words, vectors, weights))
  const common = commonDirection(means, vectors.width)
  const dense = means.map((row) => unit(without(row, common)))
  const mean = length / passages.length
  return {passages, postings, weights, dense, common, vectors, mean, compared}
}

const idf = (count, holding) => Math.log(1 + (count - holding + 0.5) / (holding + 0.5))

export function bm25({passages, postings, mean}, query, k1, b) {
  const scores = new Float64Array(passages.length)
  for (const word of query) {
    const row = postings.get(word)
    if (!row) continue
    const rare = idf(passages.length, row.size)
    for (const [i, n] of row) {
      const slow = k1 * (1 - b + (b * passages[i].terms.length) / mean)
      scores[i] += (rare * n * (k1 + 1)) / (n + slow)
    }
  }
  return scores
}

const top = (scores, count, positive) =>
  Array.from(scores, (_, i) => i).filter((i) => !positive || scores[i] > 0)
    .sort((a, b) => scores[b] - scores[a] || a - b).slice(0, count)

export function fused(rankings, constant = PILOT) {
  const scores = new Map()
  for (const ranking of rankings) {
    ranking.forEach((one, i) => scores.set(one, (scores.get(one) ?? 0) + 1 / (constant + i + 1)))
  }
  return [...scores.keys()].sort((a, b) => scores.get(b) - scores.get(a) || a - b)
}

function late({passages, weights, vectors: {ids, units}}, query, candidates) {
  const known = query.filter((word) => ids.has(word))
  return candidates.map((candidate) => {
    const rows = passages[candidate].words.filter((word) => ids.has(word))
    return nine(known.reduce((sum, word) => {
      let best = rows.length ? -Infinity : 0
      for (const other of rows) best = Math.max(best, dot(units[ids.get(word)], units[ids.get(other)]))
      return sum + best * (weights.get(word) ?? 1)
    }, 0))
  })
}

export function ranked(library, question, search, count, k1, b) {
  const query = wordsOf(question)
  const deep = Math.max(count, DEPTH)
  let [byWord, bySense] = [[], []]
  if (search !== "dense") byWord = top(bm25(library, library.compared(query), k1, b), deep, true)
  if (search !== "BM25") {
    const asked = unit(without(meanOf(query, library.vectors, library.weights), library.common))
    const cosines = library.dense.map((row) => nine(dot(row, asked)))
    bySense = cosines.some((x) => x !== 0) ? top(cosines, deep) : []
  }
  if (search === "BM25") return byWord.slice(0, count)
  if (search === "dense") return bySense.slice(0, count)
  const both = fused([byWord, bySense])
  if (search === "hybrid") return both.slice(0, count)
  const first = both.slice(0, Math.max(AGAIN, count))
  return top(late(library, query, first), count).map((i) => first[i])
}

// The best passage of each section.
export function bySection(order, of) {
  const seen = new Map()
  for (const i of order) if (!seen.has(of[i])) seen.set(of[i], i)
  return [...seen.values()]
}

// Some words of a passage, around most of those that are asked for, as [text, marked].
export function excerpt(text, asked, most = 36, stemmed = false) {
  const parts = text.split(/\s+/).filter(Boolean)
  const hit = parts.map((part) => wordsOf(part).some((word) => asked.includes(stemmed ? stem(word) : word)))
  let [start, best] = [0, -1]
  for (let at = 0; at === 0 || at + most <= parts.length; at++) {
    const inside = hit.slice(at, at + most).filter(Boolean).length
    if (inside > best) [start, best] = [at, inside]
  }
  const shown = parts.slice(start, start + most).map((part, i) => [part, hit[start + i]])
  if (start) shown.unshift(["…", false])
  if (start + most < parts.length) shown.push(["…", false])
  return shown
}

export function passageHtml(place, chapter, title, address, shown) {
  const words = shown.map(([text, marked]) =>
    marked ? `<mark>${sbt.escape(text)}</mark>` : sbt.escape(text)).join(" ")
  return `<div class="found"><b>${place}.</b> <a href="${sbt.escape(address)}">` +
    `Chapter ${chapter}: ${sbt.escape(title)}</a><p>${words}</p></div>`
}

// What the line says; `right` are the titles of the sections that answer, if it is known.
export function askLine(search, passages, found, right, place) {
  if (!found) return `${search}: no passage fits. Its ${passages} passages share nothing with this.`
  if (!right.length) return `${search} ranked ${passages} passages. Is an answer among the first ${found}?`
  const where = `The answer is in “${right[0]}”`
  if (!place) return `${where}. ${search} does not have it among its best ten of ${passages} passages.`
  return place <= found ? `${where}: ${search} finds it at place ${place}.`
    : `${where}: ${search} finds it only at place ${place}, below what is shown.`
}

const kept = ((globalThis.sbt ??= {}).rag ??= {})
const LONGEST = 300 // characters of a question

function shelved(shelf, size, titles, small) {
  const key = `${size} ${titles} ${Boolean(small)}`
  if (kept.shelf !== shelf) Object.assign(kept, {shelf, vectors: vectorsOf(shelf), made: new Map()})
  if (!kept.made.has(key)) {
    kept.made.set(key, libraryOf(shelf, kept.vectors, size, Math.floor(size / 4), titles, small))
  }
  return kept.made.get(key)
}

// The asked words that tell something: the others are not marked.
const telling = ({passages, postings}, query) =>
  query.filter((word) => (postings.get(word)?.size ?? 0) < passages.length / 8)

export default (it) => {
  const {box, how, count, size, k1, b, titled, plain, list, line, questions, searches} = it
  const shelf = sbt.weights?.passages
  if (!shelf) {
    line.text = "The passages of the book come with its pages; they are not here."
    return
  }
  const question = box.value_input.slice(0, LONGEST)
  const library = shelved(shelf, size.value, titled.value, plain.active && it.small)
  const search = searches[how.active]
  const all = ranked(library, question, search, 50, k1.value, b.value)
  const order = bySection(all, library.passages.map(({section}) => section)).slice(0, 10)
  const asked = telling(library, library.compared(wordsOf(question)))
  const root = document.documentElement.dataset.content_root ?? ""
  const places = order.map((i) => shelf.sections[library.passages[i].section])
  const found = order.slice(0, count.value)
  list.text = found.map((i, at) => {
    const [page, anchor, title] = places[at]
    const shown = excerpt(library.passages[i].text, asked, 36, plain.active)
    const address = `${root}${page}.html${anchor ? `#${anchor}` : ""}`
    return passageHtml(at + 1, shelf.chapters[page][0], title, address, shown)
  }).join("") || "<p>Nothing is found.</p>"
  const right = questions.find(([text]) => text === question.trim())?.[1] ?? []
  const titles = right.flatMap((one) =>
    shelf.sections.filter(([page, anchor]) => one === `${page}#${anchor}`))
  const place = places.findIndex(([page, anchor]) => right.includes(`${page}#${anchor}`)) + 1
  const set = [how.active, count.value, size.value, titled.value, k1.value, b.value].join()
  if (question === it.first[0] && plain.active && set === "0,3,200,3,1.2,0.75") { // as Python drew it
    line.text = it.first[1]
    return
  }
  if (!wordsOf(question).length) {
    line.text = "Type a question, and the book is searched for it."
    return
  }
  line.text = askLine(search, library.passages.length, found.length,
    titles.map(([, , title]) => title), place)
}
