"""What a page loads, and in which order.

Nothing stops a page from being read: every script waits until the page is parsed,
the one that draws figures comes first, and search is loaded where one searches. The
theme's icons are ``_static/icons.css``, so its half a megabyte of Font Awesome stays
away. Without JavaScript a page follows the reader's system by ``noscript.css``, which
is made here from every style sheet of the site.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

FIRST = ("documentation_options.js", "sbt/kit.js")
LATE = ("mathjax/", "clipboard", "copybutton", "design-tabs", "vendor/")
FONTS = ("source-serif-4-latin-wght-normal.woff2",)
# What every figure needs first, asked for while the page is still being parsed.
FIGURES = ("bokeh/bokeh.min.js", "bokeh/bokeh-widgets.min.js")
# Style sheets with rules for a theme; the first one brings Font Awesome along.
SHEETS = (
    "styles/pydata-sphinx-theme",
    "pygments",
    "styles/sphinx-book-theme",
    "sbt/kit",
    "book",
)
FONT_AWESOME = re.compile(
    r"(?<=[}/])\s*(?:\.fa[a-z]?(?:-[\w-]+)?(?![\w-])[^{}]*|"
    r"@font-face(?=\{[^}]*Font Awesome))\{[^{}]*\}"
)
THEMED = re.compile(r"""\[data-theme=["']?(light|dark)["']?\]""")


LOADED = 'addEventListener("DOMContentLoaded", () => '
DISPLAY = re.compile(
    r'<div class="math notranslate nohighlight"([^>]*)>(.*?)</div>', re.S
)
TALL = re.compile(r"\\\\(?:frac|dfrac|sum|prod|int|lim|underbrace|overbrace|bigl?\\b)")


def tags(files: list[Any], js_tag: Callable[[Any], str]) -> Iterator[str]:
    """The script elements of a page, those first that its figures wait for."""
    order = [(_place(str(getattr(f, "filename", f) or "")), f) for f in files]
    for place, file in sorted(order, key=lambda pair: pair[0]):
        yield _patient(js_tag(file), late=place == 2)


def _place(name: str) -> int:
    return 0 if name.endswith(FIRST) else 2 if any(n in name for n in LATE) else 1


def _patient(tag: str, late: bool) -> str:
    """A script that waits for the page; what is written in the page waits as well."""
    if source := re.search(r'src="([^"]*mathjax/[^"]*)"', tag):
        return f"<script>{LOADED}sbt.mathematics('{source[1]}'))</script>"
    if " src=" not in tag:
        code = re.sub(r"^<script[^>]*>|</script>$", "", tag.strip())
        if "DOCUMENTATION_OPTIONS" not in code:
            return tag  # settings, which others read
        there = 'typeof DOCUMENTATION_OPTIONS === "object"'
        return f"<script>{LOADED}{{if ({there}) {{{code}}}}})</script>"
    for word in ("defer", *(['fetchpriority="low"'] if late else [])):
        if f" {word.split('=')[0]}" not in tag:
            tag = tag.replace("<script ", f"<script {word} ", 1)
    return tag


def set_head(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """What ``layout.html`` asks for."""
    context["sbt_tags"] = tags
    context["sbt_fonts"] = FONTS
    context["sbt_theme"] = version("pydata-sphinx-theme")
    if "body" in context:
        context["body"] = DISPLAY.sub(keep_room, context["body"])
    figures = 'class="sbt-figure"' in context.get("body", "")
    context["sbt_early"] = FIGURES if figures else ()


def keep_room(match: re.Match[str]) -> str:
    """A formula says how high it will be about, in lines, before it is set."""
    rows = re.split(r"\\\\(?![a-z])", match[2])
    high = sum(2.6 if TALL.search(row) else 1.5 for row in rows)
    start = f'<div class="math notranslate nohighlight" style="--high:{high:.1f}em"'
    return f"{start}{match[1]}>{match[2]}</div>"


# ---- Without JavaScript ---------------------------------------------------------


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Pairs of what stands before a brace and what stands in it, at the top level."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    depth = start = middle = 0
    for at, sign in enumerate(css):
        if sign == "{":
            middle, depth = (at if depth == 0 else middle), depth + 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start:middle].rpartition(";")[2].strip(), css[middle + 1 : at]
                start = at + 1


def for_system(css: str) -> str:
    """The rules for a theme as rules for readers whose system has that theme."""
    found = []
    for head, body in rules(css):
        if head.startswith(("@media", "@supports")):
            inner = for_system(body)
            found += [f"{head}{{{inner}}}"] if inner else []
            continue
        themes = set(THEMED.findall(head))
        if len(themes) == 1:
            selector = THEMED.sub('[data-theme="auto"]', head)
            found.append(
                f"@media (prefers-color-scheme:{themes.pop()}){{{selector}{{{body}}}}}"
            )
    return "\n".join(found)


def write_noscript(static: Path) -> None:
    """``noscript.css``, from the style sheets that know themes, in a page's order."""
    files = [static / f"{name}.css" for name in SHEETS]
    texts = [file.read_text(encoding="utf8") for file in files if file.is_file()]
    css = ".pst-js-only{display:none!important}\n" + "\n".join(map(for_system, texts))
    (static / "noscript.css").write_text(css, encoding="utf8")


def slim(app: Sphinx, exception: Exception | None) -> None:
    """Take out of the site what the theme put there and no page asks for."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for file in (*static.rglob("*.map"), static / "scripts" / "fontawesome.js"):
        file.unlink(missing_ok=True)
    shutil.rmtree(static / "vendor" / "fontawesome", ignore_errors=True)
    theme = static / f"{SHEETS[0]}.css"
    if theme.is_file():
        css = FONT_AWESOME.sub("", theme.read_text(encoding="utf8"))
        theme.write_text(css, encoding="utf8")
    write_noscript(static)


def setup(app: Sphinx) -> dict:
    app.add_css_file("basic.css", priority=10)
    app.add_css_file("icons.css", priority=600)
    app.connect("html-page-context", set_head, priority=990)
    app.connect("build-finished", slim)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
