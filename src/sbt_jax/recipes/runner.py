"""What recipes that measure share: their command line, and results that are kept."""

import argparse
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sbt_jax import checkpoints

HERE = Path(__file__).parent


def found() -> dict[str, str]:
    """The module of every recipe, by its name.

    A recipe is a module of this room that defines ``main``; one that is called
    ``recipe`` has the name of its chapter.

    Example:
      >>> found()["letters"], found()["alignment"]
      ('sbt_jax.recipes.tokenization.letters', 'sbt_jax.recipes.alignment.recipe')
    """
    modules = {}
    for file in sorted(HERE.rglob("*.py")):
        inside = file.relative_to(HERE).with_suffix("").parts
        if file != Path(__file__) and "\ndef main(" in file.read_text("utf8"):
            name = inside[-2] if inside[-1] == "recipe" else inside[-1]
            modules[name] = ".".join(["sbt_jax.recipes", *inside])
    return modules


def main(arguments: Sequence[str]) -> None:
    """Run the recipe that the first argument names; without one, list them.

    Raises:
      SystemExit: If there is no recipe of this name.
    """
    modules = found()
    if not arguments:
        print("\n".join(sorted(modules)))
        return
    name, *options = arguments
    if name not in modules:
        raise SystemExit(f"no recipe is called {name!r}: {', '.join(sorted(modules))}")
    importlib.import_module(modules[name]).main(options)


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
