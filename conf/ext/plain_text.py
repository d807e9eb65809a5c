"""The book for programs that read: ``llms.txt``, ``llms-full.txt``, ``feed.xml``.

The first names every chapter and what it is about (the form is llmstxt.org's), the
second holds the text of all chapters, with code and formulas, the third is an Atom feed
of the dated changes in ``CHANGELOG.md``. All are written when the build ends; addresses
are whole ones where the site is known.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

from chapters import contents
from docutils import nodes
from remembering import kept, remember
from search_index import prose_of
from site_files import write
from sphinx.application import Sphinx

KEPT = "sbt_plain_text"
NEWEST = 40  # entries of the feed
DAY = re.compile(r"## (\d{4}-\d{2}-\d{2})$")
ATOM = "http://www.w3.org/2005/Atom"
LEFT_OUT = (nodes.raw, nodes.comment, nodes.image)


def told(text: str) -> str:
    return " ".join(text.split())


def plain(node: nodes.Node, depth: int = 0) -> Iterator[str]:
    """The blocks of a page in Markdown, in their order."""
    if isinstance(node, nodes.section):
        depth += 1
    if isinstance(node, nodes.title):
        yield f"{'#' * max(depth, 1)} {told(node.astext())}"
    elif isinstance(node, nodes.literal_block):
        yield f"```\n{node.astext().rstrip()}\n```"
    elif isinstance(node, nodes.math_block):
        yield f"$$\n{node.astext().strip()}\n$$"
    elif isinstance(node, nodes.list_item):
        yield "- " + told(prose_of(node, formulas=True))
    elif isinstance(node, nodes.row):
        cells = [told(prose_of(cell, formulas=True)) for cell in node.children]
        yield "| " + " | ".join(cells) + " |"
    elif isinstance(node, nodes.paragraph | nodes.caption | nodes.term):
        if text := told(prose_of(node, formulas=True)):
            yield text
    elif not isinstance(node, LEFT_OUT):
        for child in node.children:
            yield from plain(child, depth)


def collect(app: Sphinx, doctree: nodes.document) -> str | None:
    """The text of a chapter that is read."""
    chapters = {c["slug"] for c in contents(app.srcdir).get("chapters", [])}
    if app.env.docname not in chapters:
        return None
    return "\n\n".join(plain(doctree)) + "\n"


def overview(front: dict, site: str, written: set[str]) -> str:
    """``llms.txt``: the book in one line, and its chapters with theirs."""
    lines = [f"# {front['title']}", "", f"> {front['description']}", ""]
    full = urljoin(site, "llms-full.txt")
    lines += [f"The text of all chapters is in [llms-full.txt]({full}).", ""]
    for part in front.get("parts", []):
        rows = [
            f"- [{c['n']}. {c['title']}]({urljoin(site, c['slug'] + '.html')}):"
            f" {c['blurb']}"
            for c in front["chapters"]
            if c["part"] == part["number"] and c["slug"] in written
        ]
        if rows:
            lines += [f"## Part {part['number']}: {part['title']}", "", *rows, ""]
    return "\n".join(lines)


def changes(text: str) -> list[tuple[str, str]]:
    """Day and words of each change in a changelog, as they stand there.

    Example:
      >>> changes("## 2026-01-02\\n\\n- A thing\\n  is new.\\n\\n## Unreleased\\n- No.")
      [('2026-01-02', 'A thing is new.')]
    """
    found, day = list[tuple[str, str]](), ""
    for line in text.splitlines():
        if line.startswith("## "):
            match = DAY.match(line)
            day = match[1] if match else ""
        elif day and line.startswith("- "):
            found.append((day, line[2:].strip()))
        elif day and line.strip():
            found[-1] = (day, f"{found[-1][1]} {line.strip()}")
    return found


def feed(front: dict, site: str, rows: list[tuple[str, str]]) -> str:
    """An Atom feed; an entry keeps its name as long as its words stay."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")

    def add(parent: ElementTree.Element, tag: str, text: str = "", **more: str) -> None:
        ElementTree.SubElement(parent, f"{{{ATOM}}}{tag}", more).text = text or None

    def named(text: str) -> str:
        return "urn:sha256:" + hashlib.sha256(text.encode()).hexdigest()

    add(root, "title", f"{front['title']}: what has changed")
    add(root, "id", site or named(front["title"]))
    add(root, "updated", f"{max(day for day, _ in rows)}T00:00:00Z")
    if site:
        add(root, "link", href=urljoin(site, "feed.xml"), rel="self")
        add(root, "link", href=site)
    author = ElementTree.SubElement(root, f"{{{ATOM}}}author")
    add(author, "name", "the Step by Token authors")
    for day, text in rows[:NEWEST]:
        entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
        words = re.sub(r"[`*]", "", text)
        add(entry, "title", re.split(r"(?<=[.:;]) ", words)[0].rstrip(":;"))
        add(entry, "id", named(text))
        add(entry, "updated", f"{day}T00:00:00Z")
        add(entry, "link", href=site or "index.html")
        add(entry, "content", words, type="text")
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def dated(app: Sphinx) -> list[tuple[str, str]]:
    """The changes of a book that tells them."""
    changelog = Path(app.srcdir).parent / "CHANGELOG.md"
    if "description" not in contents(app.srcdir) or not changelog.is_file():
        return []
    return changes(changelog.read_text("utf8"))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the files once every page is read."""
    front = contents(app.srcdir)
    found = kept(app.env, KEPT)
    if exception or app.builder.format != "html" or "description" not in front:
        return
    site, out = app.config.html_baseurl, Path(app.outdir)
    order = [c["slug"] for c in front["chapters"] if c["slug"] in found]
    write(out / "llms.txt", overview(front, site, set(order)))
    write(out / "llms-full.txt", "\n".join(found[slug] for slug in order))
    if rows := dated(app):
        write(out / "feed.xml", feed(front, site, rows))


def announce(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Where a reader's program finds the feed."""
    if not app.config.sbt_feed:
        return
    link = (
        '<link rel="alternate" type="application/atom+xml" title="What has changed"'
        f' href="{context["pathto"]("feed.xml", 1)}"/>'
    )
    context["metatags"] = context.get("metatags", "") + link


def know(app: Sphinx) -> None:
    """Read once whether there will be a feed."""
    app.config.sbt_feed = bool(dated(app))


def setup(app: Sphinx) -> dict:
    app.add_config_value("sbt_feed", False, "")
    app.connect("builder-inited", know)
    remember(app, KEPT, collect)
    app.connect("html-page-context", announce, priority=985)
    app.connect("build-finished", finish)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
