// What changes often is changed where it stands. Bokeh would draw a text or a button
// anew, style sheets included, and lay out the whole figure each time.
;(() => {
  const kit = ((globalThis.sbt ??= {}).kit ??= {})

  // A percent sign stays in the line of its number; as `keep_percent` in first.py.
  const together = (text) => text.replace(/(\d) %/g, "$1\u00a0%")

  function showText(view) {
    const {render_as_text} = view.model
    const text = together(view.model.text)
    if (view.sbtText === text) return
    view.sbtText = text
    if (render_as_text) view.markup_el.textContent = text
    else view.markup_el.innerHTML = view.has_math_disabled() ? text : view.process_tex(text)
  }

  // Properties of a button that only a new drawing can show.
  const looks = ({model: {button_type, disabled, icon}}) => [button_type, disabled, icon?.id].join()

  // What style sheets say of canvases: asked for once in a theme. Bokeh asks at every
  // stroke, and each time the browser computes the styles of the page.
  let known = new WeakMap() // element -> name -> value
  kit.forget = () => { known = new WeakMap() }
  function remember(view) {
    let proto = view.axis_views?.[0]?.visuals.axis_line
    while (proto && !Object.hasOwn(proto, "_get_css_value")) proto = Object.getPrototypeOf(proto)
    if (!proto || proto.sbtKnown) return
    proto.sbtKnown = true
    const ask = proto._get_css_value
    proto._get_css_value = function (name) {
      const {el} = this.obj
      if (!el.isConnected) return ask.call(this, name) // it has no style yet
      if (!known.has(el)) known.set(el, new Map())
      const own = known.get(el)
      const key = this.css_prefix + name
      if (!own.has(key)) own.set(key, ask.call(this, name))
      return own.get(key)
    }
  }

  kit.quick = (view) => {
    remember(view)
    const {type, label} = view.model
    if (type === "Div") {
      view.rerender = () => showText(view)
      if (/\d %/.test(view.model.text)) {
        view.sbtText = null
        showText(view)
      }
    }
    if (type === "Button" && typeof label === "string" && !view.sbtQuick) {
      view.sbtQuick = true
      let shown = looks(view)
      const {rerender} = view
      view._rebuild_label = async () => {
        view.label_view.model.content = view.model.label
      }
      view.rerender = () => {
        if (shown === (shown = looks(view))) return
        rerender.call(view)
      }
    }
  }
})()
