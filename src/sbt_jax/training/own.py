r"""A tiny model that learns any text, letter by letter: what the reader's browser does.

The browser draws the same first weights and the same batches from a seed, and makes
the same updates: ``viz/live/trainer.js`` and ``writer.js``, which tests/live compares
with :func:`learn_letters` and with ``jax.grad``.

Public names: :mod:`sbt_jax.training`.
"""

import functools
import math
from collections.abc import Collection
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.architecture import Block, Config, Mlp, Model, forward
from sbt_jax.attention import Attention
from sbt_jax.training.batches import Batch
from sbt_jax.training.letters import Letters, chances, draw_lines, held_lines
from sbt_jax.training.step import Settings, batch_loss, optimizer

CHUNK = 10  # updates in one call
TEXTS = 4  # written at once
TOKENS = 256  # of a batch
LAYERS, HEADS, WIDTH = 2, 4, 24
#: How it is trained, in the browser too, unless a reader wants it otherwise.
OWN = Settings(steps=1000, learning_rate=2e-2, warmup=10)


class Learned(NamedTuple):
    """A text, how it was learned, and what was seen on the way."""

    letters: Letters
    config: Config
    settings: Settings
    losses: Float[np.ndarray, " steps"]  # of each batch, before its update
    held: Float[np.ndarray, " steps"] | None  # of lines held back, after each update
    texts: dict[int, list[str]]  # lines written, by the number of updates


def own_config(letters: Letters, width: int = WIDTH) -> Config:
    """Sizes of the model of a text: two blocks of four heads.

    Raises:
      TypeError: If the width is not whole.
      ValueError: If it does not split into heads of even size.

    Example:
      >>> from sbt_jax.training import read_letters
      >>> own_config(read_letters("Anna")).window
      32
    """
    checks.whole("width", width, 1)
    sizes = {"layers": LAYERS, "heads": HEADS, "mlp": 2 * width}
    return Config(len(letters.alphabet), width, window=letters.time, **sizes)


def first_weights(config: Config, seed: int) -> Model:
    """Random weights as large as those of ``init_model``, as the browser draws them.

    Raises:
      TypeError: If the seed is not whole.
      ValueError: If it is negative.

    Example:
      >>> config = Config(8, width=8, layers=1, heads=2, mlp=8, window=8)
      >>> first_weights(config, 1).embedding.shape
      (8, 8)
    """
    chance, width, mlp = chances(seed), config.width, config.mlp
    near, small = 1 / math.sqrt(width), 1 / math.sqrt(2 * config.layers)

    def normal(scale: float, *shape: int) -> Any:
        # Box and Muller's method.
        drawn = [
            math.sqrt(-2 * math.log(1 - next(chance)))
            * math.cos(2 * math.pi * next(chance))
            for _ in range(math.prod(shape))
        ]
        return (scale * np.array(drawn)).reshape(shape).astype(np.float32)

    def even(size: float) -> Any:
        return np.full(width, size, np.float32)

    heads = (width, config.heads, config.head)
    embedding = normal(1.0, config.vocab_size, width)
    blocks = []
    for _ in range(config.layers):
        joined = normal(near, width, 3, width)
        query, key, value = (joined[:, i].reshape(heads) for i in range(3))
        output = normal(near * small, config.heads, config.head, width)
        gates = normal(near, width, 2, mlp)
        down = normal(small / math.sqrt(mlp), mlp, width)
        attention = Attention(query, key, value, output)
        blocks.append(
            Block(even(1.0), attention, even(1.0), Mlp(gates[:, 0], gates[:, 1], down))
        )
    drawn = Model(embedding, tuple(blocks), even(0.02))  # NumPy's compile nothing
    return jax.device_put(drawn)


def learn_letters(
    letters: Letters,
    settings: Settings = OWN,
    width: int = WIDTH,
    seed: int = 1,
    write_at: Collection[int] = (0, 10, 100, 1000),
) -> Learned:
    """Train a tiny model on a text, as the browser does.

    Args:
      letters: From :func:`read_letters`.
      settings: How to train; the number of steps is a multiple of ten.
      width: Of the model; see :func:`own_config`.
      seed: Of the first weights; batches are drawn with the next one.
      write_at: Numbers of updates, multiples of ten, after which it writes.

    Returns:
      Losses, and what it wrote.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If there is nothing to learn from, or a number is none of those.

    Example:
      >>> from sbt_jax.training import read_letters
      >>> ten = Settings(steps=10, warmup=5)
      >>> learned = learn_letters(read_letters("Anna\\nOtto"), ten, 8, write_at=[10])
      >>> print(learned.losses[0].round(1), len(learned.texts[10]))
      2.0 4
    """
    for name, count in (
        ("steps", settings.steps),
        *(("write_at", n) for n in write_at),
    ):
        if checks.whole(name, count, 0) % CHUNK:
            raise ValueError(f"{name} must be a multiple of {CHUNK}, got {count}")
    checks.whole("seed", seed)
    config, rows = own_config(letters, width), TOKENS // letters.time
    batches = draw_lines(letters, rows, settings.steps, seed + 1)
    held = held_lines(letters, rows)
    asked = Batch(batches.tokens[0], batches.asked[0]) if held is None else held
    model = first_weights(config, seed)
    state, losses, texts = _begin(model, settings), [], {}
    for step in range(0, settings.steps + 1, CHUNK):
        if step in write_at:
            texts[step] = write_letters(model, config, letters, step)
        if step < settings.steps:
            part = jax.tree.map(lambda x, at=step: x[at : at + CHUNK], batches)
            model, state, found = _updates(model, state, part, asked, config, settings)
            losses.append(np.asarray(found))
    read, apart = np.concatenate(losses, axis=1)
    return Learned(
        letters, config, settings, read, None if held is None else apart, texts
    )


@functools.partial(jax.jit, static_argnames="settings")
def _begin(model: Model, settings: Settings) -> Any:
    return optimizer(settings).init(model)


@functools.partial(jax.jit, static_argnames=("config", "settings"))
def _updates(
    model: Model,
    state: Any,
    batches: Batch,
    held: Batch,
    config: Config,
    settings: Settings,
) -> tuple[Model, Any, Float[Array, "_ steps"]]:
    """Several updates, the loss of each before it, and that of other lines after."""
    rule, slope = optimizer(settings), jax.value_and_grad(batch_loss)

    def step(carry: tuple[Model, Any], batch: Batch) -> tuple[Any, Any]:
        model, state = carry
        loss, gradient = slope(model, config, batch)
        update, state = rule.update(gradient, state, model)
        model = optax.apply_updates(model, update)
        return (model, state), (loss, batch_loss(model, config, held))

    (model, state), losses = jax.lax.scan(step, (model, state), batches)
    return model, state, jnp.stack(losses)


def write_letters(
    model: Model, config: Config, letters: Letters, seed: int, count: int = TEXTS
) -> list[str]:
    """Lines that a model draws, letter by letter, from the beginning of a line on.

    Args:
      model: The weights.
      config: Their sizes.
      letters: The text that it learns from.
      seed: Of the draws.
      count: Number of lines.

    Returns:
      The lines. One that finds no end is as long as a row.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If it is too small.

    Example:
      >>> from sbt_jax.training import read_letters
      >>> letters = read_letters("ab")
      >>> config = Config(3, width=8, layers=1, heads=2, mlp=8, window=32)
      >>> len(write_letters(first_weights(config, 1), config, letters, seed=1))
      4
    """
    checks.whole("count", count, 1)
    chance = chances(seed)
    tokens = np.zeros((count, config.window + 1), np.int32)
    for at in range(config.window):
        shares = np.asarray(_chances_after(model, config, tokens[:, :-1], at), float)
        for row, p in enumerate(shares):
            total = np.cumsum(p)
            place = np.searchsorted(total, next(chance) * total[-1], side="right")
            tokens[row, at + 1] = min(place, config.vocab_size - 1)
    lines = []
    for row in tokens[:, 1:].tolist():
        lines.append(letters.text(row[: row.index(0) if 0 in row else len(row)]))
    return lines


@functools.partial(jax.jit, static_argnames="config")
def _chances_after(
    model: Model, config: Config, tokens: Int[Array, "batch time"], at: Int[Array, ""]
) -> Float[Array, "batch vocab"]:
    return jax.nn.softmax(forward(model, config, tokens)[:, at])
