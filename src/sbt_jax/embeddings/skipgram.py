r"""Skip-gram with negative sampling: vectors learned by predicting neighbours.

Page: ``book/embeddings.md``.  Public names: :mod:`sbt_jax.embeddings`.
Source: Mikolov et al. (2013), arXiv:1310.4546, section 2.2. But: pairs are drawn from
a table of counts, which is the same as going through the text at random; frequent
words are not thinned out; Adam instead of plain gradient descent.
"""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checks


class SkipGram(NamedTuple):
    """Two vectors a word: one as itself, one as a neighbour of others."""

    word: Float[Array, "vocab width"]
    context: Float[Array, "vocab width"]


@dataclasses.dataclass(frozen=True)
class SkipGramSettings:
    """Sizes and switches of the training.

    Args:
      width: Numbers a word.
      negatives: Random words for each true neighbour, :math:`k`.
      power: How they are drawn: by frequency to this power.
      batch: Pairs a step.
      steps: Steps of training.
      learning_rate: Of Adam at the start; it falls to a tenth, linearly.

    Raises:
      TypeError: If a number is of another type.
      ValueError: If it is out of range.

    Example:
      >>> SkipGramSettings(negatives=0)
      Traceback (most recent call last):
      ValueError: negatives must be >= 1, got 0
    """

    width: int = 32
    negatives: int = 5
    power: float = 0.75
    batch: int = 4096
    steps: int = 2000
    learning_rate: float = 0.01

    def __post_init__(self) -> None:
        for name in ("width", "negatives", "batch", "steps"):
            checks.whole(name, getattr(self, name), 1)
        checks.number("power", self.power)
        checks.number("learning_rate", self.learning_rate, 0, above=True)


def init_skip_gram(key: PRNGKeyArray, vocab_size: int, width: int) -> SkipGram:
    """Small random vectors of words; as neighbours all start at zero.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If it is below 1.

    Example:
      >>> init_skip_gram(jax.random.key(0), vocab_size=7, width=4).word.shape
      (7, 4)
    """
    checks.whole("vocab_size", vocab_size, 1)
    checks.whole("width", width, 1)
    word = jax.random.normal(key, (vocab_size, width)) / width
    return SkipGram(word, jnp.zeros((vocab_size, width)))


def skip_gram_loss(
    vectors: SkipGram,
    words: Int[Array, " batch"],
    contexts: Int[Array, " batch"],
    noise: Int[Array, "batch samples"],
) -> Float[Array, ""]:
    r"""Tell true neighbours from random words, by the dot product.

    .. math:: -\ln \sigma(v_w \cdot u_c) - \sum_{j=1}^{k} \ln \sigma(-v_w \cdot u_j)

    Args:
      vectors: :math:`v` and :math:`u`.
      words: A word of the text.
      contexts: A word that stood near it.
      noise: :math:`k` random words.

    Returns:
      The mean over the batch, in nats.

    Raises:
      TypeError: If numbers of words are not integers.
      ValueError: If the shapes do not fit together, or there is no word.

    Example:
      >>> vectors = init_skip_gram(jax.random.key(0), vocab_size=4, width=2)
      >>> one = jnp.array([1])
      >>> print(skip_gram_loss(vectors, one, one, jnp.array([[2, 3]])).round(3))
      2.079
    """
    checks.kind("words", words, "integers")
    checks.kind("contexts", contexts, "integers")
    checks.kind("noise", noise, "integers")
    if not len(words):
        raise ValueError(f"words must not be empty, got {words}")
    checks.shaped("contexts", contexts, (len(words),))
    checks.shaped("noise", noise, (len(words), None))
    word = vectors.word[words]
    true = (word * vectors.context[contexts]).sum(axis=-1)
    false = (word[:, None] * vectors.context[noise]).sum(axis=-1)
    gain = jax.nn.log_sigmoid(true)
    gain += jax.nn.log_sigmoid(-false).sum(axis=-1)
    return -gain.mean()


def train_skip_gram(
    key: PRNGKeyArray,
    counts: Int[np.ndarray, "vocab vocab"],
    settings: SkipGramSettings,
    snapshot: Callable[[int, SkipGram], None] | None = None,
    snapshot_at: tuple[int, ...] = (),
) -> SkipGram:
    """Learn vectors from a table of neighbours; a test trains a small one.

    Args:
      key: Random key.
      counts: From :func:`sbt_jax.embeddings.cooccurrence`.
      settings: Sizes and switches.
      snapshot: Is given the vectors at some steps.
      snapshot_at: At which; 0 is before training.

    Returns:
      The vectors after the last step.

    Raises:
      TypeError: If counts are not integers.
      ValueError: If there is nothing to learn from, a count is negative, or a
        snapshot is out of range.
    """
    counts = checks.kind("counts", np.asarray(counts), "integers")
    checks.shaped("counts", counts, (len(counts), len(counts)))
    if not counts.any() or counts.min() < 0:
        raise ValueError(f"counts must hold a pair, got {counts.sum()}")
    for step in snapshot_at:
        checks.whole("snapshot_at", step, 0, settings.steps)
    pairs, single = counts.reshape(-1).cumsum(), counts.sum(axis=1)
    noise = (single**settings.power).cumsum()
    ladders = tuple(
        jnp.asarray(ladder / ladder[-1], jnp.float32) for ladder in (pairs, noise)
    )
    key, start_key = jax.random.split(key)
    vectors = init_skip_gram(start_key, len(counts), settings.width)
    state = (vectors, _optimizer(settings).init(vectors))
    stops = sorted({0, *snapshot_at, settings.steps})
    for start, stop in zip([0, *stops], stops, strict=False):
        keys = jax.vmap(functools.partial(jax.random.fold_in, key))(
            jnp.arange(start, stop)
        )
        if stop > start:
            state = _steps(state, keys, ladders, settings)
        if snapshot is not None and stop in snapshot_at:
            snapshot(stop, state[0])
    return state[0]


def _optimizer(settings: SkipGramSettings) -> optax.GradientTransformation:
    rate = settings.learning_rate
    return optax.adam(optax.linear_schedule(rate, rate / 10, settings.steps))


@functools.partial(jax.jit, static_argnames="settings")
def _steps(state: Any, keys: Array, ladders: Any, settings: SkipGramSettings) -> Any:
    """As many steps as there are keys."""
    optimizer = _optimizer(settings)
    pairs, noise = ladders

    def step(state: Any, key: PRNGKeyArray) -> tuple[Any, None]:
        vectors, moments = state
        pair_key, noise_key = jax.random.split(key)
        shape = (settings.batch, settings.negatives)
        pair = _draw(pair_key, pairs, shape[:1])
        random = _draw(noise_key, noise, shape)
        word, context = pair // len(noise), pair % len(noise)
        slope = jax.grad(skip_gram_loss)(vectors, word, context, random)
        update, moments = optimizer.update(slope, moments)
        return (optax.apply_updates(vectors, update), moments), None

    return jax.lax.scan(step, state, keys)[0]


def _draw(
    key: PRNGKeyArray, ladder: Float[Array, " rows"], shape: tuple[int, ...]
) -> Int[Array, "..."]:
    """Numbers drawn by weight, from the running total of the weights."""
    found = jnp.searchsorted(ladder, jax.random.uniform(key, shape), side="right")
    return jnp.minimum(found, len(ladder) - 1)
