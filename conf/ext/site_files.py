"""The files that pages need, served from this site: BokehJS, kit, MathJax, models.

They are copied from the installed packages, so that no page asks anybody else.
Shipped checkpoints become scripts, which a page opened from disk may load too.
Pages load the scripts of figures only when a figure comes near the screen (see
``viz/kit/kit.js``).
"""

import ast
import importlib.util
import json
import shutil
from pathlib import Path

import bokeh
from execution_cache import SOURCES
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

BOKEH = Path(bokeh.__file__).parent / "server" / "static" / "js"
VIZ = SOURCES / "sbt_jax" / "viz"
FILES = {
    "bokeh": [BOKEH / f"bokeh{part}.min.js" for part in ("", "-widgets", "-tables")],
    "sbt": [VIZ / "kit" / "kit.css"],
    "sbt/live": sorted((VIZ / "live").glob("*.js")),
}


def kit_script() -> str:
    """The kit's scripts as one, in the order that ``viz/kit/embed.py`` names.

    With them comes the style of widgets, which figures on a page name only.
    """
    tree = ast.parse((VIZ / "kit" / "embed.py").read_text(encoding="utf8"))
    (names,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "KIT"
    )
    texts = [(VIZ / name).read_text(encoding="utf8") for name in names]
    sheet = (VIZ / "kit" / "widgets.css").read_text(encoding="utf8")
    return "".join(texts) + f"globalThis.sbt.kit.widgets = {json.dumps(sheet)}\n"


def write(file: Path, text: str) -> None:
    """Write a file if that changes it."""
    if not file.is_file() or file.read_text(encoding="utf8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf8")


def mathjax() -> Path:
    """The folder of MathJax 3 inside its package (whose name has hyphens)."""
    spec = importlib.util.find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise ExtensionError("sphinx-mathjax-offline is not installed")
    return Path(spec.origin).parent / "static" / "mathjax"


def copy_file(file: Path, folder: Path) -> None:
    """Copy a file if it has changed; a missing one stops the build by its name."""
    if not file.is_file():
        raise ExtensionError(f"pages need {file.name}, which is missing")
    copy = folder / file.name
    if not copy.is_file() or copy.read_bytes() != file.read_bytes():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)


def write_models(folder: Path) -> None:
    """Every checkpoint in ``data/``, and the world, as scripts for the runtime."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted((SOURCES / "sbt_jax" / "data").glob("*.npz")):
        script = folder / f"{file.stem}.js"
        if not script.is_file() or script.stat().st_mtime < file.stat().st_mtime:
            from sbt_jax.checkpoints import browser_script  # slow to import

            script.write_text(browser_script(file.stem, file.parent), encoding="utf8")
    tables = [*(SOURCES / "sbt_jax" / "world").glob("*.py")]
    script = folder / "world.js"
    newest = max((file.stat().st_mtime for file in tables), default=0)
    if tables and (not script.is_file() or script.stat().st_mtime < newest):
        from sbt_jax import world

        script.write_text(world.browser_script(), encoding="utf8")


def copy_files(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for folder, files in FILES.items():
        for file in files:
            copy_file(file, static / folder)
    write(static / "sbt" / "kit.js", kit_script())
    write_models(static / "sbt" / "weights")
    source = mathjax()
    for file in sorted(source.rglob("*")):
        if file.is_file():
            copy_file(file, static / "mathjax" / file.parent.relative_to(source))


def setup(app: Sphinx) -> dict:
    app.connect("builder-inited", copy_files)
    app.add_css_file("sbt/kit.css", priority=400)
    app.add_js_file("sbt/kit.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
