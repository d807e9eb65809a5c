// Definitions of terms, shown by tippy.js. Without it the links still lead there.
addEventListener("DOMContentLoaded", () => {
  globalThis.tippy?.("[data-tippy-content]", {
    allowHTML: false, maxWidth: 320, touch: ["hold", 400], aria: {content: "describedby"},
  })
  // docutils calls references a list, but not its entries list items.
  document.querySelector(".citation-list")?.removeAttribute("role")
})
// Paper is white.
{
  const {dataset} = document.documentElement
  let theme
  addEventListener("beforeprint", () => {
    theme = dataset.theme
    dataset.theme = "light"
  })
  addEventListener("afterprint", () => { dataset.theme = theme })
}
