r"""A model with two weights, so that its loss is a landscape that one can see.

Public names: :mod:`sbt_jax.training`.
"""

import functools
import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checks, world

UNSEEN = 0.05  # added to each count of a pair


class Surface(NamedTuple):
    r"""What the next word depends on, counted on some texts, and what came in others.

    The model has two weights, :math:`p(w \mid h) \propto
    e^{a \ln p(w) + b \ln p(w \mid h)}`: how far it goes by how common a word is, and
    how far by what has followed the word before.
    """

    common: Float[Array, " words"]  # ln p(w)
    after: Float[Array, "contexts words"]  # ln p(w | h)
    came: Float[Array, "contexts words"]  # share of all places, in other texts


def count_surface(
    texts: Sequence[str], others: Sequence[str], contexts: int = 12, words: int = 200
) -> Surface:
    """Count words and pairs of words.

    Args:
      texts: What the model knows.
      others: What it is asked to predict: their places after known words.
      contexts: How many words to look at what follows, the commonest.
      words: How many words may come, the commonest.

    Raises:
      TypeError: If texts are one string, or a number is not whole.
      ValueError: If the texts have fewer different words than asked for, or the
        others no pair of them.

    Example:
      >>> surface = count_surface(["a b a b a c"], ["a b a"], contexts=1, words=3)
      >>> surface.after.shape, surface.came.tolist()
      ((1, 3), [[0.0, 1.0, 0.0]])
    """
    texts, others = checks.words("texts", texts), checks.words("others", others)
    checks.whole("contexts", contexts)
    checks.whole("words", words)
    read, asked = ([world.split(text) for text in side] for side in (texts, others))
    seen = Counter(word.strip() for text in read for word in text)
    if not 1 <= contexts <= words <= len(seen):
        raise ValueError(
            f"contexts <= words must be in 1..{len(seen)}, got {contexts}, {words}"
        )
    names = [word for word, _ in seen.most_common(words)]
    at = {word: i for i, word in enumerate(names)}

    def pairs(side: list[list[str]]) -> np.ndarray:
        table = np.zeros((contexts, words))
        for text in side:
            ids = [at.get(word.strip(), words) for word in text]
            for h, w in itertools.pairwise(ids):
                if h < contexts and w < words:
                    table[h, w] += 1
        return table

    counts, came = pairs(read) + UNSEEN, pairs(asked)
    if not came.any():
        raise ValueError(f"others must hold a pair of known words, got {others!r}")
    common = np.array([seen[name] for name in names], float)
    return Surface(
        jnp.asarray(np.log(common / common.sum())),
        jnp.asarray(np.log(counts / counts.sum(1, keepdims=True))),
        jnp.asarray(came / came.sum()),
    )


def surface_loss(surface: Surface, weights: Float[Array, " 2"]) -> Float[Array, ""]:
    """Cross-entropy of the two-weight model, in nats a word.

    Args:
      surface: From :func:`count_surface`.
      weights: How much to go by what is common, and by the word before.

    Raises:
      ValueError: If there are not two weights.

    Example:
      >>> surface = count_surface(["a b a b a c"], ["a b a"], contexts=1, words=3)
      >>> print(f"{surface_loss(surface, jnp.zeros(2)):.3f}")  # ln 3
      1.099
    """
    checks.numbers(weights=weights)
    checks.shaped("weights", weights, (2,))
    logits = weights[0] * surface.common + weights[1] * surface.after
    return -(surface.came * jax.nn.log_softmax(logits, axis=-1)).sum()


class Lowest(NamedTuple):
    """The lowest point of a landscape, and how it bends there."""

    weights: Float[np.ndarray, " 2"]
    loss: float
    bends: Float[np.ndarray, " 2"]  # the larger curvature last


def lowest_point(surface: Surface, rounds: int = 20) -> Lowest:
    """Where the loss of the two-weight model is least, by Newton's method.

    Args:
      surface: From :func:`count_surface`.
      rounds: Newton's steps.

    Raises:
      TypeError: If ``rounds`` is not whole.
      ValueError: If it is negative.

    Example:
      >>> surface = count_surface(["a b a b a c"], ["a b a c"], contexts=1, words=3)
      >>> low = lowest_point(surface)
      >>> bool(low.loss < surface_loss(surface, jnp.asarray(low.weights) + 0.01))
      True
    """
    checks.whole("rounds", rounds)
    weights, loss, bends = jax.jit(_newton, static_argnums=1)(surface, rounds)
    return Lowest(np.asarray(weights), float(loss), np.linalg.eigvalsh(bends))


def _newton(surface: Surface, rounds: int) -> tuple[Array, Array, Array]:
    height = functools.partial(surface_loss, surface)

    def step(_: Any, at: Array) -> Array:
        return at - jnp.linalg.solve(jax.hessian(height)(at), jax.grad(height)(at))

    low = jax.lax.fori_loop(0, rounds, step, jnp.zeros(2))
    return low, height(low), jax.hessian(height)(low)


def landscape(
    surface: Surface, across: Float[np.ndarray, " cols"], up: Float[np.ndarray, " rows"]
) -> Float[np.ndarray, "rows cols"]:
    """The loss at every pair of weights of a grid."""
    checks.numbers(across=across, up=up)
    points = jnp.stack(jnp.meshgrid(jnp.asarray(across), jnp.asarray(up)), axis=-1)
    loss = jax.jit(jax.vmap(jax.vmap(lambda w: surface_loss(surface, w))))
    return np.asarray(loss(points))
