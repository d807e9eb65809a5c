"""``{deeper}``, ``{measured}`` and ``{real}``: parts of a page that hold anything.

A cell inside a directive never runs. So a directive with nothing inside begins a
range, and ``{end-fold}`` or ``{end-real}`` further down in the same section ends it.
What stands between is moved inside when the page has been parsed and its cells are
in place. Words alone may also stand inside the directive.
"""

from collections.abc import Iterable
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from elements import element, kind, made
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

LOG = logging.getLogger(__name__)
LABELS = {"deeper": "Going deeper", "measured": "How we measured"}
REAL = ("In a real model", "SmolLM2-135M-Instruct, run by the functions of this book")


class end(nodes.Invisible, nodes.Element):  # noqa: N801 (as docutils names nodes)
    """Where a range ends; gone once the range is made."""


class Part(SphinxDirective):
    """What the three have in common: a title, and content here or below."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def titled(self) -> list[nodes.Node]:
        title, messages = self.state.inline_text(self.arguments[0], self.lineno)
        return [*title, *messages]

    def filled(self, node: element, body: element) -> list[nodes.Node]:
        """The part with what is written inside, or as the begin of a range."""
        self.set_source_info(node)
        if self.content:
            body += self.parse_content_to_nodes()
        else:
            node["begins"] = self.name
        return [node]


class Fold(Part):
    """Closed at first: what only the second reading needs."""

    def run(self) -> list[nodes.Node]:
        what = made("span", nodes.Text(f"{LABELS[self.name]}: "), classes="sbt-kind")
        body = made("div", classes="sbt-fold-body")
        summary = made("summary", what, *self.titled())
        classes = f"sbt-fold sbt-{self.name}"
        return self.filled(made("details", summary, body, classes=classes), body)


class Real(Part):
    """The same thing, seen in a published model; ``:of:`` says in which, if another."""

    option_spec: ClassVar = {"of": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        label, model = REAL
        model = self.options.get("of", model)
        body = made("div", classes="sbt-real-body")
        head = made("p", *self.titled(), classes="sbt-real-title")
        whose = made("p", nodes.Text(model), classes="sbt-real-model")
        node = made("div", kind(label), head, whose, body, classes="sbt-real")
        return self.filled(node, body)


class End(SphinxDirective):
    """``{end-fold}`` and ``{end-real}``."""

    def run(self) -> list[nodes.Node]:
        node = end("", ends=self.name.removeprefix("end-"))
        self.set_source_info(node)
        return [node]


def closes(name: str) -> str:
    """Which mark ends a part."""
    return "real" if name == "real" else "fold"


def gathered(children: Iterable[nodes.Node]) -> list[nodes.Node]:
    """The same nodes, with all of each range inside its part."""
    found: list[nodes.Node] = []
    open_parts: list[element] = []
    for node in children:
        if isinstance(node, end):
            if open_parts and closes(open_parts[-1]["begins"]) == node["ends"]:
                open_parts.pop()["begins"] = ""
            else:
                text = "{end-%s} ends nothing: no such part is open in this section"
                LOG.warning(text, node["ends"], location=node, type="sbt")
            continue
        if open_parts:
            body = open_parts[-1].children[-1]
            assert isinstance(body, element)
            body.append(node)
        else:
            found.append(node)
        if isinstance(node, element) and node.get("begins"):
            open_parts.append(node)
    for node in open_parts:
        name, node["begins"] = node["begins"], ""
        LOG.warning(
            "{%s} is not ended by {end-%s} before the next heading or the end of what"
            " it stands in; a part cannot hold a heading",
            *(name, closes(name)),
            location=node,
            type="sbt",
        )
    return found


class GatherRanges(SphinxTransform):
    """Move what stands between a begin and its end into the part."""

    default_priority = 200  # before targets are handed on to what follows them

    def apply(self, **_: object) -> None:
        marks = [
            node
            for node in self.document.findall()
            if isinstance(node, end) or (isinstance(node, element) and "begins" in node)
        ]
        parents = {id(mark.parent): mark.parent for mark in marks}
        for parent in parents.values():
            parent[:] = gathered(list(parent.children))


def setup(app: Sphinx) -> dict:
    for name in LABELS:
        app.add_directive(name, Fold)
    app.add_directive("real", Real)
    app.add_directive("end-fold", End)
    app.add_directive("end-real", End)
    app.add_transform(GatherRanges)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
