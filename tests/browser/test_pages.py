"""Every page: quiet, complete, readable, at every width, with and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe

WIDTHS = (768, 360, 320)
LEAST_CONTRAST = 4.5  # WCAG 2 AA, normal text

# The look of a page as the theme's button sets it.
SET_THEME = """async (theme) => {
  const {dataset} = document.documentElement
  dataset.mode = dataset.theme = theme
  await probe.painted()
}"""
# Any difference between what the source holds and what is shown.
INCOMPLETE = """() => {
  const faults = []
  const figures = probe.figures()
  figures.forEach((figure, i) => {
    if (figure.dataset.state !== "mounted") {
      return faults.push(`${probe.name(i)} is ${figure.dataset.state ?? "waiting"}`)
    }
    if (!probe.root(i)) return faults.push(`${probe.name(i)} has no root`)
    for (const {colors} of probe.plots(i)) {
      if (colors < 2) faults.push(`${probe.name(i)}: a plot is blank`)
    }
    for (const chips of probe.chips(i)) {
      if (!chips.length) faults.push(`${probe.name(i)}: no chips`)
    }
  })
  const roots = figures.filter((_, i) => probe.root(i)).length
  if (roots !== figures.length) faults.push(`${roots} roots, ${figures.length} figures`)
  for (const math of document.querySelectorAll("span.math, div.math")) {
    if (!math.querySelector("mjx-container")) {
      faults.push(`mathematics not set: ${math.textContent.trim().slice(0, 60)}`)
    }
  }
  for (const bad of document.querySelectorAll("mjx-merror, [data-mjx-error]")) {
    faults.push(`mathematics wrong: ${bad.getAttribute("data-mjx-error")}`)
  }
  for (const image of document.images) {
    if (!image.complete || !image.naturalWidth) faults.push(`no image: ${image.src}`)
  }
  return faults
}"""


def serious(page):
    """What axe calls serious or critical, and text of figures that is too faint."""
    # Without `preload`: it fetches style sheets again, with wrong addresses, only for
    # a rule about the orientation of the screen.
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, options=options).response
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:160]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"][:5]
    ] + page.evaluate("probe.faint", LEAST_CONTRAST)


def test_everything_is_shown_over_http(loaded, none):
    none(loaded.evaluate(INCOMPLETE))


def test_everything_is_shown_from_a_folder(visit, page_name, none):
    if page_name == "404.html":
        return  # a server shows it, at any depth: see the last but one test
    page = visit(page_name, over_file=True)
    none(page.evaluate(INCOMPLETE))


def test_axe_finds_nothing_serious_in_light(loaded, none):
    none(serious(loaded))


def test_axe_finds_nothing_serious_in_dark(loaded, none):
    loaded.evaluate(SET_THEME, "dark")
    try:
        none(serious(loaded))
    finally:
        loaded.evaluate(SET_THEME, "light")


@pytest.mark.figures
def test_the_theme_button_repaints_the_canvases(loaded):
    plots = "probe.figures().flatMap((_, i) => probe.plots(i))"
    before = loaded.evaluate(plots)
    loaded.evaluate(SET_THEME, "dark")
    try:
        after = loaded.evaluate(plots)
    finally:
        loaded.evaluate(SET_THEME, "light")
    for light, dark in zip(before, after, strict=True):
        assert light["ink"] != dark["ink"]
        assert min(light["contrast"], dark["contrast"]) >= LEAST_CONTRAST
    assert [plot["ink"] for plot in loaded.evaluate(plots)] == [
        plot["ink"] for plot in before
    ]


def test_nothing_is_wider_than_the_window(loaded, none):
    size = loaded.viewport_size
    found = []
    try:
        for width in (size["width"], *WIDTHS):
            loaded.set_viewport_size({"width": width, "height": 800})
            loaded.evaluate("probe.painted()")
            found += [f"{width}: {fault}" for fault in loaded.evaluate("probe.wide()")]
    finally:
        loaded.set_viewport_size(size)
        loaded.evaluate("probe.painted()")
    none(found)


@pytest.mark.figures
def test_figures_are_mounted_when_the_reader_comes_near(visit, page_name):
    page = visit(page_name, mount=False, viewport={"width": 1280, "height": 500})
    states = page.evaluate("""async () => {
      await probe.painted()
      const far = probe.figures().filter((figure) =>
        figure.getBoundingClientRect().top > innerHeight + 1000)
      const early = far.filter((figure) => figure.dataset.state).length
      for (const figure of probe.figures()) {
        figure.scrollIntoView()
        for (let i = 0; i < 200 && figure.dataset.state !== "mounted"; i++) {
          await new Promise((resolve) => setTimeout(resolve, 25))
        }
      }
      return [early, ...probe.figures().map((figure) => figure.dataset.state)]
    }""")
    assert states[0] == 0, "a figure far below was mounted at once"
    assert set(states[1:]) == {"mounted"}


def test_a_page_reads_without_javascript(visit, page_name):
    page = visit(page_name, mount=False, java_script_enabled=False)
    page.watch.allowed.append(r"^failed: .*\.js\b")  # asked for, then not needed
    assert page.locator("main h1:visible").count() == 1
    assert len(page.locator("main").inner_text()) > 20
    for figure in page.locator(".sbt-figure").all():
        fallback = figure.locator(".sbt-fallback")
        assert fallback.is_visible()
        assert len(fallback.inner_text().strip()) > 10


@pytest.mark.figures
def test_printing_shows_every_figure_and_no_sidebar(visit, page_name):
    page = visit(page_name, mount=False, color_scheme="dark")
    page.emulate_media(media="print")
    shown = """() => probe.figures().map((figure) =>
      [...figure.children].some((el) => el.matches(".sbt-fallback, .sbt-mount")
        && probe.visible(el) && el.getBoundingClientRect().height > 20))"""
    assert all(page.evaluate(shown)), "before figures are mounted"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.evaluate("probe.mountAll()")
    assert all(page.evaluate(shown)), "after figures are mounted"
    for sidebar in page.locator("[class*=bd-sidebar]").all():
        assert not sidebar.is_visible()
    brightest = """Math.max(...getComputedStyle(document.querySelector("main p"))
      .color.match(/\\d+/g).slice(0, 3).map(Number))"""
    assert page.evaluate(brightest) < 128, "the dark theme is printed dark on white"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_first_frame_says_what_the_fallback_says(loaded):
    for frame in loaded.evaluate("""() => probe.figures().map((figure, i) => ({
      name: probe.name(i),
      said: figure.querySelector(".sbt-fallback p").textContent,
      line: probe.line(i),
      chips: probe.chips(i),
      table: [...figure.querySelectorAll(".sbt-fallback tr")].map((row) =>
        [...row.cells].map((cell) => cell.textContent)),
    }))"""):
        assert frame["line"] == {"text": frame["said"], "tags": 0}, frame["name"]
        head, *rows = frame["table"] or [[]]
        if head == ["piece", "id"]:
            assert rows in frame["chips"], frame["name"]


def test_an_unknown_address_shows_a_page_that_works(visit):
    page = visit("no/such/page.html?at=all", mount=False)
    page.watch.allowed.append(r"404.*(no/such/page|\(Not Found\))|status of 404")
    assert page.locator("main h1:visible").count() == 1
    assert page.evaluate("document.styleSheets.length") > 3
    family = "getComputedStyle(document.body).fontFamily"
    assert "Source Serif" in page.evaluate(family)
    page.locator("a[href$='index.html']:visible").first.click()
    page.locator("main h1:visible").wait_for()


@pytest.mark.parametrize("over_file", [False, True], ids=["http", "folder"])
def test_search_finds_a_chapter(visit, over_file):
    page = visit("search.html?q=token", mount=False, over_file=over_file)
    page.locator("#search-results li a").first.wait_for()
    assert "token" in page.locator("#search-results").inner_text().lower()
