"""Redraw times of the live figures, and the speed of the model, in a real Chromium."""

from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser.conftest import FLAGS, HTML, PROBE, find_chromium
from tests.browser.measure import (
    desk_times,
    guess_times,
    map_times,
    model_times,
    redraw_times,
    sight_times,
    training_times,
)
from tests.models import RANDOM, live_model

from sbt_jax.viz.kit import RUNTIME

# What design asks for: milliseconds of one frame of a screen; tokens a second;
# milliseconds until what was typed has been read.
REDRAW, WRITE, READ = 16, 800, 50
UPDATES = 50  # a second, of the tiny model that readers train: names within seconds


def mounted(browser: Browser, name: str) -> Page:
    """A page of the book with all its figures."""
    page = browser.new_page()
    page.add_init_script(path=PROBE)
    page.goto((HTML / name).as_uri())
    page.wait_for_function("globalThis.sbt?.mountAll")
    page.evaluate("sbt.mountAll()")
    return page


def typed(browser: Browser, repeats: int) -> dict[str, float]:
    """Milliseconds from a key press to the new pieces, on chapter 2's page."""
    return redraw_times(mounted(browser, "tokenization.html"), repeats)


def looked(browser: Browser, repeats: int) -> dict[str, float]:
    """Milliseconds from a key press to new attention maps, on chapter 4's page."""
    return map_times(mounted(browser, "attention.html"), repeats)


def mixed(browser: Browser, repeats: int) -> dict[str, float]:
    """Milliseconds until the mixing desk has followed, on chapter 7's page."""
    return desk_times(mounted(browser, "generation.html"), repeats)


def seen(browser: Browser, repeats: int) -> dict[str, float]:
    """Milliseconds in which a transformer looks at a digit, on chapter 15's page."""
    return sight_times(mounted(browser, "multimodality.html"), repeats)


def trained(browser: Browser) -> float:
    """Updates a second of the model that readers train, on chapter 6's page."""
    return training_times(mounted(browser, "training.html"))["rate"]


def run(browser: Browser, repeats: int) -> dict[str, float]:
    """The speed of a random model with the sizes of the main one."""
    page = browser.new_page()
    page.goto((HTML / "index.html").as_uri())
    page.wait_for_function("!!globalThis.sbt?.load")
    for script in RUNTIME:
        page.evaluate("(name) => sbt.load(`sbt/${name}`)", script)
    page.add_script_tag(content=live_model(RANDOM).script)
    return model_times(page, RANDOM, repeats)


def row(name: str, size: str, ours: float, goal: float, unit: str) -> dict:
    """One line of the report; a ratio above 1 means better than the goal."""
    ratio = goal / ours if unit == "ms" else ours / goal
    return {
        "name": name,
        "size": size,
        "ours": ours,
        "peer": goal,
        "ratio": ratio,
        "unit": unit,
        "peer_name": "the goal",
    }


def rows(quick: bool = False) -> list[dict]:
    """Redraws, reading and writing, each as a median."""
    repeats = 3 if quick else 9
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright), args=FLAGS
        )
        redraws, speed = typed(browser, repeats), run(browser, repeats)
        maps, desk = looked(browser, repeats), mixed(browser, repeats)
        pair = guess_times(mounted(browser, "inference.html"), repeats)
        updates, sights = trained(browser), seen(browser, repeats)
        browser.close()
    return [
        *(row("redraw after a key", n, ms, REDRAW, "ms") for n, ms in redraws.items()),
        *(
            row("attention maps after a key", n, ms, READ, "ms")
            for n, ms in maps.items()
        ),
        *(row("mixing desk", name, ms, READ, "ms") for name, ms in desk.items()),
        row("model reads, all logits", "60 tokens", speed["read"], READ, "ms"),
        row("model writes, cached", "main's sizes", speed["rate"], WRITE, "tokens/s"),
        row("the same, uncached", "60 tokens on", speed["uncached"], WRITE, "tokens/s"),
        row(
            "small guesses, main checks",
            "4 guesses",
            pair["together"],
            pair["alone"],
            "ms",
        )
        | {"peer_name": "main alone"},
        *(row("a ViT looks", name, ms, REDRAW, "ms") for name, ms in sights.items()),
        row("train your own", "width 24", updates, UPDATES, "updates/s"),
    ]
