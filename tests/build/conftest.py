"""Fixtures: the small book, unbuilt, built, and built from nothing elsewhere."""

import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # so that tests can import small_book.py
from small_book import Built, Tree, plant  # noqa: E402 (after the path is set)

collect_ignore_glob = ["fixture/*"]


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as they are now; all trees are copies of this one."""
    folder = tmp_path_factory.mktemp("planted") / "tree"
    plant(folder)
    return folder


@pytest.fixture
def fresh(planted: Path, tmp_path: Path, bytecode: Path) -> Tree:
    """A tree in which nothing has been built, and a Python for each of its builds."""
    return Tree(shutil.copytree(planted, tmp_path / "tree"), bytecode, own=True)


@pytest.fixture(scope="session")
def home(
    planted: Path, tmp_path_factory: pytest.TempPathFactory, bytecode: Path
) -> tuple[Tree, Path, Built]:
    """A built tree, a copy of it to go back to, and what its build said."""
    folder = tmp_path_factory.mktemp("book")
    tree = Tree(shutil.copytree(planted, folder / "tree"), bytecode)
    built = tree.build()
    # MathJax is large and never touched by a test: it stays where it is.
    shutil.copytree(
        tree.path, folder / "copy", ignore=shutil.ignore_patterns("mathjax")
    )
    return tree, folder / "copy", built


@pytest.fixture
def warm(home: tuple[Tree, Path, Built]) -> Tree:
    """A tree that is built and unchanged, at the path where it was built."""
    tree, copy, _ = home
    mathjax = tree.path / "_build" / "html" / "_static" / "mathjax"
    kept = tree.path.parent / "mathjax"
    mathjax.rename(kept)
    shutil.rmtree(tree.path)
    shutil.copytree(copy, tree.path)  # times are kept: Sphinx compares them
    kept.rename(mathjax)
    return Tree(tree.path, tree.bytecode)
