"""A page runs again when, and only when, something that it reaches has changed."""

import sqlite3
import subprocess
import sys

import pytest

PAGES = ["alpha", "beta", "index"]  # every page that has cells


def test_a_clean_build_runs_every_page_once(home):
    _, _, built = home
    assert built.ran == PAGES


def test_a_second_build_runs_reads_and_writes_nothing(warm):
    again = warm.build()
    assert again.ran == []
    assert again.read == []
    assert "no targets are out of date" in again.log


def test_the_cache_agrees_with_the_log_about_what_ran(warm):
    database = warm.path / "_build" / "execution" / "global.db"
    query = "select count(*) from nbcache"

    def records():
        with sqlite3.connect(database) as connection:
            return connection.execute(query).fetchone()[0]

    before = records()
    warm.edit("src/sbt_jax/gamma.py", "value * 1", "value * 2")
    assert warm.build().ran == ["beta"]
    assert records() == before + 1


CHANGES = {
    "prose": ("book/beta.md", "See also", "Read also", [], ("beta", "Read also")),
    "caption": (
        "book/alpha.md",
        "How often each letter occurs in one word.",
        "Letters, counted anew.",
        [],
        ("alpha", "Letters, counted anew."),
    ),
    "label of a figure": (
        "book/alpha.md",
        "fig-alpha-bars",
        "fig-alpha-letters",
        [],
        ("alpha", 'id="fig-alpha-letters"'),
    ),
    "a cell": (
        "book/alpha.md",
        '"strawberry"',
        '"raspberry"',
        ["alpha"],
        ("alpha", "3 of 9"),
    ),
    "the tags of a cell": (
        "book/beta.md",
        "ipython3\n",
        "ipython3\n:tags: [hide-input]\n",
        ["beta"],
        ("beta", "tag_hide-input"),
    ),
    "a module that one page imports": (
        "src/sbt_jax/beta.py",
        "+ 0",
        "+ 1000",
        ["beta"],
        ("beta", "1321"),
    ),
    "a module behind a module": (
        "src/sbt_jax/gamma.py",
        "value * 1",
        "value * 10",
        ["beta"],
        ("beta", "3210"),
    ),
    "a module that a page and a figure import": (
        "src/sbt_jax/alpha.py",
        "word.count(letter)",
        "word.count(letter) * 2",
        ["alpha"],
        ("alpha", "6 of 10"),
    ),
    "a data file": (
        "src/sbt_jax/data/numbers.json",
        "300",
        "4000",
        ["beta"],
        ("beta", "4021"),
    ),
    "the browser code of a figure": (
        "src/sbt_jax/viz/alpha.mjs",
        "letters in all.",
        "letters together.",
        ["alpha"],
        ("alpha", "letters together."),
    ),
    "the kit": (
        "src/sbt_jax/viz/kit/style.py",
        "HEIGHT = 300",
        "HEIGHT = 311",
        ["alpha"],
        ("alpha", "311"),
    ),
    "the package itself": (
        "src/sbt_jax/__init__.py",
        "A stand-in",
        "Another stand-in",
        ["alpha", "beta"],
        None,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_exactly_the_pages_that_reach_a_change_run(warm, change):
    file, old, new, expected, shown = CHANGES[change]
    warm.edit(file, old, new)
    assert warm.build().ran == expected
    if shown:
        page, text = shown
        assert text in warm.html(page), f"{page}.html still shows the old state"


# Every way of writing a cell that MyST-NB runs must be seen by the cache too.
CELLS = {
    "options between lines of dashes": (
        "```{code-cell} ipython3\n---\ntags: [hide-input]\n---\nIMPORT\n```"
    ),
    "four backticks": "````{code-cell} ipython3\nIMPORT\n````",
    "tildes": "~~~{code-cell} ipython3\nIMPORT\n~~~",
    "a space before the name": "``` {code-cell} ipython3\nIMPORT\n```",
    "indented by two": "  ```{code-cell} ipython3\n  IMPORT\n  ```",
    "a magic in the middle of a line": (
        "```{code-cell} ipython3\nhere = %pwd\nIMPORT\n```"
    ),
    "inside a function": (
        "```{code-cell} ipython3\ndef late():\n    IMPORT\n    return total()\n"
        "print(late())\n```"
    ),
}


@pytest.fixture(scope="module")
def reached(home):
    """``reached(text)``: the names of the files behind a page, in the fixture."""
    tree, _, _ = home
    program = (
        "import sys; sys.path.insert(0, 'conf/ext'); import execution_cache\n"
        "text = sys.stdin.read()\n"
        "print(*sorted(f.name for f in execution_cache.page_files(text)))"
    )

    def ask(text):
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=text,
            cwd=tree.path,
            text=True,
            env=tree.environment(),
            capture_output=True,
            check=True,
        )
        return set(done.stdout.split())

    return ask


@pytest.mark.parametrize("way", CELLS)
def test_an_import_is_seen_however_the_cell_is_written(reached, way):
    cell = CELLS[way].replace("IMPORT", "from sbt_jax.beta import total")
    names = reached(f"# A page\n\nText.\n\n{cell}\n\nMore text.\n")
    assert names == {"__init__.py", "beta.py", "gamma.py", "numbers.json"}


def test_code_that_does_not_run_is_not_followed(reached):
    assert not reached("```python\nfrom sbt_jax.beta import total\n```\n")


def test_relative_imports_and_annotated_data_files_are_followed(warm):
    warm.edit("src/sbt_jax/beta.py", "from sbt_jax.gamma", "from .gamma")
    warm.edit(
        "src/sbt_jax/gamma.py", "DATA_FILES = (", "DATA_FILES: tuple[str, ...] = ("
    )
    assert warm.build().ran == ["beta"]
    warm.edit("src/sbt_jax/data/numbers.json", "300", "4000")
    assert warm.build().ran == ["beta"]


def test_another_version_of_a_library_runs_every_page(warm, tmp_path):
    folder = tmp_path / "optax-99.0.dist-info"
    folder.mkdir()
    metadata = "Metadata-Version: 2.1\nName: optax\nVersion: 99.0\n"
    (folder / "METADATA").write_text(metadata, encoding="utf8")
    warm.first = [tmp_path]
    assert warm.build().ran == PAGES
    assert warm.build().ran == []


def test_a_change_of_an_extension_reads_every_page_and_runs_none(warm):
    warm.append("conf/ext/chapters.py", "\n# A comment.\n")
    again = warm.build()
    assert again.read == ["alpha", "api", "beta", "index", "plain", "references"]
    assert again.ran == []


# What a page shows of other pages must follow them, without running anything.
FOLLOWED = {
    "a title": (
        "book/beta.md",
        "# Adding numbers",
        "# Summing numbers",
        {"index": "Summing numbers"},
    ),
    "the minutes of a chapter": (
        "book/index.md",
        "label: Beta, minutes: 1",
        "label: Beta, minutes: 3",
        {"beta": "3 min read"},
    ),
    "the label of a chapter": (
        "book/index.md",
        "label: Delta",
        "label: Epsilon",
        dict.fromkeys(("alpha", "beta", "plain", "api"), "Epsilon"),
    ),
    "the title of a page in the sidebar": (
        "book/plain.md",
        "# A plain page",
        "# A simple page",
        dict.fromkeys(("alpha", "beta", "api"), "A simple page"),
    ),
    "a reference": (
        "book/references.bib",
        "year    = {1994}",
        "year    = {1995}",
        {"alpha": "1995", "references": "1995"},
    ),
    "a mechanism": (
        "src/sbt_jax/alpha.py",
        "return word.count(letter)",
        "return  word.count(letter)",
        {"alpha": "return</span>  <span"},
    ),
}


@pytest.mark.parametrize("change", FOLLOWED)
def test_pages_follow_what_they_show_of_others(warm, change):
    file, old, new, expected = FOLLOWED[change]
    warm.edit(file, old, new)
    built = warm.build()
    if not file.startswith("src"):
        assert built.ran == []
    for page, text in expected.items():
        assert text in warm.html(page), f"{page}.html still shows the old state"


@pytest.mark.parametrize("damage", ["notebook", "empty notebook", "database"])
def test_a_damaged_cache_is_made_again(warm, damage):
    cache = warm.path / "_build" / "execution"
    if damage != "database":
        for file in cache.glob("executed/*/base.ipynb"):
            half = file.read_bytes()[: file.stat().st_size // 2]
            file.write_bytes(b"" if "empty" in damage else half)
    if damage == "database":
        database = cache / "global.db"
        database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])
    for page in PAGES:  # so that the pages are looked at
        warm.append(f"book/{page}.md", "\nMore prose.\n")
    assert warm.build().ran == PAGES
    assert "the total is 321" in warm.html("beta")
