"""Context: what *main* loses when it sees the last few tokens only, and its sinks.

Run by :mod:`sbt_jax.recipes.context.recipe`.
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from sbt_jax import world
from sbt_jax.architecture import Config, Model, forward, trace
from sbt_jax.context import forward_seen, window_mask
from sbt_jax.shipped.measures import word_marks
from sbt_jax.shipped.skills import EVERY, SKILLS
from sbt_jax.shipped.stories import StoryModel, encode_story, word_tokens


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is measured; tests do less."""

    stories: int = 96
    windows: tuple[int, ...] = (2, 4, 8, 16, 32, 64, 128, 256)
    sinks: tuple[int, ...] = (1, 4)  # first tokens that are kept in view
    cut: tuple[int, ...] = (8, 32)  # windows for which older tokens are also cut off
    begin: int = 64  # the first place that counts
    every: int = 8  # places of which one is cut
    rows: int = 16  # read side by side


@functools.partial(jax.jit, static_argnames="config")
def _nats(
    model: Model,
    config: Config,
    tokens: Int[Array, "batch time"],
    mask: Bool[Array, "time keys"],
) -> Float[Array, "batch _"]:
    logits = forward_seen(model, config, tokens, mask)[:, :-1]
    picked = jnp.take_along_axis(logits, tokens[:, 1:, None], -1)[..., 0]
    return jax.nn.logsumexp(logits, -1) - picked


def told(reader: StoryModel, sizes: Sizes) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Held-out stories that reach beyond ``begin``: texts, rows of ids, their sizes."""
    texts, rows = [], []
    for story in world.stories(10 * sizes.stories, world.HELD_OUT_SEED):
        ids = encode_story(reader.tokenizer, story.text, end=True)
        if sizes.begin + 8 < len(ids) <= reader.config.window:
            texts.append(story.text)
            rows.append(ids)
        if len(rows) == sizes.stories:
            break
    table = np.zeros((len(rows), reader.config.window), np.int32)
    for row, ids in zip(table, rows, strict=True):
        row[: len(ids)] = ids
    return texts, table, np.array([len(ids) for ids in rows])


def costs(
    reader: StoryModel, table: np.ndarray, window: int, sinks: int, rows: int
) -> np.ndarray:
    """What each token costs if it is told from the last few, and from the first."""
    mask = window_mask(reader.config.window, window, sinks)
    found = [
        _nats(reader.model, reader.config, table[at : at + rows], mask)
        for at in range(0, len(table), rows)
    ]
    return np.concatenate([np.asarray(part) for part in found])


def by_skill(
    reader: StoryModel, texts: list[str], nats: np.ndarray, begin: int
) -> dict[str, float]:
    """What a word of each skill costs above its true cost, from a place on."""
    above: dict[str, list[float]] = {name: [] for name in (EVERY, *SKILLS)}
    named = {mark: name for name, marks in SKILLS.items() for mark in marks}
    for text, row in zip(texts, nats, strict=True):
        at = 0
        for word, skill, p in word_marks(text):
            size = len(word_tokens(reader.tokenizer, word))
            cost = float(row[at : at + size].sum() + np.log(p))
            at += size
            if at - size < begin:
                continue
            above[EVERY].append(cost)
            if skill in named:
                above[named[skill]].append(cost)
    return {k: round(float(np.mean(v)), 4) for k, v in above.items() if v}


@functools.partial(jax.jit, static_argnames="config")
def _last_nats(
    model: Model, config: Config, tokens: Int[Array, "batch time"]
) -> Float[Array, " batch"]:
    logits = forward(model, config, tokens[:, :-1])[:, -1]
    picked = jnp.take_along_axis(logits, tokens[:, -1:], -1)[:, 0]
    return jax.nn.logsumexp(logits, -1) - picked


def cut_off(
    reader: StoryModel, table: np.ndarray, ends: np.ndarray, sizes: Sizes, window: int
) -> dict[str, float]:
    """The same places with older tokens hidden, and with them cut off."""
    places = [
        (i, at)
        for i, end in enumerate(ends)
        for at in range(sizes.begin, end, sizes.every)
    ]
    nats = costs(reader, table, window, 0, sizes.rows)
    hidden = [nats[i, at - 1] for i, at in places]
    parts = np.stack([table[i, at - window : at + 1] for i, at in places])
    found: list[float] = []
    block = 128
    for start in range(0, len(parts), block):
        part = parts[start : start + block]
        filled = np.zeros((block, window + 1), np.int32)
        filled[: len(part)] = part
        found += np.asarray(_last_nats(reader.model, reader.config, filled)).tolist()[
            : len(part)
        ]
    return {
        "hidden": round(float(np.mean(hidden)), 4),
        "cut": round(float(np.mean(found)), 4),
        "places": len(places),
    }


def measure(reader: StoryModel, sizes: Sizes) -> dict[str, Any]:
    """Loss by window, hidden and cut, with the start kept and without."""
    texts, table, ends = told(reader, sizes)
    counted = np.arange(table.shape[1] - 1)[None] < ends[:, None] - 1
    counted[:, : sizes.begin - 1] = False
    loss: dict[str, float] = {}
    kept: dict[str, dict[str, float]] = {}
    skills: dict[str, dict[str, float]] = {}
    for window in sizes.windows:
        nats = costs(reader, table, window, 0, sizes.rows)
        loss[str(window)] = round(float(nats[counted].mean()), 4)
        skills[str(window)] = by_skill(reader, texts, nats, sizes.begin)
        kept[str(window)] = {
            str(sinks): round(
                float(costs(reader, table, window, sinks, sizes.rows)[counted].mean()),
                4,
            )
            for sinks in sizes.sinks
        }
    return {
        "begin": sizes.begin,
        "stories": len(texts),
        "tokens": int(counted.sum()),
        "loss": loss,
        "kept": kept,
        "skills": skills,
        "cut": {
            str(window): cut_off(reader, table, ends, sizes, window)
            for window in sizes.cut
        },
        "sinks": sinks(reader, table, ends),
    }


def sinks(
    reader: StoryModel, table: np.ndarray, ends: np.ndarray, most: int = 16
) -> Any:
    """By head the attention that goes to the first token, where there are many."""
    looks = []
    for row, end in zip(table[:most], ends[:most], strict=True):
        seen = _looks(reader.model, reader.config, row)
        looks.append(np.asarray(seen)[..., 64:end, 0].mean(-1))
    return np.mean(looks, 0).round(4).tolist()


@functools.partial(jax.jit, static_argnames="config")
def _looks(model: Model, config: Config, tokens: Int[Array, " time"]) -> Array:
    return trace(model, config, tokens).attention
