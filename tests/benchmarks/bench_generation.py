"""Chapter 7 against its peers: writing in PyTorch, filters in plain NumPy.

Writing samples at a temperature with top-k, from the model with main's sizes: each
token is drawn and read once, with a cache. The peer samples as its users do. Before
the filters are timed, their results are compared; before the writing, greedy texts.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from tests.benchmarks.bench_model import CORES, MAIN, NEW, PROMPT, row
from tests.benchmarks.timing import installed, seconds

from sbt_jax import generation
from sbt_jax.architecture import init_model
from sbt_jax.generation import Sampling, filtered
from sbt_jax.generation.filters import EDGE

if TYPE_CHECKING:  # a peer is imported where it runs: ours runs without it
    import torch
    from tests.benchmarks.torch_model import Memory, Transformer

SAMPLING = Sampling(temperature=0.8, top_k=40)
FILTERS = {
    "temperature": Sampling(temperature=0.8),
    "top-k": Sampling(top_k=40),
    "top-p": Sampling(top_p=0.9),
    "min-p": Sampling(min_p=0.05),
    "all of them": Sampling(0.8, 40, 0.9, 0.05),
}
ROWS = 256  # distributions that are filtered at a time


# -- Writing ----------------------------------------------------------------


def their_choice(logits: torch.Tensor, sampling: Sampling) -> torch.Tensor:
    """The next token of each text: the likeliest, or drawn from the top k."""
    import torch

    if sampling.temperature == 0:
        return logits.argmax(-1, keepdim=True)
    values, ids = (logits / sampling.temperature).topk(sampling.top_k or 1)
    return ids.gather(-1, torch.multinomial(values.softmax(-1), 1))


def theirs(
    twin: Transformer, prompt: torch.Tensor, sampling: Sampling, threads: int = 1
) -> torch.Tensor:
    """Go on from a prompt with PyTorch, eager, with a cache."""
    import torch

    torch.set_num_threads(threads)
    memory: Memory | None = None
    tokens, found = prompt, []
    with torch.inference_mode():
        for _ in range(NEW):
            logits, memory = twin.extend(tokens, memory)
            tokens = their_choice(logits[:, -1], sampling)
            found.append(tokens)
        return torch.cat(found, 1)


def writing_row(batch: int) -> dict:
    """Tokens a second; PyTorch's better figure of one thread and all counts."""
    model = init_model(jax.random.key(1), MAIN)
    # Larger logits than at the start, so that no two tokens are nearly tied.
    model = model._replace(norm=50 * model.norm)
    prompt = np.random.default_rng(1).integers(MAIN.vocab_size, size=(batch, PROMPT))
    rows = jnp.asarray(prompt, jnp.int32)

    def ours(sampling: Sampling) -> jax.Array:
        key = jax.random.key(0)
        return generation.generate(key, model, MAIN, rows, NEW, sampling).tokens

    tasks: list[Callable[[], Any]] = [lambda: ours(SAMPLING).block_until_ready()]
    if installed("torch"):
        import torch
        from tests.benchmarks.torch_model import like

        twin, peer = like(model, MAIN), torch.tensor(prompt)
        best = Sampling(temperature=0.0)
        np.testing.assert_array_equal(ours(best), theirs(twin, peer, best).numpy())
        tasks += [
            functools.partial(theirs, twin, peer, SAMPLING),
            functools.partial(theirs, twin, peer, SAMPLING, CORES),
        ]
    tasks[0]()  # compiles
    mine, *others = (batch * NEW / spent for spent in seconds(*tasks))
    found = "write, sampled", f"batch {batch}", mine
    return row(*found, max(others), "PyTorch eager, cached") if others else row(*found)


# -- Filters ----------------------------------------------------------------


def plain(logits: np.ndarray, sampling: Sampling) -> np.ndarray:
    """The same filters, in the same order, as NumPy's users write them."""
    z = logits / sampling.temperature
    if sampling.top_k is not None:
        least = np.partition(z, -sampling.top_k, axis=-1)[:, -sampling.top_k, None]
        z = np.where(z >= least, z, -np.inf)
    if sampling.top_p < 1:
        order = np.argsort(-z, axis=-1)
        weights = np.exp(z - z.max(-1, keepdims=True))
        p = np.take_along_axis(weights / weights.sum(-1, keepdims=True), order, -1)
        cut = np.cumsum(p, -1) - p >= sampling.top_p * (1 - EDGE)
        gone = np.zeros_like(cut)
        np.put_along_axis(gone, order, cut, -1)
        z = np.where(gone, -np.inf, z)
    if sampling.min_p > 0:
        least = z.max(-1, keepdims=True) + np.log(sampling.min_p) - EDGE
        z = np.where(z >= least, z, -np.inf)
    return z


def filter_row(name: str, sampling: Sampling) -> dict:
    """Distributions a second through one filter."""
    shape = (ROWS, MAIN.vocab_size)
    logits = 3 * np.random.default_rng(0).normal(size=shape).astype(np.float32)
    given, ours = jnp.asarray(logits), jax.jit(filtered, static_argnums=1)
    np.testing.assert_allclose(ours(given, sampling), plain(logits, sampling), 1e-5)
    mine, peer = seconds(
        lambda: ours(given, sampling).block_until_ready(),
        lambda: plain(logits, sampling),
    )
    found = row(f"filter, {name}", f"{ROWS} rows", ROWS / mine, ROWS / peer, "NumPy")
    return found | {"unit": "rows/s"}


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """Writing at three batch sizes (two if ``quick``), and every filter."""
    batches = (1,) if smoke else (1, 16) if quick else (1, 16, 64)
    return [
        *(writing_row(batch) for batch in batches),
        *(filter_row(name, sampling) for name, sampling in FILTERS.items()),
    ]


if __name__ == "__main__":
    for line in rows():
        print(json.dumps(line))
