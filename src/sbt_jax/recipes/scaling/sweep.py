"""Scaling: many small models, each trained to the end of its own schedule.

Run by :mod:`sbt_jax.recipes.scaling`.
"""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checkpoints, training
from sbt_jax.architecture import Config, init_model, parameter_count
from sbt_jax.recipes.stories import make_config
from sbt_jax.shipped.measures import measure_gap
from sbt_jax.shipped.rows import rows_at
from sbt_jax.shipped.stories import StoryModel, story_tokenizer

LENGTH = 256  # tokens a row
CHUNK = 16  # steps a call


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests train less."""

    # By budget, in FLOPs, the widths around its best one.
    budgets: tuple[tuple[float, tuple[int, ...]], ...] = (
        (3e10, (8, 16, 24, 32, 48)),
        (1e11, (8, 16, 24, 32, 48)),
        (3e11, (16, 24, 32, 48, 64)),
        (1e12, (32, 48, 64, 96)),
        (3e12, (48, 64, 96, 128)),
    )
    rows: int = 2  # a step
    held_out: int = 300
    stories: int = 80_000


def sweep_config(width: int) -> Config:
    """Two layers, as *small* has."""
    return make_config(width, layers=2, mlp=5 * width // 2)


def peak_rate(width: int, steps: int) -> float:
    """The highest learning rate: chapter 6's best by width, and lower in long runs.

    A line on logarithmic axes through what was best there after 200 steps. Of a run of
    1,953 steps at width 16 (one seed), half of that was best: 0.98 nats after 1.50.

    Example:
      >>> [round(peak_rate(width, 200), 3) for width in (16, 32, 64)]
      [0.141, 0.05, 0.018]
      >>> round(peak_rate(16, 3200), 3)
      0.071
    """
    return 0.05 * (32 / width) ** 1.5 * min(1.0, (200 / steps) ** 0.25)


@functools.partial(
    jax.jit, static_argnames="config", donate_argnames=("models", "states")
)
def _updates(
    models: Any,
    states: Any,
    batches: Any,
    rates: Float[Array, " steps"],
    config: Config,
) -> Any:
    """Several updates of all models side by side."""
    adamw = training.adamw(b2=0.95)

    def one(model: Any, state: Any, batch: Any, rate: Any) -> Any:
        loss, slope = jax.value_and_grad(training.batch_loss)(model, config, batch)
        squares = sum(jnp.square(leaf).sum() for leaf in jax.tree.leaves(slope))
        long = jnp.maximum(jnp.sqrt(squares), 1.0)
        slope = jax.tree.map(lambda leaf: leaf / long, slope)
        return (*adamw.update(slope, state, model, rate), loss)

    def step(carry: Any, now: Any) -> Any:
        batch, rate = now
        models, states, losses = jax.vmap(one, (0, 0, 0, None))(
            carry[0], carry[1], batch, rate
        )
        return (models, states), losses

    (models, states), losses = jax.lax.scan(step, (models, states), (batches, rates))
    return models, states, losses


def steps_of(tokens: float, sizes: Sizes) -> int:
    """How many steps read about so many tokens: whole calls."""
    return max(round(tokens / (sizes.rows * LENGTH) / CHUNK), 1) * CHUNK


def schedule(
    width: int, steps: int, peak: float | None = None
) -> Float[np.ndarray, " steps"]:
    """The learning rate of each step: a warm-up, then half a cosine down to zero."""
    warm, at = min(50, steps // 5), np.arange(steps)
    down = (1 + np.cos(np.pi * (at - warm) / (steps - warm))) / 2
    highest = peak_rate(width, steps) if peak is None else peak
    return highest * np.where(at < warm, at / warm, down)


def train_side_by_side(
    rows: training.Rows,
    width: int,
    tokens: int,
    seeds: Sequence[int],
    sizes: Sizes,
    share: int | None = None,
    rates: Float[np.ndarray, " time"] | None = None,
    look: Callable[[int, Any], None] = lambda read, models: None,
) -> tuple[Any, Float[np.ndarray, "steps runs"], int]:
    """One model a seed, each on stories of its own and to the end of its schedule.

    Args:
      rows: All stories.
      width: Of the models.
      tokens: That each reads.
      seeds: One a model.
      sizes: How much is read at once.
      share: How many rows each has of its own; after the last comes the first again.
        An even part of all if not given.
      rates: The learning rate of each step, of at least as many as are done; a schedule
        that ends with the tokens if not given.
      look: Called now and then with the tokens that each has read, and the models.

    Returns:
      The models with a leading axis of seeds, the losses of each step, and the number
      of tokens that each has read.
    """
    config, each = sweep_config(width), sizes.rows * LENGTH
    steps = steps_of(tokens, sizes)
    planned = schedule(width, steps) if rates is None else rates
    share = share or len(rows.tokens) // len(seeds)
    parts = [
        jax.tree.map(lambda leaf, at=at: leaf[at * share : (at + 1) * share], rows)
        for at, _ in enumerate(seeds)
    ]
    keys = jax.vmap(jax.random.key)(jnp.array(seeds))
    models = jax.vmap(functools.partial(init_model, config=config))(keys)
    states = jax.vmap(training.adamw(b2=0.95).init)(models)
    losses = []
    for first in range(0, steps, CHUNK):
        now = range(first, min(first + CHUNK, steps))
        batches = jax.tree.map(
            lambda *some: np.stack(some).reshape(-1, len(parts), *some[0].shape),
            *(rows_at(part, sizes.rows, step) for step in now for part in parts),
        )
        rate = jnp.asarray(planned[now.start : now.stop], jnp.float32)
        models, states, found = _updates(models, states, batches, rate, config)
        losses.append(np.asarray(found))
        look(now.stop * each, models)
    return models, np.concatenate(losses), steps * each


def measure(
    rows: training.Rows,
    width: int,
    budget: float,
    seeds: Sequence[int],
    sizes: Sizes,
    keep: Path,
) -> list[dict[str, Any]]:
    """Models of one width that spend a budget, one a seed: loss on new stories.

    The weights are kept in files that begin as ``keep``.
    """
    config, tokenizer = sweep_config(width), story_tokenizer()
    parameters = sum(parameter_count(config).values())
    models, losses, tokens = train_side_by_side(
        rows, width, round(budget / (6 * parameters)), seeds, sizes
    )
    found = []
    for at, seed in enumerate(seeds):
        model = jax.tree.map(lambda leaf, at=at: leaf[at], models)
        checkpoints.save(keep.with_name(f"{keep.name}-{seed}.npz"), model, config)
        gap = measure_gap(StoryModel(model, config, tokenizer), sizes.held_out)
        found.append(
            {
                "width": width,
                "budget": budget,
                "seed": seed,
                "parameters": parameters,
                "embedding": parameter_count(config)["embedding"],
                "tokens": tokens,
                "loss": gap["loss_per_token"],
                "floor": gap["entropy_per_token"],
                "last": round(float(losses[-32:, at].mean()), 4),
            }
        )
    return found
