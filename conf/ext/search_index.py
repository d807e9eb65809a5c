"""The book's own search: every section is found by its words, its title or an alias.

Sphinx's index knows pages only, and makes its snippets from whole pages, the sidebar
included. Here each section is an entry with its own text, so that a hit leads to the
section, shows what stands there, and is found from a folder, too. ``search.js`` does
the looking. ``search_aliases.yaml`` says where the book answers what readers call
otherwise.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import yaml
from chapters import contents
from docutils import nodes
from remembering import kept, remember
from sphinx import addnodes
from sphinx.application import Sphinx

FILE = "_static/search-index.js"
KEPT = "sbt_sections"
ALIASES = "search_aliases.yaml"
MOST = 6000  # characters of a section
# What a hit is worth by where it stands; search.js multiplies by it.
WEIGHTS = {"chapter": 1.0, "page": 0.6, "library": 0.3}
CODE = (nodes.raw, nodes.comment, nodes.literal_block, nodes.math_block, nodes.math)
HIDDEN = (*CODE, nodes.section, addnodes.desc, nodes.title)
# Of a formula: what has a sign of its own, and what only says how it looks.
SIGNS = {"infty": "∞", "sqrt": "√", "approx": "≈", "odot": "⊙", "mid": "|"}
SIGNS |= {"cdot": "·", "times": "×", "le": "≤", "ge": "≥", "to": "→"}
DROPPED = {"mathrm", "mathcal", "text", "overline", "hat", "left", "right", "tfrac"}

#: Page, anchor, title, text and kind of a section.
Entry = tuple[str, str, str, str, str]


def formula_of(tex: str) -> str:
    r"""A short formula as one would type it.

    Example:
      >>> formula_of(r"-\infty"), formula_of(r"\beta_1 \approx \sqrt{d}")
      ('-∞', 'β_1 ≈ √d')
    """

    def sign(command: re.Match[str]) -> str:
        name = command[1]
        if name in SIGNS:
            return SIGNS[name]
        try:
            return unicodedata.lookup(f"GREEK SMALL LETTER {name}")
        except KeyError:
            return "" if name in DROPPED else name

    return re.sub(r"[{}\\]", "", re.sub(r"\\([A-Za-z]+)", sign, tex))


def prose_of(node: nodes.Node, formulas: bool = False) -> str:
    """The prose of a node, without code and the sections inside it.

    Short formulas are left out, or as they are written.
    """
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, addnodes.pending_xref) and node.get("refdomain") == "cite":
        return ""  # not yet the names that it will show
    if isinstance(node, nodes.math) and formulas:
        return formula_of(node.astext())
    if isinstance(node, HIDDEN):
        return " "
    inner = "".join(prose_of(child, formulas) for child in node.children)
    return inner if isinstance(node, nodes.Inline) else f"{inner} "


def entries(doctree: nodes.document, page: str, kind: str) -> Iterator[Entry]:
    """Every section of a page, and every name that it documents."""
    for section in doctree.findall(nodes.section):
        title = next(iter(section.findall(nodes.title)))
        outer = section.parent is doctree or isinstance(section.parent, nodes.document)
        anchor = "" if outer else section["ids"][0]
        text = " ".join(prose_of(child) for child in section.children)
        yield page, anchor, title.astext(), squeezed(text), kind
    for item in doctree.findall(nodes.definition_list_item):
        for term in item.findall(nodes.term):
            if term["ids"] and page == "glossary":
                (definition,) = item.findall(nodes.definition)
                text = squeezed(definition.astext())
                yield page, term["ids"][0], term.astext(), text, kind
    for desc in doctree.findall(addnodes.desc):
        names = [sign for sign in desc.findall(addnodes.desc_signature) if sign["ids"]]
        bodies = [n for n in desc.children if isinstance(n, addnodes.desc_content)]
        text = squeezed(" ".join(prose_of(body) for body in bodies))
        for name in names[:1]:
            yield page, name["ids"][0], name["ids"][0], text, kind


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:MOST]


def aliases(app: Sphinx) -> dict[str, tuple[str, str]]:
    """Phrase to page and words, of pages that are there."""
    file = Path(app.confdir, ALIASES)
    if not file.is_file():
        return {}
    table = yaml.safe_load(file.read_text(encoding="utf8"))
    found = {}
    for phrase, (pages, words) in table.items():
        there = [page for page in pages.split() if page in app.env.found_docs]
        if there:
            found[str(phrase)] = (there[0], words)
    return found


def collect(app: Sphinx, doctree: nodes.document) -> list[Entry]:
    """The sections of a page that is read."""
    page = app.env.docname
    chapters = {c["slug"] for c in contents(app.srcdir).get("chapters", [])}
    kind = "chapter" if page in chapters else "page"
    if page.split("_")[0] == "api":
        kind = "library"
    return list(entries(doctree, page, kind))


def write(app: Sphinx, exception: Exception | None) -> None:
    """The index as a script, which a page opened from disk may load too."""
    if exception or app.builder.format != "html":
        return
    env = app.env
    sections = kept(env, KEPT)
    numbers = {c["slug"]: c["n"] for c in contents(app.srcdir).get("chapters", [])}
    index = {
        "weights": WEIGHTS,
        "pages": {
            page: {"title": title.astext(), "n": numbers.get(page, 0)}
            for page, title in sorted(env.titles.items())
        },
        "sections": [entry for page in sorted(sections) for entry in sections[page]],
        "aliases": aliases(app),
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    script = f"globalThis.sbtSearchIndex = {text}\n".replace("</", "<\\/")
    Path(app.outdir, FILE).write_text(script, encoding="utf8")


def setup(app: Sphinx) -> dict:
    remember(app, KEPT, collect)
    app.connect("build-finished", write)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
