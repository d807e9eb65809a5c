// The model in the reader's browser: weights, transformer, and readers that keep keys and
// values. Mirrors sbt_jax.architecture; compared with it by tests/live/test_model.py.
;(() => {
  "use strict"

  const {finite, known, list, whole} = globalThis.sbt.check

  // ---- Weights: from a script of `checkpoints.browser_script` in Python --------

  // Numbers of `Kind` from the base64 of their little-endian bytes; none from a text that
  // is anything else, which is refused by its length.
  function numbers(text, Kind) {
    let raw = ""
    try {
      raw = atob(text)
    } catch {
      return new Kind()
    }
    if (raw.length % Kind.BYTES_PER_ELEMENT) return new Kind()
    const bytes = new Uint8Array(raw.length)
    for (let i = 0; i < bytes.length; i++) bytes[i] = raw.charCodeAt(i)
    return new Kind(bytes.buffer)
  }

  // One array of a checkpoint as float32, checked; int8 rows are scaled back.
  function dequantize(name, array, shape) {
    if (String(array?.shape) !== String(shape)) {
      throw new RangeError(`${name} must have the shape ${shape}, got ${array?.shape}`)
    }
    const size = shape.reduce((a, b) => a * b, 1)
    if (shape.length < 2) return finite(name, numbers(array.values, Float32Array), size)
    const integers = finite(name, numbers(array.values, Int8Array), size)
    const scales = numbers(array.scale, Float32Array)
    finite(`the scale of ${name}`, scales, shape[0])
    const floats = new Float32Array(size)
    const row = size / shape[0]
    for (let i = 0, at = 0; i < shape[0]; i++) {
      for (const end = at + row; at < end; at++) floats[at] = integers[at] * scales[i]
    }
    return floats
  }

  // Everything in a checkpoint that holds something else than a model, such as adapters or
  // directions: {name: {shape, data}}.
  const unpack = ({arrays}) =>
    Object.fromEntries(Object.entries(arrays).map(([name, array]) =>
      [name, {shape: array.shape, data: dequantize(name, array, array.shape)}]))

  // The shape of every weight, by its name in the checkpoint.
  function weightShapes({vocab_size, width, layers, heads, kv_heads, mlp}) {
    const size = width / heads
    const shapes = {embedding: [vocab_size, width], norm: [width]}
    for (let layer = 0; layer < layers; layer++) {
      Object.assign(shapes, {
        [`blocks.${layer}.attention_norm`]: [width],
        [`blocks.${layer}.attention.query`]: [width, heads, size],
        [`blocks.${layer}.attention.key`]: [width, kv_heads, size],
        [`blocks.${layer}.attention.value`]: [width, kv_heads, size],
        [`blocks.${layer}.attention.output`]: [heads, size, width],
        [`blocks.${layer}.mlp_norm`]: [width],
        [`blocks.${layer}.mlp.gate`]: [width, mlp],
        [`blocks.${layer}.mlp.up`]: [width, mlp],
        [`blocks.${layer}.mlp.down`]: [mlp, width],
      })
    }
    return shapes
  }

  // W += scale * A @ B, where W has one row for each number that it reads.
  function addLowRank(name, weights, {a, b, scale = 1}, inputs) {
    const outputs = weights.length / inputs
    const [left, right] = [a, b].map((matrix) => Array.from(matrix).flat())
    const rank = left.length / inputs
    whole(`the rank of the adapter of ${name}`, rank, 1, Math.min(inputs, outputs))
    finite(`a of the adapter of ${name}`, left, inputs * rank)
    finite(`b of the adapter of ${name}`, right, rank * outputs)
    finite(`scale of the adapter of ${name}`, [scale], 1)
    for (let i = 0, at = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++, at++) {
        let sum = 0
        for (let r = 0; r < rank; r++) sum += left[i * rank + r] * right[r * outputs + j]
        weights[at] += scale * sum
      }
    }
  }

  // Matrices that read the same `inputs` numbers, as one with a row for each output:
  // a row is contiguous where it is used.
  function stack(inputs, ...matrices) {
    const rows = matrices.reduce((sum, matrix) => sum + matrix.length / inputs, 0)
    const data = new Float32Array(rows * inputs)
    let row = 0
    for (const matrix of matrices) {
      const outputs = matrix.length / inputs
      for (let j = 0; j < outputs; j++, row++) {
        for (let i = 0; i < inputs; i++) data[row * inputs + i] = matrix[i * outputs + j]
      }
    }
    return {rows, cols: inputs, data}
  }

  // ---- Transformer: mirrors sbt_jax.architecture ------------------------------

  const NUMBERS = {rotary_base: 10000, epsilon: 1e-6} // if a checkpoint says nothing
  const BLOCK = 16 // tokens that pass through a layer together
  const EDITS = ["trace", "ablate", "cut", "steer", "edit", "adapters"]

  // out[t] = matrix @ x[t] for `count` vectors that follow one another. Tiles of 4 by
  // 4 use each number that is loaded four times; the last tile of a row or column
  // overlaps the one before where sizes are no multiples of 4.
  function project(out, x, count, {rows, cols, data}) {
    if (count < 4 || rows < 4) {
      for (let t = 0; t < count; t++) {
        projectOne(out, t * rows, x, t * cols, rows, cols, data, 0, cols)
      }
      return
    }
    for (let row = 0; row < rows; row += 4) {
      const r = Math.min(row, rows - 4)
      const [r0, r1, r2, r3] = [r * cols, (r + 1) * cols, (r + 2) * cols, (r + 3) * cols]
      for (let token = 0; token < count; token += 4) {
        const t = Math.min(token, count - 4)
        const [t0, t1, t2, t3] = [t * cols, (t + 1) * cols, (t + 2) * cols, (t + 3) * cols]
        let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0
        let s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0
        for (let i = 0; i < cols; i++) {
          const x0 = x[t0 + i], x1 = x[t1 + i], x2 = x[t2 + i], x3 = x[t3 + i]
          const w0 = data[r0 + i], w1 = data[r1 + i], w2 = data[r2 + i], w3 = data[r3 + i]
          s00 += x0 * w0; s01 += x0 * w1; s02 += x0 * w2; s03 += x0 * w3
          s10 += x1 * w0; s11 += x1 * w1; s12 += x1 * w2; s13 += x1 * w3
          s20 += x2 * w0; s21 += x2 * w1; s22 += x2 * w2; s23 += x2 * w3
          s30 += x3 * w0; s31 += x3 * w1; s32 += x3 * w2; s33 += x3 * w3
        }
        let at = t * rows + r
        out[at] = s00; out[at + 1] = s01; out[at + 2] = s02; out[at + 3] = s03
        at += rows
        out[at] = s10; out[at + 1] = s11; out[at + 2] = s12; out[at + 3] = s13
        at += rows
        out[at] = s20; out[at + 1] = s21; out[at + 2] = s22; out[at + 3] = s23
        at += rows
        out[at] = s30; out[at + 1] = s31; out[at + 2] = s32; out[at + 3] = s33
      }
    }
  }

  // The same for one vector, with four rows at once. Rows begin `stride` numbers apart, the
  // first at `base`.
  function projectOne(out, to, x, from, rows, cols, data, base, stride) {
    let row = 0
    for (; row + 4 <= rows; row += 4) {
      const r0 = base + row * stride, r1 = r0 + stride, r2 = r1 + stride, r3 = r2 + stride
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0, i = 0
      for (; i + 2 <= cols; i += 2) {
        const x0 = x[from + i], x1 = x[from + i + 1]
        s0 += x0 * data[r0 + i] + x1 * data[r0 + i + 1]
        s1 += x0 * data[r1 + i] + x1 * data[r1 + i + 1]
        s2 += x0 * data[r2 + i] + x1 * data[r2 + i + 1]
        s3 += x0 * data[r3 + i] + x1 * data[r3 + i + 1]
      }
      if (i < cols) {
        const x0 = x[from + i]
        s0 += x0 * data[r0 + i]; s1 += x0 * data[r1 + i]
        s2 += x0 * data[r2 + i]; s3 += x0 * data[r3 + i]
      }
      out[to + row] = s0; out[to + row + 1] = s1
      out[to + row + 2] = s2; out[to + row + 3] = s3
    }
    for (; row < rows; row++) {
      let sum = 0
      const r = base + row * stride
      for (let i = 0; i < cols; i++) sum += x[from + i] * data[r + i]
      out[to + row] = sum
    }
  }

  function rmsNorm(out, x, from, count, gain, epsilon) {
    const width = gain.length
    for (let t = 0, at = 0; t < count; t++) {
      let square = 0
      for (let i = 0; i < width; i++) square += x[from + at + i] ** 2
      const scale = 1 / Math.sqrt(square / width + epsilon)
      for (let i = 0; i < width; i++, at++) out[at] = gain[i] * x[from + at] * scale
    }
  }

  // Cosine and sine of the angle of every pair (i, i + size/2) at every position.
  function rotaryTable(window, size, base) {
    const half = size / 2
    const angles = Float64Array.from({length: window * half}, (_, at) =>
      Math.floor(at / half) * base ** ((-2 * (at % half)) / size))
    return {half, cos: angles.map(Math.cos), sin: angles.map(Math.sin)}
  }

  // Turn `heads` vectors that follow one another in x, all at one position.
  function rotate(x, from, heads, {half, cos, sin}, position) {
    for (let h = 0, a = from; h < heads; h++, a += half) {
      for (let i = 0, at = position * half; i < half; i++, at++, a++) {
        const first = x[a], second = x[a + half]
        x[a] = first * cos[at] - second * sin[at]
        x[a + half] = first * sin[at] + second * cos[at]
      }
    }
  }

  // Scores of `count` positions, made into weights that add up to 1.
  function normalize(scores, count, scale) {
    let top = -Infinity
    for (let t = 0; t < count; t++) if (scores[t] > top) top = scores[t]
    let total = 0
    for (let t = 0; t < count; t++) {
      total += scores[t] = Math.exp((scores[t] - top) * scale)
    }
    for (let t = 0; t < count; t++) scores[t] /= total
  }

  // The sizes of a checkpoint, each known, given and possible.
  function checkedConfig(config) {
    const names = ["vocab_size", "width", "layers", "heads", "kv_heads", "mlp", "window"]
    known("config", Object.keys(config), [...names, ...Object.keys(NUMBERS)])
    const sizes = {...NUMBERS, ...config, kv_heads: config.kv_heads ?? config.heads}
    for (const name of names) whole(name, sizes[name], 1, 2 ** 24)
    for (const name of Object.keys(NUMBERS)) {
      finite(name, [sizes[name]], 1)
      if (sizes[name] > 0) continue
      throw new RangeError(`${name} must be above 0, got ${sizes[name]}`)
    }
    const {width, heads, kv_heads} = sizes
    if (width % (2 * heads)) {
      throw new RangeError(`width must split into ${heads} even heads, got ${width}`)
    }
    if (heads % kv_heads) {
      throw new RangeError(`kv_heads must divide ${heads} heads, got ${kv_heads}`)
    }
    return sizes
  }

  // The weights in the order in which they are used.
  function assemble(config, arrays, adapters) {
    const {vocab_size, width, layers, mlp} = config
    const shapes = weightShapes(config)
    for (const name of Object.keys(adapters)) {
      if (shapes[name]?.length > 1) continue
      throw new RangeError(`adapters must be for matrices of the model, got ${name}`)
    }
    function weight(name) {
      const values = dequantize(name, arrays[name], shapes[name])
      const inputs = name.endsWith("attention.output") ? width : shapes[name][0]
      if (adapters[name]) addLowRank(name, values, adapters[name], inputs)
      return values
    }
    const blocks = Array.from({length: layers}, (_, layer) => {
      const of = (...names) => names.map((name) => weight(`blocks.${layer}.${name}`))
      return {
        attentionNorm: of("attention_norm")[0],
        qkv: stack(width, ...of("attention.query", "attention.key", "attention.value")),
        output: stack(width, ...of("attention.output")),
        mlpNorm: of("mlp_norm")[0],
        gateUp: stack(width, ...of("mlp.gate", "mlp.up")),
        down: stack(mlp, ...of("mlp.down")),
      }
    })
    const embedding = {rows: vocab_size, cols: width, data: weight("embedding")}
    return {embedding, norm: weight("norm"), blocks}
  }

  // What a reader does beside reading, checked and put in order by layer.
  function plan(config, {trace = false, ablate = [], cut = [], steer = [], edit}) {
    const {width, layers, heads, window} = config
    const muted = Array.from({length: layers}, () => new Uint8Array(heads))
    const silent = new Uint8Array(layers) // layers without their MLP
    for (const {layer, head, part} of ablate) {
      whole("layer", layer, 0, layers - 1)
      if (part === "mlp") silent[layer] = 1
      else if (part === "attention") muted[layer].fill(1)
      else if (part === undefined) muted[layer][whole("head", head, 0, heads - 1)] = 1
      else throw new RangeError(`part must be "mlp" or "attention", got ${part}`)
    }
    const cuts = Array.from({length: layers * heads}, () => new Map())
    for (const {layer, head, query, key} of cut) {
      const map = cuts[whole("layer", layer, 0, layers - 1) * heads +
        whole("head", head, 0, heads - 1)]
      // Itself a position always sees: with nothing to see there are no weights.
      whole("key", key, 0, whole("query", query, 1, window - 1) - 1)
      map.set(query, [...(map.get(query) ?? []), key])
    }
    const pushes = new Array(layers).fill(null)
    for (const {layer, vector, scale = 1} of steer) {
      whole("layer", layer, 0, layers - 1)
      finite("vector", vector, width)
      finite("scale", [scale], 1)
      const push = (pushes[layer] ??= new Float64Array(width))
      vector.forEach((value, i) => (push[i] += scale * value))
    }
    return {trace, muted, silent, cuts, pushes, edit}
  }

  // A model from a checkpoint's script. `start()` gives a reader of texts; `adapters`
  // are low-rank changes by the name of a weight, {a, b, scale}: W + scale * A @ B.
  function transformer({config: given, arrays}, adapters = {}) {
    const config = checkedConfig(given)
    const {vocab_size, width, layers, heads, kv_heads, mlp, window, epsilon} = config
    const size = width / heads
    const kvWidth = kv_heads * size
    const {embedding, norm, blocks} = assemble(config, arrays, adapters)
    const turns = rotaryTable(window, size, config.rotary_base)

    // Room for one block of tokens on its way through a layer.
    const room = (length) => new Float32Array(BLOCK * length)
    const [stream, normed, mixed, added] = [room(width), room(width), room(width), room(width)]
    const [projected, hidden] = [room(width + 2 * kvWidth), room(2 * mlp)]
    const active = room(mlp)
    const shares = new Float32Array(window)

    // Logits of `count` streams that follow one another in x.
    function unembed(x, from, count) {
      const logits = new Float32Array(count * vocab_size)
      for (let t = 0; t < count; t += BLOCK) {
        const n = Math.min(BLOCK, count - t)
        rmsNorm(normed, x, from + t * width, n, norm, epsilon)
        project(logits.subarray(t * vocab_size), normed, n, embedding)
      }
      return logits
    }

    const adapted = new WeakMap() // by the object that holds the adapters

    // A reader takes tokens in order and keeps the keys and values of all that it has
    // read. In place of an id may stand a typed array, the vector that is read there.
    // Options, all of them optional:
    //   trace: true        keeps what attention(), stream() and lens() give
    //   ablate: [{layer, head}, {layer, part: "mlp" or "attention"}]  adds nothing there
    //   cut: [{layer, head, query, key}]  hides a position from one that follows it
    //   steer: [{layer, vector, scale}]  adds scale * vector to the stream after a block
    //   edit(layer, stream, position)  may change the stream after a block, in place, but
    //                      not read with this model meanwhile
    //   adapters           as of `transformer`
    function start(options = {}) {
      known("options", Object.keys(options), EDITS)
      const {adapters: own, ...rest} = options
      if (!own) return reader(plan(config, rest))
      if (!adapted.has(own)) {
        adapted.set(own, transformer({config, arrays}, {...adapters, ...own}))
      }
      return adapted.get(own).start(rest)
    }

    function reader(todo, from) {
      const {trace, muted, silent, cuts, pushes, edit} = todo
      const buffers = (count, length, old) =>
        Array.from({length: count}, (_, i) => old?.[i].slice() ?? new Float32Array(length))
      // For each head, keys as positions by dimensions, values the other way round: both
      // are contiguous where they are summed over.
      const keys = buffers(layers, window * kvWidth, from?.keys)
      const values = buffers(layers, window * kvWidth, from?.values)
      // The stream after the embedding and each sublayer; without a trace the last only.
      const streams = buffers(trace ? 2 * layers + 1 : 1, window * width, from?.streams)
      const maps = buffers(trace ? layers * heads : 0, window * window, from?.maps)
      const ids = [...(from?.ids ?? [])]

      function keep(sublayer, count) {
        const place = trace ? sublayer : sublayer - 2 * layers
        const at = ids.length * width
        if (place >= 0) streams[place].set(stream.subarray(0, count * width), at)
      }

      function addTo(count) {
        for (let i = 0; i < count * width; i++) stream[i] += added[i]
      }

      function attend(layer, count) {
        const {attentionNorm, qkv, output} = blocks[layer]
        const stride = width + 2 * kvWidth
        rmsNorm(normed, stream, 0, count, attentionNorm, epsilon)
        project(projected, normed, count, qkv)
        for (let t = 0, at = 0; t < count; t++, at += stride) {
          const position = ids.length + t
          rotate(projected, at, heads + kv_heads, turns, position) // queries, then keys
          const [key, value] = [at + width, at + width + kvWidth]
          for (let i = 0; i < kvWidth; i++) {
            const group = Math.floor(i / size) * size * window
            keys[layer][group + position * size + (i % size)] = projected[key + i]
            values[layer][i * window + position] = projected[value + i]
          }
          for (let h = 0; h < heads; h++) {
            const to = t * width + h * size
            const group = Math.floor((h * kv_heads) / heads) * size * window
            const seen = position + 1
            projectOne(
              shares, 0, projected, at + h * size, seen, size, keys[layer], group, size)
            for (const key of cuts[layer * heads + h].get(position) ?? []) {
              shares[key] = -Infinity
            }
            normalize(shares, seen, 1 / Math.sqrt(size))
            projectOne(mixed, to, shares, 0, size, seen, values[layer], group, window)
            if (trace) {
              maps[layer * heads + h].set(shares.subarray(0, seen), position * window)
            }
            if (muted[layer][h]) mixed.fill(0, to, to + size)
          }
        }
        project(added, mixed, count, output)
        addTo(count)
      }

      function think(layer, count) {
        const {mlpNorm, gateUp, down} = blocks[layer]
        rmsNorm(normed, stream, 0, count, mlpNorm, epsilon)
        project(hidden, normed, count, gateUp)
        for (let t = 0, at = 0; t < count; t++) {
          for (let i = 0, gate = 2 * t * mlp; i < mlp; i++, gate++, at++) {
            const x = hidden[gate]
            active[at] = (x / (1 + Math.exp(-x))) * hidden[gate + mlp]
          }
        }
        project(added, active, count, down)
        addTo(count)
      }

      function change(layer, count) {
        for (let t = 0; t < count; t++) {
          const vector = stream.subarray(t * width, (t + 1) * width)
          const push = pushes[layer]
          if (push) for (let i = 0; i < width; i++) vector[i] += push[i]
          edit?.(layer, vector, ids.length + t)
        }
      }

      function readBlock(block) {
        const count = block.length
        block.forEach((id, t) =>
          stream.set(typeof id === "number"
            ? embedding.data.subarray(id * width, (id + 1) * width) : id, t * width))
        keep(0, count)
        for (let layer = 0; layer < layers; layer++) {
          attend(layer, count)
          keep(2 * layer + 1, count)
          if (!silent[layer]) think(layer, count)
          change(layer, count)
          keep(2 * layer + 2, count)
        }
        ids.push(...block)
      }

      function take(more) {
        for (let t = 0; t < more.length; t += BLOCK) readBlock(more.slice(t, t + BLOCK))
      }

      function checked(list) {
        if (!list.length) throw new RangeError("ids must not be empty, got []")
        for (const id of list) {
          if (ArrayBuffer.isView(id)) finite("vector", id, width) // stands for no token
          else whole("id", id, 0, vocab_size - 1)
        }
      }

      function fits(length) {
        if (length <= window) return
        throw new RangeError(`ids must fit a window of ${window}, got ${length}`)
      }

      function rows(first, end) {
        const all = unembed(streams.at(-1), first * width, end - first)
        return Array.from({length: end - first}, (_, t) =>
          all.subarray(t * vocab_size, (t + 1) * vocab_size))
      }

      // The logits after one position that was read; the last one by default.
      const logits = (position = ids.length - 1) =>
        rows(whole("position", position, 0, ids.length - 1), position + 1)[0]

      // Read more ids; logits of the last, or with `all` of each.
      function read(more, {all = false} = {}) {
        checked(more)
        fits(ids.length + more.length)
        const first = ids.length
        take(more)
        return all ? rows(first, ids.length) : logits()
      }

      // Go back to the first `count` tokens.
      function rewind(count) {
        ids.length = whole("count", count, 0, ids.length)
      }

      // Go back to where a whole text begins to differ; how many tokens stay.
      function keepSame(text) {
        checked(text)
        fits(text.length)
        let same = 0
        while (same < ids.length && ids[same] === text[same]) same++
        rewind(same)
        return same
      }

      // Logits at the end (with `all` everywhere) of a whole text, of which only what
      // follows the first difference from the text read before is computed.
      function follow(text, {all = false} = {}) {
        const same = keepSame(text)
        take(text.slice(same))
        return all ? rows(0, text.length) : logits()
      }

      function traced(what) {
        if (!trace) throw new Error(`${what} needs a reader started with {trace: true}`)
      }
      const readAt = (position) => whole("position", position, 0, ids.length - 1)

      // How much a position attends to each one before it and to itself.
      function attention(layer, head, position) {
        traced("attention")
        whole("layer", layer, 0, layers - 1)
        const map = maps[layer * heads + whole("head", head, 0, heads - 1)]
        const at = readAt(position) * window
        return map.slice(at, at + position + 1)
      }

      // The stream at a position: 0 after the embedding, 2n + 1 after the attention and
      // 2n + 2 after the MLP of block n.
      function streamAt(sublayer, position) {
        traced("stream")
        const all = streams[whole("sublayer", sublayer, 0, 2 * layers)]
        return all.slice(readAt(position) * width, (position + 1) * width)
      }

      // What the model would say if it stopped after `layer` blocks.
      const lens = (layer, position) =>
        unembed(streamAt(2 * whole("layer", layer, 0, layers), position), 0, 1)

      return {
        config, attention, follow, keepSame, lens, logits, read, rewind,
        stream: streamAt,
        step: (id) => read([id]),
        fork: () => reader(todo, {keys, values, streams, maps, ids}),
        get ids() { return [...ids] },
        get position() { return ids.length },
      }
    }

    return {config, start, unembed: (vector) => unembed(finite("vector", vector, width), 0, 1)}
  }

  // ---- Encoder: mirrors sbt_jax.multimodality ----------------------------------

  // An encoder from a checkpoint's script: no mask, no rotary positions, a class token
  // before everything. Gives what the head reads off it, and where each head looked.
  function encoder({config: given, arrays}) {
    const config = checkedConfig(given)
    const {vocab_size: pixels, width, layers, heads, mlp, window, epsilon} = config
    const size = width / heads
    const named = unpack({arrays})
    const {data: positions} = named.positions
    const inputs = stack(pixels, named.inputs.data)
    const head = stack(width, named.head.data)
    const blocks = Array.from({length: layers}, (_, layer) => {
      const of = (name) => named[`blocks.${layer}.${name}`].data
      return {
        attentionNorm: of("attention_norm"), mlpNorm: of("mlp_norm"),
        qkv: stack(width, ...["query", "key", "value"].map((x) => of(`attention.${x}`))),
        output: stack(width, of("attention.output")),
        gateUp: stack(width, of("mlp.gate"), of("mlp.up")), down: stack(mlp, of("mlp.down")),
      }
    })

    // How much each position looks at each, for one head; what they find goes to `mixed`.
    function lookBothWays(projected, mixed, count, h) {
      const map = new Float32Array(count * count)
      const scores = new Float32Array(count)
      for (let t = 0; t < count; t++) {
        const query = t * 3 * width + h * size
        for (let u = 0; u < count; u++) {
          const key = u * 3 * width + width + h * size
          scores[u] = 0
          for (let i = 0; i < size; i++) {
            scores[u] += projected[query + i] * projected[key + i]
          }
        }
        normalize(scores, count, 1 / Math.sqrt(size))
        map.set(scores, t * count)
        for (let i = 0; i < size; i++) {
          let sum = 0
          for (let u = 0; u < count; u++) {
            sum += scores[u] * projected[u * 3 * width + 2 * width + h * size + i]
          }
          mixed[t * width + h * size + i] = sum
        }
      }
      return map
    }

    function encode(vectors) {
      const count = 1 + list("vectors", vectors).length
      whole("the number of vectors", count - 1, 0, window - 1)
      const stream = positions.slice(0, count * width)
      vectors.forEach((vector, t) => {
        finite("vector", vector, width)
        for (let i = 0; i < width; i++) stream[(t + 1) * width + i] += vector[i]
      })
      const room = (length) => new Float32Array(count * length)
      const [normed, mixed, added, active] = [room(width), room(width), room(width), room(mlp)]
      const [projected, hidden] = [room(3 * width), room(2 * mlp)]
      const addTo = () => { for (let i = 0; i < stream.length; i++) stream[i] += added[i] }
      const maps = []
      for (const block of blocks) {
        rmsNorm(normed, stream, 0, count, block.attentionNorm, epsilon)
        project(projected, normed, count, block.qkv)
        for (let h = 0; h < heads; h++) maps.push(lookBothWays(projected, mixed, count, h))
        project(added, mixed, count, block.output)
        addTo()
        rmsNorm(normed, stream, 0, count, block.mlpNorm, epsilon)
        project(hidden, normed, count, block.gateUp)
        for (let t = 0, at = 0; t < count; t++) {
          for (let i = 0, gate = 2 * t * mlp; i < mlp; i++, gate++, at++) {
            const x = hidden[gate]
            active[at] = (x / (1 + Math.exp(-x))) * hidden[gate + mlp]
          }
        }
        project(added, active, count, block.down)
        addTo()
      }
      const output = new Float32Array(head.rows)
      rmsNorm(normed, stream, 0, 1, named.norm.data, epsilon)
      project(output, normed, 1, head)
      const attention = (layer, h, position) =>
        maps[layer * heads + h].slice(position * count, (position + 1) * count)
      return {output, attention}
    }

    // A picture, as its patches.
    function see(patches) {
      return encode(patches.map((patch) => {
        const vector = new Float32Array(width)
        project(vector, finite("patch", patch, pixels), 1, inputs)
        return vector
      }))
    }

    // A caption, as ids of its words.
    function readWords(ids) {
      const table = named.inputs.data
      return encode(ids.map((id) => {
        whole("id", id, 0, pixels - 1)
        return table.subarray(id * width, (id + 1) * width)
      }))
    }

    return {config, encode, readWords, see}
  }

  // A reader for texts that change while they are typed: `read(ids)` is given all ids
  // each time and computes only from the first that differs.
  function reader(model, options) {
    const inner = model.start(options)
    return Object.assign(Object.create(inner), {read: inner.follow})
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {
    encoder, reader, transformer, unpack,
  })
})()
