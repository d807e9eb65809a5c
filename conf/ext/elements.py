"""The element that the parts of a page are made of, and their look.

A part is a plain HTML element in the document's tree. Builders that know no HTML
show what is in it.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


class element(nodes.General, nodes.Element):  # noqa: N801 (as docutils names nodes)
    """An HTML element: its ``tag``, and ``html``, attributes beside class and ids."""


def made(tag: str, *children: nodes.Node, classes: str = "", **html: str) -> element:
    """An element with these classes, attributes and children.

    A trailing underscore of a name is left out, others become hyphens.
    """
    node = element("", *children, classes=classes.split(), tag=tag)
    node["html"] = {k.rstrip("_").replace("_", "-"): v for k, v in html.items()}
    return node


def kind(text: str, level: int = 0) -> element:
    """The small line that says what a box is; with a level it is a heading."""
    heading = {"role": "heading", "aria-level": str(level)} if level else {}
    return made("p", nodes.Text(text), classes="sbt-kind", **heading)


def visit(writer: Any, node: element) -> None:
    writer.body.append(writer.starttag(node, node["tag"], "", **node["html"]))


def depart(writer: Any, node: element) -> None:
    writer.body.append(f"</{node['tag']}>\n")


def ignore(writer: Any, node: element) -> None:
    """Elsewhere only what is inside is written."""


def setup(app: Sphinx) -> dict:
    rest = dict.fromkeys(("latex", "text", "man", "texinfo"), (ignore, ignore))
    app.add_node(element, html=(visit, depart), **rest)
    app.add_css_file("parts.css", priority=450)
    app.add_js_file("parts.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
