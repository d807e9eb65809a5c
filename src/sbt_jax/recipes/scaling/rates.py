"""Scaling: the last loss by learning rate, with starts and rates by width (μP).

As chapter 6's recipe tries rates, on the same stories and from the same starts, so that
its losses with one rate for all matrices stand beside these.

Run by :mod:`sbt_jax.recipes.scaling`.
"""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.architecture import init_model
from sbt_jax.recipes.scaling import sweep
from sbt_jax.recipes.training.recipe import train_rates
from sbt_jax.scaling import scales_by_width
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import story_tokenizer


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests train less."""

    widths: tuple[int, ...] = (16, 64)
    base: int = 32  # where both ways are one
    # Every second of chapter 6's, around the best ones; all at once.
    rates: tuple[float, ...] = tuple(
        float(f"{x:.3g}") for x in np.geomspace(1e-4, 1, 24)[8:23:2]
    )
    steps: int = 200
    rows: int = 2  # a step
    last: int = 10  # steps whose losses are the result
    seeds: tuple[int, ...] = (0, 1, 2)
    stories: int = 12_000


def measure(width: int, sizes: Sizes) -> dict[str, Any]:
    """The last losses by rate, a row a seed; nothing for what is no number any more."""
    config, ends = sweep.sweep_config(width), []
    rows = story_rows(story_tokenizer(), sizes.stories)
    for seed in sizes.seeds:
        key, first = jax.random.key(seed), seed * sizes.steps
        scales = scales_by_width(init_model(key, config), sizes.base)
        batches = jax.tree.map(
            lambda *some: np.stack(some),
            *(rows_at(rows, sizes.rows, first + at) for at in range(sizes.steps)),
        )
        rates = jnp.array(sizes.rates)
        losses = np.asarray(train_rates(key, config, rates, batches, *scales))
        means = losses[:, -sizes.last :].mean(1)
        ends.append([round(float(x), 3) if np.isfinite(x) else None for x in means])
    return {"width": width, "ends": ends}
