"""How long one waits, on the machine that builds: for the first token, and the others.

Run by :mod:`sbt_jax.recipes.inference`. Times are the best of many repeats: whatever
else the machine does can only add to them.
"""

import dataclasses
import functools
import os
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.architecture import extend, forward, init_cache
from sbt_jax.shipped.stories import StoryModel, story_model


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is timed."""

    prompts: tuple[int, ...] = (16, 32, 64, 128, 224)
    checks: tuple[int, ...] = (1, 2, 3, 5, 9)  # tokens that a pass reads at once
    batches: tuple[int, ...] = (1, 4, 16, 64, 256)
    width: int = 4096
    wide: int = 8192
    repeats: int = 40


def best(task: Callable[[], Any], repeats: int) -> float:
    """Milliseconds of the fastest of some repeats, the first of which compiles."""
    jax.block_until_ready(task())
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(task())
        found.append(time.perf_counter() - start)
    return round(1000 * min(found), 4)


def machine() -> dict[str, Any]:
    """What was timed on."""
    name = ""
    try:
        with open("/proc/cpuinfo", encoding="utf8") as file:
            names = [line for line in file if line.startswith("model name")]
        name = names[0].partition(":")[2].strip() if names else ""
    except OSError:
        pass
    return {"cores": os.cpu_count() or 0, "processor": name}


def read_and_write(reader: StoryModel, prompt: int, repeats: int) -> dict[str, float]:
    """Milliseconds for the first token after a prompt, and for one more, two ways."""
    model, config = reader.model, reader.config
    step = jax.jit(extend, static_argnames="config")
    ids = jnp.asarray(np.arange(prompt) % config.vocab_size, jnp.int32)
    empty = init_cache(config, room=prompt + 1)
    _, cache = step(model, config, empty, ids)
    longer = jnp.append(ids, 7)
    whole = jax.jit(lambda m, t: forward(m, config, t)[-1])
    return {
        "first": best(lambda: step(model, config, empty, ids), repeats),
        "next": best(lambda: step(model, config, cache, ids[:1]), repeats),
        "uncached": best(lambda: whole(model, longer), repeats),
    }


def pass_over(reader: StoryModel, tokens: int, repeats: int) -> float:
    """Milliseconds to check so many tokens at once, after 64 that are kept."""
    model, config = reader.model, reader.config
    step = jax.jit(extend, static_argnames="config")
    ids = jnp.zeros(64, jnp.int32)
    _, cache = step(model, config, init_cache(config, room=64 + tokens), ids)
    return best(lambda: step(model, config, cache, ids[:tokens]), repeats)


def product(batch: int, sizes: Sizes) -> dict[str, float]:
    """One large matrix, read for so many vectors: milliseconds and their rates."""
    x = jnp.ones((batch, sizes.width), jnp.float32)
    w = jnp.ones((sizes.width, sizes.wide), jnp.float32)
    spent = best(functools.partial(jax.jit(jnp.matmul), x, w), sizes.repeats // 4)
    return {
        "ms": spent,
        "gflops": round(2e-6 * batch * sizes.width * sizes.wide / spent, 2),
        "gigabytes": round(4e-6 * sizes.width * sizes.wide / spent, 2),
    }


def waits(sizes: Sizes) -> dict[str, Any]:
    """Everything that is timed."""
    main, small = story_model("main"), story_model("small")
    weights = sum(x.size for x in jax.tree.leaves(main.model))
    return {
        "machine": machine(),
        "main's bytes": 4 * weights,
        "prompts": {
            str(n): read_and_write(main, n, sizes.repeats) for n in sizes.prompts
        },
        "checks": {str(n): pass_over(main, n, sizes.repeats) for n in sizes.checks},
        "small's step": pass_over(small, 1, sizes.repeats),
        "products": {str(b): product(b, sizes) for b in sizes.batches},
        "matrix bytes": 4 * sizes.width * sizes.wide,
    }
