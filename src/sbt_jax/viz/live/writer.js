// What a model that learns in the browser writes, letter by letter. Compared with JAX by
// tests/live/test_trainer.py; `writers` is a part of the worker, as `trainer` is.
;(() => {
  "use strict"

  function writers({angles, gate, look, mix, multiply, norm, rotate}, random) {
    const zeros = (size) => new Float32Array(size)

    // Several texts at once, letter by letter, with keys and values kept. A token 0 begins
    // and ends each.
    return function writer({sizes, weights: w, parts}) {
      const {vocab, width, layers, heads, mlp, time} = sizes
      const [count, size, wide, padded] = [4, width / heads, 3 * width, parts.embedding.rows]
      const turns = angles(time, size / 2)
      const [stream, read, mixed] = [0, 0, 0].map(() => zeros(count * width))
      const [qkv, hidden] = [zeros(count * wide), zeros(count * 2 * mlp)]
      const [open, active] = [zeros(count * mlp), zeros(count * mlp)]
      const [over, shares, logits] = [zeros(count), zeros(time), zeros(count * padded)]
      const past = Array.from({length: layers}, () => zeros(count * time * wide))

      function step(tokens, position) {
        tokens.forEach((token, row) => {
          for (let i = 0; i < width; i++) stream[row * width + i] = w[token * width + i]
        })
        for (let layer = 0; layer < layers; layer++) {
          const at = (name) => parts[`blocks.${layer}.${name}`].at
          norm(read, over, stream, w, at("attention_norm"), count, width)
          multiply(false, qkv, read, 0, width, 1, w, at("qkv"), wide, 1, count, width, wide)
          for (let row = 0; row < count; row++) {
            rotate(qkv, turns, row * wide, position, heads, size / 2, 1)
            const first = row * time * wide
            past[layer].set(qkv.subarray(row * wide, (row + 1) * wide), first + position * wide)
            for (let h = 0; h < heads; h++) {
              look(shares, 0, qkv, row * wide + h * size, past[layer],
                first + width + h * size, wide, position + 1, size)
              mix(mixed, row * width + h * size, shares, 0, past[layer],
                first + 2 * width + h * size, wide, position + 1, size)
            }
          }
          multiply(true, stream, mixed, 0, width, 1, w, at("output"), width, 1,
            count, width, width)
          norm(read, over, stream, w, at("mlp_norm"), count, width)
          multiply(false, hidden, read, 0, width, 1, w, at("gateUp"), 2 * mlp, 1,
            count, width, 2 * mlp)
          gate(active, open, hidden, count, mlp)
          multiply(true, stream, active, 0, mlp, 1, w, at("down"), width, 1,
            count, mlp, width)
        }
        norm(read, over, stream, w, parts.norm.at, count, width)
        multiply(false, logits, read, 0, width, 1, w, 0, 1, width, count, width, padded)
      }

      function draw(row, chance) {
        let [top, total] = [-Infinity, 0]
        const from = row * padded
        for (let v = from; v < from + vocab; v++) if (logits[v] > top) top = logits[v]
        for (let v = from; v < from + vocab; v++) total += Math.exp(logits[v] - top)
        let left = chance * total
        for (let v = 0; v < vocab - 1; v++) {
          left -= Math.exp(logits[from + v] - top)
          if (left < 0) return v
        }
        return vocab - 1
      }

      // Four lists of tokens, drawn with a seed; one that finds no end is as long as rows.
      return function write(seed) {
        const next = random(seed)
        const texts = Array.from({length: count}, () => [])
        const done = texts.map(() => false)
        let tokens = texts.map(() => 0)
        for (let position = 0; position < time && done.includes(false); position++) {
          step(tokens, position)
          tokens = texts.map((text, row) => {
            const token = draw(row, next())
            if (token === 0) done[row] = true
            if (!done[row]) text.push(token)
            return token
          })
        }
        return texts
      }
    }
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {writers})
})()
