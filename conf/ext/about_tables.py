"""Tables for ``about.md``: versions, time per page, cards of what is shipped."""

import importlib.metadata
import json
import platform

from docutils import nodes
from execution_cache import LIBRARIES, SOURCES
from measuring import spent
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from times import page_cells

FIELDS = ("what", "recipe", "seeds", "held_out", "inputs", "versions", "sha256")
HEAD = ["page", "seconds", "processor seconds", "compilations"]
BUILDERS = ("sphinx", "sphinx-book-theme", "myst-nb")


def table(head: list[str], rows: list[list[str]]) -> nodes.table:
    """A docutils table of plain text."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    for kind, lines in ((nodes.thead, [head]), (nodes.tbody, rows)):
        section = kind()
        for line in lines:
            row = nodes.row()
            for cell in line:
                row += nodes.entry("", nodes.paragraph("", cell))
            section += row
        group += section
    out = nodes.table("", group)
    out["classes"] += ["sbt-table"]
    return out


class VersionsTable(SphinxDirective):
    """``{versions-table}``: what built this copy of the book."""

    def run(self) -> list[nodes.Node]:
        names = sorted({*LIBRARIES, *BUILDERS})
        rows = [["python", platform.python_version()]]
        rows += [[name, importlib.metadata.version(name)] for name in names]
        return [table(["library", "version"], rows)]


class CardsTable(SphinxDirective):
    """``{cards-table}``: every result that is shipped, and how it was made."""

    def run(self) -> list[nodes.Node]:
        cards = sorted((SOURCES / "sbt_jax" / "data").glob("*.card.json"))
        out: list[nodes.Node] = []
        for file in cards:
            self.env.note_dependency(str(file))
            card = json.loads(file.read_text(encoding="utf8"))
            rows = [[key, readable(card[key])] for key in FIELDS if card.get(key)]
            name = file.name.removesuffix(".card.json")
            out.append(table(["card", name], rows))
        return out or [nodes.paragraph("", "Nothing is shipped yet.")]


def readable(value: object) -> str:
    """A card's value as one line of text; digests are cut."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {readable(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(readable, value))
    if isinstance(value, float):
        return f"{value:.4g}"
    text = str(value)
    hexadecimal = len(text) == 64 and set(text) <= set("0123456789abcdef")
    return f"{text[:12]}…" if hexadecimal else text


class times_node(nodes.General, nodes.Element):  # noqa: N801  (docutils' custom)
    """Stands for the table until every page has been read."""


class TimesTable(SphinxDirective):
    """``{times-table}``: what the cells of each page cost."""

    def run(self) -> list[nodes.Node]:
        return [times_node()]


class FillTimes(SphinxPostTransform):
    """Replace the placeholder once all pages have run."""

    default_priority = 8

    def run(self, **_: object) -> None:
        for node in list(self.document.findall(times_node)):
            pages = sorted(spent(self.env).items())
            rows = [[docname, *page_cells(row)] for docname, row in pages]
            node.replace_self(table(HEAD, rows))


def rewritten(app: Sphinx, env) -> list[str]:
    """The about page is written again when any page has run."""
    ran = NbMetadataCollector.new_exec_data(env)
    return ["about"] if ran and "about" in env.found_docs else []


def setup(app: Sphinx) -> dict:
    app.add_node(times_node)
    app.add_directive("versions-table", VersionsTable)
    app.add_directive("cards-table", CardsTable)
    app.add_directive("times-table", TimesTable)
    app.add_post_transform(FillTimes)
    app.connect("env-updated", rewritten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
