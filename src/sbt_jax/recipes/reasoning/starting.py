"""Reasoning: models from scratch that answer at once or write the places first.

Run by :mod:`sbt_jax.recipes.reasoning`.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from sbt_jax import checkpoints
from sbt_jax.architecture import Config, Model, forward, init_model
from sbt_jax.reasoning import law, silent_swaps
from sbt_jax.recipes.multimodality.learning import learn, of_seed
from sbt_jax.recipes.reasoning import lessons
from sbt_jax.recipes.reasoning.lessons import AT_ONCE, CUT, LENGTH, MOST


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and asked; tests do less."""

    seeds: tuple[int, ...] = (0, 1)
    mixes: tuple[str, ...] = ("cuts", "second", "decoys")
    steps: int = 600
    rate: float = 4e-3
    rows: int = 128
    layers: tuple[int, ...] = (1, 2, 4)  # of the models that only answer at once
    most: int = 5  # swaps of their games
    asked: int = 500  # games of each kind


def load(path: Path, layers: int = 2) -> Model:
    """Weights as they would be shipped."""
    build = functools.partial(init_model, config=lessons.sized(layers))
    shapes = jax.eval_shape(build, jax.random.key(0))
    return jax.tree.map(jnp.asarray, checkpoints.load(path, shapes))


def train(
    work: Path, name: str, mix: str, layers: int, most: int, sizes: Sizes
) -> dict[str, Any]:
    """Models of one mix, one a seed; the weights are left in ``work``."""
    config = lessons.sized(layers)
    models, losses, _ = learn(
        name,
        functools.partial(init_model, config=config),
        lessons.loss_of(mix, layers, sizes.rows, most),
        (),
        sizes.seeds,
        sizes.steps,
        sizes.rate,
    )
    for i, seed in enumerate(sizes.seeds):
        model = checkpoints.as_shipped(of_seed(models, i))
        checkpoints.save(work / f"{name}-{seed}.npz", model, config)
    return {"loss": losses[-25:].mean(0).round(4).tolist()}


@functools.partial(jax.jit, static_argnames=("config", "rows", "length"))
def right_after(
    model: Model,
    config: Config,
    key: Any,
    many: Array,
    budget: Array,
    rows: int,
    length: int = LENGTH,
) -> Array:
    """How often the likeliest answer is right after so many written places."""
    games = lessons.draw_games(key, rows, many)
    kind = jnp.where(budget > 0, CUT, AT_ONCE) * jnp.ones(rows, int)
    cut = budget * jnp.ones(rows, int)
    texts = lessons.written(games, games.places, kind, cut, length)
    at = (texts.begins + jnp.where(budget > 0, 1 + budget, 0))[:, None]
    said = forward(model, config, texts.tokens).argmax(-1)
    answer = jnp.take_along_axis(texts.tokens, at + 1, 1)
    return (jnp.take_along_axis(said, at, 1) == answer).mean()


def grid(model: Model, config: Config, sizes: Sizes) -> list[list[float]]:
    """Right answers by the number of swaps (rows from 1) and the budget (from 0)."""
    key = jax.random.key(17)
    return [
        [
            round(
                float(
                    right_after(
                        model,
                        config,
                        jax.random.fold_in(key, many),
                        jnp.int32(many),
                        jnp.int32(budget),
                        sizes.asked,
                    )
                ),
                4,
            )
            for budget in range(many + 1)
        ]
        for many in range(1, MOST + 1)
    ]


def budgets(work: Path, mix: str, sizes: Sizes) -> dict[str, Any]:
    """Of models of a mix: what each budget gives, and what the law says."""
    config = lessons.sized(2)
    grids = [
        grid(load(work / f"{mix}-{seed}.npz"), config, sizes) for seed in sizes.seeds
    ]
    silent = [[silent_swaps(row[0], n) for n, row in enumerate(g, 1)] for g in grids]
    return {
        "right": grids,
        "law": [
            [round(law(n, b), 4) for b in range(n + 1)] for n in range(1, MOST + 1)
        ],
        "silent": np.round(silent, 2).tolist(),
    }


def depths(work: Path, sizes: Sizes) -> dict[str, Any]:
    """Models that only answer at once: how many swaps a pass can do, by layers."""
    found: dict[str, Any] = {}
    for layers in sizes.layers:
        name, config = f"silent{layers}", lessons.sized(layers)
        train(work, name, "silent", layers, sizes.most, sizes)
        rows = []
        for seed in sizes.seeds:
            model = load(work / f"{name}-{seed}.npz", layers)
            key = jax.random.key(18)
            rows.append(
                [
                    round(
                        float(
                            right_after(
                                model,
                                config,
                                jax.random.fold_in(key, many),
                                jnp.int32(many),
                                jnp.int32(0),
                                sizes.asked,
                            )
                        ),
                        4,
                    )
                    for many in range(1, sizes.most + 1)
                ]
            )
        found[str(layers)] = rows
    return found
