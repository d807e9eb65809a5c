"""``{quiz}``: pick an answer, be told why.

The question comes first, then a list: ``- [x]`` is right, ``- [ ]`` is not, and the
paragraph below each says why. Without JavaScript the answers are in a fold;
``parts.js`` makes buttons of the options.
"""

import re

from docutils import nodes
from elements import element, kind, made
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

MARK = re.compile(r"\[([ xX])\]\s*")
LETTERS = "ABCDEF"


class Quiz(SphinxDirective):
    """A question with options, of which one is right."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        *question, options = self.parse_content_to_nodes() or [nodes.paragraph()]
        if not question or not isinstance(options, nodes.bullet_list):
            raise self.error("{quiz} holds a question, then a list of options")
        try:
            read = [split(item) for item in options.children]
        except ValueError as error:
            raise self.error(f"quiz: {error}") from error
        right = sum(is_right for is_right, _, _ in read)
        if right != 1 or not 2 <= len(read) <= len(LETTERS):
            raise self.error(
                f"{{quiz}} has 2 to {len(LETTERS)} options, one of them marked [x]:"
                f" got {len(read)}, {right} marked"
            )
        box = made(
            "div",
            kind("Check yourself"),
            made("div", *question, classes="sbt-quiz-question"),
            made("ol", *map(option, read), classes="sbt-quiz-options"),
            answers(read),
            classes="sbt-quiz",
        )
        self.set_source_info(box)
        return [box]


Read = tuple[bool, list[nodes.Node], list[nodes.Node]]


def split(item: nodes.Node) -> Read:
    """Whether an option is right, what it says, and why.

    Raises:
      ValueError: If the mark or the reason is missing.
    """
    said = item.children[0] if item.children else None
    text = next(iter(item.findall(nodes.Text)), None)
    mark = MARK.match(text.astext()) if text is not None else None
    if not mark or text is None or not isinstance(said, nodes.paragraph):
        raise ValueError(f"an option begins with [ ] or [x]: {item.astext()[:60]!r}")
    if len(item.children) < 2:
        raise ValueError(
            "below an option, indented and after an empty line, stands why it is"
            f" right or wrong: {item.astext()[:60]!r}"
        )
    text.parent.replace(text, nodes.Text(text.astext()[mark.end() :]))
    return mark[1] in "xX", said.children, list(item.children[1:])


def option(read: Read) -> element:
    """An option as it stands in the list; ``parts.js`` makes it a button."""
    is_right, said, _ = read
    node = made("li", made("span", *said, classes="sbt-quiz-option"))
    node["html"]["data-right"] = "yes" if is_right else "no"
    return node


def answers(read: list[Read]) -> element:
    """All reasons, closed: where there is no JavaScript, this is the answer."""
    items = []
    for letter, (is_right, _, why) in zip(LETTERS, read, strict=False):
        verdict = "right" if is_right else "wrong"
        head = nodes.strong("", f"{letter} is {verdict}.")
        body = made("div", *why, classes="sbt-quiz-why")
        items.append(made("li", made("p", head), body))
    summary = made("summary", nodes.Text("Show the answer"))
    whys = made("ul", *items, classes="sbt-quiz-whys")
    return made("details", summary, whys, classes="sbt-quiz-answer")


def setup(app: Sphinx) -> dict:
    app.add_directive("quiz", Quiz)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
