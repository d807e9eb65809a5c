"""A fault on a page fails the build, says where, and goes on failing."""

import re

import pytest

HEADER = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n"
CELL = "```{code-cell} ipython3\nprint('never')\n```"

# file, what is replaced ("" appends), by what, what the message must name
FAULTS = {
    "a failing cell": (
        "book/alpha.md",
        "",
        "\n```{code-cell} ipython3\n1 / 0\n```\n",
        ["alpha.md", "ZeroDivisionError"],
    ),
    "a cell that does not end": (
        "book/alpha.md",
        "",
        "\n```{code-cell} ipython3\nimport time\ntime.sleep(60)\n```\n",
        ["alpha.md", "imeout"],
    ),
    "a cell that is not Python": (
        "book/alpha.md",
        "",
        "\n```{code-cell} ipython3\ndef (:\n```\n",
        ["alpha.md", "SyntaxError"],
    ),
    "an option that is not YAML": (
        "book/alpha.md",
        "",
        "\n```{code-cell} ipython3\n---\na: [\n---\n1\n```\n",
        ["alpha.md"],
    ),
    "a page without file_format": (
        "book/alpha.md",
        "file_format: mystnb\n",
        "",
        ["alpha.md"],
    ),
    "a page without a kernelspec": (
        "book/alpha.md",
        "kernelspec:\n  name: python3\n",
        "",
        ["alpha.md", "kernelspec"],
    ),
    "a cell inside a directive": (
        "book/beta.md",
        "Nothing in this note runs.",
        CELL,
        ["beta.md"],
    ),
    "a cell inside a list": (
        "book/beta.md",
        "",
        f"\n- {CELL}\n".replace("\nprint", "\n  print").replace("\n```\n", "\n  ```\n"),
        ["beta.md"],
    ),
    "a cell with colons for a fence": (
        "book/beta.md",
        "",
        "\n" + CELL.replace("```", ":::") + "\n",
        ["beta.md"],
    ),
    "a broken reference": (
        "book/alpha.md",
        "",
        "\nSee {ref}`nowhere`.\n",
        ["alpha.md", "nowhere"],
    ),
    "a broken figure number": (
        "book/alpha.md",
        "",
        "\nSee {numref}`fig-nowhere`.\n",
        ["alpha.md", "fig-nowhere"],
    ),
    "a broken link to a page": (
        "book/alpha.md",
        "",
        "\nSee [this](nowhere.md).\n",
        ["alpha.md", "nowhere"],
    ),
    "an unknown term": (
        "book/alpha.md",
        "",
        "\nA {term}`gizmo`.\n",
        ["alpha.md", "gizmo"],
    ),
    "an unknown function": (
        "book/alpha.md",
        "",
        "\nA {func}`sbt_jax.alpha.nothing`.\n",
        ["alpha.md", "sbt_jax.alpha.nothing"],
    ),
    "an unknown citation": (
        "book/alpha.md",
        "",
        "\nSee {cite:t}`nobody2020`.\n",
        ["alpha.md", "nobody2020"],
    ),
    "an unknown number": (
        "book/alpha.md",
        "",
        "\nIt is {glue:text}`alpha-nothing`.\n",
        ["alpha.md", "alpha-nothing"],
    ),
    "a missing image": (
        "book/alpha.md",
        "",
        "\n![A drawing.](missing.png)\n",
        ["alpha.md", "missing.png"],
    ),
    "a label that is taken": (
        "book/beta.md",
        "(ch-beta)=",
        "(ch-beta)=\n(ch-alpha)=",
        ["beta.md", "ch-alpha"],
    ),
    "an unknown mechanism": (
        "book/alpha.md",
        "sbt_jax.alpha.count\n",
        "sbt_jax.alpha.nothing\n",
        ["alpha.md", "sbt_jax.alpha.nothing"],
    ),
    "an unknown module": (
        "book/beta.md",
        "from sbt_jax.beta",
        "from sbt_jax.nothing",
        ["beta.md", "sbt_jax.nothing"],
    ),
    "a function without a place in api.md": (
        "src/sbt_jax/epsilon.py",
        None,
        'def lost() -> None:\n    """Lost."""\n',
        ["api.md", "sbt_jax.epsilon.lost"],
    ),
    "a function without a docstring": (
        "src/sbt_jax/beta.py",
        "",
        "\n\ndef lost() -> int:\n    return 1\n",
        ["api.md", "sbt_jax.beta.lost"],
    ),
    "a page outside the table of contents": (
        "book/lost.md",
        None,
        "# A lost page\n",
        ["lost.md"],
    ),
    "a written chapter without a page": (
        "book/index.md",
        "minutes: 5, status: in preparation",
        "minutes: 5, status: written",
        ["index.md", "delta"],
    ),
    "a figure without a caption": (
        "book/alpha.md",
        "    caption: |\n      How often each letter occurs in one word.\n",
        "",
        ["alpha.md"],
    ),
}


# A fault of these is told by a line of its own and lets the build go on (each such
# line fails a strict build), so all of them are built at once; others one by one.
TOGETHER = {
    "a broken reference", "a broken figure number", "a broken link to a page",
    "an unknown term", "an unknown function", "an unknown citation",
    "an unknown number", "a missing image", "a label that is taken",
    "an unknown mechanism", "a function without a place in api.md",
    "a function without a docstring", "a page outside the table of contents",
    "a written chapter without a page",
}  # fmt: skip
# Of the others these are built twice: nothing is outdated then, and still it must fail.
TWICE = {"a failing cell", "a page without file_format"}
TOLD = re.compile(r"^.*\b(?:WARNING|ERROR|CRITICAL)\b.*$", re.MULTILINE)


def commit(tree, fault):
    """Make the fault in the tree."""
    file, old, new, _ = FAULTS[fault]
    if old is None:
        (tree.path / file).write_text(new, encoding="utf8")
    elif old == "":
        tree.append(file, new)
    else:
        tree.edit(file, old, new)


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - TOGETHER))
def test_a_fault_fails_every_build_and_names_the_page(warm, fault):
    commit(warm, fault)
    warm.extra["SBT_CELL_TIMEOUT"] = "2" if "does not end" in fault else "60"
    for time in ("first", "second") if fault in TWICE else ("first",):
        built = warm.build(good=False)
        assert built.code != 0, f"{fault} passed on the {time} build"
        for text in FAULTS[fault][-1]:
            assert text in built.log, f"the {time} message does not name {text}"


def test_faults_that_let_the_build_go_on_are_each_told_in_every_build(warm):
    for fault in TOGETHER:
        commit(warm, fault)
    for time in ("first", "second"):
        built = warm.build(good=False)
        assert built.code != 0
        lines = TOLD.findall(built.log)
        for fault in TOGETHER:
            named = FAULTS[fault][-1]
            assert any(all(text in line for text in named) for line in lines), (
                f"no line of the {time} build tells of {fault}, which names {named}"
            )


def test_one_line_that_warns_fails_the_build_and_the_next(warm):
    commit(warm, "an unknown citation")
    for _ in range(2):
        built = warm.build(good=False)
        assert built.code != 0
        assert len(TOLD.findall(built.log)) == 1


def test_after_a_fault_is_mended_the_build_is_right_again(warm):
    warm.append("book/alpha.md", "\nSee {ref}`nowhere`.\n")
    warm.edit("src/sbt_jax/beta.py", "+ 0", "+ 1000")
    assert warm.build(good=False).code != 0
    warm.edit("book/alpha.md", "{ref}`nowhere`", "nothing")
    assert warm.build().ran == []
    assert "the total is 1321" in warm.html("beta")
