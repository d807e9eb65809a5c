"""The built book in a real Chromium: what every test here shares.

Pages and figures are found in ``_build/html`` (or in the folder that the variable
``SBT_HTML`` names), so a new chapter is tested without a change here. ``loaded``
is one load of a page for all checks that leave it as it was; ``visit`` opens a page
of its own. Both fail on what a reader would find in the console: errors, warnings,
requests that fail or leave the site.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

HERE = Path(__file__).parent
HTML = Path(os.environ.get("SBT_HTML", HERE.parents[1] / "_build" / "html")).resolve()
PROBE = HERE / "probe.js"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BUILD = f"there is no built book in {HTML}: run `nox -s book` first"
NO_CHROMIUM = (
    "no Chromium found: on Debian `apt-get install chromium`, elsewhere"
    " `playwright install chromium`, or set CHROMIUM to the program"
)


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
    config.addinivalue_line("markers", "figures: only on pages that hold a figure")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "loaded" in metafunc.fixturenames:
        metafunc.parametrize("loaded", pages(), indirect=True, scope="session")
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", pages())


# ---- One clear line when something is missing -------------------------------


def find_chromium(playwright: Playwright) -> str | None:
    """The Chromium to drive: the variable's, the machine's, or playwright's own."""
    if os.environ.get("CHROMIUM"):
        return shutil.which(os.environ["CHROMIUM"])
    found = next(filter(None, map(shutil.which, NAMES)), None)
    own = playwright.chromium.executable_path
    return found or (own if Path(own).is_file() else None)


@cache
def missing() -> str:
    """What is missing on this machine, or nothing."""
    if not (HTML / "index.html").is_file():
        return NO_BUILD
    with sync_playwright() as playwright:
        return "" if find_chromium(playwright) else NO_CHROMIUM


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out pages without figures where a test needs one.

    Where nothing can run, one test is left to say why.
    """
    ours = [item for item in items if HERE in item.path.parents]
    with_figures = pages(figures=True)
    dropped = [
        item
        for item in ours
        if item.get_closest_marker("figures")
        and not {*item.callspec.params.values()} & {*with_figures}
    ]
    if len(ours) > 1 and not config.option.collectonly and missing():
        dropped = ours[1:]
    config.hook.pytest_deselected(items=dropped)
    gone = {*map(id, dropped)}
    items[:] = [item for item in items if id(item) not in gone]


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
    """One load of a page, wide, light, every figure mounted: leave it like that."""
    page = open_page(request.param)
    yield page
    page.context.close()


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test on a shared page also fails on what its page logged meanwhile."""
    yield
    if "loaded" in request.fixturenames:
        page = request.getfixturevalue("loaded")
        page.watch.check(page.url)
