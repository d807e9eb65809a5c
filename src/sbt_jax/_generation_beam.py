"""Beam search: the likeliest text, nearly.

Public names: :mod:`sbt_jax.generation`.
"""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from sbt_jax.architecture import Cache, Config, Model, extend, init_cache


class Beams(NamedTuple):
    """The texts found, the likeliest first. After its end a text is ``stop``."""

    tokens: Int[Array, "beams time"]
    log_probability: Float[Array, " beams"]  # in nats, of the new tokens


def beam_search(
    model: Model,
    config: Config,
    prompt: Int[Array, " time"],
    steps: int,
    beams: int,
    stop: int | None = None,
) -> Beams:
    """Keep the ``beams`` likeliest beginnings at every step.

    With one beam it is greedy; with as many as there are texts it is exact.
    Source: Sutskever, Vinyals & Le (2014), arXiv:1409.3215, section 3.2.

    Args:
      model: The weights.
      config: The sizes they were made with.
      prompt: The ids so far.
      steps: The most tokens to add.
      beams: How many texts are kept.
      stop: The id that ends a text; an ended text keeps its probability.

    Returns:
      Texts and their probabilities given the prompt.

    Raises:
      ValueError: If there are no beams, or the text does not fit the window.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> found = beam_search(model, config, jnp.array([104]), steps=4, beams=3)
      >>> found.tokens.shape, bool((jnp.diff(found.log_probability) <= 0).all())
      ((3, 4), True)
    """
    if beams < 1:
        raise ValueError(f"beams must be >= 1, got {beams}")
    if steps < 1 or not 1 <= len(prompt) <= config.window - steps:
        raise ValueError(
            f"prompt and steps must fit a window of {config.window},"
            f" got {len(prompt)} and {steps}"
        )
    return _search(model, config, prompt, steps, beams, stop)


@functools.partial(jax.jit, static_argnames=("config", "steps", "beams", "stop"))
def _search(
    model: Model,
    config: Config,
    prompt: Int[Array, " time"],
    steps: int,
    beams: int,
    stop: int | None,
) -> Beams:
    rows = jnp.broadcast_to(prompt, (beams, len(prompt)))
    logits, cache = extend(model, config, init_cache(config, (beams,)), rows)
    tokens = jnp.zeros((beams, steps), jnp.int32)
    # At first all beams are one text: only the first may branch.
    scores = jnp.where(jnp.arange(beams) == 0, 0.0, -jnp.inf)
    carry: Any = (logits[:, -1], cache, tokens, scores, jnp.zeros(beams, bool))

    def step(carry: Any, at: Array) -> tuple[Any, None]:
        logits, cache, tokens, scores, ended = carry
        added = jax.nn.log_softmax(logits, axis=-1)
        if stop is not None:
            only = jnp.where(jnp.arange(config.vocab_size) == stop, 0.0, -jnp.inf)
            added = jnp.where(ended[:, None], only, added)
        totals = (scores[:, None] + added).ravel()
        scores, best = jax.lax.top_k(totals, beams)
        parent, token = best // config.vocab_size, best % config.vocab_size
        tokens = tokens[parent].at[:, at].set(token)
        ended = ended[parent] if stop is None else token == stop
        key, value = jax.tree.map(lambda x: x[parent], (cache.key, cache.value))
        cache = Cache(key, value, cache.length)
        logits, cache = extend(model, config, cache, token[:, None])
        return (logits[:, 0], cache, tokens, scores, ended), None

    end, _ = jax.lax.scan(step, carry, jnp.arange(steps))
    return Beams(tokens=end[2], log_probability=end[3])
