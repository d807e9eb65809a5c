"""Diagrams and the map of the machine: what is drawn, and what a page lets in."""

import base64
import re
import warnings
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from sbt_jax.viz.parts import diagram, machine_map, svg
from sbt_jax.viz.parts.machine_places import PLACES, TALL_LOOK, WIDE_LOOK

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Sphinx's own, on import
    import drawings

ROOT = Path(__file__).parents[2]
BOTH = pytest.mark.parametrize("look", [WIDE_LOOK, TALL_LOOK], ids=["wide", "tall"])
GOOD = '<svg viewBox="0 0 360 80"><text font-size="13">x</text></svg>'


def chapters():
    front = (ROOT / "book" / "index.md").read_text("utf8").split("\n---\n")[0]
    return [entry["slug"] for entry in yaml.safe_load(front)["chapters"]]


# ---- The map -----------------------------------------------------------------


def test_every_chapter_has_a_place_on_the_map_and_no_other():
    assert {place.chapter for place in PLACES} - {""} == set(chapters())


@BOTH
def test_nothing_on_the_map_overlaps_or_leaves_it(look):
    at = machine_map.boxes(look)
    words = list(machine_map.notes(look, at))
    seen = [(name, box) for name, box in at.items() if name != "block"] + words
    for (one, a), (other, b) in combinations(seen, 2):
        apart = a.x + a.w <= b.x or b.x + b.w <= a.x
        assert apart or a.y + a.h <= b.y or b.y + b.h <= a.y, (one, other)
    for name, box in [*at.items(), *words]:
        assert box.x >= 0, name
        assert box.x + box.w <= look.width, name
        assert box.y + box.h <= look.height, name


@BOTH
def test_names_on_the_map_fit_their_boxes(look):
    at = machine_map.boxes(look)
    for place in PLACES:
        if place.name != "block":
            wide = max(svg.text_width(x, look.size) for x in place.name.split("\n"))
            assert wide <= at[place.name].w, place.name


def test_letters_of_the_map_are_large_enough_where_each_is_shown():
    assert TALL_LOOK.size * 328 / TALL_LOOK.width >= 11
    assert WIDE_LOOK.size * 600 / WIDE_LOOK.width >= 11  # parts.css shows it from 600


@BOTH
@pytest.mark.parametrize("slug", chapters())
def test_the_part_of_each_chapter_can_be_lit(look, slug):
    lit = machine_map.drawing(look, [slug])
    expected = sum(place.chapter == slug for place in PLACES)
    assert len(re.findall(r'class="(?:frame )?lit', lit)) == expected
    assert " ".join(machine_map.known([slug])) in machine_map.described([slug]) or (
        slug == "architecture"
    )


def test_parts_lead_to_chapters_that_are_written():
    links = {
        "attention": machine_map.Link("Chapter 4, <b>", "attention.html"),
        "rag": machine_map.Link("Chapter 10, documents"),
    }
    wide, _ = machine_map.machine_map(["attention"], links)
    assert re.findall(r'href="([^"]*)"', wide) == ["attention.html"]
    assert "Chapter 4, &lt;b&gt;" in wide
    assert "<title>Chapter 10, documents</title>" in wide


def test_a_part_that_is_not_on_the_map_is_named():
    with pytest.raises(ValueError, match="no part 'engine'"):
        machine_map.machine_map(["engine"])
    with pytest.raises(ValueError, match="no part ''"):
        machine_map.machine_map([""])


# ---- Diagrams by code ----------------------------------------------------------


def test_a_text_that_does_not_fit_is_refused_with_the_text():
    drawing = diagram.Drawing(4, 1)
    with pytest.raises(ValueError, match="'unembeddings'"):
        drawing.box(0, 0, "unembeddings")
    with pytest.raises(ValueError, match="pixels of height"):
        drawing.box(0, 0, "one two", note="three four five six seven")


def test_boxes_stand_on_the_grid():
    drawing = diagram.Drawing(2, 2)
    a, b = drawing.box(0, 0, "a"), drawing.box(1, 1, "b", kind="good")
    assert a.x + a.w + drawing.gap == b.x
    assert b.y + b.h + 2 == drawing.height
    for column, row in ((2, 0), (0, 2), (-1, 0)):
        with pytest.raises(ValueError, match="no place for a box"):
            drawing.box(column, row, "c")
    with pytest.raises(ValueError, match="kind must be one of"):
        drawing.box(0, 1, "c", kind="red")
    with pytest.raises(ValueError, match="width must be 360 to 720, got 900"):
        diagram.Drawing(1, 1, width=900)


def test_arrows_are_straight_where_boxes_face_each_other():
    drawing = diagram.Drawing(2, 2)
    a, right, below, far = (
        drawing.cell(column, row) for row in (0, 1) for column in (0, 1)
    )
    assert [len(diagram.route(a, other)) for other in (right, below, far)] == [2, 2, 4]
    (x0, y0), (x1, y1) = diagram.route(a, right)
    assert y0 == y1
    assert a.x + a.w < x0 < x1 < right.x
    assert diagram.route(a, far, "across")[1] == (far.middle[0], a.middle[1])
    assert diagram.route(a, far, "down")[1] == (a.middle[0], far.middle[1])
    with pytest.raises(ValueError, match="bend must be across or down, got 'up'"):
        diagram.route(a, far, "up")


def test_a_long_flow_goes_back_and_forth():
    names = [f"step {i}" for i in range(7)]
    drawn = diagram.flow(names, lit="step 6")
    assert drawn.count("<rect") == 7
    assert drawn.count("<polygon") == 6
    assert not drawings.faults(drawn)
    with pytest.raises(ValueError, match="lit is no step: 'x'"):
        diagram.flow(names, lit="x")


def test_words_of_a_drawing_are_text():
    drawn = diagram.flow(["<b>", "a & b"])
    assert "&lt;b&gt;" in drawn
    assert "a &amp; b" in drawn


@pytest.mark.parametrize("width", [360, 480, 720])
def test_letters_of_a_drawing_suit_a_phone(width):
    drawing = diagram.Drawing(2, 1, width=width, row=80)
    drawing.box(0, 0, "a", note="b")
    drawing.label(1, 0, "c", "value")
    assert not drawings.faults(drawing.svg())


# ---- What a page lets in -----------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("<p>x</p>", "no SVG"),
        (GOOD.replace("viewBox", "box"), "needs a viewBox"),
        (GOOD.replace("360 80", "800 80"), "800 wide"),
        (GOOD.replace('"13"', '"11"'), "too small for a phone"),
        (GOOD.replace(' font-size="13"', ""), "need a font-size"),
        (GOOD.replace("<text", "<script>1</script><text"), "may not hold '<script'"),
        (GOOD.replace("<text", '<text onclick="x()"'), "may not hold 'onclick="),
        (GOOD.replace("<text", '<use href="//x.org/a"/><text'), "reach outside"),
        (GOOD.replace("<text", '<g fill="url(http://x)"/><text'), "reach outside"),
        (GOOD.replace("<text", '<a href="javascript:1"/><text'), "javascript:"),
        (GOOD.replace("<text", "<style>@import 'x'</style><text"), "may not hold"),
    ],
)
def test_a_drawing_that_may_not_stand_on_a_page_is_refused(bad, told):
    assert told in "; ".join(drawings.faults(bad))


def test_a_good_drawing_is_let_in():
    assert drawings.faults(GOOD) == []
    assert drawings.faults(f"<?xml version='1.0'?>\n<!-- by hand -->\n{GOOD}") == []


@pytest.mark.parametrize(
    "file",
    [*ROOT.glob("src/**/*.svg"), None],
    ids=lambda file: file.stem if file else "none more",
)
def test_every_drawing_of_the_package_may_stand_on_a_page(file):
    assert file is None or not drawings.faults(file.read_text("utf8"))


def test_ids_of_a_drawing_are_its_own():
    text = GOOD.replace("<text", '<g id="a"/><use href="#a"/><g mask="url(#a)"/><text')
    placed = drawings.inlined(text, "d7", 'a "b"')
    assert 'id="d7-a"' in placed
    assert 'href="#d7-a"' in placed
    assert "url(#d7-a)" in placed
    assert 'aria-label="a &quot;b&quot;"' in placed
    HTMLParser().feed(placed)


def test_a_drawing_in_a_notebook_brings_its_colours():
    image = drawings.standing_alone(GOOD, "words [x]")
    assert image.startswith("![words  x ](data:image/svg+xml;base64,")
    inside = base64.b64decode(image.split("base64,")[1][:-1]).decode()
    assert "--sbt-accent: #1f6aa5" in inside
    assert ".sbt-diagram .box.accent" in inside
    assert inside.endswith("</g></svg>")
