// Finds sections by their words, titles and aliases; the index is made by
// conf/ext/search_index.py. What is typed is shown as text only.
;(() => {
  const PLAIN = /[^\p{L}\p{N}]+/gu
  const STOP = new Set(("a an and are as at be by can do does for from how i in is it its me my of on or s so" +
    " that the their then there this to was we what when where which who why with work works you your").split(" "))
  const MOST = 30 // hits
  const plain = (text) =>
    ` ${text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(PLAIN, " ").trim()} `
  // A word without its ending: enough to find *tokens* by *token* and back.
  const stem = (word) => word.replace(/(?<=.{3})(ings?|ers?|ed|es|s|ations?|ized?|izing)$/, "")
  const wordsOf = (text) => plain(text).split(" ").filter(Boolean)

  let sections = null
  function prepared({sections: all, weights, pages}) {
    sections ??= all.map(([page, anchor, title, text, kind]) => ({
      page, anchor, title, text, weight: weights[kind],
      inTitle: plain(title), inText: plain(text), inPage: plain(pages[page]?.title ?? ""),
      top: anchor === "",
    }))
    return sections
  }

  // How often a word, or a longer one, stands in a plain text.
  function count(text, word) {
    const sought = ` ${word}${word.length < 3 ? " " : ""}` // a letter is a word
    let found = 0
    for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) found++
    return found
  }

  function score(section, words) {
    let [sum, missing] = [0, 0]
    for (const word of words) {
      const times = count(section.inText, word)
      const title = count(section.inTitle, word)
      const page = count(section.inPage, word)
      sum += Math.log1p(times) + (title ? 4 : 0) + (page ? 1 : 0)
      if (!times && !title && !page) missing++
    }
    if (missing) sum *= 0.15 * (1 - missing / words.length)
    if (section.inTitle.trim() === words.join(" ")) sum += 4
    return sum * section.weight * (section.top ? 1.15 : 1)
  }

  // Hits for a question: {page, anchor, title, text, score}, the best first.
  function search(question, index) {
    const all = prepared(index)
    const asked = wordsOf(question.slice(0, 200))
    const kept = asked.filter((word) => !STOP.has(word))
    const words = (kept.length ? kept : asked).map(stem)
    if (!words.length) return []
    const hits = all.map((section) => ({...section, words, score: score(section, words)}))
    const alias = aliasOf(question, index)
    if (alias) {
      const [page, more] = alias
      const wanted = wordsOf(more).map(stem)
      const best = hits.filter((hit) => hit.page === page)
        .map((hit) => [hit, score(hit, wanted) + score(hit, words)])
        .sort((a, b) => b[1] - a[1])[0]?.[0]
      if (best) Object.assign(best, {score: 1e6, words: [...words, ...wanted]})
    }
    return hits.filter((hit) => hit.score > 0).sort((a, b) => b.score - a.score).slice(0, MOST)
  }

  // The longest phrase that the question holds.
  function aliasOf(question, {aliases}) {
    const asked = ` ${wordsOf(question).map(stem).join(" ")} `
    const phrases = Object.keys(aliases).filter((phrase) =>
      asked.includes(` ${wordsOf(phrase).map(stem).join(" ")} `))
    return aliases[phrases.sort((a, b) => b.length - a.length)[0]]
  }

  // The part of a text in which most of the words stand.
  function snippet(text, words, length = 220) {
    const hits = []
    for (const {0: word, index} of text.matchAll(/[\p{L}\p{N}]+/gu)) {
      const low = plain(word).trim()
      if (words.some((one) => (one.length < 3 ? low === one : low.startsWith(one)))) hits.push([index, index + word.length])
    }
    let [start, best] = [0, 0]
    for (const [from] of hits) {
      const inside = hits.filter(([a]) => a >= from && a < from + length - 40).length
      if (inside > best) [start, best] = [Math.max(0, from - 40), inside]
    }
    if (start) start = text.indexOf(" ", start) + 1
    let end = Math.min(text.length, start + length)
    if (end < text.length) end = Math.max(text.lastIndexOf(" ", end), start + 1)
    const parts = []
    let at = start
    for (const [a, b] of hits.filter(([a, b]) => a >= start && b <= end)) {
      parts.push(text.slice(at, a), [text.slice(a, b)])
      at = b
    }
    parts.push(text.slice(at, end))
    if (start) parts.unshift("… ")
    if (end < text.length) parts.push(" …")
    return parts
  }

  const make = (tag, className, ...inside) => {
    const el = Object.assign(document.createElement(tag), {className})
    el.append(...inside)
    return el
  }

  function show(question, index) {
    const root = document.documentElement.dataset.content_root ?? "./"
    const hits = search(question, index)
    const list = make("ul", "search")
    for (const hit of hits) {
      const {title, n} = index.pages[hit.page]
      const link = make("a", "", hit.title)
      link.href = `${root}${hit.page}.html${hit.anchor ? `#${hit.anchor}` : ""}`
      const where = hit.anchor || n ? `${n ? `Chapter ${n}: ` : ""}${title}` : ""
      const text = snippet(hit.text, hit.words).map((part) =>
        Array.isArray(part) ? make("mark", "", part[0]) : part)
      list.append(make("li", "", make("p", "hit", link), make("p", "where", where),
        make("p", "context", ...text)))
    }
    document.querySelector("#search-results").replaceChildren(list)
    document.querySelector("#search-summary").textContent = !question.trim() ? ""
      : hits.length ? `${hits.length === MOST ? "The first " : ""}${hits.length} places, the best first.`
        : "Nothing was found. Every word must begin as it does in the text."
  }

  globalThis.sbtSearch = {search, snippet}
  if (typeof document === "undefined" || !document.querySelector("#search-results")) return
  const box = document.querySelector(".bd-search-container form input")
  const question = new URLSearchParams(location.search).get("q") ?? ""
  const index = globalThis.sbtSearchIndex
  let timer
  box.value = question
  box.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(() => show(box.value, index), 120)
  })
  show(question, index)
  box.focus({preventScroll: true})
})()
