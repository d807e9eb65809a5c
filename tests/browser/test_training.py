"""The figures of chapter 6: born, your own, a bowl, gradients, the way down."""

import re

import jax
import jax.numpy as jnp
import pytest

from browser.conftest import Figure

pytestmark = pytest.mark.page("training.html")
BORN, OWN, BOWL, GRAPH, MAP = range(5)  # their places on the page


def numbers(text):
    return [float(x) for x in re.findall(r"-?\d+\.\d+", text)]


def test_the_slopes_follow_the_inputs(figure):
    ask = figure(GRAPH)
    for title, value in (("w", 1.5), ("x", -0.5), ("b", 2.0)):
        line = ask.put(title, "value", value)
    value, slopes = jax.value_and_grad(
        lambda w, x, b: jnp.log(1 + jnp.exp(-(w * x + b))), argnums=(0, 1, 2)
    )(1.5, -0.5, 2.0)
    assert numbers(line) == pytest.approx([float(value), *map(float, slopes)], abs=1e-3)


def test_a_step_goes_down_and_the_optimiser_may_change_on_the_way(figure):
    ask = figure(MAP)
    before = numbers(ask.press("start again"))
    after = numbers(ask.press("one step"))
    assert after[3] < before[3]
    line = ask.put("Optimiser", "active", 2)
    assert line.startswith("Adam, learning rate")
    assert "After 1 steps" in line
    assert "After 2 steps" in ask.press("one step")
    assert "After 0 steps" in ask.press("start again")


def test_a_run_finds_the_lowest_point_and_can_be_stopped(figure):
    ask = figure(MAP)
    ask.press("start again")
    ask.press("run")
    ask.page.wait_for_function(
        "(i) => probe.line(i).text.includes('After 100 steps')", arg=MAP, timeout=60_000
    )
    assert numbers(ask.line())[-1] < 0.01
    ask.press("start again")
    ask.press("run")
    ask.press("pause")
    ask("settled")
    line = ask.line()
    ask.page.wait_for_timeout(300)
    assert ask.line() == line


def test_a_run_ends_where_it_is_begun_anew(figure):
    ask = figure(MAP)
    ask.press("run")
    ask.press("start again")
    ask.page.wait_for_timeout(300)
    assert "After 0 steps" in ask.line()
    ask.press("run")
    line = ask.put("Begin at", "active", 1)
    ask.page.wait_for_timeout(300)
    assert ask.line() == line
    _, a, b, *_ = numbers(line)
    assert (a, b) == (0.8, 0.1)


def test_the_bowl_tells_what_a_rate_does(figure):
    ask = figure(BOWL)
    assert ask.line().endswith("A good rate.")
    assert ask.put("learning rate", "value", "0.02").endswith("Too low: it creeps.")
    assert ask.put("learning rate", "value", "2.1").endswith("it diverges.")


def test_a_click_on_the_map_begins_there(figure):
    ask = figure(MAP)
    _, a, b, *_ = numbers(ask.click(0.5, 1.5))
    assert (a, b) == pytest.approx((0.5, 1.5), abs=0.05)


def test_a_snapshot_shows_its_story(figure):
    ask = figure(BORN)
    first = ask.put("updates", "value", "0")
    assert first.startswith("After 0 updates")
    texts = ask.texts()
    last = ask.put("updates", "value", "4,400")
    assert last.startswith("After 4,400 updates")
    assert ask.texts() != texts
    assert numbers(first)[0] > 10 * numbers(last)[0]


# -- Train your own -------------------------------------------------------------

TO = """([i, least]) => {
  const step = /After ([\\d,]+) of/.exec(probe.line(i).text)
  return step && Number(step[1].replaceAll(",", "")) >= least
}"""
LOSSES = """(i) => {
  const button = probe.models(i).find(({label}) => label === "start again")
  const [{args}] = button.js_event_callbacks.button_click
  return (args.get?.("sources") ?? args.sources).map(({data: {x, y}}) =>
    [Array.from(x), Array.from(y)])
}"""
HOSTILE = {
    "nothing": ("", "Nothing to learn from yet"),
    "space": (" \n\t\n", "Nothing to learn from yet"),
    "one letter": ("a", "With one letter"),
    "one letter again and again": ("a" * 500, "With one letter"),
    "right to left": ("שלום עולם\nمرحبا\n" * 8, "15 lines to learn from, 1 held back"),
    "emoji": ("👩‍👩‍👧‍👦 🍓\n" * 12, "11 lines to learn from, 1 held back"),
    "markup": (
        "<img src=x onerror=window.hacked=1>\n<script>window.hacked=1</script>\n" * 6,
        "held back",
    ),
    "NUL": ("a\0b\x01\x7f\n" * 12, "2 different letters"),
    "half characters": ("\ud800a\udfff\n" * 12, "2 different letters"),
    "many letters": ("".join(chr(0x4E00 + i) for i in range(400)), "rarest letters"),
}


def step_of(line):
    return int(re.search(r"After ([\d,]+) of", line)[1].replace(",", ""))


def trained(ask, least):
    """The line when so many updates are done."""
    ask.page.wait_for_function(TO, arg=[ask.i, least], timeout=120_000)
    return ask.line()


def ended(ask):
    """Whether no run is left; the browser tells of a worker's end a moment later."""
    for _ in range(50):
        if not ask.page.workers:
            return True
        ask.page.wait_for_timeout(100)
    return False


def quiet(ask):
    """Whether a figure stays as it is for a while."""
    before = ask.line()
    ask.page.wait_for_timeout(700)
    return ask.line() == before


def test_a_run_falls_on_the_curve_of_jax_and_pauses_and_goes_on(figure):
    ask = figure(OWN)
    assert "JAX did what your browser will do" in ask.line()
    jax_read, jax_held, *_ = ask.page.evaluate(LOSSES, OWN)
    ask.press("train")
    line = trained(ask, 60)
    assert "on lines held back" in line
    assert line.endswith("Seed 1.")
    assert len(ask.page.workers) == 1
    paused = ask.press("pause")
    assert paused.startswith("Paused. ")
    ask.page.wait_for_timeout(200)
    assert quiet(ask), "it goes on while it is paused"
    read, held, read_before, held_before = ask.page.evaluate(LOSSES, OWN)
    assert [read_before, held_before] == [jax_read, jax_held], "JAX's are faint now"
    for ours, theirs in ((read, jax_read), (held, jax_held)):
        count = len(ours[0])
        assert ours[0] == theirs[0][:count]
        assert ours[1] == pytest.approx(theirs[1][:count], abs=0.05)
    assert read[1][-1] < read[1][0] - 1
    assert "after 10 updates" in ask.texts()
    ask.press("go on")
    trained(ask, step_of(paused) + 20)
    again = ask.press("start again")
    assert again.endswith("weights, at a learning rate of 0.02.")
    assert quiet(ask)
    assert ended(ask), "the run that was left is still there"


def test_a_text_that_changes_ends_the_run(figure):
    ask = figure(OWN)
    first = ask.line()
    ask.press("train")
    trained(ask, 5)
    line = ask.type("Anna\nOtto\nAnna\n")
    assert line.startswith("6 different letters; 3 lines to learn from. Too few")
    assert ended(ask)
    ask.press("train")
    # The words of a name, after a while: there is nothing else to learn.
    trained(ask, 150)
    assert re.search("(Anna|Otto) copied", ask.texts())
    ask.put("Learn from", "active", 1)
    line = ask.put("Learn from", "active", 0)
    assert line == first


def test_a_run_waits_while_the_page_is_hidden(figure):
    ask = figure(OWN)
    ask.press("train")
    trained(ask, 5)
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", {value: hidden, configurable: true})
      document.dispatchEvent(new Event("visibilitychange"))
    }"""
    ask.page.evaluate(hide, True)
    ask.page.wait_for_timeout(300)
    assert "hidden" in ask.line()
    assert quiet(ask)
    ask.page.evaluate(hide, False)
    ask.page.evaluate("delete document.hidden")
    trained(ask, 20)


def test_a_figure_that_goes_takes_its_run_along(figure):
    ask = figure(OWN)
    ask.press("train")
    trained(ask, 5)
    ask("fresh")
    ask.page.wait_for_timeout(1500)
    assert ended(ask)


@pytest.mark.parametrize("where", ["folder", "no worker"])
def test_it_trains_from_a_folder_and_without_a_worker(visit, where):
    page = visit("training.html", over_file=where == "folder")
    ask = Figure(page, OWN)
    if where == "no worker":
        page.evaluate("globalThis.Worker = undefined")
    ask.press("train")
    line = trained(ask, 20)
    assert numbers(line)[0] < 3.9
    assert len(page.workers) == (where == "folder")
    assert line.endswith("It runs on the page itself.") == (where == "no worker")


def test_whatever_is_pasted_does_no_harm(figure):
    ask = figure(OWN)
    markup = ask.page.evaluate("probe.risky()")
    for what, (text, said) in HOSTILE.items():
        assert said in ask.type(text), what
        ask.press("train")
        if text.strip():
            trained(ask, 3)
        else:
            assert said in ask.line()
        assert not ask("broken"), what
        assert ask.page.evaluate("probe.risky()") == markup, what
        assert not ask.page.evaluate("'hacked' in globalThis"), what


def test_five_megabytes_are_cut(figure):
    ask = figure(OWN)
    put = """([i, id]) => {
      const text = "abc defg\\n".repeat(555_556)
      probe.model(i, id).setv({value: text, value_input: text})
    }"""
    ask.page.evaluate(put, [OWN, ask.widget("text")["id"]])
    assert "Only the first 200,000 characters are read." in ask.line()
    ask.press("train")
    trained(ask, 5)
