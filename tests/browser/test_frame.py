"""The frame of the book: first paint, what pages load, tips, states, search, print."""

import json
import re

import pytest

SHIFTS = """() => {
  globalThis.shifts = 0
  new PerformanceObserver((list) => {
    for (const {value, hadRecentInput} of list.getEntries()) {
      if (!hadRecentInput) globalThis.shifts += value
    }
  }).observe({type: "layout-shift", buffered: true})
}"""
REFUSE = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, {configurable: true,
    get() { throw new DOMException("refused", "SecurityError") }})
}"""
# What is walked on: the first plot of a page that tells something of its points.
WALKED = """() => {
  for (const [i] of probe.figures().entries()) {
    const walked = ({shadow_el}) => shadow_el?.querySelector(".sbt-walk")
    const view = probe.views(i).find(walked)
    if (!view) continue
    view.el.scrollIntoView({block: "center"})
    view.shadow_el.querySelector(".sbt-walk").focus()
    const box = view.canvas.el.getBoundingClientRect()
    const [x, y] = sbt.kit.places(view)[0]
    return {i, at: [box.x + x, box.y + y]}
  }
}"""
CLUMSY = """() => probe.figures().flatMap((figure, i) =>
  probe.find(figure, ".noUi-handle").flatMap((handle) => {
    const {width, height} = handle.getBoundingClientRect()
    const {touchAction} = getComputedStyle(handle)
    const right = Math.min(width, height) >= 24 && touchAction === "pan-y"
    return right ? [] : [`${probe.name(i)}: ${width} x ${height}, ${touchAction}`]
  }))"""
TIP = "document.querySelector('.sbt-tip')?.textContent ?? ''"


# ---- The first paint ---------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_first_paint_has_the_readers_theme(visit, scheme, scripts):
    page = visit(
        "index.html", mount=False, color_scheme=scheme, java_script_enabled=scripts
    )
    page.watch.allowed.append(r"^failed: .*\.js\b")
    color = page.locator("body").evaluate(
        "(el) => getComputedStyle(el).backgroundColor"
    )
    light = sum(map(int, re.findall(r"\d+", color)[:3])) > 380
    assert light == (scheme == "light"), color
    assert page.locator("a.logo:visible svg").count() == 1


def test_the_theme_is_known_before_anything_is_painted(visit, site):
    page = visit("index.html", mount=False, color_scheme="dark")
    head = page.request.get(f"{site}/index.html").text().partition("</head>")[0]
    assert head.index("dataset.theme") < head.index("stylesheet")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_refused_storage_changes_nothing_but_memory(browser, site):
    context = browser.new_context()
    context.add_init_script(REFUSE)
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{site}/index.html")
    page.locator(".theme-switch-button:visible").click()
    page.locator(".theme-change-button[data-mode=dark]:visible").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.evaluate("sbt.mountAll()")
    context.close()
    assert not faults


def test_a_page_hardly_moves_while_it_loads(visit, page_name):
    page = visit(page_name, mount=False)
    page.evaluate(SHIFTS)
    page.wait_for_timeout(700)
    assert page.evaluate("globalThis.shifts") < 0.1


def test_a_page_loads_no_more_than_it_shows(site, visit, page_name):
    page = visit("404.html", mount=False)
    html = page.request.get(f"{site}/{page_name}").text()
    assert "fontawesome" not in html
    assert ("tex-chtml" in html) == bool(re.search(r'class="math\b', html))
    assert ("bokeh.min.js" in html) == ('class="sbt-figure"' in html)
    blocking = re.findall(r"<script(?![^>]*\b(?:defer|async)\b)[^>]*\bsrc=", html)
    assert not blocking
    first = re.findall(r'<script[^>]*\bsrc="([^"?]+)', html)[:2]
    assert [name.rpartition("_static/")[2] for name in first] == [
        "documentation_options.js",
        "sbt/kit.js",
    ]


# ---- Tips --------------------------------------------------------------------


@pytest.mark.figures
def test_points_tell_by_tap_and_by_arrow_keys(loaded):
    found = loaded.evaluate(WALKED)
    if not found:
        pytest.skip("nothing on this page is told by hovering")
    line = f"probe.line({found['i']}).text"
    before = loaded.evaluate(line)
    loaded.keyboard.press("ArrowRight")
    tip = loaded.evaluate(TIP)
    assert tip
    assert loaded.evaluate(line).startswith(tip.replace("\u00a0", " ")[:40])
    loaded.keyboard.press("Escape")
    assert loaded.evaluate(TIP) == ""
    assert loaded.evaluate(line) == before
    loaded.mouse.click(*found["at"])
    assert loaded.evaluate(TIP)
    loaded.mouse.move(5, 5)
    assert loaded.evaluate(TIP), "it stays when the mouse is gone"
    loaded.keyboard.press("Escape")
    loaded.evaluate("(i) => probe.fresh(i)", found["i"])


# ---- Sliders -----------------------------------------------------------------


@pytest.mark.figures
def test_a_finger_finds_a_sliders_handle_and_still_scrolls(loaded, none):
    none(loaded.evaluate(CLUMSY))


# ---- Room, voice, state ------------------------------------------------------


@pytest.mark.page("foundations.html")
def test_a_figure_keeps_its_height_while_it_is_used(loaded, figure):
    one = figure(0)
    code = "() => document.querySelector('.sbt-figure').offsetHeight"
    before = loaded.evaluate(code)
    for text in ("Once", "The capital of France is", ""):
        one.type(text)
        assert abs(loaded.evaluate(code) - before) < 40, text
    one.type("Once there was a queen called")
    loaded.wait_for_timeout(900)
    assert loaded.locator(".sbt-said").inner_text().strip()


@pytest.mark.page("generation.html")
def test_a_link_brings_a_figure_back_and_a_reset_takes_it_away(visit, loaded, figure):
    one = figure(0)
    first = one.line()
    title = one("widgets")[1]
    slider = next(w for w in one("widgets") if w["kind"] == "slider")
    stops = one("stops", slider["id"])
    one("put", slider["id"], stops["prop"], stops["ends"][0])
    moved = one.line()
    assert moved != first, title
    loaded.locator(".sbt-figure").first.locator("button", has_text="link").click()
    address = loaded.evaluate("location.hash")
    loaded.locator(".sbt-figure").first.locator("button", has_text="reset").click()
    loaded.wait_for_function(
        "document.querySelector('.sbt-figure').dataset.state === 'mounted'"
    )
    loaded.evaluate("probe.settled(0)")
    assert one.line() == first
    page = visit(f"generation.html{address}")
    page.evaluate("probe.settled(0)")
    assert page.evaluate("probe.line(0).text") == moved
    assert page.evaluate("scrollY") > 0


HOSTILE = (
    "=<img src=x onerror=hacked=1>&temperature-t=<svg onload=hacked=1>",
    "temperature-t=1e99&temperature-t=NaN&top-k=all,all&__proto__=1&constructor=2",
    f"your-beginning={'x' * 5000}",
    "temperature-t=-4&your-beginning=%00%08",
    "%E0%A4%A&&&==",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_link_does_nothing(visit, text):
    page = visit("generation.html")
    name = page.evaluate("document.querySelector('.sbt-figure').closest('figure').id")
    before = page.evaluate("JSON.stringify(probe.state(0))")
    hostile = visit("404.html", mount=False)
    hostile.goto(page.url.partition("#")[0] + f"#{name}?{text}")
    hostile.evaluate("probe.mountAll()")
    hostile.evaluate("probe.settled(0)")
    assert hostile.evaluate("JSON.stringify(probe.state(0))") == before
    assert not hostile.evaluate("'hacked' in globalThis")


# ---- Search ------------------------------------------------------------------

ASKED = {
    "positional encoding": "attention",
    "how does a transformer work": "architecture",
    "KV cache": "attention|inference",
    "LoRA": "alignment|finetuning",
    "What is perplexity?": "foundations",
    "nucleus sampling": "generation",
    "byte pair encoding": "tokenization",
    "Adam": "training",
    "cosine similarity": "embeddings",
}


@pytest.mark.parametrize("over_file", [False, True], ids=["http", "folder"])
def test_search_leads_to_the_section(visit, over_file):
    page = visit("search.html", mount=False, over_file=over_file)
    for question, chapters in ASKED.items():
        page.locator(".bd-search-container input").fill(question)
        page.wait_for_timeout(250)
        first = page.locator("#search-results li a").first
        assert re.match(rf"(\./)?({chapters})\.html(#|$)", first.get_attribute("href"))
    page.locator(".bd-search-container input").fill("temperature")
    page.wait_for_timeout(250)
    hits = page.locator("#search-results li")
    links = [a.get_attribute("href") for a in page.locator("#search-results a").all()]
    assert "#" in links[0]
    assert not any("api" in link for link in links[:2])
    assert "System Settings" not in hits.first.inner_text()
    assert "temperature" in hits.first.locator(".context").inner_text().lower()
    page.locator(".bd-search-container input").fill("<img src=x onerror=hacked=1>")
    page.wait_for_timeout(250)
    assert not page.evaluate("'hacked' in globalThis")


def test_aliases_lead_to_pages_that_are_there(visit):
    page = visit("search.html", mount=False)
    index = json.loads(page.evaluate("JSON.stringify(sbtSearchIndex)"))
    assert len(index["aliases"]) > 40
    for page_name, _ in index["aliases"].values():
        assert page_name in index["pages"]
