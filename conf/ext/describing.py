"""What a page says of itself where it is linked: one title, a description, an address.

A chapter is described by its line in the table of contents, which says what it is
about; the first sentences of a page, cut off in the middle, do not.
"""

import html
import re

from chapters import contents
from sphinx.application import Sphinx

TITLE = "Step by Token: how language models work"
ADDRESS = re.compile(r'<meta property="og:url"[^>]*/>\s*')
VIEWPORT = re.compile(r'<meta name="viewport"[^>]*/>\s*')
DESCRIBED = re.compile(
    r'(<meta (?:property="og:description"|name="description") content=")[^"]*(")'
)


def descriptions(app: Sphinx) -> dict[str, str]:
    """By page, for the pages that say of themselves what they are about."""
    front = contents(app.srcdir)
    found = {c["slug"]: c["blurb"] for c in front.get("chapters", [])}
    if "description" in front:
        found["index"] = front["description"]
    return found


def describe(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Repair what ``sphinxext.opengraph`` has written."""
    metas = VIEWPORT.sub("", context.get("metatags", ""))
    if not app.config.ogp_site_url:  # a relative address is none
        metas = ADDRESS.sub("", metas)
    text = descriptions(app).get(page)
    if text:
        text = html.escape(text, quote=True)
        metas = DESCRIBED.sub(lambda m: m[1] + text + m[2], metas)
    context["metatags"] = metas
    context["sbt_title"] = TITLE if page == app.config.root_doc else ""


def setup(app: Sphinx) -> dict:
    app.connect("html-page-context", describe, priority=980)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
