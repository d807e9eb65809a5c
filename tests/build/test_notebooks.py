"""Every page that runs is offered as a notebook that runs."""

import nbclient
import nbformat
import pytest


def offered(tree, page):
    file = tree.path / "_build" / "html" / "notebooks" / f"{page}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    return notebook


def text_of(notebook, kind):
    return "\n".join(c.source for c in notebook.cells if c.cell_type == kind)


def test_pages_that_run_have_a_notebook_and_link_to_it(warm):
    folder = warm.path / "_build" / "html" / "notebooks"
    names = sorted(file.name for file in folder.iterdir())
    assert names == ["alpha.ipynb", "beta.ipynb", "index.ipynb"]
    for page in ("alpha", "beta"):
        assert f'href="notebooks/{page}.ipynb"' in warm.html(page)
    assert "notebooks/" not in warm.html("plain")


def test_a_notebook_says_what_the_page_says(warm):
    notebook = offered(warm, "alpha")
    text = text_of(notebook, "markdown")
    assert "In *strawberry*, 3 of 10 letters are an r." in text
    assert "return word.count(letter)" in text
    for left in ("{glue", "{mechanism", "{numref", "{eq}", "{cite", "(ch-alpha)="):
        assert left not in text
    assert "Gage" in text or "gage" in text


def test_a_notebook_has_no_outputs_and_no_build_settings(warm):
    for page in ("alpha", "beta", "index"):
        notebook = offered(warm, page)
        assert "reached" not in notebook.metadata.kernelspec
        code = [c for c in notebook.cells if c.cell_type == "code"]
        assert code
        assert not any(c.outputs for c in code)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("page", ["alpha", "beta"])
def test_a_notebook_runs_from_top_to_bottom(warm, page, tmp_path, monkeypatch):
    for name, value in warm.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SBT_IN_BOOK", raising=False)
    notebook = offered(warm, page)
    client = nbclient.NotebookClient(
        notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    if page == "beta":
        assert outputs[0].text == "the total is 321\n"
    else:
        (figure,) = (o for o in outputs if o.output_type == "execute_result")
        assert figure.data["text/html"].startswith("<iframe srcdoc=")
