"""The loop: batches in, weights out, and no work lost on the way.

Public names: :mod:`sbt_jax.training`.
"""

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.sharding import Mesh
from jaxtyping import Array, Float, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.architecture import Config, Model, init_model
from sbt_jax.checkpoints import digest
from sbt_jax.training.batches import Batch, everywhere, split, stacked
from sbt_jax.training.progress import Progress
from sbt_jax.training.resume import Run, identity, load_run, run_of, save_run
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

    def chunk(model: Model, state: Any, batches: Batch) -> Any:
        return train_chunk(model, state, batches, config, settings)

    def made_of(marks: list[int], devices: int) -> dict[str, Any]:
        return identity(key, config, settings, marks, devices, batch_at(0))

    model = init_model(key, config)
    return _through(
        Run(model, optimizer(settings).init(model), np.zeros(0, np.float32)),
        chunk,
        lambda start, stop: stacked(batch_at, start, stop, config),
        made_of,
        settings.steps,
        snapshot,
        snapshot_at,
        save,
        every,
        mesh,
        Progress(settings.steps, floor=floor, shown=progress),
    )


def fit(
    weights: Any,
    loss: Callable[..., Float[Array, ""]],
    batch_at: Callable[[int], Any],
    settings: Settings,
    *,
    given: tuple[Any, ...] = (),
    rule: optax.GradientTransformation | None = None,
    snapshot: Callable[[int, Any], Any] | None = None,
    snapshot_at: Collection[int] = (),
    save: Path | None = None,
    made_of: Mapping[str, Any] | None = None,
    every: int = 512,
    mesh: Mesh | None = None,
    floor: float | None = None,
    progress: bool | None = None,
) -> tuple[Any, Float[np.ndarray, " steps"]]:
    """Train any weights on any loss: :func:`train` for what is no new model.

    Args:
      weights: The first weights, any pytree of arrays. They are not changed.
      loss: ``loss(weights, batch, *given)``, a number. The same function, with the
        same shapes, is compiled once: make it once, not anew for each run.
      batch_at: The batch of each step, counted from 0, any pytree; see :func:`train`.
      settings: How to train.
      given: Arrays that the loss reads and that stay as they are.
      rule: What turns a gradient into an update; by default AdamW as ``settings``
        say. Like the loss, made once.
      snapshot: See :func:`train`, as for the arguments below that are not named here.
      snapshot_at: Numbers of updates.
      save: Where the run keeps its state.
      made_of: Plain values that the bits of the run depend on beside weights,
        settings, shares and first batch: a saved state of another run is refused.
      every: Updates after which the state is saved.
      mesh: Devices that share the rows of each batch.
      floor: The loss that cannot be fallen below, for the progress bar.
      progress: Whether to show a progress bar.

    Returns:
      The weights, and the loss of every step before its update.

    Raises:
      ValueError: If batches differ in shape, a loss is not finite, or ``save`` is
        damaged or of another run.

    Example:
      >>> def far(w, goal):
      ...     return (w - goal) ** 2
      >>> w, losses = fit(jnp.array(0.0), far, lambda step: 1.0, Settings(128, 0.1))
      >>> print(w.round(2), losses[0])
      1.0 1.0
    """
    how = settings if rule is None else rule
    # A copy: the first call of the step takes the weights that it is given.
    first = jax.tree.map(jnp.array, weights)
    if mesh is not None:
        given = everywhere(given, mesh)

    def chunk(weights: Any, state: Any, batches: Any) -> Any:
        return _fit_chunk(weights, state, batches, given, loss, how)

    def known(marks: list[int], devices: int) -> dict[str, Any]:
        start = b"".join(np.asarray(x).tobytes() for x in jax.tree.leaves(weights))
        about = {"first weights": digest(start), **(made_of or {})}
        return about | run_of(settings, marks, devices, batch_at(0))

    return _through(
        Run(first, _rule(how).init(first), np.zeros(0, np.float32)),
        chunk,
        functools.partial(_stacked, batch_at),
        known,
        settings.steps,
        snapshot,
        snapshot_at,
        save,
        every,
        mesh,
        Progress(settings.steps, floor=floor, shown=progress),
    )


def _through(
    run: Run,
    chunk: Callable[[Any, Any, Any], Any],
    stack: Callable[[int, int], Any],
    made_of: Callable[[list[int], int], dict[str, Any]],
    steps: int,
    snapshot: Callable[[int, Any], Any] | None,
    snapshot_at: Collection[int],
    save: Path | None,
    every: int,
    mesh: Mesh | None,
    bar: Progress,
) -> tuple[Any, Float[np.ndarray, " steps"]]:
    """The loop itself, from where the run stopped to its end."""
    marks, key = sorted(snapshot_at), {}
    _check_plan(steps, marks, every)
    if save is not None:
        key = made_of(marks, 1 if mesh is None else mesh.devices.size)
        run = load_run(save, run, key) or run
    weights, state, losses = run
    if mesh is not None:
        weights, state = everywhere((weights, state), mesh)
    bar.first = len(losses)
    if snapshot is not None and len(losses) in marks:
        snapshot(len(losses), _copy(weights))
    calls = _calls(len(losses), steps, marks, stack, mesh)
    call = next(calls, None)
    while call is not None:
        start, stop, batches = call
        weights, state, found = chunk(weights, state, batches)
        call = next(calls, None)  # made while the chunk is computed
        losses = np.append(losses, _finite(np.asarray(found), start))
        read = jax.tree.leaves(batches)[0].size
        bar.update(stop, float(losses[-CHUNK:].mean()), read)
        if snapshot is not None and stop in marks:
            snapshot(stop, _copy(weights))
        due = stop // every > start // every or stop == steps
        if save is not None and due:
            save_run(save, Run(weights, state, losses), key)
    return weights, losses


def _check_plan(steps: int, marks: list[int], every: int) -> None:
    if marks and not 0 <= marks[0] <= marks[-1] <= steps:
        raise ValueError(f"snapshot_at must be in 0..{steps}, got {marks}")
    checks.whole("every", every, 1)


def _rule(how: Any) -> optax.GradientTransformation:
    return optimizer(how) if isinstance(how, Settings) else how


@functools.partial(
    jax.jit, static_argnames=("loss", "how"), donate_argnames=("weights", "state")
)
def _fit_chunk(
    weights: Any, state: Any, batches: Any, given: Any, loss: Any, how: Any
) -> Any:
    """Several updates in one call; ``batches`` has a leading axis of steps."""
    rule, slope = _rule(how), jax.value_and_grad(loss)

    def step(carry: tuple[Any, Any], batch: Any) -> tuple[Any, Array]:
        weights, state = carry
        value, gradient = slope(weights, batch, *given)
        update, state = rule.update(gradient, state, weights)
        return (optax.apply_updates(weights, update), state), value

    (weights, state), losses = jax.lax.scan(step, (weights, state), batches)
    return weights, state, losses


def _stacked(batch_at: Callable[[int], Any], start: int, stop: int) -> Any:
    """The batches of some steps as one, with a leading axis of steps."""
    batches = [batch_at(step) for step in range(start, stop)]
    shapes = sorted({str([np.shape(x) for x in jax.tree.leaves(b)]) for b in batches})
    if len(shapes) > 1:
        raise ValueError(f"batches must have one shape, got {', '.join(shapes)}")
    return jax.tree.map(lambda *each: np.stack(each), *batches)


def _calls(
    start: int,
    steps: int,
    marks: list[int],
    stack: Callable[[int, int], Any],
    mesh: Mesh | None,
) -> Iterator[tuple[int, int, Any]]:
    """Where each call of the step starts and stops, and its batches.

    A call does ``CHUNK`` updates, or one where a mark or the end is nearer, so
    that two programs are compiled and no more.
    """
    shapes = set()
    while start < steps:
        near = min([mark for mark in marks if mark > start], default=steps)
        stop = start + CHUNK if start + CHUNK <= near else start + 1
        batches = stack(start, stop)
        shapes.add(jax.tree.leaves(batches)[0].shape[1:])
        if len(shapes) > 1:
            raise ValueError(f"batches must have one shape, got {sorted(shapes)}")
        yield start, stop, batches if mesh is None else split(batches, mesh)
        start = stop


def _copy(weights: Any) -> Any:
    """Weights that stay when the next call of the step takes the originals."""
    return jax.tree.map(jnp.array, weights)


def _finite(losses: Float[np.ndarray, " steps"], start: int) -> np.ndarray:
    if not np.isfinite(losses).all():
        raise ValueError(f"loss must be finite, got {losses} at step {start}")
    return losses
