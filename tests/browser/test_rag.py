"""The figures of chapter 10 in a browser: the book is asked, and passages are read."""

import json

import pytest

from sbt_jax import rag
from sbt_jax.rag import QUESTIONS, SEARCHES, shelf
from sbt_jax.shipped.passages import answers
from sbt_jax.shipped.reader import reader_model
from sbt_jax.viz.rag.cases import CASES

pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.page("rag.html")]

FIND = """(title) => {
  const has = (one) => one.title === title
  const i = probe.figures().findIndex((_, i) => probe.models(i).some(has))
  const models = probe.models(i)
  const by = (name) => models.find((one) => one.title === name)
  globalThis.rag = {
    i, by, box: by(title),
    how: models.find(({type}) => type === "RadioButtonGroup"),
    line: models.find(({tags}) => tags?.includes("sbt-line")),
    list: models.find(({type, text}) =>
      type === "Div" && /class="found"|<ol>/.test(text)),
    button: (label) => probe.views(i).find(({model}) => model.label === label),
  }
}"""
ASK = """async ([text, how]) => {
  rag.how.active = how
  rag.box.setv({value: text, value_input: text})
  await probe.settled(rag.i)
  return [rag.line.text, rag.list.text]
}"""
READ = """async ([passages, question]) => {
  const area = rag.by("Passages, one a line")
  area.setv({value: passages, value_input: passages})
  rag.box.setv({value: question, value_input: question})
  probe.insides(rag.button("let it read")).querySelector("button").click()
}"""


@pytest.fixture
def ask(loaded):
    """The search of the book; it is drawn anew afterwards."""
    loaded.evaluate(FIND, "Your question to this book")
    yield lambda text, how=0: loaded.evaluate(ASK, [text, how])
    loaded.evaluate("probe.fresh(rag.i)")


def test_passages_are_there_without_a_press(loaded, ask):
    assert loaded.evaluate("rag.list.text").count('class="found"') == 3


def test_the_browser_ranks_as_python_does_and_finds_the_right_sections(loaded, ask):
    made = json.loads(loaded.evaluate("JSON.stringify(sbt.weights.passages)"))
    assert len(json.dumps(made)) < 700_000
    books, of = shelf.shelved(made, 200, 50, 3, stemmed=True)
    there = {f"{page}#{anchor}" for page, anchor, *_ in made["sections"]}
    hits = dict.fromkeys(SEARCHES, 0)
    for question in QUESTIONS:
        assert set(question.sections) <= there, question
        for how, search in enumerate(SEARCHES):
            line, html = ask(question.text, how)
            ours = [
                made["sections"][of[i]]
                for i in shelf.by_section(
                    rag.ranked(books, question.text, search, 50), of
                )[:10]
            ]
            titles = [f">Chapter {made['chapters'][s[0]][0]}: " for s in ours[:3]]
            at = [html.find(title) for title in titles]
            assert min(at) >= 0, (question.text, search)
            places = [f"{page}#{anchor}" for page, anchor, *_ in ours]
            right = [i for i, one in enumerate(places, 1) if one in question.sections]
            said = f"place {right[0]}" if right else "does not have it"
            if "Is it among these?" not in line:  # the first frame is Python's
                assert said in line, (question.text, search, line)
            hits[search] += bool(right) and right[0] <= 5
    # Of twenty questions that were written before there was a search.
    assert hits["BM25"] >= 20, hits
    assert hits["hybrid"] >= 12, hits


@pytest.mark.parametrize(
    "text", ["", "🦊🦊", "<img onerror=alert(1) src=x>", "x y " * 1250]
)
def test_whatever_is_typed_is_text(loaded, ask, text):
    for how in range(4):
        line, html = ask(text, how)
        assert line
        assert "<img" not in html


def test_the_reader_says_what_python_says(loaded):
    loaded.evaluate(FIND, "Question to the reader")
    ours = answers(reader_model(), [(c.passages, c.question) for c in CASES.values()])
    for case, said in zip(CASES.values(), ours, strict=True):
        loaded.evaluate(READ, ["\n".join(case.passages), case.question])
        loaded.wait_for_function(
            "!/It reads|Press/.test(rag.line.text) && !rag.list.text.includes('>…<')"
        )
        assert f'<p class="answer">{said or "(nothing)"}</p>' in loaded.evaluate(
            "rag.list.text"
        )
    for text in ("", "🦊", "<img onerror=alert(1)>", "Maya " * 1000):
        loaded.evaluate(READ, [text, text[:300]])
        loaded.wait_for_function(
            "!/It reads|Press/.test(rag.line.text) && !rag.list.text.includes('>…<')"
        )
        assert "<img" not in loaded.evaluate("rag.list.text")
    loaded.evaluate("probe.fresh(rag.i)")
