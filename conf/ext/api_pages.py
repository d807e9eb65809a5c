"""The library's pages, written from what the package holds.

A page called ``api`` or ``api_<what>`` has lines such as ``% api: sbt_jax.world`` or
``% api: chapters 1 2 3`` (or ``figures``, ``recipes``); each becomes a section for
every public module behind it. ``sbt_jax.shipped[a-m]`` are only the modules right below
it whose names begin so.
Which modules and names are public is decided here, and ``api_coverage`` checks that
each of them stands on some page.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from chapters import written
from execution_cache import SOURCES, module_file, tree_of
from sphinx.application import Sphinx

LINE = re.compile(r"^% api: (.+)$", re.MULTILINE)
PACKAGE = SOURCES / "sbt_jax"
# What a line may ask for by numbers of chapters: a label, and the rooms to look in.
KINDS = {
    "chapters": ("Chapter", ["sbt_jax."]),
    "figures": ("Figures of chapter", ["sbt_jax.viz."]),
    "recipes": ("Recipes of chapter", ["sbt_jax.recipes.", "sbt_jax.recipes.real."]),
}


def dotted(file: Path) -> str:
    """The name by which a file is imported."""
    names = file.relative_to(SOURCES).with_suffix("").parts
    return ".".join(names[:-1] if names[-1] == "__init__" else names)


def defined(tree: ast.Module) -> list[str]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [node.name for node in tree.body if isinstance(node, kinds)]


def re_exported(tree: ast.Module, module: str) -> list[str]:
    """The functions and classes that a package's face takes from its own parts."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(module):
            part = module_file(node.module or "")
            own = set(defined(tree_of(part))) if part else set()
            found += [a.asname or a.name for a in node.names if a.name in own]
    return found


def names_in(file: Path) -> list[str]:
    """The public functions and classes of a module, re-exports of a face included."""
    tree = tree_of(file)
    names = defined(tree)
    if file.name == "__init__.py":
        names += re_exported(tree, dotted(file))
    return sorted({n for n in names if not n.startswith("_") and not n.isupper()})


def is_behind_a_face(file: Path) -> bool:
    """Whether a part says that its package's face has its public names."""
    return "\nPublic names: :mod:`" in (ast.get_docstring(tree_of(file)) or "")


def is_public(file: Path) -> bool:
    """Whether a module stands in the library's pages under its own name.

    Parts behind a face do not, nor do the parts of a recipe, nor what has no names.
    """
    inside = file.relative_to(PACKAGE).parts
    if any(name.startswith("_") for name in inside if name != "__init__.py"):
        return False
    if is_behind_a_face(file) or not names_in(file):
        return False
    if inside[0] == "recipes":
        return bool({"make", "main"} & {*defined(tree_of(file))})
    return True


def public_modules(name: str) -> list[Path]:
    """A module and the public ones below it, its own file first."""
    name, _, letters = name.partition("[")
    if letters:
        begin = re.compile(rf"{re.escape(name)}\.[{letters}")
        return [f for f in public_modules(name) if begin.match(dotted(f))]
    file = module_file(name)
    if file is None:  # a folder without a face
        found = sorted(SOURCES.joinpath(*name.split(".")).rglob("*.py"))
        if not found:
            raise ValueError(f"% api: there is no module {name}")
        return [one for one in found if is_public(one)]
    below = sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else []
    return [f for f in [file, *(f for f in below if f != file)] if is_public(f)]


def public_names() -> Iterator[tuple[str, ...]]:
    """Every public function and class, by each of the names it may stand under."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if not is_public(file):
            continue
        face = file.with_name("__init__.py")
        shared = set(names_in(face)) if file != face and face.is_file() else set()
        for name in names_in(file):
            here = f"{dotted(file)}.{name}"
            yield (here, f"{dotted(face)}.{name}") if name in shared else (here,)


def section(file: Path, title: str = "") -> str:
    """The text of one module's section."""
    name = dotted(file)
    options = ["   :members:"]
    face = file.with_name("__init__.py")
    if file == face:
        options.append("   :imported-members:")
    elif face.is_file() and (shared := set(names_in(face)) & set(names_in(file))):
        options.append(f"   :exclude-members: {', '.join(sorted(shared))}")
    head = f"{title}: `{name}`" if title else f"`{name}`"
    lines = [f"## {head}", "", "```{eval-rst}", f".. automodule:: {name}", *options]
    return "\n".join([*lines, "```", ""])


def of_chapter(room: str, slug: str) -> list[Path]:
    """A chapter's public modules in a room; not every chapter has a recipe."""
    name = room + slug
    there = module_file(name) or SOURCES.joinpath(*name.split(".")).is_dir()
    return [] if "recipes" in room and not there else public_modules(name)


def expand(app: Sphinx, words: list[str]) -> str:
    """The sections that one line of a page stands for."""
    kind, *rest = words
    if kind in KINDS:
        numbers = set(map(int, rest))
        label, rooms = KINDS[kind]
        return "\n".join(
            section(file, f"{label} {chapter['n']}")
            for chapter in written(app.srcdir)
            if not numbers or chapter["n"] in numbers
            for room in rooms
            for file in of_chapter(room, chapter["slug"])
        )
    return "\n".join(section(file) for name in words for file in public_modules(name))


def write_sections(app: Sphinx, docname: str, source: list[str]) -> None:
    if docname.split("_")[0] == "api":
        source[0] = LINE.sub(lambda line: expand(app, line[1].split()), source[0])


def setup(app: Sphinx) -> dict:
    app.connect("source-read", write_sections)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
