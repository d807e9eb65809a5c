r"""Training: from random weights to a model, step by step.

Page: ``book/training.md``.  Figure: ``viz/training.py``.
Source: AdamW: Loshchilov & Hutter (2019), arXiv:1711.05101, section 2;
warm-up and cosine decay as in Brown et al. (2020), arXiv:2005.14165,
appendix B.
"""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from sbt_jax.architecture import Config, Model, forward, init_model

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


class Batch(NamedTuple):
    """Sequences of equal length, and which of their tokens to learn.

    ``asked`` is true for each token to be predicted from those before it.
    A sequence's first token has none before it and is never learned.
    """

    tokens: Int[np.ndarray, "batch time"]
    asked: Bool[np.ndarray, "batch time"]


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


def batch_loss(model: Model, config: Config, batch: Batch) -> Float[Array, ""]:
    """Cross-entropy of a batch: each token asked, given those before it.

    Example:
      >>> config = Config(100, width=8, layers=1, heads=2, mlp=16, window=8)
      >>> model = init_model(jax.random.key(0), config)
      >>> tokens = np.array([[1, 2, 3]])
      >>> batch = Batch(tokens, np.ones_like(tokens, dtype=bool))
      >>> print(batch_loss(model, config, batch).round(1))  # ln 100 is 4.6
      4.6
    """
    tokens, asked = jnp.asarray(batch.tokens), jnp.asarray(batch.asked)
    logits = jax.vmap(forward, (None, None, 0))(model, config, tokens[:, :-1])
    return cross_entropy(logits, tokens[:, 1:], asked[:, 1:])


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

    def step(carry: tuple[Model, Any], batch: Batch) -> tuple[Any, Array]:
        model, state = carry
        loss, gradient = jax.value_and_grad(batch_loss)(model, config, batch)
        update, state = adamw.update(gradient, state, model)
        return (optax.apply_updates(model, update), state), loss

    (model, state), losses = jax.lax.scan(step, (model, state), batches)
    return model, state, losses


def train(
    key: PRNGKeyArray,
    config: Config,
    settings: Settings,
    batch_at: Callable[[int], Batch],
) -> tuple[Model, Float[np.ndarray, " steps"]]:
    """Train a new model. The same arguments give the same weights.

    Args:
      key: Random key of the first weights.
      config: The sizes of the model.
      settings: How to train.
      batch_at: The batch of each step, counted from 0. It should depend on
        nothing but the step, and all batches have one shape.

    Returns:
      The weights, and the loss of every step before its update, in nats.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If batches are empty, differ in shape, hold an id outside
        the vocabulary or do not fit the window, or a loss is not finite.
    """
    model = init_model(key, config)
    state = optimizer(settings).init(model)
    losses: list[np.ndarray] = []
    for start in range(0, settings.steps, CHUNK):
        stop = min(start + CHUNK, settings.steps)
        batches = _stack([batch_at(step) for step in range(start, stop)], config)
        model, state, chunk = train_chunk(model, state, batches, config, settings)
        losses.append(np.asarray(chunk))
        if not np.isfinite(losses[-1]).all():
            raise ValueError(f"loss must be finite, got {losses[-1]} at step {start}")
    return model, np.concatenate(losses)


def _stack(batches: list[Batch], config: Config) -> Batch:
    """One batch with a leading axis of steps, after a check of its values."""
    shapes = {np.shape(part) for batch in batches for part in batch}
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
    return Batch(tokens.astype(np.int32), np.stack([batch.asked for batch in batches]))
