// Definitions of terms, shown by tippy.js: by the mouse, the keyboard or a tap; a second
// tap goes to the glossary. Without it the links lead there at once.
addEventListener("DOMContentLoaded", () => {
  const tips = globalThis.tippy?.("[data-tippy-content]", {
    allowHTML: false, maxWidth: 320, aria: {content: "describedby"}, hideOnClick: "toggle",
    trigger: "mouseenter focus",
  }) ?? []
  for (const tip of tips) {
    let [touch, shown] = [false, false]
    tip.reference.addEventListener("pointerdown", ({pointerType}) => {
      touch = pointerType !== "mouse"
      shown = tip.state.isVisible
      // Only taps open and close it then, and not the mouse that seems to follow them.
      tip.setProps({trigger: touch ? "manual" : "mouseenter focus"})
    })
    tip.reference.addEventListener("click", (event) => {
      if (!touch || shown) return
      event.preventDefault()
      tip.show()
    })
  }
  addEventListener("keydown", ({key}) => key === "Escape" && globalThis.tippy?.hideAll())
  addEventListener("pointerdown", ({target}) => {
    for (const tip of tips) if (!tip.reference.contains(target)) tip.hide()
  })
  // The theme asks now and then which boxes of code can be scrolled, by the keyboard too:
  // before the fonts are there, and while a fold is closed.
  const boxes = document.querySelectorAll("main pre")
  const reach = (box) => {
    if (box.tabIndex < 0 && box.scrollWidth > box.clientWidth) box.tabIndex = 0
  }
  const all = () => boxes.forEach(reach)
  const sized = new ResizeObserver((seen) => seen.forEach(({target}) => reach(target)))
  const changed = new MutationObserver((seen) => seen.forEach(({target}) => reach(target)))
  for (const box of boxes) {
    sized.observe(box)
    changed.observe(box, {attributeFilter: ["tabindex"]})
  }
  addEventListener("load", all)
  document.fonts.addEventListener("loadingdone", all)
  // docutils calls references a list, but not its entries list items.
  document.querySelector(".citation-list")?.removeAttribute("role")
})
// Paper is white, and nothing on it can be unfolded.
{
  const {dataset} = document.documentElement
  let theme
  let closed = []
  addEventListener("beforeprint", () => {
    theme = dataset.theme
    dataset.theme = "light"
    closed = [...document.querySelectorAll("main details:not([open])")]
    for (const one of closed) one.open = true
  })
  addEventListener("afterprint", () => {
    dataset.theme = theme
    for (const one of closed) one.open = false
  })
}
