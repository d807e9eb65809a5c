"""The built book as one PDF: ``python conf/pdf.py _build/html book.pdf``.

Chromium prints each page as a reader would, with figures as their first frames and
all folds and answers open. The pages are joined here: a title, the contents with page
numbers, bookmarks, a line at the foot of each page, and links from chapter to chapter.
"""

import argparse
import base64
import html
import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "ext"))

from chapters import contents  # noqa: E402

from chromium import FLAGS, MISSING, find_chromium  # noqa: E402

SCALE = 0.8  # of what is printed: the text column then fits a sheet
SHEET = {"width": 794, "height": 1123}  # A4 in CSS pixels
EDGE = 68  # of a sheet, in pixels
WIDTH = round((SHEET["width"] - 2 * EDGE) / SCALE)  # of the window: nothing is moved
MARGIN = dict.fromkeys(("top", "bottom", "left", "right"), f"{EDGE}px")
PATIENCE = 120_000  # milliseconds for the figures of a page
AFTER = ("notation", "glossary", "about", "references")  # of the chapters
STYLE = """
body { font-family: "Source Serif 4", Georgia, serif; color: #222; margin: 0; }
h1 { font-size: 34pt; margin: 170px 0 10px; } p { line-height: 1.5; }
h2 { font-size: 20pt; margin: 0 0 18px; } h3 { font-size: 12pt; margin: 18px 0 4px; }
.row { display: flex; gap: 8px; line-height: 1.75; font-size: 11pt; }
.row i { flex: 1; border-bottom: 1px dotted #999; margin-bottom: 6px; }
.new { break-before: page; }
.foot { height: 1122px; position: relative; break-after: page; font-size: 9pt; }
.foot div { position: absolute; bottom: 30px; left: 68px; right: 68px; display: flex;
  justify-content: space-between; color: #666; }
"""
# Of a page that is printed: white paper, and pictures of figures in place of tables.
PAPER = """
:root[data-theme] { --pst-color-background: #fff; --pst-color-on-background: #fff; }
.sbt-foot, .bd-header-article { visibility: hidden; }
@media print {
  .sbt-figure > .sbt-still { display: block; width: 100%; }
  .sbt-js .sbt-figure.sbt-figure[data-state] > .sbt-fallback { display: none; }
}
"""
# A picture takes the place of what was drawn.
STILL = """(mount, bytes) => {
  const still = new Image()
  still.src = `data:image/png;base64,${bytes}`
  still.className = "sbt-still"
  mount.replaceWith(still)
  return still.decode()
}"""


class Part(NamedTuple):
    """A page of the book on paper."""

    slug: str
    title: str
    above: str  # the part of the book, or what stands behind the chapters
    pdf: PdfReader


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that prints.

    Raises:
      FileNotFoundError: If there is none on this machine.
    """
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if path is None:
            raise FileNotFoundError(MISSING)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def sheet(page: Page, **more: object) -> PdfReader:
    """What a page looks like on paper."""
    raw = page.pdf(format="A4", print_background=True, tagged=True, **more)  # type: ignore[arg-type]
    return PdfReader(io.BytesIO(raw))


def printed(browser: Browser, file: Path) -> PdfReader:
    """A built page, once all its figures are drawn."""
    size = {"width": WIDTH, "height": SHEET["height"]}
    page = browser.new_page(viewport=size, color_scheme="light", device_scale_factor=2)  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    page.goto(file.absolute().as_uri())
    page.add_style_tag(content=PAPER)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.evaluate("globalThis.sbt?.mountAll?.()")
    for mount in page.locator(".sbt-figure > .sbt-mount").element_handles():
        mount.scroll_into_view_if_needed()
        picture = mount.screenshot(animations="disabled")
        mount.evaluate(STILL, base64.b64encode(picture).decode("ascii"))
    page.emulate_media(media="print")
    page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    found = sheet(page, scale=SCALE, margin=MARGIN)
    page.close()
    return found


def set_text(browser: Browser, body: str, **more: object) -> PdfReader:
    """Text of our own on paper."""
    page = browser.new_page()
    page.set_content(f"<style>{STYLE}</style>{body}")
    found = sheet(page, **more)
    page.close()
    return found


def front(book: dict, parts: Iterable[Part], starts: dict[str, int]) -> str:
    """Title and contents."""
    rows, above = [], ""
    for part in parts:
        if part.above != above:
            above = part.above
            rows.append(f"<h3>{html.escape(above)}</h3>")
        title = html.escape(part.title)
        place = starts.get(part.slug, 0)
        rows.append(f'<div class="row"><span>{title}</span><i></i>{place}</div>')
    return (
        f"<h1>{html.escape(book['title'])}</h1><p>{html.escape(book['description'])}</p>"
        "<p>On paper the figures stand still, as they are before anybody touches them."
        " In a browser they move, and the model answers.</p>"
        f'<h2 class="new">Contents</h2>{"".join(rows)}'
    )


def destination(writer: PdfWriter, page: int, place: list | None) -> ArrayObject:
    """A place on a page of the whole."""
    target = writer.pages[page].indirect_reference
    way = place or [NameObject("/Fit")]
    return ArrayObject([target, *way])


def link(writer: PdfWriter, starts: dict[str, int], parts: list[Part]) -> None:
    """Links stay within the book where they can, and else lead to the site.

    A name such as *exercises* stands in many pages, so each link gets its place.
    """
    site = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
    names = {
        part.slug: {
            name.lstrip("/"): (
                part.pdf.get_destination_page_number(where),
                [NameObject("/XYZ"), *map(FloatObject, (0, where.top or 0, 0))],
            )
            for name, where in part.pdf.named_destinations.items()
        }
        for part in parts
    }

    def inside(slug: str, anchor: str) -> ArrayObject:
        page, place = names[slug].get(anchor, (0, None))
        return destination(writer, starts[slug] + page, place)

    for part in parts:
        for i in range(len(part.pdf.pages)):
            page = writer.pages[starts[part.slug] + i]
            kept = ArrayObject()
            for reference in page.get("/Annots") or []:
                note = reference.get_object()
                action = note.get("/A")
                address = str(action.get_object().get("/URI", "")) if action else ""
                to, anchor = urldefrag(address)
                slug = Path(to).stem
                if "/Dest" in note:
                    anchor = unquote(str(note["/Dest"]).lstrip("/"))
                    note[NameObject("/Dest")] = inside(part.slug, anchor)
                elif to.startswith("file:") and slug in starts:
                    del note["/A"]
                    note[NameObject("/Dest")] = inside(slug, unquote(anchor))
                elif to.startswith("file:") and not site:
                    continue  # a page that is not on paper, on no known site
                elif to.startswith("file:"):
                    there = urljoin(site, f"{slug}.html") + (anchor and f"#{anchor}")
                    note[NameObject("/A")] = DictionaryObject(
                        {
                            NameObject("/S"): NameObject("/URI"),
                            NameObject("/URI"): TextStringObject(there),
                        }
                    )
                kept.append(reference)
            page[NameObject("/Annots")] = kept


def book_pages(source: Path) -> list[tuple[str, str, str]]:
    """Slug, title, and what stands above it, of each page that is printed."""
    book = contents(source)
    titles = {
        part["number"]: f"{part['number']}. {part['title']}" for part in book["parts"]
    }
    rows = [
        (c["slug"], f"{c['n']}. {c['title']}", titles[c["part"]])
        for c in book["chapters"]
        if c["status"] == "written"
    ]
    return rows + [(name, name.capitalize(), "And") for name in AFTER]


def make(folder: Path, target: Path, source: Path, only: Iterable[str] = ()) -> int:
    """Print a built book.

    Args:
      folder: Of the built pages.
      target: The PDF to write.
      source: Where the sources are, for the order of the book.
      only: Slugs, if not all pages are wanted.

    Returns:
      How many sheets it has.

    Raises:
      FileNotFoundError: If a page is not built, or there is no Chromium.
    """
    only = set(only)
    rows = [row for row in book_pages(source) if not only or row[0] in only]
    for slug, *_ in rows:
        if not (folder / f"{slug}.html").is_file():
            raise FileNotFoundError(f"{slug}.html is not in {folder}: build the book")
    book = contents(source)
    with chromium() as browser:
        parts = []
        for slug, title, above in rows:
            parts.append(
                Part(slug, title, above, printed(browser, folder / f"{slug}.html"))
            )
            print(f"{slug}: {len(parts[-1].pdf.pages)} sheets", flush=True)
        # The contents are set twice: only then is known how long they are.
        margin = {"margin": MARGIN}
        ahead = len(set_text(browser, front(book, parts, {}), **margin).pages)
        starts, at = {}, ahead
        for part in parts:
            starts[part.slug] = at
            at += len(part.pdf.pages)
        shown = {slug: start + 1 for slug, start in starts.items()}
        first = set_text(browser, front(book, parts, shown), **margin)
        feet = "".join(
            f'<div class="foot"><div><span>{html.escape(part.title)}</span>'
            f"<span>{starts[part.slug] + i + 1}</span></div></div>"
            for part in parts
            for i in range(len(part.pdf.pages))
        )
        none = dict.fromkeys(MARGIN, "0")
        foot = set_text(browser, feet, margin=none)
    writer = PdfWriter()
    writer.append(first, import_outline=False)
    for part in parts:
        writer.append(part.pdf, import_outline=False)
    for page, line in zip(writer.pages[ahead:], foot.pages, strict=False):
        page.merge_page(line)
    link(writer, starts, parts)
    headings = {}
    for part in parts:
        if part.above not in headings:
            headings[part.above] = writer.add_outline_item(
                title=part.above, page_number=starts[part.slug]
            )
        writer.add_outline_item(
            title=part.title, page_number=starts[part.slug], parent=headings[part.above]
        )
    writer.add_metadata(
        {"/Title": book["title"], "/Author": "the Step by Token authors"}
    )
    writer.compress_identical_objects()
    target.parent.mkdir(parents=True, exist_ok=True)
    writer.write(target)
    return len(writer.pages)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the built book")
    parser.add_argument("target", type=Path, help="the PDF to write")
    parser.add_argument("only", nargs="*", help="slugs of pages, if not all are wanted")
    given = parser.parse_args()
    sheets = make(given.folder, given.target, HERE.parent / "book", given.only)
    size = given.target.stat().st_size / 1e6
    print(f"{given.target}: {sheets} sheets, {size:.1f} MB")
