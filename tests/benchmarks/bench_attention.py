"""Chapter 4 against its peers: JAX's own attention and PyTorch's, on the CPU.

Causal attention with the heads of the main model, 2,048 tokens at a time, forward and
with the gradient. Before anything is timed, results are compared. Memory is how much
the process grows at its peak, where the system tells.
"""

import ctypes
import functools
import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from tests.benchmarks.timing import installed, seconds

from sbt_jax.attention import attend_causally

TOKENS, HEADS, HEAD = 2048, 4, 32
LENGTHS = (128, 512, 2048)
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def numbers(length: int) -> list[np.ndarray]:
    """Queries, keys, values, and a slope for the result."""
    shape = (TOKENS // length, length, HEADS, HEAD)
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape).astype(np.float32) for _ in range(4)]


def with_gradient(attend: Callable[..., jax.Array]) -> Callable[..., Any]:
    """The gradient of a weighted sum of the results."""

    def total(q: jax.Array, k: jax.Array, v: jax.Array, slope: jax.Array) -> jax.Array:
        return (attend(q, k, v) * slope).sum()

    return jax.jit(jax.grad(total, (0, 1, 2)))


def in_jax(attend: Callable[..., jax.Array], given: list[np.ndarray]) -> list[Callable]:
    """Forward and gradient, as calls that end when the result is there."""
    arrays = [jnp.asarray(x) for x in given]
    forward, gradient = jax.jit(attend), with_gradient(attend)
    return [
        lambda: jax.block_until_ready(forward(*arrays[:3])),
        lambda: jax.block_until_ready(gradient(*arrays)),
    ]


def in_torch(given: list[np.ndarray]) -> list[Callable]:
    """The same by PyTorch, which wants heads before positions."""
    import torch

    arrays = [torch.tensor(x).transpose(1, 2).contiguous() for x in given]
    attend = functools.partial(
        torch.nn.functional.scaled_dot_product_attention, is_causal=True
    )

    def forward() -> Any:
        with torch.no_grad():
            return attend(*arrays[:3]).transpose(1, 2)

    def gradient() -> list[Any]:
        leaves = [x.requires_grad_() for x in arrays[:3]]
        total = (attend(*leaves) * arrays[3]).sum()
        return [x.transpose(1, 2) for x in torch.autograd.grad(total, leaves)]

    return [forward, gradient]


def grown(task: Callable[[], Any]) -> float | None:
    """Megabytes by which the process grows at its peak while it does a task."""
    try:
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)  # what was freed goes back to the system
        RESET.write_text("5")  # the peak starts again from here
        before = _kilobytes("VmRSS")
        task()
        return (_kilobytes("VmHWM") - before) / 1000
    except (AttributeError, OSError):
        return None


def _kilobytes(name: str) -> int:
    lines = STATUS.read_text().splitlines()
    return int(next(x for x in lines if x.startswith(name)).split()[1])


def row(
    name: str, length: int, unit: str, ours: float, peer: float, peer_name: str
) -> dict:
    """One line of the report; a ratio above 1 means that ours needs less."""
    ratio = round(peer / ours, 2) if ours > 0 else None
    return {
        "name": name,
        "size": f"length {length}",
        "unit": unit,
        "ours": ours,
        "peer": peer,
        "ratio": ratio,
        "peer_name": peer_name,
    }


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """Time and memory of each length, forward and with the gradient."""
    out = []
    for length in LENGTHS[:1] if smoke else LENGTHS[:2] if quick else LENGTHS:
        given = numbers(length)
        theirs = functools.partial(jax.nn.dot_product_attention, is_causal=True)
        ours = in_jax(attend_causally, given)
        peers = {"jax.nn.dot_product_attention": in_jax(theirs, given)}
        if installed("torch"):
            peers["PyTorch"] = in_torch(given)
        for i, what in enumerate(("forward", "with gradient")):
            tasks = {name: tasks[i] for name, tasks in peers.items()}
            result = ours[i]()
            for task in tasks.values():
                for mine, other in zip(*map(_parts, (result, task())), strict=True):
                    np.testing.assert_allclose(other, mine, atol=1e-4)
            spent, *others = seconds(ours[i], *tasks.values())
            for name, other in zip(tasks, others, strict=True):
                times = (1000 * spent, 1000 * other, name)
                out.append(row(f"attention, {what}", length, "ms", *times))
            size = grown(ours[i])
            for name, task in tasks.items():
                other = grown(task)
                if size is not None and other is not None:
                    sizes = (size, other, name)
                    out.append(row(f"memory, {what}", length, "MB", *sizes))
    return out


def _parts(result: Any) -> list[Any]:
    return list(result) if isinstance(result, list | tuple) else [result]
