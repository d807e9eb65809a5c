"""Context: finding a needle beyond the trained length, by how positions are told.

Small models learn to go on with lists of tokens that repeat, in texts of at most
``trained`` tokens: after a token comes what came after it before. Then one pair of
tokens is hidden at every depth of texts up to four times as long, and asked for by
its first. Run by :mod:`sbt_jax.recipes.context.recipe`.
"""

import dataclasses
import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import context, training
from sbt_jax.architecture import Config, Model, init_model
from sbt_jax.attention import causal_mask
from sbt_jax.training import Settings

TOKENS = 64  # different ones
SHORTEST = 8  # of the lists
TRAINED_WITH = ("rotary", "ALiBi")
#: What is tried: how the model was trained, and what is changed for long texts.
SCHEMES = {
    "rotary": ("rotary", ""),
    "rotary, interpolated": ("rotary", "interpolated"),
    "rotary, larger base": ("rotary", "base"),
    "rotary, YaRN": ("rotary", "YaRN"),
    "ALiBi": ("ALiBi", ""),
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    seeds: tuple[int, ...] = (0, 1)
    steps: int = 700
    rows: int = 32
    rate: float = 4e-3
    trained: int = 64
    lengths: tuple[int, ...] = (32, 64, 128, 192, 256)
    depths: tuple[float, ...] = (0.0, 0.2, 0.4, 0.6, 0.8)
    asked: int = 64  # texts for each place of the map
    width: int = 64


class Texts(NamedTuple):
    """Rows of tokens, and what each prediction weighs in the loss."""

    tokens: Int[np.ndarray, "batch time"]
    weights: Float[np.ndarray, "batch _"]


def config_of(sizes: Sizes) -> Config:
    """Two layers, four heads."""
    return Config(
        TOKENS,
        width=sizes.width,
        layers=2,
        heads=4,
        mlp=2 * sizes.width,
        window=max(sizes.lengths),
    )


def lesson(rng: np.random.Generator, rows: int, length: int) -> Texts:
    """Lists of different tokens, each of another size, that come again.

    In every other row only a part comes again, and once, at the end of the text.
    """
    tokens = np.zeros((rows, length), np.int32)
    weights = np.zeros((rows, length - 1), np.float32)
    for i, (row, weight) in enumerate(zip(tokens, weights, strict=True)):
        if i % 2:
            size = int(rng.integers(length // 2, length - SHORTEST + 1))
            start = int(rng.integers(0, 2 * size - length + 1))
        else:
            size, start = int(rng.integers(SHORTEST, length - SHORTEST + 1)), 0
        told = rng.permutation(TOKENS)[:size]
        row[:size] = told
        row[size:] = np.resize(told[start:], length - size)
        weight[size:] = 1  # what came after it the first time
    return Texts(tokens, weights)


def hidden(
    rng: np.random.Generator, rows: int, length: int, depth: float
) -> tuple[np.ndarray, np.ndarray]:
    """Texts that end with a token, and what stood behind it at a depth, and only there.

    No other token of the text is one of the two.
    """
    tokens, values = np.zeros((rows, length), np.int32), np.zeros(rows, np.int32)
    at = round(depth * (length - 3))
    for i, row in enumerate(tokens):
        key, values[i], *others = rng.permutation(TOKENS)
        row[:] = rng.choice(others, length)
        row[at : at + 2] = key, values[i]
        row[-1] = key
    return tokens, values


def stretched(
    config: Config, changed: str, length: int, trained: int
) -> tuple[Float[Array, " _"], float]:
    """Speeds of the rotary positions for a long text, and what makes it sharper."""
    head, factor = config.head, max(1.0, length / trained)
    if changed == "YaRN":
        speeds = context.yarn_speeds(factor, head, trained)
        return speeds, context.yarn_scale(factor)
    if changed == "base":
        return context.rotary_speeds(head, context.ntk_base(factor, head)), 1.0
    speeds = context.rotary_speeds(head, config.rotary_base)
    return (speeds / factor if changed == "interpolated" else speeds), 1.0


def says(
    model: Model,
    config: Config,
    kind: str,
    tokens: Int[Array, "batch time"],
    speeds: Float[Array, " _"],
    scale: Float[Array, ""] | float = 1.0,
) -> Float[Array, "batch time vocab"]:
    """Logits under a way to tell positions; ``scale`` is of queries and keys."""
    time = tokens.shape[-1]
    blocks = tuple(
        block._replace(
            attention=block.attention._replace(
                query=scale * block.attention.query, key=scale * block.attention.key
            )
        )
        for block in model.blocks
    )
    return context.forward_seen(
        model._replace(blocks=blocks),
        config,
        tokens,
        causal_mask(time, time),
        speeds=speeds if kind == "rotary" else jnp.zeros_like(speeds),
        bias=context.alibi_bias(config.heads, time) if kind == "ALiBi" else 0.0,
    )


def train(sizes: Sizes, kind: str) -> Model:
    """One model for each seed, side by side; all read the same texts."""
    config = config_of(sizes)
    trained = context.rotary_speeds(config.head, config.rotary_base)

    def begin(key: Array) -> Model:
        return init_model(key, config)

    def loss(model: Model, texts: Texts) -> Float[Array, ""]:
        log_p = jax.nn.log_softmax(
            says(model, config, kind, jnp.asarray(texts.tokens), trained)
        )
        after = texts.tokens[:, 1:, None]
        right = jnp.take_along_axis(log_p[:, :-1], after, -1)
        return -(right[..., 0] * texts.weights).sum() / texts.weights.sum()

    def all_losses(both: Model, texts: Texts) -> Float[Array, ""]:
        return jax.vmap(loss, (0, None))(both, texts).sum()

    def batch_at(step: int) -> Texts:
        rng = np.random.default_rng([step, sizes.trained])
        return lesson(rng, sizes.rows, sizes.trained)

    keys = jnp.stack([jax.random.key(seed) for seed in sizes.seeds])
    how = Settings(sizes.steps, sizes.rate, warmup=min(100, sizes.steps // 4))
    both, losses = training.fit(jax.vmap(begin)(keys), all_losses, batch_at, how)
    print(kind, losses[:: max(1, len(losses) // 16)] / len(sizes.seeds), flush=True)
    return both


@functools.partial(jax.jit, static_argnames=("config", "kind"))
def _best(
    both: Model,
    config: Config,
    kind: str,
    tokens: Array,
    last: int,
    speeds: Array,
    scale: float,
) -> Int[Array, "_ batch"]:
    def best(model: Model) -> Array:
        return says(model, config, kind, tokens, speeds, scale)[:, last].argmax(-1)

    return jax.vmap(best)(both)


def found(sizes: Sizes, both: Model, kind: str, changed: str) -> Any:
    """The share of needles that are found: by seed, length and depth."""
    config = config_of(sizes)
    table = np.zeros((len(sizes.seeds), len(sizes.lengths), len(sizes.depths)))
    for i, length in enumerate(sizes.lengths):
        how = stretched(config, changed, length, sizes.trained)
        for j, depth in enumerate(sizes.depths):
            rng = np.random.default_rng([7, length, round(100 * depth)])
            tokens, values = hidden(rng, sizes.asked, length, depth)
            # What follows a token does not change what is said after it.
            room = min(1 << (length - 1).bit_length(), config.window)
            filled = np.zeros((sizes.asked, room), np.int32)
            filled[:, :length] = tokens
            said = _best(both, config, kind, filled, length - 1, *how)
            table[:, i, j] = (np.asarray(said) == values).mean(-1)
    return table.round(3).tolist()


def measure(sizes: Sizes, kind: str) -> dict[str, Any]:
    """Train one kind, and try what can be changed of it."""
    both = train(sizes, kind)
    return {
        name: found(sizes, both, kind, changed)
        for name, (of, changed) in SCHEMES.items()
        if of == kind
    }
