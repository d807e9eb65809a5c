"""Filters of a distribution: pure functions from logits to logits.

Public names: :mod:`sbt_jax.generation`. What is ruled out gets the logit ``-inf``.
"""

import dataclasses
import functools
import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from sbt_jax import checks

#: The order in which :func:`filtered` applies them, if nothing else is said.
ORDER = ("repetition_penalty", "temperature", "top_k", "top_p", "min_p")
#: The other order in use: the temperature after all cuts.
CUTS_FIRST = ("repetition_penalty", "top_k", "top_p", "min_p", "temperature")
#: A share this near to the edge of a cut is on it, whatever rounding makes of it; the
#: same in the browser.
EDGE = 1e-6


def temperature(
    logits: Float[Array, "*batch vocab"], t: float
) -> Float[Array, "*batch vocab"]:
    r"""Divide the logits: below 1 sharpens, above 1 flattens.

    .. math:: z_i / T

    Args:
      logits: Unnormalised log-probabilities, in nats.
      t: :math:`T \ge 0`. At 0 the highest logit alone is left (of equal ones
        the first), at infinity all that are left are equal.

    Raises:
      ValueError: If ``t`` is negative or NaN.

    Example:
      >>> print(temperature(jnp.array([2.0, 1.0, 1.0]), 0.5))
      [4. 2. 2.]
      >>> print(temperature(jnp.array([2.0, 1.0, 1.0]), 0.0))
      [  2. -inf -inf]
    """
    checks.number("temperature", t, 0, infinite=True)
    logits = _numbers(logits)
    if t == 0:
        best = jax.nn.one_hot(logits.argmax(-1), logits.shape[-1], dtype=bool)
        return jnp.where(best, logits, -jnp.inf)
    # A ruled out token stays so: -inf / inf would be NaN.
    return jnp.where(logits == -jnp.inf, -jnp.inf, logits / t)


def top_k(logits: Float[Array, "*batch vocab"], k: int) -> Float[Array, "*batch vocab"]:
    """Keep the ``k`` highest, of equal ones the first.

    Raises:
      TypeError: If ``k`` is not an int.
      ValueError: If ``k`` is below 1.

    Example:
      >>> print(top_k(jnp.array([1.0, 3.0, 2.0]), 2))
      [-inf   3.   2.]
    """
    most = checks.whole("top_k", k, 1)
    logits = _numbers(logits)
    kept, ids = jax.lax.top_k(logits, min(most, logits.shape[-1]))
    nothing = jnp.full_like(logits, -jnp.inf)
    cut = jnp.put_along_axis(nothing, ids, kept, -1, inplace=False)
    # NaN has a sign, by which it comes first or last: it must be seen either way.
    return jnp.where(jnp.isnan(logits), logits, cut)


def top_p(
    logits: Float[Array, "*batch vocab"], p: float
) -> Float[Array, "*batch vocab"]:
    r"""Keep the fewest, from the highest on, that together have probability ``p``.

    Of equal ones the first goes first. What falls short of ``p`` by a millionth of it
    has it: so near, sums of floats say nothing.

    Raises:
      ValueError: If ``p`` is not in :math:`(0, 1]`.

    Example:
      >>> print(top_p(jnp.array([3.0, 2.0, 1.0]), 0.8))
      [  3.   2. -inf]
    """
    checks.number("top_p", p, 0, 1, above=True)
    logits = _numbers(logits)
    if p == 1:
        return logits
    order = jnp.argsort(-logits, axis=-1, stable=True)
    falling = jnp.take_along_axis(logits, order, axis=-1)
    wide = jnp.promote_types(logits.dtype, jnp.float32)  # to sum in
    probabilities = jax.nn.softmax(falling.astype(wide), axis=-1)
    before = jnp.cumsum(probabilities, axis=-1) - probabilities
    # The first stays, however small p is; NaN stays to be seen.
    cut = (before >= p * (1 - EDGE)) & (jnp.arange(logits.shape[-1]) > 0)
    kept = jnp.where(cut, -jnp.inf, falling)
    return jnp.put_along_axis(kept, order, kept, -1, inplace=False)


def min_p(
    logits: Float[Array, "*batch vocab"], p: float
) -> Float[Array, "*batch vocab"]:
    r"""Keep what is at least ``p`` times as probable as the most probable token.

    Raises:
      ValueError: If ``p`` is not in :math:`[0, 1]`.

    Example:
      >>> print(min_p(jnp.array([3.0, 2.0, 1.0]), 0.2))
      [  3.   2. -inf]
    """
    checks.number("min_p", p, 0, 1)
    logits = _numbers(logits)
    if p == 0:
        return logits
    below = logits - logits.max(-1, keepdims=True)
    return jnp.where(below < math.log(p) - EDGE, -jnp.inf, logits)


def repetition_penalty(
    logits: Float[Array, "*batch vocab"],
    seen: Bool[Array, "*batch vocab"],
    penalty: float,
) -> Float[Array, "*batch vocab"]:
    """Make tokens that have stood in the text less likely.

    Positive logits are divided by the penalty, negative ones multiplied, so the
    effect depends on where zero is: a constant added to all logits, which changes
    no probability, changes it.

    Args:
      logits: Unnormalised log-probabilities, in nats.
      seen: Which tokens have stood before.
      penalty: 1 changes nothing; the source uses 1.2.

    Raises:
      TypeError: If ``seen`` is not of booleans.
      ValueError: If ``penalty`` is not positive and finite, or the shapes differ.

    Example:
      >>> seen = jnp.array([True, True, False])
      >>> print(repetition_penalty(jnp.array([2.0, -2.0, 1.0]), seen, 2.0))
      [ 1. -4.  1.]
    """
    checks.number("repetition_penalty", penalty, 0, above=True)
    logits = _numbers(logits)
    checks.shaped("seen", checks.kind("seen", seen, "booleans"), logits.shape)
    less = jnp.where(logits > 0, logits / penalty, logits * penalty)
    return jnp.where(seen, less, logits)


def _numbers(logits: Array) -> Array:
    """Logits that can be minus infinity; whole numbers cannot."""
    checks.numbers(logits=logits)
    logits = jnp.asarray(logits)
    if not logits.ndim or not logits.shape[-1]:
        raise ValueError(f"logits must not be empty, got shape {logits.shape}")
    if jnp.issubdtype(logits.dtype, jnp.floating):
        return logits
    return logits.astype(float)


@dataclasses.dataclass(frozen=True)
class Sampling:
    """How to choose the next token. Hashable, so that ``jit`` takes it as static.

    Args:
      temperature: See :func:`temperature`.
      top_k: See :func:`top_k`; None keeps all.
      top_p: See :func:`top_p`.
      min_p: See :func:`min_p`.
      repetition_penalty: See :func:`repetition_penalty`.
      order: In which order they are applied; all five names, once each.

    Raises:
      TypeError: If a number is of another type.
      ValueError: If a number is out of range, or ``order`` is not an order.

    Example:
      >>> Sampling(top_p=0.9).temperature
      1.0
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    order: tuple[str, ...] = ORDER

    def __post_init__(self) -> None:
        order = tuple(self.order) if isinstance(self.order, list) else self.order
        if not isinstance(order, tuple) or sorted(map(str, order)) != sorted(ORDER):
            raise ValueError(f"order must hold each of {ORDER}, got {self.order!r}")
        object.__setattr__(self, "order", order)
        checks.number("temperature", self.temperature, 0, infinite=True)
        if self.top_k is not None:
            checks.whole("top_k", self.top_k, 1)
        checks.number("top_p", self.top_p, 0, 1, above=True)
        checks.number("min_p", self.min_p, 0, 1)
        checks.number("repetition_penalty", self.repetition_penalty, 0, above=True)


def filtered(
    logits: Float[Array, "*batch vocab"],
    sampling: Sampling,
    seen: Bool[Array, "*batch vocab"] | None = None,
) -> Float[Array, "*batch vocab"]:
    """Logits after all filters of a sampling, in its order.

    Args:
      logits: Unnormalised log-probabilities, in nats.
      sampling: Which filters, and how strong.
      seen: Which tokens have stood before; none if not given.

    Returns:
      Logits of which at least one a row is finite, if one was.

    Example:
      >>> logits = jnp.array([3.0, 2.0, 1.0])
      >>> cool = dict(temperature=0.5, top_p=0.8)
      >>> print(filtered(logits, Sampling(**cool)))  # tempered first: 0.867 is enough
      [  6. -inf -inf]
      >>> print(filtered(logits, Sampling(**cool, order=CUTS_FIRST)))
      [  6.   4. -inf]
    """
    if not isinstance(sampling, Sampling):
        raise TypeError(f"sampling must be a Sampling, got {sampling!r}")
    checks.numbers(logits=logits)
    if seen is not None:
        checks.numbers(seen=seen)
    return _filtered(logits, sampling, seen)


@functools.partial(jax.jit, static_argnames="sampling")
def _filtered(
    logits: Float[Array, "*batch vocab"],
    sampling: Sampling,
    seen: Bool[Array, "*batch vocab"] | None,
) -> Float[Array, "*batch vocab"]:
    for name in sampling.order:
        value = getattr(sampling, name)
        if name == "repetition_penalty":
            past = jnp.zeros(logits.shape, bool) if seen is None else seen
            logits = repetition_penalty(logits, past, value)
        elif name == "temperature":
            logits = temperature(logits, value)
        elif name == "top_p":
            logits = top_p(logits, value)
        elif name == "min_p":
            logits = min_p(logits, value)
        elif value is not None:
            logits = top_k(logits, value)
    return logits
