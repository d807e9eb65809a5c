"""The training step: loss, optimiser, and several updates in one call.

Public names: :mod:`sbt_jax.training`.
Source: AdamW: Loshchilov & Hutter (2019), arXiv:1711.05101, section 2;
warm-up and cosine decay as in Brown et al. (2020), arXiv:2005.14165,
appendix B.
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jax.typing import DTypeLike
from jaxtyping import Array, Bool, Float, Int

from sbt_jax import checks
from sbt_jax.architecture import Config, Model, forward
from sbt_jax.attention import FLOAT32
from sbt_jax.training.batches import Batch, check_asked


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
      TypeError: If a number is of another type.
      ValueError: If it is out of range.

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
        checks.whole("steps", self.steps, 1)
        checks.whole("warmup", self.warmup, 0, self.steps - 1)
        for name in ("learning_rate", "clip"):
            checks.number(name, getattr(self, name), 0, above=True)
        checks.number("weight_decay", self.weight_decay, 0)
        if self.dtype not in ("float32", "bfloat16"):
            raise ValueError(f"dtype must be float32 or bfloat16, got {self.dtype!r}")


def cross_entropy(
    logits: Float[Array, "*batch time vocab"],
    targets: Int[Array, "*batch time"],
    asked: Bool[Array, "*batch time"] | Float[Array, "*batch time"],
) -> Float[Array, ""]:
    r"""Mean surprise at the right tokens, over the positions asked for.

    .. math:: -\frac{1}{|A|} \sum_{t \in A} \log p_t(y_t)

    Args:
      logits: Unnormalised log-probabilities.
      targets: The tokens that came, :math:`y`.
      asked: The positions :math:`A` to count, or how much each counts, from 0 to 1.
        If none does, the loss is 0.

    Returns:
      The loss, in nats.

    Raises:
      TypeError: If targets are not integers, or ``asked`` is neither of booleans nor
        of floats.
      ValueError: If the shapes differ, or a target or a weight is out of range, which
        is not noticed under ``jit``.

    Example:
      >>> logits = jnp.log(jnp.array([[0.5, 0.5], [0.9, 0.1]]))
      >>> targets = jnp.array([0, 1])
      >>> print(cross_entropy(logits, targets, jnp.array([True, False])).round(3))
      0.693
    """
    checks.numbers(logits=logits)
    places = jnp.shape(logits)[:-1]
    checks.known_ids("targets", targets, jnp.shape(logits)[-1])
    checks.shaped("targets", targets, places)
    checks.shaped("asked", check_asked(asked), places)
    surprise = optax.softmax_cross_entropy_with_integer_labels(logits, targets)
    if asked.dtype == bool:
        return jnp.where(asked, surprise, 0.0).sum() / jnp.maximum(asked.sum(), 1)
    return (asked * surprise).sum() / jnp.maximum(asked.sum(), 1e-9)


def batch_loss(
    model: Model, config: Config, batch: Batch, dtype: DTypeLike = FLOAT32
) -> Float[Array, ""]:
    """Cross-entropy of a batch: each token asked, given those before it.

    Raises:
      TypeError: If ids are not integers, or ``asked`` is neither of booleans nor of
        floats.
      ValueError: If the shapes differ, or an id or a weight is out of range.

    Example:
      >>> import numpy as np
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(100, width=8, layers=1, heads=2, mlp=16, window=8)
      >>> model = init_model(jax.random.key(0), config)
      >>> tokens = np.array([[1, 2, 3]])
      >>> batch = Batch(tokens, np.ones_like(tokens, dtype=bool))
      >>> print(f"{batch_loss(model, config, batch):.0f}")  # ln 100 is 4.6
      5
    """
    checks.known_ids("tokens", batch.tokens, config.vocab_size)
    check_asked(batch.asked)
    for name, part in (("asked", batch.asked), ("segments", batch.segments)):
        if part is not None:
            checks.shaped(name, part, jnp.shape(batch.tokens))
    tokens, asked = jnp.asarray(batch.tokens), jnp.asarray(batch.asked)[:, 1:]
    segments = None
    if batch.segments is not None:
        texts = jnp.asarray(batch.segments)
        segments, asked = texts[:, :-1], asked * (texts[:, 1:] == texts[:, :-1])
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
    model: Model,
    state: Any,
    batches: Batch,
    config: Config,
    settings: Settings,
) -> tuple[Model, Any, Float[Array, " steps"]]:
    """Several updates in one call; ``batches`` has a leading axis of steps.

    ``model`` and ``state`` are donated: use the returned ones. Tested in
    ``tests/training/test_mechanism.py``.
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
