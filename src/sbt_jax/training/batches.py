"""Batches: what they hold, how they are checked, where they go.

Public names: :mod:`sbt_jax.training`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from jaxtyping import Bool, Float, Int

from sbt_jax.architecture import Config


class Batch(NamedTuple):
    """Sequences of equal length, and which of their tokens to learn.

    ``asked`` is true for each token to be predicted from those before it, or says by
    a number from 0 to 1 how much it counts.
    A sequence's first token has none before it and is never learned. Where
    several texts share a row, ``segments`` numbers them: no token sees another
    text, and the first token of each is never learned.
    """

    tokens: Int[np.ndarray, "batch time"]
    asked: Bool[np.ndarray, "batch time"] | Float[np.ndarray, "batch time"]
    segments: Int[np.ndarray, "batch time"] | None = None


def check_asked(asked: Any) -> Any:
    """What is to be learned: true or false, or a float from 0 to 1. It may be traced.

    Raises:
      TypeError: If it holds neither booleans nor floats.
      ValueError: If a float is out of range, which is not noticed in a traced array.
    """
    found = getattr(asked, "dtype", None)
    yes_or_no = found is not None and jnp.issubdtype(found, jnp.bool_)
    if found is None or not (yes_or_no or jnp.issubdtype(found, jnp.floating)):
        got = repr(asked) if found is None else found
        raise TypeError(f"asked must be booleans or floats, got {got}")
    if not yes_or_no and asked.size and not isinstance(asked, jax.core.Tracer):
        low, high = float(asked.min()), float(asked.max())
        if not 0 <= low <= high <= 1:
            raise ValueError(f"asked must be from 0 to 1, got {low} to {high}")
    return asked


def stacked(
    batch_at: Callable[[int], Batch], start: int, stop: int, config: Config
) -> Batch:
    """The batches of some steps as one, with a leading axis of steps.

    Raises:
      TypeError: If ids are not integers, or ``asked`` is neither true nor a number.
      ValueError: If batches are empty, differ in shape, or hold an id outside the
        vocabulary or a weight outside 0 to 1.
    """
    batches = [batch_at(step) for step in range(start, stop)]
    shapes = {np.shape(x) for batch in batches for x in batch if x is not None}
    if len(shapes) != 1:
        raise ValueError(f"batches must have one shape, got {sorted(shapes)}")
    tokens = np.stack([batch.tokens for batch in batches])
    if tokens.dtype.kind not in "iu":
        raise TypeError(f"ids must be integers, got {tokens.dtype}")
    if not tokens.size:
        raise ValueError(f"batches must not be empty, got {batches[0].tokens.shape}")
    if tokens.min() < 0 or tokens.max() >= config.vocab_size:
        raise ValueError(
            f"ids must be in 0..{config.vocab_size - 1}, "
            f"got {tokens.min()}..{tokens.max()}"
        )
    asked = np.stack([batch.asked for batch in batches])
    check_asked(asked)
    segments = [batch.segments for batch in batches if batch.segments is not None]
    if len(segments) not in (0, len(batches)):
        raise ValueError(
            f"all batches or none must have segments, got {len(segments)}"
            f" of {len(batches)}"
        )
    together = np.stack(segments).astype(np.int32) if segments else None
    return Batch(tokens.astype(np.int32), asked, together)


def split(batch: Any, mesh: Mesh) -> Any:
    """Give each device of a mesh its share of the rows.

    Args:
      batch: Batches of several steps, any pytree of arrays.
      mesh: Devices along one axis.

    Raises:
      ValueError: If the rows do not split evenly, or the mesh has more axes.
    """
    devices, rows = mesh.devices.size, jax.tree.leaves(batch)[0].shape[1]
    if len(mesh.axis_names) != 1:
        raise ValueError(f"mesh must have one axis, got {mesh.axis_names}")
    if rows % devices:
        raise ValueError(f"batches must split over {devices} devices, got {rows} rows")
    place = NamedSharding(mesh, PartitionSpec(None, mesh.axis_names[0]))
    return jax.device_put(batch, place)


def everywhere(weights: Any, mesh: Mesh) -> Any:
    """A copy of the weights on each device of a mesh."""
    return jax.device_put(weights, NamedSharding(mesh, PartitionSpec()))


def sharded(weights: Any, mesh: Mesh) -> Any:
    """A part of each weight on each device of a mesh, so that each holds a share.

    An array is cut along its first axis that splits evenly; one that has none is
    copied. A jitted step fetches what it needs by itself, and its results are the
    same.

    Args:
      weights: A pytree of arrays.
      mesh: Devices along one axis.

    Raises:
      ValueError: If the mesh has more axes.

    Example:
      >>> mesh = Mesh(jax.devices()[:1], ("batch",))
      >>> sharded(jax.numpy.ones((4, 2)), mesh).sharding.spec[0]
      'batch'
    """
    if len(mesh.axis_names) != 1:
        raise ValueError(f"mesh must have one axis, got {mesh.axis_names}")
    (name,), devices = mesh.axis_names, mesh.devices.size

    def place(array: jax.Array) -> NamedSharding:
        cut = next((i for i, n in enumerate(array.shape) if n % devices == 0), None)
        axes = () if cut is None else (*[None] * cut, name)
        return NamedSharding(mesh, PartitionSpec(*axes))

    return jax.device_put(weights, jax.tree.map(place, weights))
