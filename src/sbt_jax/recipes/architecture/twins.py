"""Architecture: the twins: what each is, how it is trained, how good it gets.

Run by :mod:`sbt_jax.recipes.architecture`.
"""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float

from sbt_jax import training, world
from sbt_jax.architecture import (
    TODAY,
    Config,
    Switches,
    Twin,
    init_stacked,
    init_twin,
    parameter_count,
    twin_forward,
)
from sbt_jax.recipes import stories
from sbt_jax.shipped.rows import rows_at
from sbt_jax.shipped.stories import encode_story, story_tokenizer

SMALL = stories.PLANS["small"].config
DEEP = stories.make_config(width=32, layers=24, mlp=80)
TRAINED = training.Settings(600, learning_rate=1e-2, warmup=60)


class Variant(NamedTuple):
    """One twin: its sizes and its parts."""

    config: Config
    switches: Switches


def small(config: dict[str, int] | None = None, **switches: Any) -> Variant:
    """*Small* with some sizes or parts changed.

    An MLP without a gate gets half as many units again: equally many weights.
    """
    sizes = dict(config or {})
    if switches.get("mlp") in ("relu", "gelu"):
        sizes["mlp"] = SMALL.mlp * 3 // 2
    return Variant(dataclasses.replace(SMALL, **sizes), Switches(**switches))


VARIANTS = {
    "complete": small(),
    "no residual": small(residual=False),
    "no norm": small(norm="none"),
    "no MLP": small(mlp="none"),
    "no attention": small(attention=False),
    "no positions": small(positions="none"),
    "one head": small({"heads": 1}),
    # From 2017 to today, one change at a time; the next after the last is "complete".
    "2017": small(norm="layer", place="post", positions="sinusoidal", mlp="relu"),
    "pre-norm": small(norm="layer", positions="sinusoidal", mlp="relu"),
    "RMSNorm": small(positions="sinusoidal", mlp="relu"),
    "rotary": small(mlp="relu"),
    "grouped heads": small({"kv_heads": 2}),
    # Today's model with one part of 2017.
    "post-norm": small(place="post"),
    "LayerNorm": small(norm="layer"),
    "sinusoidal": small(positions="sinusoidal"),
}
MLPS = ("gated", "relu")  # of the twins whose gradient is measured
STARTS = ("plain", "scaled")  # how loud blocks start: equal, or smaller with depth
KINDS = {
    "no residual": Switches(residual=False),
    "post-norm": Switches(place="post"),
    "pre-norm": TODAY,
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and measured; tests do less."""

    variants: tuple[str, ...] = tuple(VARIANTS)
    seeds: tuple[int, ...] = (0, 1, 2)
    settings: training.Settings = TRAINED
    batch: int = 4  # rows of 256 tokens a step
    held_out: int = 150
    depths: tuple[int, ...] = (2, 4, 8, 16, 32, 64)
    deep: Config = DEEP
    deep_batch: int = 2
    deep_steps: int = 150
    deep_starts: tuple[str, ...] = STARTS
    deep_rates: tuple[float, ...] = (3e-3, 1e-2)
    warmups: tuple[int, ...] = (0, 50)
    every: int = 10  # steps whose losses become one point of a curve


def loss(twin: Twin, batch: training.Batch, variant: Variant) -> Float[Array, ""]:
    """Mean surprise at the next token of packed rows."""
    tokens, texts = jnp.asarray(batch.tokens), jnp.asarray(batch.segments)
    asked = jnp.asarray(batch.asked)[:, 1:] & (texts[:, 1:] == texts[:, :-1])
    logits = twin_forward(twin, *variant, tokens[:, :-1], texts[:, :-1])
    return training.cross_entropy(logits, tokens[:, 1:], asked)


@functools.cache
def loss_of(variant: Variant) -> Callable[..., Float[Array, ""]]:
    """:func:`loss` of one kind of twin, the same function each time."""
    return functools.partial(loss, variant=variant)


def train(
    twin: Twin,
    variant: Variant,
    settings: training.Settings,
    rows: training.Rows,
    batch: int,
    seed: int,
) -> tuple[Twin, Float[np.ndarray, " steps"]]:
    """Train a twin; each seed reads rows of its own."""
    first = seed * settings.steps
    return training.fit(
        twin,
        loss_of(variant),
        lambda step: rows_at(rows, batch, first + step),
        settings,
    )


class HeldOut(NamedTuple):
    """Stories that no model has read, and what they cost who knows the world."""

    tokens: np.ndarray  # (stories, time), the rest filled with the first token
    lengths: np.ndarray
    floor: float  # nats, all together
    words: int


def held_out(count: int, window: int = 256) -> HeldOut:
    """Held-out stories as rows of tokens."""
    tokenizer = story_tokenizer()
    told = list(world.stories(count, world.HELD_OUT_SEED))
    rows = [encode_story(tokenizer, story.text, end=True) for story in told]
    tokens = np.array([row + [row[0]] * (window + 1 - len(row)) for row in rows])
    floor = -sum(story.log_probability for story in told)
    words = sum(len(world.split(story.text)) + 1 for story in told)
    return HeldOut(
        tokens.astype(np.int32), np.array(list(map(len, rows))), floor, words
    )


@functools.partial(jax.jit, static_argnames="variant")
def _surprise(twin: Twin, variant: Variant, tokens: Array) -> Array:
    def one(row: Array) -> Array:
        logits = twin_forward(twin, *variant, row[:-1])
        return optax.softmax_cross_entropy_with_integer_labels(logits, row[1:])

    return jax.lax.map(one, tokens, batch_size=16)


def gap(twin: Twin, variant: Variant, held: HeldOut) -> float:
    """Nats a word above the entropy, on held-out stories."""
    nats = np.asarray(_surprise(twin, variant, jnp.asarray(held.tokens)), float)
    kept = np.arange(nats.shape[1]) < held.lengths[:, None] - 1
    return round((float(nats[kept].sum()) - held.floor) / held.words, 4)


def measure(variant: Variant, sizes: Sizes, rows: training.Rows, held: HeldOut) -> Any:
    """Train a twin with each seed: its size, and its gap to the entropy."""
    gaps = []
    for seed in sizes.seeds:
        twin = init_twin(jax.random.key(seed), *variant)
        twin, _ = train(twin, variant, sizes.settings, rows, sizes.batch, seed)
        gaps.append(gap(twin, variant, held))
    return {"parameters": sum(parameter_count(*variant).values()), "gap": gaps}


@functools.partial(jax.jit, static_argnames="variant")
def first_gradient(
    twin: Twin, variant: Variant, batch: training.Batch
) -> Float[Array, " layers"]:
    """Length of the loss's gradient in the weights of each block."""
    gradient = jax.grad(loss)(twin, batch, variant)
    return jax.vmap(optax.tree.norm)(gradient.blocks)


def gradients(
    mlp: str, kind: str, scaled: bool, sizes: Sizes, batch: training.Batch
) -> Any:
    """The gradient at the first block before training, by depth: a row a seed."""
    found = []
    for seed in sizes.seeds:
        norms = []
        for layers in sizes.depths:
            config, start = small({"layers": layers}, mlp=mlp)
            parts = dataclasses.replace(KINDS[kind], mlp=mlp)
            variant = Variant(config, parts)
            key = jax.random.key(seed)
            twin = init_stacked(key, config, start, scaled)  # the same for each kind
            norms.append(float(first_gradient(twin, variant, batch)[0]))
        found.append([float(f"{norm:.4g}") for norm in norms])
    return found


def deep_curves(
    kind: str, start: str, rate: float, warmup: int, sizes: Sizes, rows: training.Rows
) -> Any:
    """The loss of a deep narrow twin over its first steps: a row a seed."""
    variant = Variant(sizes.deep, KINDS[kind])
    settings = training.Settings(sizes.deep_steps, rate, warmup)
    curves = []
    for seed in sizes.seeds:
        twin = init_stacked(jax.random.key(seed), *variant, scaled=start == "scaled")
        _, losses = train(twin, variant, settings, rows, sizes.deep_batch, seed)
        points = losses.reshape(-1, sizes.every).mean(axis=1)
        curves.append([round(float(point), 3) for point in points])
    return curves
