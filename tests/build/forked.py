"""A Python that has loaded Sphinx, and forks for each build: half a build is loading.

Asked with a line of JSON on stdin it answers with a number in a line: for a build its
process, for a process to ``look`` at whether it is still going, for one to ``wait`` for
its exit status. Builds share the modules of third parties and the seed of hashes: what
needs another one starts a Python of its own.
"""

import gc
import importlib
import io
import json
import os
import sys
from typing import Any

LOADED = (  # what takes longest; a build loads the rest itself
    "myst_nb.sphinx_ext",
    "sphinx.cmd.build",
    "sphinx.builders.html",
    "sphinx.ext.autodoc",
    "sphinxext.opengraph",
    "sphinxcontrib.bibtex",
    "sphinx_book_theme",
)


def build(task: dict[str, Any]) -> None:
    """Be ``python -m sphinx`` in another folder, and end."""
    os.setsid()
    os.chdir(task["folder"])
    os.environ.clear()
    os.environ.update(task["environment"])
    log = os.open(task["log"], os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(os.fdopen(n, "wb", 0), encoding="utf8", write_through=True)
        for n in (1, 2)
    )
    sys.path[:] = [task["folder"], *task["first"], *sys.path[1:]]
    sys.pycache_prefix = task["environment"]["PYTHONPYCACHEPREFIX"]
    sys.argv[:] = ["sphinx-build", *task["arguments"]]
    from sphinx.cmd.build import main

    sys.exit(main(task["arguments"]))


def serve() -> None:
    """Answer until stdin ends."""
    for name in LOADED:
        importlib.import_module(name)
    gc.freeze()  # so that forks share its pages
    for line in sys.stdin:
        task = json.loads(line)
        if "look" in task:
            how = os.WEXITED | os.WNOHANG | os.WNOWAIT
            print(int(os.waitid(os.P_PID, task["look"], how) is None), flush=True)
        elif "wait" in task:
            _, status = os.waitpid(task["wait"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
        elif process := os.fork():
            print(process, flush=True)
        else:
            build(task)


if __name__ == "__main__":
    serve()
