"""Singletons: models that learn who somebody is, from statements and nothing else.

Run by :mod:`sbt_jax.recipes.hallucinations`.
"""

import functools
import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import training
from sbt_jax.hallucinations import missing_mass, singleton_bounds, singleton_share
from sbt_jax.world.notable import EXPONENT, HELD_OUT, SHIFT, people
from sbt_jax.world.words import TOWNS, TRADES

ANSWERS = len(TOWNS) * len(TRADES)  # a town and a trade
WIDTH, HIDDEN = 64, 128
NEW = 500  # people never read of, whom a trained model is asked about
#: Who is spoken of, and how often: exponent of the law, and number of people.
LAWS = {
    "this world": (EXPONENT, len(people()) - HELD_OUT),
    "a longer tail": (1.0, 10**6),
    "all alike": (0.0, 10**5),
}


class FactModel(NamedTuple):
    """One block between a person's vector and the answers."""

    table: Float[Array, "places width"]
    gate: Float[Array, "width mlp"]
    up: Float[Array, "width mlp"]
    down: Float[Array, "mlp width"]
    out: Float[Array, "width answers"]


def init_facts(key: PRNGKeyArray, count: int) -> FactModel:
    """A model of so many people, as it starts."""
    shapes = ((count, WIDTH), (WIDTH, HIDDEN), (WIDTH, HIDDEN), (HIDDEN, WIDTH))
    keys = jax.random.split(key, 5)
    parts = [
        jax.random.normal(key, (*shape,)) / math.sqrt(1 if i == 0 else shape[0])
        for i, (key, shape) in enumerate(
            zip(keys, (*shapes, (WIDTH, ANSWERS)), strict=True)
        )
    ]
    return FactModel(*parts)


def fact_logits(model: FactModel, who: Int[Array, " batch"]) -> Float[Array, "batch _"]:
    """What a model says of some people."""
    x = model.table[who]
    x = x + (jax.nn.silu(x @ model.gate) * (x @ model.up)) @ model.down
    return x @ model.out


@functools.partial(jax.jit, static_argnames=("count", "steps", "batch"))
def learn(
    key: PRNGKeyArray,
    read: Int[Array, " samples"],
    truth: Int[Array, " places"],
    count: int,
    steps: int,
    batch: int,
    rate: float,
) -> Float[Array, "places answers"]:
    """Learn statements by heart; what the model gives each answer then.

    Args:
      key: Random key.
      read: The person of each statement.
      truth: The answer about each person.
      count: Number of people, those never read of included.
      steps, batch, rate: Of the training.
    """
    first, draws = jax.random.split(key)
    model, adamw = init_facts(first, count), training.adamw()

    def loss(model: FactModel, who: Array) -> Array:
        right = truth[who]
        asked = jnp.ones(batch, bool)
        return training.cross_entropy(fact_logits(model, who), right, asked)

    def step(carry: Any, t: Array) -> tuple[Any, None]:
        model, state = carry
        at = jax.random.randint(jax.random.fold_in(draws, t), (batch,), 0, len(read))
        gradient = jax.grad(loss)(model, read[at])
        now = training.learning_rate(t, steps, rate, min(20, steps - 1))
        return adamw.update(gradient, state, model, now), None

    (model, _), _ = jax.lax.scan(step, (model, adamw.init(model)), jnp.arange(steps))
    return jax.nn.softmax(fact_logits(model, jnp.arange(count)))


def law_of(name: str) -> np.ndarray:
    """How often each person is spoken of, together 1.

    Example:
      >>> round(float(law_of("this world").sum()), 6)
      1.0
    """
    exponent, count = LAWS[name]
    weights = (np.arange(1, count + 1) + SHIFT) ** -exponent
    return weights / weights.sum()


def statements(name: str, read: int, seed: int) -> np.ndarray:
    """The person of each of so many statements, drawn by a law."""
    rng = np.random.default_rng([seed, read, list(LAWS).index(name)])
    limits = np.cumsum(law_of(name))
    drawn = np.searchsorted(limits, rng.random(read), side="right")
    return np.minimum(drawn, len(limits) - 1)


def told(name: str, read: int, seed: int) -> dict[str, float]:
    """What can be known of some statements before anything is learned.

    ``false`` is the share of false statements by a learner that says what it has read
    and guesses among all answers where it has read nothing: it is calibrated.
    """
    drawn = statements(name, read, seed)
    once, gone = singleton_share(drawn), missing_mass(law_of(name), drawn)
    low, high = singleton_bounds(once, read, ANSWERS - 1)
    return {
        "singletons": round(once, 5),
        "missing": round(gone, 5),
        "false": round(gone * (1 - 1 / ANSWERS), 5),
        "low": round(low, 4),
        "high": round(high, 4),
    }


def trained(read: int, seeds: tuple[int, ...], steps: int) -> dict[str, Any]:
    """Models that learned so many statements, for every law and seed at once."""
    runs = [(name, seed) for name in LAWS for seed in seeds]
    rows, truths, whos, seen = [], [], [], []
    count = read + NEW
    for name, seed in runs:
        known, place = np.unique(statements(name, read, seed), return_inverse=True)
        rng = np.random.default_rng([seed, read])
        rows.append(place)
        whos.append(known)
        seen.append(len(known))
        truths.append(rng.integers(ANSWERS, size=count))
    keys = jax.vmap(jax.random.key)(jnp.arange(len(runs)))
    given = jax.vmap(learn, (0, 0, 0, None, None, None, None))(
        keys, jnp.array(rows), jnp.array(truths), count, steps, 256, 1e-2
    )
    found: dict[str, Any] = {name: [] for name in LAWS}
    for (name, _), p, truth, who, heard in zip(
        runs, np.asarray(given, float), truths, whos, seen, strict=True
    ):
        share = law_of(name)[who]
        gone = max(1 - share.sum(), 0.0)
        right = p[np.arange(count), truth]
        heart, guess = share @ right[:heard], right[heard:].mean()
        # Theorem 2's set A: answers that get more than one in k.
        sure = np.where(p > 1 / (ANSWERS - 1), p, 0).sum(1)
        true = np.where(right > 1 / (ANSWERS - 1), 1.0, 0.0)
        of = [share @ x[:heard] + gone * x[heard:].mean() for x in (sure, true)]
        found[name].append(
            {
                "false": round(float(1 - heart - gone * guess), 5),
                "by heart": round(float(heart / share.sum()), 5),
                "sure of the new": round(float(p[heard:].max(1).mean()), 4),
                "miscalibration": round(float(abs(of[0] - of[1])), 5),
            }
        )
    return found
