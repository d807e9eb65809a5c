"""Frames made in Python and shown by a few lines of JavaScript."""

import pytest
from bokeh.models import ColumnDataSource, CustomJS, RadioButtonGroup, Select

from sbt_jax.viz import kit, parts

# Bokeh's models as far as frames.mjs uses them.
SHOW = """(m, widgets, target, frames) => {
  const model = {...target, setv(now) { Object.assign(this, now) }}
  m.default({widgets, shown: [[model, frames]]})
  return model
}"""


def test_the_first_frame_is_that_of_the_present_choices():
    pick = Select(options=["a", "b"], value="b")
    group = RadioButtonGroup(labels=["x", "y"], active=1)
    source = ColumnDataSource({"x": [0], "kept": ["z"]})
    slider = parts.slider("step", ["1", "2"])
    line = kit.status("")
    parts.follow([pick, group], (line, lambda *names: {"text": " ".join(names)}))
    parts.follow([slider], (source, lambda name: {"data": {"x": [int(name)]}}))
    assert line.text == "b y"
    assert source.data == {"x": [2], "kept": ["z"]}


def test_every_choice_has_its_frame():
    pick, group = Select(options=["a", "b"], value="a"), RadioButtonGroup(labels=["x"])
    group.active = 0
    line = kit.status("")
    parts.follow([pick, group], (line, lambda *names: {"text": " ".join(names)}))
    (update,) = pick.js_property_callbacks["change:value"]
    assert isinstance(update, CustomJS)
    ((_, frames),) = update.args["shown"]
    assert frames == {"a": {"x": {"text": "a x"}}, "b": {"x": {"text": "b x"}}}
    assert group.js_property_callbacks["change:active"] == [update]


@pytest.mark.parametrize(
    ("widgets", "expected"),
    [
        ([{"value": "b"}, {"labels": ["x", "y"], "active": 1}], "b y"),
        ([{"value": "b"}, {"labels": ["x", "z"], "active": 1}], "old"),
        ([{"value": "gone"}, {"labels": ["x", "y"], "active": 1}], "old"),
    ],
)
def test_the_browser_shows_the_chosen_frame_or_leaves_what_it_does_not_know(
    call_js, widgets, expected
):
    frames = {"b": {"y": {"text": "b y"}}}
    shown = call_js("parts/frames", SHOW, widgets, {"text": "old"}, frames)
    assert shown["text"] == expected


def test_the_browser_keeps_the_columns_that_a_frame_does_not_name(call_js):
    frames = {"7": {"data": {"x": [2]}}}
    target = {"data": {"x": [1], "word": ["a"]}}
    shown = call_js("parts/frames", SHOW, [{"value": 7}], target, frames)
    assert shown["data"] == {"x": [2], "word": ["a"]}


def test_an_example_fills_the_box():
    box, pick = parts.text_box("Your text", "Hi", {"one": "Once", "none": ""}, rows=3)
    assert (box.value, box.value_input, box.rows) == ("Hi", "Hi", 3)
    (update,) = pick.js_property_callbacks["change:value"]
    ((target, frames),) = update.args["shown"]
    assert target is box
    assert frames["one"] == {"value": "Once", "value_input": "Once"}


def test_a_picture_of_weights_is_that_of_its_rows(live_js):
    code = """(rows) => {
      class Grid extends Array { constructor(values, shape) {
        super(...values); this.shape = shape } }
      const source = {data: {image: [new Grid([0, 0], [1, 2])]}}
      const plot = {x_range: {}, y_range: {}}
      sbt.heat(source, plot, rows, 1.5)
      const [image] = source.data.image
      return [[...image], image.shape, source.data.size, plot]
    }"""
    drawn, shape, size, plot = live_js(code, [[1.0], [0.25, 0.75]])
    assert drawn == [1.0, 0.0, 0.25, 0.75]
    assert (shape, size) == ([2, 2], [2])
    assert plot == {"x_range": {"end": 3}, "y_range": {"start": 3}}


@pytest.mark.parametrize(
    "tokens",
    [
        [" Tom", "Tom", " "],
        ["<end>", " a", "a", "a "],
        [" ", "", "\n"],
        [],
        [" a", "a", "·a"],
    ],
)
def test_names_of_bars_differ(tokens):
    assert len(set(parts.names(tokens))) == len(tokens)


def test_a_button_pressed_again_stops_and_each_run_has_its_seed(live_js):
    code = """async () => {
      sbt.relabel = (button, label) => { button.label = label }
      const [line, button, said] = [{}, {label: "go on"}, []]
      const steps = async (run) => {
        while (run.on) await sbt.pause(1)
        return run.seed
      }
      for (let i = 0; i < 2; i++) {
        const going = sbt.toggled(line, button, steps)
        said.push(button.label)
        said.push(await sbt.toggled(line, button, steps) ?? "nothing")
        said.push(await going, button.label)
      }
      return said
    }"""
    first = ["stop", "nothing", 1, "go on"]
    assert live_js(code) == [*first, "stop", "nothing", 2, "go on"]


def test_what_runs_in_a_figure_is_stopped_before_it_is_drawn_anew(live_js):
    code = """async () => {
      sbt.relabel = (button, label) => { button.label = label }
      const [figure, other] = [{}, {}]
      const [here, there] = [figure, other].map((document) => ({document}))
      const steps = async (run) => {
        for (let i = 0; i < 20 && run.on; i++) await sbt.pause(1)
        return run.on
      }
      const runs = [here, there].map((line) => sbt.toggled(line, {label: "go"}, steps))
      sbt.halt(figure)
      return Promise.all(runs)
    }"""
    assert live_js(code) == [False, True]
