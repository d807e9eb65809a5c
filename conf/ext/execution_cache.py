"""Run a page again when, and only when, something it reaches has changed.

jupyter-cache keys a page on its cells and its kernelspec. This extension puts a
digest of everything else under the kernelspec: the modules the page imports,
directly or not, the browser code beside them, the data files that these declare in
``DATA_FILES`` or that a cell names, and the versions of the libraries. The same files
are declared to Sphinx, so that a change makes it look at the page again.

Captions and labels live in cell metadata and change no output: they are left out
of the key, and the page's own metadata is kept when outputs come from the cache.
"""

import ast
import functools
import hashlib
import importlib.metadata
import json
import platform
import re
import shutil
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

import jupyter_cache.cache.main as jc
import nbformat
import yaml
from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

LOG = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src"
CELL = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}) *\{code-cell\}[^\n]*\n"
    r"(?:---\n(?P<options>.*?)^---\n)?(?P<code>.*?)^ {0,3}(?P=fence)",
    re.MULTILINE | re.DOTALL,
)
OURS = re.compile(r"\bsbt_jax(?:\.\w+)+")
NAMED = re.compile(r"""["']([\w.]+)["']""")
KERNEL = re.compile(r"^kernelspec:\n  name: (\S+)$", re.MULTILINE)
# What a cell's output may depend on beside our own sources.
LIBRARIES = (
    "bokeh",
    "ipykernel",
    "jax",
    "jaxlib",
    "jaxtyping",
    "myst-nb",
    "numpy",
    "optax",
)


def versions() -> dict[str, str]:
    """The versions of Python and of the libraries that outputs depend on."""
    return {"python": platform.python_version()} | {
        name: importlib.metadata.version(name) for name in LIBRARIES
    }


@functools.cache
def module_file(name: str) -> Path | None:
    """The file of a module of ours, or None if there is no such module."""
    path = SOURCES.joinpath(*name.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


@functools.cache
def tree_of(file: Path) -> ast.Module:
    """A module of ours, parsed once in a build."""
    return ast.parse(file.read_text(encoding="utf8"))


def imported(tree: ast.AST, package: str = "") -> Iterator[str]:
    """Every dotted name that an import may mean; ``package`` is what ``.`` means."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            parents = parents[: len(parents) + 1 - node.level] if node.level else []
            module = ".".join([*parents, *filter(None, [node.module])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


@functools.cache
def reached_by(file: Path, name: str) -> tuple[set[str], set[Path]]:
    """The modules of ours that one module may mean by its imports; its own data."""
    tree = tree_of(file)
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    names = {n for n in imported(tree, package) if n.split(".")[0] == "sbt_jax"}
    return names, {SOURCES / "sbt_jax" / "data" / data for data in declared_data(tree)}


def declared_data(tree: ast.Module) -> Iterator[str]:
    """The names in a module's ``DATA_FILES = (...)``."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign) and node.value:
            targets = [node.target]
        else:
            continue
        if "DATA_FILES" in {t.id for t in targets if isinstance(t, ast.Name)}:
            yield from ast.literal_eval(node.value)


def parsed(cell: str) -> ast.Module | None:
    """A cell's code without options and magics; None if that is not Python."""
    lines = textwrap.dedent(cell).splitlines()
    try:
        return ast.parse(
            "\n".join(x for x in lines if not x.startswith((":", "%", "!")))
        )
    except SyntaxError:
        return None


def cell_imports(text: str) -> Iterator[str]:
    """What the cells of a page import, options and magics aside."""
    for cell in CELL.finditer(text):
        if tree := parsed(cell["code"]):
            yield from imported(tree)
        else:  # a magic inside a line: every name of ours counts
            yield from OURS.findall(cell["code"])


def reached(names: Iterable[str]) -> set[Path]:
    """Every file behind these modules: sources, browser code, data, parents."""
    files: set[Path] = set()
    todo = {name for name in names if name.split(".")[0] == "sbt_jax"}
    while todo:
        name = todo.pop()
        file = module_file(name)
        if file is None:  # `from module import function`
            continue
        if file in files:
            continue
        files.add(file)
        names, data = reached_by(file, name)
        files |= data
        todo |= names
        todo |= {".".join(name.split(".")[:i]) for i in range(1, name.count(".") + 1)}
        browser = file.with_suffix(".mjs")
        files |= {browser} if browser.is_file() else set()
    return files


def named_data(text: str) -> set[Path]:
    """The data files that cells name, as in ``read_table("languages")``."""
    words = {w for cell in CELL.finditer(text) for w in NAMED.findall(cell["code"])}
    files = (SOURCES / "sbt_jax" / "data").glob("*")
    return {file for file in files if file.name in words or file.stem in words}


def page_files(text: str) -> set[Path]:
    """Every file of ours that the cells of a page reach."""
    return reached(cell_imports(text)) | named_data(text)


def digest(files: Iterable[Path]) -> str:
    """One fingerprint of these files and of the library versions."""
    total = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    for file in sorted(files):
        content = file.read_bytes() if file.is_file() else b"(missing)"
        total.update(f"{file.relative_to(SOURCES)} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()[:20]


def add_digest(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the digest into the page's kernelspec, on the lines it already has."""
    if not KERNEL.search(source[0]):
        if re.match(r"---\n(.*\n)*?file_format: mystnb\n", source[0]):
            LOG.warning(
                "a page that runs needs `kernelspec:` and below it `  name: python3`"
                " between its first lines of dashes",
                location=docname,
            )
        return
    for cell in CELL.finditer(source[0]):
        try:
            yaml.safe_load(cell["options"] or "")
        except yaml.YAMLError as error:  # MyST-NB would not say on which page
            raise ExtensionError(f"{docname}.md: options of a cell: {error}") from error
    files = page_files(source[0])
    for file in files:
        app.env.note_dependency(str(file))
    spec = rf"kernelspec: {{name: \1,\n  reached: '{digest(files)}'}}"
    source[0] = KERNEL.sub(spec, source[0], count=1)


class _Cache:
    """What we change in jupyter-cache's class, kept together."""

    hashed = jc.JupyterCacheBase.create_hashed_notebook
    match = jc.JupyterCacheBase.match_cache_notebook
    merge = jc.JupyterCacheBase.merge_match_into_notebook

    def create_hashed_notebook(self, nb):
        return _Cache.hashed(self, nb, cell_metadata=("tags",))

    def merge_match_into_notebook(self, nb):
        return _Cache.merge(self, nb, cell_meta=())

    def match_cache_notebook(self, nb):
        """As before, but an entry cut short by a killed build is no match."""
        record = _Cache.match(self, nb)
        path = self._get_notebook_path_cache(record.hashkey)
        try:
            nbformat.reads(path.read_text(encoding="utf8"), nbformat.NO_CONVERT)
        except (OSError, ValueError, nbformat.reader.NotJSONError):
            shutil.rmtree(path.parent, ignore_errors=True)
            raise KeyError(f"damaged cache entry {record.hashkey}") from None
        return record


def open_cache(app: Sphinx) -> None:
    """Make the cache before parallel readers need it; drop a damaged one."""
    for name in (
        "create_hashed_notebook",
        "merge_match_into_notebook",
        "match_cache_notebook",
    ):
        setattr(jc.JupyterCacheBase, name, getattr(_Cache, name))
    path = Path(app.config.nb_execution_cache_path)
    try:
        get_cache(str(path)).list_cache_records()
    except Exception:  # any fault of the database: it can be made again
        shutil.rmtree(path, ignore_errors=True)
        get_cache(str(path)).list_cache_records()


def outdated(app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    """All pages, when a library or an extension of ours has changed."""
    ours = sorted(Path(__file__).parent.glob("*.py"))
    now = versions() | {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in ours
    }
    before = getattr(env, "sbt_versions", now)
    env.sbt_versions = now  # type: ignore[attr-defined]
    return sorted(env.found_docs) if before != now else []


def setup(app: Sphinx) -> dict:
    app.connect("builder-inited", open_cache)
    app.connect("source-read", add_digest)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
