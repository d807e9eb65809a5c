"""Every page that runs, as a notebook that runs anywhere ``sbt_jax`` does.

The notebook is made from the page as it was built: roles become words, glued
numbers become digits, citations names with a link, ``{mechanism}`` the source it shows.
Cells stay as they are, but for what only the page needs (``thinning``); those that it
hides are closed. Outputs are left out, so that running it is what fills it.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
from addresses import repository, revision
from citing import with_citations
from drawings import as_markdown
from folds import LABELS, REAL
from mechanism import source_of
from sphinx.application import Sphinx
from thinning import thinned

DROPPED = {"toctree", "book-parts", "bibliography", "raw", "end-fold", "end-real"}
DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[a-z:-]+)\} ?(?P<title>[^\n]*)\n"
    r"(?P<body>.*?)^(?P=fence)\s*$",
    re.MULTILINE | re.DOTALL,
)


def first_cells(title: str) -> list[nbformat.NotebookNode]:
    """How to install the library, as a cell when the repository is known."""
    url = repository()
    if url:
        note = f"# {title}: the library and the figures come from the repository.\n"
        at = f"@{revision()}" if revision() else ""
        command = f'%pip install -q "sbt-jax[figures] @ git+{url}{at}"'
        return [nbformat.v4.new_code_cell(note + command)]
    text = (
        "*This notebook needs the book's library, `sbt_jax`: in a copy of the"
        ' repository, run `pip install -e ".[figures]"`.*'
    )
    return [nbformat.v4.new_markdown_cell(text)]


def fold(name: str) -> Callable[[str, str, str], str]:
    """A part that was closed, under a line that says what it is."""
    return lambda title, body, _: f"**{LABELS[name]}: {title}**\n\n{body.strip()}"


def questions(title: str, body: str, slug: str) -> str:
    """Each question in bold, its answer below."""
    asked = re.sub(r"^(?![:\s])(.+)\n: ", r"**\1**\n\n", body.strip(), flags=re.M)
    return f"**Questions people ask**\n\n{asked}"


def quiz(title: str, body: str, slug: str) -> str:
    """The options as a list, and the reasons in a fold."""
    question, *options = re.split(r"^- (?=\[[ xX]\])", body.strip(), flags=re.M)
    listed, whys = [], []
    for letter, option in zip("ABCDEF", options, strict=False):
        said, _, why = option[3:].strip().partition("\n\n")
        verdict = "wrong" if option.startswith("[ ]") else "right"
        listed.append(f"- {letter}. {' '.join(said.split())}")
        whys.append(f"- **{letter} is {verdict}.** {' '.join(why.split())}")
    answer = "<details><summary>Show the answer</summary>\n\n{}\n\n</details>"
    parts = [f"**Check yourself:** {question.strip()}", "\n".join(listed)]
    return "\n\n".join([*parts, answer.format("\n".join(whys))])


# What is written of a directive, from its title, its body and the page's name.
PLAIN: dict[str, Callable[[str, str, str], str]] = {
    **{name: fold(name) for name in LABELS},
    "real": lambda title, body, _: (
        f"**{REAL[0]}: {title}** *({REAL[1]})*\n\n{body.strip()}"
    ),
    "questions": questions,
    "remember": lambda title, body, _: (
        f"**Three things to remember**\n\n{body.strip()}"
    ),
    "quiz": quiz,
    "machine-map": lambda title, body, slug: as_markdown("machine-map", "", body, slug),
    "diagram": lambda title, body, slug: as_markdown("diagram", title, body, slug),
}


def plain_directive(match: re.Match, slug: str = "") -> str:
    """A directive as Markdown that any notebook viewer shows."""
    body = re.sub(r"^:[a-z-]+:[^\n]*\n", "", match["body"], flags=re.MULTILINE)
    if match["name"] == "mechanism":
        return f"```python\n{source_of(match['title'].strip())[1]}\n```"
    if match["name"] in DROPPED:
        return ""
    if match["name"] in PLAIN:
        return PLAIN[match["name"]](match["title"].strip(), match["body"], slug)
    head = f"**{match['title'].strip()}**\n\n" if match["title"].strip() else ""
    return head + body.strip()


def plain_markdown(text: str, glued: dict[str, str], slug: str = "") -> str:
    """MyST as the Markdown of notebooks, with the numbers filled in."""
    text = DIRECTIVE.sub(lambda found: plain_directive(found, slug) + "\n", text)
    text = re.sub(r"^\([\w-]+\)=\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\$\$ \([\w-]+\)", "$$", text, flags=re.MULTILINE)
    text = re.sub(
        r"\{glue:text\}`([^`:]+)[^`]*`", lambda m: glued.get(m[1], m[1]), text
    )
    text = re.sub(r"\{numref\}`[^`]+`", "the figure below", text)
    text = re.sub(r"\{eq\}`[^`]+`", "the formula above", text)
    return re.sub(r"\{[a-z:]+\}`([^`<]*?)\s*(<[^`]*>)?`", r"\1", text)


def glued_values(file: Path) -> dict[str, str]:
    """The numbers a page glued, as its text prints them."""
    if not file.is_file():
        return {}
    values = json.loads(file.read_text(encoding="utf8"))
    return {
        name: output["data"].get("text/plain", "").strip("'\"")
        for name, output in values.items()
    }


def code_cell(source: str, metadata: dict) -> nbformat.NotebookNode:
    """A cell, closed where the page hides it: an answer says what it is."""
    cell = nbformat.v4.new_code_cell(source)
    tags = set(metadata.get("tags", []))
    if tags & {"remove-cell", "remove-input", "hide-cell", "hide-input"}:
        cell.metadata["jupyter"] = {"source_hidden": True}
    if tags & {"hide-cell", "hide-input"}:  # Colab closes what has a title
        title = metadata.get("mystnb", {}).get("code_prompt_show", "Show the code")
        cell.source = f"# @title {title}\n{source}"
        cell.metadata["cellView"] = "form"
    return cell


def convert(
    executed: Path, title: str, cited: Callable[[str], str] = str
) -> nbformat.NotebookNode:
    """The offered notebook, from the one that the build executed."""
    page = nbformat.read(executed, as_version=4)
    glued = glued_values(executed.with_suffix(".glue.json"))
    cells = first_cells(title)
    codes = [cell for cell in page.cells if cell.cell_type == "code"]
    hidden = ["remove-cell" in cell.metadata.get("tags", []) for cell in codes]
    sources = iter(thinned([(c.source, h) for c, h in zip(codes, hidden, strict=True)]))
    for cell in page.cells:
        if cell.cell_type == "markdown":
            text = plain_markdown(cited(cell.source), glued, executed.stem)
            cells.append(nbformat.v4.new_markdown_cell(text))
        elif cell.cell_type == "code" and (source := next(sources)):
            cells.append(code_cell(source, cell.metadata))
    for i, cell in enumerate(cells):
        cell.id = f"cell-{i}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write_notebooks(app: Sphinx, exception: Exception | None) -> None:
    """Write ``notebooks/<page>.ipynb`` for every page that runs."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir, "notebooks")
    folder.mkdir(exist_ok=True)
    executed = Path(app.outdir).parent / "jupyter_execute"
    books = [Path(app.confdir, name) for name in app.config.bibtex_bibfiles]
    cited = with_citations(tuple(books))
    for docname in sorted(app.env.found_docs):
        file = executed / f"{docname}.ipynb"
        if "kernelspec" not in app.env.metadata[docname] or not file.is_file():
            continue
        title = app.env.titles[docname].astext()
        text = nbformat.writes(convert(file, title, cited))
        (folder / f"{docname}.ipynb").write_text(text, encoding="utf8")


def setup(app: Sphinx) -> dict:
    app.connect("build-finished", write_notebooks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
