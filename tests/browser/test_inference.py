"""The figures of chapter 18 in a browser: timed, reckoned, guessed as Python says."""

import numpy as np
import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.inference import OFFERED, POLICIES, RULES, kind_of, law, serve, text_bytes
from sbt_jax.inference.findings import server_prices, timed_prices
from sbt_jax.shipped.guesses import next_probs
from sbt_jax.viz import inference as viz
from sbt_jax.viz.inference import calculator, crowds, lanes, memory, serving

pytestmark = [
    pytest.mark.usefixtures("unchecked"),
    pytest.mark.page("inference.html"),
]

NAMES = {
    "waits": "time both ways",
    "cache": "tokens of one text",
    "server": "questions a second",
    "guess": "guess and check",
}
SERVERS = viz.servers(server_prices(), timed_prices(read_table("inference_steps")))
HOSTILE = '<img src=x onerror="document.title=1"> 😀'


@pytest.fixture
def page(held):
    """The page, with its figures at hand; they are drawn anew afterwards."""
    return held(**NAMES)


def settled(page, name):
    page.wait_for_timeout(250)
    page.evaluate(f"probe.settled({name}.i)")
    return page.evaluate(f"{name}.line.text")


def put(page, name, widget, value):
    page.evaluate(f"([v]) => {{ {name}.by({widget!r}).value = v }}", [value])
    return settled(page, name)


def typed(page, name, text):
    page.evaluate(
        f"([t]) => {name}.by('The beginning').setv({{value: t, value_input: t}})",
        [text],
    )
    return settled(page, name)


def finished(page, name, word):
    page.wait_for_function(f"{name}.line.text.includes({word!r})", timeout=60_000)
    page.wait_for_function(f"{name}.button.label === {NAMES[name]!r}")
    return page.evaluate(f"{name}.line.text")


def test_both_ways_write_the_same_and_the_cache_is_quicker(page):
    click(page, "waits")
    said = finished(page, "waits", "Both wrote the same")
    assert "With the cache" in said
    kept = page.evaluate("Array.from(waits.data('kept').kept)")
    again = page.evaluate("Array.from(waits.data('kept').again)")
    assert len(kept) == len(again) == viz.TOKENS
    assert np.mean(kept[1:]) < np.mean(again[1:])


def click(page, name):
    """Press a figure's button as a reader does."""
    page.evaluate(f"{name}.line && probe.figures()[{name}.i].scrollIntoView()")
    page.get_by_role("button", name=NAMES[name]).click()


def test_every_beginning_says_something_else(page):
    for name in ("waits", "guess"):
        lines = [
            typed(page, name, text) for text in ("", "hello", HOSTILE, "a " * 5000)
        ]
        assert len(set(lines)) == 4
        assert "There is no text" in lines[0]
        assert "too long" in lines[3]
    assert page.title() != "1"


def test_the_calculator_follows_every_control(page):
    put(page, "cache", "tokens of one text", "1,048,576")
    page.evaluate("cache.by('bits of a number').active = 2")
    said = put(page, "cache", "keys and values", "every head its own")
    sizes = page.evaluate("Array.from(cache.data('gigabytes').gigabytes)")
    ours = [
        text_bytes(kind_of(n).ways["every head its own"], 1_048_576, 4) / 1e9
        for n in OFFERED
    ]
    np.testing.assert_allclose(sizes, ours, rtol=1e-12)
    assert "With 4 bits a number" in said
    assert calculator.amount(ours[1] * 1e9) in said


def test_the_server_is_the_one_of_python(page):
    for name, server in SERVERS.items():
        put(page, "server", "What runs", name)
        assert page.evaluate("server.by('questions a second').value") == str(
            server.rate
        )
        asks = crowds.faster(server.asks, 8)
        for policy in POLICIES:
            put(page, "server", "The server", policy)
            said = put(page, "server", "questions a second", "8")
            served = serve(asks, server.prices, policy)
            assert said == lanes.served_line(asks, served)
        said = put(page, "server", "The common beginning", serving.WAYS[1])
        kept = serve(asks, server.prices, POLICIES[3], server.rules)
        assert said == lanes.served_line(asks, kept)
        put(page, "server", "The common beginning", serving.WAYS[0])


def test_the_memory_is_that_of_python_at_any_moment(page):
    (name, server), *_ = SERVERS.items()
    put(page, "server", "What runs", name)
    put(page, "server", "The server", POLICIES[1])
    put(page, "server", "questions a second", "4")
    page.evaluate("server.by('Look at').active = 2")
    asks = crowds.faster(server.asks, 4)
    served = serve(asks, server.prices, POLICIES[1])
    last = max(one.tokens[-1] for one in served)
    for layout in memory.LAYOUTS:
        put(page, "server", "Memory is given", layout)
        for moment in (0, 60, 100):
            said = put(page, "server", "moment, % of the time", moment)
            assert said == memory.memory_line(
                *(asks, served, server.plan, layout, last * moment / 100)
            )


def test_a_mistake_moves_the_bars_as_far_as_its_law(page):
    p, q = (next_probs(name, viz.FRIEND) for name in ("main", "small"))
    for rule in RULES:
        put(page, "guess", "How guesses are judged", rule)
        out = page.evaluate("Array.from(guess.data('out').out)")
        main = page.evaluate("Array.from(guess.data('out').main)")
        np.testing.assert_allclose(sorted(main[:-1]), np.sort(p)[-6:], atol=1e-4)
        top = np.argsort(-p)[:6]
        np.testing.assert_allclose(
            sorted(out[:-1]), np.sort(law(p, q, rule)[top]), atol=1e-4
        )


def test_guesses_are_written_and_timed(page):
    click(page, "guess")
    said = finished(page, "guess", "main alone")
    assert "tokens in" in said
    assert "passes of main" in said
