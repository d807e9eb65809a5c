"""Every page: quiet, complete, readable, at every width, with and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe

WIDTHS = (768, 360, 320)
LEAST_CONTRAST = 4.5  # WCAG 2 AA, normal text
# Of axe's rules those that a theme can change; light runs all of them.
COLORS = ("color-contrast", "link-in-text-block")
# The library's pages and the index of its names have one template and one palette, and
# measuring all their words takes longest: contrast is measured on this one.
CONTRAST, SAMPLE = COLORS[0], "api_figures"
LIBRARY = ("api", "genindex", "py-modindex")
WIDE = "probe.lasting(probe.wide)"

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

PRINTED = """async () => {
  await probe.painted()
  const faults = probe.unseen()
  for (const sidebar of document.querySelectorAll("[class*=bd-sidebar]")) {
    if (probe.visible(sidebar)) faults.push(`a sidebar: ${sidebar.className}`)
  }
  const ink = getComputedStyle(document.querySelector("main p")).color
  const brightest = Math.max(...ink.match(/\\d+/g).slice(0, 3).map(Number))
  if (brightest >= 128) faults.push(`the dark theme is printed dark on white: ${ink}`)
  return faults
}"""
UNLIKE_FALLBACK = """() => probe.figures().flatMap((figure, i) => {
  const faults = []
  const first = figure.querySelector(".sbt-fallback p").textContent
  const said = first.replaceAll("\u00a0", " ")
  const {text, tags} = probe.line(i)
  if (text !== said || tags) {
    faults.push(`${probe.name(i)}: the line says ${text}, the fallback ${said}`)
  }
  const [head, ...rows] = [...figure.querySelectorAll(".sbt-fallback tr")].map((row) =>
    [...row.cells].map((cell) => cell.textContent))
  const listed = JSON.stringify(rows)
  if (JSON.stringify(head) === '["piece","id"]' &&
      !probe.chips(i).some((chips) => JSON.stringify(chips) === listed)) {
    faults.push(`${probe.name(i)}: its pieces are not those of the fallback`)
  }
  return faults
})"""


def serious(page, only=()):
    """What axe calls serious or critical, and text of figures that is too faint."""
    # Without `preload`: it fetches style sheets again, with wrong addresses, only for
    # a rule about the orientation of the screen.
    options = {"resultTypes": ["violations"], "preload": False}
    name = page.url.rpartition("/")[2].partition(".")[0]
    if name.startswith(LIBRARY) and name != SAMPLE:
        options["rules"] = {CONTRAST: {"enabled": False}}
        only = [rule for rule in only if rule != CONTRAST]
    if only:
        options["runOnly"] = {"type": "rule", "values": list(only)}
    found = Axe().run(page, options=options).response
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:160]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"][:5]
    ] + page.evaluate("probe.faint", LEAST_CONTRAST)


def test_everything_is_shown_over_http(loaded, none):
    none(loaded.evaluate(INCOMPLETE))


def test_everything_is_shown_from_a_folder(folder, none):
    none(folder.evaluate(INCOMPLETE))


def test_axe_finds_nothing_serious_in_light(loaded, none):
    none(serious(loaded))


def test_axe_finds_nothing_serious_in_dark(folder, none):
    none(serious(folder, COLORS))


def repaints(page, none):
    """Check that every canvas follows the theme, there and back, and can be read."""
    plots = "probe.figures().flatMap((_, i) => probe.plots(i))"
    before = page.evaluate(plots)
    page.evaluate(SET_THEME, "dark")
    try:
        after = page.evaluate(plots)
        none(page.evaluate("probe.faint", LEAST_CONTRAST))
    finally:
        page.evaluate(SET_THEME, "light")
    for light, dark in zip(before, after, strict=True):
        if not (light["ink"] or dark["ink"]):  # pictures only: no labels outside
            assert min(light["colors"], dark["colors"]) > 1
            continue
        assert light["ink"] != dark["ink"]
        assert min(light["contrast"], dark["contrast"]) >= LEAST_CONTRAST
    assert [plot["ink"] for plot in page.evaluate(plots)] == [
        plot["ink"] for plot in before
    ]


@pytest.mark.figures
def test_the_theme_button_repaints_the_canvases(loaded, none):
    repaints(loaded, none)


@pytest.mark.figures
def test_the_theme_button_repaints_the_canvases_of_a_phone(phone, none):
    # There a theme changes no size, for which Bokeh would paint by itself.
    repaints(phone, none)


def test_nothing_is_wider_than_the_window(loaded, none):
    size = loaded.viewport_size
    found = []
    try:
        for width in (size["width"], *WIDTHS):
            loaded.set_viewport_size({"width": width, "height": 800})
            loaded.evaluate("probe.painted()")
            found += [f"{width}: {fault}" for fault in loaded.evaluate(WIDE)]
    finally:
        loaded.set_viewport_size(size)
        loaded.evaluate("probe.painted()")
    none(found)


@pytest.mark.figures
def test_nothing_is_wider_than_the_phone_that_loads_it(phone, none):
    none(phone.evaluate(WIDE))


@pytest.mark.figures
def test_figures_are_mounted_when_the_reader_comes_near(loaded, none):
    none(loaded.arrival)


def test_a_page_reads_without_javascript(visit, page_name):
    page = visit(page_name, mount=False, java_script_enabled=False)
    page.watch.allowed.append(r"^failed: .*\.js\b")  # asked for, then not needed
    assert page.locator("main h1:visible").count() == 1
    assert len(page.locator("main").inner_text()) > 20
    closed = page.locator("details.sbt-fold:not([open]) > summary")
    while closed.count():
        closed.first.click()  # what is folded is not in sight at first
    for figure in page.locator(".sbt-figure").all():
        fallback = figure.locator(".sbt-fallback")
        assert fallback.is_visible()
        assert len(fallback.inner_text().strip()) > 10


@pytest.mark.figures
def test_printing_shows_every_figure_and_no_sidebar(folder, none):
    none(folder.printed_early, "before figures are mounted")
    folder.emulate_media(media="print")
    folder.evaluate("dispatchEvent(new Event('beforeprint'))")
    try:
        found = folder.evaluate(PRINTED)
    finally:
        folder.evaluate("dispatchEvent(new Event('afterprint'))")
        folder.emulate_media(media="screen")
    none(found, "after figures are mounted")
    assert folder.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_first_frame_says_what_the_fallback_says(loaded, none):
    none(loaded.evaluate(UNLIKE_FALLBACK))


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
