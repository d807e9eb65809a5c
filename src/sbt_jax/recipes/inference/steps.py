"""What a step of *main* costs here: written for many texts at once, or read in pieces.

Run by :mod:`sbt_jax.recipes.inference`. Every time is the best of many repeats:
whatever else the machine does can only add to them. They are taken in turns, so that a
busy minute of the machine touches all of them alike.
"""

import dataclasses
import functools
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.architecture import extend, init_cache
from sbt_jax.recipes.inference.waits import machine
from sbt_jax.shipped.stories import StoryModel, story_model


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is timed."""

    batches: tuple[int, ...] = (1, 2, 4, 8, 16)
    contexts: tuple[int, ...] = (32, 64, 128, 224)  # tokens in the cache of each text
    pieces: tuple[int, ...] = (1, 8, 16, 32, 64, 128, 192, 224)  # of a prompt
    checks: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 9)  # tokens read in one pass
    past: int = 64  # tokens that are kept when guesses are checked
    repeats: int = 150


step = jax.jit(extend, static_argnames="config")


def reading(reader: StoryModel, tokens: int, past: int = 0) -> Callable[[], Any]:
    """Reads so many tokens of one text, after others."""
    model, config = jax.tree.map(jnp.asarray, reader.model), reader.config
    cache = init_cache(config, room=past + tokens)
    if past:
        _, cache = step(model, config, cache, jnp.zeros(past, jnp.int32))
    ids = jnp.asarray(np.arange(tokens) % config.vocab_size, jnp.int32)
    return functools.partial(step, model, config, cache, ids)


def writing(reader: StoryModel, batch: int, context: int) -> Callable[[], Any]:
    """Reads one token of each of some texts, all of them as long."""
    model, config = jax.tree.map(jnp.asarray, reader.model), reader.config
    # One text is decoded faster without a batch of one: as the server would.
    shape = () if batch == 1 else (batch,)
    cache = init_cache(config, shape, room=context + 1)
    ids = jnp.zeros((*shape, context), jnp.int32)
    _, cache = step(model, config, cache, ids)
    return functools.partial(step, model, config, cache, ids[..., :1])


def bests(tasks: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Milliseconds of each task: the best of repeats that are taken in turns."""
    for task in tasks.values():
        jax.block_until_ready(task())
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(repeats):
        for name, task in tasks.items():
            start = time.perf_counter()
            jax.block_until_ready(task())
            found[name].append(time.perf_counter() - start)
    return {name: round(1000 * min(t), 4) for name, t in found.items()}


def written(sizes: Sizes, batch: int) -> list[float]:
    """Milliseconds to write one token for each of some texts, by their length."""
    main = story_model("main")
    tasks = {str(c): writing(main, batch, c) for c in sizes.contexts}
    return list(bests(tasks, sizes.repeats).values())


def read(sizes: Sizes) -> dict[str, Any]:
    """Milliseconds to read pieces of a prompt, to check guesses, and to make one."""
    main, small = story_model("main"), story_model("small")
    tasks = {f"read {n}": reading(main, n) for n in sizes.pieces}
    tasks |= {f"check {n}": reading(main, n, sizes.past) for n in sizes.checks}
    tasks["small"] = reading(small, 1, sizes.past)
    found = bests(tasks, sizes.repeats)
    return {
        "machine": machine(),
        "pieces": list(sizes.pieces),
        "read": [found[f"read {n}"] for n in sizes.pieces],
        "checks": {str(n): found[f"check {n}"] for n in sizes.checks},
        "past": sizes.past,
        "small": found["small"],
    }
