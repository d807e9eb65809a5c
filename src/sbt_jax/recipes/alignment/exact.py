"""Alignment: a question whose answers can all be listed, and the best policy for it.

Run by :mod:`sbt_jax.recipes.alignment`.
"""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from sbt_jax import alignment, training
from sbt_jax.alignment import Answers
from sbt_jax.architecture import Config, Model
from sbt_jax.recipes import assistants
from sbt_jax.recipes.alignment.runs import Sizes, log_probs
from sbt_jax.recipes.assistants import Lab
from sbt_jax.training import Adapter, add_adapters
from sbt_jax.world import formats

DRAWS = 32  # answers a step


@functools.cache
def _loss(config: Config, beta: float, draws: int) -> Callable[..., Float[Array, ""]]:
    """Policy gradient among answers that are all listed, drawn anew at each step."""

    def loss(
        adapters: dict[str, Adapter],
        step: Array,
        key: PRNGKeyArray,
        model: Model,
        answers: Answers,
        rewards: Array,
        reference: Array,
    ) -> Array:
        whole = add_adapters(model, adapters)
        own = jax.nn.log_softmax(alignment.log_probs(whole, config, answers))
        now, p = jax.random.fold_in(key, step), jax.lax.stop_gradient(own)
        at = jax.random.categorical(now, p, shape=(draws,))
        value = alignment.leashed(rewards, p - reference, beta)[at]
        gain = alignment.advantages(value[None])[0]
        return -(gain * own[at]).mean()

    return loss


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
    rows = assistants.answer_rows(lab, [(question, text) for text in texts], 48)
    first = assistants.saved(lab, "alignment_sft")
    sizes = add_adapters(lab.model, first)
    reference = jax.nn.log_softmax(log_probs(sizes, lab.config, rows))
    rewards = jnp.array([formats.gold(question, text) for text in texts])
    runs: dict[str, list[list[float]]] = {}
    steps = settings.exact_steps
    how = training.Settings(steps, 2e-3, warmup=min(5, steps - 1))
    for beta in settings.exact_betas:
        for seed in settings.seeds:
            weights, _ = training.fit(
                first,
                _loss(lab.config, beta, DRAWS),
                np.int32,
                how,
                given=(jax.random.key(seed), lab.model, rows, rewards, reference),
            )
            whole = add_adapters(lab.model, weights)
            own = jax.nn.softmax(log_probs(whole, lab.config, rows))
            runs.setdefault(f"{beta:g}", []).append(_digits(own))
    return {
        "question": question.text,
        "answers": texts,
        "reference": _digits(jnp.exp(reference)),
        "rewards": [float(r) for r in rewards],
        "runs": runs,
    }
