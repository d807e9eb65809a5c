// What the tests ask of a page. Walks see through shadow roots, where Bokeh draws.
//
// A check is a function here that returns its faults, a list of sentences that name the
// figure and the widget, and a test of one line that hands them to `none`: one call, with
// all the asking done inside the page. Of what stands before a figure is mounted, `arrive`
// takes note; what a check moves is put back by `fresh`.
globalThis.probe = (() => {
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  // Nothing that a page never finishes may hold up the tests.
  const within = (ms, promise) => Promise.race([promise, pause(ms)])
  const figures = () => [...document.querySelectorAll(".sbt-figure")]

  // Every element below `root`, those in shadow roots too.
  function all(root, found = []) {
    for (const children of [root.shadowRoot?.children, root.children]) {
      for (const child of children ?? []) {
        found.push(child)
        all(child, found)
      }
    }
    return found
  }
  const find = (root, selector) => all(root).filter((el) => el.matches(selector))
  const parent = (el) => el.assignedSlot ?? el.parentElement ?? el.getRootNode().host
  const visible = (el) =>
    el.checkVisibility({opacityProperty: true, visibilityProperty: true}) &&
    el.getClientRects().length > 0
  const label = (el) => {
    const text = el.textContent.trim().replace(/\s+/g, " ").slice(0, 40)
    const at = el.classList.length ? `.${[...el.classList].join(".")}` : ""
    return `<${el.tagName.toLowerCase()}${at}> ${JSON.stringify(text)}`
  }
  const name = (i) => {
    const alt = figures()[i].getAttribute("aria-label") ?? ""
    return `figure ${i + 1} (${alt.slice(0, 40)}…)`
  }

  // ---- Bokeh ------------------------------------------------------------------

  // Until a figure is drawn, or has failed.
  const done = (figure) => within(20_000, new Promise((resolve) => {
    const look = () => /mounted|failed/.test(figure.dataset.state) && resolve()
    new MutationObserver(look).observe(figure, {attributeFilter: ["data-state"]})
    look()
  }))

  // Only what the kit does by itself when the reader comes near, at once.
  async function mountAll() {
    for (const fold of document.querySelectorAll(".sbt-fold")) fold.open = true
    await within(20_000, globalThis.sbt?.mountAll())
    for (const figure of figures()) await done(figure)
    await painted()
    for (let i = 0; i < figures().length; i++) await compiled(i)
  }

  // A reader comes to a page and scrolls to its end: figures that are mounted long before
  // they are near, or not when they are reached. What is folded is not reached.
  async function arrive() {
    await painted()
    const far = figures().filter((figure) =>
      figure.getBoundingClientRect().top > innerHeight + 1000)
    const early = far.filter((figure) => figure.dataset.state).map((figure) =>
      `${name(figures().indexOf(figure))}, far below, is mounted at once`)
    const late = []
    for (const [i, figure] of figures().entries()) {
      if (figure.closest(".sbt-fold:not([open])")) {
        if (figure.dataset.state) early.push(`${name(i)}, in a fold, is mounted at once`)
        continue
      }
      figure.scrollIntoView()
      await done(figure)
      const {state} = figure.dataset
      if (state !== "mounted") late.push(`${name(i)} is ${state ?? "waiting"} when reached`)
    }
    scrollTo(0, 0)
    return [...early, ...late]
  }

  // How much has moved by itself since the page came: parts of the window, summed up.
  const shifts = () => within(1000, new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries()
      .filter((one) => !one.hadRecentInput).reduce((sum, {value}) => sum + value, 0)))
      .observe({type: "layout-shift", buffered: true})
  })).then((sum) => sum ?? 0) // where nothing moved, nothing is told

  // Figures that show neither themselves nor what stands for them.
  const unseen = () => figures().filter((figure) =>
    ![...figure.children].some((el) => el.matches(".sbt-fallback, .sbt-mount") &&
      visible(el) && el.getBoundingClientRect().height > 20))
    .map((figure) => `${name(figures().indexOf(figure))} is not shown`)

  // A figure as it is at first: taken away, drawn anew. What it keeps outside itself, such
  // as a timer that runs, is not stopped.
  async function fresh(i) {
    const figure = figures()[i]
    const old = root(i)
    Bokeh.index.delete(old)
    old.remove()
    figure.querySelector(".sbt-mount").remove()
    delete figure.dataset.state
    await within(20_000, sbt.mountAll())
    await painted()
    await compiled(i)
  }

  async function painted() {
    await within(5000, document.fonts.ready)
    for (let i = 0; i < 3; i++) {
      await within(200, new Promise(requestAnimationFrame))
    }
    await pause(30) // Bokeh paints later than its layout changes
    const ending = document.getAnimations().filter((one) =>
      isFinite(one.effect.getComputedTiming().endTime))
    await within(1000, Promise.allSettled(ending.map((one) => one.finished)))
  }

  // What a figure hides is not there for its reader, with all that is inside.
  function* below(view) {
    if (view.model.visible === false) return
    yield view
    for (const child of view.children?.() ?? []) yield* below(child)
  }
  const root = (i) =>
    [...(globalThis.Bokeh?.index.roots ?? [])].find((view) =>
      figures()[i].contains(view.el))
  const views = (i) => [...below(root(i))]
  const models = (i) => [...root(i).model.document._all_models.values()]
  const viewOf = (i, id) => views(i).find((view) => view.model.id === id)
  const model = (i, id) => models(i).find((one) => one.id === id)
  const insides = (view) => view.shadow_el ?? view.el

  // Callbacks are modules, compiled when first used: here before anything is timed.
  async function compiled(i) {
    if (!root(i)) return
    for (const one of models(i)) if (one.type === "CustomJS") await within(5000, one.state?.())
  }

  const KINDS = {
    Slider: "slider", CategoricalSlider: "slider", RangeSlider: "slider",
    Select: "select", RadioButtonGroup: "active", RadioGroup: "active",
    CheckboxGroup: "actives", CheckboxButtonGroup: "actives", MultiChoice: "other",
    MultiSelect: "other", Switch: "flag", Checkbox: "flag", Toggle: "flag",
    Spinner: "number", NumericInput: "number", Button: "button",
    TextInput: "text", TextAreaInput: "text", AutocompleteInput: "text",
  }
  function widgets(i) {
    return views(i)
      .filter(({model}) => model.type in KINDS && !model.disabled && model.visible)
      .map(({model}) => ({
        id: model.id, type: model.type, kind: KINDS[model.type],
        name: `${model.type} "${model.title || model.name || model.label || ""}"`,
      }))
  }

  // The values to try, the ends first; then the value to return to.
  function stops(i, id) {
    const one = model(i, id)
    const from = one.value
    const list = (value) => (Array.isArray(value) ? value[0] : value)
    switch (one.type) {
      case "CategoricalSlider":
        return {prop: "value", ends: [one.categories[0], one.categories.at(-1)], from}
      case "RangeSlider":
        return {prop: "value", from,
          ends: [[one.start, one.start], [one.start, one.end], [one.end, one.end]]}
      case "Slider":
        return {prop: "value", ends: [one.start, one.end], from}
      case "Select": {
        const options = Array.isArray(one.options)
          ? one.options : Object.values(one.options).flat()
        return {prop: "value", ends: options.map(list), from}
      }
      case "RadioButtonGroup": case "RadioGroup":
        return {prop: "active", ends: one.labels.map((_, at) => at), from: one.active}
      case "CheckboxGroup": case "CheckboxButtonGroup":
        return {prop: "active", ends: [[], one.labels.map((_, at) => at)],
          from: [...one.active]}
      case "Switch": case "Checkbox": case "Toggle":
        return {prop: "active", ends: [!one.active, one.active], from: one.active}
      case "Spinner": case "NumericInput":
        return {prop: "value", ends: [one.low ?? one.value, one.high ?? one.value], from}
    }
  }

  // Set a property as the reader's action does, and wait for what follows.
  async function put(i, id, prop, value) {
    const one = model(i, id)
    one.setv({[prop]: value})
    if (`${prop}_throttled` in one.properties) one.setv({[`${prop}_throttled`]: value})
    return settled(i)
  }

  // ---- The state of a figure ----------------------------------------------------

  const plain = (value) =>
    ArrayBuffer.isView(value) || Array.isArray(value) ? Array.from(value, plain) : value

  const texts = (i) => views(i)
    .filter(({model}) => ["Div", "Paragraph", "PreText"].includes(model.type))
    .map((view) => insides(view).textContent.trim() && [...insides(view).children]
      .filter((el) => el.tagName !== "STYLE").map(plainText).join(""))

  // What the reader sees: data, the lines' and chips' text, names on the axes.
  function state(i) {
    const data = {}
    for (const one of models(i)) {
      if (one.type === "ColumnDataSource") {
        data[one.id] = {}
        for (const [key, column] of Object.entries(one.data)) {
          data[one.id][key] = plain(column)
        }
      } else if (one.type === "FactorRange") data[one.id] = plain(one.factors)
    }
    return {texts: texts(i), data}
  }

  // Equal, but for the last digits of numbers.
  function same(a, b) {
    if (typeof a === "number" && typeof b === "number") {
      return a === b || Math.abs(a - b) <= Math.max(1e-6, 1e-4 * Math.abs(b))
    }
    if (a === null || b === null || typeof a !== "object" || typeof b !== "object") {
      return a === b
    }
    const keys = Object.keys(a)
    return keys.length === Object.keys(b).length &&
      keys.every((key) => key in b && same(a[key], b[key]))
  }

  // Columns of unequal length; numbers that are not finite; words that slipped out.
  function broken(i) {
    const faults = []
    for (const one of models(i)) {
      if (one.type !== "ColumnDataSource") continue
      const columns = Object.entries(one.data)
      const lengths = columns.map(([key, column]) => `${key}: ${column.length}`)
      if (new Set(columns.map(([, column]) => column.length)).size > 1) {
        faults.push(`columns of unequal length: ${lengths.join(", ")}`)
      }
      for (const [key, column] of columns) {
        const bad = plain(column).flat(9).find((x) =>
          x === null || x === undefined || (typeof x === "number" && !isFinite(x)))
        if (bad !== undefined) faults.push(`column ${key} holds ${bad}`)
      }
    }
    const {text} = line(i)
    if (!text.trim()) faults.push("the line is empty")
    const slip = /\b(NaN|undefined|Infinity|null)\b|\[object /.exec(text)
    if (slip) faults.push(`the line says ${slip[0]}: ${text}`)
    return faults
  }

  // A percent sign stays in its number's line; what is said is the same.
  const plainText = (el) => el.textContent.replaceAll("\u00a0", " ")
  const tagged = (i, tag) => views(i).filter((view) => view.model.tags?.includes(tag))
  function line(i) {
    const [view] = tagged(i, "sbt-line")
    const inner = insides(view).querySelector(".bk-clearfix")
    return {text: plainText(inner), tags: inner.querySelectorAll("*").length}
  }
  const chips = (i) => tagged(i, "sbt-chips").map((view) =>
    [...insides(view).querySelectorAll(".chip")].map((chip) => {
      const note = chip.querySelector("small").textContent
      return [chip.textContent.slice(0, chip.textContent.length - note.length), note]
    }))

  // Until two looks in a row see the same: the state, in words.
  async function settled(i) {
    let last = null
    for (let tries = 0; tries < 100; tries++) {
      await pause(tries ? 25 : 4) // words beside dots are placed 20 ms after their data
      const now = JSON.stringify(state(i))
      if (now === last) break
      last = now
    }
    return last
  }

  // The figure that holds a widget of this title, label or name: what tests ask of it.
  function held(told) {
    const called = (one) => ({title, label, name}) => [title, label, name].includes(one)
    const i = figures().findIndex((_, i) => models(i).some(called(told)))
    const all = models(i)
    const groups = all.filter(({type}) => type === "RadioButtonGroup")
    return {
      i, models: all, groups, group: groups[0],
      by: (one) => all.find(called(one)),
      button: all.find(({label}) => label === told),
      press: (one) => insides(views(i).find(({model}) => model.label === one))
        .querySelector("button").click(),
      line: all.find(({tags}) => tags?.includes("sbt-line")),
      data: (column) => all.find(({data}) => data?.[column])?.data,
      texts: () => all.filter(({type, text}) => type === "Div" && text)
        .map(({text}) => text),
    }
  }

  // ---- Walks: what they find wrong is told with the figure and the widget ----------

  // `faults` of a widget; `expect(truth, what)` and `whole(when)` add to them.
  function report(i, id) {
    const widget = widgets(i).find((one) => one.id === id)
    const faults = []
    const tell = (what) => faults.push(`figure ${i + 1}, ${widget.name}: ${what}`)
    return {
      faults, kind: widget.kind,
      expect: (truth, what) => truth || tell(what),
      whole: (when) => broken(i).forEach((fault) => tell(`${when}, ${fault}`)),
    }
  }

  // Every option or both ends, and back: something follows, and comes back.
  async function tryEnds(i, id) {
    const {faults, expect, whole} = report(i, id)
    const {prop, ends, from} = stops(i, id)
    const first = state(i)
    whole("at the start")
    const seen = []
    for (const end of ends) {
      seen.push(await put(i, id, prop, end))
      whole(`at ${JSON.stringify(end)}`)
    }
    await put(i, id, prop, from)
    whole("back")
    const last = state(i)
    for (const part of Object.keys(first)) {
      const [was, is] = [first[part], last[part]].map((one) => JSON.stringify(one))
      expect(same(first[part], last[part]),
        `going back changes the ${part}: ${was} became ${is}`.slice(0, 600))
    }
    if (new Set(ends.map((end) => JSON.stringify(end))).size > 1) {
      expect(seen.some((one) => one !== seen[0]) || await follows(i, id),
        "nothing follows it")
    }
    return faults
  }

  // Whether a widget does something when another of its figure is at its end,
  // or a choice at any of its options.
  async function follows(i, id) {
    const {prop, ends, from} = stops(i, id)
    for (const other of widgets(i)) {
      if (other.id === id || !["slider", "select", "active"].includes(other.kind)) continue
      const there = stops(i, other.id)
      const tried = other.kind === "active" ? there.ends : there.ends.slice(-1)
      for (const place of tried) {
        await put(i, other.id, there.prop, place)
        const seen = []
        for (const end of ends) seen.push(await put(i, id, prop, end))
        await put(i, id, prop, from)
        await put(i, other.id, there.prop, there.from)
        if (seen.some((one) => one !== seen[0])) return true
      }
    }
    return false
  }

  // Texts, as UTF-16 units, pasted into a box: each stays text and leaves the figure
  // whole and the page as narrow as it was; a number's box may ignore them.
  async function tryTexts(i, id, texts) {
    const {faults, kind, expect, whole} = report(i, id)
    const [markup, before] = [risky(), wide(i)]
    for (const [what, units] of Object.entries(texts)) {
      await paste(i, id, units)
      whole(`with ${what}`)
      if (kind === "number") continue
      expect(risky() <= markup, `${what} is markup`)
      const beyond = await lasting(() => wide(i).filter((one) => !before.includes(one)))
      expect(!beyond.length, `${what} makes it too wide: ${beyond.slice(0, 2)}`)
      expect(!("hacked" in globalThis), `${what} was run`)
    }
    if (kind === "number") return faults
    const empty = await paste(i, id, [])
    let hello = await paste(i, id, [..."hello"].map((one) => one.charCodeAt(0)))
    for (let tries = 0; hello === empty && tries < 40; tries++) { // a model may be busy
      await pause(50)
      hello = await settled(i)
    }
    whole("with hello")
    expect(empty !== hello, "it is dead afterwards")
    return faults
  }

  // ---- Colours --------------------------------------------------------------------

  const pen = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true})
  const known = new Map()
  function rgba(color) {
    if (!known.has(color)) {
      pen.clearRect(0, 0, 1, 1)
      pen.fillStyle = color
      pen.fillRect(0, 0, 1, 1)
      known.set(color, [...pen.getImageData(0, 0, 1, 1).data])
    }
    return known.get(color)
  }
  const over = (top, under) => {
    const a = top[3] / 255
    return [0, 1, 2].map((k) => top[k] * a + under[k] * (1 - a)).concat(255)
  }
  function paper(el) { // the opaque colour that lies behind an element's text
    const layers = []
    for (let at = el; at; at = parent(at)) {
      const color = rgba(getComputedStyle(at).backgroundColor)
      layers.push(color)
      if (color[3] === 255) break
    }
    return layers.reduceRight((under, top) => over(top, under), [255, 255, 255, 255])
  }
  function light(color) {
    const [r, g, b] = color.slice(0, 3).map((value) => {
      const x = value / 255
      return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  function contrast(a, b) {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y)
    return (high + 0.05) / (low + 0.05)
  }

  // Texts of figures that are too faint: labels, inputs, buttons, chips, lines.
  function faint(least) {
    const faults = []
    figures().forEach((figure, i) => {
      for (const el of all(figure)) {
        const own = [...el.childNodes].some((node) =>
          node.nodeType === 3 && node.data.trim())
        const typed = el.matches("input, select, textarea")
        if (!(own || typed) || !visible(el)) continue
        if (el.matches("style, script, [disabled], option") || el.closest("svg")) continue
        const behind = paper(el)
        const styles = [getComputedStyle(el)]
        if (el.placeholder) styles.push(getComputedStyle(el, "::placeholder"))
        for (const {color} of styles) {
          const found = contrast(over(rgba(color), behind), behind)
          if (found < least) {
            faults.push(`${name(i)}: ${label(el)} has contrast ${found.toFixed(2)}`)
          }
        }
      }
    })
    return [...new Set(faults)]
  }

  // ---- Canvases ---------------------------------------------------------------------

  // Of every plot: how many colours it holds, and the strongest ink around its frame,
  // where the labels of the axes are.
  function plots(i) {
    return views(i).filter(({model}) => model.type === "Figure").map((view) => {
      const canvas = find(view.el, "canvas").find((el) => el.width > 1)
      if (!canvas) return {colors: 0, contrast: 0, ink: ""}
      const {width, height} = canvas
      const copy = new OffscreenCanvas(width, height)
      const paint = copy.getContext("2d", {willReadFrequently: true})
      paint.drawImage(canvas, 0, 0)
      const {data} = paint.getImageData(0, 0, width, height)
      const scale = width / canvas.getBoundingClientRect().width
      const {left, right, top, bottom} = view.frame.bbox
      const behind = paper(canvas.parentElement ?? parent(canvas))
      const colors = new Set()
      const inks = new Set()
      let best = {contrast: 0, ink: ""}
      for (let at = 0; at < data.length; at += 4) {
        const key = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2]
        if (colors.size < 500) colors.add(data[at + 3] ? key : -1)
        const [x, y] = [(at / 4) % width / scale, Math.floor(at / 4 / width) / scale]
        if (x > left - 2 && x < right + 2 && y > top - 2 && y < bottom + 2) continue
        if (data[at + 3] < 250 || inks.has(key)) continue
        inks.add(key)
        const found = contrast(data.slice(at, at + 3), behind)
        if (found > best.contrast) {
          best = {contrast: found, ink: `${data.slice(at, at + 3)}`}
        }
      }
      return {colors: colors.size, ...best}
    })
  }

  // ---- Room -------------------------------------------------------------------------

  const above = (el) => parent(el) ? [parent(el), ...above(parent(el))] : []
  const scrolls = (el) => /auto|scroll|hidden|clip/.test(getComputedStyle(el).overflowX)
  function inScroller(el, limit) {
    for (let at = parent(el); at && at !== limit; at = parent(at)) {
      if (scrolls(at)) return true
    }
    return false
  }

  // What is wider than the window, or than its figure, with nothing to scroll it. With
  // the number of a figure, of that one and of what it stretches: all that it stands in.
  function wide(only) {
    const page = document.documentElement
    const faults = []
    if (page.scrollWidth > page.clientWidth) {
      faults.push(`the page is ${page.scrollWidth} wide in ${page.clientWidth}`)
    }
    const beyond = (el, left, right) => {
      const box = el.getBoundingClientRect()
      return box.width > 0 && (box.right > right + 1 || box.left < left - 1)
    }
    const article = document.querySelector("main") ?? document.body
    const around = only === undefined ? article.querySelectorAll("*") : above(figures()[only])
    for (const el of around) {
      if (faults.length > 9 || el.closest(".sbt-figure, .tooltip, svg")) continue
      if (!beyond(el, 0, innerWidth) || !visible(el)) continue
      if (el.closest("mjx-assistive-mml") || inScroller(el, page)) continue
      faults.push(`beyond the window: ${label(el)}`)
    }
    figures().forEach((figure, i) => {
      if (i !== (only ?? i)) return
      if (beyond(figure, 0, innerWidth)) faults.push(`beyond the window: ${name(i)}`)
      const {left, right} = figure.getBoundingClientRect()
      for (const el of all(figure)) {
        if (el.matches("style, script, .noUi-origin, .noUi-touch-area")) continue
        if (!visible(el) || inScroller(el, figure)) continue
        if (beyond(el, left, right)) faults.push(`beyond ${name(i)}: ${label(el)}`)
        const text = el.matches("label, button, .bk-btn, .bk-slider-title, .chip, td, p")
        if (text && scrolls(el) && el.scrollWidth > el.clientWidth + 1) {
          faults.push(`clipped in ${name(i)}: ${label(el)}`)
        }
      }
    })
    return faults
  }

  // Faults that are still there after two seconds: layout may come late.
  async function lasting(look) {
    const end = performance.now() + 2000
    let faults = look()
    while (faults.length && performance.now() < end) {
      await pause(50)
      faults = look()
    }
    return faults
  }

  // ---- Typing -----------------------------------------------------------------------

  const RISKY =
    "img, script, iframe, object, embed, link, base, form, mjx-container, a[href]," +
    " [onerror], [onload], [onclick]"
  const risky = () => find(document.documentElement, RISKY).length

  // Put text into a widget's box as a paste does; it comes as UTF-16 units, since
  // half characters do not survive the way here.
  async function paste(i, id, units) {
    const box = find(insides(viewOf(i, id)), "input, textarea")[0]
    const text = units.map((unit) => String.fromCharCode(unit)).join("")
    box.focus()
    box.select()
    document.execCommand(text ? "insertText" : "delete", false, text)
    box.dispatchEvent(new Event("change", {bubbles: true}))
    return settled(i)
  }

  // ---- The keyboard -------------------------------------------------------------------

  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]"
  const reached = []
  function watchFocus() {
    const note = (event) => {
      const path = event.composedPath()
      const [el] = path
      if (!path.some((one) => one.matches?.(".sbt-figure"))) return reached.push({el})
      const style = getComputedStyle(el)
      const ring = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth)
      const behind = paper(parent(el) ?? el)
      const shade = contrast(over(rgba(style.outlineColor), behind), behind)
      reached.push({el, ring, shade})
    }
    // A step inside one shadow root is not seen from outside it.
    const roots = figures().flatMap((figure) =>
      [...all(figure)].map((el) => el.shadowRoot).filter(Boolean))
    for (const target of [globalThis, ...roots]) target.addEventListener("focusin", note)
    // The next Tab begins where this was: at the top of the page.
    const start = document.createElement("span")
    start.tabIndex = -1
    document.body.prepend(start)
    start.focus()
    start.remove()
  }
  function unreached() {
    const faults = []
    const seen = new Map(reached.map((one) => [one.el, one]))
    figures().forEach((figure, i) => {
      for (const {id, name: widget} of widgets(i)) {
        const inside = [...all(insides(viewOf(i, id)))]
        if (!inside.some((el) => seen.has(el))) {
          faults.push(`${name(i)}: Tab does not reach ${widget}`)
        }
      }
      for (const el of find(figure, STOPS)) {
        if (!visible(el) || el.disabled || el.tabIndex < 0) continue
        if (el.type === "radio" && !el.checked) continue // the arrows reach it
        const stop = seen.get(el)
        if (!stop) faults.push(`${name(i)}: Tab does not reach ${label(el)}`)
        else if (stop.ring < 2 || stop.shade < 3) {
          faults.push(`${name(i)}: focus does not show on ${label(el)}` +
            ` (ring ${stop.ring}px, contrast ${stop.shade.toFixed(2)})`)
        }
      }
    })
    return faults
  }

  return {
    all, arrive, broken, chips, compiled, faint, figures, find, fresh, held, insides, lasting, line,
    model, models, mountAll, name, painted, parent, paste, plots, put, reached, risky, root,
    settled, shifts, state, stops, texts, tryEnds, tryTexts, unreached, unseen, viewOf, views,
    visible, watchFocus, wide, widgets,
  }
})()
