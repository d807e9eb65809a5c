"""Where the repository and the site are, when the build is told.

Read the Docs says both in its environment. Without it no page shows a launch or
edit button, because a link that leads nowhere is worse than none.
"""

import os
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config

GITHUB = "https://github.com/"


def repository() -> str:
    """The address of the repository without ``.git``, or an empty string."""
    url = os.environ.get("READTHEDOCS_GIT_CLONE_URL", "")
    if url.startswith("git@") and ":" in url:  # git@host:owner/name.git
        host, path = url[len("git@") :].split(":", 1)
        url = f"https://{host}/{path}"
    return url.removesuffix("/").removesuffix(".git")


def revision() -> str:
    """The tag that is built; of a branch nothing, since its readers want the newest.

    A page of a tagged version is read for as long as it stands, with the library that
    it was written for.
    """
    if os.environ.get("READTHEDOCS_VERSION_TYPE") != "tag":
        return ""
    return os.environ.get("READTHEDOCS_GIT_IDENTIFIER", "")


def colab(docname: str) -> str:
    """Where Colab opens a page's notebook, if it is published; or nothing.

    Colab reads notebooks from a repository, and ours are made by the build. Where a
    project publishes them on a branch, ``SBT_NOTEBOOKS_BRANCH`` names it.
    """
    branch = os.environ.get("SBT_NOTEBOOKS_BRANCH", "")
    owner, found, name = repository().removeprefix(GITHUB).partition("/")
    if not branch or not repository().startswith(GITHUB) or not found:
        return ""
    place = f"{owner}/{name}/blob/{branch}/{docname}.ipynb"
    return f"https://colab.research.google.com/github/{place}"


def set_addresses(app: Sphinx, config: Config) -> None:
    """Fill in what the theme, the cards and the canonical links need."""
    site = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
    if site:
        config.html_baseurl = site
        config.ogp_site_url = site
        config.notfound_urls_prefix = urlsplit(site).path  # 404.html is served anywhere
    else:  # cards need absolute addresses: none are made for an unknown site
        config.ogp_social_cards = {"enable": False}
    url = repository()
    # The preview of a pull request is no branch that somebody could edit.
    if url and os.environ.get("READTHEDOCS_VERSION_TYPE") != "external":
        branch = os.environ.get("READTHEDOCS_GIT_IDENTIFIER", "main")
        config.html_theme_options |= {
            "repository_url": url,
            "repository_branch": branch,
            "path_to_docs": "book",
            "use_edit_page_button": True,
            "use_repository_button": True,
        }


def add_launch(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """A button that opens the whole repository in an editor in the browser."""
    owner, found, name = repository().removeprefix(GITHUB).partition("/")
    if not repository().startswith(GITHUB) or not found or not doctree:
        return
    branch = app.config.html_theme_options.get("repository_branch")
    context["header_buttons"].append(
        {
            "type": "link",
            "url": f"https://codespaces.new/{owner}/{name}?ref={branch}",
            "tooltip": "Open the repository in Codespaces",
            "icon": "fas fa-rocket",
            "label": "launch-button",
        }
    )


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", set_addresses, priority=100)
    app.connect("html-page-context", add_launch, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
