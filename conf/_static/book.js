// Definitions of terms, shown by tippy.js. Without it the links still lead there.
addEventListener("DOMContentLoaded", () => {
  globalThis.tippy?.("[data-tippy-content]", {
    allowHTML: false, maxWidth: 320, touch: ["hold", 400], aria: {content: "describedby"},
  })
})
// Figures that are still waiting for the reader are mounted before printing.
addEventListener("beforeprint", () => globalThis.sbt?.mountAll?.())
