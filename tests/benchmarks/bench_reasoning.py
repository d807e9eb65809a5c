"""Chapter 17: steps of learning from rewards a second.

A step draws games, tries each several times token by token, and changes the weights
once. There is no peer on one processor: libraries for this are made for many devices.
"""

from typing import Any

import jax
import jax.numpy as jnp
from tests.benchmarks.bench_model import row
from tests.benchmarks.timing import seconds

from sbt_jax.architecture import init_model
from sbt_jax.recipes.reasoning import thinking
from sbt_jax.recipes.reasoning.lessons import CONFIG


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """Steps of groups of tries, of one model."""
    every = 1 if smoke else 2 if quick else 5
    questions = 2 if smoke else 16
    sizes = thinking.Sizes(seeds=(0,), every=every, questions=questions)
    model = init_model(jax.random.key(0), CONFIG)
    models = jax.tree.map(lambda x: x[None], model)
    states = jax.vmap(thinking.rule(sizes.rate).init)(models)
    keys = jax.vmap(jax.random.key)(jnp.array([0]))

    def turn() -> Any:
        given = (models, states, keys, jnp.int32(0), jnp.float32(0.0))
        return jax.block_until_ready(thinking.some_steps(*given, sizes))

    turn()  # compiles
    (spent,) = seconds(turn)
    tries = f"{questions} questions by {sizes.tries}"
    line = row("learn from rewards", tries, every / spent)
    return [line | {"unit": "steps/s"}]
