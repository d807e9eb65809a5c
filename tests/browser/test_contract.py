"""The page contract, on the chapters that are marked ``contract: met``.

A mark in ``book/index.md`` is never taken back. ``nox -s contract -- <slug>`` says
what a chapter still lacks.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import contract

from browser.conftest import HTML

MET = [c for c in contract.chapters() if c.get("contract") == "met"]
SLUGS = [chapter["slug"] for chapter in MET]


@pytest.mark.parametrize("chapter", MET, ids=SLUGS)
def test_what_is_counted_keeps_the_contract(chapter, none):
    found = contract.measure((HTML / f"{chapter['slug']}.html").read_text("utf8"))
    none(contract.broken(found, chapter["minutes"]), chapter["slug"])


@pytest.mark.parametrize("slug", SLUGS)
def test_no_line_of_a_paragraph_becomes_a_list(slug, none):
    source = (contract.BOOK / f"{slug}.md").read_text("utf8")
    none([*contract.accidental_lists(source)], slug)


@pytest.mark.page(*[f"{slug}.html" for slug in SLUGS])
def test_figures_fit_a_screen_and_outputs_the_column(loaded, none):
    none(loaded.evaluate(contract.LOOK, contract.HEIGHT))


# ---- The measuring itself, on pages of a few words ----------------------------


def page(*parts):
    return contract.measure(f"<article><h1>A page</h1>{''.join(parts)}</article>")


def test_numbers_are_counted_and_names_are_not():
    found = page(
        "<p>GPT-4 has 8B, [Vaswani et al., 2017] and (Kaplan 2020), Figure 2.1.</p>",
        "<p>1,024 tokens, −3 degrees and 98\u00a0%.</p>",
    )
    assert found.counts == [0, 3]


def test_only_open_prose_counts():
    words = "<p>one two 3</p>"
    closed = (
        "<details class='sbt-fold'><p>4</p></details><div class='exercise'><p>5</p>"
    )
    found = page(words, closed, "</div><table><tr><td><p>6</p></table>")
    assert found.paragraphs == ["one two 3"]
    assert found.marks["sbt-fold"] == 1


def test_a_list_counts_by_its_items_and_sources_do_not():
    found = page("<ul><li><p>a</p></li><li>b 2</li></ul><h2>Sources</h2><p>c 3</p>")
    assert found.paragraphs == ["a", "b 2"]


def test_the_first_figure_is_placed_by_the_words_before_it():
    found = page("<p>one two</p><figure class='sbt-diagram'>x</figure>")
    assert found.first == 4  # with the title
    assert page("<p>one</p>").first is None


def test_a_page_that_breaks_every_rule_is_told_all():
    numbers = "<p>" + " ".join("1 2 3 4 5 6") + "</p>"
    found = page(numbers, "<h4>deep</h4><p>2 %</p>")
    faults = " | ".join(contract.broken(found, 5))
    for rule in ("in 100 words", "of paragraphs", "a paragraph has 6", "first figure"):
        assert rule in faults
    for rule in (".sbt-quiz", ".sbt-real", "minutes to read", "h4 follows h1"):
        assert rule in faults
    assert "an ordinary space before %" in faults


def test_a_line_that_begins_with_a_sign_is_found_and_a_list_is_not():
    good = "Some text.\n\n- a list\n- of two\n  lines\n- more\n\n```\na\n+ b\n```\n"
    assert not [*contract.accidental_lists(good)]
    (found,) = contract.accidental_lists("the sum of king\n- man is what\nit is")
    assert "- man is what" in found
