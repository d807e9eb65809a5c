"""How much a head looks where induction needs it to.

Public names: :mod:`sbt_jax.attention`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from sbt_jax import checks
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
    return scores_of_looks(maps, period)


def scores_of_looks(
    looks: Sequence[Float[Array, "batch heads time time"]],
    period: Int[Array, " batch"],
) -> HeadScores:
    """:func:`head_scores` of any model, from where its heads looked.

    Args:
      looks: The attention of each layer to texts that repeat.
      period: After how many tokens each text begins again.

    Raises:
      TypeError: If periods are not integers.
      ValueError: If a period is below 1, or there is not one for each text.

    Example:
      >>> import jax
      >>> from sbt_jax.attention import causal_mask
      >>> seen = causal_mask(6, 6)[None, None]
      >>> look = jax.nn.softmax(jnp.where(seen, 0.0, -jnp.inf))
      >>> found = scores_of_looks([look], jnp.array([3])).previous
      >>> round(float(found[0, 0]), 3)  # the mean of a quarter and a fifth
      0.225
    """
    for look in looks:
        checks.numbers(looks=look)
    checks.known_ids("period", period, low=1)
    checks.shaped("period", period, (len(looks[0]),))
    time = jnp.arange(looks[0].shape[-1])
    second = (time >= period[:, None]) & (time < 2 * period[:, None] - 1)

    def mean(look: Float[Array, "batch heads time time"], place: Array) -> Array:
        at = jnp.clip(place, 0)[:, None, :, None]
        found = jnp.take_along_axis(look, at, axis=-1)[..., 0]
        return (found * second[:, None]).sum(axis=(0, 2)) / second.sum()

    before = jnp.broadcast_to(time - 1, second.shape)
    return HeadScores(
        jnp.stack([mean(look, before) for look in looks]),
        jnp.stack([mean(look, time - period[:, None] + 1) for look in looks]),
    )
