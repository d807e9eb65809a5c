"""Scaling: laws fitted to the runs, and what the best models of each budget write.

Run by :mod:`sbt_jax.recipes.scaling`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sbt_jax import scaling
from sbt_jax.shipped.stories import load_story_model
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
    return [
        story_validity(
            load_story_model(keep.with_name(f"{keep.name}-{seed}.npz")), count
        )
        for seed in seeds
    ]


def best_widths(runs: Sequence[dict[str, Any]]) -> dict[float, int]:
    """By budget the width whose mean loss over seeds is least."""
    found: dict[float, int] = {}
    for budget in sorted({row["budget"] for row in runs}):
        some = [row for row in runs if row["budget"] == budget]
        widths = sorted({row["width"] for row in some})
        means = [np.mean([r["loss"] for r in some if r["width"] == w]) for w in widths]
        found[budget] = widths[int(np.argmin(means))]
    return found
