"""The order of the book, its table of contents, and the line under each title.

The order lives in one place: the front matter of ``index.md``, which lists the
parts and all chapters, each with a status. A chapter counts as part of the book
when its status is ``written``.
"""

import copy
import functools
import html
import itertools
import re
import string
from pathlib import Path

import yaml
from addresses import colab
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

WORDS_PER_MINUTE = 220
FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
FENCE = re.compile(r"^(`{3,}|~{3,}|:{3,})", re.MULTILINE)


@functools.cache
def parsed(front: str) -> dict:
    return yaml.safe_load(front) or {}


def front_matter(text: str) -> dict:
    """The YAML between the first two lines of three dashes."""
    match = FRONT.match(text)
    # Asked for several times on each page, so it is read once, and is the caller's own.
    return copy.deepcopy(parsed(match[1])) if match else {}


def contents(srcdir: str | Path) -> dict:
    """The front matter of ``index.md``: title, tagline, parts, chapters, also."""
    return front_matter(Path(srcdir, "index.md").read_text(encoding="utf8"))


# An exercise asks for more than reading; the list of sources is looked up.
EXERCISE = re.compile(
    r"^(:{3,}|`{3,})\{admonition\}[^\n]*\n(?::[^\n]*\n)*?:class: exercise\n.*?^\1$",
    re.MULTILINE | re.DOTALL,
)
BOX = re.compile(r"^```\{(?:questions|remember)\}\n(.*?)^```$", re.M | re.S)
END = "```{end-fold}"
FOLD = re.compile(r"^```\{(?:deeper|measured)\}[^\n]*\n```$")


def open_text(text: str) -> str:
    """A page without what is closed at first, exercises and sources."""
    text = re.split(r"^## Sources", text, maxsplit=1, flags=re.MULTILINE)[0]
    text = BOX.sub(r"\1", EXERCISE.sub("", text))
    kept, depth = [], 0
    lines = text.replace(f"{END}\n```", END).splitlines()  # its closing fence with it
    for line, after in itertools.pairwise([*lines, ""]):
        depth += bool(FOLD.match(f"{line}\n{after}"))
        if not depth:
            kept.append(line)
        depth = max(0, depth - (line == END))
    return "\n".join(kept)


def prose(text: str) -> str:
    """What a reader reads: the open text without front matter, cells and figures."""
    text = open_text(FRONT.sub("", text))
    text = re.sub(r"^```\{code-cell\}.*?^```$", "", text, flags=re.M | re.S)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    text = re.sub(r"^(:{3,}|\(|%).*$", "", text, flags=re.M)
    text = re.sub(r"^:[a-z_]+:.*$", "", text, flags=re.M)
    text = re.sub(r"\$\$.*?\$\$", " formula ", text, flags=re.S)
    text = re.sub(r"\{[a-z:]+\}`([^`<]*)(<[^`]*>)?`", r"\1", text)
    return re.sub(r"\]\([^)]*\)", "]", text)


def minutes(text: str) -> float:
    """Reading time of a page's prose, at 220 words a minute."""
    return len(re.findall(r"[\w’'-]+", prose(text))) / WORDS_PER_MINUTE


def written(srcdir: str | Path) -> list[dict]:
    return [c for c in contents(srcdir).get("chapters", []) if c["status"] == "written"]


def add_toctree(app: Sphinx, docname: str, source: list[str]) -> None:
    """Give the landing page its table of contents, from its own front matter."""
    if docname != "index":
        return
    front = contents(app.srcdir)
    pages = [c["slug"] for c in written(app.srcdir)] + front.get("also", [])
    source[0] += "\n".join(["\n\n```{toctree}", ":hidden:", "", *pages, "```\n"])


class Start(SphinxDirective):
    """``{start}``: where to begin, or, when something was read, where to go on.

    ``progress.js`` knows what was read; without it the first chapter is offered.
    """

    def run(self) -> list[nodes.Node]:
        ready = written(self.env.srcdir)
        if not ready:
            return []
        first = ready[0]
        text = (
            f'<p class="sbt-start"><a class="go" href="{first["slug"]}.html">Begin with'
            f" chapter {first['n']} <span>{first['minutes']} min</span></a>"
            f'<a href="#contents">All {len(contents(self.env.srcdir)["chapters"])}'
            " chapters</a></p>"
        )
        return [nodes.raw("", text, format="html")]


class BookParts(SphinxDirective):
    """``{book-parts}``: the four parts and their chapters, as the landing page."""

    def run(self) -> list[nodes.Node]:
        front = contents(self.env.srcdir)
        rows = []
        for part in front["parts"]:
            items = [c for c in front["chapters"] if c["part"] == part["number"]]
            time = sum(c["minutes"] for c in items)
            rows.append(
                f'<section class="sbt-part"><h3><span>Part {part["number"]}</span> '
                f"{html.escape(part['title'])} <small>{time} min</small></h3><ol>"
                + "".join(map(entry, items))
                + "</ol></section>"
            )
        return [nodes.raw("", "\n".join(rows), format="html")]


def entry(chapter: dict) -> str:
    """One chapter of the landing page: a link when it is written."""
    ready = chapter["status"] == "written"
    title = html.escape(chapter["title"])
    head = f'<a href="{chapter["slug"]}.html">{title}</a>' if ready else title
    note = f"{chapter['minutes']} min" + ("" if ready else " · in preparation")
    return (
        f'<li class="{"ready" if ready else "later"}" data-slug="{chapter["slug"]}">'
        f'<span class="n">{chapter["n"]}</span><div>'
        f'<p class="label">{html.escape(chapter["label"])} '
        f'<span class="minutes">{note}</span></p>'
        f'<p class="title">{head}</p><p class="blurb">{html.escape(chapter["blurb"])}'
        "</p></div></li>"
    )


def add_line(app: Sphinx, doctree: nodes.document) -> None:
    """Under a page's title: which chapter it is, how long it takes, its notebook."""
    docname = app.env.docname
    text = Path(app.env.doc2path(docname)).read_text(encoding="utf8")
    front = contents(app.srcdir)
    by_slug = {c["slug"]: c for c in front.get("chapters", [])}
    chapter = by_slug.get(docname)
    if docname == "index":
        return
    parts = []
    if chapter:
        titles = {p["number"]: p["title"] for p in front["parts"]}
        parts.append(f"Chapter {chapter['n']}")
        parts.append(f"Part {chapter['part']}: {titles[chapter['part']]}")
    length = chapter["minutes"] if chapter else max(1, round(minutes(text)))
    parts.append(f"{length} min read")
    line = " · ".join(f"<span>{html.escape(p)}</span>" for p in parts)
    if "file_format: mystnb" in text:
        line += (
            '<span class="sbt-notebook"> · '
            f'<a href="notebooks/{docname}.ipynb" download>Download as a notebook</a>'
        )
        if colab(docname):
            line += f' · <a href="{html.escape(colab(docname))}">Open in Colab</a>'
        line += "</span>"
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is not None:
        raw = nodes.raw("", f'<p class="sbt-line-under">{line}</p>', format="html")
        title.parent.insert(title.parent.index(title) + 1, raw)


def plain_numbers(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Give Sphinx back its own figure numbers, which it compares with new ones."""
    env.toc_fignumbers = getattr(env, "sbt_plain_numbers", {})
    return []


def folded(doctree: nodes.document) -> set[str]:
    """The names of all that stands in a fold, which is closed at first."""
    folds = [n for n in doctree.findall(nodes.Element) if "sbt-fold" in n["classes"]]
    inside = (node for fold in folds for node in fold.findall(nodes.Element))
    return {name for node in inside for name in node["ids"]}


def number_figures(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Figure 2.1 is the first of chapter 2, whatever else is written already.

    What stands in a fold has letters, 2.A and 2.B, so that nobody who leaves the folds
    closed misses a number.
    """
    env.sbt_plain_numbers = copy.deepcopy(env.toc_fignumbers)  # type: ignore[attr-defined]
    numbers = {c["slug"]: c["n"] for c in contents(app.srcdir).get("chapters", [])}
    for docname, kinds in env.toc_fignumbers.items():
        prefix = (numbers[docname],) if docname in numbers else ()
        hidden = folded(env.get_doctree(docname)) if any(kinds.values()) else set()
        for ids in kinds.values():
            count, letters = itertools.count(1), iter(string.ascii_uppercase)
            for key in list(ids):
                ids[key] = (*prefix, next(letters if key in hidden else count))
    return []


def outdated(app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    """Every page is read again when the list of chapters has changed."""
    now = contents(app.srcdir)
    before = getattr(env, "sbt_front", now)
    env.sbt_front = now  # type: ignore[attr-defined]
    return sorted(env.found_docs) if before != now else []


def rewritten(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Every page is written again when a title, number or source has changed.

    Other pages show them in references, in the sidebar and at their foot.
    """
    titles = sorted((doc, title.astext()) for doc, title in env.titles.items())
    labels = sorted(env.domaindata["std"]["labels"].items())
    numbers = sorted(env.toc_fignumbers.items())
    files = [Path(app.confdir, name) for name in app.config.bibtex_bibfiles]
    sources = [file.read_bytes() for file in files if file.is_file()]
    now = repr((titles, labels, numbers, sources))
    before = getattr(env, "sbt_shown", now)
    env.sbt_shown = now  # type: ignore[attr-defined]
    return sorted(env.found_docs) if before != now else []


def add_contents(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """What the sidebar's template shows."""
    context["sbt_front"] = contents(app.srcdir)
    context["sbt_titles"] = {
        doc: app.env.titles[doc].astext() for doc in app.env.titles
    }


def setup(app: Sphinx) -> dict:
    app.add_directive("start", Start)
    app.add_directive("book-parts", BookParts)
    app.connect("source-read", add_toctree)
    app.connect("doctree-read", add_line)
    app.connect("env-get-updated", plain_numbers, priority=100)
    app.connect("env-get-updated", number_figures, priority=900)
    app.connect("env-get-updated", rewritten, priority=950)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", add_contents)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
