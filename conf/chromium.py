"""The Chromium that the book is printed with, and tested in."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Playwright

# The first is the same engine without windows, and quicker.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "no Chromium found: on Debian `apt-get install chromium-headless-shell`, elsewhere"
    " `playwright install chromium`, or set CHROMIUM to the program"
)


def find_chromium(playwright: Playwright) -> str | None:
    """The Chromium to drive: the variable's, the machine's, or playwright's own."""
    if os.environ.get("CHROMIUM"):
        return shutil.which(os.environ["CHROMIUM"])
    found = next(filter(None, map(shutil.which, NAMES)), None)
    own = playwright.chromium.executable_path
    return found or (own if Path(own).is_file() else None)
