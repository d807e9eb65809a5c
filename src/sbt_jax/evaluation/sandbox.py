"""A sandbox: run code that a model wrote, where it can do little harm.

The code runs in a process of its own: other memory, no files, no network, no further
processes, so many seconds, and no modules but a few. Our own process never evaluates
it, and believes nothing that it prints: results are compared here.

This keeps honest mistakes and simple mischief out. It is no wall against an attacker
who knows Python well; for such code use a container or another machine as well.

Public names: :mod:`sbt_jax.evaluation`.
Source: Chen et al. (2021), arXiv:2107.03374, section 2.3, says why it is needed.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sbt_jax import checks

KINDS = ("passed", "wrong", "failed", "refused", "too slow", "too large")
CHILD = Path(__file__).with_name("child.py")
BYTES = 100_000  # of a result that are read


class Outcome(NamedTuple):
    """What became of a program."""

    kind: str  # one of KINDS
    said: str  # the results, or what went wrong


def run_sandboxed(
    source: str, inputs: Sequence[Any], seconds: float = 2.0, megabytes: int = 128
) -> Outcome:
    """Run a function ``solve`` that somebody else wrote, on some inputs.

    Args:
      source: Python that defines ``solve``, of one argument.
      inputs: One call each; plain values, as JSON has them.
      seconds: Of processor time, and of the clock.
      megabytes: Of memory, beside what Python itself takes.

    Returns:
      ``passed`` with the results as JSON, or what kind of end it came to.

    Raises:
      ValueError: If a limit is out of range, or inputs are no plain values.

    Example:
      >>> run_sandboxed("def solve(x):\\n    return sorted(x)", [[3, 1, 2]])
      Outcome(kind='passed', said='[[1, 2, 3]]')
      >>> run_sandboxed("import os", [[1]]).kind
      'refused'
    """
    checks.text("source", source)
    checks.number("seconds", seconds, 0, 60, above=True)
    checks.whole("megabytes", megabytes, 16, 4096)
    try:
        told = json.dumps(
            {
                "source": source,
                "inputs": list(inputs),
                "seconds": seconds,
                "megabytes": megabytes,
            }
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"inputs must be plain values, got {inputs!r}") from error
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        with out.open("wb") as answers:
            child = subprocess.Popen(
                [sys.executable, "-I", "-S", "-B", str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=answers,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={},
                start_new_session=True,
            )
            late = False
            try:
                child.communicate(told.encode(), timeout=seconds + 3)
            except subprocess.TimeoutExpired:
                late = True
            finally:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        with out.open("rb") as answers:
            raw = answers.read(BYTES)
    return _read(raw, child.returncode, late)


def _read(raw: bytes, code: int, late: bool) -> Outcome:
    """What the child has written last, if it is what a child of ours writes."""
    if late or code in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM):
        return Outcome("too slow", "it did not end in time")
    try:
        kind, said = json.loads(raw)
    except (ValueError, TypeError, UnicodeDecodeError, RecursionError):
        return Outcome("failed", f"it ended with {code} and no result")
    if kind not in KINDS or not isinstance(said, str):
        return Outcome("failed", "it wrote something else than a result")
    return Outcome(kind, said)


def check_program(
    source: str,
    pairs: Sequence[tuple[Any, Any]],
    seconds: float = 2.0,
    megabytes: int = 128,
) -> Outcome:
    """Whether a function that somebody else wrote gives what it should.

    Args:
      source: Python that defines ``solve``, of one argument.
      pairs: Inputs, and what each should give.
      seconds: See :func:`run_sandboxed`.
      megabytes: See :func:`run_sandboxed`.

    Example:
      >>> check_program("def solve(x): return x[::-1]", [([1, 2], [2, 1])]).kind
      'passed'
      >>> check_program("def solve(x): return x", [([1, 2], [2, 1])])
      Outcome(kind='wrong', said='[1, 2] gave [1, 2], not [2, 1]')
    """
    found = run_sandboxed(source, [given for given, _ in pairs], seconds, megabytes)
    if found.kind != "passed":
        return found
    results = json.loads(found.said)
    if not isinstance(results, list) or len(results) != len(pairs):
        return Outcome("failed", "it wrote something else than a result")
    for (given, wanted), got in zip(pairs, results, strict=True):
        if got != json.loads(json.dumps(wanted)) or isinstance(got, bool) != isinstance(
            wanted, bool
        ):
            told = f"{given} gave {str(got)[:80]}, not {wanted}"
            return Outcome("wrong", told)
    return found
