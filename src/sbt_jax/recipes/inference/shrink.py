"""A smaller cache for *main* without training: a narrow place, and fewer bits.

Run by :mod:`sbt_jax.recipes.inference`.
"""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax.architecture import Config, Model, rms_norm, trace
from sbt_jax.inference import Latent, forward_kept, forward_latent, rounded, squeeze
from sbt_jax.shipped.stories import StoryModel, encode_story
from sbt_jax.world import BASE_SEED, HELD_OUT_SEED, stories


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is tried, and on how many stories."""

    seen: int = 40  # stories that the narrow places are fitted to
    held_out: int = 160
    tokens: int = 96  # of each: stories that are shorter are left out
    ranks: tuple[int, ...] = (128, 96, 64, 48, 32, 16)
    bits: tuple[int, ...] = (8, 4, 3, 2)
    axes: tuple[tuple[str, str], ...] = (
        ("token", "token"),
        ("channel", "token"),
        ("channel", "channel"),
    )


def beginnings(
    main: StoryModel, count: int, tokens: int, seed: int
) -> Int[np.ndarray, "rows time"]:
    """Stories that are long enough, cut after so many tokens."""
    rows: list[list[int]] = []
    for story in stories(60 * count, seed):
        ids = encode_story(main.tokenizer, story.text)
        if len(ids) >= tokens and len(rows) < count:
            rows.append(ids[:tokens])
    return np.array(rows, np.int32)


def nats(logits: Float[Array, "rows time vocab"], rows: Int[Array, "rows time"]) -> Any:
    """What a token costs, the first of each row left out."""
    log_p = jax.nn.log_softmax(logits[:, :-1])
    return -jnp.take_along_axis(log_p, rows[:, 1:, None], -1).mean()


@functools.partial(jax.jit, static_argnames="config")
def _streams(
    model: Model, config: Config, rows: Int[Array, "rows time"]
) -> list[Array]:
    """What the attention of each layer reads, normalised."""
    found = jax.vmap(trace, (None, None, 0))(model, config, rows).streams
    return [
        rms_norm(block.attention_norm, found[:, 2 * at], config.epsilon)
        for at, block in enumerate(model.blocks)
    ]


def cost_of(forward: Callable[[Any], Any], rows: Int[np.ndarray, "rows time"]) -> float:
    """Nats a token of a forward pass over rows, in blocks that fit into memory."""
    run = jax.jit(lambda block: nats(forward(block), block))
    blocks = np.array_split(rows, max(1, len(rows) // 32))
    return float(np.mean([run(jnp.asarray(block)) for block in blocks]))


def shrink(main: StoryModel, sizes: Sizes) -> dict[str, Any]:
    """Nats a token by rank, by bits and axis, and how unequal channels are."""
    model, config = jax.tree.map(jnp.asarray, main.model), main.config
    seen = beginnings(main, sizes.seen, sizes.tokens, BASE_SEED)
    rows = beginnings(main, sizes.held_out, sizes.tokens, HELD_OUT_SEED)
    streams = _streams(model, config, jnp.asarray(seen))
    flat = [np.asarray(s).reshape(-1, config.width) for s in streams]

    def changed(bits: int, axes: tuple[str, str]) -> float:
        def forward(block: Array) -> Array:
            def change(key: Array, value: Array) -> tuple[Array, Array]:
                return rounded(key, bits, axes[0]), rounded(value, bits, axes[1])

            return forward_kept(model, config, block, change)

        return cost_of(forward, rows)

    def narrow(latents: tuple[Latent, ...], block: Array) -> Array:
        return forward_latent(model, config, latents, block)

    plain = cost_of(lambda b: forward_kept(model, config, b, lambda k, v: (k, v)), rows)
    ranks = {}
    for rank in sizes.ranks:
        latents = squeeze(model, config, flat, rank)
        ranks[str(rank)] = cost_of(functools.partial(narrow, latents), rows)
    widest = {
        name: [round(float(np.max(row) / np.median(row)), 3) for row in sizes_of]
        for name, sizes_of in _channels(model, config, streams).items()
    }
    return {
        "plain": round(plain, 5),
        "rows": list(rows.shape),
        "ranks": {name: round(cost - plain, 6) for name, cost in ranks.items()},
        "bits": {
            str(bits): {
                f"{key}, {value}": round(changed(bits, (key, value)) - plain, 6)
                for key, value in sizes.axes
            }
            for bits in sizes.bits
        },
        "largest over median channel": widest,
    }


def _channels(
    model: Model, config: Config, streams: list[Array]
) -> dict[str, list[np.ndarray]]:
    """Mean size of each channel of keys and values, a row for each layer."""
    found: dict[str, list[np.ndarray]] = {"key": [], "value": []}
    for block, stream in zip(model.blocks, streams, strict=True):
        for name, rows in found.items():
            weight = getattr(block.attention, name).reshape(config.width, -1)
            size = np.abs(np.asarray(stream @ weight)).reshape(-1, weight.shape[-1])
            rows.append(size.mean(0))
    return found


def channels(main: StoryModel, sizes: Sizes) -> dict[str, list[list[float]]]:
    """How large each channel is, in units of the median one of its layer, in order.

    Keys are taken before their positions turn them: a turn mixes two channels.
    """
    model, config = jax.tree.map(jnp.asarray, main.model), main.config
    seen = beginnings(main, sizes.seen, sizes.tokens, BASE_SEED)
    streams = _streams(model, config, jnp.asarray(seen))
    return {
        name: [
            np.sort(row / np.median(row))[::-1].astype(float).round(3).tolist()
            for row in rows
        ]
        for name, rows in _channels(model, config, streams).items()
    }
