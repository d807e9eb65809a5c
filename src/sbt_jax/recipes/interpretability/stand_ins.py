"""Interpretability: transcoders that stand in for the MLPs of the main model.

Run by :mod:`sbt_jax.recipes.interpretability.further`.
"""

import dataclasses
import functools
from itertools import islice
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Float

from sbt_jax import checkpoints
from sbt_jax.architecture import forward
from sbt_jax.interpretability import (
    SaeConfig,
    Transcoder,
    explained,
    init_transcoder,
    replaced_forward,
    transcoder_features,
    transcoder_loss,
    transcoder_output,
)
from sbt_jax.recipes.interpretability import streams
from sbt_jax.recipes.interpretability.dictionaries import CHUNK, HELD, rule
from sbt_jax.shipped.stories import encode_story, story_model
from sbt_jax.world import HELD_OUT_SEED

START = 80_000  # of the held-out stories
SURE = 0.9  # what main gives to its best word where it is sure
TINY = 1e-12


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests do less."""

    stories: int = 1_200
    features: int = 512
    keep: int = 16
    steps: int = 800
    batch: int = 512
    rate: float = 2e-3
    seeds: tuple[int, ...] = (0, 1, 2)
    tested: int = 40  # stories


def config_of(sizes: Sizes) -> SaeConfig:
    """The sizes of each transcoder."""
    width = story_model("main").config.width
    return SaeConfig(width, sizes.features, "topk", sizes.keep)


@functools.lru_cache(maxsize=1)
def fresh(stories: int) -> streams.Everything:
    """What to learn from."""
    told = list(islice(streams.texts(streams.FRESH_SEED, 0), stories))
    return streams.read_everything(streams.reader_of("main"), told)


@functools.partial(jax.jit, static_argnames=("config", "how"))
def _chunk(
    one: Transcoder,
    state: Any,
    read: Any,
    wrote: Any,
    config: SaeConfig,
    how: tuple[int, float],
) -> Any:
    def step(carry: Any, given: Any) -> Any:
        one, state = carry
        value, slope = jax.value_and_grad(transcoder_loss)(one, config, *given)
        update, state = rule(*how).update(slope, state, one)
        one = optax.apply_updates(one, update)
        length = jnp.linalg.norm(one.decode, axis=1, keepdims=True)
        one = one._replace(decode=one.decode / jnp.maximum(length, TINY))
        return (one, state), value

    (one, state), losses = jax.lax.scan(step, (one, state), (read, wrote))
    return one, state, losses.mean()


def _scaled(x: np.ndarray) -> tuple[np.ndarray, float]:
    """The mean of vectors, and the root of their mean variance."""
    some = x[:: max(1, len(x) // 50_000)].astype(np.float32)
    mean = some.mean(0)
    return mean, float(np.sqrt(((some - mean) ** 2).mean()))


def learn(
    read: np.ndarray, wrote: np.ndarray, config: SaeConfig, seed: int, sizes: Sizes
) -> Transcoder:
    """Train one; directions have length 1, strengths are lengths in the stream."""
    (mean, scale), (mean_out, scale_out) = _scaled(read), _scaled(wrote)
    one = init_transcoder(jax.random.key(seed), config)
    state = rule(sizes.steps, sizes.rate).init(one)
    rng = np.random.default_rng(seed)
    for first in range(0, sizes.steps, CHUNK):
        rows = rng.integers(0, len(read), (CHUNK, sizes.batch))
        x = (read[rows].astype(np.float32) - mean) / scale
        y = (wrote[rows].astype(np.float32) - mean_out) / scale_out
        one, state, loss = _chunk(one, state, x, y, config, (sizes.steps, sizes.rate))
        if first % 500 == 0:
            print("transcoder", seed, first, loss, flush=True)
    encode = np.asarray(one.encode) * scale_out / scale
    bias = scale_out * np.asarray(one.bias) - mean @ encode
    output = mean_out + scale_out * np.asarray(one.output)
    return Transcoder(*map(jnp.asarray, (encode, one.decode, bias, output)))


def train(work: Path, layer: int, seed: int, sizes: Sizes) -> dict[str, Any]:
    """One; its weights are left in ``work``."""
    given, config = fresh(sizes.stories), config_of(sizes)
    read, wrote = given.reads[layer], given.writes[layer]
    one = learn(read[:-HELD], wrote[:-HELD], config, seed, sizes)
    checkpoints.save(work / f"transcoder-{layer}-{seed}.npz", one, config)
    one = jax.tree.map(jnp.asarray, checkpoints.as_shipped(one))
    x, y = (v[-HELD:].astype(np.float32) for v in (read, wrote))
    fired = _fired(one, config, x)
    again = jax.jit(transcoder_output)(one, fired)
    often = (fired > 0).mean(0)
    return {
        "at_once": round(float((fired > 0).sum(1).mean()), 2),
        "explained": round(float(explained(jnp.asarray(y), again)), 4),
        "dead": int((often == 0).sum()),
        "rare": int((often < 1e-3).sum()),
    }


_fired = jax.jit(transcoder_features, static_argnames="config")


def fired(
    one: Transcoder, config: SaeConfig, read: Float[np.ndarray, "samples width"]
) -> np.ndarray:
    """How strongly each feature fires everywhere."""
    parts = np.array_split(read, max(1, len(read) // 4096))
    return np.concatenate(
        [np.asarray(_fired(one, config, part.astype(np.float32))) for part in parts]
    )


def load(work: Path, seed: int, sizes: Sizes) -> tuple[Transcoder, ...]:
    """The trained ones of a seed, one a block."""
    config = config_of(sizes)
    shapes = jax.eval_shape(
        functools.partial(init_transcoder, config=config), jax.random.key(0)
    )
    layers = range(story_model("main").config.layers)
    files = [work / f"transcoder-{layer}-{seed}.npz" for layer in layers]
    return tuple(
        jax.tree.map(jnp.asarray, checkpoints.load(file, shapes)) for file in files
    )


def tested(count: int) -> list[list[int]]:
    """Held-out stories that fit the window, with their ends."""
    reader = story_model("main")
    told = islice(streams.texts(HELD_OUT_SEED, START), count)
    rows = [encode_story(reader.tokenizer, text, end=True) for text in told]
    return [ids for ids in rows if len(ids) <= reader.config.window]


def padded(rows: list[list[int]], window: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of one length, and where a next token is known."""
    tokens = np.zeros((len(rows), window), np.int32)
    known = np.zeros((len(rows), window), bool)
    for i, ids in enumerate(rows):
        tokens[i, : len(ids)] = ids
        known[i, : len(ids) - 1] = True
    return tokens, known


@functools.partial(jax.jit, static_argnames=("config", "sizes"))
def _compared(
    model: Any, config: Any, many: Any, sizes: SaeConfig, rows: Any, replaced: Any
) -> Any:
    def one(tokens: Any) -> Any:
        ours = forward(model, config, tokens)
        theirs = replaced_forward(model, config, many, sizes, tokens, replaced)
        logs = [jax.nn.log_softmax(x) for x in (ours, theirs)]
        after = jnp.roll(tokens, -1)[:, None]
        lost = [-jnp.take_along_axis(x, after, 1)[:, 0] for x in logs]
        same = ours.argmax(1) == theirs.argmax(1)
        sure = jnp.exp(logs[0]).max(1) > SURE
        return jnp.stack([same, sure, *lost])

    return jax.lax.map(one, rows, batch_size=4)


def compare(many: tuple[Transcoder, ...], replaced: Any, sizes: Sizes) -> Any:
    """Main with some MLPs replaced, beside main, on held-out stories."""
    reader = story_model("main")
    rows, known = padded(tested(sizes.tested), reader.config.window)
    found = np.asarray(
        _compared(
            *(reader.model, reader.config, many, config_of(sizes), rows),
            np.asarray(replaced, np.float32),
        )
    )
    same, sure, ours, theirs = np.moveaxis(found, 1, 0)[:, known]
    return {
        "tokens": int(known.sum()),
        "same": round(float(same.mean()), 4),
        "sure": round(float(sure.mean()), 4),
        "same_where_sure": round(float(same[sure > 0].mean()), 4),
        "loss": round(float(ours.mean()), 4),
        "lost": round(float((theirs - ours).mean()), 4),
    }


def replace(work: Path, seed: int, sizes: Sizes) -> dict[str, Any]:
    """All four MLPs replaced, each alone, and all by what they write on average."""
    many = load(work, seed, sizes)
    layers = len(many)
    each = {
        f"block {i + 1}": compare(many, np.eye(layers)[i], sizes) for i in range(layers)
    }
    mean = fresh(sizes.stories).writes[:, ::50].astype(np.float32).mean(1)
    silent = tuple(
        one._replace(decode=jnp.zeros_like(one.decode), output=jnp.asarray(always))
        for one, always in zip(many, mean, strict=True)
    )
    return {
        "all": compare(many, np.ones(layers), sizes),
        **each,
        "means": compare(silent, np.ones(layers), sizes),
    }
