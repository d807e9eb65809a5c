// The browser half of pad.py, cut.py and sums.py. The named exports mirror
// sbt_jax.multimodality and functions of those files; tests/contracts compares them.
const LEVELS = "0123456789abcdefg"
const [SIDE, BLOCK, CANVAS] = [8, 4, 16]
const [DOTS, WIDEST, PEN] = [SIDE * BLOCK, 28, 2.6]
const percent = (p) => sbt.numbers.percent(p)

// Strokes as a digit of 8 by 8 pixels from 0 to 1; mirrors multimodality.drawn.
export function drawn(points) {
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])]
  const [left, right] = [Math.min(...xs), Math.max(...xs)]
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)]
  const [across, down] = [right - left, bottom - top]
  let scale = Math.min(
    (WIDEST - 2 * PEN) / Math.max(across, 1e-9), (DOTS - 2 * PEN) / Math.max(down, 1e-9))
  scale = Math.max(across, down) > 1e-9 ? Math.min(scale, 1e6) : 0
  const where = points.map(([x, y]) => [
    (x - (left + right) / 2) * scale + DOTS / 2, (y - (top + bottom) / 2) * scale + DOTS / 2])
  const on = new Uint8Array(DOTS * DOTS)
  where.forEach(([endX, endY], at) => {
    const [startX, startY] = at && points[at][2] ? where[at - 1] : [endX, endY]
    const [wayX, wayY] = [endX - startX, endY - startY]
    const length = Math.max(wayX * wayX + wayY * wayY, 1e-9)
    for (let dot = 0; dot < on.length; dot++) {
      const [x, y] = [(dot % DOTS) + 0.5 - startX, Math.floor(dot / DOTS) + 0.5 - startY]
      const along = Math.min(1, Math.max(0, (x * wayX + y * wayY) / length))
      if ((x - along * wayX) ** 2 + (y - along * wayY) ** 2 <= PEN * PEN) on[dot] = 1
    }
  })
  const digit = new Array(SIDE * SIDE).fill(0)
  on.forEach((is, dot) => {
    const [row, col] = [Math.floor(dot / DOTS / BLOCK), Math.floor((dot % DOTS) / BLOCK)]
    digit[row * SIDE + col] += is
  })
  return digit.map((count) => count / (BLOCK * BLOCK))
}

// The pixels that a sheet holds: of an example, or of strokes; null if it is empty.
export function pixelsOf(state) {
  const {picture, points} = JSON.parse(state)
  if (picture) return Array.from(picture, (letter) => LEVELS.indexOf(letter) / 16)
  return points?.length ? drawn(points) : null
}

// A digit on the canvas of 16 by 16, row by row.
export function put(digit, top, left) {
  const canvas = new Array(CANVAS * CANVAS).fill(0)
  digit.forEach((p, i) => {
    canvas[(top + Math.floor(i / SIDE)) * CANVAS + left + (i % SIDE)] = p
  })
  return canvas
}

// Square patches in the order of reading, each laid out as a list.
export function patchify(canvas, patch) {
  const across = CANVAS / patch
  return Array.from({length: across * across}, (_, at) => {
    const [top, left] = [Math.floor(at / across) * patch, (at % across) * patch]
    return Array.from({length: patch * patch}, (_, i) =>
      canvas[(top + Math.floor(i / patch)) * CANVAS + left + (i % patch)])
  })
}

// The vector that stands for a picture; `weights` by name, row after row.
export function toWord({hidden, hidden_bias, output, output_bias}, picture) {
  const layer = (input, matrix, bias) => {
    const sums = Array.from(bias)
    input.forEach((x, i) => {
      if (x) for (let j = 0; j < sums.length; j++) sums[j] += x * matrix[i * sums.length + j]
    })
    return sums
  }
  const active = layer(picture, hidden, hidden_bias).map((x) => Math.max(x, 0))
  return layer(active, output, output_bias)
}

// The word whose vector points most where this one does: [its place, the cosine].
export function nearest(vector, rows) {
  const size = (v) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0))
  const own = size(vector)
  const all = rows.map((row) =>
    row.reduce((sum, x, i) => sum + x * vector[i], 0) / Math.max(own * size(row), 1e-12))
  const best = all.reduce((b, x, i) => (x > all[b] ? i : b), 0)
  return [best, all[best]]
}

export function cutLine(patch, tokens, cost, p, shuffled) {
  const best = p.reduce((b, x, i) => (x > p[b] ? i : b), 0)
  const many = `${tokens} token${tokens === 1 ? "" : "s"} and the class token`
  return `Patches of ${patch} by ${patch} pixels: ${many}, ${sbt.numbers.count(cost)} ` +
    `multiply-adds. ${shuffled ? "With the patches in another order t" : "T"}he vision ` +
    `transformer says ${best}, ${percent(p[best])}.`
}

export function sumLine(words, cosines, answer, p) {
  const near = words.map((word, i) =>
    `${i ? "the right" : "The left"} one is nearest to “${word}” ` +
    `(cosine ${sbt.numbers.decimal(cosines[i])})`)
  return `${near.join(", ")}. Main goes on with “${answer}”, ${percent(p)}.`
}

// ---- The sheet -------------------------------------------------------------------

const EMPTY = '{"points":[]}'
const LONGEST = 600 // points of a drawing
const STEP = 4 // of a hundred: how far an arrow key moves the pen

function paint(canvas, state, pen) {
  const ink = canvas.getContext("2d")
  const size = canvas.width
  ink.fillStyle = "#ffffff"
  ink.fillRect(0, 0, size, size)
  const {picture, points = []} = JSON.parse(state)
  if (picture) {
    const cell = size / SIDE
    Array.from(picture, (letter, i) => {
      const dark = Math.round(255 - (LEVELS.indexOf(letter) / 16) * 235)
      ink.fillStyle = `rgb(${dark},${dark},${dark})`
      ink.fillRect((i % SIDE) * cell, Math.floor(i / SIDE) * cell, cell, cell)
    })
  } else if (!points.length) {
    ink.fillStyle = "#5c5c66"
    ink.font = `${size / 10}px sans-serif`
    ink.textAlign = "center"
    ink.fillText("draw here", size / 2, size / 2)
  }
  ink.strokeStyle = ink.fillStyle = "#14181d"
  ink.lineWidth = size / 9
  ink.lineCap = ink.lineJoin = "round"
  const at = (v) => (v / 100) * size
  points.forEach(([x, y, on], i) => {
    ink.beginPath()
    const [px, py] = on && i ? points[i - 1] : [x, y]
    ink.moveTo(at(px), at(py))
    ink.lineTo(at(x), at(y) + 0.01)
    ink.stroke()
  })
  if (pen.seen) {
    ink.strokeStyle = pen.down ? "#d55e00" : "#2b7bba"
    ink.lineWidth = 3
    ink.beginPath()
    ink.arc(at(pen.x), at(pen.y), size / 14, 0, 7)
    ink.stroke()
  }
}

// Let readers draw on a sheet with mouse, finger or keys. What is drawn stands in `ink`.
function attach({sheet, ink, group}) {
  const view = Bokeh.index.find_one(sheet)
  if (!view || view.el.dataset.sbtSheet) return
  view.el.dataset.sbtSheet = "1"
  const pen = {x: 50, y: 20, down: false, seen: false}
  const canvas = () => view.shadow_el.querySelector("canvas")
  const state = () => ink.data.state[0]
  const show = () => { if (canvas()) paint(canvas(), state(), pen) }
  const points = () => JSON.parse(state()).points ?? []
  let waiting = 0
  const put = (all) => {
    pen.all = all
    if (waiting) return
    waiting = setTimeout(() => { // at most ten times a second: the model reads it each time
      waiting = 0
      if (group && all.length) group.active = null
      ink.data = {state: [JSON.stringify({points: pen.all})]}
    }, 100)
    paint(canvas(), JSON.stringify({points: all}), pen)
  }
  const now = () => (waiting ? pen.all : points())
  const add = (x, y, on) => {
    const all = now()
    if (all.length >= LONGEST) return
    const round = (v) => Math.round(Math.min(100, Math.max(0, v)) * 10) / 10
    put([...all, [round(x), round(y), on]])
  }
  const place = (event) => {
    const box = canvas().getBoundingClientRect()
    return [((event.clientX - box.x) / box.width) * 100, ((event.clientY - box.y) / box.height) * 100]
  }
  let held = null
  view.el.addEventListener("pointerdown", (event) => {
    if (event.composedPath()[0] !== canvas() || event.button) return
    event.preventDefault()
    canvas().focus()
    view.el.setPointerCapture(event.pointerId)
    held = event.pointerId
    pen.seen = false
    add(...place(event), 0)
  })
  view.el.addEventListener("pointermove", (event) => {
    if (event.pointerId !== held) return
    const [x, y] = place(event)
    const last = now().at(-1)
    if (!last || Math.hypot(last[0] - x, last[1] - y) > 2) add(x, y, 1)
  })
  for (const end of ["pointerup", "pointercancel"]) {
    view.el.addEventListener(end, () => { held = null })
  }
  const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}
  view.el.addEventListener("keydown", (event) => {
    const move = MOVES[event.key]
    if (move) {
      pen.seen = true
      pen.x = Math.min(96, Math.max(4, pen.x + STEP * move[0]))
      pen.y = Math.min(96, Math.max(4, pen.y + STEP * move[1]))
      if (pen.down) add(pen.x, pen.y, 1)
      else show()
    } else if (event.key === " " || event.key === "Enter") {
      pen.seen = true
      pen.down = !pen.down
      if (pen.down) add(pen.x, pen.y, 0)
      else show()
    } else if (event.key === "Delete" || event.key === "Backspace") {
      pen.down = false
      put([])
    } else return
    event.preventDefault()
    event.stopPropagation()
  })
  view.el.addEventListener("focusout", () => { pen.seen = pen.down = false; show() })
  new MutationObserver(show).observe(view.shadow_el, {childList: true})
  ink.connect(ink.properties.data.change, show)
  show()
}

// ---- The figures -----------------------------------------------------------------

const fill = (ink, letters) => {
  ink.data = {state: [letters ? JSON.stringify({picture: letters}) : EMPTY]}
}

function drawCut(it) {
  const {ink, cuts, orders, top, left, picture, bars, frame, line, costs, patches, idle} = it
  const digit = pixelsOf(ink.data.state[0])
  const patch = patches[cuts.active]
  const canvas = digit ? put(digit, top.value, left.value) : new Array(256).fill(0)
  const cut = patchify(canvas, patch)
  const shuffled = orders.active === 1
  const order = cut.map((_, i) => (shuffled ? it.shuffles[cuts.active][i] : i))
  const across = CANVAS / patch
  const shown = new Float64Array(256) // Bokeh's first row is the lowest
  order.forEach((from, at) => {
    const [row, col] = [Math.floor(at / across) * patch, (at % across) * patch]
    cut[from].forEach((p, i) => {
      shown[(CANVAS - 1 - row - Math.floor(i / patch)) * CANVAS + col + (i % patch)] = 1 - p
    })
  })
  const Grid = picture.data.image[0].constructor
  const size = {x: picture.data.x, y: picture.data.y, side: picture.data.side}
  picture.data = {...size, image: [new Grid(shown, [CANVAS, CANVAS])]}
  const boxes = order.map((_, at) => ({
    x: (at % across + 0.5) * patch, y: CANVAS - (Math.floor(at / across) + 0.5) * patch}))
  const grid = (look) => ({
    x: boxes.map((b) => b.x), y: boxes.map((b) => b.y), side: boxes.map(() => patch), look})
  if (!digit) {
    frame.data = grid(boxes.map(() => 0))
    bars.data = {digit: bars.data.digit, p: bars.data.p.map(() => 0)}
    line.text = idle
    return
  }
  const name = `multimodality_vit${patch}`
  const vits = (sbt.vits ??= {})
  const model = (vits[name] ??= sbt.encoder(sbt.weights[name]))
  const {output, attention} = model.see(order.map((from) => Float32Array.from(cut[from])))
  const p = Array.from(sbt.softmax(output))
  const {layers, heads} = model.config
  const look = order.map((_, at) => {
    let sum = 0
    for (let h = 0; h < heads; h++) sum += attention(layers - 1, h, 0)[at + 1]
    return sum / heads
  })
  const most = Math.max(...look)
  frame.data = grid(look.map((x) => (most ? (0.55 * x) / most : 0)))
  bars.data = {digit: bars.data.digit, p}
  line.text = cutLine(patch, order.length, costs[cuts.active], p, shuffled)
}

const unpacked = () => (sbt.projector ??= Object.fromEntries(
  Object.entries(sbt.unpack(sbt.weights.multimodality_projector)).map(([name, {data}]) =>
    [name, data])))

function drawSum(it) {
  const {inks, ids, places, words, names, answers, said, bars, text, line, idle, asks} = it
  const pictures = inks.map((ink) => pixelsOf(ink.data.state[0]))
  if (pictures.includes(null)) {
    bars.data = {word: bars.data.word, p: bars.data.p.map(() => 0)}
    text.text = sbt.passage(asks.join("▢"))
    line.text = idle
    return
  }
  const model = (sbt.main ??= sbt.transformer(sbt.weights.main))
  const reader = (it.line.sbtReader ??= sbt.reader(model))
  const vectors = pictures.map((picture) => Float32Array.from(toWord(unpacked(), picture)))
  const whole = [...ids]
  places.forEach((place, i) => { whole[place] = vectors[i] })
  const all = sbt.softmax(reader.read(whole))
  const p = answers.map((id) => all[id])
  bars.data = {word: bars.data.word, p}
  const best = p.reduce((b, x, i) => (x > p[b] ? i : b), 0)
  const {data} = (sbt.mainWords ??= sbt.unpack({arrays: {
    embedding: sbt.weights.main.arrays.embedding}}).embedding)
  const width = vectors[0].length
  const rows = words.map((id) => data.subarray(id * width, (id + 1) * width))
  const near = vectors.map((vector) => nearest(Array.from(vector), rows.map((r) => Array.from(r))))
  text.text = sbt.passage(`${asks.join("▢")} ${said[best]}`)
  line.text = sumLine(near.map(([i]) => names[i]), near.map(([, c]) => c), said[best], p[best])
}

const figures = {
  sheet: attach,
  example: ({ink, group, letters}) => {
    if (group.active !== null) fill(ink, letters[group.active])
  },
  clear: ({inks, groups}) => {
    inks.forEach((ink, i) => { groups[i].active = null; fill(ink, "") })
  },
  cut: drawCut,
  sum: drawSum,
}

export default ({figure, ...it}) => figures[figure](it)
