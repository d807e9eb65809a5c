"""Fine-tuning *small*: rates, ranks, and two rules for the scale.

Run by :mod:`sbt_jax.recipes.finetuning`.
"""

import dataclasses
import itertools
from typing import Any

import jax
import jax.numpy as jnp

from sbt_jax import finetuning
from sbt_jax.recipes.finetuning import tuning
from sbt_jax.recipes.finetuning.tuning import Plan
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.stories import story_model
from sbt_jax.world import WORLD
from sbt_jax.world.domains import domain

LENGTH = 72  # tokens of a text
STORY = 256


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests train less."""

    ranks: tuple[int, ...] = (1, 4, 16, 64)
    rates: tuple[float, ...] = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
    full: tuple[float, ...] = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
    alpha: float = 16.0
    rules: tuple[str, ...] = finetuning.SCALES
    steps: int = 100
    rows: int = 8
    seed: int = 0
    tested: tuple[int, int] = (150, 60)  # logbooks, stories


def plans(sizes: Sizes) -> list[tuple[str, Plan]]:
    """Every run of the map, with the rule of its scale."""
    found = [
        (rule, Plan(rank, "all", finetuning.scaled(sizes.alpha, rank, rule).scale, rate,
                    sizes.seed))
        for rule, rank, rate in itertools.product(sizes.rules, sizes.ranks, sizes.rates)
    ]  # fmt: skip
    return found + [
        ("all weights", Plan(0, "all", 1.0, rate, sizes.seed)) for rate in sizes.full
    ]


def make(run: Run, sizes: Sizes) -> dict[str, Any]:
    """The map: how far from each floor, by rule, rank and rate."""
    of = dataclasses.asdict(sizes)
    return run.remembered("map", of, measure, sizes)


def measure(sizes: Sizes) -> dict[str, Any]:
    """All runs of the map."""
    reader = story_model("small")
    model = jax.tree.map(jnp.asarray, reader.model)
    log = domain("logbook")
    texts = tuning.texts(reader, log, sizes.steps * sizes.rows, 10, LENGTH)
    new = tuning.test_of(reader, log, sizes.tested[0], 11, LENGTH)
    old = tuning.test_of(reader, WORLD, sizes.tested[1], 1, STORY)
    found = []
    for rule, plan in plans(sizes):
        weights, losses = tuning.tune(
            reader, model, texts, plan, sizes.steps, sizes.rows
        )
        after = tuning.as_model(model, weights, plan)
        row = {
            "rule": rule,
            "rank": plan.rank,
            "rate": plan.rate,
            "new": tuning.gap(reader, after, new),
            "old": tuning.gap(reader, after, old),
            "last": round(sum(losses[-10:]) / len(losses[-10:]), 4),
        }
        print(row, flush=True)
        found.append(row)
    first = {
        "new": tuning.gap(reader, model, new),
        "old": tuning.gap(reader, model, old),
    }
    return {"before": first, "runs": found}
