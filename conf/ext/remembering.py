"""What pages say of themselves, remembered while they are read.

Pages are read in several processes and kept from build to build, so that whoever wants
something of all of them has to collect it, merge it, and forget it when a page goes.
"""

from collections.abc import Callable
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def remember(
    app: Sphinx, name: str, collect: Callable[[Sphinx, nodes.document], Any]
) -> None:
    """Keep what ``collect`` finds on each page; None is not kept."""

    def seen(app: Sphinx, doctree: nodes.document) -> None:
        found = collect(app, doctree)
        if found is not None:
            kept(app.env, name)[app.env.docname] = found

    def merged(app: Sphinx, env: BuildEnvironment, docnames: set[str], other) -> None:
        theirs = kept(other, name)
        kept(env, name).update({d: theirs[d] for d in docnames if d in theirs})

    def gone(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        kept(env, name).pop(docname, None)

    app.connect("doctree-read", seen, priority=900)
    app.connect("env-merge-info", merged)
    app.connect("env-purge-doc", gone)


def kept(env: BuildEnvironment, name: str) -> dict[str, Any]:
    """By page, what was found there."""
    if not hasattr(env, name):
        setattr(env, name, {})
    return getattr(env, name)
