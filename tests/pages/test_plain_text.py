"""The book for programs that read: an overview, and a feed of changes."""

from pathlib import Path
from xml.etree import ElementTree

import plain_text

FRONT = {
    "title": "A <book>",
    "description": "About & more.",
    "parts": [{"number": "I", "title": "One"}, {"number": "II", "title": "Two"}],
    "chapters": [
        {"n": 1, "part": "I", "slug": "a", "title": "Aye", "blurb": "First."},
        {"n": 2, "part": "II", "slug": "b", "title": "Bee", "blurb": "Second."},
    ],
}
SITE = "https://book.example/en/"
ROOT = Path(__file__).parents[2]


def test_the_overview_names_what_is_written_and_no_more():
    said = plain_text.overview(FRONT, SITE, {"a"})
    assert said.startswith("# A <book>\n\n> About & more.\n")
    assert "- [1. Aye](https://book.example/en/a.html): First." in said
    assert "Bee" not in said
    assert "Part II" not in said
    assert "(a.html)" in plain_text.overview(FRONT, "", {"a"})


def test_changes_are_those_under_a_day():
    text = "# Changes\n\nWords.\n\n## 2026-01-02\n\n- One\n  and more.\n- Two.\n\n"
    found = plain_text.changes(text + "## Unreleased\n\n- Not yet.\n")
    assert found == [("2026-01-02", "One and more."), ("2026-01-02", "Two.")]
    assert plain_text.changes("") == []


def test_the_feed_is_atom_and_every_entry_has_a_name_of_its_own():
    rows = [("2026-01-02", "**Bold** & <b>: `code`."), ("2026-01-01", "Older.")]
    root = ElementTree.fromstring(plain_text.feed(FRONT, SITE, rows))
    atom = {"a": plain_text.ATOM}
    assert root.findtext("a:updated", namespaces=atom) == "2026-01-02T00:00:00Z"
    entries = root.findall("a:entry", atom)
    assert entries[0].findtext("a:content", namespaces=atom) == "Bold & <b>: code."
    ids = [one.findtext("a:id", namespaces=atom) for one in entries]
    assert len(set(ids)) == 2
    again = plain_text.feed(FRONT, SITE, rows[1:])
    assert ids[1] in again, "an entry keeps its name when another comes"


def test_every_change_of_this_book_stands_under_a_day():
    text = (ROOT / "CHANGELOG.md").read_text("utf8")
    found = plain_text.changes(text)
    assert len(found) == sum(line.startswith("- ") for line in text.splitlines())
    assert found == sorted(found, key=lambda row: row[0], reverse=True)
