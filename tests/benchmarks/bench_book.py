"""Builds: cold, warm, after a prose edit, one page; peak memory; page weights.

The builds run on a copy of the sources, with a cache and an output of their own.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("book", "conf", "src", "pyproject.toml")


def build(tree: Path) -> float:
    """Seconds of one strict build of the copy."""
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-n",
        "-W",
        "--keep-going",
        "-q",
        "-j",
        "2",
        "-c",
        "conf",
        "book",
        "_build/html",
    ]
    # As on a reader's machine, where imported modules are compiled once.
    unset = "PYTHONDONTWRITEBYTECODE"
    environment = {key: value for key, value in os.environ.items() if key != unset}
    start = time.perf_counter()
    subprocess.run(
        command, cwd=tree, check=True, stdout=subprocess.DEVNULL, env=environment
    )
    return time.perf_counter() - start


def copy_tree(target: Path) -> Path:
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            shutil.copy2(source, target / name)
    return target


def edit_prose(page: Path) -> None:
    """Add a sentence outside the cells."""
    text = page.read_text(encoding="utf8")
    page.write_text(f"{text}\nOne more sentence.\n", encoding="utf8")


def edit_cell(page: Path) -> None:
    """Change the code of a cell that computes something, and not what it computes."""
    text = page.read_text(encoding="utf8")
    old = "train_naive(words, num_merges=8)"
    assert old in text, f"{page.name} no longer has {old!r}: nothing would run"
    page.write_text(text.replace(old, old[:-1] + " + 0)"), encoding="utf8")


def page_weights(html: Path) -> list[dict]:
    """Kilobytes of each chapter page, and of the heaviest page of all."""
    sizes = {p.name: p.stat().st_size / 1000 for p in html.glob("*.html")}
    heaviest = max(sizes, key=sizes.__getitem__)
    return [
        row(f"page weight: {name}", sizes[name], "kB", "HTML", 500, "the goal")
        for name in dict.fromkeys(["index.html", "tokenization.html", heaviest])
    ]


def row(name, ours, unit, size, peer=None, peer_name=""):
    ratio = None if peer is None else peer / ours
    return {
        "name": name,
        "ours": ours,
        "unit": unit,
        "size": size,
        "peer": peer,
        "ratio": ratio,
        "peer_name": peer_name,
    }


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """One line for each kind of build; ``quick`` builds once, ``smoke`` never."""
    with tempfile.TemporaryDirectory() as folder:
        tree = copy_tree(Path(folder))
        if smoke:  # the edits still find their place, and the built pages are weighed
            edit_prose(tree / "book" / "tokenization.md")
            edit_cell(tree / "book" / "tokenization.md")
            html = ROOT / "_build" / "html"
            return page_weights(html) if (html / "index.html").is_file() else []
        out = [row("build, cold", build(tree), "s", "whole book", 360, "the goal")]
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        out.append(row("build, peak of one process", peak, "GB", "whole book"))
        if not quick:
            page = tree / "book" / "tokenization.md"
            for name, edit, goal in (
                ("nothing changed", lambda page: None, 3),
                ("prose edit", edit_prose, 5),
                ("cell edit", edit_cell, 25),
            ):
                edit(page)
                seconds = build(tree)
                out.append(
                    row(f"build, {name}", seconds, "s", "1 page", goal, "the goal")
                )
        return out + page_weights(tree / "_build" / "html")
