"""Chapter 8: how many answers a second a policy gradient draws and learns from.

A rollout is an answer that is drawn, scored by a reward model, compared with the
reference and learned from, at the sizes of the recipe. Nothing else does all of that
at this size, so the row has no peer.
"""

import json

import jax
import jax.numpy as jnp
from tests.benchmarks.bench_model import MAIN
from tests.benchmarks.timing import seconds

from sbt_jax import alignment, training
from sbt_jax.architecture import init_model
from sbt_jax.training import Settings, add_adapters

HOW = Settings(100, 1e-3)
LENGTH, PROMPT, SAMPLES = 64, 12, 4


def rollouts(answers: int) -> float:
    """Answers a second through one step: draw, score, compare, learn."""
    model = init_model(jax.random.key(0), MAIN)
    adapters = training.init_adapters(jax.random.key(1), model)
    reward = alignment.init_reward(jax.random.key(2), model)
    learner = alignment.begin(adapters, HOW)
    reference = add_adapters(model, adapters)
    prompts = jax.random.randint(jax.random.key(3), (answers, PROMPT), 1, 900)
    sizes = jnp.full(answers, PROMPT)
    score = jax.jit(alignment.rewards, static_argnames="config")
    known = jax.jit(alignment.log_probs, static_argnames="config")

    def step() -> None:
        policy = add_adapters(model, learner.weights)
        # No id ends an answer: each is as long as the row.
        said = alignment.generate_answers(
            jax.random.key(4), policy, MAIN, prompts, sizes, LENGTH, MAIN.vocab_size - 1
        )
        after, _ = alignment.reinforce(
            learner,
            model,
            MAIN,
            said,
            score(reward, model, MAIN, said),
            known(reference, MAIN, said),
            0.1,
            SAMPLES,
            HOW,
        )
        jax.block_until_ready(after)

    step()  # compiles
    (spent,) = seconds(step)
    return answers / spent


def rows(quick: bool = False) -> list[dict]:
    """One batch size if ``quick``, else two."""
    return [
        {
            "name": "policy gradient",
            "size": f"batch {answers}",
            "unit": "rollouts/s",
            "ours": rollouts(answers),
            "peer": None,
            "ratio": None,
            "peer_name": "",
        }
        for answers in ((16,) if quick else (16, 64))
    ]


if __name__ == "__main__":
    for line in rows():
        print(json.dumps(line))
