"""Reasoning: a model learns from rewards alone when to think, and for how long.

Run by :mod:`sbt_jax.recipes.reasoning`. Nobody shows it an answer: it tries each
question several times, and a program says which tries ended under the right cup.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int

from sbt_jax import agents, checkpoints
from sbt_jax.alignment import group_advantages
from sbt_jax.architecture import Model, extend, forward, init_cache
from sbt_jax.reasoning.cups import SO, THINK
from sbt_jax.recipes.multimodality.learning import of_seed
from sbt_jax.recipes.reasoning import lessons, starting
from sbt_jax.recipes.reasoning.lessons import CONFIG, IDS, LENGTH, MOST, Games


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is learned and asked; tests do less."""

    seeds: tuple[int, ...] = (0, 1, 2)
    costs: tuple[float, ...] = (0.0, 0.05, 0.1)
    steps: int = 60
    rate: float = 4e-4
    questions: int = 16
    tries: int = 8
    every: int = 10  # steps from one look to the next
    looked: int = 60  # games of each number of swaps at a look
    passed: int = 100  # questions that are tried again and again
    attempts: int = 16


class Tries(NamedTuple):
    """What was said, a row each."""

    tokens: Int[Array, "rows time"]
    own: Bool[Array, "rows time"]  # tokens that the model chose
    right: Bool[Array, " rows"]
    ended: Bool[Array, " rows"]
    thinks: Bool[Array, " rows"]
    places: Int[Array, " rows"]  # written before the answer


class Written(NamedTuple):
    """Rows that a model went on with."""

    tokens: Int[Array, "rows time"]
    own: Bool[Array, "rows time"]  # tokens that the model chose
    ended: Bool[Array, " rows"]  # whether it came to an answer


def go_on(
    key: Any, model: Model, given: Array, begins: Array, sharp: float = 1.0
) -> Written:
    """Let a model write on, up to an answer or the end of the row.

    Args:
      key: Draws the tokens.
      model: The weights.
      given: What stands there, up to ``begins``.
      begins: How many tokens of each row are given.
      sharp: Factor of the logits: large for the likeliest token each time.
    """
    rows, length = given.shape
    prompts = jnp.where(jnp.arange(length) < begins[:, None], given, 0)

    def step(carry: Any, what: Any) -> Any:
        cache, now, done = carry
        at, told, key = what
        logits, cache = extend(model, CONFIG, cache, now[:, None])
        drawn = jax.random.categorical(key, sharp * logits[:, 0])
        own = (at + 1 >= begins) & ~done
        after = jnp.where(at + 1 < begins, told, jnp.where(done, 0, drawn))
        # The token that was drawn after `so` is the answer.
        done = done | (own & (now == IDS[SO]))
        return (cache, after, done), (after, own)

    cache = init_cache(CONFIG, (rows,), room=length)
    what = (jnp.arange(length - 1), prompts[:, 1:].T, jax.random.split(key, length - 1))
    first = (cache, prompts[:, 0], jnp.zeros(rows, bool))
    (_, _, ended), (tokens, own) = jax.lax.scan(step, first, what)
    return Written(
        jnp.concatenate([prompts[:, :1], tokens.T], 1),
        jnp.concatenate([jnp.zeros((rows, 1), bool), own.T], 1),
        ended,
    )


def last_of(written: Written) -> Int[Array, " rows"]:
    """The last token that was chosen in each row."""
    at = written.own.cumsum(1).argmax(1)[:, None]
    return jnp.take_along_axis(written.tokens, at, 1)[:, 0]


def is_place(tokens: Array) -> Array:
    """Which tokens name a place."""
    return (tokens >= 1) & (tokens <= lessons.SIZE)


def answer_of(games: Games) -> Int[Array, " rows"]:
    """The token of the right place."""
    return 1 + jnp.take_along_axis(games.places, games.many[:, None] - 1, 1)[:, 0]


def attempt(key: Any, model: Model, games: Games) -> Tries:
    """Answer games, each token drawn at temperature 1."""
    none = jnp.zeros(len(games.many), int)
    asked = lessons.written(games, games.places, none, none, LENGTH)
    said = go_on(key, model, asked.tokens, asked.begins)
    first = jnp.take_along_axis(said.tokens, asked.begins[:, None], 1)[:, 0]
    last = last_of(said)
    places = (said.own & is_place(said.tokens)).sum(1)
    return Tries(
        said.tokens,
        said.own,
        said.ended & (last == answer_of(games)),
        said.ended,
        first == IDS[THINK],
        places - (said.ended & is_place(last)),
    )


def surprise(model: Model, tries: Tries) -> Float[Array, "rows time"]:
    """Log-probability of every token that was chosen, 0 elsewhere."""
    said = jax.nn.log_softmax(forward(model, CONFIG, tries.tokens[:, :-1]))
    own = jnp.take_along_axis(said, tries.tokens[:, 1:, None], 2)[..., 0]
    return jnp.where(tries.own[:, 1:], own, 0.0)


@functools.cache
def rule(rate: float) -> optax.GradientTransformation:
    """Adam, with short gradients."""
    return optax.chain(optax.clip_by_global_norm(1.0), optax.adam(rate))


def learned(
    model: Model, state: Any, key: Any, cost: Array, sizes: Sizes
) -> tuple[Model, Any, dict[str, Array]]:
    """One step: questions, tries, rewards, and one update."""
    keys = jax.random.split(key)
    games = lessons.draw_games(keys[0], sizes.questions)
    each = jax.tree.map(lambda x: jnp.repeat(x, sizes.tries, 0), games)
    tries = attempt(keys[1], model, each)
    rewards = tries.right - cost * tries.places
    groups = rewards.reshape(sizes.questions, sizes.tries)
    pull = group_advantages(groups).reshape(-1)

    def loss(model: Model) -> Array:
        size = jnp.maximum(tries.own.sum(1), 1)
        return -(pull * surprise(model, tries).sum(1) / size).mean()

    slope = jax.grad(loss)(model)
    update, state = rule(sizes.rate).update(slope, state, model)
    dead = (groups.max(1) - groups.min(1)) < 1e-6
    seen = {
        "right": tries.right.mean(),
        "thinks": tries.thinks.mean(),
        "places": tries.places.mean(),
        "dead": dead.mean(),
        "unended": 1 - tries.ended.mean(),
    }
    return optax.apply_updates(model, update), state, seen


@functools.partial(jax.jit, static_argnames="sizes")
def some_steps(
    models: Any, states: Any, keys: Any, first: Any, cost: Any, sizes: Sizes
) -> Any:
    """As many steps as are taken from one look to the next, of every seed."""

    def one(carry: Any, at: Any) -> Any:
        def go(model: Model, state: Any, key: Any) -> Any:
            return learned(model, state, jax.random.fold_in(key, at), cost, sizes)

        models, states = carry
        models, states, seen = jax.vmap(go)(models, states, keys)
        return (models, states), seen

    return jax.lax.scan(one, (models, states), first + jnp.arange(sizes.every))


@functools.partial(jax.jit, static_argnames="rows")
def look(model: Model, key: Any, rows: int) -> dict[str, Array]:
    """Of games of each number of swaps: right, thinking, written, with and without."""
    keys = jax.random.split(key)
    many = jnp.repeat(jnp.arange(1, MOST + 1), rows)
    tries = attempt(keys[1], model, lessons.draw_games(keys[0], MOST * rows, many))
    shape = (MOST, rows)
    return {
        name: getattr(tries, name).reshape(shape).mean(1)
        for name in ("right", "thinks", "places", "ended")
    }


def looks(models: Any, sizes: Sizes) -> list[dict[str, Any]]:
    """Each seed's model, looked at with the same games."""
    key = jax.random.key(171)
    return [
        {
            name: np.asarray(row, float).round(4).tolist()
            for name, row in look(of_seed(models, i), key, sizes.looked).items()
        }
        for i in range(len(sizes.seeds))
    ]


def learn(work: Path, start: str, cost: float, sizes: Sizes) -> dict[str, Any]:
    """Runs from one start, one a seed; the weights are left in ``work``."""
    first = starting.load(work / start)
    many = len(sizes.seeds)
    models = jax.tree.map(lambda x: jnp.stack([x] * many), first)
    states = jax.vmap(rule(sizes.rate).init)(models)
    keys = jax.vmap(jax.random.key)(jnp.array(sizes.seeds) + 1000)
    seen, found = [], {0: looks(models, sizes)}
    for at in range(0, sizes.steps, sizes.every):
        (models, states), rows = some_steps(
            *(models, states, keys, jnp.int32(at), jnp.float32(cost), sizes)
        )
        seen.append({k: np.asarray(v) for k, v in rows.items()})
        found[at + sizes.every] = looks(models, sizes)
        last = {k: v[-1].round(2).tolist() for k, v in seen[-1].items()}
        print("cost", cost, at + sizes.every, last, flush=True)
    for i, seed in enumerate(sizes.seeds):
        model = checkpoints.as_shipped(of_seed(models, i))
        checkpoints.save(work / f"learned-{cost}-{seed}.npz", model, CONFIG)
    return {
        "steps": {
            name: np.concatenate([row[name] for row in seen]).round(4).T.tolist()
            for name in seen[0]
        },
        "looks": {str(step): rows for step, rows in found.items()},
    }


@functools.partial(jax.jit, static_argnames=("rows", "tries"))
def _again(model: Model, key: Any, many: Array, rows: int, tries: int) -> Array:
    keys = jax.random.split(key)
    games = lessons.draw_games(keys[0], rows, many)
    each = jax.tree.map(lambda x: jnp.repeat(x, tries, 0), games)
    return attempt(keys[1], model, each).right.reshape(rows, tries).sum(1)


def any_right(model: Model, many: int, sizes: Sizes) -> list[float]:
    """How often one of n tries is right, for n from 1."""
    right = _again(
        model, jax.random.key(172), jnp.int32(many), sizes.passed, sizes.attempts
    )
    hits = np.asarray(right).tolist()
    return [
        round(agents.pass_any(hits, sizes.attempts, n), 4)
        for n in range(1, sizes.attempts + 1)
    ]


def passes(work: Path, start: str, sizes: Sizes) -> dict[str, Any]:
    """Tries of ten swaps before and after: added, or sharpened?"""
    after = f"learned-{sizes.costs[0]}-{sizes.seeds[0]}.npz"
    return {
        "before": any_right(starting.load(work / start), MOST, sizes),
        "after": any_right(starting.load(work / after), MOST, sizes),
    }
