"""The same sources give the same site, also after a build that was killed."""

import shutil
import time

import pytest
from small_book import Tree, assert_same

# The longest prefix of each that is printed before the step begins.
MOMENTS = [
    "loading translations",
    "building [html]",
    "reading sources",
    "Executing notebook",
    "Cached executed notebook",
    "looking for now-outdated files",
    "pickling environment",
    "copying assets",
    "writing output... [ 33%]",
    "writing output... [100%]",
    "dumping object inventory",
]


def change(tree: Tree) -> None:
    """An output, a caption and prose change; each must reach the site."""
    tree.edit("src/sbt_jax/beta.py", "+ 0", "+ 1000")
    tree.edit("book/alpha.md", "in one word.", "in the word.")
    tree.edit("book/plain.md", "Nothing runs", "Nothing at all runs")


def kill_at(tree: Tree, moment: str) -> str:
    """Start a build and kill it, kernels and all, once it has said ``moment``."""
    building = tree.start()
    said = ""
    while moment not in said:
        assert building.going(), f"the build ended before it said {moment!r}:\n{said}"
        said = building.said()
        time.sleep(0.002)
    building.kill()
    building.wait()
    return said


@pytest.fixture(scope="module")
def changed_site(planted, tmp_path_factory, bytecode) -> dict[str, bytes]:
    """The site with the change, built from nothing."""
    folder = tmp_path_factory.mktemp("changed") / "tree"
    tree = Tree(shutil.copytree(planted, folder), bytecode)
    change(tree)
    tree.build()
    return tree.output()


def test_two_clean_builds_in_different_folders_are_equal(warm, fresh):
    fresh.extra["SBT_EXECUTION_CACHE"] = str(fresh.path / "elsewhere")
    built = fresh.build("-j", "2", out="another/site")
    assert built.ran == ["alpha", "beta", "index"]
    assert not (fresh.path / "_build").exists()
    assert_same(warm.output(), fresh.output("another/site"))


def test_a_rebuild_after_a_change_equals_a_clean_build(warm, changed_site):
    change(warm)
    warm.build()
    assert_same(changed_site, warm.output())


def test_a_build_writes_nothing_beside_its_output(fresh):
    def files():
        return sorted(
            p for p in fresh.path.rglob("*") if "_build" not in p.parts and p.is_file()
        )

    before = files()
    fresh.build()
    assert files() == before


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_build_after_a_kill_equals_a_clean_build(warm, changed_site, moment):
    change(warm)
    kill_at(warm, moment)
    warm.build()
    assert_same(changed_site, warm.output())


def test_a_first_build_killed_twice_ends_like_a_clean_one(fresh, changed_site):
    change(fresh)
    kill_at(fresh, "Cached executed notebook")
    kill_at(fresh, "writing output... [ 50%]")
    fresh.build()
    assert_same(changed_site, fresh.output())


@pytest.mark.parametrize("name", ["environment.pickle", "beta.doctree"])
def test_a_file_of_sphinx_cut_in_half_is_made_again(warm, changed_site, name):
    file = warm.path / "_build" / "html" / ".doctrees" / name
    kill_at(warm, "building [html]")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    change(warm)
    warm.build()
    assert_same(changed_site, warm.output())


def test_a_site_removed_by_hand_comes_back(warm, home):
    wanted = warm.output()
    shutil.rmtree(warm.path / "_build" / "html")
    assert warm.build().ran == []
    assert_same(wanted, warm.output())
