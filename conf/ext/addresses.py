"""Where the repository and the site are, when the build is told.

Read the Docs says both in its environment. Without it no page shows a launch or
edit button, because a link that leads nowhere is worse than none.
"""

import os

from sphinx.application import Sphinx
from sphinx.config import Config


def repository() -> str:
    """The address of the repository without ``.git``, or an empty string."""
    url = os.environ.get("READTHEDOCS_GIT_CLONE_URL", "")
    if url.startswith("git@") and ":" in url:  # git@host:owner/name.git
        host, path = url[len("git@") :].split(":", 1)
        url = f"https://{host}/{path}"
    return url.removesuffix("/").removesuffix(".git")


def set_addresses(app: Sphinx, config: Config) -> None:
    """Fill in what the theme, the cards and the canonical links need."""
    site = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
    if site:
        config.html_baseurl = site
        config.ogp_site_url = site
    else:  # cards need absolute addresses: none are made for an unknown site
        config.ogp_social_cards = {"enable": False}
    url = repository()
    if url:
        branch = os.environ.get("READTHEDOCS_GIT_IDENTIFIER", "main")
        config.html_theme_options |= {
            "repository_url": url,
            "repository_branch": branch,
            "path_to_docs": "book",
            "use_edit_page_button": True,
            "use_repository_button": True,
            "launch_buttons": {"binderhub_url": "https://mybinder.org"},
        }


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", set_addresses, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
