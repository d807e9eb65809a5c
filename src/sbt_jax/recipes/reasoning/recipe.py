"""Reasoning: a ball under five cups, and models that think before they answer.

``python -m sbt_jax.recipes reasoning`` trains models that answer at once or write the
places first, measures what a budget, a wait and a wrong step change, and teaches one by
rewards alone when to think.
"""

import dataclasses
from typing import Any

from sbt_jax import checkpoints
from sbt_jax.reasoning.cups import MOST, WORDS
from sbt_jax.recipes.reasoning import lessons, starting, thinking, wrong
from sbt_jax.recipes.runner import Run

RECIPE = "sbt_jax.recipes.reasoning"
WHAT = "A ball under five cups: budgets, wrong steps, and thinking learned by reward."
READS = ("game",)
FILES = {
    "reasoning_start": "A model of five cups that answers at once or writes places.",
    "reasoning_second": "The same, trained on second passes over wrong chains.",
    "reasoning_decoys": "The same, trained on some chains of nonsense.",
    "reasoning_learned": "The first, after learning from rewards alone when to think.",
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    start: starting.Sizes = starting.Sizes()  # noqa: RUF009 - frozen
    learn: thinking.Sizes = thinking.Sizes()  # noqa: RUF009 - frozen
    stray: wrong.Sizes = wrong.Sizes()  # noqa: RUF009 - frozen
    seeds: tuple[int, ...] = (0, 1)


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digest of the game: its words, and how texts answer."""
    game = repr((WORDS, MOST, lessons.MIXES))
    return {"game": checkpoints.digest(game)}


def begun(run: Run, mix: str) -> dict[str, Any]:
    """Models of one mix."""
    sizes = run.sizes.start
    of = [mix, sizes.seeds, sizes.steps, sizes.rate, sizes.rows]
    return run.depending(None).remembered(
        f"start-{mix}",
        of,
        *(starting.train, run.work, mix, mix, 2, starting.MOST, sizes),
    )


def depths(run: Run) -> dict[str, Any]:
    """Models that only answer at once, by their layers."""
    sizes = run.sizes.start
    of = [sizes.seeds, sizes.steps, sizes.rate, sizes.rows, sizes.layers, sizes.most]
    return run.depending(None).remembered(
        "depths", [*of, sizes.asked], starting.depths, run.work, sizes
    )


def rewarded(run: Run, cost: float) -> dict[str, Any]:
    """Runs that learn from rewards at one price of a written place."""
    sizes, first = run.sizes.learn, run.sizes.start
    of = {k: v for k, v in dataclasses.asdict(sizes).items() if k != "costs"}
    of |= {"start": [first.seeds, first.steps, first.rate, first.rows]}
    return run.depending(None).remembered(
        f"learned-{cost}", of, thinking.learn, run.work, "cuts-0.npz", cost, sizes
    )


def asked(run: Run) -> dict[str, Any]:
    """What is asked of the trained models, nothing of it slow."""
    first, learn, stray = run.sizes.start, run.sizes.learn, run.sizes.stray
    of = dataclasses.asdict(run.sizes)
    found: dict[str, Any] = {}
    for mix in first.mixes:
        found[mix] = run.remembered(
            f"asked-{mix}",
            of,
            lambda mix=mix: {
                "budgets": starting.budgets(run.work, mix, first),
                "followed": wrong.followed(run.work, mix, first.seeds, stray),
                "waited": wrong.waited(run.work, mix, first.seeds, stray),
            },
        )
    found["passes"] = run.remembered(
        "passes", of, thinking.passes, run.work, "cuts-0.npz", learn
    )
    return found


def make(run: Run) -> dict[str, Any]:
    """Train and measure what is not yet there, and ship it."""
    run.work.mkdir(parents=True, exist_ok=True)
    sizes = run.sizes
    table: dict[str, Any] = {
        "start": {mix: begun(run, mix) for mix in sizes.start.mixes},
        "layers": depths(run),
        "learned": {str(cost): rewarded(run, cost) for cost in sizes.learn.costs},
        "swaps": list(sizes.stray.swaps),
    }
    table |= asked(run)
    seed, cost = sizes.start.seeds[0], sizes.learn.costs[0]
    kept = {
        "reasoning_start": f"cuts-{seed}.npz",
        "reasoning_second": f"second-{seed}.npz",
        "reasoning_decoys": f"decoys-{seed}.npz",
        "reasoning_learned": f"learned-{cost}-{sizes.learn.seeds[0]}.npz",
    }
    for name, what in FILES.items():
        run.ship(f"{name}.npz", what, kept=kept[name], seeds=(seed,))
    return table
