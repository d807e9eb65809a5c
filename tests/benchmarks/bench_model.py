"""Chapters 5 and 6 against their peer: the same model in PyTorch, on the CPU.

Training reads packed rows of several texts; decoding is greedy. Ours and the
peers take turns, a turn being one call of several steps, and every figure is the
median of the turns. Before anything is timed, logits and losses are compared.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from tests.benchmarks.timing import installed, seconds

from sbt_jax import training
from sbt_jax.architecture import (
    Cache,
    Config,
    Model,
    cache_sizes,
    extend,
    forward,
    grow,
    init_cache,
    init_model,
)

if TYPE_CHECKING:  # a peer is imported where it runs: ours runs without it
    import torch
    from tests.benchmarks.torch_model import Memory, Transformer

MAIN = Config(vocab_size=1024, width=128, layers=4, heads=4, mlp=384, window=256)
DTYPES = ("float32", "bfloat16")
TEXT = 40  # tokens of one text in a packed row
CORES = os.cpu_count() or 1
PROMPT, NEW = 16, 200  # tokens read, then written, when decoding


def speeds(tokens: int, tasks: list[Callable[[], Any]]) -> list[float]:
    """Tokens a second of each task, whose turn is so many tokens."""
    for task in tasks:
        task()  # compiles
    return [tokens / spent for spent in seconds(*tasks)]


def row(
    name: str, size: str, ours: float, peer: float | None = None, peer_name: str = ""
) -> dict:
    """One line of the report; a ratio above 1 means that ours is faster."""
    return {
        "name": name,
        "size": size,
        "unit": "tokens/s",
        "ours": round(ours, 1),
        "peer": None if peer is None else round(peer, 1),
        "ratio": None if peer is None else round(ours / peer, 2),
        "peer_name": peer_name,
    }


# -- Training ---------------------------------------------------------------


def packed(steps: int, batch: int, length: int) -> training.Batch:
    """Random tokens as texts of one length, several to a row."""
    shape = (steps, batch, length + 1)
    tokens = np.random.default_rng(0).integers(MAIN.vocab_size, size=shape)
    segments = np.broadcast_to(np.arange(length + 1) // TEXT, shape)
    return training.Batch(
        tokens.astype(np.int32), np.ones(shape, bool), segments.astype(np.int32)
    )


def our_training(model: Model, batches: training.Batch, dtype: str) -> Callable:
    """A call that does all steps of the batches, and gives their losses."""
    settings = training.Settings(steps=10_000, learning_rate=1e-3, dtype=dtype)
    model = jax.tree.map(jnp.array, model)  # training takes its buffers
    state = [model, training.optimizer(settings).init(model)]

    def turn() -> list[float]:
        *state[:], losses = training.train_chunk(*state, batches, MAIN, settings)
        return np.asarray(losses).tolist()

    return turn


def their_loss(
    twin: Transformer, tokens: torch.Tensor, segments: torch.Tensor
) -> torch.Tensor:
    import torch

    logits = twin(tokens[:, :-1], segments[:, :-1])
    asked = segments[:, 1:] == segments[:, :-1]
    targets = torch.where(asked, tokens[:, 1:], -100)  # -100 does not count
    cross_entropy = torch.nn.functional.cross_entropy
    return cross_entropy(logits.flatten(0, 1).float(), targets.flatten())


def their_training(
    model: Model, batches: training.Batch, dtype: str, compiled: bool
) -> Callable:
    """The same in PyTorch, with its fused AdamW."""
    import torch
    from tests.benchmarks.torch_model import like

    twin = like(model, MAIN)
    adamw = torch.optim.AdamW(
        twin.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.01, fused=True
    )
    loss_of = torch.compile(their_loss) if compiled else their_loss
    tokens = torch.tensor(batches.tokens, dtype=torch.int64)
    segments = torch.tensor(batches.segments, dtype=torch.int64)
    cast = torch.autocast("cpu", torch.bfloat16, enabled=dtype == "bfloat16")

    def turn() -> list[float]:
        losses = []
        for some, texts in zip(tokens, segments, strict=True):
            with cast:
                loss = loss_of(twin, some, texts)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(twin.parameters(), 1.0)
            adamw.step()
            adamw.zero_grad()
            losses.append(loss.item())
        return losses

    return turn


def training_rows(
    length: int, dtype: str, compiled: bool, smoke: bool = False
) -> list[dict]:
    """Tokens a second in training, 2,048 of them a step."""
    model = init_model(jax.random.key(0), MAIN)
    steps = 1 if smoke else training.CHUNK if compiled else training.CHUNK // 4
    batches = packed(steps, 2048 // length, length)
    ours = our_training(model, batches, dtype)
    peers = {}
    if installed("torch"):
        import torch

        torch.set_num_threads(CORES)
        ways = {"PyTorch eager": False, "torch.compile": True}
        peers = {
            name: their_training(model, batches, dtype, compiled=way)
            for name, way in ways.items()
            if compiled or not way
        }
    # The first update of ours is at a learning rate of 0: one loss is common.
    first = ours()[0]
    for peer in peers.values():
        np.testing.assert_allclose(peer()[0], first, rtol=1e-2)
    mine, *theirs = speeds(batches.tokens[..., 1:].size, [ours, *peers.values()])
    name, size = f"train, {dtype}", f"length {length}"
    if not peers:
        return [row(name, size, mine)]
    return [
        row(name, size, mine, speed, peer)
        for peer, speed in zip(peers, theirs, strict=True)
    ]


# -- Decoding ---------------------------------------------------------------


@functools.partial(jax.jit, static_argnames="config")
def cached(model: Model, config: Config, prompt: jax.Array) -> jax.Array:
    """The likeliest next token again and again, each read once."""

    def step(carry: tuple[Cache, jax.Array], _: None) -> tuple[Any, jax.Array]:
        cache, token = carry
        logits, cache = extend(model, config, cache, token[..., None])
        return (cache, logits[..., -1, :].argmax(-1)), token

    *batch, read = prompt.shape
    sizes = cache_sizes(read, read + NEW)
    empty = init_cache(config, tuple(batch), sizes[0])
    logits, cache = extend(model, config, empty, prompt)
    token, written = logits[..., -1, :].argmax(-1), []
    for room in sizes:
        carry, steps = (grow(cache, room), token), room - read
        (cache, token), tokens = jax.lax.scan(step, carry, length=steps)
        written.append(tokens)
        read = room
    return jnp.concatenate(written).T


@functools.partial(jax.jit, static_argnames="config")
def uncached(model: Model, config: Config, prompt: jax.Array) -> jax.Array:
    """The same, reading everything again for each token."""
    room = jnp.zeros((*prompt.shape[:-1], PROMPT + NEW), prompt.dtype)

    def step(tokens: jax.Array, end: jax.Array) -> tuple[jax.Array, jax.Array]:
        logits = forward(model, config, tokens)
        token = logits[..., end - 1, :].argmax(-1)
        return tokens.at[..., end].set(token), token

    tokens = room.at[..., :PROMPT].set(prompt)
    return jax.lax.scan(step, tokens, PROMPT + jnp.arange(NEW))[1].T


def their_cached(
    twin: Transformer, prompt: torch.Tensor, threads: int = 1
) -> torch.Tensor:
    """The same with PyTorch, eager, with a cache."""
    import torch

    torch.set_num_threads(threads)
    memory: Memory | None = None
    tokens, found = prompt, []
    with torch.inference_mode():
        for _ in range(NEW):
            logits, memory = twin.extend(tokens, memory)
            tokens = logits[:, -1:].argmax(-1)
            found.append(tokens)
        return torch.cat(found, 1)


def decoding_rows(batch: int, slow: bool) -> list[dict]:
    """Tokens a second in greedy decoding.

    PyTorch runs with one thread and with all, and its better figure counts: its
    threads wait for one another after every operation.
    """
    model = init_model(jax.random.key(1), MAIN)
    # Larger logits than at the start, so that no two tokens are nearly tied.
    model = model._replace(norm=50 * model.norm)
    prompt = np.random.default_rng(1).integers(MAIN.vocab_size, size=(batch, PROMPT))
    rows = jnp.asarray(prompt if batch > 1 else prompt[0], jnp.int32)
    ours = functools.partial(cached, model, MAIN, rows)
    tasks: dict[str, Callable[[], Any]] = {"": lambda: ours().block_until_ready()}
    if installed("torch"):
        import torch
        from tests.benchmarks.torch_model import like

        twin = like(model, MAIN)
        theirs = functools.partial(their_cached, twin, torch.tensor(prompt))
        np.testing.assert_array_equal(ours(), theirs().numpy().reshape(ours().shape))
        tasks |= {"one": theirs, "all": functools.partial(theirs, threads=CORES)}
    if slow:
        again = functools.partial(uncached, *ours.args)
        np.testing.assert_array_equal(ours(), again())
        tasks["slow"] = lambda: again().block_until_ready()
    spent = dict(zip(tasks, speeds(batch * NEW, [*tasks.values()]), strict=True))
    name, size, mine = "decode, cached", f"batch {batch}", spent[""]
    peers = {}
    if "one" in spent:
        peers["PyTorch eager, cached"] = max(spent["one"], spent["all"])
    if slow:
        peers["ours, uncached"] = spent["slow"]
    if not peers:
        return [row(name, size, mine)]
    return [row(name, size, mine, speed, peer) for peer, speed in peers.items()]


def check_logits() -> None:
    """Both models must be one, or the figures mean nothing."""
    model = init_model(jax.random.key(2), MAIN)
    batch = packed(1, 2, 64)
    tokens, segments = batch.tokens[0], batch.segments[0]
    ours = forward(model, MAIN, jnp.asarray(tokens), jnp.asarray(segments))
    if not installed("torch"):
        return
    import torch
    from tests.benchmarks.torch_model import like

    with torch.inference_mode():
        theirs = like(model, MAIN)(
            torch.tensor(tokens, dtype=torch.int64), torch.tensor(segments)
        )
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-5)


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """Every measurement; one length and type, and nothing slow, if ``quick``.

    Only the whole run needs a C++ compiler, for ``torch.compile``. ``smoke`` trains
    for one step and decodes one text.
    """
    check_logits()
    found, quick = [], quick or smoke
    lengths, dtypes = ([256], ["float32"]) if quick else ([128, 256], list(DTYPES))
    for length in lengths:
        for dtype in dtypes:
            found += training_rows(length, dtype, compiled=not quick, smoke=smoke)
    for batch in (1,) if smoke else (1, 16):
        found += decoding_rows(batch, slow=not quick or smoke)
    return found


if __name__ == "__main__":
    for line in rows():
        print(json.dumps(line))
