"""Inference: a smaller cache, faster guesses, and how long one waits.

``python -m sbt_jax.recipes inference`` pools the key heads of the main model and trains
it on, squeezes and rounds its cache, lets the small model guess for it, times both on
this machine, and trains two other guessers onto main. A run that is stopped goes on
where it was.
"""

import dataclasses
from typing import Any

from sbt_jax.recipes.inference import drafts, fewer, guessers, shrink, steps, waits
from sbt_jax.recipes.runner import Run, Table
from sbt_jax.shipped.stories import story_model

RECIPE = "sbt_jax.recipes.inference"
TABLES = {
    "inference": Table(
        "Main with fewer key heads or a smaller cache, guesses of small; times.",
        ("world", "main", "small"),
    ),
    "inference_steps": Table(
        "Milliseconds of a step of main: written for many texts, read in pieces.",
        ("main", "small"),
    ),
    "inference_guessers": Table(
        "Heads and a block trained to guess for main: kept, tokens a pass, exactness.",
        ("world", "main", "small"),
    ),
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    heads: fewer.Sizes = fewer.Sizes()  # noqa: RUF009 - frozen
    cache: shrink.Sizes = shrink.Sizes()  # noqa: RUF009 - frozen
    guess: drafts.Sizes = drafts.Sizes()  # noqa: RUF009 - frozen
    times: waits.Sizes = waits.Sizes()  # noqa: RUF009 - frozen
    costs: steps.Sizes = steps.Sizes()  # noqa: RUF009 - frozen
    trained: guessers.Sizes = guessers.Sizes()  # noqa: RUF009 - frozen
    kv_heads: tuple[int, ...] = (2, 1)
    seeds: tuple[int, ...] = (0, 1, 2)  # guessers are trained on the first two


def make(run: Run, name: str) -> dict[str, Any]:
    """Measure what is not yet known."""
    run.work.mkdir(parents=True, exist_ok=True)
    return MAKE[name](run)


def _small_caches(run: Run) -> dict[str, Any]:
    """The cache, guesses of the small model, and waiting."""
    sizes, main = run.sizes, story_model("main")
    of = {name: dataclasses.asdict(getattr(sizes, name)) for name in PARTS}
    rates = run.remembered("agreement", of["guess"], drafts.agreement, sizes.guess)
    heads = {
        str(kv): [
            run.remembered(
                f"heads-{kv}-{seed}",
                of["heads"],
                *(fewer.fewer, main, kv, seed, run.work, sizes.heads),
            )
            for seed in sizes.seeds
        ]
        for kv in sizes.kv_heads
    }
    whole = run.remembered(
        "whole",
        of["heads"],
        *(fewer.loss_on, main, main.model, main.config, sizes.heads.held_out),
    )
    return {
        "heads": {"whole": whole, "pooled": heads},
        "shrink": run.remembered(
            "shrink", of["cache"], shrink.shrink, main, sizes.cache
        ),
        "channels": run.remembered(
            "channels", of["cache"], shrink.channels, main, sizes.cache
        ),
        "agreement": rates,
        "written": {
            str(g): run.remembered(
                f"written-{g}", of["guess"], drafts.written, sizes.guess, g
            )
            for g in sizes.guess.guesses
        },
        "formula": drafts.formula(rates["small"], sizes.guess),
        "drawn": run.remembered("drawn", of["guess"], drafts.drawn_once, sizes.guess),
        "waits": run.remembered("waits", of["times"], waits.waits, sizes.times),
    }


def _steps(run: Run) -> dict[str, Any]:
    """What steps cost on this machine."""
    sizes = run.sizes.costs
    of = dataclasses.asdict(sizes)
    return {
        "repeats": sizes.repeats,
        "batches": list(sizes.batches),
        "contexts": list(sizes.contexts),
        "write": [
            run.remembered(f"write-{batch}", of, steps.written, sizes, batch)
            for batch in sizes.batches
        ],
    } | run.remembered("read", of, steps.read, sizes)


def _guessers(run: Run) -> dict[str, Any]:
    """Guessers that are trained onto main, beside the small model."""
    sizes, seeds = run.sizes.trained, run.sizes.seeds[:2]
    of = dataclasses.asdict(sizes)
    found = {
        kind: [
            run.remembered(
                f"{kind}-{seed}", of, guessers.trained, kind, seed, run.work, sizes
            )
            for seed in seeds
        ]
        for kind in guessers.KINDS
    }
    small = [
        run.remembered(f"small-{seed}", of, guessers.small, seed, sizes)
        for seed in seeds
    ]
    return {"guesses": sizes.guesses, "steps": sizes.steps, "small": small} | found


PARTS = ("heads", "cache", "guess", "times")
MAKE = {
    "inference": _small_caches,
    "inference_steps": _steps,
    "inference_guessers": _guessers,
}
