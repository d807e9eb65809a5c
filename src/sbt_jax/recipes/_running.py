"""What recipes that measure share: their command line, and results that are kept."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sbt_jax import checkpoints


def command_line(
    run: Callable[..., Any],
    settings: Any,
    name: str,
    about: str | None,
    arguments: Any = None,
) -> None:
    """Run a recipe: ``--work`` names the folder that it goes on from."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--work", type=Path, default=Path("_build/recipes") / name)
    parser.add_argument("--out", type=Path, default=checkpoints.DATA)
    options = parser.parse_args(arguments)
    run(settings, options.work, out=options.out)


def remembering(work: Path, inputs: Any = None) -> Callable[..., Any]:
    """``remembered(name, part, make)``: made once for each part, and said.

    Args:
      work: Folder that keeps each result.
      inputs: What all results depend on; None if each part names it.
    """

    def remembered(name: str, part: Any, make: Callable[[], Any]) -> Any:
        key = part if inputs is None else [inputs, part]
        found = checkpoints.remembered(work / f"{name}.json", key, make)
        print(name, str(found)[:200], flush=True)
        return found

    return remembered
