"""Beam search: the likeliest text, nearly.

Public names: :mod:`sbt_jax.generation`.
"""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from sbt_jax import checks
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

    With one beam it is greedy; with as many as there are texts it is exact. A text
    that ends leaves the beams and is kept aside: those that go on may still lead for
    a while, but they only get less likely.
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
      TypeError: If ids are not integers, or a number is not whole.
      ValueError: If there are no beams, the text does not fit the window, or ``stop``
        or a token of the prompt is not an id.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> found = beam_search(model, config, jnp.array([104]), steps=4, beams=3)
      >>> found.tokens.shape, bool((jnp.diff(found.log_probability) <= 0).all())
      ((3, 4), True)
    """
    checks.whole("beams", beams, 1)
    checks.whole("steps", steps, 1)
    checks.known_ids("prompt", prompt, config.vocab_size)
    if stop is not None:
        checks.whole("stop", stop, 0, config.vocab_size - 1)
    if not 1 <= len(prompt) <= config.window - steps:
        raise ValueError(
            f"prompt and steps must fit a window of {config.window},"
            f" got {len(prompt)} and {steps}"
        )
    return _search(model, config, jnp.asarray(prompt), steps, beams, stop)


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
    empty = init_cache(config, (beams,), room=len(prompt) + steps)
    logits, cache = extend(model, config, empty, rows)
    blank = jnp.full((beams, steps), 0 if stop is None else stop, jnp.int32)
    nothing = jnp.full(beams, -jnp.inf)
    # At first all beams are one text: only the first may branch.
    scores = nothing.at[0].set(0.0)
    carry: Any = (logits[:, -1], cache, Beams(blank, scores), Beams(blank, nothing))

    def step(carry: Any, at: Array) -> tuple[Any, None]:
        logits, cache, alive, whole = carry
        totals = alive.log_probability[:, None] + jax.nn.log_softmax(logits, axis=-1)
        # Of twice as many, at least ``beams`` go on: each text ends in one way.
        scores, best = jax.lax.top_k(totals.ravel(), min(2 * beams, totals.size))
        parent, token = best // config.vocab_size, best % config.vocab_size
        found = Beams(alive.tokens[parent].at[:, at].set(token), scores)
        if stop is not None:
            ended, near = token == stop, jnp.arange(len(token)) < beams
            whole = _best(beams, whole, _only(found, ended & near))
            found = _only(found, ~ended)
        scores, rank = jax.lax.top_k(found.log_probability, beams)
        alive, parent = Beams(found.tokens[rank], scores), parent[rank]
        key, value = jax.tree.map(lambda x: x[parent], (cache.key, cache.value))
        cache = Cache(key, value, cache.length)
        logits, cache = extend(model, config, cache, token[rank][:, None])
        return (logits[:, 0], cache, alive, whole), None

    (_, _, alive, whole), _ = jax.lax.scan(step, carry, jnp.arange(steps))
    return alive if stop is None else _best(beams, whole, alive)


def _only(found: Beams, which: Bool[Array, " samples"]) -> Beams:
    """The same texts, those not asked for made impossible."""
    return found._replace(
        log_probability=jnp.where(which, found.log_probability, -jnp.inf)
    )


def _best(count: int, *found: Beams) -> Beams:
    """The likeliest of several sets of texts."""
    tokens, scores = (jnp.concatenate(parts) for parts in zip(*found, strict=True))
    scores, rank = jax.lax.top_k(scores, count)
    return Beams(tokens[rank], scores)
