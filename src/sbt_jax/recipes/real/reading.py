"""The published model at work: one compiled program for many lengths of text."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax.architecture import (
    Cache,
    Config,
    Model,
    extend,
    forward,
    init_cache,
    logit_lens,
    trace,
    unstack_blocks,
)
from sbt_jax.generation import Sampling, filtered
from sbt_jax.real import RealModel, load
from sbt_jax.tokenization import encode

GREEDY = Sampling(temperature=0.0)
SHORTEST = 32  # tokens; each room is twice the one before
#: Reads the model when it is needed: where all is remembered, it is not.
Reader = Callable[[], RealModel]


@functools.lru_cache(maxsize=1)
def loaded(path: Path) -> RealModel:
    """The model of a file, read once."""
    return load(path)


def padded(reader: RealModel, ids: Sequence[int], room: int = 0) -> np.ndarray:
    """Ids filled up at the end, where they change nothing before it."""
    size = SHORTEST
    while size < max(len(ids), room):
        size *= 2
    row = np.zeros(min(size, reader.config.window), np.int32)
    row[: len(ids)] = ids
    return row


def token(reader: RealModel, number: int) -> str:
    """How a token is spelt; a part of a character is shown by its mark."""
    return reader.tokenizer.token_bytes[number].decode("utf-8", "replace")


def surprises(reader: RealModel, ids: Sequence[int]) -> Float[np.ndarray, " time"]:
    """What each token but the first costs the model, in nats."""
    row = padded(reader, ids)
    nats = _surprises(reader.model, reader.config, row)
    return np.asarray(nats, np.float64)[: len(ids) - 1]


@functools.partial(jax.jit, static_argnames="config")
def _surprises(
    model: Model, config: Config, tokens: Int[Array, " time"]
) -> Float[Array, " _"]:
    log_p = jax.nn.log_softmax(forward(model, config, tokens[:-1]))
    return -jnp.take_along_axis(log_p, tokens[1:, None], axis=-1)[:, 0]


class Depths(NamedTuple):
    """What happened to one text on its way through the model."""

    streams: Float[np.ndarray, "depth time width"]  # after the start and each block
    attention: Float[np.ndarray, "layers heads time time"]


def on_the_way(reader: RealModel, ids: Sequence[int]) -> Depths:
    """The stream after each block, and where every head looks."""
    n = len(ids)
    streams, looks = _on_the_way(reader.model, reader.config, padded(reader, ids))
    return Depths(np.asarray(streams)[:, :n], np.asarray(looks)[..., :n, :n])


@functools.partial(jax.jit, static_argnames="config")
def _on_the_way(
    model: Model, config: Config, tokens: Int[Array, " time"]
) -> tuple[Array, Array]:
    seen = trace(model, config, tokens)
    return seen.streams[::2], seen.attention


@functools.partial(jax.jit, static_argnames="epsilon")
def lens(
    model: Model, streams: Float[Array, "*batch width"], epsilon: float
) -> Float[Array, "*batch vocab"]:
    """Probabilities of the next token, read off the stream."""
    return jax.nn.softmax(logit_lens(model, streams, epsilon=epsilon))


def write(
    reader: RealModel,
    ids: Sequence[int],
    steps: int,
    sampling: Sampling = GREEDY,
    seed: int = 0,
    stop: int | None = None,
) -> list[int]:
    """Go on from a prompt, each token drawn and read once.

    The prompt is read in a room that many lengths share: what fills it up is written
    over, token by token.
    """
    model, config, _ = reader
    tokens = padded(reader, ids)
    room = min(len(padded(reader, ids, len(ids) + steps)), config.window)
    logits, cache = _read(model, config, tokens, len(ids), room)
    seen = np.zeros(config.vocab_size, bool)
    seen[list(ids)] = True
    written: list[int] = []
    for key in jax.random.split(jax.random.key(seed), steps):
        drawn = int(_drawn(key, logits, seen, sampling))
        if drawn == stop:
            break
        written.append(drawn)
        seen[drawn] = True
        if len(written) < steps:
            logits, cache = _step(model, config, cache, np.array([drawn]))
    return written


def write_together(
    reader: RealModel,
    prompts: Sequence[Sequence[int]],
    steps: int,
    sampling: Sampling = GREEDY,
    seed: int = 0,
    stop: int | None = None,
) -> list[list[int]]:
    """:func:`write` for many prompts side by side, which takes hardly longer than one.

    Each has its own cache, filled as far as it has read.
    """
    model, config, _ = reader
    longest = max(map(len, prompts))
    room = min(len(padded(reader, [], longest + steps)), config.window)
    rows = [
        _read(model, config, padded(reader, ids, longest), len(ids), room)
        for ids in prompts
    ]
    logits, caches = jax.tree.map(lambda *leaves: jnp.stack(leaves), *rows)
    del rows
    apart = unstack_blocks(model)  # no copies of the caches for each step
    keys = jax.random.split(jax.random.key(seed), len(prompts))
    seen = np.zeros((len(prompts), config.vocab_size), bool)
    for row, ids in zip(seen, prompts, strict=True):
        row[list(ids)] = True
    written: list[np.ndarray] = []
    ended = np.zeros(len(prompts), bool)
    while len(written) < steps and not ended.all():
        drawn = np.asarray(_drawn_rows(keys, len(written), logits, seen, sampling))
        written.append(drawn)
        ended |= drawn == stop
        seen[np.arange(len(drawn)), drawn] = True
        if len(written) < steps:
            logits, caches = _steps(apart, config, caches, drawn[:, None])
    table = np.array(written).T.tolist()
    return [ids[: ids.index(stop)] if stop in ids else ids for ids in table]


@functools.partial(jax.jit, static_argnames="config", donate_argnames="caches")
def _steps(
    model: Model, config: Config, caches: Cache, tokens: Int[Array, "batch time"]
) -> tuple[Array, Cache]:
    def step(cache: Cache, row: Int[Array, " time"]) -> tuple[Array, Cache]:
        return extend(model, config, cache, row)

    logits, caches = jax.vmap(step)(caches, tokens)
    return logits[:, 0], caches


@functools.partial(jax.jit, static_argnames="sampling")
def _drawn_rows(
    keys: Array, count: int, logits: Array, seen: Array, sampling: Sampling
) -> Int[Array, " batch"]:
    own = jax.vmap(jax.random.fold_in, (0, None))(keys, count)
    return jax.vmap(jax.random.categorical)(own, filtered(logits, sampling, seen))


@functools.partial(jax.jit, static_argnames=("config", "room"))
def _read(
    model: Model,
    config: Config,
    tokens: Int[Array, " time"],
    length: Int[Array, ""] | int,
    room: int,
) -> tuple[Array, Cache]:
    logits, cache = extend(model, config, init_cache(config, room=room), tokens)
    return logits[length - 1], cache._replace(length=jnp.asarray(length, jnp.int32))


@functools.partial(jax.jit, static_argnames="config", donate_argnames="cache")
def _step(
    model: Model, config: Config, cache: Cache, token: Int[Array, " time"]
) -> tuple[Array, Cache]:
    logits, cache = extend(model, config, cache, token)
    return logits[0], cache


@functools.partial(jax.jit, static_argnames="sampling")
def _drawn(
    key: PRNGKeyArray, logits: Array, seen: Array, sampling: Sampling
) -> Int[Array, ""]:
    return jax.random.categorical(key, filtered(logits, sampling, seen))


def ids_of(reader: RealModel, text: str) -> list[int]:
    """The tokens of a text."""
    return encode(reader.tokenizer, text)
