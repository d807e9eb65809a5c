"""Chapter 18 in the published model: what its cache holds, and what it saves."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.architecture import (
    Cache,
    Config,
    Model,
    extend,
    forward,
    init_cache,
)
from sbt_jax.recipes.inference import waits as timing
from sbt_jax.recipes.real.reading import Reader
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.real.texts import passages
from sbt_jax.recipes.runner import Run

WHAT = "SmolLM2-135M: logits with and without a cache; milliseconds a token, both ways."
READS = ("model", "corpus")
PROMPTS = (16, 64, 160)
STEPS = 8  # tokens that are read one by one
REPEATS = 15


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    prompts = PROMPTS[: sizes.most]
    apart = run.remembered("inference-apart", [STEPS, sizes.passage], apart_by, reader)
    times = {
        str(n): run.remembered(f"inference-{n}", [n, REPEATS], waits, reader, n)
        for n in prompts
    }
    return {
        "config": {"layers": 30, "heads": 9, "kv_heads": 3, "head": 64},
        "apart": apart,
        "prompts": times,
        "machine": run.remembered("inference-machine", [], timing.machine),
    }


@functools.partial(jax.jit, static_argnames="config")
def _extend(model: Model, config: Config, cache: Cache, ids: jax.Array) -> Any:
    logits, cache = extend(model, config, cache, ids)
    return logits[-1], cache


@functools.partial(jax.jit, static_argnames="config")
def _whole(model: Model, config: Config, ids: jax.Array) -> jax.Array:
    return forward(model, config, ids)


def apart_by(reader: Reader) -> dict[str, float]:
    """How far logits with a cache are from those without, at the end of texts."""
    this = reader()
    worst, same, places, largest = 0.0, 0, 0, 0.0
    for ids in passages(this, 63).values():
        row = jnp.asarray(ids, jnp.int32)
        whole = np.asarray(_whole(this.model, this.config, row))
        cache = init_cache(this.config, room=len(ids))
        _, cache = _extend(this.model, this.config, cache, row[:-STEPS])
        for at in range(len(ids) - STEPS, len(ids)):
            found, cache = _extend(this.model, this.config, cache, row[at : at + 1])
            one = np.asarray(found)
            worst = max(worst, float(np.abs(one - whole[at]).max()))
            largest = max(largest, float(np.abs(whole[at]).max()))
            same += int(one.argmax() == whole[at].argmax())
            places += 1
    return {"worst": worst, "same": same, "places": places, "largest": largest}


def waits(reader: Reader, prompt: int) -> dict[str, float]:
    """Milliseconds to the first token after a prompt, and for one more, two ways."""
    this = reader()
    config = this.config
    text = next(iter(passages(this, prompt + 1).values()))
    ids = jnp.asarray(text[:prompt], jnp.int32)
    longer = jnp.asarray(text[: prompt + 1], jnp.int32)
    empty = init_cache(config, room=prompt + 1)
    _, cache = _extend(this.model, config, empty, ids)
    return {
        "first": timing.best(lambda: _extend(this.model, config, empty, ids), REPEATS),
        "next": timing.best(
            lambda: _extend(this.model, config, cache, ids[:1]), REPEATS
        ),
        "uncached": timing.best(
            lambda: _whole(this.model, config, longer)[-1], REPEATS
        ),
    }
