"""Blocks one after another: as many arrays as there are, or stacked in one.

A model of a few blocks runs fastest when each is compiled for itself. Of 30 blocks the
compiler takes as long as of 30 programs; stacked, they are one program that runs 30
times (``lax.scan``), for which each block's weights are copied once.

Public names: :mod:`sbt_jax.architecture`.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, overload

import jax
import jax.numpy as jnp

from sbt_jax.architecture.model import Block, Model

#: The stream after a block, and what is kept of it.
After = tuple[Any, tuple[Any, ...]]


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class StackedBlocks(Sequence[Block]):
    """All blocks in one, whose arrays have a leading axis ``layers``.

    It can be counted, indexed and looped over like a tuple of blocks.
    """

    stack: Block

    def __len__(self) -> int:
        return len(self.stack.mlp_norm)

    @overload
    def __getitem__(self, at: int) -> Block: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Block, ...]: ...
    def __getitem__(self, at: int | slice) -> Block | tuple[Block, ...]:
        if isinstance(at, slice):
            return tuple(self[i] for i in range(len(self))[at])
        number = range(len(self))[at]  # an IndexError ends a loop
        return jax.tree.map(lambda leaf: leaf[number], self.stack)


def stack_blocks(model: Model) -> Model:
    """The same model with its blocks as :class:`StackedBlocks`.

    All functions take both forms. In this one :func:`forward`, :func:`trace` and
    :func:`extend` compile a deep model as fast as a shallow one, and run somewhat
    slower.

    Example:
      >>> from sbt_jax.architecture import Config, init_model
      >>> config = Config(256, width=8, layers=3, heads=2, mlp=16, window=32)
      >>> model = stack_blocks(init_model(jax.random.key(0), config))
      >>> print(model.blocks.stack.mlp.up.shape, model.blocks[0].mlp.up.shape)
      (3, 8, 16) (8, 16)
    """
    if isinstance(model.blocks, StackedBlocks):
        return model
    stack = jax.tree.map(lambda *leaves: jnp.stack(leaves), *model.blocks)
    return model._replace(blocks=StackedBlocks(stack))


def unstack_blocks(model: Model) -> Model:
    """The same model with each block for itself, as :func:`init_model` makes it.

    Example:
      >>> from sbt_jax.architecture import Config, init_model
      >>> config = Config(256, width=8, layers=3, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> len(unstack_blocks(stack_blocks(model)).blocks)
      3
    """
    return model._replace(blocks=tuple(model.blocks))


def through_blocks(
    step: Callable[..., After],
    stream: Any,
    blocks: Sequence[Block],
    *beside: Sequence[Any],
) -> After:
    """Carry a stream through every block, the first one first.

    Args:
      step: From the stream, a block and its things ``beside``: the stream after it,
        and what is kept.
      stream: Before the first block.
      blocks: Stacked or not.
      *beside: One thing for each block, such as its part of a cache.

    Returns:
      The stream after the last block; and for each thing kept what each block gave.
    """
    if isinstance(blocks, StackedBlocks):
        stacked = [jnp.stack(tuple(each)) for each in beside]
        rows = (blocks.stack, *stacked)
        return jax.lax.scan(lambda before, row: step(before, *row), stream, rows)
    kept = []
    for at in zip(blocks, *beside, strict=True):
        stream, made = step(stream, *at)
        kept.append(made)
    return stream, tuple(zip(*kept, strict=True))
