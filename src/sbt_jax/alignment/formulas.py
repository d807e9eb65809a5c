r"""The formulas of preference, leash and choice.

Public names: :mod:`sbt_jax.alignment`.
Source: Bradley & Terry (1952); best-of-n: Beirami et al. (2024), arXiv:2401.01879,
section 3; the optimum: Rafailov et al. (2023), arXiv:2305.18290, section 4; k1, k2, k3:
Schulman (2020), "Approximating KL divergence"; GRPO: Shao et al. (2024),
arXiv:2402.03300, section 4.1.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from sbt_jax import checks


def preference_loss(
    chosen: Float[Array, "*batch"], rejected: Float[Array, "*batch"]
) -> Float[Array, ""]:
    r"""How surprised Bradley and Terry's model is by who was preferred.

    .. math:: -\log \sigma(r_w - r_l)

    Args:
      chosen: Rewards :math:`r_w` of the answers that were preferred.
      rejected: Rewards :math:`r_l` of the others.

    Returns:
      The mean over pairs, in nats.

    Raises:
      ValueError: If there is no pair, or the two have different shapes.

    Example:
      >>> print(preference_loss(jnp.array([2.0]), jnp.array([0.0])).round(3))
      0.127
    """
    checks.numbers(chosen=chosen, rejected=rejected)
    if not chosen.size:
        got = chosen.shape
        raise ValueError(f"chosen must hold an answer, got shape {got}")
    checks.shaped("rejected", rejected, jnp.shape(chosen))
    return -jax.nn.log_sigmoid(chosen - rejected).mean()


def dpo_loss(
    chosen: Float[Array, "*batch"], rejected: Float[Array, "*batch"], beta: float
) -> Float[Array, ""]:
    r"""Direct preference optimisation: the policy is its own reward model.

    .. math:: -\log \sigma\bigl(\beta (\rho_w - \rho_l)\bigr), \quad
              \rho = \log \pi(y | x) - \log \pi_\mathrm{ref}(y | x)

    Args:
      chosen: Log-ratios :math:`\rho_w` of the answers that were preferred.
      rejected: Log-ratios :math:`\rho_l` of the others.
      beta: :math:`\beta \ge 0`. At 0 the loss is a constant.

    Returns:
      The mean over pairs, in nats.

    Raises:
      TypeError: If ``beta`` is no number.
      ValueError: If ``beta`` is negative, there is no pair, or the shapes differ.

    Example:
      >>> same = jnp.zeros(3)
      >>> print(dpo_loss(same, same, beta=0.1).round(4))
      0.6931
      >>> print(dpo_loss(same + 9, same, beta=0.0).round(4))
      0.6931
    """
    checks.numbers(chosen=chosen, rejected=rejected)
    checks.number("beta", beta, 0)
    return preference_loss(beta * chosen, beta * rejected)


def optimal_policy(
    reference: Float[Array, "*batch answers"],
    rewards: Float[Array, "*batch answers"],
    beta: float,
) -> Float[Array, "*batch answers"]:
    r"""What a leash of strength beta leads to, when all answers can be listed.

    .. math:: \pi^*(y) \propto \pi_\mathrm{ref}(y) \, e^{r(y) / \beta}

    Args:
      reference: Probabilities :math:`\pi_\mathrm{ref}`.
      rewards: Reward :math:`r` of each answer.
      beta: :math:`\beta > 0`: what a nat of divergence costs.

    Returns:
      Probabilities of the policy with the highest
      :math:`\mathrm{E}\, r - \beta D(\pi \| \pi_\mathrm{ref})`.

    Raises:
      ValueError: If ``beta`` is not positive, or the two have different shapes.

    Example:
      >>> half, rewards = jnp.array([0.5, 0.5]), jnp.log(jnp.array([3.0, 1.0]))
      >>> print(*(f"{p:.3f}" for p in optimal_policy(half, rewards, beta=1.0)))
      0.750 0.250
    """
    checks.numbers(reference=reference, rewards=rewards)
    check_beta(beta)
    if reference.shape != rewards.shape:
        raise ValueError(
            f"rewards must have the shape {reference.shape}, got {rewards.shape}"
        )
    log_p = jnp.log(reference)
    # Only differences count, and what the reference rules out never wins. Divided
    # before they are compared, large rewards would be infinite, all of them.
    top = jnp.where(reference > 0, rewards, -jnp.inf).max(-1, keepdims=True)
    level = (rewards == top) | (reference == 0)
    better = jnp.where(level, 0.0, rewards - top)
    # A smaller beta than a float can hold is no leash at all: only the best are left.
    least = float(jnp.finfo(jnp.result_type(better, float)).tiny)
    pull = jnp.where(better == 0, 0.0, better / max(beta, least))
    return jax.nn.softmax(jnp.where(reference == 0, -jnp.inf, log_p + pull))


def divergence(
    policy: Float[Array, "*batch answers"], reference: Float[Array, "*batch answers"]
) -> Float[Array, "*batch"]:
    r"""The Kullback–Leibler divergence, exactly, by going through all answers.

    .. math:: D(\pi \| \pi_\mathrm{ref})

    Raises:
      ValueError: If the two have different shapes.

    Example:
      >>> print(divergence(jnp.array([1.0, 0.0]), jnp.array([0.5, 0.5])).round(4))
      0.6931
    """
    checks.numbers(policy=policy, reference=reference)
    if policy.shape != reference.shape:
        raise ValueError(
            f"reference must have the shape {policy.shape}, got {reference.shape}"
        )
    # What is never said costs nothing and has no slope, whatever the reference says:
    # the division is kept away from it, since the slope of 0 / 0 is NaN.
    said = policy != 0
    one, other = (jnp.where(said, p, 1.0) for p in (policy, reference))
    return jnp.where(said, one * jnp.log(one / other), 0.0).sum(-1)


class Estimates(NamedTuple):
    """Three estimates of a divergence from one draw each."""

    k1: Float[Array, "*batch"]
    k2: Float[Array, "*batch"]
    k3: Float[Array, "*batch"]


def kl_estimates(log_ratio: Float[Array, "*batch"]) -> Estimates:
    r"""Estimates of the divergence from what one answer says about it.

    .. math:: k_1 = \rho, \quad k_2 = \tfrac12 \rho^2, \quad k_3 = e^{-\rho} - 1 + \rho

    Args:
      log_ratio: :math:`\rho = \log \pi(y) - \log \pi_\mathrm{ref}(y)` of answers drawn
        from :math:`\pi`.

    Example:
      >>> print(*(f"{k:.3f}" for k in kl_estimates(jnp.array(0.5))))
      0.500 0.125 0.107
    """
    checks.numbers(log_ratio=log_ratio)
    # Near 0 the two terms of k3 cancel: there its series is exact to the last digit.
    near = jnp.where(jnp.abs(log_ratio) < 0.1, log_ratio, 0.0)
    series = near**2 * (1 / 2 - near * (1 / 6 - near * (1 / 24 - near / 120)))
    far = jnp.where(log_ratio == -jnp.inf, jnp.inf, jnp.expm1(-log_ratio) + log_ratio)
    k3 = jnp.where(jnp.abs(log_ratio) < 0.1, series, far)
    return Estimates(log_ratio, 0.5 * log_ratio**2, k3)


def best_of_n_bound(n: int) -> float:
    r"""The textbook's divergence of best-of-n: an upper bound.

    .. math:: \ln n - \frac{n - 1}{n}

    Raises:
      TypeError: If ``n`` is not an int.
      ValueError: If ``n`` is below 1.

    Example:
      >>> [round(best_of_n_bound(n), 3) for n in (1, 2, 4)]
      [0.0, 0.193, 0.636]
    """
    _check_n(n)
    return math.log(n) - (n - 1) / n


def best_of_n(
    reference: Float[Array, " answers"], rewards: Float[Array, " answers"], n: int
) -> Float[Array, " answers"]:
    r"""The policy that draws n answers and keeps the best, when all can be listed.

    The best of n is no better than :math:`y` with probability :math:`F(y)^n`, where
    :math:`F` adds up the reference over all answers no better. Of equal rewards the
    later answer counts as better.

    Args:
      reference: Probability of each answer in one draw.
      rewards: Reward of each answer.
      n: How many are drawn.

    Returns:
      Probability that each answer is kept.

    Raises:
      TypeError: If ``n`` is not an int.
      ValueError: If ``n`` is below 1, or the two have different shapes. A reward that
        is NaN, or what is no probability, makes the whole policy NaN.

    Example:
      >>> print(best_of_n(jnp.array([0.5, 0.5]), jnp.array([0.0, 1.0]), 2))
      [0.25 0.75]
    """
    checks.numbers(reference=reference, rewards=rewards)
    _check_n(n)
    if reference.shape != rewards.shape:
        raise ValueError(
            f"rewards must have the shape {reference.shape}, got {rewards.shape}"
        )
    order = jnp.argsort(rewards, stable=True)
    up_to = jnp.clip(jnp.cumsum(reference[order]), 0, 1) ** n
    kept = jnp.diff(up_to, prepend=0.0)
    kept = jnp.zeros_like(reference).at[order].set(kept)
    right = ((reference >= 0) & (reference < jnp.inf)).all() & ~jnp.isnan(rewards).any()
    return jnp.where(right, kept, jnp.nan)


def advantages(
    rewards: Float[Array, "rows samples"],
) -> Float[Array, "rows samples"]:
    r"""Each reward less the mean of the other answers to the same question.

    .. math:: A_i = r_i - \frac{1}{k - 1} \sum_{j \ne i} r_j

    Args:
      rewards: A row for each question, of ``k`` answers.

    Raises:
      ValueError: If there are fewer than two answers to a question.

    Example:
      >>> print(advantages(jnp.array([[1.0, 0.0, 0.5]])))
      [[ 0.75 -0.75  0.  ]]
    """
    checks.numbers(rewards=rewards)
    k = rewards.shape[-1]
    if k < 2:
        raise ValueError(f"rewards must have 2 answers or more, got {k}")
    return (rewards - rewards.mean(-1, keepdims=True)) * k / (k - 1)


def group_advantages(
    rewards: Float[Array, "rows samples"],
) -> Float[Array, "rows samples"]:
    r"""Each reward in units of its group: how far from the mean, by how they differ.

    .. math:: A_i = \frac{r_i - \mathrm{mean}(r)}{\mathrm{std}(r)}

    The one step from :func:`advantages` to GRPO (Shao et al. 2024, arXiv:2402.03300,
    section 4.1): a rare success in a group counts for more, a group in which all are
    alike for nothing.

    Args:
      rewards: A row for each question, of two answers or more.

    Raises:
      ValueError: If there are fewer than two answers to a question.

    Example:
      >>> (row,) = group_advantages(jnp.array([[1.0, 0.0, 0.0, 0.0]]))
      >>> print(*(f"{a:.3f}" for a in row))
      1.732 -0.577 -0.577 -0.577
    """
    gap = advantages(rewards)
    # Its size does not matter, and its square could be infinite.
    largest = jnp.abs(gap).max(-1, keepdims=True)
    gap = gap / jnp.where(largest == 0, 1.0, largest)
    wide = jnp.sqrt((gap**2).mean(-1, keepdims=True))
    return gap / jnp.where(wide == 0, 1.0, wide)


def check_beta(beta: float) -> None:
    """Refuse a leash that is none."""
    checks.number("beta", beta, 0, above=True)


def _check_n(n: int) -> None:
    checks.whole("n", n, 1)
