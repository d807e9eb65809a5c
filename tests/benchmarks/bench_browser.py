"""Redraw times of the live figures, in a real Chromium on the built book."""

from playwright.sync_api import sync_playwright
from tests.browser.conftest import FLAGS, HTML, PROBE, find_chromium
from tests.browser.measure import redraw_times

GOAL = 16  # milliseconds: one frame of a screen


def rows(quick: bool = False) -> list[dict]:
    """Milliseconds from a key press to the new pieces, on chapter 2's page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright), args=FLAGS
        )
        page = browser.new_page()
        page.add_init_script(path=PROBE)
        page.goto((HTML / "tokenization.html").as_uri())
        page.wait_for_function("globalThis.sbt?.mountAll")
        page.evaluate("sbt.mountAll()")
        times = redraw_times(page, 3 if quick else 9)
        browser.close()
    return [
        {
            "name": "redraw after a key",
            "size": size,
            "ours": time,
            "peer": GOAL,
            "ratio": GOAL / time,
            "unit": "ms",
            "peer_name": "the goal",
        }
        for size, time in times.items()
    ]
