"""Fine-tuning: one program for every rank, scale, choice of matrices and rate.

Run by :mod:`sbt_jax.recipes.finetuning`. Columns of adapters beyond the rank are 0 on
both sides, so that they get no gradient and stay 0: all ranks have one shape.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float

from sbt_jax import finetuning, training
from sbt_jax.architecture import Config, Model
from sbt_jax.shipped.stories import StoryModel, encode_story
from sbt_jax.training import Adapter, AdapterConfig, Batch, add_adapters
from sbt_jax.world import split, stories
from sbt_jax.world.sampling import Story
from sbt_jax.world.tables import World

CHUNK = 20  # steps a call
ROOM = 64  # the largest rank


class Plan(NamedTuple):
    """How one run learns."""

    rank: int  # 0: all weights
    targets: str
    scale: float
    rate: float
    seed: int


def texts(reader: StoryModel, world: World, count: int, seed: int, length: int) -> Any:
    """Texts of a world, one a row."""
    told = list(stories(count, seed=seed, world=world))
    return rows(reader, told, length)


def rows(reader: StoryModel, told: Sequence[Story], length: int) -> Batch:
    """One text a row, with ``<end>`` on both sides, filled up with it."""
    end = reader.tokenizer.special_ids["<end>"]
    tokens = np.full((len(told), length + 1), end, np.int32)
    asked = np.zeros(tokens.shape, bool)
    for row, story in enumerate(told):
        ids = encode_story(reader.tokenizer, story.text, end=True)
        if len(ids) > length + 1:
            raise ValueError(f"length must hold {len(ids) - 1} tokens, got {length}")
        tokens[row, : len(ids)] = ids
        asked[row, 1 : len(ids)] = True
    return Batch(tokens, asked)


def beginnings(reader: StoryModel, told: Sequence[Story], length: int) -> Batch:
    """Stories, each in a row as far as it goes."""
    whole = rows(reader, told, 300)
    return Batch(whole.tokens[:, : length + 1], whole.asked[:, : length + 1])


def begun(model: Model, plan: Plan) -> dict[str, Adapter]:
    """Adapters with room for the largest rank; what is not asked for is 0."""
    key = jax.random.key(plan.seed)
    found = {}
    for name, (a, b) in finetuning.chosen(key, model, plan.rank, plan.targets).items():
        wide = ((0, 0), (0, ROOM - plan.rank))
        found[name] = Adapter(jnp.pad(a, wide), jnp.pad(b, wide[::-1]))
    for name, matrix in finetuning.matrices(model).items():
        if name not in found:
            size, cols = matrix.shape
            found[name] = Adapter(jnp.zeros((size, ROOM)), jnp.zeros((ROOM, cols)))
    return dict(sorted(found.items()))


def _adapted(weights: Any, config: Config, batch: Batch, model: Model, s: Any) -> Array:
    scaled = {name: Adapter(s * a, b) for name, (a, b) in weights.items()}
    whole = add_adapters(model, scaled, AdapterConfig(ROOM, 1.0))
    return training.batch_loss(whole, config, batch)


def _whole(weights: Any, config: Config, batch: Batch, model: Model, s: Any) -> Array:
    return training.batch_loss(weights, config, batch)


RULE = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(b2=0.95))


@functools.partial(jax.jit, static_argnames=("loss", "config"))
def _chunk(
    weights: Any,
    state: Any,
    batches: Batch,
    rates: Float[Array, " steps"],
    model: Model,
    scale: Float[Array, ""],
    loss: Callable[..., Array],
    config: Config,
) -> Any:
    """Some updates, each with its own rate."""

    def step(carry: Any, now: Any) -> Any:
        weights, state = carry
        batch, rate = now
        value, slope = jax.value_and_grad(loss)(weights, config, batch, model, scale)
        update, state = RULE.update(slope, state, weights)
        update = jax.tree.map(lambda u: -rate * u, update)
        return (optax.apply_updates(weights, update), state), value

    (weights, state), losses = jax.lax.scan(step, (weights, state), (batches, rates))
    return weights, state, losses


def rates(top: float, steps: int, warmup: int = 10) -> Float[np.ndarray, " steps"]:
    """Up in a line, down on a cosine."""
    schedule = optax.warmup_cosine_decay_schedule(
        0.0, top, min(warmup, steps - 1), steps
    )
    return np.asarray([float(schedule(i + 1)) for i in range(steps)], np.float32)


def tune(
    reader: StoryModel, model: Model, batch: Batch, plan: Plan, steps: int, size: int
) -> tuple[Any, list[float]]:
    """Adapters with room, or all weights of rank 0, and the loss of each step."""
    full = plan.rank == 0
    weights: Any = jax.tree.map(jnp.asarray, model) if full else begun(model, plan)
    loss = _whole if full else _adapted
    state, found = RULE.init(weights), []
    pace = rates(plan.rate, steps)
    order = np.random.default_rng(plan.seed).permutation(len(batch.tokens))
    at = order[np.arange(steps * size) % len(order)].reshape(steps, size)
    for first in range(0, steps, CHUNK):
        now = at[first : first + CHUNK]
        batches = Batch(batch.tokens[now], batch.asked[now])
        part = pace[first : first + CHUNK]
        weights, state, losses = _chunk(
            weights,
            state,
            batches,
            part,
            model,
            jnp.float32(plan.scale),
            loss=loss,
            config=reader.config,
        )
        found += np.asarray(losses).round(4).tolist()
    return weights, found


def as_model(model: Model, weights: Any, plan: Plan) -> Model:
    """What was trained as a whole model."""
    if plan.rank == 0:
        return weights
    return add_adapters(model, weights, AdapterConfig(ROOM, plan.scale))


def cut(weights: dict[str, Adapter], plan: Plan) -> dict[str, Adapter]:
    """Adapters without the room that they do not use."""
    names = finetuning.TARGETS[plan.targets]
    return {
        name: Adapter(a[:, : plan.rank], b[: plan.rank])
        for name, (a, b) in weights.items()
        if name.split(".", 2)[2] in names
    }


class Test(NamedTuple):
    """Texts to be measured on, and their floor."""

    batch: Batch
    words: int
    tokens: int
    floor: float  # nats of all


def test_of(
    reader: StoryModel, world: World, count: int, seed: int, length: int
) -> Test:
    """Texts that nobody trains on."""
    told = list(stories(count, seed=seed, world=world))
    batch = rows(reader, told, length)
    words = sum(len(split(story.text)) + 1 for story in told)
    floor = -sum(story.log_probability for story in told)
    return Test(batch, words, int(batch.asked.sum()), floor)


@functools.partial(jax.jit, static_argnames="config")
def _nats(model: Model, config: Config, batch: Batch) -> Float[Array, ""]:
    mean = training.batch_loss(model, config, batch)
    return mean * jnp.asarray(batch.asked)[:, 1:].sum()


def gap(reader: StoryModel, model: Model, test: Test, block: int = 25) -> float:
    """Nats a word above the floor."""
    total = 0.0
    for first in range(0, len(test.batch.tokens), block):
        part = Batch(*(x[first : first + block] for x in test.batch[:2]))
        total += float(_nats(model, reader.config, part))
    return round((total - test.floor) / test.words, 5)
