"""Interpretability: a push along a direction, beside a sentence that asks for it.

Run by :mod:`sbt_jax.recipes.interpretability.further`.
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax import world
from sbt_jax.architecture import gated_mlp, logit_lens, rms_norm
from sbt_jax.attention import multi_head
from sbt_jax.interpretability import mean_difference
from sbt_jax.recipes.interpretability.traces import held
from sbt_jax.shipped.features import DEPTH, promoting, story_features
from sbt_jax.shipped.stories import decode_story, encode_story, story_model, word_tokens
from sbt_jax.world.words import BOYS, DAYS, GIRLS, PLACES

WAYS = ("feature", "mean before", "mean on", "random")
ROOM = 64  # tokens


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is written; tests do less."""

    targets: tuple[str, ...] = ("Tom", "Mia", "Vera")
    strengths: tuple[int, ...] = (10, 20, 30)
    beginnings: int = 40
    written: int = 30  # tokens
    stories: int = 120  # that mean differences come from


def others(target: str) -> list[str]:
    """Friends that may meet the target, and do not share its name."""
    return BOYS if target in GIRLS else GIRLS


def beginnings(target: str, count: int) -> list[tuple[str, str, str]]:
    """A story begun, the same with a sentence on the target, and on another friend."""
    rng = np.random.default_rng(0)
    found = []
    mates = [name for name in (GIRLS if target in GIRLS else BOYS) if name != target]
    places = list(PLACES)
    for _ in range(count):
        a, b = str(rng.choice(others(target))), str(rng.choice(mates))
        day, place = str(rng.choice(list(DAYS))), str(rng.choice(places))
        start = f"On {day} {a} went to the {place}."
        asked, neutral = (f"{start} {name} was there too." for name in (target, b))
        found.append((start, asked, neutral))
    return found


def directions(target: str, sizes: Sizes) -> dict[str, np.ndarray]:
    """Directions of length 1 that should make main speak of the target."""
    reader, read = story_model("main"), held(sizes.stories)
    (number,) = word_tokens(reader.tokenizer, f" {target}")
    on = read.tokens == number
    before = np.r_[on[1:] & (read.story[1:] == read.story[:-1]), False]
    vectors = read.streams[DEPTH].astype(np.float32)
    apart = mean_difference(vectors, np.stack([before, on], 1))
    feature = promoting(reader, [f" {target}"])[f" {target}"]
    ways = {
        "feature": np.asarray(story_features()[0].decode[feature]),
        "mean before": apart[0],
        "mean on": apart[1],
        "random": np.random.default_rng(0).normal(size=vectors.shape[1]),
    }
    return {
        name: (way / np.linalg.norm(way)).astype(np.float32)
        for name, way in ways.items()
    }


def _logits(model: Any, config: Any, tokens: Any, way: Any) -> Any:
    """Logits everywhere, with something added after block 2 at every position."""
    now = model.embedding[tokens]
    for at, block in enumerate(model.blocks):
        read = rms_norm(block.attention_norm, now, config.epsilon)
        now = now + multi_head(block.attention, read, base=config.rotary_base)
        read = rms_norm(block.mlp_norm, now, config.epsilon)
        now = now + gated_mlp(block.mlp, read)
        if at + 1 == DEPTH:
            now = now + way
    return logit_lens(model, now, epsilon=config.epsilon)


@functools.partial(jax.jit, static_argnames=("config", "count"))
def _write(
    model: Any, config: Any, rows: Any, sizes: Any, way: Any, key: Any, count: int
) -> Any:
    """Draw some tokens for each row, pushed at every position."""

    def step(rows: Any, given: Any) -> Any:
        at, key = given
        logits = jax.lax.map(
            lambda one: _logits(model, config, one[0], way)[one[1] + at - 1],
            (rows, sizes),
            batch_size=50,
        )
        drawn = jax.random.categorical(key, logits)
        rows = jax.vmap(lambda row, i, t: row.at[i].set(t))(rows, sizes + at, drawn)
        return rows, None

    keys = jax.random.split(key, count)
    return jax.lax.scan(step, rows, (jnp.arange(count), keys))[0]


@functools.partial(jax.jit, static_argnames="config")
def _chances(model: Any, config: Any, rows: Any, way: Any) -> Any:
    def one(row: Any) -> Any:
        return jax.nn.softmax(_logits(model, config, row, way))

    return jax.lax.map(one, rows, batch_size=50)


def _rows(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    ids = [encode_story(story_model("main").tokenizer, text) for text in texts]
    rows = np.zeros((len(ids), ROOM), np.int32)
    for row, one in zip(rows, ids, strict=True):
        row[: len(one)] = one
    return rows, np.array([len(one) for one in ids])


def off_target(pushed: np.ndarray, plain: np.ndarray, names: np.ndarray) -> np.ndarray:
    """How far the chances of all words but names lie from the plain ones, in nats."""
    ours, theirs = (
        np.maximum(np.delete(p, names, -1).astype(np.float64), 1e-12)
        for p in (pushed, plain)
    )
    ours, theirs = (p / p.sum(-1, keepdims=True) for p in (ours, theirs))
    return (ours * np.log(ours / theirs)).sum(-1)


def written(target: str, way: np.ndarray, start: int, sizes: Sizes) -> dict[str, float]:
    """What main writes after all beginnings, and how it is measured.

    Args:
      target: The name.
      way: What is added after block 2 at every position.
      start: Which text of :func:`beginnings` it goes on with: 0 the bare one, 1 asked.
      sizes: How much.
    """
    reader = story_model("main")
    texts = [one[start] for one in beginnings(target, sizes.beginnings)]
    rows, begun = _rows(texts)
    done = np.asarray(
        _write(
            *(reader.model, reader.config, rows, begun, way, jax.random.key(1)),
            sizes.written,
        )
    )
    # What main, left alone, would say in the same places.
    other = done.copy()
    if start:
        neutral, same = _rows([one[2] for one in beginnings(target, sizes.beginnings)])
        if not (same == begun).all():
            raise ValueError(f"beginnings must be of one length, got {target}")
        for i, size in enumerate(begun):
            other[i, :size] = neutral[i, :size]
    pushed = np.asarray(_chances(reader.model, reader.config, done, way))
    plain = np.asarray(_chances(reader.model, reader.config, other, 0 * way))
    at = np.arange(ROOM)[None]
    there = (at >= begun[:, None] - 1) & (at < (begun + sizes.written - 1)[:, None])
    names = np.array(
        [word_tokens(reader.tokenizer, f" {n}")[0] for n in (*GIRLS, *BOYS)]
    )
    (number,) = word_tokens(reader.tokenizer, f" {target}")
    slips, told = [], []
    for text, row, size in zip(texts, done, begun, strict=True):
        more = decode_story(
            reader.tokenizer, _until_end(row[size : size + sizes.written].tolist())
        )
        words = world.split(text + more)[:-1]  # the last may be half a word
        slips.append(world.read(words).impossible is not None)
        told.append(target in more)
    return {
        "target": round(float(pushed[there][:, number].mean()), 4),
        "told": round(float(np.mean(told)), 4),
        "off": round(float(off_target(pushed[there], plain[there], names).mean()), 4),
        "possible": round(1 - float(np.mean(slips)), 4),
    }


def _until_end(ids: list[int]) -> list[int]:
    (end,) = word_tokens(story_model("main").tokenizer, world.END)
    return ids[: ids.index(end)] if end in ids else ids


def measure(target: str, sizes: Sizes) -> dict[str, Any]:
    """Left alone, pushed along each direction, and asked."""
    ways = directions(target, sizes)
    nothing = np.zeros_like(ways["random"])
    return {
        "alone": written(target, nothing, 0, sizes),
        "asked": written(target, nothing, 1, sizes),
        **{
            name: {
                str(far): written(target, far * way, 0, sizes)
                for far in sizes.strengths
            }
            for name, way in ways.items()
        },
    }
