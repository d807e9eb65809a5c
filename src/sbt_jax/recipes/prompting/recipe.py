"""Prompting: wordings, pairs in a prompt, and a shell game asked in ways.

``python -m sbt_jax.recipes prompting`` asks the main model for homes in fifty wordings
(nothing is trained), trains small models on pairs of cups and animals beside an exact
reader, and small models of the shell game that answer at once, in written steps, or
after meaningless dots. It ships one of each kind and a table. A run that is stopped
goes on where it was.
"""

import dataclasses
from typing import Any

from sbt_jax.recipes.prompting import asked, games, layouts
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.stories import story_model

RECIPE = "sbt_jax.recipes.prompting"
WHAT = "Wordings of one question, pairs in a prompt, and a shell game asked in ways."
READS = ("world", "main")
FILES = {
    "prompting_shell": "A small model of the shell game: at once, in steps, or dots.",
    "prompting_layouts": "A small model of pairs, of which eight layouts come again.",
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    wordings: asked.Sizes = asked.Sizes()  # noqa: RUF009 - frozen
    shell: games.Sizes = games.Sizes()  # noqa: RUF009 - frozen
    pairs: layouts.Sizes = layouts.Sizes()  # noqa: RUF009 - frozen
    seeds: tuple[int, ...] = (0, 1, 2)


def wordings(run: Run) -> dict[str, Any]:
    """The main model, asked in fifty wordings."""
    sizes = run.sizes.wordings
    of = dataclasses.asdict(sizes)
    return run.remembered("asked", of, _asked, sizes)


def _asked(sizes: asked.Sizes) -> dict[str, Any]:
    return asked.measure(story_model("main"), sizes)


def pairs(run: Run, count: int) -> dict[str, Any]:
    """The models of pairs with one number of known layouts."""
    sizes = run.sizes.pairs
    of = dataclasses.asdict(sizes) | {"known": count}
    alone = run.depending(None)
    name = f"layouts-{count}"
    found = alone.remembered(name, of, layouts.train, run.work, count, sizes)
    found["seeds"] = [
        alone.remembered(
            f"{name}-{seed}", [of, seed], layouts.examine, run.work, count, seed, sizes
        )
        for seed in sizes.seeds
    ]
    if count:
        found["exchanged"] = [
            alone.remembered(
                f"{name}-{seed}-exchanged",
                [of, seed],
                *(layouts.exchanged, run.work, count, seed, sizes),
            )
            for seed in sizes.seeds
        ]
    return found


def shell(run: Run, seed: int) -> dict[str, Any]:
    """One model of the shell game."""
    sizes = run.sizes.shell
    asks = ("tested", "asked", "voted", "votes", "freely", "seeds")
    whole = dataclasses.asdict(sizes)
    of = {name: value for name, value in whole.items() if name not in asks}
    alone = run.depending(None)
    trained = alone.remembered(
        f"shell-{seed}", [of, seed], games.train, run.work, sizes, seed
    )
    measured = alone.remembered(
        f"shell-{seed}-measured", [whole, seed], games.examine, run.work, sizes, seed
    )
    return trained | measured


def make(run: Run) -> dict[str, Any]:
    """Measure and train what is not yet there, and ship it."""
    sizes = run.sizes
    run.work.mkdir(parents=True, exist_ok=True)
    seeds = sizes.shell.seeds
    told = {str(count): pairs(run, count) for count in sizes.pairs.known}
    played = {str(seed): shell(run, seed) for seed in seeds}
    table = {
        "wordings": wordings(run),
        "pairs": told,
        "shell": played,
        "tested": list(sizes.shell.tested),
        "votes": list(sizes.shell.votes),
    }
    best = seeds[0]
    kept = {
        "prompting_shell": f"shell-{best}.npz",
        "prompting_layouts": f"layouts-{sizes.pairs.shipped}-{best}.npz",
    }
    held_out = {
        "prompting_shell": {"loss": played[str(best)]["loss"]},
        "prompting_layouts": {
            "far_new": told[str(sizes.pairs.shipped)]["seeds"][0]["new"]["far_all"]
        },
    }
    for name, what in FILES.items():
        run.ship(
            f"{name}.npz",
            what,
            kept=kept[name],
            seeds=(best,),
            inputs={},
            held_out=held_out[name],
        )
    return table
