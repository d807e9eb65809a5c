"""``{mechanism} sbt_jax.module.name``: the packaged function, from its file.

The docstring is left out (it stands in the API page, which is linked), so that
the page shows the code that runs and never a copy of it.
"""

import ast
import textwrap
from pathlib import Path

from docutils import nodes
from execution_cache import module_file
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def locate(target: str) -> tuple[Path, list[str]]:
    """The file of a dotted name, and the names inside that file."""
    parts = target.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        file = module_file(".".join(parts[:cut]))
        if file:
            return file, parts[cut:]
    raise ValueError(f"{target} is not in this package")


def source_of(target: str) -> tuple[Path, str]:
    """The file and the source of a function or class, without its docstring.

    Raises:
      ValueError: If there is no such function or class.
    """
    file, names = locate(target)
    text = file.read_text(encoding="utf8")
    body: list[ast.stmt] = ast.parse(text).body
    node = None
    for name in names:
        found = [
            n
            for n in body
            if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == name
        ]
        if not found:
            for n in body:  # a public name may come from a private module
                if isinstance(n, ast.ImportFrom) and name in {a.name for a in n.names}:
                    return source_of(f"{n.module}.{name}")
            raise ValueError(f"{target}: no function or class {name!r} in {file.name}")
        node, body = found[0], found[0].body
    assert node is not None
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    lines = text.splitlines()
    keep = list(range(first, (node.end_lineno or first) + 1))
    inside = [node, *(n for n in ast.walk(node) if isinstance(n, ast.FunctionDef))]
    for part in inside:
        if ast.get_docstring(part) is not None and len(part.body) > 1:
            doc = part.body[0]
            keep = [i for i in keep if not doc.lineno <= i <= (doc.end_lineno or 0)]
    shown = [lines[i - 1] for i in keep]
    return file, textwrap.dedent("\n".join(shown)).strip("\n")


class Mechanism(SphinxDirective):
    """Show a packaged function or class."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        target = self.arguments[0]
        try:
            file, code = source_of(target)
        except ValueError as error:
            raise self.error(f"mechanism: {error}") from error
        self.env.note_dependency(str(file))
        block = nodes.literal_block(code, code, language="python")
        block["classes"].append("sbt-mechanism")
        self.set_source_info(block)
        caption = nodes.paragraph(classes=["sbt-mechanism-source"])
        caption += nodes.Text("The code that runs on this page: ")
        xref = addnodes.pending_xref(
            "",
            nodes.literal(target, target),
            refdomain="py",
            reftype="obj",
            reftarget=target,
            refexplicit=False,
            refwarn="api" in self.env.found_docs,
            refdoc=self.env.docname,
        )
        caption += xref
        return [caption, block]


def setup(app: Sphinx) -> dict:
    app.add_directive("mechanism", Mechanism)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
