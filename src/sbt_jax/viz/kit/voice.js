// What a figure answers is said to those who do not see it: after the reader has done
// something in it, and once it is quiet again, so that a model that writes is not spelled
// out word by word.
;(() => {
  const kit = ((globalThis.sbt ??= {}).kit ??= {})
  const QUIET = 700 // milliseconds
  const MOST = 400 // characters

  let region
  kit.say = (text) => {
    if (!region) {
      region = document.createElement("div")
      region.className = "sbt-said"
      region.setAttribute("role", "status")
      document.body.append(region)
    }
    region.textContent = text.length > MOST ? `${text.slice(0, MOST)} …` : text
  }

  const textOf = (view) => (view.markup_el?.textContent ?? "").replace(/\s+/g, " ").trim()

  // The line under the figure of a view, as a model.
  kit.line = (view) => {
    let root = view
    while (root.parent) root = root.parent
    for (const one of kit.views(root)) if (one.model.tags?.includes("sbt-line")) return one.model
    return null
  }

  // Say what has changed among the texts of a figure, those first that are no line.
  kit.voice = (figure, roots) => {
    const texts = roots.flatMap((root) => [...kit.views(root)]).filter(({model}) => model.type === "Div")
    const isLine = ({model}) => model.tags.includes("sbt-line")
    texts.sort((a, b) => isLine(a) - isLine(b))
    let known = texts.map(textOf)
    let [acted, timer] = [false, 0]
    for (const kind of ["pointerdown", "keydown", "input"]) {
      figure.addEventListener(kind, () => { acted = true }, {capture: true, passive: true})
    }
    const tell = () => {
      const now = texts.map(textOf)
      const fresh = now.filter((text, i) => text && text !== known[i])
      known = now
      if (acted && fresh.length) kit.say(fresh.join(" "))
    }
    for (const {model} of texts) {
      model.properties.text.change.connect(() => {
        clearTimeout(timer)
        timer = setTimeout(tell, QUIET)
      })
    }
  }
})()
