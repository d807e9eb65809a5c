"""The repository itself: rooms, names, who may import what.

A failure here says what is missing or misplaced and where it belongs, so that
adding a chapter can begin with setting its status and running this file.
"""

import ast
import importlib.util
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
BOOK, PACKAGE, TESTS = ROOT / "book", ROOT / "src" / "sbt_jax", ROOT / "tests"
VIZ, DATA = PACKAGE / "viz", PACKAGE / "data"
FRONT = yaml.safe_load((BOOK / "index.md").read_text("utf8").split("\n---\n")[0])
ENTRIES = FRONT["chapters"]
SLUGS = [entry["slug"] for entry in ENTRIES]
WRITTEN = [entry["slug"] for entry in ENTRIES if entry["status"] == "written"]
PAGES = sorted(BOOK.glob("*.md"))

# What may stand at the top, beside what .gitignore names.
TOP = {
    ".ci",
    ".git",
    ".gitignore",
    ".readthedocs.yaml",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "LICENSE",
    "MANIFEST.in",
    "README.md",
    "book",
    "conf",
    "noxfile.py",
    "pyproject.toml",
    "requirements.lock",
    "src",
    "tests",
}
NETWORK = {"ftplib", "http", "requests", "smtplib", "socket", "ssl", "urllib"}
STANDARD = set(sys.stdlib_module_names) - NETWORK
MECHANISM = STANDARD | {"jax", "jaxtyping", "numpy", "optax"}
FIGURES = STANDARD | {"bokeh", "jaxtyping", "numpy"}
BELOW = ("checks", "checkpoints", "numbers", "published", "world")  # for every chapter


# -- Rooms ------------------------------------------------------------------


def test_the_top_holds_only_the_rooms():
    ignored = (ROOT / ".gitignore").read_text("utf8").split()
    names = {
        path.name
        for path in ROOT.iterdir()
        if f"{path.name}/" not in ignored and path.name not in ignored
    }
    assert names <= TOP, (
        f"{sorted(names - TOP)} at the top of the repository: settings go into"
        " pyproject.toml, code into src/, text into book/, or name it in .gitignore"
    )
    assert names >= TOP - {".git"}, f"missing: {sorted(TOP - names)}"


def test_the_contents_list_21_chapters_in_order():
    assert [entry["n"] for entry in ENTRIES] == list(range(1, 22))
    assert len(set(SLUGS)) == 21
    parts = [part["number"] for part in FRONT["parts"]]
    order = [parts.index(entry["part"]) for entry in ENTRIES]
    assert order == sorted(order), "chapters of one part stand together, in order"


@pytest.mark.parametrize("entry", ENTRIES, ids=SLUGS)
def test_an_entry_of_the_contents_is_complete(entry):
    keys = {"n", "part", "slug", "label", "minutes", "status", "title", "blurb"}
    assert entry.keys() - {"contract"} == keys
    assert entry.get("contract", "met") == "met", "contract: met, or no such line"
    assert entry["status"] in {"written", "in preparation"}
    assert re.fullmatch(r"[a-z]+", entry["slug"]), "a slug is one lower-case word"


@pytest.mark.parametrize("slug", WRITTEN)
def test_a_written_chapter_has_its_four_files(slug):
    wanted = {
        BOOK / f"{slug}.md": "the page",
        PACKAGE / slug: "the mechanism",
        VIZ / slug: "the figures",
        TESTS / slug / "test_mechanism.py": "the tests",
        TESTS / slug / "test_figures.py": "the tests of the figures",
    }
    missing = [
        f"{path.relative_to(ROOT)} ({what})"
        for path, what in wanted.items()
        if not path.exists() and not path.with_suffix(".py").is_file()
    ]
    assert not missing, f"chapter {slug} is `written` but lacks {', '.join(missing)}"


def places_of_a_chapter() -> dict[str, bool]:
    """The first table of the README: a place, and whether each chapter has it."""
    rows = re.findall(
        r"^\| `([^`]*<slug>[^`]*)` \|.*\|(.*)\|$",
        (ROOT / "README.md").read_text("utf8"),
        re.M,
    )
    assert rows, "README.md has no table of a chapter's parts"
    return {place: mark.strip() == "yes" for place, mark in rows}


@pytest.mark.parametrize("slug", WRITTEN)
def test_a_chapter_has_the_parts_that_the_readme_names(slug):
    for place, always in places_of_a_chapter().items():
        path = ROOT / place.replace("<slug>", slug)
        if always:
            assert path.exists() or path.with_suffix(".py").is_file(), (
                f"README.md says that each chapter has {place}; {slug} has not"
            )


@pytest.mark.parametrize("slug", WRITTEN)
def test_the_readme_names_every_place_of_a_chapter(slug):
    named = [place.replace("<slug>", slug) for place in places_of_a_chapter()]
    named += [place.removesuffix("/") + "." for place in named if place[-1] == "/"]
    for room in ("book", "src", "tests"):
        for file in (ROOT / room).rglob(f"*{slug}*"):
            if not re.search(rf"(?<![a-z]){slug}(?![a-z])", file.name):
                continue  # another word, such as contexts
            path = str(file.relative_to(ROOT)) + ("/" if file.is_dir() else "")
            if "__pycache__" in path or path.startswith("book/api_"):
                continue
            assert any(path.startswith(place) for place in named), (
                f"{path} is in no row of the table in README.md"
            )


def test_every_file_of_the_book_has_a_place_in_the_contents():
    known = {"index", *WRITTEN, *FRONT["also"]}
    found = {page.stem for page in PAGES}
    assert found <= known, (
        f"book/ holds {sorted(found - known)}: give a chapter the status `written`"
        " in book/index.md, or list another page there under `also`"
    )


def modules(folder: Path) -> list[Path]:
    """Every Python file of ours in a room, packages below it included."""
    return sorted(folder.rglob("*.py"))


def test_every_module_belongs_to_a_chapter_or_a_shared_room():
    rooms = {
        PACKAGE: {
            *SLUGS,
            *BELOW,
            "__init__",
            "data",
            "pages",
            "real",
            "recipes",
            "shipped",
            "viz",
        },
        VIZ: {*SLUGS, "__init__", "kit", "live", "parts"},
        PACKAGE / "recipes": {
            *SLUGS,
            "__init__",
            "__main__",
            "runner",
            "assistants",
            "reader",
            "real",
            "stories",
        },
        TESTS: {
            *SLUGS,
            *BELOW,
            "benchmarks",
            "browser",
            "build",
            "conftest",
            "contracts",
            "figure_parts",
            "kit",
            "live",
            "models",
            "pages",
            "parts",
            "real",
            "recipes",
            "shipped",
            "test_layout",
            "texts",
        },
    }
    for room, known in rooms.items():
        for path in room.iterdir():
            if path.name == "__pycache__" or path.suffix == ".typed":
                continue
            assert path.stem in known, (
                f"{path.relative_to(ROOT)} is named after no chapter: call it <slug>,"
                " or put it into the package <slug> if it is a part of that chapter"
            )


@pytest.mark.parametrize("room", ["src", "tests"])
def test_no_part_hides_its_chapter_in_its_name(room):
    for file in modules(ROOT / room):
        assert not re.match(r"_[a-z]+_", file.name) or file.name.startswith("__"), (
            f"{file.relative_to(ROOT)}: a part lies in the package of its chapter and"
            " is named for what it holds"
        )


def test_a_face_says_what_is_inside_and_no_more():
    for file in PACKAGE.rglob("__init__.py"):
        lines = file.read_text("utf8").splitlines()
        assert len(lines) <= 40, f"{file.relative_to(ROOT)} has {len(lines)} lines"
        kinds = (ast.Expr, ast.ImportFrom)
        for node in ast.parse("\n".join(lines)).body:
            assert isinstance(node, kinds), (
                f"{file.relative_to(ROOT)}:{node.lineno}: a face holds no code; put it"
                " into a part"
            )


def test_no_name_of_a_face_is_that_of_a_part():
    """``import sbt_jax.world.people`` would mean one thing or the other."""
    for face in PACKAGE.rglob("__init__.py"):
        inside = {path.stem for path in face.parent.iterdir()}
        for node in ast.parse(face.read_text("utf8")).body:
            if isinstance(node, ast.ImportFrom):
                clash = inside & {alias.asname or alias.name for alias in node.names}
                assert not clash, f"{face.relative_to(ROOT)}: {clash} is a part, too"


LONGEST = 300  # lines; a module that is longer becomes a package of its name
# The world is frozen: its tables are read as a whole, and no draw of it may move.
TABLES = {"world/rules.py", "world/sampling.py"}
# What is longer still and waits for its split: no name comes to this list.
GROWN = {
    "alignment/findings.py",
    "architecture/findings.py",
    "generation/findings.py",
    "training/findings.py",
}


def test_a_module_that_grows_becomes_a_package():
    for file in modules(PACKAGE):
        if str(file.relative_to(PACKAGE)) in TABLES | GROWN:
            continue
        length = len(file.read_text("utf8").splitlines())
        assert length <= LONGEST, (
            f"{file.relative_to(ROOT)} has {length} lines, {LONGEST} are the most:"
            " split it by what its parts hold"
        )
    for name in GROWN:
        length = len((PACKAGE / name).read_text("utf8").splitlines())
        assert length > LONGEST, f"{name} is short enough: take it out of GROWN"


@pytest.mark.parametrize("file", sorted(VIZ.rglob("*.mjs")), ids=lambda f: f.stem)
def test_browser_code_stands_beside_its_figures(file):
    assert file.with_suffix(".py").is_file(), f"{file.name} has no .py of that name"


def test_every_shipped_file_is_reached_by_a_page_and_has_a_card():
    cache = extension("execution_cache")
    reached = {
        file.name
        for page in BOOK.glob("*.md")
        for file in cache.page_files(page.read_text("utf8"))
    }
    for file in DATA.iterdir():
        if file.name.endswith(".card.json"):
            continue
        assert file.name in reached, (
            f"no page reaches {file.name}: name it in a cell, or in the module that"
            f' reads it, DATA_FILES = ("{file.name}",); else pages show old outputs'
        )
        assert list(DATA.glob(f"{file.name.split('.')[0]}*.card.json")), (
            f"{file.name} has no card: say in a .card.json beside it how it was made"
        )


# -- Who may import what ----------------------------------------------------


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports; of ours, those that exist as a file."""
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}:{node.lineno}: write sbt_jax.…, not ."
            assert node.module
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if is_module(name) else node.module


def is_module(name: str) -> bool:
    path = ROOT.joinpath("src", *name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def assert_imports(path: Path, libraries: set[str], ours: set[str]) -> None:
    """Every import is of a library or of a module of ours (or below it)."""
    for name in imported(path):
        if name.split(".")[0] != "sbt_jax":
            assert name.split(".")[0] in libraries, (
                f"{path.relative_to(ROOT)} may not import {name}"
            )
            continue
        inside = name.removeprefix("sbt_jax").removeprefix(".")
        heads = {inside, inside.split(".")[0], ".".join(inside.split(".")[:2])}
        assert heads & ours or not inside, (
            f"{path.relative_to(ROOT)} may not import {name}: of ours it may import"
            f" only {sorted(ours)}"
        )


def parts(folder: Path, slug: str) -> list[Path]:
    """The files of a module, be it one or a package."""
    return [*folder.glob(f"{slug}.py"), *modules(folder / slug)]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_mechanism_imports_jax_and_earlier_chapters(slug):
    earlier = set(SLUGS[: SLUGS.index(slug)])
    for file in parts(PACKAGE, slug):
        assert_imports(file, MECHANISM, earlier | {slug} | set(BELOW))


@pytest.mark.parametrize("name", BELOW)
def test_what_is_below_all_chapters_imports_none(name):
    for file in parts(PACKAGE, name):
        assert_imports(file, STANDARD | {"jax", "jaxtyping", "numpy"}, set(BELOW))


def test_a_real_model_is_made_of_the_mechanisms_that_it_has():
    ours = {"tokenization", "attention", "architecture", *BELOW, "real"}
    for file in parts(PACKAGE, "real"):
        assert_imports(file, MECHANISM, ours)


def test_shipped_models_and_recipes_import_no_figures():
    ours = {*SLUGS, *BELOW, "shipped"}
    rooms = {"shipped": ours, "pages": ours, "recipes": ours | {"real", "recipes"}}
    for room, allowed in rooms.items():
        for file in parts(PACKAGE, room):
            for name in imported(file):
                top, *inside = name.split(".")
                assert top not in {"bokeh", "IPython"}, (
                    f"{file.name} may not import {name}"
                )
                if top == "sbt_jax":
                    assert not inside or inside[0] in allowed, (
                        f"{file.name} may not import {name}"
                    )


def test_the_kit_and_the_shared_parts_import_no_chapter():
    shared = {"numbers", "viz.kit"}
    for file in parts(VIZ, "kit"):
        assert_imports(file, STANDARD | {"bokeh", "numpy"}, shared)
    for file in parts(VIZ, "parts"):
        assert_imports(file, STANDARD | {"bokeh", "numpy"}, shared | {"viz.parts"})


@pytest.mark.parametrize("slug", SLUGS)
def test_figures_import_the_kit_and_their_own_mechanism(slug):
    shared = {"numbers", "viz.kit", "viz.parts", f"viz.{slug}"}
    earlier = set(SLUGS[: SLUGS.index(slug) + 1])
    for file in parts(VIZ, slug):
        assert_imports(file, FIGURES, shared | earlier)
        text = file.read_text("utf8")
        for name in ("show", "curdoc", "output_file", "output_notebook"):
            assert not re.search(rf"\bimport\b.*\b{name}\b|\b{name}\(", text), (
                f"{file.name} uses {name}: a figure is returned as a kit.Embed"
            )


# -- What a change reaches --------------------------------------------------

#: Pages that run again when a module changes: the most, by room.
REACH = {
    "training": 8,  # 11 and 14 put adapters into models, 17 draws with its chances
    "alignment": 3,
    "foundations": 2,
    "shipped/induction": 1,
    "shipped/letters": 1,
}


def test_a_change_reaches_only_the_pages_that_use_it(capsys):
    cache = extension("execution_cache")
    pages = {p.stem: cache.page_files(p.read_text("utf8")) for p in PAGES}
    reach = {
        file: [page for page, files in pages.items() if file in files]
        for file in modules(PACKAGE)
    }
    with capsys.disabled():
        print()
        for file, found in sorted(reach.items(), key=lambda row: -len(row[1])):
            print(f"{len(found):3} {file.relative_to(PACKAGE)}: {' '.join(found)}")
    for file, found in reach.items():
        inside = str(file.relative_to(PACKAGE).with_suffix(""))
        for room, most in REACH.items():
            if inside == room or inside.startswith(f"{room}/"):
                assert len(found) <= most, f"{inside} reaches {found}, {most} at most"


# -- Pages ------------------------------------------------------------------

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```", re.M | re.S)


def cells(page: Path) -> Iterator[tuple[dict, str]]:
    """The options and the code of every cell of a page."""
    for body in CELL.findall(page.read_text("utf8")):
        match = re.match(r"---\n(.*?)^---\n|((?::[^\n]*\n)*)", body, re.M | re.S)
        colons = re.sub(r"^:", "", match[2] or "", flags=re.M)
        yield yaml.safe_load(match[1] or colons) or {}, body[match.end() :]


RUNNING = [page for page in PAGES if CELL.search(page.read_text("utf8"))]


@pytest.mark.parametrize("page", RUNNING, ids=lambda p: p.stem)
def test_a_page_that_runs_says_so_in_its_header(page):
    header = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n"
    assert page.read_text("utf8").startswith(header), (
        f"{page.name} must begin with\n{header}"
    )


@pytest.mark.parametrize("page", RUNNING, ids=lambda p: p.stem)
def test_cells_are_narrow_short_and_ask_no_network(page):
    allowed = STANDARD | {"jax", "numpy", "sbt_jax", "myst_nb"}
    for _, code in cells(page):
        for line in code.splitlines():
            assert len(line) <= 76, (
                f"{page.name}: {len(line)} columns, 76 fit a page: {line}"
            )
            assert not re.match(r"\s*[!%]", line), (
                f"{page.name}: a page runs plain Python, without magics: {line}"
            )
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 10, (
                    f"{page.name}: {node.name} has {length} lines, 10 are the most."
                    " Move it into the chapter's module and show it with {mechanism}"
                )
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
            for name in names:
                assert name.split(".")[0] in allowed, (
                    f"{page.name} may not import {name}"
                )


@pytest.mark.parametrize("page", RUNNING, ids=lambda p: p.stem)
def test_shown_sources_fit_the_page(page):
    for target in re.findall(r"\{mechanism\} sbt_jax\.(\S+)", page.read_text("utf8")):
        module, *_, name = target.split(".")
        for file in parts(PACKAGE, module):
            lines = file.read_text("utf8").splitlines()
            for node in ast.parse("\n".join(lines)).body:
                if getattr(node, "name", None) == name:
                    shown = set(range(node.lineno - 1, node.end_lineno or 0))
                    if ast.get_docstring(node) is not None:  # left out on pages
                        doc = node.body[0]
                        shown -= set(range(doc.lineno - 1, doc.end_lineno or 0))
                    wide = [lines[i] for i in sorted(shown) if len(lines[i]) > 76]
                    assert not wide, (
                        f"{page.name} shows {target}, which is wider than 76 columns:"
                        f" {wide[0]}"
                    )


@pytest.mark.parametrize("slug", WRITTEN)
def test_a_chapter_is_labelled_and_its_figures_are_named_after_it(slug):
    page = BOOK / f"{slug}.md"
    text = page.read_text("utf8")
    assert f"(ch-{slug})=\n# " in text, f"put (ch-{slug})= above the title"
    figures = [
        options["mystnb"]["figure"]
        for options, _ in cells(page)
        if "figure" in options.get("mystnb", {})
    ]
    assert figures, f"{page.name} has no figure: cell metadata mystnb, figure"
    for figure in figures:
        assert figure.get("caption", "").strip(), f"{figure} needs a caption"
        name = figure.get("name", "")
        assert re.fullmatch(rf"fig-{slug}(-[a-z0-9]+)*", name), (
            f"{page.name}: a figure is called fig-{slug}-<what>, got {name!r}"
        )


def extension(name: str):
    """A module of ``conf/ext``, which is no package."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Sphinx's own, on import
        spec = importlib.util.spec_from_file_location(
            f"conf_ext_{name}", ROOT / "conf" / "ext" / f"{name}.py"
        )
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("slug", WRITTEN)
def test_the_reading_time_is_the_one_promised(slug):
    promised = next(e["minutes"] for e in ENTRIES if e["slug"] == slug)
    text = (BOOK / f"{slug}.md").read_text("utf8")
    minutes = extension("chapters").minutes(text)
    assert abs(minutes - promised) <= 2, (
        f"book/{slug}.md takes {minutes:.1f} min to read, its entry in book/index.md"
        f" promises {promised}: cut, or write on, until they are within 2"
    )


# -- Names ------------------------------------------------------------------


def axes_in(path: Path) -> Iterator[tuple[int, str]]:
    """Every axis name in the jaxtyping annotations of a file."""
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple):
            continue
        kind = ast.unparse(node.value).split(".")[-1]
        shape = node.slice.elts[-1]
        dtype = r"(Float|Int|UInt|Integer|Bool|Num|Shaped|Real|Inexact|Complex|Key)\d*"
        if re.fullmatch(dtype, kind) and isinstance(shape, ast.Constant):
            for name in re.findall(r"[A-Za-z_]\w*", str(shape.value).split("=")[-1]):
                if name.strip("_"):
                    yield node.lineno, name.strip("_")


def test_axis_names_are_those_of_the_notation_page():
    text = (BOOK / "notation.md").read_text("utf8")
    table = re.search(r"^## Axes\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert table, "book/notation.md needs a section `## Axes` with a table"
    rows = [line.split("|")[1] for line in table[1].splitlines() if "|" in line]
    known = set(re.findall(r"`(\w+)`", " ".join(rows)))
    for file in sorted(PACKAGE.rglob("*.py")):
        for line, name in axes_in(file):
            assert name in known, (
                f"{file.relative_to(ROOT)}:{line}: no axis is called {name!r}. Use one"
                " of the names in book/notation.md, or add it there with its meaning"
            )


def test_nothing_is_left_to_do():
    mark = "TO" + "DO"
    for room in ("book", "conf", "src", "tests"):
        for file in sorted((ROOT / room).rglob("*")):
            if file.suffix in {".py", ".md", ".mjs", ".js", ".css"}:
                if "vendor" in file.parts:
                    continue
                assert mark not in file.read_text("utf8"), (
                    f"{file.relative_to(ROOT)} has a {mark}: do it, or open an issue"
                )


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_the_sessions_that_a_text_names_exist(name):
    noxfile = ast.parse((ROOT / "noxfile.py").read_text("utf8"))
    sessions = {
        node.name
        for node in noxfile.body
        if isinstance(node, ast.FunctionDef) and node.decorator_list
    }
    text = (ROOT / name).read_text("utf8")
    named = set(re.findall(r"nox -s (\w+)", text))
    assert named <= sessions, f"{name} names {sorted(named - sessions)}, no session"


def test_the_readme_says_how_to_build_and_to_test():
    text = (ROOT / "README.md").read_text("utf8")
    for command in ("nox -s book", "nox -s watch", "tests/test_layout.py"):
        assert command in text, f"README.md no longer says {command!r}"
