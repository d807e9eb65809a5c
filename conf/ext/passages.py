"""The book as a library that its chapter on searching can ask.

The last step of the build: every section of every written chapter but that one, with
its address, and the vectors of its words. The figure loads them when it is seen, so no
page waits for another.
"""

from collections.abc import Iterator
from pathlib import Path

from chapters import contents
from docutils import nodes
from search_index import squeezed
from site_files import write
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

OWN = "rag"  # whose questions stand on its page
SKIPPED = {"sources", "exercises"}
HIDDEN = (nodes.raw, nodes.comment, nodes.literal_block, nodes.math_block, nodes.title)
FOLDER = Path("_static", "sbt", "weights")


def prose_of(node: nodes.Node) -> str:
    """The prose of a node, with short formulas as they are written."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, addnodes.pending_xref) and node.get("refdomain") == "cite":
        return ""
    if isinstance(node, (*HIDDEN, nodes.section, addnodes.desc)):
        return " "
    if isinstance(node, nodes.math):
        return node.astext().replace("\\", "").replace("{", "").replace("}", "")
    inner = "".join(map(prose_of, node.children))
    inline = isinstance(node, nodes.Inline | nodes.TextElement)
    return inner if inline and not isinstance(node, nodes.paragraph) else f"{inner} "


def sections_of(doctree: nodes.document, page: str) -> Iterator[tuple[str, ...]]:
    """Page, anchor, title and prose of each section."""
    for section in doctree.findall(nodes.section):
        title = next(iter(section.findall(nodes.title)))
        outer = section.parent is doctree or isinstance(section.parent, nodes.document)
        anchor = "" if outer else section["ids"][0]
        text = squeezed("".join(map(prose_of, section.children)))
        if anchor not in SKIPPED and text:
            yield page, anchor, title.astext(), text


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Remember the sections of a chapter that is read."""
    env, page = app.env, app.env.docname
    if not hasattr(env, "sbt_passages"):
        env.sbt_passages = {}  # type: ignore[attr-defined]
    chapters = {c["slug"] for c in contents(app.srcdir).get("chapters", [])}
    if page in chapters and page != OWN:
        env.sbt_passages[page] = list(sections_of(doctree, page))  # type: ignore[attr-defined]


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other) -> None:
    """What another process has read."""
    ours = getattr(env, "sbt_passages", {})
    theirs = getattr(other, "sbt_passages", {})
    env.sbt_passages = ours | {d: theirs[d] for d in docnames if d in theirs}  # type: ignore[attr-defined]


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    getattr(env, "sbt_passages", {}).pop(docname, None)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the shelf once every page is read."""
    found = getattr(app.env, "sbt_passages", {})
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
    app.connect("doctree-read", collect, priority=900)
    app.connect("env-merge-info", merge)
    app.connect("env-purge-doc", purge)
    app.connect("build-finished", finish)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
