"""Cached generation: each token drawn and read once.

Public names: :mod:`sbt_jax.generation`.
"""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.architecture import (
    Cache,
    Config,
    Model,
    cache_sizes,
    extend,
    grow,
    init_cache,
)
from sbt_jax.generation.filters import (
    Sampling,
    filtered,
)


class Written(NamedTuple):
    """What a model has written. After its end, a text is filled with ``stop``."""

    tokens: Int[Array, "*batch time"]
    length: Int[Array, "*batch"]  # tokens before the end


def generate(
    key: PRNGKeyArray,
    model: Model,
    config: Config,
    prompt: Int[Array, "*batch time"],
    steps: int,
    sampling: Sampling = Sampling(),  # noqa: B008 - frozen
    stop: int | None = None,
) -> Written:
    """Go on from a prompt, each token drawn and read once.

    Args:
      key: Random key. Every text of a batch has numbers of its own.
      model: The weights.
      config: The sizes they were made with.
      prompt: The ids so far: one text, or several of one length.
      steps: The most tokens to add.
      sampling: How to choose.
      stop: The id that ends a text. When all have ended, so does the loop.

    Returns:
      The new tokens, without the prompt.

    Raises:
      TypeError: If ids are not integers, or an argument is of another type.
      ValueError: If prompt and steps do not fit the window, or ``stop`` or a token
        of the prompt is not an id.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> prompt = jnp.array([104, 105])
      >>> greedy = Sampling(temperature=0.0)
      >>> generate(jax.random.key(1), model, config, prompt, 5, greedy).tokens.shape
      (5,)
    """
    checks.known_ids("prompt", prompt, config.vocab_size)
    prompt = jnp.asarray(prompt)
    checks.whole("steps", steps)
    if not isinstance(sampling, Sampling):
        raise TypeError(f"sampling must be a Sampling, got {sampling!r}")
    time = prompt.shape[-1] if prompt.ndim else 0
    if not 1 <= time <= config.window - steps:
        raise ValueError(
            f"prompt and steps must fit a window of {config.window},"
            f" got {time} and {steps}"
        )
    if stop is not None:
        checks.whole("stop", stop, 0, config.vocab_size - 1)
    return _generate(key, model, config, prompt, steps, sampling, stop)


@functools.partial(jax.jit, static_argnames=("config", "steps", "sampling", "stop"))
def _generate(
    key: PRNGKeyArray,
    model: Model,
    config: Config,
    prompt: Int[Array, "*batch time"],
    steps: int,
    sampling: Sampling,
    stop: int | None,
) -> Written:
    *batch, time = prompt.shape
    sizes = cache_sizes(time, time + steps)
    empty = init_cache(config, tuple(batch), sizes[0])
    logits, cache = extend(model, config, empty, prompt)
    fill = 0 if stop is None else stop
    seen = jax.nn.one_hot(prompt, config.vocab_size, dtype=bool).any(-2)
    state = _State(
        0,
        key,
        logits[..., -1, :],
        cache,
        jnp.full((*batch, steps), fill),
        jnp.zeros(batch, bool),
        seen,
    )

    def step(at: _State) -> _State:
        key, draw = jax.random.split(at.key)
        token = jax.random.categorical(draw, filtered(at.logits, sampling, at.seen))
        token = jnp.where(at.ended, fill, token)
        ended = at.ended if stop is None else at.ended | (token == stop)
        seen = at.seen | jax.nn.one_hot(token, config.vocab_size, dtype=bool)
        tokens = at.tokens.at[..., at.count].set(token)
        logits, cache = extend(model, config, at.cache, token[..., None])
        return _State(at.count + 1, key, logits[..., 0, :], cache, tokens, ended, seen)

    def more(at: _State) -> Array:
        return (at.cache.length < at.cache.room) & ~at.ended.all()

    for room in sizes:
        state = state._replace(cache=grow(state.cache, room))
        state = jax.lax.while_loop(more, step, state)
    kept = state.tokens != fill if stop is not None else state.tokens == state.tokens
    return Written(state.tokens, kept.sum(-1))


class _State(NamedTuple):
    """What the loop of :func:`generate` carries."""

    count: Any
    key: PRNGKeyArray
    logits: Float[Array, "*batch vocab"]
    cache: Cache
    tokens: Int[Array, "*batch time"]
    ended: Bool[Array, "*batch"]
    seen: Bool[Array, "*batch vocab"]
