"""Hallucinations: where people live, as models say it, known, rare and never told.

``python -m sbt_jax.recipes hallucinations`` counts how often stories tell each home;
asks the main model and the assistants of chapter 8 for all of them; draws several
answers to each question; teaches an assistant to say that nobody told it; gives the
reader right, wrong and no notes; and lets small models learn statements by heart. A
run that is stopped goes on where it was.
"""

import dataclasses
from typing import Any

import numpy as np

from sbt_jax import checkpoints, world
from sbt_jax.checkpoints import data_file
from sbt_jax.hallucinations import with_temperature
from sbt_jax.recipes import assistants
from sbt_jax.recipes.hallucinations import asking, facts
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.homes import TALK
from sbt_jax.shipped.stories import story_model
from sbt_jax.world.words import TOWNS

RECIPE = "sbt_jax.recipes.hallucinations"
WHAT = "Homes as models say them: confidence, truth, how often told; refusals; facts."
READS = ("world", "main", "alignment_sft", "alignment_dpo", "alignment_rlhf", "reader")


SHOWN = ("main", "alignment_sft")  # whose rows are shipped as they are


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    stories: int = world.BASE_STORIES  # in which homes are counted
    every: int = 1  # of all people, which are asked about
    draws: int = 10  # answers to each question
    seeds: tuple[int, ...] = (0, 1)
    steps: int = 400  # of teaching to refuse
    rows: int = 4  # of 256 tokens a step
    read: tuple[int, ...] = (300, 1000, 3000)  # statements that models learn
    counted: tuple[int, ...] = (
        300,
        1000,
        3000,
        10_000,
        30_000,
        100_000,
        300_000,
        1_000_000,
    )
    fact_steps: int = 1000


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digest of the reader's file."""
    return {"reader": checkpoints.digest(data_file("reader.npz").read_bytes())}


def make(run: Run) -> dict[str, Any]:
    """Measure what is not yet measured."""
    run.work.mkdir(parents=True, exist_ok=True)
    sizes, whole = run.sizes, run
    # Only one part reads notes: the others stay when there is a new reader.
    run = run.depending({k: v for k, v in run.inputs.items() if k != "reader"})
    main = story_model("main")
    lab = assistants.open_lab(main, run.work)
    names = list(world.people())[:: sizes.every]
    told = run.remembered("told", [sizes.stories], asking.told, sizes.stories)
    homes = {
        f"{model or 'main'}": run.remembered(
            f"homes-{model or 'main'}-{way}",
            [names],
            *(asking.homes, main, model, names, way),
        )
        for model, way in asking.ASKED.items()
    }
    drawn = run.remembered(
        "drawn", [names, sizes.draws], asking.drawn, lab, names, sizes.draws
    )
    lessons = [names, sizes.draws, sizes.steps, sizes.rows]
    silent = [
        run.remembered(
            f"silent-{seed}",
            [*lessons, seed],
            *(asking.taught_silence, lab, names, drawn, sizes.steps, sizes.rows, seed),
        )
        for seed in sizes.seeds
    ]
    return {
        "settings": dataclasses.asdict(sizes),
        "towns": list(TOWNS),
        "talk": TALK,  # how stories come to ask; the figure asks so, too
        "names": names,
        "told": [told[name] for name in names],
        "truth": [TOWNS.index(world.people()[name]["town"]) for name in names],
        "homes": {model: homes[model] for model in SHOWN},
        "others": {m: sure(rows) for m, rows in homes.items() if m not in SHOWN},
        "drawn": [{k: v for k, v in row.items() if k != "first"} for row in drawn],
        "silent": silent,
        "notes": whole.remembered("notes", [names], asking.with_notes, names),
        "laws": {
            name: {
                str(n): run.remembered(
                    f"told-{name}-{n}", [sizes.seeds], counted, name, n, sizes.seeds
                )
                for n in sizes.counted
            }
            for name in facts.LAWS
        },
        "learned": {
            str(n): run.remembered(
                f"learned-{n}",
                [sizes.seeds, sizes.fact_steps],
                *(facts.trained, n, sizes.seeds, sizes.fact_steps),
            )
            for n in sizes.read
        },
    }


def sure(rows: list[list[float]]) -> list[list[int | float]]:
    """The likeliest town of each row, and its probability among the towns.

    Example:
      >>> sure([[-0.5, -0.5, -9.0]])
      [[0, 0.4999]]
    """
    p = with_temperature(np.array(rows), 1.0)
    return [[int(row.argmax()), round(float(row.max()), 4)] for row in p]


def counted(name: str, read: int, seeds: tuple[int, ...]) -> list[dict[str, float]]:
    """What is known of statements before they are learned, for each seed."""
    return [facts.told(name, read, seed) for seed in seeds]
