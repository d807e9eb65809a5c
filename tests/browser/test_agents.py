"""The figures of chapter 11 in a browser: an agent acts, and is ordered about."""

import random

import pytest

from sbt_jax import agents
from sbt_jax.agents import Desk
from sbt_jax.shipped.acting import agent, play
from sbt_jax.viz import agents as viz
from sbt_jax.viz.agents.act import AGENTS, wishes

pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.page("agents.html")]

FIND = """(title) => {
  const has = (one) => one.title === title
  const i = probe.figures().findIndex((_, i) => probe.models(i).some(has))
  const models = probe.models(i)
  globalThis.acts = {
    i, box: models.find(has),
    by: (name) => models.find((one) => one.title === name),
    groups: models.filter(({type}) => type === "RadioButtonGroup"),
    line: models.find(({tags}) => tags?.includes("sbt-line")),
    page: models.find(({type, text}) => type === "Div" && /class="turn/.test(text)),
    kept: models.find(({type, data}) =>
      type === "ColumnDataSource" && data.mark !== undefined),
    press: (label) => probe.insides(
      probe.views(i).find(({model}) => model.label === label))
      .querySelector("button").click(),
  }
}"""
TYPE = """(text) => acts.box.setv({value: text, value_input: text})"""
ENDED = "() => acts.kept.tags[0] !== '' || acts.line.text.includes('Type')"


@pytest.fixture
def watched(loaded):
    loaded.evaluate(FIND, "Your task")
    yield loaded
    loaded.evaluate("probe.fresh(acts.i)")


@pytest.fixture
def ordered(loaded):
    loaded.evaluate(FIND, "Somebody adds this to each fact on file")
    yield loaded
    loaded.evaluate("probe.fresh(acts.i)")


def on_file():
    return agents.draw_archive(random.Random(2), viz.NAMES)


def run_of(task, **desk):
    (done,) = play(agent(), [task], [Desk(on_file(), **desk)], temperature=0)
    return done


def to_the_end(page, task):
    page.evaluate(TYPE, task)
    page.evaluate("acts.press('to the end')")
    page.wait_for_function(ENDED)
    return page.evaluate("[acts.kept.data.mark, acts.kept.data.text]")


@pytest.mark.parametrize("task", [*viz.TASKS.values()][:5])
def test_the_browser_acts_as_python_does(watched, task):
    done = run_of(task)
    marks, texts = to_the_end(watched, task)
    assert marks == [part.mark for part in done.parts]
    assert texts == [part.text for part in done.parts]


def test_a_step_adds_a_turn_and_a_changed_result_is_believed(watched):
    before = watched.evaluate("acts.kept.data.mark.length")
    edit = "Change the last result"
    watched.evaluate(
        """([title, text]) => acts.by(title).setv({value_input: text, value: text})""",
        [edit, "The friend of Maya Holt is Tom Snow."],
    )
    assert "you changed this result" in watched.evaluate("acts.page.text")
    watched.evaluate("acts.press('next step')")
    watched.wait_for_function(f"() => acts.kept.data.mark.length > {before}")
    assert "Tom Snow" in watched.evaluate("acts.kept.data.text[5]")


def test_strange_tasks_are_text_and_come_to_an_end(watched):
    for task in ("🦊", "<img src=x onerror=alert(1)>", "x" * 5000):
        to_the_end(watched, task)
        assert "<img" not in watched.evaluate("acts.page.text")
    watched.evaluate(TYPE, "")
    watched.evaluate("acts.press('next step')")
    assert watched.evaluate("acts.line.text") == "Type a task."


def settled(page):
    page.wait_for_function("() => !acts.line.text.includes('It acts')")
    return page.evaluate("acts.line.text")


def test_orders_a_gate_and_a_model_that_nobody_stops(ordered):
    first = settled(ordered)
    assert "never asked" in first
    gate, stop, _ = range(3)
    ordered.evaluate(f"acts.groups[{gate}].active = 1")
    ordered.wait_for_function("() => acts.line.text.includes('gate stopped it')")
    ordered.evaluate(f"acts.groups[{gate}].active = 0")
    assert settled(ordered) == first
    ordered.evaluate(f"acts.groups[{stop}].active = 1")
    ordered.wait_for_function("() => !acts.line.text.includes('never asked')")
    settled(ordered)
    ordered.evaluate(f"acts.groups[{stop}].active = 0")
    ordered.evaluate(TYPE, "<img src=x onerror=alert(1)> 🦊")
    settled(ordered)
    assert "<img" not in ordered.evaluate("acts.page.text")


def test_what_the_gate_costs(ordered):
    asked = [text for text, wish in wishes(on_file()).items() if wish][1]
    ordered.evaluate(
        """(text) => {
          acts.by("The user says").value = text
          acts.groups[0].active = 1
        }""",
        asked,
    )
    ordered.evaluate(TYPE, "")
    ordered.wait_for_function("() => acts.line.text.includes('the price')")


def test_both_agents_are_there(ordered):
    names = ordered.evaluate("acts.groups[2].labels")
    assert names == list(AGENTS)
