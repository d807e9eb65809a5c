"""The built book in a real Chromium: what every test here shares.

Pages and figures are found in ``_build/html`` (or in the folder that the variable
``SBT_HTML`` names), so a new chapter is tested without a change here. Loading is what
costs, so all checks of a page share these loads:

``loaded``
    over HTTP, light, on a wide window, after the reader has scrolled to its end;
``folder``
    from a folder, dark, on a wide window;
``phone``
    over HTTP, light, on the narrowest window (only if it holds a figure).

To add a check, write a test that takes one of them and leaves it as it was: what it
sets it puts back, and ``probe.fresh(i)`` draws figure ``i`` anew. The mark ``figures``
keeps a test to pages that hold a figure, ``page("training.html")`` to one page;
``figure(i)`` is a figure of ``loaded`` to act on, drawn anew afterwards. What must be
asked of every element belongs in ``probe.js``: one call a test. ``visit`` opens a page
of its own, for what the shared ones cannot show.

All of them fail on what a reader would find in the console: errors, warnings, requests
that fail or leave the site. Tests of one page run in one worker of ``pytest-xdist``
(``-n 2``); nothing but the built book is shared between groups.
"""

import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.append(str(Path(__file__).parents[2] / "conf"))
from chromium import FLAGS, MISSING, find_chromium

HERE = Path(__file__).parent
HTML = Path(os.environ.get("SBT_HTML", HERE.parents[1] / "_build" / "html")).resolve()
PROBE = HERE / "probe.js"
WIDE = {"width": 1280, "height": 900}
LOW = {"width": 1280, "height": 500}  # hardly a figure is near at first
PHONE = {"width": 320, "height": 640}
SHARED = ("loaded", "folder", "phone")  # the fixtures that are one load of a page
# Notebooks take longest; a page is looked at before its figures are used, and every
# button is pressed last of all.
FIRST, LAST = ("test_notebooks", "test_pages"), "test_buttons_move_their_figure"
NO_BUILD = f"there is no built book in {HTML}: run `nox -s book` first"


@cache
def pages(figures: bool = False) -> list[str]:
    """The pages of the built book; with ``figures`` only those that hold one."""
    found = sorted(HTML.glob("*.html"))
    if not found:
        return ["index.html"]  # for the one test that says that it is missing
    return [
        page.name
        for page in found
        if not figures or 'class="sbt-figure"' in page.read_text(encoding="utf8")
    ]


def pytest_configure(config: pytest.Config) -> None:
    for line in (
        "figures: only on pages that hold a figure",
        "page(name): only on this page",
    ):
        config.addinivalue_line("markers", line)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marked = metafunc.definition.get_closest_marker
    only = marked("page")
    names = [*only.args] if only else pages(figures=bool(marked("figures")))
    for name in {*SHARED} & {*metafunc.fixturenames}:
        metafunc.parametrize(name, names, indirect=True, scope="session")
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", names)


# ---- One clear line when something is missing -------------------------------


@cache
def missing() -> str:
    """What is missing on this machine, or nothing."""
    if not (HTML / "index.html").is_file():
        return NO_BUILD
    with sync_playwright() as playwright:
        return "" if find_chromium(playwright) else MISSING


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Side by side, one worker runs all tests of a page, or of a notebook."""
    from xdist.scheduler import LoadScopeScheduling

    class ByPage(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file, _, rest = nodeid.partition("::")
            page = re.search(r"[\[-]([\w-]+\.html)", rest)
            return page[1] if page else rest.partition("[")[2] or file

    return ByPage(config, log)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Notebooks first; where nothing can run, leave one test to say why."""
    items.sort(key=lambda item: item.name.startswith(LAST))
    items.sort(key=lambda item: [item.path.stem != name for name in FIRST])
    ours = [item for item in items if HERE in item.path.parents]
    if len(ours) > 1 and not config.option.collectonly and missing():
        dropped = {*map(id, ours[1:])}
        config.hook.pytest_deselected(items=ours[1:])
        items[:] = [item for item in items if id(item) not in dropped]


@pytest.fixture(scope="session", autouse=True)
def ready() -> None:
    if missing():
        pytest.fail(missing(), pytrace=False)


# ---- The server and the browser ---------------------------------------------


class Site(SimpleHTTPRequestHandler):
    """Static files; an unknown address gets 404.html, as on a real host."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def send_error(self, code: int, *_: Any) -> None:
        body = (HTML / "404.html").read_bytes() if code == 404 else b""
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="session")
def site(ready: None) -> Iterator[str]:
    """The address of the book, served from this process."""
    handler = partial(Site, directory=str(HTML))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser(ready: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


# ---- Pages, watched ---------------------------------------------------------


class Watch:
    """Collects what goes wrong on a page, until somebody asks."""

    def __init__(self, page: Page, origin: str) -> None:
        self.faults: list[str] = []
        self.allowed: list[str] = []  # patterns that a test expects
        self.inside = (origin, "file:", "data:", "blob:", "about:")
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("request", self.on_request)
        page.on("requestfailed", lambda r: self.faults.append(f"failed: {r.url}"))
        page.on("response", self.on_response)

    def on_console(self, message: Any) -> None:
        if message.type in ("error", "warning", "assert"):
            self.faults.append(f"console {message.type}: {message.text}")

    def on_request(self, request: Any) -> None:
        if not request.url.startswith(self.inside):
            self.faults.append(f"leaves the site: {request.url}")

    def on_response(self, response: Any) -> None:
        if response.status >= 400:
            self.faults.append(f"status {response.status}: {response.url}")

    def check(self, what: str) -> None:
        """Fail with everything that was collected, and forget it."""
        faults, self.faults = self.faults, []
        found = [
            fault
            for fault in dict.fromkeys(faults)
            if not any(re.search(pattern, fault) for pattern in self.allowed)
        ]
        none(found, what)


def none(faults: list[str], what: str = "faults") -> None:
    """Fail with all that a check has found, one fault a line."""
    if faults:
        pytest.fail(f"{what}:\n  " + "\n  ".join(faults), pytrace=False)


@pytest.fixture(name="none", scope="session")
def none_fixture() -> Callable[..., None]:
    return none


@pytest.fixture(scope="session")
def open_page(browser: Browser, site: str) -> Callable[..., Page]:
    """Opens a page in a context of its own; ``page.watch`` has what went wrong."""

    def open_page(
        name: str, mount: bool = True, over_file: bool = False, **options: Any
    ) -> Page:
        context = browser.new_context(**{"viewport": WIDE, **options})
        context.set_default_timeout(20_000)
        context.add_init_script(path=PROBE)
        page = context.new_page()
        page.watch = Watch(page, site)  # type: ignore[attr-defined]
        page.goto(f"{HTML.as_uri()}/{name}" if over_file else f"{site}/{name}")
        if mount:
            page.evaluate("probe.mountAll()")
        return page

    return open_page


@pytest.fixture
def visit(open_page: Callable[..., Page]) -> Iterator[Callable[..., Page]]:
    """``visit(name, …)`` opens a page for one test, which fails on its faults."""
    opened: list[Page] = []

    def visit(name: str, **options: Any) -> Page:
        opened.append(open_page(name, **options))
        return opened[-1]

    yield visit
    for page in opened:
        page.context.close()
    for page in opened:
        page.watch.check(page.url)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def loaded(request: pytest.FixtureRequest, open_page: Callable) -> Iterator[Page]:
    """One load of a page, wide, light, every figure mounted: leave it like that.

    ``shifts`` is how much moved while it came (the layout shift of browsers, a part of
    the window), ``arrival`` are the faults that a reader met who scrolled to its end.
    """
    page = open_page(request.param, mount=False, viewport=LOW)
    page.wait_for_timeout(500)  # what comes late
    page.shifts = page.evaluate("probe.shifts()")
    page.arrival = page.evaluate("probe.arrive()")
    page.set_viewport_size(WIDE)
    page.evaluate("probe.mountAll()")
    yield page
    page.context.close()


@pytest.fixture(scope="session")
def folder(request: pytest.FixtureRequest, open_page: Callable) -> Iterator[Page]:
    """One load of a page from a folder, dark, wide, every figure mounted.

    ``printed_early`` are the figures that print would not show before they are mounted.
    The page for unknown addresses has links for a server only, and comes from one.
    """
    over_file = request.param != "404.html"
    page = open_page(request.param, False, over_file, color_scheme="dark")
    page.emulate_media(media="print")
    page.printed_early = page.evaluate("probe.unseen()")
    page.emulate_media(media="screen")
    page.evaluate("probe.mountAll()")
    yield page
    page.context.close()


@pytest.fixture(scope="session")
def phone(request: pytest.FixtureRequest, open_page: Callable) -> Iterator[Page]:
    """One load of a page on a phone, light, every figure mounted."""
    page = open_page(request.param, viewport=PHONE)
    yield page
    page.context.close()


@pytest.fixture
def held(loaded: Page) -> Iterator[Callable[..., Page]]:
    """``held(desk="temperature T")`` calls the figure of that widget ``desk``.

    What it holds is in ``probe.held``; it is drawn anew afterwards. Gives the page.
    """
    names: list[str] = []

    def hold(**told: str) -> Page:
        names.extend(told)
        for pair in told.items():
            loaded.evaluate("([n, told]) => { globalThis[n] = probe.held(told) }", pair)
        return loaded

    yield hold
    for name in names:
        loaded.evaluate(f"probe.fresh({name}.i)")


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test on a shared page also fails on what its page logged meanwhile."""
    yield
    for name in {*SHARED} & {*request.fixturenames}:
        page = request.getfixturevalue(name)
        page.watch.check(page.url)


# ---- Figures ----------------------------------------------------------------


def units(text: str) -> list[int]:
    """UTF-16 units: half characters do not survive the way into the browser."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]


class Figure:
    """A figure, by its place on the page; what acts on it waits for what follows."""

    def __init__(self, page: Page, i: int) -> None:
        self.page, self.i = page, i

    def __call__(self, call: str, *arguments: Any) -> Any:
        """What a function of ``probe`` says of this figure."""
        code = f"([i, ...rest]) => probe.{call}(i, ...rest)"
        return self.page.evaluate(code, [self.i, *arguments])

    def line(self) -> str:
        """What the line under it says."""
        return self("line")["text"]

    def texts(self) -> str:
        """All that stands in it in words."""
        return "".join(self("texts"))

    def widget(self, which: str, at: int = 0) -> dict[str, str]:
        """The widget with this title, or the first (or another) of this kind."""
        return [
            widget
            for widget in self("widgets")
            if widget["kind"] == which or widget["name"].endswith(f'"{which}"')
        ][at]

    def put(self, which: str, prop: str, value: Any) -> str:
        """Set a property of a widget as the reader would; the line afterwards."""
        self("put", self.widget(which)["id"], prop, value)
        return self.line()

    def type(self, text: str, box: int = 0) -> str:
        """Paste a text into a box; the line afterwards."""
        self("paste", self.widget("text", box)["id"], units(text))
        return self.line()

    def press(self, label: str = "") -> str:
        """Press the button with this label, or the first; the line afterwards."""
        code = """([i, label]) => {
          const {id} = probe.widgets(i).find(({kind, id}) =>
            kind === "button" && (!label || probe.model(i, id).label === label))
          probe.find(probe.insides(probe.viewOf(i, id)), "button")[0].click()
        }"""
        self.page.evaluate(code, [self.i, label])
        self("settled")
        return self.line()

    def click(self, x: float, y: float) -> str:
        """Click its plot at this place of its axes; the line afterwards."""
        where = """([i, x, y]) => {
          const view = probe.views(i).find((one) => one.model.type === "Figure")
          view.el.scrollIntoView({block: "center"})
          const box = view.canvas.el.getBoundingClientRect()
          const {x_scale, y_scale} = view.frame
          return [box.x + x_scale.compute(x), box.y + y_scale.compute(y)]
        }"""
        self.page.mouse.click(*self.page.evaluate(where, [self.i, x, y]))
        self("settled")
        return self.line()


@pytest.fixture
def figure(loaded: Page) -> Iterator[Callable[[int], Figure]]:
    """``figure(i)`` is a figure of a loaded page; it is drawn anew afterwards."""
    used: set[int] = set()

    def figure(i: int) -> Figure:
        used.add(i)
        return Figure(loaded, i)

    yield figure
    for i in used:
        loaded.evaluate("(i) => probe.fresh(i)", i)
