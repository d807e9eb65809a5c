"""A small book in a folder of its own, built by the real ``conf/``.

Nothing here touches the repository: each test edits a copied tree, in which
``src/sbt_jax`` is the fixture's library with the real kit for figures.
"""

import ast
import atexit
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
FIXTURE = Path(__file__).parent / "fixture"
FORKED = Path(__file__).parent / "forked.py"
STRICT = ("-n", "-W", "--keep-going", "--no-color")  # CI would have them
RAN = re.compile(r"book/(\w+)\.md: Executing notebook")
# What may differ between two builds of the same sources. Bokeh numbers the models
# of a kernel from p1001 on; a model made elsewhere would carry a uuid instead.
UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# MyST-NB writes its style sheet, whose name is a digest already, after Sphinx asks
# for checksums, so only a rebuild knows one.
STYLE = re.compile(rb"(mystnb\.[0-9a-f]+\.css)\?v=[0-9a-f]+")
COMPARED = {".html", ".ipynb", ".js", ".css", ".xml", ".txt", ".json", ".svg"}


@dataclass(frozen=True)
class Built:
    """What one run of ``sphinx-build`` said and did."""

    code: int
    log: str

    @property
    def ran(self) -> list[str]:
        """The pages whose cells were executed, in alphabetical order."""
        return sorted(RAN.findall(self.log))

    @property
    def problems(self) -> str:
        """The lines that warn, without what kernels say of themselves."""
        lines = self.log.replace("[IPKernelApp] WARNING", "").splitlines()
        return "\n".join(x for x in lines if "WARNING" in x or "rror" in x) or self.log

    @property
    def read(self) -> list[str]:
        """The pages that Sphinx read again, executed or not."""
        return sorted(
            set(re.findall(r"reading sources\.\.\. \[ *\d+%\] (\w+)", self.log))
        )


@dataclass
class Tree:
    """A copy of the fixture book and what builds it."""

    path: Path
    bytecode: Path  # compiled modules, shared by all trees: builds start faster
    extra: dict[str, str] = field(default_factory=dict)
    first: list[Path] = field(default_factory=list)  # before src on the path
    own: bool = False  # in a Python of its own, with a hash seed of its own

    def folders(self) -> list[str]:
        """Where modules are found first."""
        return [str(folder) for folder in [*self.first, self.path / "src"]]

    def environment(self) -> dict[str, str]:
        """As on a machine that is neither Read the Docs nor configured by hand."""
        ours = ("READTHEDOCS", "SBT_", "PYTHON")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        return clean | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(self.folders()),
            "PYTHONPYCACHEPREFIX": str(self.bytecode),
            "PYTHONUNBUFFERED": "1",
            **self.extra,
        }

    def start(self, *options: str, out: str = "_build/html") -> "Building":
        arguments = [*STRICT, *options, "-c", "conf", "book", out]
        return Building(self, arguments)

    def build(
        self, *options: str, out: str = "_build/html", good: bool = True
    ) -> Built:
        """Build strictly; ``good`` is whether that must succeed."""
        start = time.perf_counter()
        building = self.start(*options, out=out)
        code = building.wait()
        log = building.said()
        print(log, f"\n{time.perf_counter() - start:.1f} s")
        built = Built(code, log)
        if good and built.code:
            pytest.fail(f"the build should succeed:\n{built.problems}", pytrace=False)
        return built

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace ``old``, which must be there, as an author's editor would."""
        path = self.path / file
        text = path.read_text(encoding="utf8")
        assert old in text, f"{file} of the fixture no longer has {old!r}"
        path.write_text(text.replace(old, new), encoding="utf8")

    def append(self, file: str, text: str) -> None:
        with (self.path / file).open("a", encoding="utf8") as stream:
            stream.write(text)

    def html(self, page: str, out: str = "_build/html") -> str:
        return (self.path / out / f"{page}.html").read_text(encoding="utf8")

    def output(self, out: str = "_build/html") -> dict[str, bytes]:
        """Every file of the site that is text, with random names replaced."""
        folder = self.path / out
        return {
            str(file.relative_to(folder)): UUID.sub(
                b"uuid", STYLE.sub(rb"\1", file.read_bytes())
            )
            for file in sorted(folder.rglob("*"))
            if file.suffix in COMPARED and "mathjax" not in file.parts
        }


class Building:
    """A build that runs: what it has said so far, and how it ends."""

    def __init__(self, tree: Tree, arguments: list[str]) -> None:
        handle, name = tempfile.mkstemp(suffix=".log", dir=tree.bytecode)
        self.log, environment = Path(name), tree.environment()
        self.own: subprocess.Popen[bytes] | None = None
        if tree.own:
            self.own = subprocess.Popen(
                [sys.executable, "-m", "sphinx", *arguments],
                cwd=tree.path,
                env=environment,
                stdout=handle,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.pid = self.own.pid
        else:
            self.pid = ask(
                folder=str(tree.path),
                environment=environment,
                first=tree.folders(),
                arguments=arguments,
                log=name,
            )
        os.close(handle)

    def said(self) -> str:
        return self.log.read_text(encoding="utf8", errors="replace")

    def going(self) -> bool:
        """Whether it has not ended."""
        return self.own.poll() is None if self.own else bool(ask(look=self.pid))

    def kill(self) -> None:
        """End it, kernels and all."""
        os.killpg(self.pid, signal.SIGKILL)

    def wait(self, timeout: float = 240) -> int:
        """The exit status; a build that takes too long is killed."""
        clock = threading.Timer(timeout, self.kill)
        clock.start()
        try:
            return self.own.wait() if self.own else ask(wait=self.pid)
        except BaseException:
            self.kill()
            raise
        finally:
            clock.cancel()


@functools.cache
def server() -> subprocess.Popen[str]:
    """The Python that forks for each build."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    process = subprocess.Popen(
        [sys.executable, str(FORKED)],
        env=clean,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.kill)
    return process


def ask(**task: Any) -> int:
    """Ask it for something; see ``forked.py``."""
    process = server()
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(task) + "\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def assert_same(ours: dict[str, bytes], theirs: dict[str, bytes]) -> None:
    """Two sites are equal; if not, say where the first difference is."""
    assert ours.keys() == theirs.keys()
    for name, content in ours.items():
        other = theirs[name]
        if content != other:
            pairs = enumerate(zip(content, other, strict=False))
            at = next((i for i, (a, b) in pairs if a != b), 0)
            around = slice(max(0, at - 60), at + 60)
            pytest.fail(f"{name} differs:\n{content[around]!r}\n{other[around]!r}")


def plant(folder: Path) -> None:
    """Copy ``conf/``, the fixture book and its library into ``folder``."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "conf", folder / "conf", ignore=skip)
    for name in ("book", "src"):
        shutil.copytree(FIXTURE / name, folder / name, ignore=skip)
    library, own = folder / "src" / "sbt_jax", REPOSITORY / "src" / "sbt_jax"
    for room in ("kit", "live", "parts"):
        shutil.copytree(own / "viz" / room, library / "viz" / room, ignore=skip)
    shutil.copy(own / "numbers.py", library)
    # Their own docstrings may refer to modules that the fixture lacks, so the
    # fixture's api.md gives only the names of what is public in them.
    lines = ["\n```{eval-rst}"]
    for module in ("viz.kit", "viz.parts", "numbers"):
        lines += [f".. py:module:: sbt_jax.{module}"]
        place = library.joinpath(*module.split("."))
        for file in sorted(place.glob("*.py")) or [place.with_suffix(".py")]:
            stem = f".{file.stem}" if place.is_dir() else ""
            for node in ast.parse(file.read_text(encoding="utf8")).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    name = f".. py:data:: {node.name}"
                    part = f"sbt_jax.{module}{stem}.{node.name}"
                    own_name = [f"   :canonical: {part}"] if stem else []
                    lines += ["", name, *own_name, ""]
    with (folder / "book" / "api.md").open("a", encoding="utf8") as api:
        api.write("\n".join([*lines, "```\n"]))
