"""Every figure, by whatever widgets it has: ends, options, keys, hostile texts.

Each test goes through the figures of a page that is loaded for all of them, and leaves
them as they were; a fault names the figure and the widget.
"""

import json

import pytest

from browser.conftest import units
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


def every_widget(page, *kinds):
    """Pairs of a figure's number and a widget of these kinds (or of any)."""
    found = page.evaluate("probe.figures().map((_, i) => probe.widgets(i))")
    for i, widgets in enumerate(found):
        for widget in widgets:
            if not kinds or widget["kind"] in kinds:
                yield i, widget


def walk(page, call, kinds, *arguments):
    """The faults that a walk of ``probe.js`` finds at every widget of these kinds."""
    faults = []
    for i, widget in every_widget(page, *kinds):
        code = f"([i, ...rest]) => probe.{call}(i, ...rest)"
        faults += page.evaluate(code, [i, widget["id"], *arguments])
    return faults


class Widget:
    """A widget that is used by the keyboard or the mouse, and what is wrong with it."""

    def __init__(self, page, i, widget):
        self.page, self.i, self.id = page, i, widget["id"]
        self.name = f"figure {i + 1}, {widget['name']}"
        self.faults = []

    def part(self, selector):
        """The last element of the widget that matches."""
        find = "probe.find(probe.insides(probe.viewOf(i, id)), selector).at(-1)"
        return self.page.evaluate_handle(
            f"([i, id, selector]) => {find}", [self.i, self.id, selector]
        ).as_element()

    def after(self, what):
        """Its model's values when all has followed, after noting what is broken."""
        broken, found = self.page.evaluate(
            """async ([i, id]) => {
              await probe.settled(i)
              const {value, active, labels} = probe.model(i, id)
              return [probe.broken(i), {value, active, labels}]
            }""",
            [self.i, self.id],
        )
        self.faults += [f"{self.name}: after {what}, {fault}" for fault in broken]
        return found

    def expect(self, truth, what):
        if not truth:
            self.faults.append(f"{self.name}: {what}")

    def put(self, prop, value):
        self.page.evaluate(
            "([i, ...rest]) => probe.put(i, ...rest)", [self.i, self.id, prop, value]
        )


def draw_anew(page, figures):
    for i in figures:
        page.evaluate("(i) => probe.fresh(i)", i)


@pytest.mark.figures
def test_widgets_move_the_figure_and_bring_it_back(loaded, none):
    kinds = ("slider", "select", "active", "actives", "flag", "number")
    none(walk(loaded, "tryEnds", kinds))


@pytest.mark.figures
def test_sliders_follow_the_keyboard(loaded, none):
    """A slider's handle by Home, End and the arrows."""
    faults = []
    for i, widget in every_widget(loaded, "slider"):
        slider = Widget(loaded, i, widget)
        stops = loaded.evaluate("([i, id]) => probe.stops(i, id)", [i, widget["id"]])
        handle = slider.part(".noUi-handle")
        moved = []
        for key in ("End", "ArrowLeft", "Home", "ArrowRight"):
            handle.press(key)
            moved.append(slider.after(f"the key {key}")["value"])
        end, left, home, right = moved
        slider.expect(end == stops["ends"][-1], f"the key End leads to {end}")
        slider.expect(left != end, "the key ArrowLeft does nothing")
        slider.expect(right != home, "the key ArrowRight does nothing")
        slider.put(stops["prop"], stops["from"])
        faults += slider.faults
    none(faults)


@pytest.mark.figures
def test_choices_follow_the_keyboard(loaded, none):
    faults = []
    for i, widget in every_widget(loaded, "active"):
        if widget["type"] != "RadioButtonGroup":
            continue
        choice = Widget(loaded, i, widget)
        before = choice.after("nothing")["active"]
        button = choice.part("button")
        button.press("Space")
        found = choice.after("the key Space")
        last = len(found["labels"]) - 1
        choice.expect(found["active"] == last, "Space does not choose")
        choice.expect(button.get_attribute("aria-pressed") == "true", "not announced")
        choice.put("active", before)
        faults += choice.faults
    none(faults)


@pytest.mark.figures
def test_buttons_move_their_figure(loaded, none):
    """Three clicks leave a figure whole; one of its buttons does something at first."""
    faults = []
    moved = {}
    for i, widget in every_widget(loaded, "button"):
        button = Widget(loaded, i, widget)
        before = loaded.evaluate("(i) => JSON.stringify(probe.state(i))", i)
        for click in range(3):
            button.part("button").click()  # a button with a new label is drawn anew
            button.after(f"click {click + 1}")
        after = loaded.evaluate("(i) => JSON.stringify(probe.state(i))", i)
        moved[i] = moved.get(i, False) or after != before
        faults += button.faults
    draw_anew(loaded, moved)
    faults += [f"no button moves figure {i + 1}" for i in moved if not moved[i]]
    none(faults)


@pytest.mark.figures
def test_hostile_text_is_only_text(phone, none):
    texts = {name: units(text) for name, text in HOSTILE.items()}
    numbers = {repr(text): units(text) for text in NUMBERS}
    faults = walk(phone, "tryTexts", ("text",), texts)
    faults += walk(phone, "tryTexts", ("number",), numbers)
    none(faults)


@pytest.mark.figures
def test_tab_reaches_every_widget_and_shows_where_it_is(loaded, none):
    loaded.evaluate("probe.watchFocus()")
    seen = 0
    for _ in range(20):  # rounds of Tab, until the keyboard has left the page
        for _ in range(50):
            loaded.keyboard.down("Tab")  # held: one message instead of two
        now = loaded.evaluate("new Set(probe.reached.map(({el}) => el)).size")
        if now == seen:
            break
        seen = now
    loaded.keyboard.up("Tab")
    none(loaded.evaluate("probe.unreached()"))


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
def test_redraws_are_measured(loaded, record_property):
    """Only told, with `-s` or in a report: nothing fails on time."""
    times = redraw_times(loaded, repeats=3)
    for what, milliseconds in times.items():
        record_property(what, milliseconds)
        print(f"{loaded.url}, {what}: {milliseconds:.1f} ms")
    if times:
        draw_anew(loaded, {i for i, _ in every_widget(loaded, "text")})
    assert all(milliseconds > 0 for milliseconds in times.values())
