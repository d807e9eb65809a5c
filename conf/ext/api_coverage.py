"""The build fails when something public is on no page of the library.

Its pages are ``api.md`` and those called ``api_<what>.md``.
"""

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
        tree = ast.parse(file.read_text(encoding="utf8"))
        for name in exported(tree):
            yield ".".join((*names, name))


def exported(tree: ast.Module) -> list[str]:
    """A module's ``__all__``, or else what it defines without an underscore."""
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and getattr(node.targets[0], "id", "") == "__all__"
        ):
            return [n for n in ast.literal_eval(node.value) if not n.isupper()]
    kinds = (ast.FunctionDef, ast.ClassDef)
    found = [node.name for node in tree.body if isinstance(node, kinds)]
    return [name for name in found if not name.startswith("_")]


def library_pages(env: BuildEnvironment) -> list[str]:
    return sorted(name for name in env.found_docs if name.split("_")[0] == "api")


def check(app: Sphinx, env: BuildEnvironment) -> None:
    if not library_pages(env):
        return
    documented = env.domains["py"].objects
    for name in public_names(SOURCES / "sbt_jax"):
        if name not in documented:
            LOG.warning(
                "%s is public but neither in api.md nor in an api_*.md: give it a"
                " docstring and list its module there, or make it private with a"
                " leading underscore",
                name,
                type="sbt",
                subtype="api",
            )


def outdated(app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    """These pages again, and with them the check, when a module has a new name."""
    known = env.domains["py"].objects
    lost = [n for n in public_names(SOURCES / "sbt_jax") if n not in known]
    return library_pages(env) if lost else []


def setup(app: Sphinx) -> dict:
    app.connect("env-get-outdated", outdated)
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
