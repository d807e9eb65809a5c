"""Alignment: a question whose answers can all be listed, and the best policy for it.

Run by :mod:`sbt_jax.recipes.alignment`.
"""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array

from sbt_jax import alignment, training
from sbt_jax.alignment import Answers
from sbt_jax.recipes.alignment import lab as lab_
from sbt_jax.recipes.alignment.lab import Lab
from sbt_jax.recipes.alignment.runs import Sizes, log_probs
from sbt_jax.training import Adapter, add_adapters
from sbt_jax.world import formats


@functools.partial(jax.jit, static_argnames=("lab_config", "beta", "draws", "settings"))
def _exact_step(
    key: Any,
    learner: alignment.Learner,
    model: Any,
    lab_config: Any,
    answers: Answers,
    rewards: Array,
    reference: Array,
    beta: float,
    draws: int,
    settings: training.Settings,
) -> alignment.Learner:
    """One step of policy gradient among answers that are all listed."""

    def loss(adapters: dict[str, Adapter]) -> Array:
        whole = add_adapters(model, adapters)
        own = jax.nn.log_softmax(alignment.log_probs(whole, lab_config, answers))
        at = jax.random.categorical(key, jax.lax.stop_gradient(own), shape=(draws,))
        ratio = jax.lax.stop_gradient(own) - reference
        value = alignment.leashed(rewards, ratio, beta)[at]
        gain = alignment.advantages(value[None])[0]
        return -(gain * own[at]).mean()

    slope = jax.grad(loss)(learner.weights)
    update, state = training.optimizer(settings).update(
        slope, learner.state, learner.weights
    )
    return alignment.Learner(optax.apply_updates(learner.weights, update), state)


def _digits(p: Array) -> list[float]:
    """Five digits of each, however small: a ratio needs them."""
    return [float(f"{float(x):.5g}") for x in p]


def enumerated(lab: Lab, settings: Sizes) -> dict[str, Any]:
    """A question with few answers: the optimum, and runs that look for it."""
    question = formats.day_after("Monday")
    texts = [
        formats.dressed(core, manner)
        for core in question.sentences
        for manner in formats.MANNERS
    ]
    rows = lab_.answer_rows(lab, [(question, text) for text in texts], 48)
    first = lab_.saved(lab, "alignment_sft")
    sizes = add_adapters(lab.model, first)
    reference = jax.nn.log_softmax(log_probs(sizes, lab.config, rows))
    rewards = jnp.array([formats.gold(question, text) for text in texts])
    runs: dict[str, list[list[float]]] = {}
    steps = settings.exact_steps
    how = training.Settings(steps, 2e-3, warmup=min(5, steps - 1))
    for beta in settings.exact_betas:
        for seed in settings.seeds:
            learner = alignment.begin(first, how)
            for step in range(steps):
                key = jax.random.fold_in(jax.random.key(seed), step)
                learner = _exact_step(
                    key,
                    learner,
                    lab.model,
                    lab.config,
                    rows,
                    rewards,
                    reference,
                    beta,
                    32,
                    how,
                )
            whole = add_adapters(lab.model, learner.weights)
            own = jax.nn.softmax(log_probs(whole, lab.config, rows))
            runs.setdefault(f"{beta:g}", []).append(_digits(own))
    return {
        "question": question.text,
        "answers": texts,
        "reference": _digits(jnp.exp(reference)),
        "rewards": [float(r) for r in rewards],
        "runs": runs,
    }
