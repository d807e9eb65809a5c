// A transformer that learns in the reader's browser: forward, backward, AdamW. Mirrors
// sbt_jax.architecture and sbt_jax.training; compared with JAX by tests/live/test_trainer.py.
//
// `trainer` uses nothing from outside but its arguments, what `kernels` gives and a source
// of chance such as `sbt.random`: its own text is a part of the worker (workshop.js).
;(() => {
  "use strict"

  function trainer({angles, gate, look, mix, multiply, norm, normBack, rotate}, random) {
    const [B1, B2, TINY] = [0.9, 0.95, 1e-8] // of AdamW, as in sbt_jax.training
    const zeros = (size) => new Float32Array(size)

    // ---- Weights: one row of numbers, named by where they begin -------------------

    // Beside their names in Python: query, key and value are one matrix, and so are gate
    // and up. The vocabulary is filled up to a multiple of 4 with rows of zeros.
    function layout({vocab, width, layers, mlp}) {
      const sizes = [["embedding", 4 * Math.ceil(vocab / 4), width, 1]]
      const [near, small] = [1 / Math.sqrt(width), 1 / Math.sqrt(2 * layers)]
      for (let layer = 0; layer < layers; layer++) {
        const named = (name, ...rest) => sizes.push([`blocks.${layer}.${name}`, ...rest])
        named("attention_norm", 1, width)
        named("qkv", width, 3 * width, near)
        named("output", width, width, near * small)
        named("mlp_norm", 1, width)
        named("gateUp", width, 2 * mlp, near)
        named("down", mlp, width, small / Math.sqrt(mlp))
      }
      sizes.push(["norm", 1, width])
      const parts = {}
      let size = 0
      for (const [name, rows, cols, scale] of sizes) {
        parts[name] = {at: size, rows, cols, scale}
        size += rows * cols
      }
      return {parts, size}
    }

    // Random weights as those of `init_model`, drawn by Box and Muller's method.
    function initial(sizes, seed) {
      const {parts, size} = layout(sizes)
      const [weights, next] = [zeros(size), random(seed)]
      for (const [name, {at, rows, cols, scale}] of Object.entries(parts)) {
        const count = name === "embedding" ? sizes.vocab * cols : rows * cols
        for (let i = at; i < at + count; i++) {
          if (scale === undefined) weights[i] = name === "norm" ? 0.02 : 1
          else {
            const far = Math.sqrt(-2 * Math.log(1 - next()))
            weights[i] = scale * far * Math.cos(2 * Math.PI * next())
          }
        }
      }
      return weights
    }

    // ---- The model --------------------------------------------------------------------

    // Sizes: vocab, width, layers, heads, mlp, and a batch of `rows` by `time` tokens.
    function model(sizes, weights) {
      const {vocab, width, layers, heads, mlp, rows, time} = sizes
      const {parts, size: total} = layout(sizes)
      const [all, size, wide] = [rows * time, width / heads, 3 * width]
      const padded = parts.embedding.rows
      const turns = angles(time, size / 2)
      const at = (layer, name) => parts[`blocks.${layer}.${name}`].at
      const w = weights
      const [slope, mean, square] = [zeros(total), zeros(total), zeros(total)]
      let updates = 0

      // What the way back needs of the way forward, layer by layer.
      const kept = Array.from({length: layers}, () => ({
        before: zeros(all * width), over: zeros(all), read: zeros(all * width),
        qkv: zeros(all * wide), shares: zeros(all * heads * time), mixed: zeros(all * width),
        between: zeros(all * width), over2: zeros(all), read2: zeros(all * width),
        hidden: zeros(all * 2 * mlp), open: zeros(all * mlp), active: zeros(all * mlp),
      }))
      const [stream, last, over] = [zeros(all * width), zeros(all * width), zeros(all)]
      const [logits, turned] = [zeros(all * padded), zeros(all * width)]
      const [dRead, dWide] = [zeros(all * width), zeros(all * Math.max(wide, 2 * mlp))]
      const [dActive, dShares] = [zeros(all * Math.max(mlp, width)), zeros(time)]

      function forward(tokens) {
        for (let n = 0, row = 0; row < rows; row++) {
          for (let t = 0; t < time; t++, n++) {
            const from = tokens[row * (time + 1) + t] * width
            for (let i = 0; i < width; i++) stream[n * width + i] = w[from + i]
          }
        }
        for (let layer = 0; layer < layers; layer++) through(layer, kept[layer])
        norm(last, over, stream, w, parts.norm.at, all, width)
        multiply(false, logits, last, 0, width, 1, w, 0, 1, width, all, width, padded)
      }

      function through(layer, it) {
        it.before.set(stream)
        norm(it.read, it.over, stream, w, at(layer, "attention_norm"), all, width)
        multiply(false, it.qkv, it.read, 0, width, 1, w, at(layer, "qkv"), wide, 1,
          all, width, wide)
        for (let n = 0; n < all; n++) {
          rotate(it.qkv, turns, n * wide, n % time, heads, size / 2, 1)
        }
        for (let n = 0; n < all; n++) {
          const first = (n - (n % time)) * wide, seen = (n % time) + 1
          for (let h = 0; h < heads; h++) {
            const p = (n * heads + h) * time, head = h * size
            look(it.shares, p, it.qkv, n * wide + head, it.qkv, first + width + head, wide,
              seen, size)
            mix(it.mixed, n * width + head, it.shares, p, it.qkv,
              first + 2 * width + head, wide, seen, size)
          }
        }
        multiply(true, stream, it.mixed, 0, width, 1, w, at(layer, "output"), width, 1,
          all, width, width)
        it.between.set(stream)
        norm(it.read2, it.over2, stream, w, at(layer, "mlp_norm"), all, width)
        multiply(false, it.hidden, it.read2, 0, width, 1, w, at(layer, "gateUp"), 2 * mlp, 1,
          all, width, 2 * mlp)
        gate(it.active, it.open, it.hidden, all, mlp)
        multiply(true, stream, it.active, 0, mlp, 1, w, at(layer, "down"), width, 1,
          all, mlp, width)
      }

      // Mean surprise at the tokens that came, where `asked`; with `back`, logits become
      // the slopes of that mean.
      function surprise(tokens, asked, back) {
        let [sum, count] = [0, 0]
        for (let n = 0; n < all; n++) count += asked ? asked[n] : 1
        for (let n = 0; n < all; n++) {
          const from = n * padded, row = (n - (n % time)) / time
          const target = tokens[row * (time + 1) + (n % time) + 1]
          let top = -Infinity, total = 0
          for (let v = from; v < from + vocab; v++) if (logits[v] > top) top = logits[v]
          for (let v = from; v < from + vocab; v++) total += Math.exp(logits[v] - top)
          if (!asked || asked[n]) sum += Math.log(total) - logits[from + target] + top
          if (!back) continue
          const share = !asked || asked[n] ? 1 / count : 0
          for (let v = from; v < from + vocab; v++) {
            logits[v] = (share * Math.exp(logits[v] - top)) / total
          }
          logits.fill(0, from + vocab, from + padded)
          logits[from + target] -= share
        }
        return count ? sum / count : 0
      }

      function backward(tokens) {
        const dx = turned
        dx.fill(0)
        multiply(false, dRead, logits, 0, padded, 1, w, 0, width, 1, all, padded, width)
        normBack(dx, slope, dRead, over, stream, w, parts.norm.at, all, width)
        product(parts.embedding, logits, padded, last, width)
        for (let layer = layers - 1; layer >= 0; layer--) backThrough(layer, kept[layer], dx)
        for (let n = 0, row = 0; row < rows; row++) {
          for (let t = 0; t < time; t++, n++) {
            const to = tokens[row * (time + 1) + t] * width
            for (let i = 0; i < width; i++) slope[to + i] += dx[n * width + i]
          }
        }
      }

      // The slope of a matrix: what it read times the slopes of what it gave.
      function product({at: to, rows: M, cols: N}, read, readSize, given, givenSize) {
        multiply(false, slope.subarray(to, to + M * N), read, 0, 1, readSize,
          given, 0, givenSize, 1, M, all, N)
      }

      function backThrough(layer, it, dx) {
        const part = (name) => parts[`blocks.${layer}.${name}`]
        product(part("down"), it.active, mlp, dx, width)
        multiply(false, dActive, dx, 0, width, 1, w, at(layer, "down"), 1, width,
          all, width, mlp)
        for (let n = 0, j = 0; n < all; n++) {
          for (let i = 0, g = 2 * n * mlp; i < mlp; i++, g++, j++) {
            const x = it.hidden[g], s = it.open[j]
            dWide[g] = dActive[j] * it.hidden[g + mlp] * s * (1 + x * (1 - s))
            dWide[g + mlp] = dActive[j] * x * s
          }
        }
        product(part("gateUp"), it.read2, width, dWide, 2 * mlp)
        multiply(false, dRead, dWide, 0, 2 * mlp, 1, w, at(layer, "gateUp"), 1, 2 * mlp,
          all, 2 * mlp, width)
        normBack(dx, slope, dRead, it.over2, it.between, w, at(layer, "mlp_norm"), all, width)
        product(part("output"), it.mixed, width, dx, width)
        multiply(false, dActive, dx, 0, width, 1, w, at(layer, "output"), 1, width,
          all, width, width)
        attentionBack(it)
        product(part("qkv"), it.read, width, dWide, wide)
        multiply(false, dRead, dWide, 0, wide, 1, w, at(layer, "qkv"), 1, wide,
          all, wide, width)
        normBack(dx, slope, dRead, it.over, it.before, w, at(layer, "attention_norm"),
          all, width)
      }

      // From the slopes of what was mixed, in dActive, to those of qkv, in dWide.
      function attentionBack({qkv, shares}) {
        const scale = 1 / Math.sqrt(size)
        dWide.fill(0, 0, all * wide)
        for (let n = 0; n < all; n++) {
          const first = n - (n % time), seen = (n % time) + 1
          for (let h = 0; h < heads; h++) {
            const p = (n * heads + h) * time, head = h * size
            const d = n * width + head, q = n * wide + head
            let along = 0
            for (let t = 0; t < seen; t++) {
              const v = (first + t) * wide + 2 * width + head
              const share = shares[p + t]
              let dot = 0
              for (let i = 0; i < size; i++) {
                dot += dActive[d + i] * qkv[v + i]
                dWide[v + i] += share * dActive[d + i]
              }
              dShares[t] = dot
              along += share * dot
            }
            for (let t = 0; t < seen; t++) {
              const k = (first + t) * wide + width + head
              const ds = shares[p + t] * (dShares[t] - along) * scale
              for (let i = 0; i < size; i++) {
                dWide[q + i] += ds * qkv[k + i]
                dWide[k + i] += ds * qkv[q + i]
              }
            }
          }
        }
        for (let n = 0; n < all; n++) {
          rotate(dWide, turns, n * wide, n % time, heads, size / 2, -1)
        }
      }

      // One update of AdamW behind a clip. Gives the length of the gradient.
      function update(rate, {clip, weightDecay}) {
        let sum = 0
        for (let i = 0; i < total; i++) sum += slope[i] * slope[i]
        const length = Math.sqrt(sum)
        const scale = length < clip ? 1 : clip / length
        updates++
        const [c1, c2] = [1 - B1 ** updates, 1 - B2 ** updates]
        for (let i = 0; i < total; i++) {
          const g = slope[i] * scale
          mean[i] = B1 * mean[i] + (1 - B1) * g
          square[i] = B2 * square[i] + (1 - B2) * g * g
          const usual = Math.sqrt(square[i] / c2) + TINY
          w[i] -= rate * (mean[i] / c1 / usual + weightDecay * w[i])
        }
        return length
      }

      // The loss of a batch: rows of time + 1 tokens.
      function loss(tokens, asked) {
        forward(tokens)
        return surprise(tokens, asked, false)
      }

      function slopes(tokens, asked) {
        forward(tokens)
        const found = surprise(tokens, asked, true)
        backward(tokens)
        return found
      }

      return {loss, slopes, update, weights, slope, parts, sizes}
    }

    // The rate of an update, counted from 0: a straight warm-up, then a cosine to 0.
    function rateAt(step, {steps, learningRate, warmup}) {
      if (step < warmup) return (learningRate * step) / warmup
      const done = Math.min(step - warmup, steps - warmup) / (steps - warmup)
      return (learningRate * (1 + Math.cos(Math.PI * done))) / 2
    }

    return {initial, layout, model, rateAt}
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {trainer})
})()
