// Mounts figures when the reader comes near, follows the theme, names widgets.
// A classic script: it works from file:// and inside a notebook's frame.
;(() => {
  const page = document.documentElement
  const base = `${page.dataset.content_root ?? ""}_static/`
  page.classList.add("sbt-js")

  const scripts = new Map() // address -> promise
  function load(name) {
    if (!scripts.has(name)) {
      scripts.set(name, new Promise((resolve, reject) => {
        const tag = document.createElement("script")
        tag.src = base + name
        tag.onload = resolve
        tag.onerror = () => reject(new Error(`${name} could not be loaded`))
        document.head.append(tag)
      }))
    }
    return scripts.get(name)
  }

  async function libraries(figure) {
    // Bokeh is there before its widgets are: whoever comes in between waits, too.
    if (!globalThis.Bokeh || scripts.has("bokeh/bokeh.min.js")) {
      await load("bokeh/bokeh.min.js")
      await load("bokeh/bokeh-widgets.min.js")
    }
    if (figure.textContent.includes('"DataTable"')) {
      await load("bokeh/bokeh-tables.min.js")
    }
    for (const script of figure.dataset.runtime?.split(" ") ?? []) {
      await load(`sbt/${script}`)
    }
    const models = figure.dataset.models?.split(" ") ?? []
    await Promise.all(models.map((model) => load(`sbt/weights/${model}.js`)))
  }

  function* views(view) {
    yield view
    for (const child of view.children?.() ?? []) yield* views(child)
  }

  // What Bokeh leaves without a name or a role.
  function name(view) {
    const {model} = view
    const root = view.shadow_el ?? view.el
    if (model.tags?.includes("sbt-line")) view.el.setAttribute("role", "status")
    for (const handle of root?.querySelectorAll?.(".noUi-handle") ?? []) {
      handle.setAttribute("aria-label", model.title ?? "value")
      handle.setAttribute("aria-valuetext", String(model.value))
    }
    if (root?.querySelector?.(".noUi-handle") && !view.sbtNamed) {
      view.sbtNamed = true
      model.properties.value.change.connect(() => name(view))
    }
    for (const input of root?.querySelectorAll?.("input, select, textarea") ?? []) {
      const title = model.title || model.placeholder || model.name
      if (title && !input.labels?.length) input.setAttribute("aria-label", title)
    }
    for (const group of root?.querySelectorAll?.(".bk-btn-group") ?? []) {
      group.setAttribute("role", "group")
      group.setAttribute("aria-label", model.name || "choices")
      for (const [i, button] of [...group.children].entries()) {
        const on = Array.isArray(model.active) ? model.active.includes(i) : model.active === i
        button.setAttribute("aria-pressed", String(on))
      }
      if (!view.sbtNamed) {
        view.sbtNamed = true
        model.properties.active?.change.connect(() => queueMicrotask(() => name(view)))
      }
    }
    // A canvas is a picture: the figure's group carries its description, and
    // nothing in it takes the keyboard.
    if (model.type === "Figure") {
      view.el.setAttribute("aria-hidden", "true")
      view.canvas.events_el.removeAttribute("tabindex")
      label(view)
    }
  }

  // Words beside dots, in the page's ink: each where there is room, or not at all.
  const pen = document.createElement("canvas").getContext("2d")
  function label({model: plot}) {
    const words = plot.center?.find((one) => one.tags?.includes("sbt-labels"))
    if (!words) return
    words.text_color = getComputedStyle(page).getPropertyValue("--sbt-ink").trim() || "#7d7d86"
    if (words.sbtPlaced) return
    words.sbtPlaced = true
    let timer
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(() => place(plot, words), 20)
    }
    for (const {start, end} of [plot.x_range.properties, plot.y_range.properties]) {
      for (const edge of [start, end]) edge.change.connect(later)
    }
    const {inner_width, inner_height} = plot.properties
    for (const size of [inner_width, inner_height]) size.change.connect(later)
    words.source.properties.data.change.connect(later)
    later()
  }

  function place(plot, words) {
    const {x_range, y_range, inner_width: width, inner_height: height} = plot
    const {data} = words.source
    const on = (range, size) => (v) => ((v - range.start) / (range.end - range.start)) * size
    const [sx, sy] = [on(x_range, width), on(y_range, height)]
    const [xs, ys] = [Array.from(data.x, sx), Array.from(data.y, sy)]
    const taken = xs.map((x, i) => [x - 5, ys[i] - 5, x + 5, ys[i] + 5])
    for (const arrow of plot.center.filter((one) => one.type === "Arrow")) {
      const {x0, y0, x1, y1} = arrow.source.data
      Array.from(x0, (_, i) => {
        for (let t = 0; t <= 1; t += 0.05) {
          const [x, y] = [sx(x0[i] + t * (x1[i] - x0[i])), sy(y0[i] + t * (y1[i] - y0[i]))]
          taken.push([x - 2, y - 2, x + 2, y + 2])
        }
      })
    }
    const hits = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
    pen.font = `${words.text_font_size.value ?? words.text_font_size} sans-serif`
    const found = Array.from(data.word, (word, i) => {
      const [wide, high] = [pen.measureText(word).width, 16]
      const [side, middle] = [wide / 2 + 8, -high / 2]
      const spots = [[0, 7], [0, -7 - high], [side, middle], [-side, middle],
        [side, 5], [-side, 5], [side, -5 - high], [-side, -5 - high]]
      for (const [dx, dy] of spots) {
        const [left, low] = [xs[i] + dx - wide / 2, ys[i] + dy]
        const box = [left, low, left + wide, low + high]
        const inside = left >= 0 && low >= 0 && box[2] <= width && box[3] <= height
        if (!inside || taken.some((other) => hits(box, other))) continue
        taken.push(box)
        return [word, dx, dy]
      }
      return ["", 0, 7]
    })
    const now = Object.fromEntries(
      ["label", "dx", "dy"].map((key, at) => [key, found.map((one) => one[at])]))
    const same = Object.keys(now).every((key) => String(now[key]) === String(Array.from(data[key])))
    if (!same) words.source.data = {...data, ...now}
  }

  // Give a button another label. Bokeh draws it anew: it keeps the keyboard.
  function relabel(button, label) {
    if (button.label === label) return
    const root = Bokeh.index.find_one(button)?.shadow_el
    const focused = root?.activeElement
    button.label = label
    if (focused) setTimeout(() => root.querySelector("button")?.focus(), 30)
  }

  const mounted = []
  function settle(manager) {
    mounted.push(manager)
    for (const root of manager.roots) for (const view of views(root)) name(view)
  }

  async function mount(figure) {
    if (figure.dataset.state) return
    figure.dataset.state = "mounting"
    try {
      await libraries(figure)
      const item = JSON.parse(figure.querySelector("script").textContent)
      const target = document.createElement("div")
      target.className = "sbt-mount"
      target.id = item.target_id ?? `sbt-${mounted.length}-${item.root_id}`
      item.target_id = target.id
      figure.append(target)
      settle(await Bokeh.embed.embed_item(item))
      figure.dataset.state = "mounted"
    } catch (error) {
      figure.dataset.state = "failed" // the fallback stays
      console.error(error)
    }
  }

  // Canvases read CSS variables only when they paint.
  function repaint() {
    for (const manager of mounted) {
      for (const root of manager.roots) {
        for (const view of views(root)) {
          if (view.model.type === "Figure") label(view)
          view.invalidate_render?.() ?? view.repaint?.()
        }
      }
    }
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
    new MutationObserver(repaint).observe(page, {attributeFilter: ["data-theme"]})
    globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {
      mountAll: () => Promise.all(figures.map(mount)),
      load, relabel,
    })
    if (globalThis.Bokeh && !figures.length) { // a notebook's frame
      const named = new Set()
      const timer = setInterval(() => {
        for (const root of Bokeh.index.roots ?? []) {
          if (named.has(root)) continue
          named.add(root)
          for (const view of views(root)) name(view)
        }
        if (named.size) clearInterval(timer)
      }, 100)
    }
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin)
  else begin()
})()
