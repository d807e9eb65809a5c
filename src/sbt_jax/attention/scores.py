"""How much a head looks where induction needs it to.

Public names: :mod:`sbt_jax.attention`.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from sbt_jax.attention.induction import (
    Induction,
    InductionConfig,
    check_periods,
    forward_induction,
)


class HeadScores(NamedTuple):
    """What each head does: its mean attention to two places."""

    previous: Float[Array, "layers heads"]
    induction: Float[Array, "layers heads"]


def head_scores(
    model: Induction,
    config: InductionConfig,
    tokens: Int[Array, "batch time"],
    period: Int[Array, " batch"],
) -> HeadScores:
    r"""How much each head looks at the token before, and at what came next.

    In a text of period :math:`n`, an induction head at position :math:`t` looks at
    :math:`t - n + 1`: what followed this token the last time. Both means are taken
    over the second copy, where there is one such place only.

    Raises:
      TypeError: If ids or periods are not integers.
      ValueError: If nothing repeats within the window, or the shapes do not fit.

    Example:
      >>> import jax
      >>> from sbt_jax.attention import init_induction, repeats
      >>> config = InductionConfig()
      >>> model = init_induction(jax.random.key(0), config)
      >>> some = repeats(jax.random.key(1), config, 4, (8, 16))
      >>> print(head_scores(model, config, *some).induction.shape)
      (2, 4)
    """
    check_periods(config, tokens, period)
    _, maps = forward_induction(model, config, tokens[:, :-1])
    time = jnp.arange(tokens.shape[1] - 1)
    second = (time >= period[:, None]) & (time < 2 * period[:, None] - 1)

    def mean(look: Float[Array, "batch heads time time"], place: Array) -> Array:
        at = jnp.clip(place, 0)[:, None, :, None]
        found = jnp.take_along_axis(look, at, axis=-1)[..., 0]
        return (found * second[:, None]).sum(axis=(0, 2)) / second.sum()

    before = jnp.broadcast_to(time - 1, second.shape)
    return HeadScores(
        jnp.stack([mean(look, before) for look in maps]),
        jnp.stack([mean(look, time - period[:, None] + 1) for look in maps]),
    )
