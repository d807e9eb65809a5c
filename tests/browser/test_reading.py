"""Reading: terms, paper, narrow columns, lost addresses, titles, the landing page."""

import re

import pytest

from browser.conftest import HTML, PHONE


@pytest.mark.page("foundations.html")
def test_a_tap_on_a_term_shows_its_tip_and_the_next_one_follows(visit, loaded):
    page = visit("foundations.html", mount=False, has_touch=True, viewport=PHONE)
    term = page.locator("main a[data-tippy-content]:visible").first
    tip = page.locator(".tippy-box")
    term.tap()
    tip.wait_for()
    assert page.url.endswith("foundations.html")
    page.keyboard.press("Escape")
    tip.wait_for(state="detached")
    term.tap()
    tip.wait_for()
    term.tap()
    page.wait_for_url("**/glossary.html#*")


@pytest.mark.page("foundations.html")
def test_focus_shows_the_tip_of_a_term(loaded):
    loaded.locator("main a[data-tippy-content]:visible").first.focus()
    loaded.locator(".tippy-box").first.wait_for()
    loaded.keyboard.press("Escape")
    loaded.locator(".tippy-box").first.wait_for(state="detached")


PAPER = """async () => {
  const faults = []
  for (const one of document.querySelectorAll("main details")) {
    if (!one.open) faults.push(`closed: ${one.textContent.trim().slice(0, 40)}`)
  }
  const line = document.querySelector(".sbt-line-under")
  const shown = [...line?.children ?? []].filter(probe.visible)
  if (shown.some((one) => /notebook/i.test(one.textContent))) faults.push("a download")
  const said = shown.map((one) => one.textContent).join("")
  if (/·\\s*$/.test(said)) faults.push(`the line dangles: ${said}`)
  const width = document.querySelector("article, main").getBoundingClientRect().right
  for (const one of document.querySelectorAll("main pre, main code, main table")) {
    const {right} = one.getBoundingClientRect()
    const what = one.textContent.slice(0, 40)
    if (right > width + 1) faults.push(`wider than the paper: ${what}`)
    if (one.scrollWidth > one.clientWidth + 1 && one.matches("pre")) {
      faults.push(`cut off: ${one.textContent.slice(0, 40)}`)
    }
  }
  return faults
}"""


def test_paper_shows_all_of_a_page(folder, none):
    size = folder.viewport_size
    folder.set_viewport_size({"width": 720, "height": 1000})
    folder.emulate_media(media="print")
    folder.evaluate("dispatchEvent(new Event('beforeprint'))")
    try:
        none(folder.evaluate(PAPER))
    finally:
        folder.evaluate("dispatchEvent(new Event('afterprint'))")
        folder.emulate_media(media="screen")
        folder.set_viewport_size(size)


COLUMN = """() => {
  const faults = []
  const size = (el) => parseFloat(getComputedStyle(el).fontSize)
  const sizes = ["h1", "h2", "h3", "h4"].map((tag) =>
    [tag, [...document.querySelectorAll(`main ${tag}`)].map(size)])
    .filter(([, all]) => all.length)
  sizes.forEach(([tag, all], i) => {
    for (const [other, more] of sizes.slice(i + 1)) {
      const larger = Math.max(...more) > Math.min(...all)
      if (larger) faults.push(`${other} is larger than ${tag}`)
    }
  })
  for (const el of document.querySelectorAll("main .cell_output pre")) {
    if (el.scrollWidth > el.clientWidth + 1) {
      faults.push(`an output is wider than its column: ${el.textContent.slice(0, 40)}`)
    }
  }
  const article = document.querySelector("article, main")
  const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT)
  const code = "pre, code, script, style, .sbt-figure, mjx-container, .math"
  while (texts.nextNode()) {
    const {data, parentElement: at} = texts.currentNode
    if (at.closest(code)) continue
    const loose = /\\d %/.exec(data)
    if (loose) faults.push(`a percent sign may be lost: ${data.slice(0, 60)}`)
  }
  for (const number of document.querySelectorAll("div.math .eqno")) {
    const box = number.getBoundingClientRect()
    const formula = number.parentElement.querySelector("mjx-container")
    if (formula && formula.getBoundingClientRect().right > box.left + 1) {
      faults.push(`the number ${number.textContent} covers its formula`)
    }
  }
  return faults
}"""


def test_what_is_printed_stays_in_its_column(loaded, none):
    none(loaded.evaluate(COLUMN))


@pytest.mark.figures
def test_what_is_printed_stays_in_a_phones_column(phone, none):
    none(phone.evaluate(COLUMN))


def test_a_lost_reader_is_led_home_wherever_the_site_is(visit, browser, site, tmp_path):
    """Also where the site lies below the root, and from a folder."""
    page = visit("404.html", mount=False)
    below = f"{site}/some/where/lost.html"

    def answer(route):
        path = route.request.url.removeprefix(site).partition("?")[0]
        inside = path.removeprefix("/some/where/")
        if path.startswith("/some/where/") and (HTML / inside).is_file():
            route.fulfill(path=HTML / inside)
        elif path == "/some/where/lost.html":
            route.fulfill(path=HTML / "404.html", content_type="text/html")
        else:
            route.fulfill(status=404, body="")

    lost = browser.new_page()
    lost.route("**/*", answer)
    lost.goto(below)
    home = lost.locator("main a[href$='index.html']").first
    lost.wait_for_function(
        "getComputedStyle(document.body).fontFamily.includes('Source Serif')"
    )
    assert home.get_attribute("href") == "/some/where/index.html"
    lost.close()
    assert page.locator("main a[href$='index.html']").count()


def test_a_page_says_what_it_is(page_name):
    html = (HTML / page_name).read_text("utf8")
    assert len(re.findall(r"<h1", html)) <= 1 or page_name == "search.html"
    head, _, _ = html.partition("</head>")  # drawings have titles of their own
    (title,) = re.findall(r"<title>(.*?)</title>", head)
    assert title.count("Step by Token") <= 1
    for address in re.findall(r'og:url" content="([^"]*)"', html):
        assert address.startswith("http")
    for text in re.findall(r'name="description" content="([^"]*)"', html):
        assert len(text) > 20


# ---- The landing page ----------------------------------------------------------


@pytest.mark.page("index.html")
def test_what_was_read_to_its_end_is_ticked(visit, loaded):
    page = visit("index.html", mount=False)
    assert page.locator("li.read").count() == 0
    assert "chapter 1" in page.locator(".sbt-start .go").inner_text()
    page.goto(page.url.replace("index.html", "foundations.html"))
    page.evaluate("scrollTo(0, 300)")
    page.wait_for_timeout(200)
    page.evaluate("document.querySelector('.prev-next-footer').scrollIntoView()")
    page.locator(".sbt-contents li.read").wait_for()
    page.goto(page.url.partition("#")[0].replace("foundations.html", "index.html"))
    assert page.locator(".sbt-part li.read").count() == 1
    assert "chapter 2" in page.locator(".sbt-start .go").inner_text()
    page.locator(".sbt-forget button").click()
    page.locator(".sbt-start .go").wait_for()
    assert page.locator("li.read").count() == 0


@pytest.mark.page("index.html")
def test_the_first_story_is_drawn_and_another_press_draws_another(loaded, figure):
    one = figure(0)
    first = one.texts()
    assert "seed 6" in one.line()
    assert first.count("I love yellow") < 2
    one.press("write another story")
    loaded.wait_for_timeout(600)
    assert one.texts() != first
    one.press("stop")
    assert "seed 1" in one.line()
