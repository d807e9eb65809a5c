// The story world for figures: what comes next by the truth, by a model, by counts.
// Mirrors parts of sbt_jax.shipped and sbt_jax.foundations; compared with them by
// tests/live/test_stories.py.
;(() => {
  "use strict"

  // Whole numbers, each in as few bytes as it needs, from base64; `sums` adds them up.
  function varints(text, sums) {
    const found = []
    let [value, shift, total] = [0, 1, 0]
    for (const character of atob(text)) {
      const byte = character.charCodeAt(0)
      value += (byte & 127) * shift
      shift *= 128
      if (byte & 128) continue
      total += value
      found.push(sums ? total : value)
      value = 0
      shift = 1
    }
    return found
  }

  // n-grams from the table of `shipped.ngram_table`. `probabilities(ids)` is the
  // distribution of the next token: Witten and Bell's, as in foundations.ngram_probs.
  function ngrams({vocabSize, levels}) {
    const all = levels.map(({context, pair, count}) => {
      const contexts = varints(context, true)
      const counts = varints(count, false)
      const next = contexts.map(() => [])
      varints(pair, true).forEach((key, i) => {
        next[Math.floor(key / vocabSize)].push([key % vocabSize, counts[i]])
      })
      return {number: new Map(contexts.map((key, i) => [key, i])), next}
    })
    function probabilities(ids) {
      if (!sbt.check.list("ids", ids).length) {
        throw new RangeError("ids must not be empty, got []")
      }
      for (const id of ids) sbt.check.whole("ids", id, 0, vocabSize - 1)
      const p = new Float64Array(vocabSize).fill(1 / vocabSize)
      let number = 0
      for (let length = 0; length < all.length; length++) {
        const level = all[length]
        if (length) {
          const older = ids[Math.max(ids.length - length, 0)]
          number = level.number.get(number * vocabSize + older)
          if (number === undefined) break
        }
        const row = level.next[number]
        const followed = row.reduce((sum, [, count]) => sum + count, 0)
        const all_ = followed + row.length
        for (let id = 0; id < vocabSize; id++) p[id] *= row.length / all_
        for (const [id, count] of row) p[id] += count / all_
      }
      return p
    }
    return {probabilities}
  }

  // A language model of stories: the shipped model, its tokenizer and the world.
  //   weights, tokenizer, tables   as `sbt.weights.main`, Tokenizer.spec(), `sbt.tables`
  function stories({weights, tokenizer: spec, tables}) {
    const tokenizer = sbt.tokenizer(spec)
    const model = sbt.transformer(weights)
    const reader = sbt.reader(model)
    const world = sbt.world(tables, tokenizer.pretokenize)
    const end = tokenizer.special[world.END]
    const {window} = model.config
    const wordIds = new Map([[world.END, [end]]])

    // The tokens of a word, with the space before it.
    function idsOf(word) {
      if (!wordIds.has(word)) wordIds.set(word, tokenizer.encode(word))
      return wordIds.get(word)
    }

    // The tokens of a text after the mark that starts every story; of a text that does
    // not fit the window, the last ones, and how many are left out.
    function ids(text, room = 0) {
      const all = tokenizer.encode(text)
      const most = window - 1 - room
      const cut = Math.max(all.length - most, 0)
      return {ids: [end, ...all.slice(cut)], cut}
    }

    // Words so far, and the last one if it is only begun: no story goes on with it, but
    // some story goes on with a word that begins like it.
    function begun(text) {
      const words = tokenizer.pretokenize(text.replace(/(?<=\S) $/, ""))
      let reading = world.read(words)
      let partial = ""
      if (reading.impossible !== null && !/\s$/.test(text)) {
        const before = world.read(words.slice(0, -1))
        const last = words.at(-1)
        if (before.impossible === null &&
            [...before.next.keys()].some((word) => word.startsWith(last))) {
          partial = last
          reading = before
        }
      }
      return {words: partial ? words.slice(0, -1) : words, reading, partial}
    }

    // Probability of each of these words after some tokens, each as the product of the
    // probabilities of its tokens. `probabilities(ids)` is any model of the next token.
    function wordProbabilities(probabilities, start, words) {
      const first = probabilities(start)
      const after = new Map() // of words of several tokens, by all but the last
      const p = new Map()
      for (const word of words) {
        const own = idsOf(word)
        let product = first[own[0]]
        for (let i = 1; i < own.length; i++) {
          const key = own.slice(0, i).join()
          if (!after.has(key)) after.set(key, probabilities([...start, ...own.slice(0, i)]))
          product *= after.get(key)[own[i]]
        }
        p.set(word, product)
      }
      return {p, first}
    }

    const byModel = (list) => sbt.softmax(reader.read(list))

    // All that is known about the next word of a text. `rows` are [word, truth, model],
    // the most probable first; off the world every truth is null.
    //   extra   how many of the model's tokens that no story has there are added
    function look(text, extra = 4) {
      const {words, reading, partial} = begun(text)
      const {ids: start, cut} = ids(words.join(""), 8)
      const fits = (word) => word.startsWith(partial)
      const support = [...reading.next.keys()].filter(fits)
      const {p, first} = wordProbabilities(byModel, start, support)
      const taken = new Set(support.map((word) => idsOf(word)[0]))
      const others = []
      for (const id of top(first, taken.size + extra + 8)) {
        if (taken.has(id) || others.length === extra) continue
        const word = id === end ? world.END : tokenizer.decode([id])
        if (!fits(word) || word === partial || p.has(word)) continue
        p.set(word, first[id])
        others.push(word)
      }
      const truth = new Map(support.map((word) => [word, reading.next.get(word).p]))
      if (partial) for (const share of [truth, p]) normalize(share)
      const none = reading.impossible === null ? 0 : null
      const rows = [...p].map(([word, model]) => [word, truth.get(word) ?? none, model])
      const rank = ([word, t, m]) => Math.max(t ?? 0, m)
      rows.sort((x, y) => rank(y) - rank(x) || (x[0] < y[0] ? -1 : 1))
      const known = reading.impossible === null && !partial && support.length > 0
      return {
        words, partial, cut, rows, start,
        impossible: reading.impossible,
        ended: words.at(-1) === world.END,
        gap: known ? gap(truth, p) : null,
      }
    }

    return {
      begun, end, idsOf, ids, look, model, reader, tokenizer, wordProbabilities, world,
    }
  }

  function normalize(shares) {
    const total = [...shares.values()].reduce((a, b) => a + b, 0)
    for (const [word, share] of shares) shares.set(word, total ? share / total : 0)
  }

  // The KL divergence, in nats, over the words that may come; what cannot come is free.
  function gap(truth, p) {
    let sum = 0
    for (const [word, t] of truth) {
      sbt.check.inRange(`truth of "${word}"`, t, 0, 1 + 1e-6)
      const model = sbt.check.inRange(`model of "${word}"`, p.get(word), 0, 1 + 1e-6)
      if (t > 0) sum += t * Math.log(t / model)
    }
    return sum
  }

  // Places of the largest numbers, largest first.
  function top(values, count) {
    const order = Array.from(values, (_, i) => i)
    return order.sort((a, b) => values[b] - values[a] || a - b).slice(0, count)
  }

  // `make.once(parts)` gives the same result for equal parts: a page has one model,
  // however many figures and callbacks use it.
  function remember(make) {
    const made = []
    make.once = (parts) => {
      const same = ([known]) => Object.entries(parts).every(([name, part]) =>
        known[name] === part || JSON.stringify(known[name]) === JSON.stringify(part))
      let found = made.find(([known]) => known === parts) ?? made.find(same)
      if (!found) made.push((found = [parts, make(parts)]))
      return found[1]
    }
  }
  remember(stories)
  remember(ngrams)

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {ngrams, stories, wordGap: gap})
})()
