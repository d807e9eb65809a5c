// Mounts figures when the reader comes near, and follows the theme. The last of the
// kit's scripts (see embed.py), which share what they know through `sbt.kit`. Classic
// scripts: they work from file:// and inside a notebook's frame.
;(() => {
  const page = document.documentElement
  const base = `${page.dataset.content_root ?? ""}_static/`
  const {kit} = globalThis.sbt

  const scripts = new Map() // address -> promise
  // Scripts run in the order in which they are asked for, but for those that are `free`.
  function load(name, free = false) {
    if (!scripts.has(name)) {
      scripts.set(name, new Promise((resolve, reject) => {
        const tag = document.createElement("script")
        tag.src = base + name
        tag.async = free
        tag.onload = resolve
        tag.onerror = () => reject(new Error(`${name} could not be loaded`))
        document.head.append(tag)
      }))
    }
    return scripts.get(name)
  }

  // What draws a figure.
  function drawing(figure) {
    const needs = []
    // Bokeh is there before its widgets are: whoever comes in between waits, too.
    if (!globalThis.Bokeh || scripts.has("bokeh/bokeh.min.js")) {
      needs.push("bokeh/bokeh.min.js", "bokeh/bokeh-widgets.min.js")
    }
    if (figure.textContent.includes('"DataTable"')) needs.push("bokeh/bokeh-tables.min.js")
    return Promise.all(needs.map((name) => load(name)))
  }

  const words = (text) => text?.split(" ") ?? []
  const weights = ({dataset: {models}}) =>
    words(models).map((name) => load(`sbt/weights/${name}.js`, true))

  // What its callbacks use: loaded while it is drawn already.
  function running(figure) {
    return Promise.all([
      ...words(figure.dataset.runtime).map((name) => load(`sbt/${name}`)),
      ...weights(figure),
    ])
  }

  // Weights are large, and the line is free once the code that draws has come: they may
  // come while it is read. Whoever needs them asks again, and hears of what went wrong.
  function ahead(figure) {
    const came = performance.getEntriesByType("resource").map(({name}) => name)
    if (!came.some((name) => name.includes("bokeh-widgets.min.js"))) return
    for (const one of weights(figure)) one.catch(() => {})
  }

  function* views(view) {
    yield view
    for (const child of view.children?.() ?? []) yield* views(child)
  }

  kit.views = views

  // Give a button another label (see quick.js).
  function relabel(button, label) {
    button.label = label
  }

  // ---- Callbacks of a figure that is drawn, but whose model is still on its way ----

  const ready = new WeakSet() // documents
  const waiting = new Map() // callback -> what it was called with last
  function gate() {
    const {prototype} = Bokeh.Models.get("CustomJS")
    if (prototype.sbtGated) return
    prototype.sbtGated = true
    const {execute} = prototype
    prototype.execute = function (...args) {
      if (ready.has(this.document)) return execute.apply(this, args)
      waiting.delete(this)
      waiting.set(this, args)
    }
  }
  function release(document_) {
    ready.add(document_)
    for (const [callback, args] of [...waiting]) {
      if (callback.document !== document_) continue
      waiting.delete(callback)
      callback.execute(...args)
    }
  }

  // What is tagged `sbt-start` works out its first state from what the page has loaded.
  function start(roots) {
    const all = roots.flatMap((root) => [...(root.model ?? root).references()])
    for (const model of new Set(all)) {
      if (model.tags?.includes("sbt-start")) model.change.emit()
    }
  }

  // ---- Mounting --------------------------------------------------------------------

  const mounted = []
  function settle(manager) {
    mounted.push(manager)
    for (const root of manager.roots) for (const view of views(root)) tend(view)
  }
  function tend(view) {
    kit.quick(view)
    kit.name(view)
    kit.tips(view)
  }

  async function draw(figure) {
    await drawing(figure)
    gate()
    const text = figure.querySelector("script").textContent
    const sheet = () => JSON.stringify(kit.widgets)
    const item = JSON.parse(text.replace('"kit/widgets.css"', sheet))
    const target = document.createElement("div")
    target.className = "sbt-mount"
    target.id = item.target_id ?? `sbt-${mounted.length}-${item.root_id}`
    item.target_id = target.id
    figure.append(target)
    const manager = await Bokeh.embed.embed_item(item)
    settle(manager)
    figure.dataset.state = "drawn"
    return manager
  }

  // One after another, the nearest first: the first figure waits for no other.
  let line = Promise.resolve()
  function inLine(task) {
    const done = line.then(task)
    line = done.catch(() => {}).then(() => new Promise((next) => setTimeout(next)))
    return done
  }

  const begun = new WeakMap()
  function mount(figure) {
    if (!figure.dataset.state) begun.set(figure, bring(figure))
    return begun.get(figure)
  }
  async function bring(figure) {
    figure.dataset.state = "mounting"
    ahead(figure)
    try {
      const runs = drawing(figure).then(() => running(figure))
      const manager = await inLine(() => draw(figure))
      await runs
      const roots = [...manager.roots]
      for (const root of roots) release(root.model.document)
      start(roots)
      kit.room(figure, roots)
      kit.voice(figure, roots)
      await kit.state(figure, roots, () => again(figure, manager))
      figure.dataset.state = "mounted"
    } catch (error) {
      figure.querySelector(".sbt-mount")?.remove()
      figure.dataset.state = "failed" // the fallback stays
      console.error(error)
    }
  }

  // A figure as it was at first: drawn anew in the place that it has.
  async function again(figure, manager) {
    kit.unpin()
    figure.style.minHeight = `${figure.offsetHeight}px`
    figure.dataset.again = ""
    for (const root of [...manager.roots]) globalThis.sbt.halt?.(root.model.document)
    manager.clear()
    mounted.splice(mounted.indexOf(manager), 1)
    figure.querySelector(".sbt-mount").remove()
    begun.set(figure, bring(figure))
    await begun.get(figure)
    figure.style.minHeight = ""
    delete figure.dataset.again
    figure.querySelector(".sbt-foot button")?.focus()
  }

  // Mathematics is set once the first figure is drawn, if one is near: both are work for
  // the same processor, and a formula can be read before, if not with pleasure.
  let math = null
  function mathematics(address) {
    const pause = (ms) => new Promise((done) => setTimeout(done, ms))
    math ??= pause(60)
      .then(() => Promise.race([line, pause(4000)]))
      .then(() => new Promise((resolve, reject) => {
        const tag = document.createElement("script")
        Object.assign(tag, {src: address, onload: resolve, onerror: reject})
        document.head.append(tag)
      }))
      .then(() => globalThis.MathJax.startup.promise)
      .then(() => page.classList.add("sbt-math"), (error) => console.error(error))
    return math
  }

  // Canvases read CSS variables only when they paint. Nothing changes its size, and all
  // that is no canvas follows the theme by itself: no layout is worked out again, which
  // takes ten times as long. At once, since a printer does not wait.
  function repaint() {
    kit.forget()
    for (const {roots} of mounted) {
      for (const root of roots) {
        for (const view of views(root)) {
          view.invalidate_painters?.()
          view.repaint?.()
        }
      }
    }
  }

  function inFrame() { // of a notebook, where Bokeh mounts by itself
    const timer = setInterval(() => {
      const roots = [...(Bokeh.index.roots ?? [])]
      if (!roots.length) return
      clearInterval(timer)
      for (const root of roots) for (const view of views(root)) tend(view)
      start(roots)
      kit.room(document.body, roots)
      kit.voice(document.body, roots)
    }, 100)
    try { // the frame is as high as what is in it, where the notebook lets it
      const {frameElement: frame} = globalThis
      const fit = () => { frame.style.height = `${document.body.scrollHeight + 24}px` }
      if (frame) new ResizeObserver(fit).observe(document.body)
    } catch { /* it stays as high as it is */ }
  }

  function begin() {
    const figures = [...document.querySelectorAll(".sbt-figure")]
    const near = new IntersectionObserver((entries) => {
      for (const {target, isIntersecting} of entries) {
        if (isIntersecting) {
          near.unobserve(target)
          mount(target)
        }
      }
    }, {rootMargin: "800px"})
    for (const figure of figures) near.observe(figure)
    kit.addressed(figures)?.scrollIntoView({block: "center"})
    // The page asked for Bokeh before this script was there.
    if (figures.length) drawing(figures[0]).catch(() => {})
    new MutationObserver(repaint).observe(page, {attributeFilter: ["data-theme"]})
    Object.assign(globalThis.sbt, {
      mountAll: () => Promise.all([...figures.map(mount), math]), load, relabel,
    })
    if (globalThis.Bokeh && !figures.length) inFrame()
  }
  Object.assign(globalThis.sbt, {mathematics})
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin)
  else begin()
})()
