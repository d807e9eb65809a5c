"""Reasoning: chains with a wrong step, and what a wait makes of them.

Run by :mod:`sbt_jax.recipes.reasoning`.
"""

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from sbt_jax.architecture import Model, forward
from sbt_jax.reasoning.cups import WAIT
from sbt_jax.recipes.reasoning import lessons, starting
from sbt_jax.recipes.reasoning.lessons import CONFIG, CUT, IDS, LENGTH, LENGTHS
from sbt_jax.recipes.reasoning.thinking import answer_of, go_on, last_of

COLD = 1e4  # factor of logits that leaves the likeliest


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is asked; tests do less."""

    asked: int = 400
    swaps: tuple[int, ...] = (1, 2, 3, 4, 6, 8)


def _texts(key: Any, many: Array, rows: int, length: int, wrong: bool) -> Any:
    """Games, and texts up to the end of a chain that is wrong, or right."""
    keys = jax.random.split(key)
    games = lessons.draw_games(keys[0], rows, many)
    shown = lessons.strayed(keys[1], games) if wrong else games.places
    kind = jnp.full(rows, CUT)
    return games, shown, lessons.written(games, shown, kind, games.many, length)


@functools.partial(jax.jit, static_argnames="rows")
def _followed(model: Model, key: Any, many: Array, rows: int) -> tuple[Array, Array]:
    games, shown, texts = _texts(key, many, rows, LENGTH, True)
    at = (texts.begins + 1 + games.many)[:, None]  # the place of `so`
    said = forward(model, CONFIG, texts.tokens).argmax(-1)
    said = jnp.take_along_axis(said, at, 1)[:, 0]
    written = 1 + jnp.take_along_axis(shown, games.many[:, None] - 1, 1)[:, 0]
    return (said == written).mean(), (said == answer_of(games)).mean()


@functools.partial(jax.jit, static_argnames=("rows", "wrong"))
def _waited(model: Model, key: Any, many: Array, rows: int, wrong: bool) -> Any:
    length = LENGTHS["second"]
    games, shown, texts = _texts(key, many, rows, length, wrong)
    at = texts.begins + 1 + games.many
    column = jnp.arange(length)
    given = jnp.where(column == at[:, None], IDS[WAIT], texts.tokens)
    said = go_on(key, model, given, at + 1, COLD)
    last = last_of(said)
    written = 1 + jnp.take_along_axis(shown, games.many[:, None] - 1, 1)[:, 0]
    return {
        "right": (said.ended & (last == answer_of(games))).mean(),
        "same": (said.ended & (last == written)).mean(),
        "ended": said.ended.mean(),
    }


def models_of(work: Path, mix: str, seeds: Sequence[int]) -> list[Model]:
    """The models of a mix."""
    return [starting.load(work / f"{mix}-{seed}.npz") for seed in seeds]


def followed(work: Path, mix: str, seeds: Sequence[int], sizes: Sizes) -> Any:
    """Does the answer follow a chain with a wrong step? By swaps, a row a seed."""
    key, rows = jax.random.key(173), []
    for model in models_of(work, mix, seeds):
        found = [_followed(model, key, jnp.int32(n), sizes.asked) for n in sizes.swaps]
        rows.append(np.asarray(found, float).round(4).T.tolist())
    return {"chain": [row[0] for row in rows], "truth": [row[1] for row in rows]}


def waited(work: Path, mix: str, seeds: Sequence[int], sizes: Sizes) -> Any:
    """What comes of a chain, right or wrong, if `wait` is put after it."""
    key, many = jax.random.key(174), jnp.int32(5)
    return {
        name: [
            {
                k: round(float(v), 4)
                for k, v in _waited(model, key, many, sizes.asked, wrong).items()
            }
            for model in models_of(work, mix, seeds)
        ]
        for name, wrong in (("wrong", True), ("right", False))
    }
