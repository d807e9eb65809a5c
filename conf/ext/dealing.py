"""Processes that work side by side get pages one by one, the long ones first.

Sphinx cuts the list of pages into blocks, in alphabetical order, so that the longest
page can be the last one of a block, and starts the last block before the second. Here
a page that runs is a task of its own. How long it takes is known from the last time
it ran; a page that has never run is long if its cells train a model, and otherwise
the longer the more code it has. Pages that run nothing are a block for each process,
since whoever documents the library has to import it first.

When pages are written, the main process resolves their references, and the others write
the files. Blocks are small, so that the others begin at once.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from execution_cache import CELL, KERNEL, parsed
from jupyter_cache import get_cache
from sphinx import builders
from sphinx.application import Sphinx
from sphinx.util.parallel import ParallelTasks

TRAIN = {  # what trains a model, by the module that has it
    "sbt_jax.training": {"train", "fit"},
    "sbt_jax.shipped.births": {"watch_birth"},
}
FOR_TRAINING = 120.0  # seconds, when nothing better is known
FOR_CODE = 1 / 400  # seconds a character, likewise

WRITTEN = 3  # pages of a block that is written

read_parallel = builders.Builder._read_parallel
write_parallel = builders.Builder._write_parallel


class InOrder(ParallelTasks):
    """As Sphinx's, but what waits longest starts next."""

    def _join_one(self) -> bool:
        self._precvs_waiting = dict(reversed(self._precvs_waiting.items()))
        joined = super()._join_one()  # it starts the last of these
        self._precvs_waiting = dict(reversed(self._precvs_waiting.items()))
        return joined


def trains(cells: list[str]) -> bool:
    """Whether these cells call something that they import to train a model."""
    trees = [tree for cell in cells if (tree := parsed(cell))]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    sources = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    functions = set().union(*(TRAIN[name] for name in TRAIN.keys() & sources))
    called = {
        node.func.id
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return bool(called & functions)


def guess(text: str) -> float:
    """Seconds that a page's cells may take, from its text alone."""
    cells = [cell["code"] for cell in CELL.finditer(text)]
    return FOR_TRAINING * trains(cells) + FOR_CODE * sum(map(len, cells))


def known(app: Sphinx) -> dict[str, float]:
    """Seconds that each page's cells took when they last ran."""
    cache = get_cache(str(app.config.nb_execution_cache_path))
    records = sorted(cache.list_cache_records(), key=lambda record: record.pk)
    seconds = {
        app.env.path2doc(r.uri): r.data.get("execution_seconds") for r in records
    }
    return {doc: value for doc, value in seconds.items() if doc and value is not None}


def deal(app: Sphinx, docnames: list[str], nproc: int) -> Iterator[list[str]]:
    """The pages in the order in which they should start."""
    seconds, quiet = known(app), []
    running: dict[str, float] = {}
    for docname in docnames:
        text = Path(app.env.doc2path(docname)).read_text(encoding="utf8")
        if KERNEL.search(text):
            running[docname] = seconds.get(docname, guess(text))
        else:
            quiet.append(docname)
    for docname in sorted(running, key=running.__getitem__, reverse=True):
        yield [docname]
    yield from filter(None, (quiet[i::nproc] for i in range(nproc)))


def read_dealt(self: builders.Builder, docnames: list[str], nproc: int) -> None:
    """Sphinx's own way of reading, with our order."""
    blocks = list(deal(self._app, docnames, nproc))
    with (
        mock.patch.object(builders, "make_chunks", return_value=blocks),
        mock.patch.object(builders, "ParallelTasks", InOrder),
    ):
        read_parallel(self, docnames, nproc)


def write_dealt(self: builders.Builder, docnames: list[str], nproc: int) -> None:
    """Sphinx's own way of writing, with small blocks."""

    def cut(names: list[str], _: int) -> list[list[str]]:
        return [names[i : i + WRITTEN] for i in range(0, len(names), WRITTEN)]

    with mock.patch.object(builders, "make_chunks", cut):
        write_parallel(self, docnames, nproc)


def setup(app: Sphinx) -> dict:
    builders.Builder._read_parallel = read_dealt  # type: ignore[method-assign]
    builders.Builder._write_parallel = write_dealt  # type: ignore[method-assign]
    return {"parallel_read_safe": True, "parallel_write_safe": True}
