"""Interpretability: what stands in the stream of a model, and what is true there.

Run by :mod:`sbt_jax.recipes.interpretability`.
"""

import functools
from collections.abc import Iterator
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import architecture, world
from sbt_jax.architecture import Config, Model, init_model, rms_norm
from sbt_jax.shipped.stories import StoryModel, encode_story, story_model

LAYER = 1  # streams are taken after this block, counted from 0
TOGETHER = 64
FRESH_SEED = 20  # stories of this seed are in no other chapter


class Streams(NamedTuple):
    """Positions of stories, one after the other, without the mark of the beginning."""

    stream: Float[np.ndarray, "samples width"]  # after block 2
    neurons: Float[np.ndarray, "samples mlp"]  # inside its MLP
    tokens: Int[np.ndarray, " samples"]
    story: Int[np.ndarray, " samples"]
    place: Int[np.ndarray, " samples"]  # in the story, the mark being 0


@functools.cache
def reader_of(name: str) -> StoryModel:
    """The main model, or with ``random`` the same before any training."""
    main = story_model("main")
    if name == "main":
        return main
    model = init_model(jax.random.key(0), main.config)
    return StoryModel(jax.tree.map(np.asarray, model), main.config, main.tokenizer)


@functools.partial(jax.jit, static_argnames="config")
def _read(model: Model, config: Config, tokens: Array) -> tuple[Array, Array]:
    block = model.blocks[LAYER]

    def one(ids: Array) -> tuple[Array, Array]:
        streams = architecture.trace(model, config, ids).streams
        read = rms_norm(block.mlp_norm, streams[2 * LAYER + 1], config.epsilon)
        hidden = jax.nn.silu(read @ block.mlp.gate) * (read @ block.mlp.up)
        return streams[2 * LAYER + 2], hidden.astype(jnp.float16)

    return jax.lax.map(one, tokens, batch_size=16)


def texts(seed: int, start: int) -> Iterator[str]:
    """Stories of a seed, without end."""
    while True:
        yield from (s.text for s in world.stories(2048, seed, start))
        start += 2048


def read_stories(reader: StoryModel, told: list[str], neurons: bool = True) -> Streams:
    """The streams of some stories; those that do not fit the window are left out."""
    parts: list[Streams] = []
    rows: list[tuple[int, list[int]]] = []

    def flush() -> None:
        longest = -(-max(len(ids) for _, ids in rows) // 64) * 64
        tokens = np.zeros((TOGETHER, longest), np.int32)
        for i, (_, ids) in enumerate(rows):
            tokens[i, : len(ids)] = ids
        stream, hidden = (np.asarray(x) for x in _read(*reader[:2], tokens))
        for i, (story, ids) in enumerate(rows):
            size = len(ids) - 1
            parts.append(
                Streams(
                    stream[i, 1 : len(ids)],
                    hidden[i, 1 : len(ids)] if neurons else np.zeros((size, 0)),
                    np.array(ids[1:]),
                    np.full(size, story),
                    np.arange(1, len(ids)),
                )
            )
        rows.clear()

    for number, text in enumerate(told):
        ids = encode_story(reader.tokenizer, text)
        if len(ids) <= reader.config.window:
            rows.append((number, ids))
        if len(rows) == TOGETHER:
            flush()
    if rows:
        flush()
    return Streams(*(np.concatenate(part) for part in zip(*parts, strict=True)))


class Everything(NamedTuple):
    """As :class:`Streams`, with the vectors of every block."""

    streams: Float[np.ndarray, "layers samples width"]  # before block 1, after each one
    reads: Float[np.ndarray, "layers samples width"]  # what each MLP reads
    writes: Float[np.ndarray, "layers samples width"]  # and what it writes
    tokens: Int[np.ndarray, " samples"]
    story: Int[np.ndarray, " samples"]
    place: Int[np.ndarray, " samples"]


@functools.partial(jax.jit, static_argnames="config")
def _read_all(model: Model, config: Config, tokens: Array) -> tuple[Array, ...]:
    def one(ids: Array) -> tuple[Array, ...]:
        streams = architecture.trace(model, config, ids).streams
        half, whole = streams[1::2], streams[2::2]
        read = [
            rms_norm(block.mlp_norm, stream, config.epsilon)
            for block, stream in zip(model.blocks, half, strict=True)
        ]
        found = (streams[::2], jnp.stack(read), whole - half)
        return tuple(x.astype(jnp.float16) for x in found)

    return jax.lax.map(one, tokens, batch_size=16)


def read_everything(reader: StoryModel, told: list[str]) -> Everything:
    """What stands in every block; stories beyond the window are left out."""
    window = reader.config.window
    rows = [encode_story(reader.tokenizer, text) for text in told]
    kept = [(i, ids) for i, ids in enumerate(rows) if len(ids) <= window]
    if not kept:
        raise ValueError(f"told must hold a story that fits, got {len(told)}")
    parts: list[list[np.ndarray]] = [[], [], []]
    for first in range(0, len(kept), TOGETHER):
        some = kept[first : first + TOGETHER]
        longest = -(-max(len(ids) for _, ids in some) // 64) * 64
        tokens = np.zeros((TOGETHER, longest), np.int32)
        for i, (_, ids) in enumerate(some):
            tokens[i, : len(ids)] = ids
        # (story, layers, time, width)
        for part, found in zip(parts, _read_all(*reader[:2], tokens), strict=True):
            each = np.asarray(found)
            part += [each[i, :, 1 : len(ids)] for i, (_, ids) in enumerate(some)]
    after, read, wrote = (np.concatenate(part, axis=1) for part in parts)
    return Everything(
        after,
        read,
        wrote,
        np.concatenate([ids[1:] for _, ids in kept]),
        np.concatenate([np.full(len(ids) - 1, i) for i, ids in kept]),
        np.concatenate([np.arange(1, len(ids)) for _, ids in kept]),
    )
