// The runtime of the live figures: what the book computes in the reader's browser.
//
// One classic script without dependencies, so that it also works from a folder
// opened from disk. It adds to `globalThis.sbt`; node can `require` it.
// Sections: text, tokenizer, transformer. Each mirrors Python and is compared with it by
// tests/test_live.py.
;(() => {
  "use strict"

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
    const special = {}
    for (const name of special_tokens) special[name] = table.push(toBytes(name)) - 1
    const words = new Map()
    const shown = []

    function encodeWord(word) {
      let ids = words.get(word)
      if (ids === undefined) {
        ids = mergeBytes(toBytes(word), ranks, Infinity)
        if (words.size >= WORDS_KEPT) words.clear()
        words.set(word, ids)
      }
      return ids
    }

    const pretokenize = (text) => String(text).match(cut) ?? []
    const encode = (text) => pretokenize(text).flatMap(encodeWord)

    function decode(ids) {
      const bytes = Array.from(ids, (id) => {
        if (table[id] === undefined) {
          throw new RangeError(`ids must be from 0 to ${table.length - 1}, got ${id}`)
        }
        return table[id]
      })
      return fromBytes(bytes.flat())
    }

    // The tokens of a text after the first `numMerges` merges, for display.
    function pieces(text, numMerges = merges.length) {
      const limit = 256 + numMerges
      return pretokenize(text)
        .flatMap((word) => mergeBytes(toBytes(word), ranks, limit))
        .map((id) => ({id, bytes: table[id], text: (shown[id] ??= show(table[id]))}))
    }

    return {encode, decode, pieces, pretokenize, special, vocabSize: table.length}
  }

  // ---- Transformer: mirrors sbt_jax.architecture ------------------------------

  const EPSILON = 1e-6
  const ROTARY_BASE = 10000

  function unpack(text, Kind) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    return new Kind(bytes.buffer)
  }

  // One array of a checkpoint, as float32; int8 rows are scaled back.
  function dequantize({shape, values, scale}) {
    if (!scale) return unpack(values, Float32Array)
    const whole = unpack(values, Int8Array)
    const scales = unpack(scale, Float32Array)
    const size = whole.length / shape[0]
    return Float32Array.from(whole, (value, i) => value * scales[Math.floor(i / size)])
  }

  // out += vector @ matrix, for a row-major matrix of vector.length rows.
  function addProduct(out, vector, matrix) {
    const cols = out.length
    for (let i = 0; i < vector.length; i++) {
      const x = vector[i]
      for (let j = 0, at = i * cols; j < cols; j++, at++) out[j] += x * matrix[at]
    }
    return out
  }

  const times = (vector, matrix, cols) =>
    addProduct(new Float32Array(cols), vector, matrix)

  function rmsNorm(gain, x) {
    const square = x.reduce((sum, value) => sum + value * value, 0)
    const scale = 1 / Math.sqrt(square / x.length + EPSILON)
    return x.map((value, i) => gain[i] * value * scale)
  }

  // Turn every head's pairs of dimensions (i, i + d/2) by the position's angles.
  function rotate(x, position, heads) {
    const size = x.length / heads
    for (let i = 0; i < size / 2; i++) {
      const angle = position * ROTARY_BASE ** ((-2 * i) / size)
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
      for (let h = 0; h < heads; h++) {
        const [a, b] = [h * size + i, h * size + i + size / 2]
        const [first, second] = [x[a], x[b]]
        x[a] = first * cos - second * sin
        x[b] = first * sin + second * cos
      }
    }
    return x
  }

  function softmax(scores) {
    const top = scores.reduce((a, b) => Math.max(a, b), -Infinity)
    const weights = scores.map((score) => Math.exp(score - top))
    const total = weights.reduce((a, b) => a + b, 0)
    return weights.map((weight) => weight / total)
  }

  // A model from a checkpoint's script (`checkpoints.browser_script` in Python).
  // `start()` gives a reader that takes one token at a time and keeps the keys
  // and values of those before it; each step returns the logits of the next.
  function transformer({config, arrays}) {
    const weight = Object.fromEntries(
      Object.entries(arrays).map(([name, array]) => [name, dequantize(array)]),
    )
    const {vocab_size, width, layers, heads, mlp, window} = config
    const size = width / heads

    // The new position's query against every key so far, head by head.
    function attend(query, keys, values) {
      const mixed = new Float32Array(width)
      for (let h = 0; h < heads; h++) {
        const from = h * size
        const scores = Float64Array.from(keys, (key) => {
          let sum = 0
          for (let i = from; i < from + size; i++) sum += query[i] * key[i]
          return sum / Math.sqrt(size)
        })
        softmax(scores).forEach((share, t) => {
          for (let i = from; i < from + size; i++) mixed[i] += share * values[t][i]
        })
      }
      return mixed
    }

    function start() {
      const cache = Array.from({length: layers}, () => ({keys: [], values: []}))
      let position = 0

      function step(id) {
        if (!(id >= 0 && id < vocab_size)) {
          throw new RangeError(`id must be from 0 to ${vocab_size - 1}, got ${id}`)
        }
        if (position === window) throw new RangeError(`the window holds ${window} tokens`)
        const stream = weight.embedding.slice(id * width, (id + 1) * width)
        cache.forEach(({keys, values}, layer) => {
          const of = (name) => weight[`blocks.${layer}.${name}`]
          const seen = rmsNorm(of("attention_norm"), stream)
          const query = rotate(times(seen, of("attention.query"), width), position, heads)
          keys.push(rotate(times(seen, of("attention.key"), width), position, heads))
          values.push(times(seen, of("attention.value"), width))
          addProduct(stream, attend(query, keys, values), of("attention.output"))
          const read = rmsNorm(of("mlp_norm"), stream)
          const gate = times(read, of("mlp.gate"), mlp)
          const up = times(read, of("mlp.up"), mlp)
          const hidden = gate.map((x, i) => (x / (1 + Math.exp(-x))) * up[i])
          addProduct(stream, hidden, of("mlp.down"))
        })
        position++
        const out = rmsNorm(weight.norm, stream)
        const logits = new Float32Array(vocab_size)
        for (let v = 0, at = 0; v < vocab_size; v++) {
          for (let i = 0; i < width; i++, at++) logits[v] += out[i] * weight.embedding[at]
        }
        return logits
      }

      return {step, read: (ids) => ids.map(step).at(-1)}
    }

    return {config, start}
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {
    chips, escape, softmax, tokenizer, transformer,
  })
})()
