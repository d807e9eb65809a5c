"""The frame of the book: first paint, what a page loads, and how figures behave."""

import re

import pytest

from browser.conftest import HTML

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
  probe.find(figure, ".noUi-handle").filter(probe.visible).flatMap((handle) => {
    const {width, height} = handle.getBoundingClientRect()
    const {touchAction} = getComputedStyle(handle)
    const right = Math.min(width, height) >= 24 && touchAction === "pan-y"
    return right ? [] : [`${probe.name(i)}: ${width} x ${height}, ${touchAction}`]
  }))"""
# Figures that jump up when a text in one of their boxes gets shorter.
JUMPS = """async () => {
  const faults = []
  const units = (text) => [...text].map((one) => one.charCodeAt(0))
  for (const [i, figure] of probe.figures().entries()) {
    const boxes = probe.widgets(i).filter(({kind}) => kind === "text")
    const before = figure.offsetHeight
    for (const {id, name} of boxes) {
      for (const text of ["Once there was a queen called", "Once", ""]) {
        await probe.paste(i, id, units(text))
        const now = figure.offsetHeight
        const jump = `${probe.name(i)}, ${name}: ${before} to ${now}`
        if (now < before - 40) faults.push(jump)
      }
    }
    if (boxes.length) await probe.fresh(i)
  }
  return faults
}"""
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


def test_the_theme_is_known_before_anything_is_painted(visit):
    page = visit("index.html", mount=False, color_scheme="dark")
    head = (HTML / "index.html").read_text("utf8").partition("</head>")[0]
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


def test_a_page_hardly_moves_while_it_loads(loaded):
    assert loaded.shifts < 0.1


def test_a_page_loads_no_more_than_it_shows(page_name):
    html = (HTML / page_name).read_text("utf8")
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


@pytest.mark.figures
def test_figures_keep_their_height_while_one_types(loaded, none):
    """Less to show leaves its room; a new answer is announced once it is quiet."""
    none(loaded.evaluate(JUMPS))
    boxes = "probe.figures().flatMap((_, i) => probe.widgets(i)).map(({kind}) => kind)"
    if "text" in loaded.evaluate(boxes):
        loaded.wait_for_timeout(900)
        assert loaded.locator(".sbt-said").inner_text().strip()


@pytest.mark.page("generation.html")
def test_a_link_brings_a_figure_back_and_a_reset_takes_it_away(visit, loaded, figure):
    one = figure(1)  # the mixing desk
    desk = loaded.locator(".sbt-figure").nth(1)
    first = one.line()
    title = one("widgets")[1]
    slider = next(w for w in one("widgets") if w["kind"] == "slider")
    stops = one("stops", slider["id"])
    one("put", slider["id"], stops["prop"], stops["ends"][0])
    moved = one.line()
    assert moved != first, title
    desk.locator("button", has_text="link").click()
    address = loaded.evaluate("location.hash")
    desk.locator("button", has_text="reset").click()
    loaded.wait_for_function(
        "document.querySelectorAll('.sbt-figure')[1].dataset.state === 'mounted'"
    )
    loaded.evaluate("probe.settled(1)")
    assert one.line() == first
    page = visit(f"generation.html{address}")
    page.evaluate("probe.settled(1)")
    assert page.evaluate("probe.line(1).text") == moved
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
    desk = "document.querySelectorAll('.sbt-figure')[1].closest('figure').id"
    name = page.evaluate(desk)
    before = page.evaluate("JSON.stringify(probe.state(1))")
    hostile = visit("404.html", mount=False)
    hostile.watch.allowed.append("favicon")  # not waited for
    hostile.goto(page.url.partition("#")[0] + f"#{name}?{text}")
    hostile.evaluate("probe.mountAll()")
    hostile.evaluate("probe.settled(1)")
    assert hostile.evaluate("JSON.stringify(probe.state(1))") == before
    assert not hostile.evaluate("'hacked' in globalThis")
