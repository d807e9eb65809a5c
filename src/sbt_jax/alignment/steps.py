r"""The steps that make an assistant of a model, each one update of its adapters.

Public names: :mod:`sbt_jax.alignment`.
Source: policy gradient with a leave-one-out baseline: Ahmadian et al. (2024),
arXiv:2402.14740, section 2; DPO: Rafailov et al. (2023), arXiv:2305.18290, section 4.
"""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.alignment.answers import Answers, log_probs
from sbt_jax.alignment.formulas import (
    advantages,
    check_beta,
    dpo_loss,
    preference_loss,
)
from sbt_jax.architecture import Config, Model, gated_mlp, rms_norm
from sbt_jax.attention import multi_head
from sbt_jax.training import (
    Adapter,
    Batch,
    Settings,
    add_adapters,
    batch_loss,
    init_adapters,
    optimizer,
)

STATIC = ("config", "settings")


class Learner(NamedTuple):
    """Weights that are trained, and the state of their optimiser."""

    weights: Any
    state: Any


class RewardModel(NamedTuple):
    """Adapters, and a head that reads one number off the model's last state."""

    adapters: dict[str, Adapter]
    head: Float[Array, " width"]


class Pairs(NamedTuple):
    """Two answers to each question: the one that was preferred, and the other."""

    chosen: Answers
    rejected: Answers


def begin(weights: Any, settings: Settings) -> Learner:
    """Weights before their first update."""
    return Learner(weights, optimizer(settings).init(weights))


def init_reward(key: PRNGKeyArray, model: Model) -> RewardModel:
    """A reward model that gives every answer 0.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> reward = init_reward(jax.random.key(1), init_model(jax.random.key(0), config))
      >>> reward.head.shape
      (8,)
    """
    return RewardModel(init_adapters(key, model), jnp.zeros(model.embedding.shape[1]))


def rewards(
    reward: RewardModel, model: Model, config: Config, answers: Answers
) -> Float[Array, " batch"]:
    """One number for each answer, read at its last token.

    Args:
      reward: The reward model.
      model: The weights that its adapters are for.
      config: The sizes of the model.
      answers: Questions with answers.

    Returns:
      Rewards. Only differences between answers to one question mean anything.

    Raises:
      TypeError: If ids are not integers, or ``asked`` is not of booleans.
      ValueError: If the shapes differ, or an id is out of range.
    """
    checks.known_ids("tokens", answers.tokens, config.vocab_size)
    checks.kind("asked", answers.asked, "booleans")
    checks.shaped("asked", answers.asked, answers.tokens.shape)
    whole = add_adapters(model, reward.adapters)
    stream = whole.embedding[answers.tokens]
    base, epsilon = config.rotary_base, config.epsilon
    for block in whole.blocks:
        read = rms_norm(block.attention_norm, stream, epsilon)
        stream += multi_head(block.attention, read, base=base)
        stream += gated_mlp(block.mlp, rms_norm(block.mlp_norm, stream, epsilon))
    places = jnp.arange(answers.tokens.shape[-1])
    last = jnp.where(answers.asked, places, 0).max(-1)
    state = jnp.take_along_axis(stream, last[:, None, None], axis=1)[:, 0]
    return rms_norm(jnp.ones(config.width), state, epsilon) @ reward.head


def _updated(
    learner: Learner, settings: Settings, loss: Callable[[Any], Any]
) -> tuple[Learner, Any, Any]:
    """One update; the loss and what it says beside."""
    (value, beside), slope = jax.value_and_grad(loss, has_aux=True)(learner.weights)
    update, state = optimizer(settings).update(slope, learner.state, learner.weights)
    return Learner(optax.apply_updates(learner.weights, update), state), value, beside


@functools.partial(jax.jit, static_argnames=STATIC)
def imitate(
    learner: Learner, model: Model, config: Config, batch: Batch, settings: Settings
) -> tuple[Learner, Float[Array, ""]]:
    """One step of fine-tuning: cross-entropy on the tokens that ``batch`` asks for."""

    def loss(adapters: dict[str, Adapter]) -> tuple[Array, None]:
        return batch_loss(add_adapters(model, adapters), config, batch), None

    learner, value, _ = _updated(learner, settings, loss)
    return learner, value


@functools.partial(jax.jit, static_argnames=STATIC)
def compare(
    learner: Learner, model: Model, config: Config, pairs: Pairs, settings: Settings
) -> tuple[Learner, Float[Array, ""]]:
    """One step of a reward model: give the preferred answers more."""

    def loss(reward: RewardModel) -> tuple[Array, None]:
        chosen, rejected = (rewards(reward, model, config, side) for side in pairs)
        return preference_loss(chosen, rejected), None

    learner, value, _ = _updated(learner, settings, loss)
    return learner, value


def prefer(
    learner: Learner,
    model: Model,
    config: Config,
    pairs: Pairs,
    reference: tuple[Float[Array, " batch"], Float[Array, " batch"]],
    beta: float,
    settings: Settings,
) -> tuple[Learner, tuple[Array, Array, Array]]:
    """One step of DPO.

    Args:
      learner: The adapters of the policy.
      model: The weights that they are for.
      config: The sizes of the model.
      pairs: Answers that were compared.
      reference: Log-probabilities of both sides under the reference.
      beta: As in :func:`dpo_loss`.
      settings: How to train.

    Returns:
      The learner; the loss, and the mean log-probability of both sides before the
      update.

    Raises:
      TypeError: If ``beta`` is no number.
      ValueError: If it is negative, or the reference is of other answers.
    """
    checks.number("beta", beta, 0)
    for side in reference:
        checks.shaped("reference", side, (len(pairs.chosen.tokens),))
    return _preferred(learner, model, config, pairs, reference, beta, settings)


@functools.partial(jax.jit, static_argnames=(*STATIC, "beta"))
def _preferred(
    learner: Learner,
    model: Model,
    config: Config,
    pairs: Pairs,
    reference: tuple[Float[Array, " batch"], Float[Array, " batch"]],
    beta: float,
    settings: Settings,
) -> tuple[Learner, tuple[Array, Array, Array]]:

    def loss(adapters: dict[str, Adapter]) -> tuple[Array, tuple[Array, Array]]:
        policy = add_adapters(model, adapters)
        chosen, rejected = (log_probs(policy, config, side) for side in pairs)
        value = dpo_loss(chosen - reference[0], rejected - reference[1], beta)
        return value, (chosen.mean(), rejected.mean())

    learner, value, means = _updated(learner, settings, loss)
    return learner, (value, *means)


def leashed(
    scores: Float[Array, "*batch"], log_ratio: Float[Array, "*batch"], beta: float
) -> Float[Array, "*batch"]:
    r"""What the policy gradient maximises: the reward, less the pull of the leash.

    .. math:: r(x, y) - \beta \log \frac{\pi(y | x)}{\pi_\mathrm{ref}(y | x)}

    Args:
      scores: Rewards of answers.
      log_ratio: What the policy gives them, less what the reference gives, in nats.
      beta: :math:`\beta > 0`.

    Raises:
      ValueError: If ``beta`` is not positive, or the shapes differ.

    Example:
      >>> print(leashed(jnp.array([1.0]), jnp.array([2.0]), 0.25))
      [0.5]
    """
    checks.numbers(scores=scores, log_ratio=log_ratio)
    check_beta(beta)
    if scores.shape != log_ratio.shape:
        raise ValueError(
            f"log_ratio must have the shape {scores.shape}, got {log_ratio.shape}"
        )
    return scores - beta * log_ratio


def reinforce(
    learner: Learner,
    model: Model,
    config: Config,
    answers: Answers,
    scores: Float[Array, " batch"],
    reference: Float[Array, " batch"],
    beta: float,
    samples: int,
    settings: Settings,
) -> tuple[Learner, Float[Array, " batch"]]:
    """One step of policy gradient on answers that the policy has just given.

    Answers that scored above the others to their question become likelier, the
    others less likely.

    Args:
      learner: The adapters of the policy.
      model: The weights that they are for.
      config: The sizes of the model.
      answers: ``samples`` answers to each question, one after the other.
      scores: Their rewards.
      reference: Their log-probabilities under the reference.
      beta: The strength of the leash; positive.
      samples: Answers to each question.
      settings: How to train.

    Returns:
      The learner, and the log-ratio of each answer before the update.

    Raises:
      TypeError: If ``samples`` is not an int, or ``beta`` no number.
      ValueError: If ``beta`` is not positive, the answers are not in groups of
        ``samples``, or scores or reference are of other answers.
    """
    check_beta(beta)
    answered = len(answers.tokens)
    if answered % checks.whole("samples", samples, 1):
        raise ValueError(f"samples must divide {answered} answers, got {samples}")
    checks.shaped("scores", scores, (answered,))
    checks.shaped("reference", reference, (answered,))
    return _reinforced(
        learner, model, config, answers, scores, reference, beta, samples, settings
    )


@functools.partial(jax.jit, static_argnames=(*STATIC, "samples", "beta"))
def _reinforced(
    learner: Learner,
    model: Model,
    config: Config,
    answers: Answers,
    scores: Float[Array, " batch"],
    reference: Float[Array, " batch"],
    beta: float,
    samples: int,
    settings: Settings,
) -> tuple[Learner, Float[Array, " batch"]]:

    def loss(adapters: dict[str, Adapter]) -> tuple[Array, Array]:
        own = log_probs(add_adapters(model, adapters), config, answers)
        ratio = jax.lax.stop_gradient(own) - reference
        gain = advantages(leashed(scores, ratio, beta).reshape(-1, samples))
        return -(gain.reshape(-1) * own).mean(), ratio

    learner, _, ratio = _updated(learner, settings, loss)
    return learner, ratio
