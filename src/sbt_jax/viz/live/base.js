// The runtime of the live figures: what the book computes in the reader's browser.
//
// Classic scripts without dependencies, so that they also work from a folder opened from
// disk: this one, then the others in this folder, in the order of `kit.RUNTIME`. Each
// adds to `globalThis.sbt`; node can `require` them. They mirror Python and are compared
// with it by tests/live.
// Here: checks, text, tokenizer. Model: model.js. Sampling: sampling.js.
;(() => {
  "use strict"

  // ---- Checks: a RangeError names the argument and the value --------------------

  // A string in its quotes, so that "" and "0" are seen to be none.
  const shown = (value) => (typeof value === "number" ? String(value) : JSON.stringify(value))

  function whole(name, value, low, high) {
    if (Number.isInteger(value) && value >= low && value <= high) return value
    const range = `a whole number from ${low} to ${high}`
    throw new RangeError(`${name} must be ${range}, got ${shown(value)}`)
  }

  function inRange(name, value, low, high) {
    if (typeof value === "number" && value >= low && value <= high) return value
    throw new RangeError(`${name} must be from ${low} to ${high}, got ${shown(value)}`)
  }

  function finite(name, values, length) {
    list(name, values)
    if (values.length !== length) {
      throw new RangeError(`${name} must hold ${length} numbers, got ${values.length}`)
    }
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad < 0) return values
    throw new RangeError(`${name} must be finite, got ${values[bad]} at ${bad}`)
  }

  function string(name, value) {
    if (typeof value === "string") return value
    throw new RangeError(`${name} must be a string, got ${shown(value)}`)
  }

  function list(name, values) {
    if (Array.isArray(values) || ArrayBuffer.isView(values)) return values
    throw new RangeError(`${name} must be a list, got ${shown(values)}`)
  }

  function known(what, names, allowed) {
    const wrong = names.find((name) => !allowed.includes(name))
    if (wrong === undefined) return
    throw new RangeError(`${what} must be among ${allowed.join(", ")}, got ${wrong}`)
  }

  // ---- Text -----------------------------------------------------------------

  const ENTITIES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;",
    "$": "&#36;", "\\": "&#92;", // would start mathematics
  }

  // What readers type, as HTML that shows it. NUL and half characters have no
  // shape of their own: U+FFFD stands for them.
  const escape = (text) =>
    String(text)
      .replace(/[\0\ud800-\udfff]/gu, "\ufffd")
      .replace(/[&<>"'$\\]/g, (mark) => ENTITIES[mark])

  // The markup of `kit.chips`: pieces are [text, note].
  const chips = (pieces) =>
    pieces
      .map(
        ([text, note], i) =>
          `<span class="chip c${i % 5}">${escape(text)}` +
          `<small>${escape(note)}</small></span>`,
      )
      .join("")

  // The markup of `kit.passage`: a text, and its end that no story could hold.
  const passage = (text, off = "") =>
    `<p>${escape(text)}${off ? `<mark>${escape(off)}</mark>` : ""}</p>`

  // UTF-8, with a lone surrogate as three bytes (Python's "surrogatepass").
  function toBytes(text) {
    const bytes = []
    for (const character of text) {
      const code = character.codePointAt(0)
      const tail = (shift) => 0x80 | ((code >> shift) & 0x3f)
      if (code < 0x80) bytes.push(code)
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(0))
      else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(6), tail(0))
      else bytes.push(0xf0 | (code >> 18), tail(12), tail(6), tail(0))
    }
    return bytes
  }

  const strict = new TextDecoder("utf-8", {fatal: true, ignoreBOM: true})
  const lenient = new TextDecoder("utf-8", {ignoreBOM: true})

  // The inverse of toBytes; other bytes become U+FFFD.
  function fromBytes(list) {
    const bytes = Uint8Array.from(list)
    try {
      let text = ""
      let start = 0
      for (let i = 0; i + 2 < bytes.length; i++) {
        const [first, second, third] = [bytes[i], bytes[i + 1], bytes[i + 2]]
        if (first !== 0xed || second >> 5 !== 0b101 || third >> 6 !== 0b10) continue
        text += strict.decode(bytes.subarray(start, i))
        text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f))
        start = i + 3
      }
      return text + strict.decode(bytes.subarray(start))
    } catch {
      return lenient.decode(bytes)
    }
  }

  // A token as readers see it: its text, or its bytes if they are only a part
  // of a character.
  function show(bytes) {
    try {
      return strict.decode(Uint8Array.from(bytes))
    } catch {
      const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0"))
      return hex.join(" ").toUpperCase()
    }
  }

  // ---- Tokenizer: mirrors sbt_jax.tokenization --------------------------------

  const PLACES = 2 ** 30 // more than any text is long: packs two numbers into one
  const WORDS_KEPT = 2 ** 14

  // A binary heap of numbers, smallest first.
  function push(heap, value) {
    let i = heap.push(value) - 1
    while (i > 0 && heap[(i - 1) >> 1] > value) {
      heap[i] = heap[(i - 1) >> 1]
      i = (i - 1) >> 1
    }
    heap[i] = value
  }

  function pop(heap) {
    const smallest = heap[0]
    const value = heap.pop()
    let i = 0
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (heap[child + 1] < heap[child]) child++
      if (heap[child] >= value) break
      heap[i] = heap[child]
      i = child
    }
    if (heap.length) heap[i] = value
    return smallest
  }

  // Replay the merges below `limit` on one word: lowest id first, then leftmost.
  function mergeBytes(bytes, ranks, limit) {
    const ids = new Int32Array(bytes.length + 1)
    ids.set(bytes)
    ids[bytes.length] = -1 // closes the word: no pair holds it
    const right = ids.map((_, i) => i + 1)
    const left = ids.map((_, i) => i - 1)
    const heap = []
    const made = (at) => ranks[ids[at]]?.get(ids[right[at]])
    const consider = (at) => {
      const id = made(at)
      if (id < limit) push(heap, id * PLACES + at)
    }
    for (let at = 0; at < bytes.length; at++) consider(at)
    while (heap.length) {
      const top = pop(heap)
      const id = Math.floor(top / PLACES)
      const at = top % PLACES
      if (made(at) !== id) continue // one of the two has merged meanwhile
      const gone = right[at]
      ids[at] = id
      ids[gone] = -1
      right[at] = right[gone]
      left[right[at]] = at
      if (left[at] >= 0) consider(left[at])
      consider(at)
    }
    return Array.from(ids.filter((id) => id >= 0))
  }

  // From the JSON of Python's `Tokenizer.spec()`, which also holds the pattern.
  function tokenizer({merges, special_tokens = [], pattern}) {
    const cut = new RegExp(pattern, "gu")
    const table = Array.from({length: 256}, (_, byte) => [byte])
    const ranks = [] // ranks[a].get(b) is the id that a and b merge into
    for (const [a, b] of merges) {
      ranks[a] ??= new Map()
      ranks[a].set(b, table.length)
      table.push([...table[a], ...table[b]])
    }
    const special = Object.create(null) // no name is there before it is put in
    for (const name of special_tokens) special[name] = table.push(toBytes(name)) - 1
    const words = new Map()
    const drawn = []

    function encodeWord(word) {
      let ids = words.get(word)
      if (ids === undefined) {
        ids = mergeBytes(toBytes(word), ranks, Infinity)
        if (words.size >= WORDS_KEPT) words.clear()
        words.set(word, ids)
      }
      return ids
    }

    const pretokenize = (text) => string("text", text).match(cut) ?? []
    const encode = (text) => pretokenize(text).flatMap(encodeWord)

    function decode(ids) {
      const last = table.length - 1
      const bytes = Array.from(list("ids", ids), (id) => table[whole("ids", id, 0, last)])
      return fromBytes(bytes.flat())
    }

    // The tokens of a text after the first `numMerges` merges, for display.
    function pieces(text, numMerges = merges.length) {
      const limit = 256 + whole("numMerges", numMerges, 0, merges.length)
      return pretokenize(text)
        .flatMap((word) => mergeBytes(toBytes(word), ranks, limit))
        .map((id) => ({id, bytes: table[id], text: (drawn[id] ??= show(table[id]))}))
    }

    return {encode, decode, pieces, pretokenize, special, vocabSize: table.length}
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {
    check: {finite, inRange, known, list, string, whole}, chips, escape, passage, tokenizer,
  })
})()
