"""Fine-tuning: ranks, rates, forgetting, formats of weights, and three adapters.

``python -m sbt_jax.recipes finetuning`` teaches the story models a harbour's logbook
whose floor is known: by adapters of many ranks and by all weights. It rounds the
weights of *main* in several ways, fine-tunes on rounded ones, and ships three small
adapters and a table. A run that is stopped goes on where it was.
"""

import dataclasses
from typing import Any

from sbt_jax.recipes.finetuning import capacity, maps, runs
from sbt_jax.recipes.runner import Run
from sbt_jax.world.domains import DOMAINS, domain

RECIPE = "sbt_jax.recipes.finetuning"
WHAT = "A logbook learned by adapters and by all weights; weights in fewer bits."
READS = ("world", "main", "small", "tokenizer", *DOMAINS)
FILES = {name: f"finetuning_{name}" for name in DOMAINS}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    rates: maps.Sizes = maps.Sizes()  # noqa: RUF009 - frozen
    facts: capacity.Sizes = capacity.Sizes()  # noqa: RUF009 - frozen
    ranks: runs.Sizes = runs.Sizes()  # noqa: RUF009 - frozen
    seeds: tuple[int, ...] = (0, 1)


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digests of the other worlds."""
    return {name: domain(name).digest for name in DOMAINS}


def make(run: Run) -> dict[str, Any]:
    """Measure and train what is not yet there, and ship it."""
    sizes = run.sizes
    run.work.mkdir(parents=True, exist_ok=True)
    table = {
        "map": maps.make(run, sizes.rates),
        "facts": capacity.make(run, sizes.facts),
    } | runs.make(run, sizes.ranks)
    names = ("alpha", "rate", "full_rate", "steps", "rows")
    table["how"] = {name: getattr(sizes.ranks, name) for name in names}
    table["cut to"] = list(sizes.ranks.ranks)
    at = [0, *sizes.ranks.ranks].index(sizes.ranks.shipped)
    measured = {"logbook": table["ranks"][0][at]} | table["domains"]
    for name, file in FILES.items():
        what = f"Low-rank adapters of the main model: it tells a {name} in place of"
        held_out = {"gap_per_word": measured[name]["new"]}
        run.ship(f"{file}.npz", f"{what} a story.", seeds=(0,), held_out=held_out)
    return table
