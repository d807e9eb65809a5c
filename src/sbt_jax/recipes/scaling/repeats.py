"""Scaling: the same tokens of training, from more or fewer stories.

Run by :mod:`sbt_jax.recipes.scaling`.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import jax

from sbt_jax import training
from sbt_jax.recipes.scaling import sweep
from sbt_jax.shipped.measures import measure_gap
from sbt_jax.shipped.stories import StoryModel, story_tokenizer


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests train less."""

    width: int = 32
    tokens: int = 512 * 1024
    epochs: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    rows: int = 2  # a step
    held_out: int = 300


def measure(
    rows: training.Rows, epochs: int, seeds: Sequence[int], sizes: Sizes
) -> dict[str, Any]:
    """Models that read some stories several times: the loss on new ones, by seed."""
    config, tokenizer = sweep.sweep_config(sizes.width), story_tokenizer()
    each = sizes.tokens // sweep.LENGTH // epochs  # rows of new text a seed
    few = jax.tree.map(lambda leaf: leaf[: each * len(seeds)], rows)
    how = sweep.Sizes(rows=sizes.rows)
    models, losses, tokens = sweep.train_side_by_side(
        few, sizes.width, sizes.tokens, seeds, how, share=each
    )
    found = []
    for at, _ in enumerate(seeds):
        model = jax.tree.map(lambda leaf, at=at: leaf[at], models)
        gap = measure_gap(StoryModel(model, config, tokenizer), sizes.held_out)
        found.append(gap["loss_per_token"])
    return {
        "epochs": epochs,
        "tokens": tokens,
        "new": each * sweep.LENGTH,
        "losses": found,
        "read": [round(float(x), 4) for x in losses[-32:].mean(0)],
        "floor": gap["entropy_per_token"],
    }
