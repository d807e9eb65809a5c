"""Fewer key heads in *main*: pooled, and then trained for a twentieth of its steps.

Run by :mod:`sbt_jax.recipes.inference`.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any

import numpy as np

from sbt_jax import training
from sbt_jax.architecture import Config, Model
from sbt_jax.inference.heads import pool_heads
from sbt_jax.shipped.measures import story_surprise
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.world import HELD_OUT_SEED, stories


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How the pooled models learn; main itself took 20 times the steps."""

    steps: int = 1075
    batch: int = 8
    rate: float = 1e-3
    stories: int = 60_000  # to read; about as many as the steps take
    row: int = 256
    held_out: int = 300


def loss_on(main: StoryModel, model: Model, config: Config, count: int) -> float:
    """Nats a token on stories that no model has read."""
    told = [story.text for story in stories(count, HELD_OUT_SEED)]
    found = story_surprise(StoryModel(model, config, main.tokenizer), told)
    return round(float(np.concatenate(found).mean()), 4)


def loss(weights: Model, batch: training.Batch, config: Config) -> Any:
    """What a batch costs."""
    return training.batch_loss(weights, config, batch)


@functools.cache
def _loss_of(config: Config) -> Any:
    return functools.partial(loss, config=config)


def fewer(
    main: StoryModel, kv_heads: int, seed: int, work: Path, sizes: Sizes
) -> dict[str, float]:
    """Pool main's key heads, measure, train on, measure again."""
    pooled, config = pool_heads(main.model, main.config, kv_heads)
    rows = story_rows(main.tokenizer, sizes.stories, 100_000 * seed, sizes.row)
    settings = training.Settings(
        sizes.steps, sizes.rate, warmup=min(50, sizes.steps - 1)
    )
    model, _ = training.fit(
        pooled,
        _loss_of(config),
        functools.partial(rows_at, rows, sizes.batch),
        settings,
        save=work / f"heads-{kv_heads}-{seed}.state.npz",
    )
    return {
        "pooled": loss_on(main, pooled, config, sizes.held_out),
        "trained": loss_on(main, model, config, sizes.held_out),
    }
