// What a figure needs of the page's height is kept: nothing jumps while it is used. Texts
// that get shorter leave their room, up to a limit, and so does the figure as a whole.
;(() => {
  const kit = ((globalThis.sbt ??= {}).kit ??= {})
  const MORE = 160 // pixels that a text may keep beyond its first height
  const CALM = 100 // milliseconds after which a new layout is as it will stay

  const watched = new WeakMap() // element -> {first, most, width}
  // Its height from now on; what nobody has changed since its layout has a first one, too.
  function keep(target) {
    const kept = watched.get(target)
    const {offsetHeight: height, offsetWidth: width} = target
    if (!height || width !== kept.width) return
    kept.first ||= height
    const most = Math.min(height, kept.first + MORE)
    if (most <= kept.most) return
    kept.most = most
    target.style.minHeight = `${most}px`
  }
  const observer = new ResizeObserver((entries) => {
    for (const {target} of entries) {
      const kept = watched.get(target)
      const width = target.offsetWidth
      if (!kept || !width) continue
      if (width === kept.width) keep(target)
      else { // another layout: begin again
        target.style.minHeight = ""
        Object.assign(kept, {width, first: 0, most: 0})
        setTimeout(keep, CALM, target)
      }
    }
  })
  function hold(el) {
    if (watched.has(el)) return
    el.style.boxSizing = "border-box"
    watched.set(el, {width: 0, first: 0, most: 0})
    observer.observe(el)
  }

  kit.room = (figure, roots) => {
    for (const view of roots.flatMap((root) => [...kit.views(root)])) {
      if (view.model.type === "Div") hold(view.el)
    }
    const mount = figure.querySelector(".sbt-mount")
    if (mount) hold(mount)
  }
})()
