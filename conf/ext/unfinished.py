"""Trust no build that was cut short.

Sphinx saves what it has read before it writes the pages. A build killed in
between, or one that ended with warnings, would look finished to the next one,
which then skips the pages that are still old. A marker file, removed only at a
clean end, makes the next build read and write every page again. Outputs of cells
come from the execution cache, so this costs seconds.
"""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

MARKER = ".unfinished"


def begin(app: Sphinx) -> None:
    marker = Path(app.doctreedir, MARKER)
    app.sbt_cut_short = marker.exists()  # type: ignore[attr-defined]
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.touch()


def outdated(app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    return sorted(env.found_docs) if app.sbt_cut_short else []  # type: ignore[attr-defined]


def end(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and not app._warncount:
        Path(app.doctreedir, MARKER).unlink(missing_ok=True)


def setup(app: Sphinx) -> dict:
    app.connect("builder-inited", begin)
    app.connect("env-get-outdated", outdated)
    app.connect("build-finished", end, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
