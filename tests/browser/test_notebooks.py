"""The notebooks that the built book offers: they run, and their figures live."""

import html
import os
import re
from pathlib import Path

import nbformat
import pytest
from compiling import QUICK
from kernels import flags
from nbclient import NotebookClient

from sbt_jax.viz.kit.embed import VIZ

HTML = Path(os.environ.get("SBT_HTML", "_build/html")).resolve()
# Chapter 6 trains a model for minutes. The built page did so, and what it says was
# required of that model; its notebook is run with a shorter training and requires less.
SHORTER = """
import dataclasses
from sbt_jax import pages
from sbt_jax.shipped import births
whole, marks = births.watch_birth, tuple(mark // 16 for mark in births.MARKS)
births.watch_birth = lambda config, settings, batch_at: whole(
    config, dataclasses.replace(settings, steps=marks[-1]), batch_at, marks)
pages.require = lambda claims: None
"""
STYLE = (VIZ / "kit" / "kit.css").read_text(encoding="utf8")  # scripts come after it
NOTEBOOKS = sorted((HTML / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="session", params=NOTEBOOKS, ids=lambda path: path.stem)
def executed(request, tmp_path_factory):
    """A notebook after a run from top to bottom, in an empty folder."""
    notebook = nbformat.read(request.param, as_version=4)
    if request.param.stem == "training":
        notebook.cells.insert(1, nbformat.v4.new_code_cell(SHORTER))
    folder = tmp_path_factory.mktemp(request.param.stem)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SBT_IN_BOOK", raising=False)
        # As the book was built, so that what it compiled is found again.
        given = os.environ["XLA_FLAGS"].removeprefix(QUICK).strip()
        cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        patch.setenv("XLA_FLAGS", flags(cells, given))
        context = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, timeout=900, resources=context).execute()
    return notebook


def frames(notebook):
    """The documents of a notebook's figures."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    texts = [o.get("data", {}).get("text/html", "") for o in outputs]
    found = [re.search(r'<iframe srcdoc="(.*?)"', text, re.S) for text in texts]
    return [html.unescape(match[1]) for match in found if match]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the kernel's client
def test_a_notebook_runs_from_top_to_bottom_and_says_what_it_shows(executed):
    text = "\n".join(c.source for c in executed.cells if c.cell_type == "markdown")
    assert not re.search(r"\{(glue|mechanism|numref|cite|term)", text)
    assert (
        "sbt_jax" in executed.cells[0].source or "sbt-jax" in executed.cells[0].source
    )
    cells = "\n".join(c.source for c in executed.cells if c.cell_type == "code")
    assert frames(executed) or "viz" not in cells  # about.md has a cell and no figure


def of_each_kind(documents):
    """One document of those that bring the same scripts and models."""
    return {text[text.index(STYLE) :]: text for text in documents}.values()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_its_figures_bring_all_they_need(executed, browser, tmp_path):
    faults = []
    for i, document in enumerate(of_each_kind(frames(executed))):
        file = tmp_path / f"{i}.html"
        file.write_text(document, encoding="utf8")
        page = browser.new_page(viewport={"width": 800, "height": 600})
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: m.type == "error" and faults.append(m.text))
        page.on(
            "request",
            lambda r: r.url.startswith("http") and faults.append(f"asks {r.url}"),
        )
        page.goto(file.as_uri())
        page.wait_for_function("globalThis.Bokeh?.index?.roots?.length")
        page.close()
    assert not faults
