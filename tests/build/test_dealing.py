"""Pages that are read side by side are dealt one by one, the long ones first."""

import json
import re
import sqlite3
import subprocess
import sys

import pytest

CELL = "\n```{{code-cell}} ipython3\n{}\n```\n"
PROGRAM = """
import sys
sys.path.insert(0, "conf/ext")
import dealing
"""


@pytest.fixture(scope="module")
def ask(home):
    """``ask(code)``: what a program prints that has imported ``dealing``."""
    tree, _, _ = home

    def run(code, text=""):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM + code], input=text, cwd=tree.path,
            text=True, env=tree.environment(), capture_output=True, check=True,
        )  # fmt: skip
        return done.stdout.split()

    return run


def test_tasks_start_in_the_order_in_which_they_come(ask):
    code = (
        "tasks = dealing.InOrder(1)\n"
        "for i, word in enumerate(['one', 'two', 'three', 'four'], start=1):\n"
        "    tasks.add_task(str, word, lambda word, _, i=i: print(i, word))\n"
        "tasks.join()"
    )
    assert ask(code) == ["1", "one", "2", "two", "3", "three", "4", "four"]


def test_a_page_that_trains_a_model_is_thought_longer_than_any_other(ask):
    train = CELL.format("from sbt_jax.training import *\nmodel = train(1)")
    load = CELL.format("from sbt_jax.training import loss\nprint(loss())")
    merges = CELL.format("from sbt_jax.tokenization import train\ntrain(1)")
    long = CELL.format("print(1)\n") * 400
    code = "print(dealing.guess(sys.stdin.read()))"
    seconds = [float(ask(code, text)[0]) for text in (train, load, merges, long)]
    assert seconds[0] > 3 * max(seconds[1:])


def test_only_what_trains_a_model_is_compiled_to_run_fast(ask):
    code = (
        "import json, kernels\n"
        "for cell in json.load(sys.stdin): print(kernels.flags([cell], '--mine=1'))"
    )
    cells = [
        "from sbt_jax.shipped.births import watch_birth\nbirth = watch_birth(1)",
        "from sbt_jax.training import *\nprint(learning_rate(1))",
        "print(1)",
    ]
    trained, *others = "\n".join(ask(code, json.dumps(cells))).split("--mine=1")[:-1]
    assert trained == ""
    assert all("optimization_level=0" in flags for flags in others)


def test_a_build_side_by_side_starts_with_what_took_longest(warm):
    with sqlite3.connect(warm.path / "_build" / "execution" / "global.db") as database:
        long = """update nbcache set data = '{"execution_seconds": 999}'"""
        changed = database.execute(f"{long} where uri like '%/beta.md'")
        assert changed.rowcount == 1
    warm.append("conf/ext/chapters.py", "\n# A comment: every page is read again.\n")
    log = warm.build("-j", "2").log
    blocks = re.findall(r"reading sources\.\.\. \[ *\d+%\] (\w.*)", log)
    assert len(blocks) == 5  # three pages that run, and the others in two
    assert blocks[0] == "beta"
    assert {*blocks[-2:]} == {"api .. references", "plain"}
