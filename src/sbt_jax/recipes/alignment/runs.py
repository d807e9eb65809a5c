"""Alignment: the runs that learn from demonstrations and from preferences.

Run by :mod:`sbt_jax.recipes.alignment`.
"""

import dataclasses
import functools
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import alignment, training
from sbt_jax.alignment import Pairs, RewardModel
from sbt_jax.architecture import Config, Model
from sbt_jax.recipes import assistants
from sbt_jax.recipes.alignment.lab import critique_lesson, demonstration
from sbt_jax.recipes.assistants import LENGTH, Lab
from sbt_jax.training import Adapter, add_adapters
from sbt_jax.world import formats


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How much is run; tests run less."""

    seeds: tuple[int, ...] = (0, 1, 2)
    lessons: int = 48_000  # texts of fine-tuning; a quarter are critiques
    steps: int = 1000
    rows: int = 8  # of 256 tokens
    rate: float = 8e-3
    pairs: int = 300
    noise: float = 0.15
    reward_steps: int = 100
    batch: int = 16  # pairs a step
    pool: tuple[int, int] = (24, 64)  # questions, answers to each
    choices: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    betas: tuple[float, ...] = (0.003, 0.1, 1.0)
    policy_steps: int = 120
    policy_rate: float = 1e-3
    questions: int = 12  # a step of policy gradient, four answers to each
    samples: int = 4
    dpo_beta: float = 0.1
    dpo_steps: int = 100
    dpo_rate: float = 3e-4
    red: int = 192  # questions asked for each half of the constitution's data
    shares: tuple[float, ...] = (0.25, 0.5, 1.0)
    constitution_steps: int = 60
    constitution_rate: float = 1e-3
    exact_betas: tuple[float, ...] = (0.25, 1.0)
    exact_steps: int = 60
    measured: int = 240  # questions kept back


# -- Fine-tuning ----------------------------------------------------------------


def fine_tuned(lab: Lab, settings: Sizes) -> dict[str, Any]:
    """Learn to answer, and to judge an answer by a rule, from demonstrations."""
    rng = random.Random(0)
    texts = []
    for i, question in enumerate(formats.questions(settings.lessons, 0)):
        if i % 4:
            texts.append(demonstration(question, rng))
            continue
        rule = formats.RULES[rng.choice(list(formats.RULES))]
        # Half of the answers are to what the rule is about.
        while rng.random() < 0.5 and not any(
            formats.breaks(rule, a) for a in formats.demonstrations(question)
        ):
            question = next(formats.questions(1, rng.randrange(10**9)))
        said = rng.choice(list(formats.demonstrations(question)))
        texts.append(critique_lesson(question, rule, said))
    adapters = training.init_adapters(jax.random.key(0), lab.model)
    batches = assistants.lessons(lab, texts, settings.rows)
    adapters, losses = assistants.tune(
        lab, adapters, batches, settings.steps, settings.rate
    )
    assistants.save(lab, "alignment_sft", adapters)
    return {"losses": losses, "lessons": len(texts), "batches": len(batches)}


# -- Reward, best of n ----------------------------------------------------------


def _batches(pairs: Pairs, size: int, steps: int, seed: int) -> list[Pairs]:
    rng, count = np.random.default_rng(seed), len(pairs.chosen.tokens)
    found = []
    for _ in range(steps):
        at = rng.choice(count, size, replace=count < size)
        found.append(jax.tree.map(lambda x, at=at: x[at], pairs))
    return found


@functools.cache
def _preference(config: Config) -> Callable[..., Float[Array, ""]]:
    def loss(reward: RewardModel, pairs: Pairs, model: Model) -> Array:
        both = (alignment.rewards(reward, model, config, side) for side in pairs)
        return alignment.preference_loss(*both)

    return loss


def reward_model(
    lab: Lab, pairs: Pairs, settings: Sizes, seed: int
) -> tuple[RewardModel, list[float]]:
    """A reward model that starts from the fine-tuned model."""
    reward = alignment.init_reward(jax.random.key(seed), lab.model)
    reward = reward._replace(adapters=assistants.saved(lab, "alignment_sft"))
    steps = settings.reward_steps
    reward, losses = training.fit(
        reward,
        _preference(lab.config),
        _batches(pairs, settings.batch, steps, seed).__getitem__,
        training.Settings(steps, 1e-3, warmup=min(10, steps - 1)),
        given=(lab.model,),
    )
    return reward, [round(float(loss), 4) for loss in losses]


rewards = jax.jit(alignment.rewards, static_argnames="config")
log_probs = jax.jit(alignment.log_probs, static_argnames="config")


def agrees(lab: Lab, reward: RewardModel, pairs: Pairs) -> float:
    """How often the reward model prefers what was preferred."""
    both = [rewards(reward, lab.model, lab.config, side) for side in pairs]
    return round(float((both[0] > both[1]).mean()), 4)


def best_of_pool(scores: np.ndarray, golds: np.ndarray, n: int) -> tuple[float, float]:
    """Mean score and gold of the best of n, over all choices of n from the pool.

    Example:
      >>> best_of_pool(np.array([[0.0, 1.0]]), np.array([[5.0, 7.0]]), 2)
      (1.0, 7.0)
    """
    size = scores.shape[1]
    order = np.argsort(scores, axis=1)
    weights = np.array([math.comb(i, n - 1) / math.comb(size, n) for i in range(size)])
    both = (np.take_along_axis(x, order, 1) @ weights for x in (scores, golds))
    proxy, gold = (round(float(x.mean()), 4) for x in both)
    return proxy, gold


def best_of(
    lab: Lab, reward: RewardModel, settings: Sizes, seed: int
) -> dict[str, Any]:
    """Best of n by the proxy, read by the gold reward."""
    count, each = settings.pool
    questions = list(formats.questions(count, 2000 + seed, "kept back"))
    many = [question for question in questions for _ in range(each)]
    prompts = [lab.encode(formats.prompt(q.text)) for q in many]
    model = assistants.adapted(lab, "alignment_sft")
    texts, blocks = assistants.reply(lab, model, prompts, 50 + seed)
    scores = [rewards(reward, lab.model, lab.config, block) for block in blocks]
    proxy = np.concatenate(scores).reshape(count, each)
    gold = np.array([formats.gold(*pair) for pair in zip(many, texts, strict=True)])
    gold = gold.reshape(count, each)
    found = [best_of_pool(proxy, gold, n) for n in settings.choices if n <= each]
    ideal = [best_of_pool(gold, gold, n)[1] for n in settings.choices if n <= each]
    return {
        "n": [n for n in settings.choices if n <= each],
        "proxy": [p for p, _ in found],
        "gold": [g for _, g in found],
        "ideal": ideal,
        "mean proxy": round(float(proxy.mean()), 4),
    }


# -- The leash ------------------------------------------------------------------


def optimised(
    lab: Lab, reward: RewardModel, beta: float, settings: Sizes, seed: int
) -> tuple[dict[str, Adapter], dict[str, Any]]:
    """Policy gradient against the reward model, on a leash of strength beta."""
    steps, samples = settings.policy_steps, settings.samples
    how = training.Settings(steps, settings.policy_rate, warmup=min(5, steps - 1))
    first = assistants.saved(lab, "alignment_sft")
    reference = add_adapters(lab.model, first)
    learner = alignment.begin(first, how)
    key, curve = jax.random.key(100 + seed), []
    drawn = list(formats.questions(steps * settings.questions, 300 + seed))
    for step in range(steps):
        at = drawn[step * settings.questions : (step + 1) * settings.questions]
        many = [question for question in at for _ in range(samples)]
        rows, sizes = alignment.padded(
            [lab.encode(formats.prompt(q.text)) for q in many], LENGTH - 2, lab.stop
        )
        policy = add_adapters(lab.model, learner.weights)
        said = alignment.generate_answers(
            jax.random.fold_in(key, step),
            policy,
            lab.config,
            rows,
            sizes,
            LENGTH,
            lab.stop,
        )
        scores = rewards(reward, lab.model, lab.config, said)
        known = log_probs(reference, lab.config, said)
        learner, ratio = alignment.reinforce(
            learner, lab.model, lab.config, said, scores, known, beta, samples, how
        )
        texts = alignment.texts_of(lab.tokenizer, said)
        golds = [formats.gold(*pair) for pair in zip(many, texts, strict=True)]
        curve.append([float(np.mean(x)) for x in (ratio, scores, golds)])
    names = ("kl", "proxy", "gold")
    rows_ = zip(*curve, strict=True)
    smooth = {
        name: [round(float(v), 4) for v in _windows(list(values))]
        for name, values in zip(names, rows_, strict=True)
    }
    return learner.weights, smooth


def _windows(values: Sequence[float], size: int = 5) -> list[float]:
    """Means of steps that follow one another."""
    return [float(np.mean(values[i : i + size])) for i in range(0, len(values), size)]


# -- DPO ------------------------------------------------------------------------


def directly(
    lab: Lab, pairs: Pairs, beta: float, settings: Sizes, seed: int
) -> tuple[dict[str, Adapter], dict[str, Any]]:
    """DPO on the same pairs that the reward model was made from."""
    steps = settings.dpo_steps
    how = training.Settings(steps, settings.dpo_rate, warmup=min(10, steps - 1))
    first = assistants.saved(lab, "alignment_sft")
    reference = add_adapters(lab.model, first)
    known = tuple(log_probs(reference, lab.config, side) for side in pairs)
    learner, curve = alignment.begin(first, how), []
    rng, count = np.random.default_rng(seed), len(known[0])
    for _ in range(steps):
        at = rng.choice(count, settings.batch, replace=count < settings.batch)
        batch = jax.tree.map(lambda x, at=at: x[at], pairs)
        before = (known[0][at], known[1][at])
        learner, said = alignment.prefer(
            learner, lab.model, lab.config, batch, before, beta, how
        )
        own = (said[1] - before[0].mean(), said[2] - before[1].mean())
        curve.append([float(x) for x in (said[0], *own)])
    loss, chosen, rejected = zip(*curve, strict=True)
    policy = add_adapters(lab.model, learner.weights)
    after = [log_probs(policy, lab.config, side) for side in pairs]
    change = [np.asarray(a - b) for a, b in zip(after, known, strict=True)]
    return learner.weights, {
        "loss": [round(x, 4) for x in loss],
        "chosen": [round(x, 3) for x in _windows(chosen)],
        "rejected": [round(x, 3) for x in _windows(rejected)],
        "all pairs": [round(float(c.mean()), 3) for c in change],
        "both fell": round(float(((change[0] < 0) & (change[1] < 0)).mean()), 4),
        "chosen fell": round(float((change[0] < 0).mean()), 4),
    }
