"""Measure how well built pages keep the page contract, and say what breaks it.

``python tests/browser/contract.py _build/html attention`` prints the numbers of a
chapter and every paragraph that is over; ``nox -s contract -- attention`` does the
same. With no chapter named it measures all that are written. ``test_contract.py``
holds the chapters to it that are marked ``contract: met`` in ``book/index.md``.

Open prose is what stands in paragraphs and list items of the article: not code,
tables, captions, formulas, folds, exercises, figures, nor what follows "Sources".
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from bs4 import BeautifulSoup, NavigableString, Tag

BOOK = Path(__file__).parents[2] / "book"
PER_MINUTE = 220  # words that are read in a minute
NUMBERS, DENSE, MOST = 2.0, 8, 5  # per 100 words; % of paragraphs with 4; in one
FIRST, MINUTES, HEIGHT = 150, 2, 640  # words; minutes; pixels of a figure
MARKS = {
    "sbt-diagram": 2,
    "sbt-fold": 1,
    "sbt-real": 1,
    "sbt-questions": 1,
    "sbt-quiz": 1,
}
CLOSED_TAG = re.compile(
    "script|style|pre|table|figure|figcaption|details|math|nav|header|footer|noscript"
    "|svg|button|select|textarea"
)
CLOSED_CLASS = re.compile(
    "cell|cell_input|cell_output|sbt-figure|sbt-fold|sbt-quiz|toggle|dropdown|exercise"
    r"|math|bk-\S*|admonition-title|caption|headerlink|sbt-meta|highlight|sbt-line"
)
NUMBER = re.compile(r"(?<![\w-])[−-]?\d[\d,.\u202f\u00a0]*(?!\w)")
# Years of sources, and the names of figures, chapters and the like, are no numbers.
NAMED = re.compile(
    r"\[[^\]]*\d{4}[a-z]?\]|\([A-Z][^()]*\d{4}[^()]*\)|arXiv:\S+"
    r"|\b(?:Figure|Table|Listing|[Cc]hapters?|Exercise|[Ss]ections?|Part)\s[\d.]+"
    r"(?:\s(?:and|to)\s\d+)?"
)
LOOSE = re.compile(r"\d[ \n]+%")
ITEM = re.compile(r"\s*(?:[-+*]|\d+[.)])\s")
NO_PARAGRAPH = re.compile(r"\s*$|\s*(?:[-+*]|\d+[.)])\s|[`:~]{3}|[:#%|>(+]|\s{2,}|---")
# What only a browser can tell: outputs, headings, the heights of figures.
LOOK = """async (most) => {
  const faults = []
  const name = (el) => JSON.stringify(el.textContent.trim().slice(0, 50))
  for (const one of document.querySelectorAll("article .cell_output")) {
    if (one.querySelector(".sbt-figure") || one.closest("details:not([open])")) continue
    const wide = [one, ...one.querySelectorAll("pre, table, .output")]
      .some((el) => el.scrollWidth > el.clientWidth + 1 && el.clientWidth)
    if (wide) faults.push(`an output is wider than the column: ${name(one)}`)
  }
  const size = (el) => parseFloat(getComputedStyle(el).fontSize)
  const last = {}
  for (const head of document.querySelectorAll("article :is(h1, h2, h3, h4)")) {
    const level = Number(head.tagName[1])
    for (const above of Object.keys(last).filter((one) => one < level)) {
      if (size(head) <= last[above]) continue
      faults.push(`${name(head)} is larger than its h${above}`)
    }
    last[level] = size(head)
  }
  for (const figure of document.querySelectorAll(".sbt-figure")) {
    if (figure.closest(".sbt-fold")) continue
    const {height} = figure.getBoundingClientRect()
    const alt = (figure.getAttribute("aria-label") ?? "").slice(0, 50)
    if (height > most) {
      const high = `${Math.round(height)} pixels high, ${most} is the most`
      faults.push(`a figure is ${high}: ${alt}`)
    }
  }
  return faults
}"""


@dataclass
class Measured:
    """What was counted on a page."""

    paragraphs: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)  # numbers in each
    words: int = 0
    first: int | None = None  # words before the first figure or diagram
    marks: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)  # beside what is counted

    @property
    def minutes(self) -> float:
        return round(self.words / PER_MINUTE, 1)

    @property
    def per_hundred(self) -> float:
        return round(100 * sum(self.counts) / max(self.words, 1), 1)

    @property
    def dense(self) -> int:
        many = sum(count >= 4 for count in self.counts)
        return round(100 * many / max(len(self.counts), 1))

    @property
    def most(self) -> int:
        return max(self.counts, default=0)


def is_closed(node: Tag) -> bool:
    """Whether what is inside is no open prose."""
    classes = node.get("class") or []
    return bool(CLOSED_TAG.fullmatch(node.name)) or any(
        CLOSED_CLASS.fullmatch(name) for name in classes
    )


def walk(node: Tag, is_open: bool = True) -> Iterator[tuple[Any, bool]]:
    """Every element and text below, each with whether it is open prose."""
    for child in node.children:
        if isinstance(child, Tag):
            inside = is_open and not is_closed(child)
            yield child, inside
            yield from walk(child, inside)
        elif type(child) is NavigableString:
            yield child, is_open


def before_sources(article: Tag) -> list[tuple[Any, bool]]:
    """What stands in an article before the heading "Sources"."""
    found = []
    for node, is_open in walk(article):
        heading = isinstance(node, Tag) and node.name in ("h2", "h3")
        if heading and node.get_text().strip().startswith("Sources"):
            break
        found.append((node, is_open))
    return found


def texts(node: Tag) -> str:
    """The open prose of a paragraph."""
    return " ".join(
        "".join(
            x for x, is_open in walk(node) if is_open and isinstance(x, str)
        ).split()
    )


def measure(html: str) -> Measured:
    """Count on a built page what the contract speaks of."""
    article = BeautifulSoup(html, "html.parser").find("article")
    assert isinstance(article, Tag), "the page has no article"
    found = Measured(marks=dict.fromkeys(MARKS, 0))
    nodes = before_sources(article)
    parts = {id(n) for n, is_open in nodes if is_open and getattr(n, "name", "") == "p"}
    passed = 0
    for node, is_open in nodes:
        if isinstance(node, Tag):
            classes = node.get("class") or []
            for mark in found.marks:
                found.marks[mark] += mark in classes
            drawn = {"sbt-figure", "sbt-diagram"} & set(classes)
            if (drawn or node.has_attr("data-root-id")) and found.first is None:
                found.first = passed
            if is_open and node.name in ("p", "li"):
                inner = [one for one in node.find_all(["p", "li"]) if id(one) in parts]
                if not inner and (text := texts(node)):
                    found.paragraphs.append(text)
        elif is_open:
            passed += len(node.split())
    bare = [NAMED.sub("", text) for text in found.paragraphs]
    found.words = sum(len(text.split()) for text in bare)
    found.counts = [len(NUMBER.findall(text)) for text in bare]
    found.faults = [*loose_signs(nodes), *levels(article)]
    return found


def loose_signs(nodes: list[tuple[Any, bool]]) -> Iterator[str]:
    """Numbers that a line may part from their sign."""
    for node, is_open in nodes:
        if is_open and isinstance(node, str) and (loose := LOOSE.search(node)):
            before = loose.string[: loose.end()][-50:]
            yield f"an ordinary space before %: …{before.strip()}"


def levels(article: Tag) -> Iterator[str]:
    """Headings that leave out a level."""
    last = 1
    for head in article.find_all(["h1", "h2", "h3", "h4", "h5"]):
        level = int(head.name[1])
        if level > last + 1:
            yield f"h{level} follows h{last}: {head.get_text()[:50]!r}"
        last = level


def accidental_lists(source: str) -> Iterator[str]:
    """Lines of a paragraph that begin with a sign, and so become a list."""
    source = re.sub(r"^ *(`{3,}|~{3,}).*?^ *\1 *$", "", source, flags=re.M | re.S)
    source = re.sub(r"^\$\$.*?\$\$", "", source, flags=re.M | re.S)
    before = ""
    for line in source.splitlines():
        if ITEM.match(line) and not NO_PARAGRAPH.match(before):
            yield f"a line of a paragraph begins as a list: {line.strip()[:60]!r}"
        before = line


def broken(found: Measured, promised: float) -> list[str]:
    """Every rule of the contract that a page breaks, as sentences."""
    faults = list(found.faults)
    if found.per_hundred > NUMBERS:
        faults.append(
            f"{found.per_hundred} numbers in 100 words, {NUMBERS} is the most"
        )
    if found.dense > DENSE:
        faults.append(
            f"{found.dense} % of paragraphs have 4 numbers, {DENSE} is the most"
        )
    if found.most > MOST:
        faults.append(f"a paragraph has {found.most} numbers, {MOST} is the most")
    if found.first is None or found.first > FIRST:
        faults.append(f"the first figure comes after {found.first} words, not {FIRST}")
    for mark, least in MARKS.items():
        if found.marks[mark] < least:
            faults.append(f"{found.marks[mark]} of .{mark}, {least} at least")
    if abs(found.minutes - promised) > MINUTES:
        faults.append(f"{found.minutes} minutes to read, book/index.md says {promised}")
    return faults


def chapters() -> list[dict[str, Any]]:
    """The chapters of the book, in order."""
    front = (BOOK / "index.md").read_text("utf8").split("\n---\n")[0]
    return yaml.safe_load(front)["chapters"]


def report(folder: Path, chapter: dict[str, Any]) -> list[str]:
    """Print what was measured of a chapter; what breaks the contract."""
    slug = chapter["slug"]
    found = measure((folder / f"{slug}.html").read_text("utf8"))
    source = (BOOK / f"{slug}.md").read_text("utf8")
    faults = [*broken(found, chapter["minutes"]), *accidental_lists(source)]
    print(
        f"\n{slug}: {found.words} words, {found.minutes} min, {found.per_hundred}"
        f" numbers in 100 words, {found.dense} % dense, {found.most} at most, first"
        f" after {found.first}; {', '.join(f'{n} {k}' for k, n in found.marks.items())}"
    )
    for count, text in sorted(zip(found.counts, found.paragraphs, strict=True))[::-1]:
        if count >= 4:
            print(f"  {count} numbers: {text[:300]}")
    return faults


def looked_at(folder: Path, slugs: list[str]) -> Iterator[tuple[str, str]]:
    """What Chromium finds on these pages, each with the chapter."""
    from playwright.sync_api import sync_playwright

    from conftest import FLAGS, PROBE, WIDE, find_chromium

    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for slug in slugs:
            page = browser.new_page(viewport=WIDE)
            page.add_init_script(path=PROBE)
            page.goto(f"{folder.resolve().as_uri()}/{slug}.html")
            page.evaluate("probe.mountAll()")
            yield from ((slug, fault) for fault in page.evaluate(LOOK, HEIGHT))
            page.close()
        browser.close()


def main(arguments: list[str]) -> int:
    """Measure the chapters that are named, or all that are written."""
    if not arguments:
        print(__doc__)
        return 2
    folder, *slugs = arguments
    known = {c["slug"]: c for c in chapters() if c["status"] == "written"}
    if wrong := [slug for slug in slugs if slug not in known]:
        print(f"no written chapter is called {', '.join(wrong)}: {', '.join(known)}")
        return 2
    slugs = slugs or list(known)
    faults = {slug: report(Path(folder), known[slug]) for slug in slugs}
    for slug, fault in looked_at(Path(folder), slugs):
        faults[slug].append(fault)
    for slug, found in faults.items():
        print(f"\n{slug}: {'the contract is met' if not found else 'to do'}")
        print("".join(f"  - {fault}\n" for fault in found), end="")
    return int(any(faults.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
