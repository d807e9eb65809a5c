"""Kernels talk through files, not ports, and compile quickly.

Two pages that start at the same moment may be given the same free port, and then
one kernel dies ("Address already in use"). Names in a folder of the build's own
cannot collide, and nobody else on the machine can connect to them.

Most pages compile for longer than they run, so XLA takes fewer passes for them; only
what trains a model is compiled to be fast. Either way the numbers are the same, but for
last digits, which other processors change too.
"""

import itertools
import os
import shutil
import tempfile
from pathlib import Path

from compiling import QUICK
from dealing import trains
from nbclient import NotebookClient
from sphinx.application import Sphinx

by_port = NotebookClient.create_kernel_manager
count = itertools.count()


def flags(cells: list[str], given: str) -> str:
    """What XLA is told in the kernel of a page; what an author asks for comes last.

    Example:
      >>> flags(["print(1)"], "--xla_cpu_ftz=true").endswith("--xla_cpu_ftz=true")
      True
    """
    return given if trains(cells) else f"{QUICK} {given}".strip()


def prepare(app: Sphinx) -> None:
    """Kernels of this build, and of the readers that it forks: flags, and a folder."""
    given = os.environ.get("XLA_FLAGS", "")
    app.sbt_sockets = Path(tempfile.mkdtemp(prefix="sbt-"))  # type: ignore[attr-defined]

    def by_file(self: NotebookClient):
        cells = [cell.source for cell in self.nb.cells if cell.cell_type == "code"]
        os.environ["XLA_FLAGS"] = flags(cells, given)
        manager = by_port(self)
        if os.name == "nt":  # Windows has no such sockets
            return manager
        name = f"{os.getpid()}-{next(count)}"
        manager.transport, manager.ip = "ipc", str(app.sbt_sockets / name)  # type: ignore[attr-defined]
        return manager

    NotebookClient.create_kernel_manager = by_file


def remove_folder(app: Sphinx, exception: Exception | None) -> None:
    shutil.rmtree(app.sbt_sockets, ignore_errors=True)  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict:
    app.connect("builder-inited", prepare)
    app.connect("build-finished", remove_folder)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
