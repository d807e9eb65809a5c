// What Bokeh leaves without a name or a role.
;(() => {
  const kit = ((globalThis.sbt ??= {}).kit ??= {})
  function name(view) {
    const {model} = view
    const root = view.shadow_el ?? view.el
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
    // A canvas is a picture: the figure's group carries its description, and it takes no
    // keyboard; what its points say is told by tips.js.
    if (model.type === "Figure") {
      view.canvas.el.setAttribute("aria-hidden", "true")
      view.canvas.events_el.removeAttribute("tabindex")
      kit.label(view)
    }
  }

  kit.name = name
})()
