"""n-grams: counting how texts go on, at every length of context.

Page: ``book/foundations.md``.  Public names: :mod:`sbt_jax.foundations`.
Source: Shannon (1948), "A Mathematical Theory of Communication", section 3;
Witten & Bell (1991), method C, interpolated as in Chen & Goodman (1999), "An
empirical study of smoothing techniques for language modeling", section 2.4.
"""

import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks

Numbers = np.ndarray | Array


class Level(NamedTuple):
    """All contexts of one length that occur, and what follows each of them.

    A context is found through the one that is a token shorter: its key is the
    number of that one times the vocabulary size, plus its oldest token. Its own
    number is its place among the sorted keys.
    """

    context: Int[np.ndarray | Array, " contexts"]  # keys, sorted
    followed: Int[np.ndarray | Array, " contexts"]  # how often anything comes next
    kinds: Int[np.ndarray | Array, " contexts"]  # how many different tokens do
    pair: Int[np.ndarray | Array, " runs"]  # number of context * vocabulary + next
    count: Int[np.ndarray | Array, " runs"]  # type: ignore[assignment] # of each pair


#: Contexts of no token, of one, of two, … A pytree, ready for ``jit``.
NGrams = tuple[Level, ...]


def count_ngrams(
    sequences: Iterable[Sequence[int]], order: int, vocab_size: int
) -> NGrams:
    """Count which token follows each context of up to ``order - 1`` tokens.

    The first token of a sequence is only context. Before it stands, as often as
    needed, the same token again: a beginning is a context like any other.

    Args:
      sequences: Token ids.
      order: Tokens in the longest run: 1 counts tokens, 3 counts trigrams.
      vocab_size: Number of tokens.

    Returns:
      One level for each length of context, the shortest first.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If ``order`` is below 1, an id is out of range, there is
        nothing to count, or more contexts than 32 bits can number.

    Example:
      >>> counts = count_ngrams([[0, 1, 2, 1]], order=2, vocab_size=3)
      >>> [level.count.tolist() for level in counts]
      [[2, 1], [1, 1, 1]]
    """
    checks.whole("order", order, 1)
    checks.whole("vocab_size", vocab_size, 1, checks.MOST)
    told = [checks.row("ids", ids, vocab_size) for ids in sequences]
    windows = [_windows(ids, order) for ids in told if len(ids) > 1]
    if not windows:
        raise ValueError("sequences must have two tokens or more, got none that has")
    runs = np.concatenate(windows)
    levels = []
    number = np.zeros(len(runs), np.int64)
    keys = np.zeros(1, np.int64)
    for length in range(order):
        if length:
            older = runs[:, -1 - length]
            keys, number = np.unique(number * vocab_size + older, return_inverse=True)
        levels.append(_level(keys, number * vocab_size + runs[:, -1], vocab_size))
    return tuple(levels)


def _windows(ids: np.ndarray, order: int) -> np.ndarray:
    """Each token but the first, with the ``order - 1`` before it."""
    padded = np.concatenate([np.repeat(ids[:1], order - 1), ids])
    return np.lib.stride_tricks.sliding_window_view(padded, order)[1:]


def _level(contexts: np.ndarray, pairs: np.ndarray, vocab_size: int) -> Level:
    if len(contexts) * vocab_size > np.iinfo(np.int32).max:
        raise ValueError(f"too many contexts for 32 bits, got {len(contexts)}")
    pair, count = np.unique(pairs, return_counts=True)
    owner = pair // vocab_size
    followed = np.bincount(owner, count, len(contexts))
    kinds = np.bincount(owner, minlength=len(contexts))
    columns = (contexts, followed, kinds, pair, count)
    return Level(*(column.astype(np.int32) for column in columns))


def ngram_log_probs(
    ngrams: NGrams, tokens: Int[Array, " time"], order: int, vocab_size: int
) -> Float[Array, " time"]:
    r"""Log-probability of every token but the first, given those before it.

    .. math::
       p_k(w \mid h) = \frac{c(h w) + T(h) \, p_{k-1}(w \mid h')}{c(h) + T(h)},
       \quad p_0 = \frac{1}{V}

    where :math:`h` are the :math:`k - 1` tokens before :math:`w`, :math:`h'` the
    same without the oldest, :math:`c` counts, and :math:`T(h)` is how many
    different tokens follow :math:`h`. A context that never occurs is passed over.

    Args:
      ngrams: From :func:`count_ngrams`.
      tokens: One sequence, which starts as the counted ones did.
      order: Use contexts of up to ``order - 1`` tokens.
      vocab_size: :math:`V`.

    Returns:
      Natural logarithms. Entry 0 is 0: the first token is given.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If ``order`` is not counted, there is no token, or an id is out of
        range; traced ids are not noticed, and give NaN.

    Example:
      >>> counts = count_ngrams([[0, 1, 2, 1]], order=2, vocab_size=3)
      >>> log_p = ngram_log_probs(counts, jnp.array([0, 1, 2]), 2, 3)
      >>> print(np.exp(np.asarray(log_p)).round(3))
      [1.    0.767 0.667]
    """
    checks.whole("order", order, 1, len(ngrams))
    checks.whole("vocab_size", vocab_size, 1, checks.MOST)
    checks.known_ids("tokens", tokens, vocab_size)
    if not len(tokens):
        raise ValueError(f"tokens must not be empty, got {tokens}")
    return _log_probs(ngrams, tokens, order, vocab_size)


@functools.partial(jax.jit, static_argnames=("order", "vocab_size"))
def _log_probs(
    ngrams: NGrams, tokens: Int[Array, " time"], order: int, vocab_size: int
) -> Float[Array, " time"]:
    padded = jnp.concatenate([jnp.repeat(tokens[:1], order - 1), tokens])

    def one(end: Int[Array, ""]) -> Float[Array, ""]:
        window = jax.lax.dynamic_slice(padded, [end], [order])
        p = jnp.array(1 / vocab_size)
        number = jnp.array(0)
        for length, level in enumerate(ngrams[:order]):
            if length:
                number = _find(level.context, number, window[-1 - length], vocab_size)
            at = _find(level.pair, number, window[-1], vocab_size)
            count = jnp.where(at < 0, 0, level.count[at])
            p = _smoothed(level, number, count, p)
        known = ((window >= 0) & (window < vocab_size)).all()
        return jnp.log(jnp.where(known, p, jnp.nan))

    return jax.vmap(one)(jnp.arange(len(tokens))).at[0].set(0.0)


def ngram_probs(
    ngrams: NGrams, context: Int[Array, " time"], vocab_size: int
) -> Float[Array, " vocab"]:
    """The distribution of the next token after a context.

    Args:
      ngrams: From :func:`count_ngrams`; all its levels are used.
      context: The tokens so far, the first that of the counted sequences.
      vocab_size: Number of tokens.

    Returns:
      Probabilities of all tokens.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If the context is empty, or an id is out of range; traced ids are
        not noticed, and give NaN.

    Example:
      >>> counts = count_ngrams([[0, 1, 2, 1]], order=2, vocab_size=3)
      >>> p = ngram_probs(counts, jnp.array([0, 1]), vocab_size=3)
      >>> print(np.asarray(p).round(3))
      [0.067 0.267 0.667]
    """
    checks.whole("vocab_size", vocab_size, 1, checks.MOST)
    if not len(context):
        raise ValueError("context must have a token, got none")
    checks.known_ids("context", context, vocab_size)
    return _probs(ngrams, context, vocab_size)


@functools.partial(jax.jit, static_argnames="vocab_size")
def _probs(
    ngrams: NGrams, context: Int[Array, " time"], vocab_size: int
) -> Float[Array, " vocab"]:
    every = jnp.arange(vocab_size)
    p = jnp.full(vocab_size, 1 / vocab_size)
    number = jnp.array(0)
    for length, level in enumerate(ngrams):
        if length:
            older = context[max(len(context) - length, 0)]
            number = _find(level.context, number, older, vocab_size)
        find = jax.vmap(_find, (None, None, 0, None))
        at = find(level.pair, number, every, vocab_size)
        p = _smoothed(level, number, jnp.where(at < 0, 0, level.count[at]), p)
    near = context[-len(ngrams) :]  # of which the first may be too old to matter
    return jnp.where(((near >= 0) & (near < vocab_size)).all(), p, jnp.nan)


def _find(
    keys: Numbers, number: Int[Array, ""], token: Int[Array, ""], vocab_size: int
) -> Int[Array, ""]:
    """The place of a key among sorted ones, or -1."""
    key = number * vocab_size + token
    at = jnp.minimum(jnp.searchsorted(keys, key), len(keys) - 1)
    return jnp.where((number >= 0) & (keys[at] == key), at, -1)


def _smoothed(
    level: Level, number: Int[Array, ""], count: Array, lower: Array
) -> Array:
    followed, kinds = level.followed[number], level.kinds[number]
    p = (count + kinds * lower) / (followed + kinds)
    return jnp.where(number < 0, lower, p)
