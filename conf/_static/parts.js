// Folds that open when something inside is asked for, and quizzes with buttons.
// A classic script: it works from file://.
;(() => {
  const make = (tag, ...children) => {
    const node = document.createElement(tag)
    node.append(...children)
    return node
  }

  // ---- Folds ---------------------------------------------------------------

  // Open every fold around an element; whether there was a closed one.
  function reveal(element) {
    let closed = false
    for (let at = element; at; at = at.parentElement?.closest("details")) {
      if (at.tagName !== "DETAILS" || at.open) continue
      at.open = closed = true
    }
    return closed
  }

  function follow() {
    let id
    try {
      id = decodeURIComponent(location.hash.slice(1))
    } catch {
      return // a hash that is no text
    }
    const target = id && document.getElementById(id)
    if (target && reveal(target)) target.scrollIntoView()
  }

  // Words that a search has marked: those in folds are shown, too.
  function searched() {
    document.querySelectorAll(".sbt-fold span.highlighted").forEach(reveal)
  }

  // On paper nothing can be opened.
  let opened = []
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".sbt-fold:not([open])")]
    for (const fold of opened) fold.open = true
  })
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false
  })

  // ---- Quizzes -------------------------------------------------------------

  function quiz(box, n) {
    const options = [...box.querySelectorAll(".sbt-quiz-options > li")]
    const answer = box.querySelector(".sbt-quiz-answer")
    const whys = [...answer.querySelectorAll(".sbt-quiz-why")]
    const question = box.querySelector(".sbt-quiz-question")
    const said = make("div")
    said.className = "sbt-quiz-said"
    said.setAttribute("role", "status")
    question.id ||= `sbt-quiz-${n}`
    box.setAttribute("role", "group")
    box.setAttribute("aria-labelledby", question.id)
    const buttons = options.map((option, i) => {
      const button = make("button", ...option.childNodes)
      button.type = "button"
      button.setAttribute("aria-pressed", "false")
      button.addEventListener("click", () => {
        for (const one of buttons) one.setAttribute("aria-pressed", String(one === button))
        const right = option.dataset.right === "yes"
        const verdict = make("strong", right ? "Right. " : "Not quite. ")
        const why = [...whys[i].childNodes].map((node) => node.cloneNode(true))
        why.find((node) => node.nodeName === "P")?.prepend(verdict)
        if (!verdict.isConnected && !verdict.parentNode) why.unshift(verdict)
        said.classList.toggle("right", right)
        said.replaceChildren(...why)
      })
      option.append(button)
      return button
    })
    answer.hidden = true // stays, so that its formulas are set
    answer.before(said)
    said.append(make("p", "Pick an answer."))
  }

  function begin() {
    document.querySelectorAll(".sbt-quiz").forEach(quiz)
    follow()
    addEventListener("hashchange", follow)
    // The same link again changes no hash.
    addEventListener("click", ({target}) => {
      const link = target.closest?.("a[href*='#']")
      if (link && link.href === location.href) follow()
    })
    setTimeout(searched, 0) // after Sphinx has marked them
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin)
  else begin()
})()
