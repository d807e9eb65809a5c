"""A glossary term carries its definition, shown where the reader meets it."""

import functools
import html
import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

PAGE = "glossary"
TERM = re.compile(rf'<a (class="[^"]*" href="{PAGE}\.html#(term-[^"]+)")')


@functools.cache
def definitions(env: BuildEnvironment) -> dict[str, str]:
    """Target id to definition text, read from the glossary page."""
    found = {}
    for item in env.get_doctree(PAGE).findall(nodes.definition_list_item):
        (definition,) = item.findall(nodes.definition)
        text = " ".join(definition.astext().split())
        found |= {i: text for term in item.findall(nodes.term) for i in term["ids"]}
    return found


def add_tips(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Give every link to a term its definition, as an attribute for tippy.js."""
    if not doctree or PAGE not in app.env.found_docs:
        return

    def with_tip(match: re.Match) -> str:
        tip = html.escape(definitions(app.env).get(match[2], ""), quote=True)
        return f'<a data-tippy-content="{tip}" {match[1]}'

    context["body"] = TERM.sub(with_tip, context["body"])


def look(app: Sphinx, env: BuildEnvironment, added, changed, removed) -> list[str]:
    """Remember whether definitions may have moved."""
    app.sbt_glossary_moved = PAGE in added | changed  # type: ignore[attr-defined]
    return []


def rewritten(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Every page is written again when the glossary has changed."""
    moved = getattr(app, "sbt_glossary_moved", False)
    return sorted(env.found_docs) if moved else []


def setup(app: Sphinx) -> dict:
    app.connect("env-get-outdated", look)
    app.connect("env-updated", rewritten)
    app.connect("html-page-context", add_tips)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
