"""Compiled programs that are kept may save time and never change a page."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_book import REPOSITORY, Tree, assert_same

EXT = REPOSITORY / "conf" / "ext"
CELL = """
```{code-cell} ipython3
import jax
import jax.numpy as jnp

@jax.jit
def step(x):
    return jnp.tanh(x @ x.T).sum(), jnp.exp(-x)

total, rest = step(jnp.linspace(-1.0, 1.0, 391).reshape(17, 23))
print(total, rest[3, 5], [float(v) for v in jnp.sin(jnp.arange(5.0))])
```
"""
PROGRAM = """
import sys
sys.path.append(sys.argv[1])
import compiling
compiling.prepare()
compiling.watch()
import jax, jax.numpy as jnp
print(jax.jit(lambda x: jnp.tanh(x) @ x.T)(jnp.ones((3, 2))).tolist())
print(compiling.compilations)
"""


def run(place: str, **variables: str) -> tuple[str, int]:
    """What a small program prints, strictly, and how much it compiled."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "SBT_"))}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(EXT)], capture_output=True, text=True,
        env=clean | {"SBT_COMPILE_CACHE": place} | variables, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    result, count = done.stdout.splitlines()
    return result, int(count)


def entries(place: Path) -> list[Path]:
    return sorted(place.rglob("*.program"))


def test_a_program_is_kept_found_again_and_counted_either_way(tmp_path):
    cold = run(str(tmp_path))
    files = {file: file.read_bytes() for file in entries(tmp_path)}
    assert len(files) == cold[1] > 0
    assert run(str(tmp_path)) == cold
    assert {file: file.read_bytes() for file in entries(tmp_path)} == files
    assert run("off") == cold


DAMAGE = {
    "cut short": lambda content, other: content[: len(content) // 2],
    "empty": lambda content, other: b"",
    "garbage": lambda content, other: b"\x00garbage" * 99,
    "one byte": lambda content, other: content[:-9] + b"!" + content[-8:],
    "of another program": lambda content, other: other,
    "of another program, unsigned": lambda content, other: other[32:],
}


def test_a_damaged_or_foreign_entry_costs_only_time(tmp_path):
    cold = run(str(tmp_path))
    good = {file: file.read_bytes() for file in entries(tmp_path)}
    contents = list(good.values())
    for damage, change in DAMAGE.items():
        others = [*contents[1:], contents[0]]
        for file, other in zip(good, others, strict=True):
            file.write_bytes(change(file.read_bytes(), other))
        bad = {file: file.read_bytes() for file in good}
        assert run(str(tmp_path)) == cold, damage
        for file in good:
            assert file.read_bytes() != bad[file], f"{damage}: {file} was not replaced"


def test_a_folder_that_cannot_be_used_costs_only_time(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    result = run(str(tmp_path / "file"))
    assert result == run("off")


def test_a_cache_of_ones_own_is_left_alone(tmp_path):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SBT_")}
    program = PROGRAM + "print(jax.config.jax_compilation_cache_dir)"
    done = subprocess.run(
        [sys.executable, "-c", program, str(EXT)], capture_output=True, text=True,
        env=clean | {"JAX_COMPILATION_CACHE_DIR": str(tmp_path / "own")}, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == str(tmp_path / "own")


def test_the_cache_cannot_grow_for_ever(tmp_path):
    files = [tmp_path / "a" / "old", tmp_path / "b" / "middle", tmp_path / "b" / "new"]
    for i, file in enumerate(files):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(bytes(100))
        os.utime(file, (1000 + i, 1000 + i))
    code = (
        "import sys, pathlib; sys.path.append(sys.argv[1]); import compiling\n"
        "compiling.shrink(pathlib.Path(sys.argv[2]), int(sys.argv[3]))"
    )

    def left(limit):
        command = [sys.executable, "-c", code, EXT, tmp_path / "b", str(limit)]
        subprocess.run(command, check=True)
        return [file.name for file in files if file.exists()]

    assert left(300) == ["old", "middle", "new"]
    assert left(299) == ["new"]


@pytest.fixture(scope="module")
def with_jax(planted, tmp_path_factory, bytecode) -> Tree:
    """A tree with one page that compiles something."""
    folder = tmp_path_factory.mktemp("compiling")
    tree = Tree(shutil.copytree(planted, folder / "tree"), bytecode)
    tree.extra["SBT_COMPILE_CACHE"] = str(folder / "programs")
    tree.append("book/beta.md", CELL)
    return tree


def test_a_build_is_the_same_with_a_cold_a_warm_and_a_damaged_cache(with_jax):
    programs = Path(with_jax.extra["SBT_COMPILE_CACHE"])
    with_jax.build("-j", "2")
    site = with_jax.output()
    assert "0.84147" in with_jax.html("beta")
    count = json.loads((with_jax.path / "_build" / "times.json").read_text("utf8"))
    for state in ("warm", "damaged"):
        before = entries(programs)
        assert before, "the kernel kept nothing"
        if state == "damaged":
            for i, file in enumerate(before):
                half = file.read_bytes()[: file.stat().st_size // 2]
                file.write_bytes(half if i % 2 else b"garbage")
        shutil.rmtree(with_jax.path / "_build")
        with_jax.build("-j", "2")
        assert_same(site, with_jax.output())
        assert entries(programs) == before
        again = json.loads((with_jax.path / "_build" / "times.json").read_text("utf8"))
        compiled = [x["pages"]["beta"]["compilations"] for x in (count, again)]
        assert compiled[0] == compiled[1] > 0
