r"""Training: from random weights to a model, step by step.

Page: ``book/training.md``.  Figure: ``viz/training.py``.
Source: AdamW: Loshchilov & Hutter (2019), arXiv:1711.05101, section 2;
warm-up and cosine decay as in Brown et al. (2020), arXiv:2005.14165,
appendix B.
"""

import dataclasses
import functools
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.sharding import Mesh
from jax.typing import DTypeLike
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from sbt_jax._training_batches import Batch, everywhere, split, stacked
from sbt_jax._training_packing import Rows, pack
from sbt_jax._training_progress import Progress
from sbt_jax._training_resume import Run, identity, load_run, save_run
from sbt_jax.architecture import Config, Model, forward, init_model
from sbt_jax.attention import FLOAT32

__all__ = [
    "CHUNK",
    "Batch",
    "Progress",
    "Rows",
    "Settings",
    "batch_loss",
    "cross_entropy",
    "optimizer",
    "pack",
    "train",
    "train_chunk",
]

CHUNK = 16  # steps a call: fewer calls, and the batches still fit in the cache


@dataclasses.dataclass(frozen=True)
class Settings:
    """How to train. Hashable, so that ``jit`` can take it as static.

    Args:
      steps: Number of updates.
      learning_rate: The highest one, reached when the warm-up ends.
      warmup: Updates over which the learning rate climbs from 0.
      weight_decay: How much of a weight goes, in units of the learning rate.
      clip: Longest gradient; longer ones are scaled down to it.
      dtype: ``float32``, or ``bfloat16`` for the factors of products with
        weights. The weights themselves are float32 either way.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> Settings(steps=100).warmup
      50
    """

    steps: int
    learning_rate: float = 1e-2
    warmup: int = 50
    weight_decay: float = 0.01
    clip: float = 1.0
    dtype: str = "float32"

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"steps must be >= 1, got {self.steps}")
        if not 0 <= self.warmup < self.steps:
            raise ValueError(
                f"warmup must be in 0..{self.steps - 1}, got {self.warmup}"
            )
        for name in ("learning_rate", "clip"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be > 0, got {getattr(self, name)}")
        if not 0 <= self.weight_decay < float("inf"):
            raise ValueError(f"weight_decay must be >= 0, got {self.weight_decay}")
        if self.dtype not in ("float32", "bfloat16"):
            raise ValueError(f"dtype must be float32 or bfloat16, got {self.dtype!r}")


def cross_entropy(
    logits: Float[Array, "*batch time vocab"],
    targets: Int[Array, "*batch time"],
    asked: Bool[Array, "*batch time"],
) -> Float[Array, ""]:
    r"""Mean surprise at the right tokens, over the positions asked for.

    .. math:: -\frac{1}{|A|} \sum_{t \in A} \log p_t(y_t)

    Args:
      logits: Unnormalised log-probabilities.
      targets: The tokens that came, :math:`y`.
      asked: The positions :math:`A` to count. If none is, the loss is 0.

    Returns:
      The loss, in nats.

    Example:
      >>> logits = jnp.log(jnp.array([[0.5, 0.5], [0.9, 0.1]]))
      >>> targets = jnp.array([0, 1])
      >>> print(cross_entropy(logits, targets, jnp.array([True, False])).round(3))
      0.693
    """
    surprise = optax.softmax_cross_entropy_with_integer_labels(logits, targets)
    return jnp.where(asked, surprise, 0.0).sum() / jnp.maximum(asked.sum(), 1)


def batch_loss(
    model: Model, config: Config, batch: Batch, dtype: DTypeLike = FLOAT32
) -> Float[Array, ""]:
    """Cross-entropy of a batch: each token asked, given those before it.

    Example:
      >>> config = Config(100, width=8, layers=1, heads=2, mlp=16, window=8)
      >>> model = init_model(jax.random.key(0), config)
      >>> tokens = np.array([[1, 2, 3]])
      >>> batch = Batch(tokens, np.ones_like(tokens, dtype=bool))
      >>> print(f"{batch_loss(model, config, batch):.0f}")  # ln 100 is 4.6
      5
    """
    tokens, asked = jnp.asarray(batch.tokens), jnp.asarray(batch.asked)[:, 1:]
    segments = None
    if batch.segments is not None:
        texts = jnp.asarray(batch.segments)
        segments, asked = texts[:, :-1], asked & (texts[:, 1:] == texts[:, :-1])
    logits = forward(model, config, tokens[:, :-1], segments, dtype)
    return cross_entropy(logits, tokens[:, 1:], asked)


def optimizer(settings: Settings) -> optax.GradientTransformation:
    """AdamW behind a clip, with a linear warm-up and a cosine to zero.

    Example:
      >>> adamw = optimizer(Settings(steps=100))
      >>> update, _ = adamw.update(jnp.ones(1), adamw.init(jnp.ones(1)), jnp.ones(1))
      >>> print(update)  # the warm-up starts at a learning rate of 0
      [-0.]
    """
    rate = optax.warmup_cosine_decay_schedule(
        init_value=0.0,
        peak_value=settings.learning_rate,
        warmup_steps=settings.warmup,
        decay_steps=settings.steps,
    )
    return optax.chain(
        optax.clip_by_global_norm(settings.clip),
        optax.adamw(rate, b2=0.95, weight_decay=settings.weight_decay),
    )


@functools.partial(
    jax.jit,
    static_argnames=("config", "settings"),
    donate_argnames=("model", "state"),
)
def train_chunk(
    model: Model, state: Any, batches: Batch, config: Config, settings: Settings
) -> tuple[Model, Any, Float[Array, " steps"]]:
    """Several updates in one call; ``batches`` has a leading axis of steps.

    ``model`` and ``state`` are donated: use the returned ones. Tested in
    ``tests/test_training.py``.
    """
    adamw = optimizer(settings)
    slope = jax.value_and_grad(batch_loss)

    def step(carry: tuple[Model, Any], batch: Batch) -> tuple[Any, Array]:
        model, state = carry
        loss, gradient = slope(model, config, batch, settings.dtype)
        update, state = adamw.update(gradient, state, model)
        return (optax.apply_updates(model, update), state), loss

    (model, state), losses = jax.lax.scan(step, (model, state), batches)
    return model, state, losses


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
