"""The book's model in PyTorch, as its users write one: modules and fused kernels.

It takes its weights from ours, so that the logits can be compared.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from sbt_jax.architecture import Config, Model

Memory = list[tuple[Tensor, Tensor]]  # keys and values of every layer


class Norm(nn.Module):
    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.weight, eps=self.epsilon)


class Block(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config, width = config, config.width
        norms = (Norm(width, config.epsilon) for _ in range(2))
        self.attention_norm, self.mlp_norm = norms
        self.sizes = [width, *2 * [config.key_heads * config.head]]
        self.qkv = nn.Linear(width, sum(self.sizes), bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.gate_up = nn.Linear(width, 2 * config.mlp, bias=False)
        self.down = nn.Linear(config.mlp, width, bias=False)

    def forward(
        self,
        x: Tensor,
        turn: tuple[Tensor, Tensor],
        mask: Tensor | None,
        memory: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        batch, time, width = x.shape
        read = self.qkv(self.attention_norm(x))
        q, k, v = (
            part.view(batch, time, -1, self.config.head).transpose(1, 2)
            for part in read.split(self.sizes, -1)
        )
        q, k = rotary(q, *turn), rotary(k, *turn)
        if memory is not None:
            k, v = (torch.cat(pair, 2) for pair in zip(memory, (k, v), strict=True))
        causal = mask is None and time > 1
        shared = k.shape[1] != q.shape[1]
        mixed = F.scaled_dot_product_attention(
            q, k, v, mask, is_causal=causal, enable_gqa=shared
        )
        x = x + self.output(mixed.transpose(1, 2).reshape(batch, time, width))
        gate, up = self.gate_up(self.mlp_norm(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up), (k, v)


def rotary(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, -1)
    turned = (first * cos - second * sin, first * sin + second * cos)
    return torch.cat(turned, -1).to(x.dtype)


class Transformer(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.embedding = nn.Embedding(config.vocab_size, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = Norm(config.width, config.epsilon)
        size = config.head
        speeds = config.rotary_base ** (-torch.arange(0, size, 2) / size)
        angles = torch.arange(config.window)[:, None] * speeds
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, tokens: Tensor, segments: Tensor | None = None) -> Tensor:
        """Logits of whole sequences, several texts to a row."""
        return self.extend(tokens, segments=segments)[0]

    def extend(
        self,
        tokens: Tensor,
        memory: Memory | None = None,
        segments: Tensor | None = None,
    ) -> tuple[Tensor, Memory]:
        """Logits of the tokens that follow, and the memory with them in it."""
        start = 0 if memory is None else memory[0][0].shape[2]
        places = slice(start, start + tokens.shape[1])
        turn = self.cos[places], self.sin[places]
        mask = None
        if segments is not None:
            past = torch.ones(2 * tokens.shape[1:], dtype=torch.bool).tril()
            mask = (past & (segments[:, :, None] == segments[:, None]))[:, None]
        x, new = self.embedding(tokens), []
        for layer, block in enumerate(self.blocks):
            x, pair = block(x, turn, mask, memory and memory[layer])
            new.append(pair)
        return F.linear(self.norm(x), self.embedding.weight), new


def like(model: Model, config: Config) -> Transformer:
    """The PyTorch model with the weights of ours."""

    def tensor(*leaves: Any) -> nn.Parameter:
        rows = [np.asarray(leaf).reshape(len(leaf), -1) for leaf in leaves]
        return nn.Parameter(torch.tensor(np.concatenate(rows, 1).T.copy()))

    def vector(leaf: Any) -> nn.Parameter:
        return nn.Parameter(torch.tensor(np.array(leaf)))

    twin = Transformer(config)
    twin.embedding.weight = vector(model.embedding)
    twin.norm.weight = vector(model.norm)
    for theirs, ours in zip(twin.blocks, model.blocks, strict=True):
        theirs.attention_norm.weight = vector(ours.attention_norm)
        theirs.mlp_norm.weight = vector(ours.mlp_norm)
        theirs.qkv.weight = tensor(*ours.attention[:3])
        output = np.asarray(ours.attention.output)
        theirs.output.weight = tensor(output.reshape(-1, config.width))
        theirs.gate_up.weight = tensor(ours.mlp.gate, ours.mlp.up)
        theirs.down.weight = tensor(ours.mlp.down)
    return twin
