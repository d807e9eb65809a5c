// The state of a figure's widgets: kept over a reload, brought back by a reset, and told
// by a link such as `#fig-next-word?temperature-t=0.5`. What stands in an address may come
// from anybody: unknown names, wrong types and values out of range are passed over, and
// text stays text.
;(() => {
  const kit = ((globalThis.sbt ??= {}).kit ??= {})
  const LONGEST = 1000 // characters of a text
  const number = (text) => (/^-?\d{1,12}(\.\d{1,12})?(e-?\d{1,2})?$/.test(text) ? Number(text) : NaN)
  const within = (low, value, high) => value >= (low ?? -Infinity) && value <= (high ?? Infinity)
  const options = ({options: all}) =>
    (Array.isArray(all) ? all : Object.values(all).flat()).map((one) => (Array.isArray(one) ? one[0] : one))
  const places = (text, count) => {
    const all = text === "" ? [] : text.split(",").map(number)
    const right = all.every((at) => Number.isInteger(at) && within(0, at, count - 1))
    return right && new Set(all).size === all.length ? all : null
  }
  const plain = (text) =>
    text.length <= LONGEST && !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text) ? text : null

  // By type of widget: how its value is written, and what is made of a text, or null.
  const slide = {
    write: (one) => String(+one.value.toPrecision(10)),
    read: (one, text) => (within(one.start, number(text), one.end) ? {value: number(text)} : null),
  }
  const pick = (names) => ({
    write: (one) => one.value,
    read: (one, text) => (names(one).includes(text) ? {value: text} : null),
  })
  const button = {
    write: (one) => String(one.active),
    read: (one, text) => {
      const at = number(text)
      return Number.isInteger(at) && within(0, at, one.labels.length - 1) ? {active: at} : null
    },
  }
  const several = {
    write: (one) => [...one.active].join(","),
    read: (one, text) => {
      const active = places(text, one.labels.length)
      return active && {active}
    },
  }
  const flag = {
    write: (one) => String(Number(one.active)),
    read: (one, text) => (/^[01]$/.test(text) ? {active: text === "1"} : null),
  }
  const typed = {
    write: (one) => one.value_input ?? one.value,
    read: (one, text) => {
      const value = plain(text)
      return value === null ? null : {value, value_input: value}
    },
  }
  const amount = {
    write: (one) => String(one.value),
    read: (one, text) => (within(one.low, number(text), one.high) ? {value: number(text)} : null),
  }
  const KINDS = {
    Select: pick(options), CategoricalSlider: pick((one) => one.categories),
    RadioButtonGroup: button, RadioGroup: button,
    CheckboxGroup: several, CheckboxButtonGroup: several,
    Switch: flag, Checkbox: flag, Toggle: flag,
    TextInput: typed, TextAreaInput: typed,
    Slider: slide, Spinner: amount, NumericInput: amount,
  }

  const slug = (text) =>
    String(text ?? "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 24)

  // The widgets of a figure by the names that a link gives them, in the order in which
  // they are set: lists first, which may fill a box, and sliders last, whose ends a text
  // may move.
  function widgets(roots) {
    const found = new Map()
    for (const view of roots.flatMap((root) => [...kit.views(root)])) {
      const {model} = view
      if (!(model.type in KINDS)) continue
      const name = slug(model.title || model.name || model.type) || "value"
      let key = name
      for (let n = 2; found.has(key); n++) key = `${name}-${n}`
      found.set(key, {model, first: KINDS[model.type].write(model)})
    }
    const order = Object.keys(KINDS)
    const rank = ([, {model}]) => order.indexOf(model.type)
    return new Map([...found].sort((a, b) => rank(a) - rank(b)))
  }

  // What differs from the first state.
  function written(all) {
    const query = new URLSearchParams()
    for (const [key, {model, first}] of all) {
      const now = KINDS[model.type].write(model)
      if (now !== first) query.set(key, now)
    }
    return query.toString()
  }

  const settled = () => new Promise((done) => setTimeout(done, 60))
  async function restore(all, text) {
    const query = new URLSearchParams(text.slice(0, 20_000))
    let kind = null
    for (const [key, {model}] of all) {
      const value = query.get(key)
      const right = value === null ? null : KINDS[model.type].read(model, value)
      if (!right) continue
      if (kind && kind !== model.type) await settled()
      kind = model.type
      model.setv(right)
    }
  }

  // ---- Where states are kept ------------------------------------------------------

  const keyOf = (id) => `sbt ${location.pathname}#${id}`
  function keep(id, text) {
    try {
      if (text) sessionStorage.setItem(keyOf(id), text)
      else sessionStorage.removeItem(keyOf(id))
    } catch { /* storage is refused: nothing is kept */ }
  }
  function kept(id) {
    const [entry] = performance.getEntriesByType("navigation")
    if (!/reload|back_forward/.test(entry?.type)) return ""
    try {
      return sessionStorage.getItem(keyOf(id)) ?? ""
    } catch {
      return ""
    }
  }
  // [figure, state] of an address, if it names a state.
  function addressed() {
    const [, id, text] = /^#([\w.:-]{1,80})\?(.*)$/s.exec(location.hash) ?? []
    return [id, text]
  }

  const idOf = (figure) => figure.closest("figure[id], div[id].figure, section[id]")?.id || "figure"
  const named = new Map() // id -> figure: the first of a section has its name
  function idFor(figure) {
    const base = figure.closest("figure[id], div[id].figure")?.id ?? idOf(figure)
    let id = base
    for (let n = 2; named.has(id) && named.get(id) !== figure; n++) id = `${base}-${n}`
    named.set(id, figure)
    return id
  }

  const linkTo = (id, text) => {
    const bare = location.href.split("#")[0]
    return text ? `${bare}#${id}?${text}` : `${bare}#${id}`
  }
  function show(address) {
    try {
      history.replaceState(history.state, "", address)
    } catch { /* some readers may not change it */ }
  }

  // The quiet line under a figure.
  function foot(figure, id, all, again) {
    const row = document.createElement("div")
    row.className = "sbt-foot"
    const add = (label, title, act) => {
      const one = Object.assign(document.createElement("button"), {type: "button", textContent: label, title})
      one.addEventListener("click", () => act(one))
      row.append(one)
    }
    if (all.size) {
      add("reset", "Bring this figure back to its first state", () => {
        keep(id, "")
        if (addressed()[0] === id) show(linkTo(id, ""))
        again()
        kit.say?.("The figure is in its first state.")
      })
    }
    add("link", "A link to this figure as it is now", async (one) => {
      const address = linkTo(id, written(all))
      show(address)
      let said = "it is in the address bar"
      try {
        await navigator.clipboard.writeText(address)
        said = "link copied"
      } catch { /* from a folder, or refused */ }
      one.textContent = said
      kit.say?.(said)
      setTimeout(() => { one.textContent = "link" }, 2500)
    })
    figure.querySelector(".sbt-foot")?.remove()
    figure.append(row)
  }

  // A figure is live: bring its state back, and keep it from now on.
  kit.state = async (figure, roots, again) => {
    const id = idFor(figure)
    const all = widgets(roots)
    foot(figure, id, all, again)
    let timer
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(() => keep(id, written(all)), 300)
    }
    for (const {model} of all.values()) model.change.connect(later)
    const [wanted, text] = addressed()
    const state = wanted === id ? text : kept(id)
    if (state) await restore(all, state)
  }
  // The figure that an address asks for, which the browser does not find by itself.
  kit.addressed = (figures) => {
    const [wanted] = addressed()
    if (!wanted) return null
    return figures.find((figure) => idFor(figure) === wanted) ?? null
  }
})()
