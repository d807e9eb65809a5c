"""Every figure, by whatever widgets it has: ends, options, keys, hostile texts.

Each test opens a page once and goes through its figures; a fault names the figure
and the widget.
"""

import json

import pytest

from browser.measure import redraw_times
from texts import live_ids, live_texts, live_tokenizer

HOSTILE = {
    "nothing": "",
    "5,000 letters": "x" * 5000,
    "5,000 characters": "It's a story, 3.14 of it. " * 192,
    "joined emoji": "👩‍👩‍👧‍👦 👩🏽‍🚀🏳️‍🌈 ❤️ 1️⃣" * 20,
    "right to left": "שלום עולם, مرحبا بالعالم \u202eabc\u202c",
    "combining marks": "z" + "\u0351\u036b\u0343\u0328\u0301" * 40 + " algo",
    "NUL": "a\0b\x01\x1f\x7f\u2028\ufeff",
    "lone surrogates": "\ud800 and \udfff, \udc00\ud800",
    "a script": "<script>window.hacked=1</script>",
    "an image": "<img src=x onerror=window.hacked=1>",
    "an attribute": "\"><svg onload=window.hacked=1> ' onclick='window.hacked=1",
    "mathematics": "$$\\frac{1}{0}$$ \\(x\\) \\[y\\]",
    "an address": "javascript:window.hacked=1 <a href=javascript:hacked=1>x</a>",
}
NUMBERS = ("", "-", "1e999", "-1e999", "abc", "0.0000001", "99999999999999999999")


def units(text):
    """UTF-16 units: half characters do not survive the way into the browser."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]


def every_widget(page, *kinds):
    """Pairs of a figure's number and a widget of these kinds (or of any)."""
    found = page.evaluate("probe.figures().map((_, i) => probe.widgets(i))")
    for i, widgets in enumerate(found):
        for widget in widgets:
            if not kinds or widget["kind"] in kinds:
                yield i, widget


def same(one, other):
    """Equal, but for the last digits of numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == pytest.approx(other, rel=1e-4, abs=1e-6)
    return one == other


class Figure:
    """One figure of a page, and a list of what is wrong with it."""

    def __init__(self, page, i, widget):
        self.page, self.i, self.widget = page, i, widget
        self.name = f"figure {i + 1}, {widget['name']}"
        self.faults = []

    def ask(self, call, *arguments):
        code = f"([i, ...rest]) => probe.{call}(i, ...rest)"
        return self.page.evaluate(code, [self.i, *arguments])

    def part(self, selector):
        """The last element of the widget that matches."""
        find = "probe.find(probe.insides(probe.viewOf(i, id)), selector).at(-1)"
        return self.page.evaluate_handle(
            f"([i, id, selector]) => {find}", [self.i, self.widget["id"], selector]
        ).as_element()

    def value(self, name):
        code = "([i, id, name]) => probe.model(i, id)[name]"
        return self.page.evaluate(code, [self.i, self.widget["id"], name])

    def look(self, when):
        """The state, after noting what is broken in it."""
        broken = self.ask("broken")
        self.faults += [f"{self.name}, {when}: {fault}" for fault in broken]
        return self.ask("state")

    def expect(self, truth, what):
        if not truth:
            self.faults.append(f"{self.name}: {what}")


def try_ends(figure):
    """Every option or both ends, and back: something follows, and comes back."""
    key = figure.widget["id"]
    stops = figure.ask("stops", key)
    first = figure.look("at the start")
    seen = []
    for end in stops["ends"]:
        figure.ask("put", key, stops["prop"], end)
        seen.append(figure.look(f"at {end}"))
    figure.ask("put", key, stops["prop"], stops["from"])
    last = figure.look("back")
    for part in first:
        figure.expect(
            same(first[part], last[part]),
            f"going back changes the {part}: {first[part]} became {last[part]}"[:600],
        )
    if len({json.dumps(end) for end in stops["ends"]}) > 1:
        followed = any(state != seen[0] for state in seen) or follows(figure, stops)
        figure.expect(followed, "nothing follows it")


def follows(figure, stops):
    """Whether a widget does something when another of its figure is at its end."""
    key = figure.widget["id"]
    for i, other in every_widget(figure.page, "slider", "select"):
        if i != figure.i or other["id"] == key:
            continue
        there = figure.ask("stops", other["id"])
        figure.ask("put", other["id"], there["prop"], there["ends"][-1])
        seen = [figure.ask("put", key, stops["prop"], end) for end in stops["ends"]]
        figure.ask("put", key, stops["prop"], stops["from"])
        figure.ask("put", other["id"], there["prop"], there["from"])
        if any(state != seen[0] for state in seen):
            return True
    return False


def try_keys(figure):
    """A slider's handle by Home, End and the arrows."""
    key = figure.widget["id"]
    handle = figure.part(".noUi-handle")
    stops = figure.ask("stops", key)
    moved = []
    for press in ("End", "ArrowLeft", "Home", "ArrowRight"):
        handle.press(press)
        figure.ask("settled")
        moved.append(figure.value("value"))
        figure.look(f"after the key {press}")
    end, left, home, right = moved
    figure.expect(end == stops["ends"][-1], f"the key End leads to {end}")
    figure.expect(left != end, "the key ArrowLeft does nothing")
    figure.expect(right != home, "the key ArrowRight does nothing")
    figure.ask("put", key, stops["prop"], stops["from"])


def try_button(figure):
    """Three clicks: the figure stays whole."""
    for click in range(3):
        figure.part("button").click()  # a button with a new label is drawn anew
        figure.ask("settled")
        figure.look(f"after click {click + 1}")


@pytest.mark.figures
def test_widgets_move_the_figure_and_bring_it_back(visit, page_name, none):
    page = visit(page_name)
    faults = []
    for i, widget in every_widget(page):
        if widget["kind"] in ("text", "other", "button"):
            continue
        figure = Figure(page, i, widget)
        try_ends(figure)
        if widget["kind"] == "slider":
            try_keys(figure)
        faults += figure.faults
    for i, widget in every_widget(page, "button"):
        figure = Figure(page, i, widget)
        try_button(figure)
        faults += figure.faults
    none(faults)


@pytest.mark.figures
def test_buttons_move_their_figure(visit, page_name, none):
    """Of the buttons of a figure, at least one does something from the start."""
    page = visit(page_name)
    followed = {}
    for i, widget in every_widget(page, "button"):
        figure = Figure(page, i, widget)
        before = figure.ask("state")
        try_button(figure)
        followed[i] = followed.get(i, False) or figure.ask("state") != before
    none(
        [
            f"no button moves figure {i + 1}"
            for i, moved in followed.items()
            if not moved
        ]
    )


@pytest.mark.figures
def test_hostile_text_is_only_text(visit, page_name, none):
    page = visit(page_name, viewport={"width": 320, "height": 640})
    faults = []
    markup = page.evaluate("probe.risky()")
    before = page.evaluate("probe.wide()")
    for i, widget in every_widget(page, "text"):
        figure = Figure(page, i, widget)
        for name, text in HOSTILE.items():
            figure.ask("paste", widget["id"], units(text))
            figure.look(f"with {name}")
            figure.expect(page.evaluate("probe.risky()") <= markup, f"{name} is markup")
            wide = [x for x in page.evaluate("probe.wide()") if x not in before]
            figure.expect(not wide, f"{name} makes it too wide: {wide[:2]}")
            figure.expect(not page.evaluate("'hacked' in window"), f"{name} was run")
        first = figure.ask("paste", widget["id"], units(""))
        hello = figure.ask("paste", widget["id"], units("hello"))
        figure.look("with hello")
        figure.expect(first != hello, "it is dead afterwards")
        faults += figure.faults
    for i, widget in every_widget(page, "number"):
        figure = Figure(page, i, widget)
        for text in NUMBERS:
            figure.ask("paste", widget["id"], units(text))
            figure.look(f"with {text!r}")
        faults += figure.faults
    none(faults)


@pytest.mark.figures
def test_tab_reaches_every_widget_and_shows_where_it_is(visit, page_name, none):
    page = visit(page_name)
    page.evaluate("probe.watchFocus()")
    seen = 0
    for _ in range(40):  # rounds of Tab, until the keyboard has left the page
        for _ in range(25):
            page.keyboard.press("Tab")
        now = page.evaluate("new Set(probe.reached.map(({el}) => el)).size")
        if now == seen:
            break
        seen = now
    none(page.evaluate("probe.unreached()"))


@pytest.mark.figures
def test_choices_follow_the_keyboard(visit, page_name, none):
    page = visit(page_name)
    faults = []
    for i, widget in every_widget(page, "active"):
        if widget["type"] != "RadioButtonGroup":
            continue
        figure = Figure(page, i, widget)
        button = figure.part("button")
        button.press("Space")
        figure.ask("settled")
        last = len(figure.value("labels")) - 1
        figure.expect(figure.value("active") == last, "Space does not choose")
        figure.expect(button.get_attribute("aria-pressed") == "true", "not announced")
        faults += figure.faults
    none(faults)


def test_two_thousand_texts_have_the_ids_that_python_gives(visit):
    page = visit("index.html", mount=False)
    theirs = page.evaluate(
        """async ([spec, texts]) => {
          await sbt.load("sbt/live/base.js")
          const tokenizer = sbt.tokenizer(JSON.parse(spec))
          return JSON.stringify(JSON.parse(texts).map(tokenizer.encode))
        }""",
        # ASCII, since half characters do not survive the way into the browser.
        [json.dumps(live_tokenizer().spec()), json.dumps(live_texts())],
    )
    assert len(live_texts()) == 2000
    assert json.loads(theirs) == live_ids()


@pytest.mark.figures
def test_redraws_are_measured(visit, page_name, record_property):
    """Only told, with `-s` or in a report: nothing fails on time."""
    times = redraw_times(visit(page_name))
    for what, milliseconds in times.items():
        record_property(what, milliseconds)
        print(f"{page_name}, {what}: {milliseconds:.1f} ms")
    assert all(milliseconds > 0 for milliseconds in times.values())
