"""The book on paper: some pages printed and joined, with all that must hold there."""

import io
import re
import subprocess
import sys

import pytest
from pypdf import PdfReader

import pdf
from browser.conftest import HTML

PAGES = ("tokenization", "generation", "glossary")
SOURCE = HTML.parents[1] / "book"


@pytest.fixture(scope="module")
def paper(ready, tmp_path_factory):
    """Two chapters and the glossary, as a book of their own."""
    target = tmp_path_factory.mktemp("paper") / "book.pdf"
    # In a process of its own: playwright allows one loop in each.
    run = [sys.executable, pdf.__file__, str(HTML), str(target), *PAGES]
    subprocess.run(run, check=True, capture_output=True)
    reader = PdfReader(io.BytesIO(target.read_bytes()))
    assert len(reader.pages) > 20
    return reader


def test_the_contents_and_the_bookmarks_lead_where_the_chapters_begin(paper):
    said = paper.pages[1].extract_text()
    outline = [
        one for group in paper.outline if isinstance(group, list) for one in group
    ]
    titles = [row[1] for row in pdf.book_pages(SOURCE) if row[0] in PAGES]
    assert [one.title for one in outline] == titles
    for title, mark in zip(titles, outline, strict=True):
        number = paper.get_destination_page_number(mark) + 1
        assert re.search(rf"{re.escape(title)}\s*{number}\b", said), said
        text = paper.pages[number - 1].extract_text()
        assert title.partition(". ")[2] in text
        assert text.strip().endswith(str(number)), "the number at the foot"


def test_links_stay_in_the_book_and_none_leads_to_a_folder(paper):
    numbers, inside = {}, 0
    for i, page in enumerate(paper.pages):
        numbers[page.indirect_reference.idnum] = i
    for page in paper.pages:
        for note in page.get("/Annots") or []:
            note = note.get_object()
            if "/Dest" in note:
                assert note["/Dest"][0].idnum in numbers
                inside += 1
            elif "/A" in note:
                assert str(note["/A"].get("/URI", "")).startswith("http")
    assert inside > 30


def test_figures_are_pictures_and_answers_are_open(paper):
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    assert "Pick an answer." not in text
    assert text.count("Exercise 1") == 2
    assert "Show the answer" not in text
    large = [
        image
        for page in paper.pages
        for image in page.images
        if image.image is not None and image.image.width > 1000
    ]
    figures = sum(
        (HTML / f"{name}.html").read_text("utf8").count('class="sbt-figure"')
        for name in PAGES
    )
    assert len(large) >= figures
    for image in large:  # something is drawn on each
        assert len(set(image.image.convert("L").resize((40, 40)).tobytes())) > 5


def test_what_is_not_built_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"tokenization\.html is not in"):
        pdf.make(tmp_path, tmp_path / "x.pdf", SOURCE, ["tokenization"])
