// The browser half of the live figures of chapter 21. The named exports mirror
// sbt_jax.diffusion and functions of erase.py, copies.py and prompt.py; tests/contracts
// compares them.
const SIDE = 8, PIXELS = 64, WAVES = 8, GRAIN = 0.1, NEVER = 1e-3, EACH = 3

// ---- Noise and steps --------------------------------------------------------------

export const levels = (time) => [Math.cos((time * Math.PI) / 2), Math.sin((time * Math.PI) / 2)]

export function stepBack(noisy, clean, time, to) {
  const [a, b] = levels(time), [aTo, bTo] = levels(to)
  return noisy.map((x, i) => aTo * clean[i] + (bTo * (x - a * clean[i])) / b)
}

// Every moment from noise to a picture, in even steps.
function path(start, guess, steps) {
  const moments = [start]
  for (let at = 0; at < steps; at++) {
    const noisy = moments[at], time = 1 - at / steps
    moments.push(stepBack(noisy, guess(noisy, time), time, 1 - (at + 1) / steps))
  }
  return moments
}

// ---- Exact guesses ------------------------------------------------------------------

// Solves M y = q for a positive matrix of `size` rows; also the logarithm of its determinant.
export function solve(matrix, q) {
  const size = q.length
  const low = Float64Array.from(matrix)
  let logs = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = low[i * size + j]
      for (let k = 0; k < j; k++) sum -= low[i * size + k] * low[j * size + k]
      low[i * size + j] = i === j ? Math.sqrt(sum) : sum / low[j * size + j]
    }
    logs += 2 * Math.log(low[i * size + i])
  }
  const y = Array.from(q)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) y[i] -= low[i * size + k] * y[k]
    y[i] /= low[i * size + i]
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) y[i] -= low[k * size + i] * y[k]
    y[i] /= low[i * size + i]
  }
  return [y, logs]
}

// The mean of all clean pictures that could be, and how likely each component is.
// `means` and `factors` are lists of numbers; `allowed` holds 1 for each that may be.
export function exactGuess(means, factors, noisy, signal, noise, grain, allowed) {
  const pixels = noisy.length
  const parts = means.length / pixels
  const rank = factors.length / means.length
  const s = signal ** 2 * grain ** 2 + noise ** 2
  const guesses = [], scores = []
  for (let k = 0; k < parts; k++) {
    if (!allowed[k]) {
      guesses.push(null)
      scores.push(-Infinity)
      continue
    }
    const W = factors.subarray
      ? factors.subarray(k * pixels * rank, (k + 1) * pixels * rank)
      : factors.slice(k * pixels * rank, (k + 1) * pixels * rank)
    const d = noisy.map((x, p) => x - signal * means[k * pixels + p])
    const q = new Array(rank).fill(0), inner = new Float64Array(rank * rank)
    for (let p = 0; p < pixels; p++) {
      for (let r = 0; r < rank; r++) {
        const w = W[p * rank + r]
        q[r] += w * d[p]
        for (let c = 0; c <= r; c++) inner[r * rank + c] += w * W[p * rank + c]
      }
    }
    for (let i = 0; i < rank * rank; i++) inner[i] *= signal ** 2
    for (let r = 0; r < rank; r++) inner[r * rank + r] += s
    const [solved, logs] = solve(inner, q)
    let far = 0, known = 0
    const guess = d.map((x, p) => {
      let back = 0
      for (let r = 0; r < rank; r++) back += W[p * rank + r] * solved[r]
      far += x * x
      return means[k * pixels + p] + signal * (back + (grain ** 2 / s) * (x - signal ** 2 * back))
    })
    for (let r = 0; r < rank; r++) known += q[r] * solved[r]
    guesses.push(guess)
    scores.push(-((far - signal ** 2 * known) / s + (pixels - rank) * Math.log(s) + logs) / 2)
  }
  const share = softmax(scores)
  const clean = noisy.map((_, p) =>
    share.reduce((sum, w, k) => (guesses[k] ? sum + w * guesses[k][p] : sum), 0))
  return [clean, share]
}

export function softmax(scores) {
  const top = Math.max(...scores)
  const weights = Array.from(scores, (z) => Math.exp(z - top))
  const total = weights.reduce((a, b) => a + b, 0)
  return weights.map((w) => w / total)
}

// The exact guess of a finite set of pictures.
export function nearestMix(images, noisy, signal, noise) {
  const far = images.map((image) =>
    -noisy.reduce((sum, x, i) => sum + (x - signal * image[i]) ** 2, 0) / (2 * noise ** 2))
  const w = softmax(far)
  return noisy.map((_, i) => images.reduce((sum, image, k) => sum + w[k] * image[i], 0))
}

// ---- The network: mirrors sbt_jax.diffusion.unet ----------------------------------

const silu = (x) => x / (1 + Math.exp(-x))

// rows × inputs times inputs × outputs, row after row.
function times(x, weights, inputs) {
  const rows = x.length / inputs, outputs = weights.length / inputs
  const out = new Float64Array(rows * outputs)
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < inputs; i++) {
      const value = x[r * inputs + i]
      if (!value) continue
      for (let o = 0, w = i * outputs, at = r * outputs; o < outputs; o++) {
        out[at + o] += value * weights[w + o]
      }
    }
  }
  return out
}

function normed(x, width) {
  const out = new Float64Array(x.length)
  for (let at = 0; at < x.length; at += width) {
    let mean = 0, square = 0
    for (let i = 0; i < width; i++) mean += x[at + i] / width
    for (let i = 0; i < width; i++) square += (x[at + i] - mean) ** 2 / width
    const scale = 1 / Math.sqrt(square + 1e-5)
    for (let i = 0; i < width; i++) out[at + i] = (x[at + i] - mean) * scale
  }
  return out
}

// Every pixel from its nine neighbours; beyond the edge there is zero.
function convolve(x, side, channels, weights) {
  const wide = new Float64Array(side * side * 9 * channels)
  for (let row = 0, at = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      for (let r = row - 1; r <= row + 1; r++) {
        for (let c = col - 1; c <= col + 1; c++, at += channels) {
          if (r < 0 || c < 0 || r >= side || c >= side) continue
          const from = (r * side + c) * channels
          for (let i = 0; i < channels; i++) wide[at + i] = x[from + i]
        }
      }
    }
  }
  return times(wide, weights, 9 * channels)
}

function residual(x, side, channels, told, net, name) {
  const film = times(told, net[`${name}.told`], told.length)
  let hidden = convolve(normed(x, channels).map(silu), side, channels, net[`${name}.first`])
  hidden = normed(hidden, channels).map((h, i) => {
    const c = i % channels
    return silu(h * (1 + film[c]) + film[channels + c])
  })
  return convolve(hidden, side, channels, net[`${name}.second`]).map((h, i) => x[i] + h)
}

// Blocks of two by two pixels as one with four times the channels, and back.
function folded(x, side, channels, back) {
  const out = new Float64Array(x.length)
  let at = 0
  for (let row = 0; row < side / 2; row++) {
    for (let col = 0; col < side / 2; col++) {
      for (let part = 0; part < 4; part++) {
        const pixel = (2 * row + (part >> 1)) * side + 2 * col + (part & 1)
        for (let i = 0; i < channels; i++, at++) {
          if (back) out[pixel * channels + i] = x[at]
          else out[at] = x[pixel * channels + i]
        }
      }
    }
  }
  return out
}

// What the U-Net says of one noisy picture; `net` holds its arrays by name.
export function unetVelocity(net, noisy, time, prompt) {
  const waves = []
  for (let i = 0; i < WAVES; i++) waves.push(Math.sin(time * Math.PI * 2 ** (i - 2)))
  for (let i = 0; i < WAVES; i++) waves.push(Math.cos(time * Math.PI * 2 ** (i - 2)))
  const words = times(prompt, net["told.prompt"], prompt.length)
  const heard = times(waves, net["told.time"], 2 * WAVES).map((x, i) => silu(x + words[i]))
  const told = times(heard, net["told.mix"], heard.length).map(silu)
  const channels = net.inlet.length / 9
  const wide = net.down.length / (4 * channels)
  let fine = convolve(noisy, SIDE, 1, net.inlet)
  fine = residual(fine, SIDE, channels, told, net, "fine")
  let coarse = times(folded(fine, SIDE, channels, false), net.down, 4 * channels)
  coarse = residual(coarse, SIDE / 2, wide, told, net, "coarse")
  const risen = folded(times(coarse, net.up, wide), SIDE, channels, true)
  const both = new Float64Array(2 * fine.length)
  for (let p = 0; p < PIXELS; p++) {
    both.set(risen.subarray(p * channels, (p + 1) * channels), 2 * p * channels)
    both.set(fine.subarray(p * channels, (p + 1) * channels), (2 * p + 1) * channels)
  }
  const last = residual(times(both, net.join, 2 * channels), SIDE, channels, told, net, "last")
  return Array.from(convolve(normed(last, channels).map(silu), SIDE, channels, net.outlet))
}

// ---- What is said ---------------------------------------------------------------------

const MOST = 16, LIMIT = 1.4
const NAMES = [
  "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

export const shown = (progress, steps) => Math.floor((progress * steps) / MOST)

export function eraseLine(done, steps, share, asked) {
  const best = share.indexOf(Math.max(...share))
  const told = asked === "any" ? "Asked for any digit." : `Asked for a ${asked}.`
  const says = share[best] > 0.15
    ? `The picture alone could be a ${best} (${sbt.numbers.percent(share[best])}).`
    : "The picture alone tells nothing yet."
  return `After ${done} of ${steps} steps. ${says} ${told}`
}

const ROWS = ["perfect for the known pictures", "perfect for the world", "our network"]

export function copiesLine(known, far) {
  const told = ROWS.map((name, i) => `${name}: ${sbt.numbers.decimal(far[i])}`).join(", ")
  return `Distance to the nearest of ${known} known pictures (a pixel goes from -1 to 1) – ` +
    `${told}.`
}

export function nearest(picture, known) {
  const far = known.map((image) =>
    image.reduce((sum, x, i) => sum + (x - picture[i]) ** 2, 0) / picture.length)
  const at = far.indexOf(Math.min(...far))
  return [at, Math.sqrt(far[at])]
}

export function readAs(text, known, unknown) {
  const left = Array.from(unknown.slice(0, 4).join(", ")).slice(0, 60).join("")
  if (!known.length) {
    return left
      ? `No word of it is known (${left}): any digit may come.`
      : "No prompt: any digit may come."
  }
  return `Read: ${known.join(" ")}.${left ? ` Unknown: ${left}.` : ""}`
}

export function promptLine(said, scale, digits, over) {
  const [one, own] = over.map((x) => sbt.numbers.percent(x, 1))
  return `${said} At scale ${scale} the pictures are: ${digits.join(", ")}. Overdone pixels: ` +
    `${own}; at scale 1: ${one}.`
}

// Share of pixels well beyond ink or paper.
export const overdone = (pictures) =>
  pictures.flat().filter((x) => Math.abs(x) > LIMIT).length / pictures.flat().length

// Words of a prompt as ids, and those that CLIP's text half does not know.
export function captionIds(text, words) {
  const ids = [], unknown = []
  for (const piece of text.toLowerCase().match(/[a-z]+|[0-9]|[^\sa-z0-9]/gu) ?? []) {
    const at = words.indexOf(/^[0-9]$/.test(piece) ? NAMES[+piece] : piece)
    if (at >= 0) ids.push(at)
    else unknown.push(piece)
  }
  return [ids.slice(0, 7), unknown]
}

export const pixelsOf = (letters) =>
  Array.from(letters, (letter) => (2 * "0123456789abcdefg".indexOf(letter)) / 16 - 1)

// ---- The figures ----------------------------------------------------------------------

const arrays = (name) => {
  const kept = (sbt.noise ??= {})
  return (kept[name] ??= Object.fromEntries(
    Object.entries(sbt.unpack(sbt.weights[name])).map(([key, {data}]) => [key, data])))
}
const none = () => new Array(32).fill(0)
const every = () => new Array(10 * EACH).fill(1)
const only = (digit) => every().map((_, k) => (Math.floor(k / EACH) === digit ? 1 : 0))

function worldGuess(noisy, time, allowed) {
  const {means, factors} = arrays("diffusion_world")
  const [a, b] = levels(time)
  return exactGuess(means, factors, noisy, a, Math.max(b, NEVER), GRAIN, allowed)
}

function netGuess(noisy, time, prompt, scale = 1) {
  const net = arrays("diffusion_unet")
  const [a, b] = levels(time)
  let v = unetVelocity(net, noisy, time, prompt)
  if (scale !== 1) {
    const without = unetVelocity(net, noisy, time, none())
    v = v.map((x, i) => without[i] + scale * (x - without[i]))
  }
  return noisy.map((x, i) => a * x - b * v[i])
}

const byDigit = (share) => NAMES.map((_, digit) =>
  share.slice(EACH * digit, EACH * digit + EACH).reduce((a, b) => a + b, 0))

function put(source, pictures) {
  const {x, y, side, image} = source.data
  const Grid = image[0].constructor
  const inked = (picture) => {
    const out = new Float64Array(PIXELS) // Bokeh's first row is the lowest
    picture.forEach((value, i) => {
      const ink = Math.min(1, Math.max(0, (value + 1) / 2))
      out[(SIDE - 1 - Math.floor(i / SIDE)) * SIDE + (i % SIDE)] = ink
    })
    return new Grid(out, [SIDE, SIDE])
  }
  source.data = {x, y, side, image: pictures.map(inked)}
}

function drawErase(it) {
  const {digits, noises, counts, slider, source, here, line, starts, steps, film, names} = it
  const asked = digits.active, any = names[asked] === "any"
  const prompt = any ? none() : it.prompts[asked]
  const total = steps[counts.active]
  const key = [asked, noises.active, total].join()
  if (line.sbtKey !== key) { // the way is walked once, and then only looked at
    line.sbtKey = key
    line.sbtPath = path(
      starts[noises.active], (noisy, time) => netGuess(noisy, time, prompt), total)
  }
  const moments = line.sbtPath
  const done = shown(slider.value, total)
  const now = moments[done], time = 1 - done / total
  const last = done === total
  const [best] = worldGuess(now, time, any ? every() : only(asked))
  const guess = last ? now : netGuess(now, time, prompt)
  put(source, [now, guess, last ? now : best, ...film.map((p) => moments[shown(p, total)])])
  const stride = 27 / film.length
  here.data = {...here.data, x: [Math.min(slider.value / 2 + 0.5, film.length - 0.5) * stride]}
  line.text = eraseLine(done, total, byDigit(worldGuess(now, time, every())[1]), names[asked])
}

function drawCopies(it) {
  const {group, slider, source, line, letters, starts, across, steps, known} = it
  const count = known[group.active]
  const images = letters.slice(0, count).map(pixelsOf)
  const first = (slider.value - 1) * across
  const guesses = [
    (noisy, time) => nearestMix(images, noisy, ...levels(time)),
    (noisy, time) => worldGuess(noisy, time, every())[0],
    (noisy, time) => netGuess(noisy, time, none()),
  ]
  const cells = [], far = []
  for (const guess of guesses) {
    let sum = 0
    for (const start of starts.slice(first, first + across)) {
      const made = path(start, guess, steps).at(-1)
      const [at, how] = nearest(made, images)
      sum += how / across
      cells.push(made, images[at])
    }
    far.push(sum)
  }
  put(source, cells)
  line.text = copiesLine(count, far)
}

function drawPrompt(it) {
  const {box, slider, source, line, starts, words, steps} = it
  const typed = Array.from(box.value_input).slice(0, 60).join("")
  const [ids, unknown] = captionIds(typed, words)
  let prompt = none()
  if (ids.length) {
    const model = (sbt.captions ??= sbt.encoder(sbt.weights.multimodality_text))
    const found = Array.from(model.readWords(ids).output)
    const size = Math.sqrt(found.reduce((sum, x) => sum + x * x, 0))
    prompt = found.map((x) => x / size)
  }
  const scale = slider.value
  const rows = [1, scale].map((s) => starts.map((start) =>
    path(start, (noisy, time) => netGuess(noisy, time, prompt, s), steps).at(-1)))
  put(source, rows.flat())
  const digits = rows[1].map((picture) => {
    const share = byDigit(worldGuess(picture, 0, every())[1])
    return share.indexOf(Math.max(...share))
  })
  line.text = promptLine(
    readAs(typed, ids.map((id) => words[id]), unknown), scale, digits, rows.map(overdone))
}

const figures = {erase: drawErase, copies: drawCopies, prompt: drawPrompt}

export default ({figure, ...it}) => figures[figure](it)
