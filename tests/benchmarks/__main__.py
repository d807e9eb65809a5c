"""One table of every ``bench_*.py`` here, and ``_build/bench.json``.

A row says what was measured, ours and a peer's number in the same unit, and their
ratio, in which more than 1 always means that ours is better. ``--quick`` leaves out
what takes minutes; names after it choose modules (``-- tokenization``). ``--smoke``
only shows that our side of each still runs: each task once, at small sizes, and
without peers that are missing.
"""

import argparse
import importlib
import inspect
import json
import os
import platform
import sys
import time
from pathlib import Path

from . import timing

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "_build" / "bench.json"


def table(rows: list[dict]) -> str:
    """The rows as text in columns."""
    head = ["what", "size", "ours", "peer", "unit", "ratio", "peer is"]
    lines = [head] + [
        [
            row["name"],
            str(row["size"]),
            f"{row['ours']:.3g}",
            "" if row["peer"] is None else f"{row['peer']:.3g}",
            row["unit"],
            "" if row["ratio"] is None else f"{row['ratio']:.2f}",
            row["peer_name"],
        ]
        for row in rows
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )


def smoke(names: list[str]) -> list[dict]:
    """The rows of these modules, each task run once; says which peers are missing."""
    if not (OUT.parent / "html" / "index.html").is_file():
        raise SystemExit("build the book first (`nox -s book`): its pages are weighed")
    timing.RUNS = 1
    sys.path.append(str(HERE.parents[1] / "conf" / "ext"))
    from compiling import QUICK

    os.environ.setdefault("XLA_FLAGS", QUICK)
    rows: list[dict] = []
    for name in names:
        start = time.perf_counter()
        timing.MISSING.clear()
        module = importlib.import_module(f"tests.benchmarks.bench_{name}")
        tiny = "smoke" in inspect.signature(module.rows).parameters
        rows += module.rows(smoke=True) if tiny else module.rows(quick=True)
        missing = "".join(f", without {peer}" for peer in sorted(timing.MISSING))
        print(f"{name}: {time.perf_counter() - start:.1f} s{missing}")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("modules", nargs="*")
    arguments = parser.parse_args()
    found = sorted(p.stem.removeprefix("bench_") for p in HERE.glob("bench_*.py"))
    names = arguments.modules or found
    if arguments.smoke:
        print(table(smoke(names)))
        return
    rows: list[dict] = []
    for name in names:
        module = importlib.import_module(f"tests.benchmarks.bench_{name}")
        rows += module.rows(quick=arguments.quick)
    print(table(rows))
    OUT.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    OUT.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1))
    print(f"\nAlso in {OUT}")


if __name__ == "__main__":
    main()
