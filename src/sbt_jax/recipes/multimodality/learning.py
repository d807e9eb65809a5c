"""Multimodality: some small models trained side by side, one a seed.

Run by :mod:`sbt_jax.recipes.multimodality`.
"""

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

CHUNK = 25  # steps a call


@functools.cache
def rule(steps: int, rate: float) -> optax.GradientTransformation:
    """AdamW with a warm-up and a cosine."""
    warm = min(50, steps // 4)
    schedule = optax.warmup_cosine_decay_schedule(0.0, rate, warm, steps)
    adamw = optax.adamw(schedule, b2=0.98, weight_decay=0.01)
    return optax.chain(optax.clip_by_global_norm(1.0), adamw)


@functools.partial(jax.jit, static_argnames=("loss", "how"))
def _chunk(
    models: Any, states: Any, keys: Any, first: Any, given: Any, loss: Any, how: Any
) -> Any:
    def one(model: Any, state: Any, key: Any, step: Any) -> Any:
        now = jax.random.fold_in(key, step)
        value, slope = jax.value_and_grad(loss)(model, now, *given)
        update, state = rule(*how).update(slope, state, model)
        return optax.apply_updates(model, update), state, value

    def step(carry: Any, at: Any) -> Any:
        models, states = carry
        each = jax.vmap(one, (0, 0, 0, None))
        models, states, values = each(models, states, keys, at)
        return (models, states), values

    steps = first + jnp.arange(CHUNK)
    (models, states), losses = jax.lax.scan(step, (models, states), steps)
    return models, states, losses


def learn(
    name: str,
    start: Callable[[Any], Any],
    loss: Callable[..., Any],
    given: tuple[Any, ...],
    seeds: Sequence[int],
    steps: int,
    rate: float,
    watch: Callable[[Any], Any] | None = None,
    marks: Collection[int] = (),
) -> tuple[Any, np.ndarray, dict[int, Any]]:
    """Train one model a seed; the loss draws its own batch from a key.

    Returns:
      The models with a leading axis of seeds, the losses of every step, and what
      ``watch`` made of them at the ``marks``.
    """
    keys = jax.vmap(jax.random.key)(jnp.array(seeds))
    models = jax.vmap(start)(keys)
    states = jax.vmap(rule(steps, rate).init)(models)
    losses, seen = [], {}
    for first in range(0, steps, CHUNK):
        if watch and first in marks:
            seen[first] = watch(models)
        models, states, found = _chunk(
            *(models, states, keys, jnp.int32(first), given, loss, (steps, rate))
        )
        losses.append(np.asarray(found))
        if first % 200 == 0:
            print(name, first, losses[-1].mean(0).round(3), flush=True)
    if watch:
        seen[steps] = watch(models)
    return models, np.concatenate(losses), seen


def of_seed(models: Any, at: int) -> Any:
    """The model of one seed."""
    return jax.tree.map(lambda leaf: np.asarray(leaf[at]), models)
