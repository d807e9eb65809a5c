"""What takes long and changes nothing is not done.

What Sphinx and an extension look up thousands of times is looked up once: a third of
the time that is not spent in cells. Its index for searching is not made, since the
book has its own (``search_index``). To number figures, pages without any, such as the
library's, which are the largest, are not loaded. And Python looks for garbage seldom:
pages are trees of very many nodes, and nearly all that is made is kept.
"""

import functools
import gc
from unittest import mock

import pybtex.plugin
from docutils import nodes
from docutils.utils import new_document
from remembering import kept, remember
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.domains.python import ObjectEntry, PythonDomain
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

KEPT = "sbt_counted"
SELDOM = (100_000, 50, 100)  # loads the library's pages in a quarter of the time
assign_numbers = TocTreeCollector.assign_figure_numbers
prepare_writing = StandaloneHTMLBuilder.prepare_writing


class KnownNames(PythonDomain):
    """A name that ends like nothing documented is found without looking at all of it.

    Every ``Array`` and ``int`` of a signature is such a name.
    """

    endings: tuple[int, frozenset[str]] = (0, frozenset())

    def find_obj(  # the arguments of the class above
        self, env, modname, classname, name, type, searchmode=0
    ) -> list[tuple[str, ObjectEntry]]:
        if self.endings[0] != len(self.objects):
            last = frozenset(known.rpartition(".")[2] for known in self.objects)
            self.endings = len(self.objects), last
        if name.removesuffix("()").rpartition(".")[2] not in self.endings[1]:
            return []
        return super().find_obj(env, modname, classname, name, type, searchmode)


def counted(app: Sphinx, doctree: nodes.document) -> bool | None:
    """Whether a page holds what has a number, or leads to other pages."""
    kinds = {addnodes.toctree}
    for domain in app.env.domains.sorted():
        kinds |= {*getattr(domain, "enumerable_nodes", {})}
    return any(isinstance(node, (*kinds,)) for node in doctree.findall()) or None


def assign_quickly(self: TocTreeCollector, env: BuildEnvironment) -> list[str]:
    """Sphinx's own numbers; to it, pages where nothing is counted are empty."""
    whole, pages = env.get_doctree, kept(env, KEPT)

    def get(docname: str) -> nodes.document:
        return whole(docname) if docname in pages else new_document("")

    with mock.patch.object(env, "get_doctree", get):
        return assign_numbers(self, env)


def prepare_without_index(self: StandaloneHTMLBuilder, docnames: set[str]) -> None:
    """Sphinx's own preparations; the page for searching is still made."""
    with mock.patch.object(self, "search", False):
        prepare_writing(self, docnames)


def setup(app: Sphinx) -> dict:
    gc.set_threshold(*SELDOM)
    remember(app, KEPT, counted)
    TocTreeCollector.assign_figure_numbers = assign_quickly  # type: ignore
    StandaloneHTMLBuilder.prepare_writing = prepare_without_index  # type: ignore
    app.add_domain(KnownNames, override=True)
    # It reads the metadata of every installed package for each citation.
    pybtex.plugin.find_plugin = functools.cache(pybtex.plugin.find_plugin)
    return {
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
