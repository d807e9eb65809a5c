"""Chapter 14 against its peers: a step of LoRA in PyTorch, NF4 in bitsandbytes.

Adapters of rank 8 stand at every matrix of the blocks; PyTorch's are written as its
users write them, beside frozen layers. Before anything is timed, the loss of the first
batch and the rounded weights are compared.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Float
from tests.benchmarks.bench_model import CORES, MAIN, packed, row, speeds, their_loss
from tests.benchmarks.timing import installed

from sbt_jax import training
from sbt_jax.architecture import Model, init_model
from sbt_jax.finetuning import decode_blocks, encode_blocks, formats
from sbt_jax.training import Adapter, AdapterConfig, add_adapters, init_adapters

HOW = AdapterConfig(rank=8, scale=2.0)
LENGTH = 128  # tokens of a row
SIDE = 2048  # of the square matrix that is rounded


def adapted(
    adapters: dict[str, Adapter], batch: training.Batch, model: Model
) -> Float[Array, ""]:
    """The loss with the adapters in the weights, which stay as they are."""
    return training.batch_loss(add_adapters(model, adapters, HOW), MAIN, batch)


def our_steps(
    adapters: dict[str, Adapter], model: Model, batches: training.Batch
) -> Callable[[], list[float]]:
    """A call that does a step for each batch, and gives their losses."""
    count = len(batches.tokens)
    settings = training.Settings(count, 1e-3, warmup=0)

    def batch_at(step: int) -> training.Batch:
        return jax.tree.map(lambda leaf: leaf[step], batches)

    def turn() -> list[float]:
        how = {"given": (model,), "progress": False}
        return training.fit(adapters, adapted, batch_at, settings, **how)[1].tolist()

    return turn


def their_steps(
    adapters: dict[str, Adapter], model: Model, batches: training.Batch
) -> Callable[[], list[float]]:
    """The same in PyTorch."""
    import torch
    from tests.benchmarks.torch_model import like

    class Detour(torch.nn.Module):
        """A frozen layer, and the thin matrices of each part of what it gives."""

        def __init__(self, layer: Any, parts: list[Adapter]) -> None:
            super().__init__()
            self.layer = layer
            thin = [torch.tensor(np.array(x)) for part in parts for x in part]
            self.thin = torch.nn.ParameterList(torch.nn.Parameter(x) for x in thin)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            pairs = zip(self.thin[::2], self.thin[1::2], strict=True)
            detours = [(x @ a) @ b for a, b in pairs]
            return self.layer(x) + HOW.scale * torch.cat(detours, -1)

    twin = like(model, MAIN).requires_grad_(False)
    for i, block in enumerate(twin.blocks):
        for name, parts in {
            "qkv": ["attention.query", "attention.key", "attention.value"],
            "output": ["attention.output"],
            "gate_up": ["mlp.gate", "mlp.up"],
            "down": ["mlp.down"],
        }.items():
            own = [adapters[f"blocks.{i}.{part}"] for part in parts]
            setattr(block, name, Detour(getattr(block, name), own))
    learned = [x for x in twin.parameters() if x.requires_grad]
    adamw = torch.optim.AdamW(learned, lr=1e-3, fused=True)
    tokens = torch.tensor(batches.tokens, dtype=torch.int64)
    segments = torch.tensor(batches.segments, dtype=torch.int64)

    def turn() -> list[float]:
        losses = []
        for some, texts in zip(tokens, segments, strict=True):
            loss = their_loss(twin, some, texts)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            adamw.step()
            adamw.zero_grad()
            losses.append(loss.item())
        return losses

    return turn


def lora_row(steps: int) -> dict:
    """Tokens a second that adapters of *main*'s size learn from."""
    model = init_model(jax.random.key(0), MAIN)
    adapters = init_adapters(jax.random.key(1), model, HOW)
    batches = packed(steps, 2048 // LENGTH, LENGTH)
    tasks = [our_steps(adapters, model, batches)]
    if installed("torch"):
        import torch

        torch.set_num_threads(CORES)
        tasks.append(their_steps(adapters, model, batches))
        np.testing.assert_allclose(tasks[1]()[0], tasks[0]()[0], rtol=1e-3)
    mine, *theirs = speeds(batches.tokens[..., 1:].size, tasks)
    name = "train, LoRA of rank 8"
    return row(name, f"length {LENGTH}", mine, *theirs, *["PyTorch"][: len(theirs)])


def nf4_rows(side: int) -> list[dict]:
    """Weights a second into NF4 and back."""
    weights = np.random.default_rng(0).normal(0, 0.02, (side, side))
    weights = weights.astype(np.float32)
    how = formats()["NF4"]
    blocks = encode_blocks(weights, how)
    back = decode_blocks(blocks, how, weights.shape)
    into: list[Callable[[], Any]] = [lambda: encode_blocks(weights, how)]
    out: list[Callable[[], Any]] = [lambda: decode_blocks(blocks, how, weights.shape)]
    if installed("bitsandbytes"):
        import torch
        from bitsandbytes import functional

        torch.set_num_threads(CORES)
        tensor = torch.tensor(weights)
        way = {"blocksize": how.block, "quant_type": "nf4"}
        encode = functools.partial(functional.quantize_4bit, tensor, **way)
        codes, state = encode()
        decode = functools.partial(functional.dequantize_4bit, codes, state)
        # A weight half-way between two levels may go to either.
        same = np.isclose(decode().numpy(), back, atol=1e-6)
        assert same.mean() > 0.9999, same.mean()
        into.append(encode)
        out.append(decode)
    found = []
    for name, tasks in (("NF4, round", into), ("NF4, back", out)):
        mine, *theirs = (speed / 1e6 for speed in speeds(weights.size, tasks))
        line = row(name, f"{side}²", mine, *theirs, *["bitsandbytes"][: len(theirs)])
        found.append(line | {"unit": "M weights/s"})
    return found


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """Every measurement; where a peer is missing, only ours."""
    steps = 1 if smoke else training.CHUNK // (4 if quick else 1)
    return [lora_row(steps), *nf4_rows(SIDE // 8 if smoke else SIDE)]
