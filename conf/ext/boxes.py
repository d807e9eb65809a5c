"""``{questions}`` and ``{remember}``: what a chapter ends with."""

from typing import ClassVar

from docutils import nodes
from elements import kind, made
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Box(SphinxDirective):
    """A box with a label, whose content is one list."""

    has_content = True
    label: ClassVar[str]
    kinds: ClassVar[tuple[type[nodes.Element], ...]]
    wanted: ClassVar[str]

    def run(self) -> list[nodes.Node]:
        content = self.parse_content_to_nodes()
        if len(content) != 1 or not isinstance(content[0], self.kinds):
            raise self.error(f"{{{self.name}}} holds {self.wanted}, and nothing else")
        box = made("div", kind(self.label, 2), *content, classes=f"sbt-{self.name}")
        self.set_source_info(box)
        return [box]


class Questions(Box):
    """Questions people ask: a line each, and below it ``: the answer``."""

    label = "Questions people ask"
    kinds = (nodes.definition_list,)
    wanted = "questions, each a line, and below it a line `: answer`"


class Remember(Box):
    """Three things to remember."""

    label = "Three things to remember"
    kinds = (nodes.enumerated_list, nodes.bullet_list)
    wanted = "a list of three things"

    def run(self) -> list[nodes.Node]:
        (box,) = super().run()
        assert isinstance(box, nodes.Element)
        (things,) = box.children[1:]
        if len(things.children) != 3:
            count = len(things.children)
            raise self.error(f"{{remember}} holds three things, got {count}")
        return [box]


def setup(app: Sphinx) -> dict:
    app.add_directive("questions", Questions)
    app.add_directive("remember", Remember)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
