"""The book as a library that its chapter on searching can ask.

The last step of the build: every section of every written chapter but that one, with
its address, and the vectors of its words. The figure loads them when it is seen, so no
page waits for another.
"""

from collections.abc import Iterator
from pathlib import Path

from chapters import contents
from docutils import nodes
from remembering import kept, remember
from search_index import prose_of, squeezed
from site_files import write
from sphinx.application import Sphinx

OWN = "rag"  # whose questions stand on its page
SKIPPED = {"sources", "exercises"}
KEPT = "sbt_passages"
FOLDER = Path("_static", "sbt", "weights")


def sections_of(doctree: nodes.document, page: str) -> Iterator[tuple[str, ...]]:
    """Page, anchor, title and prose of each section."""
    for section in doctree.findall(nodes.section):
        title = next(iter(section.findall(nodes.title)))
        outer = section.parent is doctree or isinstance(section.parent, nodes.document)
        anchor = "" if outer else section["ids"][0]
        text = squeezed(
            "".join(prose_of(child, formulas=True) for child in section.children)
        )
        if anchor not in SKIPPED and text:
            yield page, anchor, title.astext(), text


def collect(app: Sphinx, doctree: nodes.document) -> list[tuple[str, ...]] | None:
    """The sections of a chapter that is read."""
    page = app.env.docname
    chapters = {c["slug"] for c in contents(app.srcdir).get("chapters", [])}
    if page not in chapters or page == OWN:
        return None
    return list(sections_of(doctree, page))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the shelf once every page is read."""
    found = kept(app.env, KEPT)
    if exception or app.builder.format != "html" or OWN not in app.env.found_docs:
        return
    rows = [c for c in contents(app.srcdir)["chapters"] if found.get(c["slug"])]
    if not rows:
        return
    from sbt_jax.embeddings import load_glove  # slow to import
    from sbt_jax.rag import shelf

    sections = [shelf.Section(*one) for row in rows for one in found[row["slug"]]]
    chapters = {row["slug"]: (row["n"], row["title"]) for row in rows}
    made = shelf.shelf(sections, chapters, load_glove())
    write(Path(app.outdir, FOLDER, f"{shelf.NAME}.js"), shelf.script(made))


def setup(app: Sphinx) -> dict:
    remember(app, KEPT, collect)
    app.connect("build-finished", finish)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
