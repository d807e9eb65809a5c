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
    }
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
        for (const view of views(root)) view.invalidate_render?.() ?? view.repaint?.()
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
