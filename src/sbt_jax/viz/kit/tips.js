// What a plot says of its points, for every hand: hovering shows it for a moment; a tap
// or a click pins it, the arrow keys walk from point to point, and the line under the
// figure says it. It works for every plot that has a HoverTool.
;(() => {
  const kit = ((globalThis.sbt ??= {}).kit ??= {})
  const NEAR = 24 // pixels: how far a finger may miss
  const MOST = 3 // points that are told where many lie upon each other

  const hovers = (plot) => [...plot.tool_views.values()].filter((one) => one.model.type === "HoverTool")

  // Places of all that can be asked about, in pixels of the canvas.
  function places(plot) {
    const {bbox} = plot.frame
    const found = new Map()
    for (const hover of hovers(plot)) {
      for (const renderer of hover.computed_renderers) {
        const glyph = plot.views.find_one(renderer)?.glyph
        if (!glyph || !renderer.visible) continue
        for (const [x, y] of glyph.model.type === "Image" ? cells(plot, renderer) : points(glyph)) {
          if (bbox.contains(x, y)) found.set(`${Math.round(x)} ${Math.round(y)}`, [x, y])
        }
      }
    }
    return [...found.values()]
  }
  function points(glyph) {
    const at = (i) => {
      const point = glyph.get_anchor_point?.("center", i, [0, 0])
      return point ? [point.x, point.y] : [glyph.sx?.[i], glyph.sy?.[i]]
    }
    return Array.from({length: glyph.data_size ?? 0}, (_, i) => at(i))
      .filter(([x, y]) => Number.isFinite(x + y))
  }
  function cells({frame: {x_scale, y_scale}}, {glyph, data_source: {data}}) {
    const [image] = data[glyph.image.field]
    const [rows, columns] = image.shape ?? [image.length, image[0].length]
    const of = (spec) => (spec.field ? data[spec.field][0] : spec.value)
    const [x, y, dw, dh] = [glyph.x, glyph.y, glyph.dw, glyph.dh].map(of)
    return Array.from({length: rows * columns}, (_, i) => [
      x_scale.compute(x + ((i % columns) + 0.5) * (dw / columns)),
      y_scale.compute(y + (Math.floor(i / columns) + 0.5) * (dh / rows)),
    ])
  }

  const words = (node) => node.textContent.replace(/\s+/g, " ").trim()
  const told = (html) => {
    const rows = [...(html.children ?? [])].map(words).filter(Boolean)
    return rows.length ? rows.join("; ") : words(html)
  }

  // What hovering would show at a place, in words, and where it points; or nothing.
  function ask(plot, sx, sy) {
    const found = []
    for (const hover of hovers(plot)) {
      hover._inspect(sx, sy, "xy")
      const span = hover.model.mode === "vline" ? "h" : "v"
      const geometry = hover.model.mode === "mouse"
        ? {type: "point", sx, sy} : {type: "span", direction: span, sx, sy}
      for (const renderer of hover.computed_renderers) {
        const {inspectors} = renderer.get_selection_manager()
        if (!inspectors.has(renderer)) continue
        for (const {html, vars} of hover.render_entries(renderer, geometry)) {
          const spot = [vars.snap_sx ?? sx, vars.snap_sy ?? sy]
          found.push({text: told(html), spot, far: Math.hypot(spot[0] - sx, spot[1] - sy)})
        }
      }
      hover._clear()
    }
    if (!found.length) return null
    found.sort((a, b) => a.far - b.far)
    const texts = [...new Set(found.map(({text}) => text))]
    const rest = texts.length - MOST
    const text = texts.slice(0, MOST).join(" · ") + (rest > 0 ? ` · and ${rest} more here` : "")
    return {text, spot: found[0].spot}
  }

  // ---- The pinned tip -----------------------------------------------------------

  let pinned = null // {tip, line, kept, ours}
  function unpin() {
    if (!pinned) return
    const {tip, line, kept, ours} = pinned
    pinned = null
    tip.remove()
    if (line && line.text === ours) line.text = kept
  }
  // The figure says something new: the point may be gone.
  const changed = () => {
    if (pinned?.line && pinned.line.text !== pinned.ours) unpin()
  }

  function pin(plot, {text, spot: [sx, sy]}) {
    unpin()
    const figure = plot.el.closest?.(".sbt-figure") ?? hostOf(plot.el)
    const tip = document.createElement("div")
    tip.className = "sbt-tip"
    tip.textContent = text
    figure.append(tip)
    const [frame, box] = [figure, plot.canvas.el].map((el) => el.getBoundingClientRect())
    const left = box.left - frame.left + sx
    const wide = tip.offsetWidth
    tip.style.left = `${Math.max(0, Math.min(left - wide / 2, frame.width - wide))}px`
    const top = box.top - frame.top + sy
    const above = top - tip.offsetHeight - 12
    tip.style.top = `${above > 0 ? above : top + 14}px`
    const line = kit.line(plot)
    pinned = {tip, line}
    if (!line) return
    if (!line.sbtWatched) {
      line.sbtWatched = true
      line.properties.text.change.connect(changed)
    }
    pinned.kept = line.text
    pinned.ours = `${text}. ${line.text}`
    line.text = pinned.ours
  }

  function hostOf(el) {
    let at = el
    while (at && !at.matches?.(".sbt-figure")) at = at.parentElement ?? at.getRootNode().host
    return at ?? document.body
  }

  // ---- Taps and keys --------------------------------------------------------------

  function tap(plot, event) {
    const box = plot.canvas.el.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    let found = ask(plot, x, y)
    if (!found) {
      const far = ([a, b]) => Math.hypot(a - x, b - y)
      const [near] = places(plot).sort((a, b) => far(a) - far(b))
      if (near && far(near) <= NEAR) found = ask(plot, ...near)
    }
    if (found) pin(plot, found)
    else unpin()
  }

  // Left and right walk by place from left to right, up and down by height; in a picture
  // of cells that is along a row and along a column.
  function step(all, at, key) {
    const sideways = key !== "ArrowUp" && key !== "ArrowDown"
    const [a, b] = sideways ? [0, 1] : [1, 0]
    const rounded = (value) => Math.round(value * 2)
    const order = [...all].sort(sideways && grid(all)
      ? (p, q) => rounded(p[1]) - rounded(q[1]) || p[0] - q[0]
      : (p, q) => rounded(p[a]) - rounded(q[a]) || p[b] - q[b])
    if (key === "Home") return order[0]
    if (key === "End") return order.at(-1)
    if (!at) return order[0]
    const same = order.findIndex(([x, y]) => Math.hypot(x - at[0], y - at[1]) < 1)
    const by = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1
    return order[Math.max(0, Math.min(order.length - 1, (same < 0 ? 0 : same) + by))]
  }
  const grid = (all) =>
    all.length > 8 && new Set(all.map(([x]) => Math.round(x))).size ** 2 <= 2 * all.length

  function walker(plot) {
    const stop = document.createElement("div")
    let at = null
    stop.className = "sbt-walk"
    stop.tabIndex = 0
    stop.setAttribute("role", "application")
    stop.setAttribute("aria-roledescription", "plot")
    stop.setAttribute("aria-label",
      "Points of the plot: arrow keys go from one to the next and say what it is, Escape ends")
    stop.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return unpin()
      if (!/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key)) return
      event.preventDefault()
      const all = places(plot)
      // Of places that say nothing, such as those under another, the next one is tried.
      for (let tries = 0; tries < 40; tries++) {
        const next = step(all, at, event.key)
        if (!next || next === at) return
        at = next
        const found = ask(plot, ...at)
        if (found) return pin(plot, {...found, spot: at})
      }
    })
    stop.addEventListener("blur", () => {
      at = null
      unpin()
    })
    return stop
  }

  kit.tips = (plot) => {
    if (plot.model.type !== "Figure" || !hovers(plot).length) return
    if (plot.model.tags.includes("sbt-no-walk")) return
    if (!plot.shadow_el.querySelector(".sbt-walk")) plot.shadow_el.append(walker(plot))
    const {events_el} = plot.canvas
    if (events_el.sbtTaps) return
    events_el.sbtTaps = true
    events_el.addEventListener("click", (event) => tap(plot, event))
  }
  kit.unpin = unpin
  kit.places = places
  addEventListener("keydown", ({key}) => key === "Escape" && unpin())
  addEventListener("resize", unpin)
})()
