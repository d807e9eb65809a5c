"""What each page costs: seconds, processor seconds, programs that JAX compiled.

A kernel writes the last two beside the cache of outputs, so that they are known as
long as the outputs are. They go with MyST-NB's own seconds into ``times.json`` beside
the site, which has a section ``pages``, and into the table of ``about.md``.
"""

from pathlib import Path

import times
from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from nbclient import NotebookClient
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

LOG = logging.getLogger(__name__)
HERE = Path(__file__).parent
start_kernel = NotebookClient.async_start_new_kernel
FIRST = (
    "import sys; sys.path.append({here!r}); import compiling; sys.path.pop(); "
    "compiling.begin({file!r}); del sys, compiling"
)


def measured(app: Sphinx, docname: str) -> Path:
    """The file in which a page's kernel says what it has spent."""
    return Path(app.config.nb_execution_cache_path, "spent", f"{docname}.json")


def measure_kernels(app: Sphinx) -> None:
    """Have every kernel count, from before its first cell."""

    async def start(self: NotebookClient, **options):
        file = measured(app, app.env.docname)
        file.parent.mkdir(parents=True, exist_ok=True)
        line = FIRST.format(here=str(HERE), file=str(file))
        self.extra_arguments = [f"--IPKernelApp.exec_lines={line}"]
        return await start_kernel(self, **options)

    NotebookClient.async_start_new_kernel = start


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Put what a page has spent beside the seconds that MyST-NB noted."""
    data = NbMetadataCollector.get_doc_data(app.env).get(app.env.docname, {})
    if data.get("exec_data"):
        file = measured(app, app.env.docname)
        data["exec_data"] |= times.load(file)


def spent(env: BuildEnvironment) -> dict[str, dict]:
    """Each page that ran, now or earlier, and what its cells spent."""
    data = NbMetadataCollector.get_doc_data(env)
    runs = {doc: d["exec_data"] for doc, d in data.items() if d.get("exec_data")}
    return {
        doc: {
            "seconds": run["runtime"],
            "processor": run.get("processor"),
            "compilations": run.get("compilations"),
        }
        for doc, run in sorted(runs.items())
        if run.get("runtime") is not None
    }


def report(app: Sphinx, exception: Exception | None) -> None:
    """Write ``times.json``, and show a table if any page has run."""
    if exception or app.builder.format != "html":
        return
    pages = spent(app.env)
    times.record(Path(app.outdir).parent / "times.json", "pages", pages)
    if pages and NbMetadataCollector.new_exec_data(app.env):
        LOG.info("\n%s\n", times.table("page", pages))


def setup(app: Sphinx) -> dict:
    app.connect("builder-inited", measure_kernels)
    app.connect("doctree-read", note)
    app.connect("build-finished", report)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
