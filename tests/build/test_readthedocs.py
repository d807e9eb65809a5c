"""A rehearsal of Read the Docs: its file, its variables, its commands."""

import importlib
import os
import re
import shutil
import subprocess
import tomllib
import zipfile

import pytest
import yaml
from small_book import REPOSITORY, Tree

CONFIGURATION = REPOSITORY / ".readthedocs.yaml"
SITE = "https://step-by-token.readthedocs.io/en/latest/"
CLONE = "https://github.com/someone/step-by-token"
VARIABLES = {
    "READTHEDOCS": "True",
    "READTHEDOCS_CANONICAL_URL": SITE,
    "READTHEDOCS_GIT_CLONE_URL": f"{CLONE}.git",
    "READTHEDOCS_GIT_COMMIT_HASH": "0" * 40,
    "READTHEDOCS_GIT_IDENTIFIER": "main",
    "READTHEDOCS_LANGUAGE": "en",
    "READTHEDOCS_PROJECT": "step-by-token",
    "READTHEDOCS_VERSION": "latest",
    "READTHEDOCS_VERSION_NAME": "latest",
    "READTHEDOCS_VERSION_TYPE": "branch",
}


@pytest.fixture(scope="module")
def configuration():
    return yaml.safe_load(CONFIGURATION.read_text(encoding="utf8"))


@pytest.fixture(scope="module")
def published(configuration, planted, tmp_path_factory, bytecode):
    """The folder that Read the Docs would publish."""
    folder = shutil.copytree(planted, tmp_path_factory.mktemp("rtd") / "checkout")
    output = folder / "_readthedocs"
    tree = Tree(folder, bytecode, VARIABLES | {"READTHEDOCS_OUTPUT": str(output)})
    for kind in ("html", *configuration["formats"]):
        for command in configuration["build"]["jobs"]["build"][kind]:
            done = subprocess.run(
                command,
                shell=True,
                cwd=folder,
                env=tree.environment(),
                capture_output=True,
                text=True,
                timeout=240,
            )
            assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return output


def page(published, name):
    return (published / "html" / f"{name}.html").read_text(encoding="utf8")


def test_the_file_asks_for_the_python_that_the_lock_is_for(configuration):
    assert configuration["version"] == 2
    assert configuration["build"]["os"].startswith("ubuntu-")
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf8")
    noxfile = (REPOSITORY / "noxfile.py").read_text(encoding="utf8")
    version = configuration["build"]["tools"]["python"]
    assert f'"{version}"' in noxfile
    assert "--universal" in noxfile, "the lock should serve every Python we support"
    assert "jax==" in lock


def test_the_install_commands_name_what_exists(configuration):
    commands = configuration["build"]["jobs"]["install"]
    upgrade, install = commands
    assert re.search(r"pip install .*pip>=25\.1", upgrade), "--group needs pip 25.1"
    words = install.split()
    assert (REPOSITORY / words[words.index("-c") + 1]).is_file()
    assert (REPOSITORY / words[words.index("-e") + 1] / "pyproject.toml").is_file()
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf8"))
    assert words[words.index("--group") + 1] in project["dependency-groups"]


def test_the_build_is_as_strict_as_ours(configuration):
    (command,) = configuration["build"]["jobs"]["build"]["html"]
    for option in (" -n ", " -W ", " --keep-going ", " -c conf "):
        assert option in command


def test_every_page_is_published(published):
    for name in ("index", "alpha", "beta", "plain", "api", "404"):
        assert page(published, name)
    assert "the total is 321" in page(published, "beta")


def test_the_zip_opens_from_a_folder(published):
    (file,) = (published / "htmlzip").glob("*.zip")
    names = zipfile.ZipFile(file).namelist()
    tops = {name.split("/")[0] for name in names}
    assert len(tops) == 1, f"the zip should hold one folder, it holds {tops}"
    (top,) = tops
    assert f"{top}/index.html" in names
    assert f"{top}/_static/sbt/kit.js" in names
    assert not [name for name in names if ".doctrees" in name]


def test_edit_and_launch_buttons_lead_to_the_page(published):
    text = page(published, "alpha")
    assert f'href="{CLONE}/edit/main/book/alpha.md"' in text
    launch = re.search(r'href="(https://codespaces\.new[^"]*)"', text)
    assert launch, "a page should have a launch button"
    assert launch[1].endswith("/someone/step-by-token?ref=main")
    assert f'href="{CLONE}"' in text


def test_addresses_for_sharing_are_absolute(published):
    for name in ("index", "alpha", "plain"):
        tags = dict(
            re.findall(
                r'<meta (?:property|name)="(og:\w+)" content="([^"]*)"',
                page(published, name),
            )
        )
        assert tags["og:url"].startswith(SITE)
        assert tags["og:url"].endswith(f"{name}.html") or name == "index"
        assert tags["og:image"].startswith(SITE)
        card = published / "html" / tags["og:image"].removeprefix(SITE)
        assert card.is_file(), f"{name}.html names a card that does not exist"
        assert f'<link rel="canonical" href="{SITE}{name}.html"' in page(
            published, name
        )


def test_the_page_for_lost_readers_knows_where_the_site_is(published):
    assert "/en/latest/_static/" in page(published, "404")


def test_notebooks_install_the_library_from_the_repository(published):
    text = (published / "html" / "notebooks" / "alpha.ipynb").read_text("utf8")
    assert f"git+{CLONE}" in text
    assert "%pip install" in text.split('"cell_type"')[1]


def test_nothing_of_the_machine_is_published(published):
    home = os.fsencode(published.parent)
    for file in (published / "html").rglob("*"):
        if file.suffix in {".html", ".ipynb", ".js", ".json", ".xml"}:
            assert home not in file.read_bytes(), f"{file.name} names a local folder"


@pytest.mark.parametrize(
    "clone",
    ["git@github.com:someone/step-by-token.git", f"{CLONE}/", f"{CLONE}.git"],
)
def test_every_way_to_write_the_address_of_a_repository(clone, warm):
    warm.extra |= VARIABLES | {"READTHEDOCS_GIT_CLONE_URL": clone}
    warm.build()
    assert f'href="{CLONE}/edit/main/book/alpha.md"' in warm.html("alpha")


def test_without_these_variables_no_button_leads_nowhere(warm):
    for name in ("index", "alpha", "plain"):
        text = warm.html(name)
        for trace in ("/edit/", "codespaces", "launch-button", 'rel="canonical"'):
            assert trace not in text, f"{name}.html has {trace}"
        assert "og:image" not in text


@pytest.mark.parametrize(
    ("kind", "identifier", "installed"),
    [("tag", "v1.2.0", f"{CLONE}@v1.2.0"), ("branch", "main", CLONE)],
)
def test_a_notebook_installs_the_library_of_its_version(
    monkeypatch, kind, identifier, installed
):
    monkeypatch.syspath_prepend(REPOSITORY / "conf" / "ext")
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("READTHEDOCS_VERSION_TYPE", kind)
    monkeypatch.setenv("READTHEDOCS_GIT_IDENTIFIER", identifier)
    (cell,) = importlib.import_module("notebooks").first_cells("Temperature")
    assert f'git+{installed}"' in cell.source
