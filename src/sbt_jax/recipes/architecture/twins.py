"""Architecture: twins without a part, twins of 2017, and where the norm goes.

``python -m sbt_jax.recipes architecture`` trains *small* again and again, each time
with one part taken out or exchanged, and measures how far each twin stays above the
entropy. Then it builds deep narrow twins: how large the gradient of the first block is
before any training, and what the first steps do to the loss, with and without a
warm-up. Only the losses are shipped. A run that is stopped goes on where it was.
"""

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float

from sbt_jax import checkpoints, training, world
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
from sbt_jax.recipes.runner import command_line, remembering
from sbt_jax.shipped.measures import story_entropy
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import encode_story, story_tokenizer

NAME = "architecture"
RECIPE = "sbt_jax.recipes.architecture"
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


def loss(twin: Twin, variant: Variant, batch: training.Batch) -> Float[Array, ""]:
    """Mean surprise at the next token of packed rows."""
    tokens, texts = jnp.asarray(batch.tokens), jnp.asarray(batch.segments)
    asked = jnp.asarray(batch.asked)[:, 1:] & (texts[:, 1:] == texts[:, :-1])
    logits = twin_forward(twin, *variant, tokens[:, :-1], texts[:, :-1])
    return training.cross_entropy(logits, tokens[:, 1:], asked)


@functools.partial(jax.jit, static_argnames=("variant", "settings"))
def train(
    twin: Twin, batches: training.Batch, variant: Variant, settings: training.Settings
) -> tuple[Twin, Float[Array, " steps"]]:
    """Train a twin on batches with a leading axis of steps, in one program."""
    adamw = training.optimizer(settings)
    slope = jax.value_and_grad(loss)

    def step(carry: tuple[Twin, Any], batch: training.Batch) -> tuple[Any, Array]:
        twin, state = carry
        value, gradient = slope(twin, variant, batch)
        update, state = adamw.update(gradient, state, twin)
        return (optax.apply_updates(twin, update), state), value

    (twin, _), losses = jax.lax.scan(step, (twin, adamw.init(twin)), batches)
    return twin, losses


def batches_of(
    rows: training.Rows, batch: int, steps: int, seed: int
) -> training.Batch:
    """The batches of a run: each seed reads rows of its own."""
    parts = [rows_at(rows, batch, seed * steps + step) for step in range(steps)]
    return jax.tree.map(lambda *each: np.stack(each), *parts)


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
        batches = batches_of(rows, sizes.batch, sizes.settings.steps, seed)
        twin, _ = train(twin, batches, variant, sizes.settings)
        gaps.append(gap(twin, variant, held))
    return {"parameters": sum(parameter_count(*variant).values()), "gap": gaps}


@functools.partial(jax.jit, static_argnames="variant")
def first_gradient(
    twin: Twin, variant: Variant, batch: training.Batch
) -> Float[Array, " layers"]:
    """Length of the loss's gradient in the weights of each block."""
    gradient = jax.grad(loss)(twin, variant, batch)
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
        batches = batches_of(rows, sizes.deep_batch, sizes.deep_steps, seed)
        _, losses = train(twin, batches, variant, settings)
        points = np.asarray(losses).reshape(-1, sizes.every).mean(axis=1)
        curves.append([round(float(point), 3) for point in points])
    return curves


def run(sizes: Sizes, work: Path, out: Path = checkpoints.DATA) -> dict[str, Any]:
    """Measure what is not yet measured, and write the table.

    Args:
      sizes: What to measure.
      work: Folder that keeps each result.
      out: Folder of the shipped files.

    Returns:
      The table.
    """
    tokenizer = story_tokenizer()
    inputs = {
        "world": world.WORLD.digest,
        "tokenizer": checkpoints.digest(repr(tokenizer.spec())),
    }
    steps = max(sizes.settings.steps, sizes.deep_steps) * len(sizes.seeds)
    rows = story_rows(tokenizer, min(3 * steps * sizes.batch, 200_000))
    held, first = held_out(sizes.held_out), rows_at(rows, sizes.batch, 0)

    remembered = remembering(work, inputs)
    settings = dataclasses.asdict(sizes.settings)
    trained = [settings, sizes.batch, sizes.held_out, sizes.seeds]
    variants = {
        name: remembered(
            f"twin-{name}",
            [*trained, repr(VARIANTS[name])],
            functools.partial(measure, VARIANTS[name], sizes, rows, held),
        )
        for name in sizes.variants
    }
    measured = [sizes.depths, sizes.seeds, sizes.batch]
    by_depth = {
        mlp: {
            kind: {
                start: remembered(
                    f"gradient-{mlp}-{kind}-{start}",
                    measured,
                    functools.partial(
                        gradients, mlp, kind, start == "scaled", sizes, first
                    ),
                )
                for start in STARTS
            }
            for kind in KINDS
        }
        for mlp in MLPS
    }
    made_of = [repr(sizes.deep), sizes.deep_batch, sizes.deep_steps, sizes.every]
    curves = {
        start: {
            f"{rate:g}": {
                kind: {
                    str(warmup): remembered(
                        f"deep-{kind}-{start}-{rate:g}-{warmup}",
                        [made_of, sizes.seeds],
                        functools.partial(
                            deep_curves, kind, start, rate, warmup, sizes, rows
                        ),
                    )
                    for warmup in sizes.warmups
                }
                for kind in KINDS
            }
            for rate in sizes.deep_rates
        }
        for start in sizes.deep_starts
    }
    floor = story_entropy(tokenizer, sizes.held_out)
    table = {
        "variants": variants,
        "steps": sizes.settings.steps,
        "tokens": sizes.settings.steps * sizes.batch * rows.tokens.shape[1],
        "depths": list(sizes.depths),
        "width": SMALL.width,
        "gradients": by_depth,
        "deep": {
            "layers": sizes.deep.layers,
            "width": sizes.deep.width,
            "steps": sizes.deep_steps,
            "every": sizes.every,
            "tokens_a_step": sizes.deep_batch * rows.tokens.shape[1],
            "curves": curves,
        },
        "entropy_per_token": round(floor.per_token, 4),
        "entropy_per_word": round(floor.per_word, 4),
    }
    what = "Twins of small, each with one part changed; where the norm goes, by depth."
    card = checkpoints.Card(what, RECIPE, sizes.seeds, inputs, {})
    checkpoints.write_table(NAME, table, card, out)
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: ``--work`` names the folder that a run goes on from."""
    command_line(run, Sizes(), NAME, __doc__, arguments)
