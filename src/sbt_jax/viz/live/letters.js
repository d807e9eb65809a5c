// What a reader pastes, as lines of letters to learn from; mirrors sbt_jax.training.own.
;(() => {
  "use strict"

  const [MOST, KINDS, ENOUGH, HELD] = [200000, 95, 10, 10]
  const OTHER = "\ufffd"
  const CUTS = [/\n/u, /\n|(?<=[.!?…؟।]) +|(?<=[。！？])/u, /[\n,;、،]/u]

  // Half characters and what has no shape are no letters; all line ends are one.
  const clean = (text) =>
    text
      .replace(/\p{Surrogate}/gu, OTHER)
      .replace(/\r\n?|[\v\f\u2028\u2029]/g, "\n")
      .replace(/[\t\u00a0]/g, " ")
      .replace(/[\0-\x08\x0e-\x1f\x7f-\x9f\ufeff]/g, "")

  // Pieces of at most `most` letters, cut at a space where there is one.
  function shorter(line, most) {
    const found = []
    for (let rest = line; rest.length;) {
      let end = rest.length
      if (end > most) {
        const space = rest.lastIndexOf(" ", most)
        end = space > 0 ? space : most
      }
      found.push(rest.slice(0, end))
      rest = rest.slice(end)
      while (rest[0] === " ") rest.shift()
    }
    return found
  }

  // The lines of a text, or else its sentences, or else what stands between commas.
  function lines(text) {
    const all = CUTS.map((cut) =>
      text.split(cut).map((line) => line.replace(/^ +| +$/g, "")).filter(Boolean))
    return (all.find((one) => one.length >= ENOUGH) ?? all[0]).map((line) => Array.from(line))
  }

  // What is learned from a text: `alphabet`, whose first letter ends a line; ids of the
  // lines to `learn` from and of those `held` back; `time`, the length of a row.
  function readText(given) {
    const start = Array.from(globalThis.sbt.check.string("text", given).slice(0, 2 * MOST + 2))
    const whole = lines(clean(start.slice(0, MOST).join("")))
    const mean = whole.reduce((sum, line) => sum + line.length, 0) / (whole.length || 1)
    const time = mean > 20 ? 64 : 32
    const pieces = whole.flatMap((line) => shorter(line, time - 1))
    const counts = new Map()
    for (const letter of pieces.flat()) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    const order = [...counts.keys()].sort((a, b) =>
      counts.get(b) - counts.get(a) || a.codePointAt(0) - b.codePointAt(0))
    const alphabet = ["\n", ...order.slice(0, KINDS)]
    const rare = order.length - alphabet.length + 1
    if (rare && !alphabet.includes(OTHER)) alphabet.push(OTHER)
    const place = new Map(alphabet.map((letter, i) => [letter, i]))
    const ids = pieces.map((piece) =>
      piece.map((letter) => place.get(letter) ?? place.get(OTHER)))
    const back = (_, i) => ids.length >= ENOUGH && i % HELD === HELD - 1
    return {
      alphabet, time, rare, cut: start.length > MOST,
      learn: ids.filter((line, i) => !back(line, i)), held: ids.filter(back),
    }
  }

  // Nats a letter to one who knows nothing, and to one who has counted, in the lines to
  // learn from, which letter follows which.
  function lossesOf({alphabet, learn}) {
    const [pairs, firsts] = [new Map(), new Map()]
    let all = 0
    for (const line of learn) {
      let before = 0
      for (const id of [...line, 0]) {
        const pair = before * alphabet.length + id
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
        firsts.set(before, (firsts.get(before) ?? 0) + 1)
        before = id
        all++
      }
    }
    let sum = 0
    for (const [pair, count] of pairs) {
      sum += count * Math.log(firsts.get(Math.floor(pair / alphabet.length)) / count)
    }
    return {nothing: Math.log(alphabet.length), pairs: all ? sum / all : 0}
  }

  // ---- Batches: also a part of the worker ----------------------------------------------

  function batches(random) {
    // Rows of lines drawn at random, each after the end of another, as long as they fit;
    // the last one is cut. Gives the same array each time.
    function drawer(learn, {rows, time}, seed) {
      const [next, tokens] = [random(seed), new Int32Array(rows * (time + 1))]
      return () => {
        for (let row = 0; row < rows; row++) {
          let at = row * (time + 1)
          const end = at + time + 1
          tokens[at++] = 0
          while (at < end) {
            const line = learn[Math.floor(next() * learn.length)]
            for (let i = 0; i < line.length && at < end; i++) tokens[at++] = line[i]
            if (at < end) tokens[at++] = 0
          }
        }
        return tokens
      }
    }

    // As many lines as fit into one batch, each whole, and which places are asked: a row
    // that has room for no more is filled with nothing.
    function heldBack(held, {rows, time}) {
      const tokens = new Int32Array(rows * (time + 1))
      const asked = new Uint8Array(rows * time)
      let [line, used] = [0, 0]
      for (let row = 0; row < rows; row++) {
        let at = 1
        while (line < held.length && at + held[line].length < time + 1) {
          tokens.set(held[line], row * (time + 1) + at)
          at += held[line++].length + 1
        }
        asked.fill(1, row * time, row * time + at - 1)
        used += at - 1
      }
      return used ? {tokens, asked} : null
    }

    return {drawer, heldBack}
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {batches, lossesOf, readText})
})()
