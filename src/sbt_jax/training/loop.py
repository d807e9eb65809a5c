"""The loop: batches in, weights out, and no work lost on the way.

Public names: :mod:`sbt_jax.training`.
"""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh
from jaxtyping import Float, PRNGKeyArray

from sbt_jax.architecture import Config, Model, init_model
from sbt_jax.training.batches import Batch, everywhere, split, stacked
from sbt_jax.training.progress import Progress
from sbt_jax.training.resume import Run, identity, load_run, save_run
from sbt_jax.training.step import (
    Settings,
    optimizer,
    train_chunk,
)

CHUNK = 16  # steps a call: fewer calls, and the batches still fit in the cache


def train(
    key: PRNGKeyArray,
    config: Config,
    settings: Settings,
    batch_at: Callable[[int], Batch],
    *,
    snapshot: Callable[[int, Model], Any] | None = None,
    snapshot_at: Collection[int] = (),
    save: Path | None = None,
    every: int = 512,
    mesh: Mesh | None = None,
    floor: float | None = None,
    progress: bool | None = None,
) -> tuple[Model, Float[np.ndarray, " steps"]]:
    """Train a new model. The same arguments give the same weights.

    Args:
      key: Random key of the first weights.
      config: The sizes of the model.
      settings: How to train.
      batch_at: The batch of each step, counted from 0. It should depend on
        nothing but the step, and all batches have one shape.
      snapshot: Called with the number of updates done and the weights then,
        for each of ``snapshot_at``; 0 is before the first update. A run that
        goes on may call it once more for the last one before it was killed.
      snapshot_at: Numbers of updates.
      save: Where the run keeps its state. If the file is there, the run goes
        on from it, and ends with the same weights, to the bit, as if it had
        never stopped. It stays there when the run is over.
      every: Updates after which the state is saved, at the next end of a chunk.
      mesh: Devices along one axis that share the rows of each batch; the
        weights are on all of them. One device by default.
      floor: Entropy of the data, in nats a token, for the progress bar.
      progress: Whether to show a progress bar; by default if stderr is a
        terminal.

    Returns:
      The weights, and the loss of every step before its update, in nats.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If batches are empty, differ in shape, hold an id outside
        the vocabulary or do not fit the window, a loss is not finite, or
        ``save`` is damaged or of another run.
    """
    marks = sorted(snapshot_at)
    _check_plan(settings.steps, marks, every)
    run, made_of = _first_run(key, config, settings), {}
    if save is not None:
        devices = 1 if mesh is None else mesh.devices.size
        made_of = identity(key, config, settings, marks, devices, batch_at(0))
        run = load_run(save, run, made_of) or run
    model, state, losses = run
    if mesh is not None:
        model, state = everywhere((model, state), mesh)
    bar = Progress(settings.steps, len(losses), floor, progress)
    if snapshot is not None and len(losses) in marks:
        snapshot(len(losses), _copy(model))
    calls = _calls(len(losses), settings.steps, marks, batch_at, config, mesh)
    call = next(calls, None)
    while call is not None:
        start, stop, batches = call
        model, state, chunk = train_chunk(model, state, batches, config, settings)
        call = next(calls, None)  # made while the chunk is computed
        losses = np.append(losses, _finite(np.asarray(chunk), start))
        bar.update(stop, float(losses[-CHUNK:].mean()), batches.tokens.size)
        if snapshot is not None and stop in marks:
            snapshot(stop, _copy(model))
        due = stop // every > start // every or stop == settings.steps
        if save is not None and due:
            save_run(save, Run(model, state, losses), made_of)
    return model, losses


def _check_plan(steps: int, marks: list[int], every: int) -> None:
    if marks and not 0 <= marks[0] <= marks[-1] <= steps:
        raise ValueError(f"snapshot_at must be in 0..{steps}, got {marks}")
    if every < 1:
        raise ValueError(f"every must be >= 1, got {every}")


def _first_run(key: PRNGKeyArray, config: Config, settings: Settings) -> Run:
    model = init_model(key, config)
    return Run(model, optimizer(settings).init(model), np.zeros(0, np.float32))


def _calls(
    start: int,
    steps: int,
    marks: list[int],
    batch_at: Callable[[int], Batch],
    config: Config,
    mesh: Mesh | None,
) -> Iterator[tuple[int, int, Batch]]:
    """Where each call of the step starts and stops, and its batches.

    A call does ``CHUNK`` updates, or one where a mark or the end is nearer, so
    that two programs are compiled and no more.
    """
    shapes = set()
    while start < steps:
        near = min([mark for mark in marks if mark > start], default=steps)
        stop = start + CHUNK if start + CHUNK <= near else start + 1
        batches = stacked(batch_at, start, stop, config)
        shapes.add(batches.tokens.shape[1:])
        if len(shapes) > 1:
            raise ValueError(f"batches must have one shape, got {sorted(shapes)}")
        yield start, stop, batches if mesh is None else split(batches, mesh)
        start = stop


def _copy(model: Model) -> Model:
    """Weights that stay when the next call of the step takes the originals."""
    return jax.tree.map(jnp.array, model)


def _finite(losses: Float[np.ndarray, " steps"], start: int) -> np.ndarray:
    if not np.isfinite(losses).all():
        raise ValueError(f"loss must be finite, got {losses} at step {start}")
    return losses
