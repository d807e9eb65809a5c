"""Scaling: models read before their schedule is at its end.

Run by :mod:`sbt_jax.recipes.scaling`.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jaxtyping import Float

from sbt_jax import training
from sbt_jax.architecture import parameter_count
from sbt_jax.recipes.scaling import sweep
from sbt_jax.shipped.measures import measure_gap
from sbt_jax.shipped.stories import StoryModel, story_tokenizer


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests train less."""

    most: float = 3e11  # budgets up to this one are read off one long schedule
    widths: tuple[int, ...] = (16, 32)  # that are also stopped halfway
    tokens: int = 512 * 1024  # read when they are
    seeds: tuple[int, ...] = (0, 1)


def stops(sizes: Sizes, many: sweep.Sizes) -> dict[int, dict[float, int]]:
    """By width and budget the tokens after which a model has spent it.

    Example:
      >>> found = stops(Sizes(most=3e10), sweep.Sizes())
      >>> found[8], found[48]
      ({30000000000.0: 516096}, {30000000000.0: 49152})
    """
    found: dict[int, dict[float, int]] = {}
    for budget, widths in many.budgets:
        for width in widths if budget <= sizes.most else ():
            size = sum(parameter_count(sweep.sweep_config(width)).values())
            steps = sweep.steps_of(budget / (6 * size), many)
            found.setdefault(width, {})[budget] = steps * many.rows * sweep.LENGTH
    return found


def one_for_all(
    rows: training.Rows,
    width: int,
    marks: Mapping[float, int],
    longest: int,
    seeds: Sequence[int],
    many: sweep.Sizes,
) -> list[dict[str, Any]]:
    """Models of one width on a schedule for ``longest`` tokens, read where budgets end.

    Args:
      rows: All stories.
      width: Of the models.
      marks: By budget the tokens after which it is spent.
      longest: For how many tokens the schedule is planned.
      seeds: One a model.
      many: How the sweep does it.

    Returns:
      By budget the losses on new stories, one a seed.
    """
    rates = sweep.schedule(width, sweep.steps_of(longest, many))
    found = read_at(rows, width, list(marks.values()), rates, seeds, many)
    size = sum(parameter_count(sweep.sweep_config(width)).values())
    return [
        {
            "budget": budget,
            "width": width,
            "parameters": size,
            "tokens": tokens,
            "losses": found[tokens],
        }
        for budget, tokens in marks.items()
    ]


def read_at(
    rows: training.Rows,
    width: int,
    marks: Sequence[int],
    rates: Float[np.ndarray, " time"],
    seeds: Sequence[int],
    many: sweep.Sizes,
) -> dict[int, list[float]]:
    """By tokens read the losses on new stories, one a seed; then training stops."""
    config, tokenizer = sweep.sweep_config(width), story_tokenizer()
    found: dict[int, list[float]] = {}

    def look(read: int, models: Any) -> None:
        if read not in marks:
            return
        found[read] = []
        for at, _ in enumerate(seeds):
            model = jax.tree.map(lambda leaf, at=at: leaf[at], models)
            gap = measure_gap(StoryModel(model, config, tokenizer), many.held_out)
            found[read].append(gap["loss_per_token"])

    sweep.train_side_by_side(
        rows, width, max(marks), seeds, many, rates=rates, look=look
    )
    return found


def halfway(
    rows: training.Rows, width: int, sizes: Sizes, many: sweep.Sizes
) -> dict[str, Any]:
    """Models that end with their schedule, and the same halfway down a longer one.

    Both read the same stories, and both schedules have the same highest rate: that of
    the short run.
    """
    steps = sweep.steps_of(sizes.tokens, many)
    tokens, peak = steps * many.rows * sweep.LENGTH, sweep.peak_rate(width, steps)
    own, half = (
        read_at(
            rows,
            width,
            [tokens],
            sweep.schedule(width, times * steps, peak),
            sizes.seeds,
            many,
        )[tokens]
        for times in (1, 2)
    )
    return {"width": width, "tokens": tokens, "own": own, "half": half}
