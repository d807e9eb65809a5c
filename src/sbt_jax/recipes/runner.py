"""What all recipes share: what they read, what is remembered, the table, the card.

A recipe is a module of this room that says, in capitals, what the runner must know:

- ``RECIPE``: the name that its cards give it;
- ``WHAT``: one sentence on the table that it ships, if it ships one;
- ``READS``: what the table is made of: names of :func:`today`, or of its own function
  ``inputs(sizes)``, which gives the digest of each;
- ``TABLES``: instead of both, several tables by name, each a :class:`Table`;
- ``MAKES``: what it makes for other recipes, by the same names;
- ``NEEDS``: the groups of packages that it needs beside those of the book.

It has ``Sizes``, a frozen dataclass of what is done, whose defaults are what is
shipped; and ``make(run)``, which gives the table as plain values, or with ``TABLES``
``make(run, name)``, which gives one of them.
"""

import argparse
import dataclasses
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import jax

from sbt_jax import checkpoints, world
from sbt_jax.shipped.stories import story_tokenizer
from sbt_jax.tokenization import reference_text

HERE = Path(__file__).parent
WORK = Path("_build/recipes")


class Table(NamedTuple):
    """A table that a recipe ships: a sentence on it, and what it is made of."""

    what: str
    reads: tuple[str, ...]


def tables(recipe: ModuleType) -> dict[str, Table]:
    """The tables that a recipe ships, by name.

    Example:
      >>> from sbt_jax.recipes.architecture import recipe
      >>> tables(recipe)["architecture"].reads
      ('world', 'tokenizer')
    """
    if hasattr(recipe, "TABLES"):
        return recipe.TABLES
    if not hasattr(recipe, "WHAT"):
        return {}
    name = recipe.RECIPE.rpartition(".")[2]
    return {name: Table(recipe.WHAT, tuple(recipe.READS))}


def reads(recipe: ModuleType) -> tuple[str, ...]:
    """All that a recipe reads, for whichever table."""
    if not hasattr(recipe, "TABLES"):
        return tuple(recipe.READS)
    return tuple(dict.fromkeys(n for t in recipe.TABLES.values() for n in t.reads))


@dataclasses.dataclass(frozen=True)
class Run:
    """One run of a recipe: what it does, and where.

    Args:
      recipe: The module, as cards name it.
      sizes: What is done.
      work: Folder that keeps each result; a run that is stopped goes on from it.
      out: Folder of the shipped files.
      inputs: The digest of each thing that the table is made of.
      of: What every remembered result depends on; None if each part names it.
    """

    recipe: str
    sizes: Any
    work: Path
    out: Path
    inputs: dict[str, str]
    of: Any = None

    def depending(self, of: Any) -> "Run":
        """The same run, whose remembered results depend on something else."""
        return dataclasses.replace(self, of=of)

    def remembered(
        self, name: str, part: Any, make: Callable[..., Any], *arguments: Any
    ) -> Any:
        """``make(*arguments)``, called once for each ``part``, and printed.

        Args:
          name: Of the file in ``work``.
          part: What the result depends on beside ``of``, as plain values.
          make: Computes it, plain values too.
          *arguments: For ``make``.
        """
        key = part if self.of is None else [self.of, part]
        path = self.work / f"{name}.json"
        found = checkpoints.remembered(path, key, lambda: make(*arguments))
        print(name, str(found)[:200], flush=True)
        return found

    def card(self, what: str, **changed: Any) -> checkpoints.Card:
        """How something was made: like the table, but for what is ``changed``."""
        seeds = getattr(self.sizes, "seeds", ())
        like_all: dict[str, Any] = {
            "seeds": seeds,
            "inputs": self.inputs,
            "held_out": {},
        }
        return checkpoints.Card(what, self.recipe, **like_all | changed)

    def ship(self, name: str, what: str, kept: str = "", **changed: Any) -> None:
        """Copy a file from ``work`` to the shipped ones, with its card.

        Args:
          name: Of the shipped file.
          what: One sentence on what it holds.
          kept: Its name in ``work``, if that is another.
          **changed: As in :meth:`card`.
        """
        content = (self.work / (kept or name)).read_bytes()
        checkpoints.replace_file(self.out / name, content)
        checkpoints.write_card(self.out / name, self.card(what, **changed))


def today(name: str) -> str:
    """The digest of something that many recipes read, as it is today.

    Args:
      name: ``world``, ``tokenizer``, ``corpus`` (the text of the Python reference),
        or a shipped model.

    Example:
      >>> today("world") == world.DIGEST
      True
    """
    if name == "world":
        return world.WORLD.digest
    if name == "tokenizer":
        return checkpoints.digest(repr(story_tokenizer().spec()))
    if name == "corpus":
        return checkpoints.digest(reference_text())
    return checkpoints.read_card(checkpoints.data_file(f"{name}.npz")).sha256


def inputs(recipe: ModuleType, sizes: Any, names: Sequence[str]) -> dict[str, str]:
    """The digests of what a recipe reads, as they are today."""
    own = recipe.inputs(sizes) if hasattr(recipe, "inputs") else {}
    return {name: own[name] if name in own else today(name) for name in names}


def run(
    recipe: ModuleType, sizes: Any, work: Path, out: Path = checkpoints.DATA
) -> Any:
    """Make what is not yet made, and ship it.

    Args:
      recipe: The module.
      sizes: What to do.
      work: Folder that keeps each result.
      out: Folder of the shipped files.

    Returns:
      The table; of a recipe with several each by its name.
    """
    read = inputs(recipe, sizes, reads(recipe))
    this = Run(recipe.RECIPE, sizes, work, out, read, of=read)
    if not hasattr(recipe, "TABLES"):
        made = recipe.make(this)
        for name, table in tables(recipe).items():
            checkpoints.write_table(name, made, this.card(table.what), out)
        return made
    several = {}
    for name, table in recipe.TABLES.items():
        own = {key: read[key] for key in table.reads}
        part = dataclasses.replace(this, inputs=own, of=own)
        several[name] = recipe.make(part, name)
        # Shipped at once: what is measured is there, whatever becomes of the rest.
        checkpoints.write_table(name, several[name], part.card(table.what), out)
    return several


def found() -> dict[str, str]:
    """The module of every recipe, by its name.

    A recipe is a module of this room that defines ``RECIPE``; one that is called
    ``recipe`` has the name of its chapter.

    Example:
      >>> found()["letters"], found()["alignment"]
      ('sbt_jax.recipes.tokenization.letters', 'sbt_jax.recipes.alignment.recipe')
    """
    modules = {}
    for file in sorted(HERE.rglob("*.py")):
        inside = file.relative_to(HERE).with_suffix("").parts
        if "\nRECIPE = " in file.read_text("utf8"):
            name = inside[-2] if inside[-1] == "recipe" else inside[-1]
            modules[name] = ".".join(["sbt_jax.recipes", *inside])
    return modules


def in_order() -> dict[str, ModuleType]:
    """Every recipe, each after those that make what it reads.

    Example:
      >>> next(iter(in_order()))
      'digits'
    """
    modules = {name: importlib.import_module(path) for name, path in found().items()}
    makes = {name: getattr(module, "MAKES", ()) for name, module in modules.items()}
    ordered: dict[str, ModuleType] = {}

    def put(name: str) -> None:
        for other, made in makes.items():
            if other not in ordered and set(made) & set(reads(modules[name])):
                put(other)
        ordered[name] = modules[name]

    for name in sorted(modules, key=lambda name: not makes[name]):
        if name not in ordered:
            put(name)
    return ordered


def stale(recipe: ModuleType, files: dict[str, checkpoints.Card]) -> list[str]:
    """What has changed since a recipe's files were shipped; nothing if they hold.

    Args:
      recipe: The module.
      files: The shipped cards.
    """
    own = {f: card for f, card in files.items() if card.recipe == recipe.RECIPE}
    changed = [
        f"{name} of {file}"
        for file, card in own.items()
        for name, now in inputs(recipe, recipe.Sizes(), list(card.inputs)).items()
        if now != card.inputs[name]
    ]
    return changed if own else ["nothing is shipped"]


def tell_all() -> None:
    """Print every recipe, and whether what it ships is made of what there is today."""
    shipped = checkpoints.cards()
    for name, module in in_order().items():
        try:
            changed = ", ".join(stale(module, shipped)) or "up to date"
        except ImportError as error:
            changed = f"unknown: {error}"
        print(f"{name:14}{(module.__doc__ or '').splitlines()[0]}  [{changed}]")


def main(arguments: Sequence[str]) -> None:
    """Run recipes by their names; without one, list them.

    Raises:
      SystemExit: If there is no recipe of a name.
    """
    parser = argparse.ArgumentParser(prog="python -m sbt_jax.recipes")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--all", action="store_true", help="all without NEEDS")
    parser.add_argument("--packaged", action="store_true", help="all with NEEDS")
    parser.add_argument("--work", type=Path, help="folder that one recipe works in")
    parser.add_argument("--out", type=Path, default=checkpoints.DATA)
    options = parser.parse_args(arguments)
    if not (options.names or options.all or options.packaged):
        tell_all()
        return
    recipes = in_order()
    unknown = [name for name in options.names if name not in recipes]
    if unknown:
        known = ", ".join(sorted(recipes))
        raise SystemExit(f"no recipe is called {unknown[0]!r}: {known}")
    if options.work and len(options.names) != 1:
        raise SystemExit(f"--work is of one recipe, got {options.names}")
    chosen = options.names or [
        name
        for name, module in recipes.items()
        if bool(getattr(module, "NEEDS", ())) == options.packaged
    ]
    for name in chosen:
        module = recipes[name]
        run(module, module.Sizes(), options.work or WORK / name, options.out)
        jax.clear_caches()  # programs map memory, of which a process has only so much
