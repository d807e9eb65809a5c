"""Sphinx settings: ``sphinx-build -c conf book _build/html``.

Every name here is a setting, so modules are imported. What needs more is in ``ext/``.
"""

import os
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "ext"))

project = "Step by Token"
author = "the Step by Token authors"
copyright = "the Step by Token authors. Prose CC BY 4.0, code MIT"
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.bibtex",
    "sphinxext.opengraph",
    "notfound.extension",
    # ours, in ext/
    "addresses",  # where the repository and the site are, when that is known
    "quicker",  # what is looked up again and again
    "kernels",  # pages that run side by side do not get into each other's way
    "execution_cache",  # which pages must run again
    "dealing",  # pages that take long start first
    "compiling",  # what JAX compiles is kept for the next build
    "measuring",  # what each page costs
    "unfinished",  # a build that was cut short is not trusted
    "chapters",  # the table of contents, reading times, the line under a title
    "mechanism",  # {mechanism}: a packaged function, shown from its source
    "page_parts",  # maps, diagrams, folds, questions, quizzes
    "site_files",  # BokehJS, MathJax, the kit and the runtime, as files of the site
    "typography",  # percent signs and minus signs
    "describing",  # titles and descriptions for those who link
    "loading",  # what a page loads, and in which order
    "search_index",  # every section, by its words, title and aliases
    "passages",  # the book as a library that its own chapter 10 asks
    "plain_text",  # llms.txt, and a feed of what has changed
    "notebooks",  # every page as a notebook
    "glossary_tips",  # a term explains itself where it stands
    "signatures",  # jaxtyping in signatures, foreign types resolved
    "api_pages",  # the library's pages, from what the package holds
    "api_coverage",  # nothing public is left out of them
    "about_tables",  # versions, times and cards for about.md
]

# -- Pages that run ---------------------------------------------------------
nb_execution_mode = "cache"
nb_execution_cache_path = os.environ.get(
    "SBT_EXECUTION_CACHE", str(HERE.parent / "_build" / "execution")
)
nb_execution_timeout = int(os.environ.get("SBT_CELL_TIMEOUT", "300"))
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True
os.environ["SBT_IN_BOOK"] = "1"  # figures use the site's BokehJS, not their own

# -- Markdown ---------------------------------------------------------------
myst_enable_extensions = [
    "amsmath",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
]
myst_heading_anchors = 3
numfig = True
numfig_format = {"figure": "Figure %s", "table": "Table %s", "code-block": "Listing %s"}
bibtex_bibfiles = ["../book/references.bib"]  # from this folder
bibtex_reference_style = "author_year"
nitpicky = True
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]

# -- Documentation of the package -------------------------------------------
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False

# -- Looks ------------------------------------------------------------------
html_theme = "sphinx_book_theme"
html_title = "Step by Token"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_js_files = [
    ("vendor/popper.min.js", {"defer": "defer"}),
    ("vendor/tippy.min.js", {"defer": "defer"}),
    ("book.js", {"defer": "defer"}),
    ("progress.js", {"defer": "defer"}),
]
html_context = {"default_mode": "auto"}
html_copy_source = False
html_show_sourcelink = False
html_sidebars = {
    "**": ["navbar-logo.html", "search-button-field.html", "sbt-contents.html"]
}
templates_path = ["_templates"]
html_theme_options = {
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "show_prev_next": True,
}
mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {"options": {"enableMenu": False}}
copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = ">>> "
# -- Sharing ----------------------------------------------------------------
ogp_site_name = "Step by Token"
ogp_description_length = 180
ogp_social_cards = {"enable": True, "line_color": "#b4541f"}
notfound_template = "not-found.html"
notfound_urls_prefix = None  # set for Read the Docs in ext/addresses.py
