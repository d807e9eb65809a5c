"""The build fails when something public is missing from ``api.md``."""

import ast
from collections.abc import Iterator
from pathlib import Path

from execution_cache import SOURCES
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

LOG = logging.getLogger(__name__)


def public_names(package: Path) -> Iterator[str]:
    """Every public function and class of every public module, dotted."""
    for file in sorted(package.rglob("*.py")):
        names = file.relative_to(package.parent).with_suffix("").parts
        if any(name.startswith("_") for name in names):
            continue
        for node in ast.parse(file.read_text(encoding="utf8")).body:
            if isinstance(
                node, ast.FunctionDef | ast.ClassDef
            ) and not node.name.startswith("_"):
                yield ".".join((*names, node.name))


def check(app: Sphinx, env: BuildEnvironment) -> None:
    if "api" not in env.found_docs:
        return
    documented = env.domains["py"].objects
    for name in public_names(SOURCES / "sbt_jax"):
        if name not in documented:
            LOG.warning(
                "%s is public but not in api.md: give it a docstring and list its"
                " module there, or make it private with a leading underscore",
                name,
                type="sbt",
                subtype="api",
            )


def setup(app: Sphinx) -> dict:
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
