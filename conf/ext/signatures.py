"""Signatures as they are written: ``Float[Array, "time width"]``.

jaxtyping's annotations are objects whose repr names private modules, and no
inventory of other projects can be fetched without a network. So types of ours
are links, and types of others are plain text.
"""

import re

from api_pages import is_public
from docutils import nodes
from execution_cache import module_file
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext.napoleon import GoogleDocstring

FOREIGN = re.compile(
    r"\b(?:jaxtyping\.|jaxlib\._jax\.|jaxlib\.xla_extension\.|jax\.|numpy\.|"
    r"collections\.abc\.|typing\.|pathlib\.|bokeh\.(?:\w+\.)*)(?=[A-Z])"
)
LONG = re.compile(r"""(['"])(?:(?!\1).){60,}\1""")  # a default nobody reads


def shorten(app, what, name, obj, options, signature, returns):
    """Print ``Array``, not ``jaxlib._jax.Array``."""

    def short(text: str | None) -> str | None:
        return None if text is None else LONG.sub("…", FOREIGN.sub("", text))

    return short(signature), short(returns)


def is_part(target: str) -> bool:
    """Whether this is of a part of a recipe, which no page documents."""
    file = module_file(target.rpartition(".")[0])
    return bool(file) and "recipes" in file.parts and not is_public(file)


def resolve(
    app: Sphinx, env: BuildEnvironment, node, contnode: nodes.Node
) -> nodes.Node | None:
    """A reference to something foreign or private stays text, without a warning."""
    target = node.get("reftarget", "")
    ours = target.startswith("sbt_jax") and "._" not in target and not is_part(target)
    if node.get("refdomain") == "py" and not ours:
        return contnode
    return None


def all_is_description(self: GoogleDocstring) -> tuple[str, list[str]]:
    """The comment on an attribute has no type before its first colon."""
    return "", self._dedent(self._consume_to_end())


def setup(app: Sphinx) -> dict:
    GoogleDocstring._consume_inline_attribute = all_is_description  # type: ignore[method-assign]
    app.connect("autodoc-process-signature", shorten)
    app.connect("missing-reference", resolve, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
