// The oracle of the story world in the browser: what may come next, exactly.
//
// A classic script beside base.js, which adds `sbt.world`; node can `require` it. It
// mirrors src/sbt_jax/world/oracle.py on the same tables and is compared with it by
// tests/world/test_stories.py. Tables come from `world.browser_script` in Python.
;(() => {
  "use strict"

  const END = "<end>"

  function lookUp(world, state, ref) {
    switch (ref[0]) {
      case "reg": return state[ref[1]] ?? ""
      case "is": return ref[1]
      case "of": return world.things[lookUp(world, state, ref[1])]?.[ref[2]] ?? ""
      case "at": return state[`${ref[1]} ${lookUp(world, state, ref[2])}`] ?? ""
      default: { // a sum
        const [left, right] = [ref[2], ref[3]].map((r) => Number(lookUp(world, state, r)))
        return String(left + ref[1] * right)
      }
    }
  }

  const compare = {
    yes: (left) => Boolean(left),
    no: (left) => !left,
    "=": (left, right) => left === right,
    "!=": (left, right) => left !== right,
    "<": (left, right) => Number(left) < Number(right),
  }

  function holds(world, state, guard) {
    return guard.every(([kind, ...refs]) =>
      compare[kind](...refs.map((ref) => lookUp(world, state, ref))))
  }

  function remember(world, state, op) {
    if (op[0] === "forget") {
      return Object.fromEntries(Object.entries(state).filter(([key]) => key[0] !== "_"))
    }
    const [, target, ref] = op
    const key = target[0] === "at"
      ? `${target[1]} ${lookUp(world, state, target[2])}` : target[1]
    return {...state, [key]: lookUp(world, state, ref)}
  }

  // The states that a pick may lead to, with their probabilities.
  function candidates(world, state, [, name, source, guard]) {
    const entries = typeof source === "string"
      ? world.sets[source] : source.map((ref) => [lookUp(world, state, ref), 1])
    const found = []
    let total = 0
    for (const [value, weight] of entries) {
      const after = {...state, [name]: value}
      if (guard.length && !holds(world, after, guard)) continue
      found.push([after, weight])
      total += weight
    }
    return found.map(([after, weight]) => [after, weight / total])
  }

  function said(world, state, [, ref, glued, capital]) {
    const [first, ...others] = world.say(lookUp(world, state, ref))
    const word = capital ? first[0].toUpperCase() + first.slice(1) : first
    return [glued ? word : ` ${word}`, ...others]
  }

  // Every word that a thread may say next: [word, skill, thread after it]. A thread
  // is one way to have come here: {rest, state, p}; rest is {ops, at, after}.
  function following(world, thread) {
    const out = []
    const todo = [thread]
    while (todo.length) {
      let {rest, state, p} = todo.pop()
      if (rest === null) {
        out.push([END, "grammar", {rest: null, state, p}])
        continue
      }
      const {ops, at, after} = rest
      if (at === ops.length) {
        todo.push({rest: after, state, p})
        continue
      }
      const op = ops[at]
      rest = {ops, at: at + 1, after}
      switch (op[0]) {
        case "word":
          out.push([op[1], op[2] ?? "grammar", {rest, state, p}])
          break
        case "say": {
          const [first, ...others] = said(world, state, op)
          if (others.length) {
            const words = others.map((word) => ["word", word, op[4]])
            rest = {ops: words, at: 0, after: rest}
          }
          out.push([first, op[4], {rest, state, p}])
          break
        }
        case "rule": {
          const open = world.rules[op[1]].filter((a) => holds(world, state, a[1]))
          const total = open.reduce((sum, a) => sum + a[0], 0)
          if (rest.at === ops.length) rest = after
          for (const a of open) {
            todo.push({rest: {ops: a[2], at: 0, after: rest}, state, p: (p * a[0]) / total})
          }
          break
        }
        case "pick":
          for (const [s, share] of candidates(world, state, op)) {
            todo.push({rest, state: s, p: p * share})
          }
          break
        default:
          todo.push({rest, state: remember(world, state, op), p})
      }
    }
    return out
  }

  // A number for each list of operations, so that threads can be compared.
  const numbers = new WeakMap()
  let lists = 0
  function place(rest) {
    let key = ""
    for (; rest; rest = rest.after) {
      const words = rest.ops[0]?.length === 3 && rest.ops[0][0] === "word"
      if (!numbers.has(rest.ops)) numbers.set(rest.ops, ++lists)
      const name = words
        ? rest.ops.slice(rest.at).map((op) => op[1]).join("") : numbers.get(rest.ops)
      key += `${name}:${rest.at} `
    }
    return key
  }

  function merged(threads) {
    if (threads.length === 1) return threads
    const found = new Map()
    for (const thread of threads) {
      const state = Object.entries(thread.state).sort(([a], [b]) => (a < b ? -1 : 1))
      const key = place(thread.rest) + JSON.stringify(state)
      const known = found.get(key)
      if (known) known.p += thread.p
      else found.set(key, {...thread})
    }
    return [...found.values()]
  }

  // What the world knows after the words read so far. `next` maps each possible word
  // to {p, skill}; from an impossible word on it is empty.
  function reading(world, threads, words, impossible = null) {
    let next
    const ways = () => {
      if (next) return next
      next = new Map()
      if (words.at(-1) === END || !threads.length) return next
      for (const thread of threads) {
        for (const [word, skill, after] of following(world, thread)) {
          if (!next.has(word)) next.set(word, {skill, threads: []})
          next.get(word).threads.push(after)
        }
      }
      const total = threads.reduce((sum, thread) => sum + thread.p, 0)
      for (const way of next.values()) {
        way.threads = merged(way.threads)
        way.p = way.threads.reduce((sum, thread) => sum + thread.p, 0) / total
      }
      const order = ([a, x], [b, y]) => y.p - x.p || (a < b ? -1 : 1)
      next = new Map([...next].sort(order))
      return next
    }
    const read = (word) => {
      const way = ways().get(word)
      if (!way) return reading(world, [], words, impossible ?? word)
      return reading(world, way.threads, [...words, word])
    }
    return {
      words, impossible, read,
      get next() { return ways() },
      get probability() { return threads.reduce((sum, thread) => sum + thread.p, 0) },
      get state() { return threads.length === 1 ? {...threads[0].state} : null },
    }
  }

  // A world from its tables. `read(words)` keeps the readings of the last text, so
  // that typing on at its end costs one word.
  function world({things, sets, rules}, split) {
    const texts = new Map()
    const self = {
      things, sets, rules,
      say(value) {
        if (!texts.has(value)) texts.set(value, split(things[value]?.text ?? value))
        return texts.get(value)
      },
    }
    const story = {ops: [["rule", "story"]], at: 0, after: null}
    let path = [reading(self, [{rest: story, state: {}, p: 1}], [])]

    function read(words) {
      let same = 0
      while (same < words.length && path[same + 1]?.words[same] === words[same]) same++
      path = path.slice(0, same + 1)
      for (const word of words.slice(same)) {
        const after = path.at(-1).read(word)
        if (after.impossible !== null) return after
        path.push(after)
      }
      return path.at(-1)
    }

    return {read, END}
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {world})
})()
