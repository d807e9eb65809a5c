"""``nox -l`` lists; plain ``nox`` runs what a change must pass.

Sessions share four environments, kept in ``.nox`` and installed again only when the
lock or ``pyproject.toml`` has changed: ``book`` has what the book needs, ``dev`` adds
what tests need, ``bench`` the peers that speed is compared with, ``data`` the packages
that shipped data are made from.
"""

import hashlib
import os
import shutil
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import nox

nox.options.sessions = ["lint", "tests", "book", "build_tests", "browser"]
nox.options.default_venv_backend = "none"

ROOT = Path(__file__).parent
GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]
HTML = ROOT / "_build" / "html"
SPHINX = ["-n", "-W", "--keep-going", "-j", "2", "-c", "conf", "book", str(HTML)]
RECIPES = [  # in this order
    "stories",
    "foundations",
    "embeddings",
    "attention",
    "architecture",
    "training",
    "generation",
    "alignment",
    "letters",
    "vocabulary",
]
DATA = ["languages", "vectors"]
NEEDS = {
    "book": ["book", "watch", "data"],
    "data": ["data", "vectors"],
    "dev": [group for group in GROUPS if group not in ("peers", "vectors")],
    "bench": [group for group in GROUPS if group != "vectors"],
}


def environment(session: nox.Session, name: str) -> Callable[..., None]:
    """Install this package with its groups as locked; say how to run in there."""
    place = ROOT / ".nox" / name
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    variables = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}

    def run(program: str, *arguments: str) -> None:
        session.run(str(programs / program), *arguments, env=variables, external=True)

    wanted = [package for group in NEEDS[name] for package in GROUPS[group]]
    files = [ROOT / "requirements.lock", ROOT / "pyproject.toml"]
    key = hashlib.sha256(b"".join(f.read_bytes() for f in files))
    key.update(f"{sys.version} {place}".encode())
    stamp = place / "installed"
    if not stamp.is_file() or stamp.read_text() != key.hexdigest():
        stamp.unlink(missing_ok=True)
        session.log(f"Installing the environment {name}, which takes a minute or two")
        venv.create(place, with_pip=True)
        run(
            "python",
            "-m",
            "pip",
            "install",
            "-q",
            "-c",
            "requirements.lock",
            "-e",
            ".",
            *wanted,
        )
        stamp.write_text(key.hexdigest())
    return run


@nox.session
def book(session: nox.Session) -> None:
    """Build the book, strictly; says where to open it."""
    run = environment(session, "book")
    run("sphinx-build", *SPHINX, *session.posargs)
    session.log(f"The book is built. Open {HTML / 'index.html'}")


@nox.session
def watch(session: nox.Session) -> None:
    """Rebuild on save and reload the browser (port 8000, or ``-- --port N``)."""
    run = environment(session, "book")
    run(
        "sphinx-autobuild",
        "-n",
        "-j",
        "2",
        "-c",
        "conf",
        "book",
        str(HTML),
        "--watch",
        "src",
        "--watch",
        "conf",
        *session.posargs,
    )


@nox.session
def tests(session: nox.Session) -> None:
    """Unit tests, properties, doctests. One chapter: ``-- -k tokenization``."""
    run = environment(session, "dev")
    run("pytest", "--ignore=tests/build", "--ignore=tests/browser", *session.posargs)


@nox.session
def build_tests(session: nox.Session) -> None:
    """Faults, cache, determinism, kills, Read the Docs, on a small fixture book."""
    run = environment(session, "dev")
    run("pytest", "tests/build", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """The built book in a real Chromium (builds it first if it is missing)."""
    run = environment(session, "dev")
    if not (HTML / "index.html").is_file():
        run("sphinx-build", "-q", *SPHINX)
    run("pytest", "tests/browser", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style (ruff) and types (mypy)."""
    run = environment(session, "dev")
    run("ruff", "check", ".")
    run("ruff", "format", "--check", ".")
    run("mypy")


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Ask every outside address that the book names (needs a network)."""
    run = environment(session, "book")
    run(
        "sphinx-build",
        "-b",
        "linkcheck",
        "-c",
        "conf",
        "book",
        "_build/linkcheck",
        *session.posargs,
    )


@nox.session
def train(session: nox.Session) -> None:
    """Make the shipped models and measurements again, resumably."""
    run = environment(session, "book")
    for recipe in session.posargs or RECIPES:
        run("python", "-m", "sbt_jax.recipes", recipe)


@nox.session
def data(session: nox.Session) -> None:
    """Make the shipped data again that comes from packages."""
    run = environment(session, "data")
    for recipe in session.posargs or DATA:
        run("python", "-m", "sbt_jax.recipes", recipe)


@nox.session
def bench(session: nox.Session) -> None:
    """Speed and memory against peers: one table, and JSON in _build/bench.json."""
    run = environment(session, "bench")
    run("python", "-m", "tests.benchmarks", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Pin every package again in requirements.lock."""
    run = environment(session, "dev")
    run("python", "-m", "pip", "install", "-q", "uv")
    groups = [flag for group in GROUPS for flag in ("--group", group)]
    run(
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        *groups,
        "--universal",
        "--python-version",
        "3.11",
        "--no-emit-index-url",
        "--no-annotate",
        "--custom-compile-command",
        "nox -s lock",
        "--upgrade",
        "-q",
        "-o",
        "requirements.lock",
    )


@nox.session
def clean(session: nox.Session) -> None:
    """Remove what builds have made, the execution cache included."""
    shutil.rmtree(ROOT / "_build", ignore_errors=True)


@nox.session
def lowest(session: nox.Session) -> None:
    """An sdist's own tests, at the lowest versions that pyproject.toml declares."""
    run = environment(session, "dev")
    run("python", "-m", "pip", "install", "-q", "uv")
    place = ROOT / ".nox" / "lowest"
    shutil.rmtree(place, ignore_errors=True)
    run("uv", "build", "-q", "--sdist", "-o", str(place / "dist"))
    (sdist,) = (place / "dist").glob("*.tar.gz")
    shutil.unpack_archive(sdist, place, filter="data")
    (folder,) = place.glob("sbt_jax-*")
    wanted, pins = folder / "pyproject.toml", place / "lowest.txt"
    low = ("--resolution", "lowest-direct", "--extra", "figures", "--group", "test")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    into = ("--python", str(place / "venv"))
    with session.chdir(folder):  # uv takes the groups of the folder that it is in
        pin = ("pip", "compile", "-q", str(wanted), *low, "--python-version", version)
        run("uv", *pin, "-o", str(pins))
        run("uv", "venv", "-q", "--python", version, str(place / "venv"))
        run("uv", "pip", "install", "-q", *into, "-r", str(pins))
        run("uv", "pip", "install", "-q", *into, "--no-deps", ".")
        python = place / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        chosen = session.posargs or [
            *sorted(str(file) for file in folder.glob("tests/*/test_mechanism.py")),
            "tests/contracts",
            "tests/checkpoints",
        ]
        # Old packages warn of what has gone since, and their hooks come too late.
        plain = "addopts=--import-mode=importlib --strict-markers"
        quiet = ("-W", "ignore::DeprecationWarning", "-o", plain)
        session.run(str(python), "-m", "pytest", *quiet, *chosen, external=True)
