// From logits to text in the reader's browser: filters, chance, and writing that leaves
// the page free. Compared with Python by tests/live/test_sampling.py.
;(() => {
  "use strict"

  const {inRange, known, list, whole} = globalThis.sbt.check

  // ---- Sampling ---------------------------------------------------------------

  // Of equals the first; NaN has no place in an order and is refused.
  function highest(logits) {
    let top = -Infinity
    if (!list("logits", logits).length) {
      throw new RangeError("logits must not be empty, got []")
    }
    const bad = logits.findIndex((value) => typeof value !== "number" || value !== value)
    if (bad >= 0) {
      throw new RangeError(`logits must be numbers, got ${logits[bad]} at ${bad}`)
    }
    for (let id = 0; id < logits.length; id++) if (logits[id] > top) top = logits[id]
    return top
  }

  function softmax(logits) {
    const weights = Float64Array.from(logits)
    const top = highest(logits)
    let total = 0
    for (let id = 0; id < weights.length; id++) {
      total += weights[id] = Math.exp(weights[id] - top)
    }
    for (let id = 0; id < weights.length; id++) weights[id] /= total
    return weights
  }

  // Ids from the highest logit to the lowest, of equal ones the lower id first; without
  // those that are ruled out already.
  function ranked(logits) {
    highest(logits)
    const ids = []
    for (let id = 0; id < logits.length; id++) if (logits[id] > -Infinity) ids.push(id)
    return ids.sort((a, b) => logits[b] - logits[a] || a - b)
  }

  function only(logits, ids) {
    const kept = new Float64Array(logits.length).fill(-Infinity)
    for (const id of ids) kept[id] = logits[id]
    return kept
  }

  // A share this near to the edge of a cut is on it, whatever rounding makes of it.
  const EDGE = 1e-6
  const ORDER = ["repetitionPenalty", "temperature", "topK", "topP", "minP"]

  // Functions from logits to logits: what is ruled out becomes -Infinity. They mirror
  // sbt_jax.generation.
  const sampler = {
    // 0 leaves the highest alone, Infinity makes all that are left equal.
    temperature(logits, t) {
      inRange("temperature", t, 0, Infinity)
      const top = highest(logits)
      if (t === 0) return only(logits, [logits.indexOf(top)])
      const kept = Float64Array.from(logits)
      for (let id = 0; id < kept.length; id++) if (kept[id] > -Infinity) kept[id] /= t
      return kept
    },

    // The k highest.
    topK(logits, k) {
      whole("topK", k, 1, 2 ** 31)
      return only(logits, ranked(logits).slice(0, k))
    },

    // The fewest, from the highest on, that together have the probability p.
    topP(logits, p) {
      inRange("topP", p, Number.MIN_VALUE, 1)
      highest(logits)
      if (p === 1) return Float64Array.from(logits)
      const probabilities = softmax(logits)
      const order = ranked(logits)
      let [count, total] = [0, 0]
      do total += probabilities[order[count++]]
      while (total < p * (1 - EDGE) && count < order.length)
      return only(logits, order.slice(0, count))
    },

    // Those at least p times as probable as the most probable one.
    minP(logits, p) {
      inRange("minP", p, 0, 1)
      const kept = Float64Array.from(logits)
      const top = highest(logits)
      const least = Math.log(p) - EDGE
      for (let id = 0; id < kept.length; id++) if (kept[id] - top < least) kept[id] = -Infinity
      return kept
    },

    // Ids that have stood in the text: their logits are divided if positive, multiplied if
    // not. 1 changes nothing.
    repetitionPenalty(logits, penalty, seen = []) {
      inRange("repetitionPenalty", penalty, Number.MIN_VALUE, Number.MAX_VALUE)
      const kept = Float64Array.from(list("logits", logits))
      for (const id of new Set(list("seen", seen))) {
        whole("seen", id, 0, kept.length - 1)
        kept[id] = kept[id] > 0 ? kept[id] / penalty : kept[id] * penalty
      }
      return kept
    },

    // Logits after all of them, in this order unless `order` says another of all five;
    // the defaults change nothing. `seen` holds the ids of the text so far.
    filtered(logits, options = {}) {
      known("options", Object.keys(options), [...ORDER, "order", "seen"])
      const {order = ORDER, seen = [], ...chosen} = options
      known("order", list("order", order), ORDER)
      if (order.length !== ORDER.length || new Set(order).size !== ORDER.length) {
        throw new RangeError(`order must hold each of ${ORDER.join(", ")}, got ${order}`)
      }
      let kept = logits
      for (const name of order) {
        const value = chosen[name]
        if (value !== undefined) kept = sampler[name](kept, value, seen)
      }
      return kept
    },

    // Probabilities after all of them.
    probabilities: (logits, options) => softmax(sampler.filtered(logits, options)),
  }

  // Numbers from 0 up to 1 that depend on the seed only: sfc32 of PractRand (Chris
  // Doty-Humphrey), seeded as there.
  function random(seed) {
    whole("seed", seed, 0, Number.MAX_SAFE_INTEGER)
    let [a, b, c, counter] = [0, seed | 0, Math.floor(seed / 2 ** 32) | 0, 1]
    function next() {
      const result = (a + b + counter++) | 0
      a = b ^ (b >>> 9)
      b = (c + (c << 3)) | 0
      c = (((c << 21) | (c >>> 11)) + result) | 0
      return (result >>> 0) / 2 ** 32
    }
    for (let i = 0; i < 12; i++) next()
    return next
  }

  // The id at which the running total passes u, a number from 0 up to 1.
  function sample(probabilities, u) {
    inRange("u", u, 0, 1 - Number.EPSILON / 2)
    let [left, last] = [u, -1]
    for (let id = 0; id < probabilities.length; id++) {
      inRange("probabilities", probabilities[id], 0, Infinity)
      if (probabilities[id] === 0) continue
      left -= probabilities[id]
      last = id
      if (left < 0) return id
    }
    if (last >= 0) return last // the total fell short of 1 by rounding
    throw new RangeError("probabilities must have one above 0, got none")
  }

  // ---- Writing ------------------------------------------------------------------

  const CHUNK = 16 // tokens read between two looks at the clock
  const SLICE = 12 // milliseconds between two chances of the page to do something else

  const pause = () =>
    new Promise((resolve) => {
      const {port1, port2} = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(null)
    })

  let due = 0 // when the page must get its turn again, whatever is being written
  async function breathe() {
    if (performance.now() < due) return
    await pause()
    due = performance.now() + SLICE
  }

  // Write on after `ids` (the whole text so far), with a model or with a reader of it.
  // Beside what the sampler takes and the seed:
  //   maxTokens, stop    how many to write; ids that end the text and are left out
  //   onToken(id, probabilities)  is called for every token
  //   signal             an AbortSignal that stops the writing
  //   edits              options of `start`, if the first argument is a model
  // Resolves to {ids, reason}: what was written and "stop", "length", "window" (it is
  // full) or "cancelled".
  async function generate(model, ids, options = {}) {
    const {maxTokens = Infinity, seed = 0, stop = [], onToken, signal, edits, ...sampling} =
      options
    inRange("maxTokens", maxTokens, 0, Infinity)
    const ends = new Set(list("stop", stop))
    const next = random(seed)
    const reader = model.start ? model.start(edits) : model
    const written = []
    reader.keepSame(ids)
    let logits
    while (logits === undefined || reader.position < ids.length) {
      if (signal?.aborted) return {ids: written, reason: "cancelled"}
      logits = reader.follow(ids.slice(0, reader.position + CHUNK))
      await breathe()
    }
    while (written.length < maxTokens) {
      if (signal?.aborted) return {ids: written, reason: "cancelled"}
      const seen = [...ids, ...written]
      const probabilities = sampler.probabilities(logits, {...sampling, seen})
      const id = sample(probabilities, next())
      if (ends.has(id)) return {ids: written, reason: "stop"}
      written.push(id)
      onToken?.(id, probabilities)
      if (reader.position === reader.config.window) return {ids: written, reason: "window"}
      if (written.length < maxTokens) logits = reader.step(id)
      await breathe()
    }
    return {ids: written, reason: "length"}
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {
    generate, random, sample, sampler, softmax,
  })
})()
