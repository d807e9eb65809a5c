"""Scaling: many small models of many sizes, and text read again and again.

``python -m sbt_jax.recipes scaling`` trains models of several widths on several
budgets of compute, each with a schedule of its own, and measures what is left to the
entropy of the world; some again on one schedule for all; and some at many learning
rates. A run that is stopped goes on where it was.
"""

import dataclasses
from typing import Any

from sbt_jax.recipes.runner import Run, Table
from sbt_jax.recipes.scaling import after
from sbt_jax.recipes.scaling import rates as tried
from sbt_jax.recipes.scaling import repeats as again
from sbt_jax.recipes.scaling import schedules as planned
from sbt_jax.recipes.scaling import sweep as many
from sbt_jax.shipped.rows import story_rows
from sbt_jax.shipped.stories import story_tokenizer

RECIPE = "sbt_jax.recipes.scaling"
TABLES = {
    "scaling": Table(
        "Losses of small models by size, tokens and budget; text read several times.",
        ("world", "tokenizer", "small", "main"),
    ),
    "scaling_schedules": Table(
        "Losses on one schedule for all budgets and halfway; by rate, as μP scales it.",
        ("world", "tokenizer"),
    ),
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    sweep: many.Sizes = many.Sizes()  # noqa: RUF009 - frozen
    repeats: again.Sizes = again.Sizes()  # noqa: RUF009 - frozen
    schedules: planned.Sizes = planned.Sizes()  # noqa: RUF009 - frozen
    rates: tried.Sizes = tried.Sizes()  # noqa: RUF009 - frozen
    seeds: tuple[int, ...] = (0, 1)
    rounds: int = 200  # of fits to runs drawn anew
    written: int = 200  # stories a model
    marked: int = 100  # stories whose words are looked at one by one
    shipped: tuple[str, ...] = ("small", "main")


def name_of(budget: float, width: int) -> str:
    """Of the files of some models."""
    return f"sweep-{budget:.0e}-{width}"


def make(run: Run, name: str) -> dict[str, Any]:
    """Train and measure what is not yet there."""
    run.work.mkdir(parents=True, exist_ok=True)
    # What is trained here does not ask how the shipped models are.
    alone = run.depending({n: run.inputs[n] for n in ("tokenizer", "world")})
    s = run.sizes
    rows = story_rows(story_tokenizer(), s.sweep.stories)
    how = [s.sweep.rows, s.sweep.held_out, s.sweep.stories, s.seeds]
    if name == "scaling":
        return _sweep(run, alone, rows, how)
    return _schedules(alone, rows, how) | {"rates": _rates(alone)}


def _sweep(run: Run, alone: Run, rows: Any, how: list[Any]) -> dict[str, Any]:
    """Models of many sizes on many budgets, what they can do, and repeated text."""
    s = run.sizes
    runs = []
    for budget, widths in s.sweep.budgets:
        for width in widths:
            name = name_of(budget, width)
            what = (rows, width, budget, s.seeds, s.sweep, run.work / name)
            runs += alone.remembered(name, [budget, width, *how], many.measure, *what)
    losses = [[row["loss"] for row in runs], s.rounds]
    fits = alone.remembered("fits", losses, after.fits, runs, s.rounds)
    best = after.best_widths(runs)
    written = [
        {
            "budget": budget,
            "width": width,
            "seeds": alone.remembered(
                f"writing-{budget:.0e}",
                [budget, width, s.written, *how],
                *(after.writing, run.work / name_of(budget, width), s.seeds, s.written),
            ),
        }
        for budget, width in best.items()
    ]
    skills = [
        {
            "budget": budget,
            "width": width,
            "seeds": alone.remembered(
                f"skills-{budget:.0e}-{width}",
                [budget, width, s.marked, *how],
                *(after.skills_of, run.work / name_of(budget, width)),
                *(s.seeds, s.marked),
            ),
        }
        for budget, widths in s.sweep.budgets
        for width in widths
    ]
    shipped = {
        name: run.remembered(
            f"skills-{name}", [name, s.marked], after.skills_of_shipped, name, s.marked
        )
        for name in s.shipped
    }
    repeated = [
        alone.remembered(
            f"repeats-{epochs}",
            [epochs, dataclasses.asdict(s.repeats), s.sweep.stories, s.seeds],
            *(again.measure, rows, epochs, s.seeds, s.repeats),
        )
        for epochs in s.repeats.epochs
    ]
    return {
        "runs": runs,
        "fits": fits,
        "writing": written,
        "skills": skills,
        "shipped": shipped,
        "repeats": repeated,
    }


def _schedules(run: Run, rows: Any, how: list[Any]) -> dict[str, Any]:
    """Runs read before their schedule ends: on one for all, and halfway."""
    s = run.sizes
    marks = planned.stops(s.schedules, s.sweep)
    longest = max(tokens for one in marks.values() for tokens in one.values())
    half = [
        run.remembered(
            f"halfway-{width}",
            [width, dataclasses.asdict(s.schedules), *how],
            *(planned.halfway, rows, width, s.schedules, s.sweep),
        )
        for width in s.schedules.widths
    ]
    shared = []
    for width, ends in marks.items():
        shared += run.remembered(
            f"one-for-all-{width}",
            [width, list(ends.items()), longest, *how],
            *(planned.one_for_all, rows, width, ends, longest, s.seeds, s.sweep),
        )
    return {"longest": longest, "one for all": shared, "halfway": half}


def _rates(run: Run) -> dict[str, Any]:
    """Last losses by learning rate and width, as μP scales the rates."""
    s = run.sizes.rates
    ends = [
        run.remembered(
            f"rates-{width}", [width, dataclasses.asdict(s)], tried.measure, width, s
        )
        for width in s.widths
    ]
    return {"rates": s.rates, "steps": s.steps, "base": s.base, "ends": ends}
