// Ticks on what was read. A chapter counts when its end was scrolled into view; the list
// stays in the reader's browser, and where storage is refused there is none.
;(() => {
  const KEY = "sbt-read"
  const plain = /^[a-z]{1,40}$/
  function known() {
    try {
      const all = JSON.parse(localStorage.getItem(KEY) ?? "[]")
      return Array.isArray(all) ? all.filter((slug) => plain.test(slug)) : []
    } catch {
      return []
    }
  }
  function keep(all) {
    try {
      localStorage.setItem(KEY, JSON.stringify([...new Set(all)]))
    } catch { /* nothing is kept */ }
  }

  function tick() {
    const all = known()
    for (const item of document.querySelectorAll("li[data-slug]")) {
      const read = all.includes(item.dataset.slug)
      if (read === item.classList.contains("read")) continue
      item.classList.toggle("read", read)
      if (read) item.querySelector("a")?.setAttribute("aria-description", "read")
      else item.querySelector("a")?.removeAttribute("aria-description")
    }
    return all
  }

  // On the landing page: go on with the first chapter that was not read.
  function goOn(all) {
    const go = document.querySelector(".sbt-start .go")
    if (!go) return
    const ready = [...document.querySelectorAll(".sbt-part li.ready")]
    const next = ready.find(({dataset}) => !all.includes(dataset.slug))
    if (all.length && next) {
      const link = next.querySelector(".title a")
      go.href = link.href
      go.replaceChildren(`Go on with chapter ${next.querySelector(".n").textContent}: ` +
        next.querySelector(".label").firstChild.textContent.trim())
    }
    if (!all.length || document.querySelector(".sbt-forget")) return
    const line = document.createElement("p")
    line.className = "sbt-forget"
    const button = Object.assign(document.createElement("button"), {
      type: "button", textContent: "forget what I have read",
      onclick: () => {
        keep([])
        location.reload()
      },
    })
    line.append("Ticks are kept in this browser only: ", button)
    document.querySelector(".sbt-colophon, .bd-article").before(line)
  }

  const here = document.querySelector(".sbt-contents li.here[data-slug]")?.dataset.slug
  const end = document.querySelector(".prev-next-footer")
  if (here && end && !known().includes(here)) {
    let moved = false
    addEventListener("scroll", () => { moved = true }, {once: true, passive: true})
    const seen = new IntersectionObserver((entries) => {
      if (!moved || !entries.some((one) => one.isIntersecting)) return
      seen.disconnect()
      keep([...known(), here])
      tick()
    })
    seen.observe(end)
  }
  goOn(tick())
})()
