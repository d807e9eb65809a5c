r"""Rewards for groups of tries: GRPO, and what was changed about it.

Public names: :mod:`sbt_jax.reasoning`.
Source: GRPO: Shao et al. (2024), arXiv:2402.03300, section 4.1; Dr. GRPO: Liu et al.
(2025), arXiv:2503.20783, section 3; DAPO: Yu et al. (2025), arXiv:2503.14476,
section 3; GSPO: Zheng et al. (2025), arXiv:2507.18071, section 4.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from sbt_jax import checks

ADVANTAGES = ("GRPO", "GRPO, n - 1", "Dr. GRPO")
LENGTHS = ("GRPO", "Dr. GRPO", "DAPO")


def group_advantage(
    rewards: Sequence[float],
    rule: str = "GRPO",
) -> list[float]:
    r"""How strongly each try of a question is made likelier, or less likely.

    .. math:: A_i = \frac{r_i - \bar r}{\mathrm{std}(r)}

    Args:
      rewards: Of all tries of one question.
      rule: ``GRPO``; ``GRPO, n - 1`` with the spread that libraries compute; ``Dr.
        GRPO`` without dividing by a spread.

    Raises:
      ValueError: If there are fewer than two tries, or no such rule.

    Example:
      >>> for rule in ADVANTAGES:
      ...     found = group_advantage([1.0, 0.0, 0.0, 0.0], rule)
      ...     print([round(advantage, 3) for advantage in found])
      [1.732, -0.577, -0.577, -0.577]
      [1.5, -0.5, -0.5, -0.5]
      [0.75, -0.25, -0.25, -0.25]
    """
    _known("rule", rule, ADVANTAGES)
    row = checks.all_finite("rewards", np.asarray(rewards, float))
    if row.ndim != 1 or len(row) < 2:
        needs = "rewards must be of 2 tries or more"
        raise ValueError(f"{needs}, got {rewards!r}")
    gap = row - row.mean()
    if rule == "Dr. GRPO" or not gap.any():
        return gap.tolist()
    return (gap / row.std(ddof=int(rule != "GRPO"))).tolist()


def token_advantage(
    lengths: Sequence[int], advantages: Sequence[float], rule: str = "GRPO"
) -> list[float]:
    r"""How strongly each *token* of each try is pushed.

    GRPO divides by the length of a try, so a long wrong one is pushed away less, token
    by token, than a short wrong one. The other two divide all by one number: a constant
    (here the longest length), or all tokens of the group.

    Args:
      lengths: Tokens of each try.
      advantages: What :func:`group_advantage` gives.
      rule: ``GRPO``, ``Dr. GRPO`` or ``DAPO``.

    Raises:
      ValueError: If the two differ in length, a try has no token, or there is no
        such rule.

    Example:
      >>> for rule in LENGTHS:
      ...     print([round(x, 3) for x in token_advantage([3, 12], [-1.0, -1.0], rule)])
      [-0.167, -0.042]
      [-0.042, -0.042]
      [-0.067, -0.067]
    """
    _known("rule", rule, LENGTHS)
    advantage = checks.all_finite("advantages", np.asarray(advantages, float))
    for length in lengths:
        checks.whole("lengths", length, 1)
    if len(lengths) != len(advantage) or not len(lengths):
        raise ValueError(
            f"advantages must have {len(lengths)} numbers, got {len(advantage)}"
        )
    size = np.asarray(lengths, float)
    if rule == "GRPO":
        return (advantage / size / len(size)).tolist()
    whole = size.sum() if rule == "DAPO" else size.max() * len(size)
    return (advantage / whole).tolist()


def clip_room(p: float, low: float = 0.2, high: float = 0.2) -> tuple[float, float]:
    r"""How far one batch may move the probability of a token before the clip holds it.

    .. math:: \bigl[(1 - \epsilon_\text{low})\, p, \;
              \min\bigl(1, (1 + \epsilon_\text{high})\, p\bigr)\bigr]

    Args:
      p: The probability when the tries were drawn.
      low: Share that it may lose.
      high: Share that it may gain; DAPO takes more than ``low``.

    Raises:
      ValueError: If one is no share.

    Example:
      >>> [round(x, 3) for x in clip_room(0.01)], clip_room(0.9, high=0.28)[1]
      ([0.008, 0.012], 1.0)
    """
    for name, value in (("p", p), ("low", low), ("high", high)):
        checks.number(name, value, 0, 1)
    return (1 - low) * p, min(1.0, (1 + high) * p)


def clipped_gain(
    ratio: float, advantage: float, low: float = 0.2, high: float = 0.2
) -> float:
    r"""What a token adds to the goal, once a policy has moved away from its tries.

    .. math:: \min\bigl(\rho A, \;
              \mathrm{clip}(\rho, 1 - \epsilon_\text{low}, 1 + \epsilon_\text{high}) A
              \bigr)

    Args:
      ratio: :math:`\rho`, how much likelier the token has become.
      advantage: :math:`A`.
      low: How far the ratio counts below 1.
      high: And above.

    Raises:
      ValueError: If ``ratio`` is negative or a bound is no share.

    Example:
      >>> clipped_gain(1.5, 1.0), clipped_gain(1.5, 1.0, high=0.28)
      (1.2, 1.28)
    """
    checks.number("ratio", ratio, 0)
    checks.number("advantage", advantage)
    for name, value in (("low", low), ("high", high)):
        checks.number(name, value, 0, 1)
    held = min(max(ratio, 1 - low), 1 + high)
    return min(ratio * advantage, held * advantage)


def sequence_ratio(
    after: Float[np.ndarray, " time"], before: Float[np.ndarray, " time"]
) -> float:
    r"""GSPO's ratio: of a whole try, per token.

    .. math:: s = \left(\frac{\pi(y)}{\pi_\text{old}(y)}\right)^{1 / |y|}

    Args:
      after: Log-probability of each token now, in nats.
      before: And when the try was drawn.

    Raises:
      ValueError: If there is no token, or the two differ in length.

    Example:
      >>> twice = np.log(2.0)
      >>> round(sequence_ratio(np.array([twice, 0.0]), np.zeros(2)), 3)
      1.414
    """
    one = checks.all_finite("after", after)
    other = checks.all_finite("before", before)
    if one.shape != other.shape or not one.size:
        raise ValueError(f"before must have the shape {one.shape}, got {other.shape}")
    return float(np.exp((one - other).mean()))


def worth_thinking(at_once: float, thought: float, places: int, cost: float) -> bool:
    """Whether thinking pays: what it gains is more than what its tokens cost.

    Args:
      at_once: Share of right answers without a chain.
      thought: Share with one.
      places: Tokens of the chain.
      cost: Of each, in right answers.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> worth_thinking(0.56, 1.0, 3, 0.1), worth_thinking(1.0, 1.0, 1, 0.1)
      (True, False)
    """
    for name, value in (("at_once", at_once), ("thought", thought)):
        checks.number(name, value, 0, 1)
    checks.number("cost", cost, 0)
    return bool(thought - at_once > cost * checks.whole("places", places))


def _known(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {tuple(allowed)}, got {value!r}")
