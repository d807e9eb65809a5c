"""The build fails when something public is on no page of the library.

Its pages are ``api.md`` and those called ``api_<what>.md``.
"""

from api_pages import public_names
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

LOG = logging.getLogger(__name__)


def missing(env: BuildEnvironment) -> list[str]:
    """What is public and documented under none of its names."""
    known = env.domains["py"].objects
    return [names[0] for names in public_names() if not known.keys() & {*names}]


def library_pages(env: BuildEnvironment) -> list[str]:
    return sorted(name for name in env.found_docs if name.split("_")[0] == "api")


def check(app: Sphinx, env: BuildEnvironment) -> None:
    if not library_pages(env):
        return
    for name in missing(env):
        LOG.warning(
            "%s is public but on no page of the library: name its module in a line"
            " `%% api: …` of api.md or an api_*.md, or make it private with a leading"
            " underscore",
            name,
            type="sbt",
            subtype="api",
        )


def outdated(app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    """These pages again, and with them the check, when a module has a new name."""
    return library_pages(env) if missing(env) else []


def setup(app: Sphinx) -> dict:
    app.connect("env-get-outdated", outdated)
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
