"""The figures of chapter 20 in a browser: they say what Python says."""

import numpy as np
import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.interpretability import dimension_shares, train_toy
from sbt_jax.interpretability.shown import BEGINNINGS, PUSHED, STORIES, known_features
from sbt_jax.shipped.features import promoting, token_names, with_feature, write_pushed
from sbt_jax.shipped.stories import story_model
from sbt_jax.viz.interpretability.trace import node_name, trace_line

pytestmark = [
    pytest.mark.usefixtures("unchecked"),
    pytest.mark.page("interpretability.html"),
]

TITLES = {
    "change": "Multiply it by",
    "toy": "Each feature is there",
    "map": "Copy the word with number",
    "push": "Push by",
    "trace": "Take out",
}


@pytest.fixture
def page(held):
    """The page, with its live figures at hand; they are drawn anew afterwards."""
    return held(**TITLES)


def settled(page, name):
    page.wait_for_timeout(250)
    page.evaluate(f"probe.settled({name}.i)")
    return page.evaluate(f"{name}.line.text")


def typed(page, name, title, text):
    page.evaluate(
        f"""([title, text]) => {{
          const box = {name}.by(title)
          box.value = text
          box.value_input = text
        }}""",
        [title, text],
    )
    return settled(page, name)


def test_a_feature_is_changed_as_python_changes_it(page):
    main, known = story_model("main"), known_features(read_table("interpretability"))
    names = token_names(main)
    for text in list(STORIES.values())[1:4]:
        for label, number in list(known.items())[:3]:
            page.evaluate("(v) => { change.by('Feature').value = v }", label)
            page.evaluate("change.by('Multiply it by').value = 0.5")
            typed(page, "change", "A story", text)
            ours = with_feature(main, text, number, 0.5)
            theirs = page.evaluate("change.data('changed')")
            order = np.argsort(-np.maximum(ours.plain, ours.changed), kind="stable")[:2]
            words = [names[i].strip() for i in order]
            assert theirs["word"][0] == words[0]
            np.testing.assert_allclose(
                theirs["changed"][0], ours.changed[order[0]], atol=5e-3
            )


def test_what_is_typed_stays_text_and_nothing_says_so(page):
    assert "No story yet" in typed(page, "change", "A story", "")
    said = typed(page, "change", "A story", "<img src=x onerror=alert(1)> 😀")
    assert "No story yet" not in said
    assert not page.evaluate("change.texts().some((text) => text.includes('<img'))")
    typed(page, "change", "A story", "Mia gave the ball to Tom. " * 200)
    assert "left out" in page.evaluate("change.line.text")


def test_the_toy_learns_what_python_learns(page):
    for at, density in ((7, 1.0), (4, 0.3)):
        page.evaluate(
            "(at) => { const s = toy.by('Each feature is there');"
            " s.value = s.categories[at] }",
            at,
        )
        settled(page, "toy")
        theirs = page.evaluate("Array.from(toy.data('share').share)")
        ours = dimension_shares(train_toy(density).weights)
        np.testing.assert_allclose(theirs, ours, atol=1e-4)


def test_a_copied_cell_answers_as_the_map_says(page):
    table = read_table("interpretability")["maps"]
    for place, depth, right in ((28, 0, True), (32, 4, True), (5, 2, False)):
        page.evaluate(
            """([place, depth]) => {
              map.by("Copy the word with number").value = place
              const level = map.by("Copy it")
              level.value = level.categories[depth]
            }""",
            [place, depth],
        )
        settled(page, "map")
        p = page.evaluate("Array.from(map.data('p').p)")
        assert (p[0] > 0.9) == right
        assert (table["who has it"]["map"][depth][place] > 0.9) == right
    page.evaluate("map.by('Two stories').value = 'what it says'")
    settled(page, "map")
    assert page.evaluate("map.data('p').word[0]") == "Moo"


def test_a_push_writes_what_python_writes(page):
    main, start = story_model("main"), next(iter(BEGINNINGS.values()))
    number = promoting(main, PUSHED)[" Tom"]
    page.evaluate("push.by('Push by').value = 30")
    said = settled(page, "push")
    assert said.startswith("Pushed by 30")
    ours = write_pushed(main, start, number, 30.0)
    shown = page.evaluate("push.texts().join(' ').replaceAll('<mark>', '')")
    assert ours.split(".")[0].strip() in shown
    assert "No beginning" in typed(page, "push", "A beginning", "")


def test_a_node_that_is_taken_out_is_told_as_python_tells_it(page):
    graphs = read_table("interpretability_traces")["graphs"]
    for name, at in (("where it lies", 0), ("who has it", 5)):
        page.evaluate("(v) => { trace.by('A next word').value = v }", name)
        settled(page, "trace")
        page.evaluate(
            "(v) => { trace.by('Take out').value = v }", node_name(graphs[name], at)
        )
        assert settled(page, "trace") == trace_line(graphs[name], at)
        shown = page.evaluate("Array.from(trace.data('nats').nats)")
        node = graphs[name]["nodes"][at]
        assert shown == [node["guess"], node["looking"], node["real"]]
