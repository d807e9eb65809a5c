"""Scaling: laws fitted to the runs, and what the best models of each budget write.

Run by :mod:`sbt_jax.recipes.scaling`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sbt_jax import scaling, world
from sbt_jax.shipped.measures import word_costs, word_marks
from sbt_jax.shipped.stories import StoryModel, load_story_model, story_model
from sbt_jax.shipped.writing import story_validity


def fits(runs: Sequence[dict[str, Any]], rounds: int) -> dict[str, Any]:
    """The law fitted in two ways, and to runs that are drawn anew."""
    found = scaling.runs_of(
        *([row[name] for row in runs] for name in ("parameters", "tokens", "loss"))
    )
    sizes = sorted({(row["budget"], row["width"]) for row in runs})
    groups = [sizes.index((row["budget"], row["width"])) for row in runs]
    drawn = np.array(scaling.bootstrap(found, groups, rounds))
    ends = np.percentile(drawn, [5, 95], axis=0)
    projected = scaling.fit_law(found)
    return {
        "projection": _digits(projected.law),
        "error": round(projected.error, 4),
        "huber": _digits(scaling.fit_huber(found)),
        "rounds": rounds,
        "low": _digits(ends[0]),
        "high": _digits(ends[1]),
    }


def _digits(law: Sequence[float]) -> list[float]:
    return [float(f"{value:.5g}") for value in law]


def writing(keep: Path, seeds: Sequence[int], count: int) -> list[dict[str, Any]]:
    """How much of what some models write could be of the world, one row a seed."""
    return [story_validity(reader, count) for reader in of_seeds(keep, seeds)]


def best_widths(runs: Sequence[dict[str, Any]]) -> dict[float, int]:
    """By budget the width whose mean loss over seeds is least."""
    found: dict[float, int] = {}
    for budget in sorted({row["budget"] for row in runs}):
        some = [row for row in runs if row["budget"] == budget]
        widths = sorted({row["width"] for row in some})
        means = [np.mean([r["loss"] for r in some if r["width"] == w]) for w in widths]
        found[budget] = widths[int(np.argmin(means))]
    return found


def by_skill(readers: Sequence[StoryModel], count: int) -> list[dict[str, float]]:
    """Nats a word above the truth, by what it takes to know the word; a row a model."""
    told = [story.text for story in world.stories(count, world.HELD_OUT_SEED)]
    marks = [mark for text in told for mark in word_marks(text)]
    skills = np.array([skill for _, skill, _ in marks])
    floor = -np.log([p for *_, p in marks])
    found = []
    for reader in readers:
        gaps = np.concatenate(word_costs(reader, told)) - floor
        found.append(
            {
                str(skill): round(float(gaps[skills == skill].mean()), 4)
                for skill in np.unique(skills)
            }
        )
    return found


def of_seeds(keep: Path, seeds: Sequence[int]) -> list[StoryModel]:
    """The kept models of some seeds."""
    names = (f"{keep.name}-{seed}.npz" for seed in seeds)
    return [load_story_model(keep.with_name(name)) for name in names]


def skills_of(keep: Path, seeds: Sequence[int], count: int) -> list[dict[str, float]]:
    """The same of kept models."""
    return by_skill(of_seeds(keep, seeds), count)


def skills_of_shipped(name: str, count: int) -> list[dict[str, float]]:
    """The same of a shipped model."""
    return by_skill([story_model(name)], count)
