"""The figures of chapter 10: first frames, and what they are made of."""

from bokeh.models import ColumnDataSource, Select, Slider, TextAreaInput

from contracts.small.common import SPEC
from contracts.small.rag import FIGURES, GRID, RECALL, SAID_OF, WHOLE
from figure_parts import one, with_column
from sbt_jax.rag import QUESTIONS, SEARCHES
from sbt_jax.rag.shelf import NAME
from sbt_jax.viz import rag as viz
from sbt_jax.viz.rag import ask, cases, drawings, measured, reads


def test_the_search_waits_for_the_passages_of_the_book():
    figure = FIGURES["rag.ask_this_book"][0]()
    assert figure.models == (NAME,)
    starts = [
        source
        for source in figure.layout.select({"type": ColumnDataSource})
        if "sbt-start" in source.tags
    ]
    assert len(starts) <= 1
    assert '"sbt-start"' in figure.page_html()
    pick = one(figure, Select)
    assert set(pick.options) == {question.text for question in QUESTIONS}
    assert pick.value == pick.options[0]
    assert "&lt;b&gt;6. How it learns" in figure.fallback()


def test_the_first_question_is_answered_where_the_line_says():
    (first,) = (one for one in QUESTIONS if one.text == ask.FIRST)
    assert {section.partition("#")[0] for section in first.sections} == {"attention"}
    assert "in chapter 4." in FIGURES["rag.ask_this_book"][0]().status.text


def test_every_question_names_sections_of_one_page():
    assert len(QUESTIONS) == len({one.text for one in QUESTIONS}) == 20
    for question in QUESTIONS:
        (page,) = {section.partition("#")[0] for section in question.sections}
        assert page in cases.TITLES
        assert all("#" in section for section in question.sections)


def test_bars_are_the_shares_of_the_table():
    source = with_column(viz.who_finds_what(RECALL, dict.fromkeys(RECALL, 9)), "low")
    assert source.data["search"] == list(SEARCHES)
    assert source.data["share"] == [0.5] * 4
    assert source.data["low"] == [0.25] * 4


def test_each_overlap_has_a_line():
    figure = viz.chunk_sizes(GRID, 800)
    lines = [s.data for s in figure.layout.select({"type": ColumnDataSource})]
    assert [line["y"] for line in lines] == [[0.75, 0.5]] * 2
    assert [line["x"] for line in lines] == [["25", "100"]] * 2


def test_found_and_answered_are_shares_of_all_that_is_asked():
    assert measured.whole_columns([*WHOLE, *WHOLE], "BM25") == {
        "x": [1, 4],
        "found": [0.5, 1.0],
        "right": [0.5, 0.75],
    }


def test_the_passage_that_is_quoted_is_marked_and_markup_is_text():
    case = cases.CASES["against its memory"]
    area = one(viz.does_it_read(SAID_OF, SAID_OF, SPEC), TextAreaInput)
    assert area.value == "\n".join(case.passages)
    html = reads.reading_html(["<img onerror=x>", "b", "c"], "<b>", [1], 2)
    assert "<img" not in html
    assert "<b>" not in html
    assert html.index("given") < html.index("cited") < html.index("out")


def test_cases_are_short_and_one_has_no_answer():
    assert all(len(case.passages) <= 8 for case in cases.CASES.values())
    told = cases.as_a_story(cases.CASES["nobody tells"])
    assert told.endswith('"Where does Maya Frost live?" asked Hugo.')


def test_the_circle_begins_with_a_square():
    figure = viz.one_vector_each()
    colors = with_column(figure, "dash").data["dash"]
    assert sorted(colors) == ["dashed"] * 2 + ["solid"] * 4
    assert len(list(figure.layout.select({"type": Slider}))) == 4


def test_drawings_fit_and_say_their_words():
    for draw, word in (
        (drawings.before_and_when_asked, "index"),
        (drawings.two_searches, "direction"),
        (drawings.two_failures, "found"),
    ):
        assert word in draw()
