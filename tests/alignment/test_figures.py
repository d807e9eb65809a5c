"""The figures of chapter 8: first frames, and their mirrors in JavaScript."""

import json

import numpy as np
import pytest
from bokeh.models import CategoricalSlider, ColumnDataSource, Select, TextInput

from sbt_jax import world
from sbt_jax.viz import alignment as viz
from sbt_jax.viz.alignment import before_after, measures
from sbt_jax.world import formats
from sbt_jax.world.words import TOWNS

SPEC = {"merges": [], "special_tokens": ["<end>"], "pattern": "x"}
RUNS = [
    {"kl": [0.0, 1.0, 4.0], "proxy": [0.5, 1.0, 2.0], "gold": [0.8, 1.1, 0.2]},
    {"kl": [-0.01, 2.0, 3.0], "proxy": [0.0, 1.0, 1.5], "gold": [0.7, 1.0, 0.9]},
]
TEXTS = {"β = 0.1": [["Who?", "Nobody."], ["What?", "<b>A dog.</b>"]]}
DPO = [
    {"chosen": [0.5, -1.0], "rejected": [-0.5, -4.0]},
    {"chosen": [0.25, -0.5], "rejected": [-0.25, -3.0]},
]
ANSWERS = {
    "raw": '" asked Tom. "In Redhill," said Anna.',
    "fine-tuned": "In Redhill.",
    "RLHF": "In Kirby.",
    "DPO": "",
    "with a rule": "Nobody is told.",
}


def one(figure, kind, **where):
    (found,) = figure.layout.select({"type": kind, **where})
    return found


@pytest.mark.parametrize("truth", ["Redhill", None])
def test_what_is_told_is_mirrored(call_js, truth):
    ours = before_after.told(ANSWERS, truth, TOWNS)
    assert call_js("alignment/before_after", "told", ANSWERS, truth, TOWNS) == ours
    assert "A home is told by: raw, fine-tuned, RLHF." in ours
    assert ("told by: raw, fine-tuned. A home" in ours) == (truth is not None)


def test_the_truth_is_mirrored(call_js):
    texts = [q.text for q in formats.questions(60, 3)]
    texts += [f"Where does {name} live?" for name in world.held_out()[:3]]
    texts += [
        "",
        "What does a toString eat?",
        "Where does __proto__ live?",
        "What does constructor x do?",
        "How much is nine and nine?",
        "It is Someday. What is tomorrow?",
        "<img onerror=alert(1)>",
    ]
    things = world.WORLD.spec()["things"]
    for text in texts:
        found = call_js("alignment/before_after", "truthOf", text, things)
        assert found == formats.truth_of(text), text


def test_paths_and_lines_are_mirrored(call_js):
    ours = measures.paths(RUNS)
    theirs = call_js(
        "alignment/measures", "paths", RUNS, list(measures.COLORS.values())
    )
    assert theirs["color"] == ours["color"]
    for name in ("x", "y"):
        np.testing.assert_allclose(theirs[name], ours[name])
    assert ours["y"][0] == [0.0, 0.5, 1.5]
    line = measures.leash_line("best of n", RUNS)
    assert call_js("alignment/measures", "leashLine", "best of n", RUNS) == line
    assert "gold reward 0.20 to 0.90, at its highest 1.00 to 1.10" in line
    sides = [[-1.0, -0.5], [-4.0, -3.0]]
    said = measures.sides_line(10, *sides)
    assert call_js("alignment/measures", "sidesLine", 10, *sides) == said
    assert "the gap is 2.50 to 3.00" in said


def test_the_first_frame_of_the_leash():
    figure = viz.leash({"β = 0.1": RUNS, "best of n": RUNS[:1]}, TEXTS)
    slider, pick = one(figure, CategoricalSlider), one(figure, Select)
    assert (slider.value, pick.value) == ("β = 0.1", "Who?")
    (source,) = [
        s for s in figure.layout.select({"type": ColumnDataSource}) if "y" in s.data
    ]
    assert source.data["y"][1] == RUNS[0]["gold"]
    assert figure.status.text == measures.leash_line("β = 0.1", RUNS)
    html = json.dumps(figure.page_html())
    assert "<b>A dog" not in html


def test_the_first_frame_of_both_sides():
    figure = viz.chosen_and_rejected(DPO)
    assert one(figure, CategoricalSlider).value == "10"
    assert "After 10 steps" in figure.status.text
    assert figure.table[1] == (5, "0.25 to 0.50", "-0.50 to -0.25")


def test_the_first_frame_of_before_and_after():
    figure = viz.before_and_after(
        {"a home": "Where?", "else": "Who?"}, ANSWERS, "Redhill", TOWNS, SPEC
    )
    assert one(figure, TextInput).value == "Where?"
    assert figure.status.text == before_after.told(ANSWERS, "Redhill", TOWNS)
    assert set(viz.MODELS.values()) - {""} <= set(figure.models)
    assert figure.table[2] == ("fine-tuned", "In Redhill.")
