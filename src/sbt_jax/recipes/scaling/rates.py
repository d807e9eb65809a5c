"""Scaling: the last loss by learning rate, with starts and rates by width (μP).

As chapter 6's recipe tries rates, on the same stories and from the same starts, so that
its losses with one rate for all matrices stand beside these.

Run by :mod:`sbt_jax.recipes.scaling`.
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from sbt_jax import training
from sbt_jax.architecture import Config, init_model
from sbt_jax.recipes.scaling import sweep
from sbt_jax.scaling import Scales, scaled, scales_by_width
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import story_tokenizer

WARMUP = 20


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


@functools.partial(jax.jit, static_argnames="config")
def train_rates(
    key: PRNGKeyArray,
    config: Config,
    rates: Float[Array, " runs"],
    batches: training.Batch,
    scales: Scales,
) -> Float[Array, "runs steps"]:
    """Losses of as many models as there are rates, all at once and from one start."""
    adamw, steps = training.adamw(b2=0.95), len(batches.tokens)
    model = scaled(init_model(key, config), scales.start)

    def run(rate: Array) -> Array:
        def step(carry: Any, now: Any) -> tuple[Any, Array]:
            batch, t = now
            weights, state = carry
            loss, slope = jax.value_and_grad(training.batch_loss)(
                weights, config, batch
            )
            eta = training.learning_rate(t, steps, rate, WARMUP)
            new, state = adamw.update(slope, state, weights, eta)
            move = jax.tree.map(jnp.subtract, new, weights)
            moved = jax.tree.map(jnp.add, weights, scaled(move, scales.rate))
            return (moved, state), loss

        start = model, adamw.init(model)
        return jax.lax.scan(step, start, (batches, jnp.arange(steps)))[1]

    return jax.vmap(run)(rates)


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
        losses = np.asarray(train_rates(key, config, rates, batches, scales))
        means = losses[:, -sizes.last :].mean(1)
        ends.append([round(float(x), 3) if np.isfinite(x) else None for x in means])
    return {"width": width, "ends": ends}
