"""Looking at a running model, and taking parts out of it.

Public names: :mod:`sbt_jax.architecture`.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from sbt_jax import checks
from sbt_jax.architecture.model import Block, Model
from sbt_jax.architecture.stacked import StackedBlocks

SUBLAYERS = ("attention", "mlp")


def write_sizes(
    streams: Float[Array, "depth time width"],
) -> Float[Array, "depth time"]:
    r"""How long a vector each part wrote to the stream, at each position.

    .. math:: \|x_{d} - x_{d-1}\|

    Args:
      streams: From :func:`trace`: the stream after the embedding and after each
        sublayer.

    Returns:
      Lengths: of the embedding first, then of what each sublayer wrote.

    Example:
      >>> streams = jnp.array([[[3.0, 4.0]], [[3.0, 5.0]]])
      >>> print(write_sizes(streams)[:, 0])
      [5. 1.]
    """
    checks.numbers(streams=streams)
    return _write_sizes(streams)


@jax.jit
def _write_sizes(
    streams: Float[Array, "depth time width"],
) -> Float[Array, "depth time"]:
    writes = jnp.diff(streams, axis=0, prepend=jnp.zeros_like(streams[:1]))
    # Their largest number goes first: its square may be more than a float can hold.
    writes = writes.astype(jnp.promote_types(writes.dtype, jnp.float32))
    largest = jnp.abs(writes).max(axis=-1, keepdims=True, initial=0)
    scale = jnp.where(
        largest > 2.0**50, 2.0**70, jnp.where(largest < 2.0**-50, 2.0**-70, 1)
    )
    return jnp.linalg.norm(writes / scale, axis=-1) * scale[..., 0]


def without(
    model: Model, layer: int, part: str = "block", head: int | None = None
) -> Model:
    """The same model with a part that writes nothing: it is skipped.

    Args:
      model: The weights.
      layer: The block, counted from 0.
      part: ``attention``, ``mlp``, or ``block`` for both.
      head: Of the attention only this head, counted from 0.

    Returns:
      The weights with zeros in the last projection of what is skipped.

    Raises:
      TypeError: If a number is not an int.
      ValueError: If ``layer`` or ``head`` is out of range, or there is no such part.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import Config, init_model
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> model = without(init_model(jax.random.key(0), config), layer=1, part="mlp")
      >>> print(model.blocks[1].mlp.down.any(), model.blocks[0].mlp.down.any())
      False True
    """
    parts = ("block", *SUBLAYERS)
    if part not in parts:
        raise ValueError(f"part must be among {parts}, got {part!r}")
    blocks = model.blocks
    check_number("layer", layer, len(blocks))
    if head is not None:
        if part != "attention":
            raise ValueError(f"part must be attention to skip a head, got {part!r}")
        check_number("head", head, len(blocks[layer].attention.output))
    if isinstance(blocks, StackedBlocks):
        stack = _silenced(blocks.stack, part, (layer,), head)
        return model._replace(blocks=StackedBlocks(stack))
    block = _silenced(blocks[layer], part, (), head)
    blocks = (*blocks[:layer], block, *blocks[layer + 1 :])
    return model._replace(blocks=blocks)


def _silenced(
    block: Block, part: str, place: tuple[int, ...], head: int | None
) -> Block:
    """A block, or the one at a place of a stack, with zeros where a part writes."""
    if part != "mlp":
        at = (*place, slice(None) if head is None else head)
        output = jnp.asarray(block.attention.output).at[at].set(0.0)
        block = block._replace(attention=block.attention._replace(output=output))
    if part != "attention":
        down = jnp.asarray(block.mlp.down).at[(*place, ...)].set(0.0)
        block = block._replace(mlp=block.mlp._replace(down=down))
    return block


def check_number(name: str, value: int, count: int) -> None:
    """Refuse what is not the number of one of ``count`` things, from 0."""
    checks.whole(name, value, 0, count - 1)
