"""Chapter 20 against its peer: a training step of a sparse autoencoder in PyTorch.

Both keep the strongest features of each vector. Before anything is timed, the loss of
the first batch is compared.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from tests.benchmarks.bench_model import CORES, row, speeds
from tests.benchmarks.timing import installed

from sbt_jax.interpretability import Sae, SaeConfig, init_sae
from sbt_jax.recipes.interpretability.dictionaries import _chunk, rule

HOW = SaeConfig(width=128, features=512, objective="topk", keep=8)
RATE = 2e-3


def our_steps(sae: Sae, x: np.ndarray) -> Callable[[], float]:
    """A call that does a step for each batch, and gives the mean loss."""
    steps, prices = (len(x), RATE), jnp.zeros(len(x))
    state = rule(*steps).init(sae)

    def turn() -> float:
        return float(_chunk(sae, state, x, prices, HOW, steps, 1.0)[2])

    return turn


def their_steps(sae: Sae, x: np.ndarray) -> Callable[[], float]:
    """The same in PyTorch."""
    import torch

    parts = [torch.tensor(np.array(part)).requires_grad_() for part in sae[:4]]
    batches = torch.tensor(x)
    start = [part.detach().clone() for part in parts]

    def turn() -> float:
        with torch.no_grad():
            for part, first in zip(parts, start, strict=True):
                part.copy_(first)
        adam = torch.optim.Adam(parts, lr=0.0, fused=True)
        encode, decode, bias, center = parts
        losses = []
        for batch in batches:
            before = torch.relu((batch - center) @ encode + bias)
            most, places = before.topk(HOW.keep)
            fired = torch.zeros_like(before).scatter(1, places, most)
            loss = ((batch - center - fired @ decode) ** 2).mean()
            loss.backward()
            adam.step()
            adam.zero_grad()
            with torch.no_grad():
                decode /= decode.norm(dim=1, keepdim=True)
            losses.append(loss.item())
        return losses[0]

    return turn


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """Vectors a second that an autoencoder learns from."""
    steps, batch = (1, 64) if smoke else (10 if quick else 40, 1024)
    x = np.random.default_rng(0).normal(size=(steps, batch, HOW.width))
    x = x.astype(np.float32)
    sae = init_sae(jax.random.key(0), HOW)
    tasks = [our_steps(sae, x)]
    if installed("torch"):
        import torch

        torch.set_num_threads(CORES)
        tasks.append(their_steps(sae, x))
        first = our_steps(sae, x[:1])()
        np.testing.assert_allclose(tasks[1](), first, rtol=1e-3)
    mine, *theirs = speeds(steps * batch, tasks)
    line = row(
        "train, TopK SAE", "512 × 128", mine, *theirs, *["PyTorch"][: len(theirs)]
    )
    return [line | {"unit": "vectors/s"}]
