"""Kernels talk through files, not ports.

Two pages that start at the same moment may be given the same free port, and then
one kernel dies ("Address already in use"). Names in a folder of the build's own
cannot collide, and nobody else on the machine can connect to them.
"""

import itertools
import os
import shutil
import tempfile
from pathlib import Path

from nbclient import NotebookClient
from sphinx.application import Sphinx

by_port = NotebookClient.create_kernel_manager
count = itertools.count()


def use_folder(app: Sphinx) -> None:
    """Give this build, and the readers that it forks, a short-named folder."""
    app.sbt_sockets = Path(tempfile.mkdtemp(prefix="sbt-"))  # type: ignore[attr-defined]

    def by_file(self: NotebookClient):
        manager = by_port(self)
        name = f"{os.getpid()}-{next(count)}"
        manager.transport, manager.ip = "ipc", str(app.sbt_sockets / name)  # type: ignore[attr-defined]
        return manager

    NotebookClient.create_kernel_manager = by_file


def remove_folder(app: Sphinx, exception: Exception | None) -> None:
    shutil.rmtree(app.sbt_sockets, ignore_errors=True)  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict:
    if os.name != "nt":  # Windows has no such sockets
        app.connect("builder-inited", use_folder)
        app.connect("build-finished", remove_folder)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
