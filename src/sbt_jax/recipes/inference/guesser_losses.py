"""What heads and a block lose while they learn to guess for *main*.

Run by :mod:`sbt_jax.recipes.inference`; :mod:`sbt_jax.recipes.inference.guessers`
trains and measures them.
"""

import functools
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from sbt_jax import training
from sbt_jax.architecture import Config, Model
from sbt_jax.inference import Heads, Onward, go_on, last_reads, say_ahead

KINDS = ("heads", "block")


def _right(true: Array, said: Array, where: Array) -> Array:
    """Cross-entropy of guesses where main speaks: against all that it says."""
    costs = jax.nn.logsumexp(said, axis=-1) - (true * said).sum(-1)
    return (costs * where).sum() / where.sum()


def heads_loss(
    heads: Heads, batch: training.Batch, main: Model, config: Config
) -> Float[Array, ""]:
    """What a batch costs the heads, on average."""
    tokens, texts = jnp.asarray(batch.tokens), jnp.asarray(batch.segments)
    reads = last_reads(main, config, tokens, texts)
    true = jax.nn.softmax(reads @ main.embedding.T)
    guesses = len(heads.change)
    said = say_ahead(heads, reads)
    total = jnp.zeros(())
    for i in range(1, guesses + 1):
        same = (texts[:, i:] == texts[:, :-i]) & (texts[:, i:] > 0)
        total += _right(true[:, i:], said[:, :-i, i - 1], same)
    return total / guesses


def block_loss(
    onward: Onward, batch: training.Batch, main: Model, config: Config, near: float
) -> Float[Array, ""]:
    """What a batch costs the block: from main's stream, and from its own."""
    tokens, texts = jnp.asarray(batch.tokens), jnp.asarray(batch.segments)
    reads = last_reads(main, config, tokens, texts)
    true = jax.nn.softmax(reads[:, 1:] @ main.embedding.T)
    same = (texts[:, 1:] == texts[:, :-1]) & (texts[:, 1:] > 0)
    places = jnp.where(same, texts[:, 1:], 0)
    total, seen = jnp.zeros(()), reads[:, :-1]
    for _ in range(2):
        made = go_on(onward, main, config, seen, tokens[:, 1:], places)
        total += _right(true, made @ main.embedding.T, same)
        off = made - reads[:, 1:]
        smooth = jnp.where(abs(off) < 1, off**2 / 2, abs(off) - 0.5).mean(-1)
        total += near * (smooth * same).sum() / same.sum()
        seen = jnp.concatenate([reads[:, :1], made[:, :-1]], axis=1)
    return total


@functools.cache
def loss_of(kind: str, config: Config, near: float) -> Any:
    """The loss of one kind, the same function each time."""
    if kind == KINDS[0]:
        return functools.partial(heads_loss, config=config)
    return functools.partial(block_loss, config=config, near=near)
