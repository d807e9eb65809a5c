"""Prompting: small models that learn from pairs, beside an exact reader.

Run by :mod:`sbt_jax.recipes.prompting`. All seeds of one kind are trained side by side.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checkpoints, prompting
from sbt_jax.architecture import Config, Model, forward, init_model
from sbt_jax.prompting.shots import FRESH, LENGTH, PAIRS, SIZE, VOCABULARY

CONFIG = Config(VOCABULARY, width=64, layers=2, heads=4, mlp=64, window=LENGTH)
CHUNK = 50  # steps a call
ANIMALS = slice(1 + SIZE, VOCABULARY)


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and asked; tests do less."""

    known: tuple[int, ...] = (8, 0)  # layouts that come again and again
    seeds: tuple[int, ...] = (0, 1)
    steps: int = 4000
    batch: int = 32
    rate: float = 4e-3
    tested: int = 256  # texts
    shipped: int = 8


def layouts(count: int) -> Int[Array, "samples classes"]:
    """The known ones, the same for every seed."""
    return prompting.draw_layouts(jax.random.key(4000 + count), max(count, 1))


def share(count: int) -> float:
    """Of the texts, how many have a layout of their own."""
    return FRESH if count else 1.0


@functools.cache
def _rule(sizes: Sizes) -> optax.GradientTransformation:
    rate = optax.warmup_cosine_decay_schedule(
        0.0, sizes.rate, min(50, sizes.steps // 2), sizes.steps
    )
    adamw = optax.adamw(rate, b2=0.98, weight_decay=0.01)
    return optax.chain(optax.clip_by_global_norm(1.0), adamw)


def loss(model: Model, texts: Int[Array, "batch time"]) -> Float[Array, ""]:
    """Mean surprise at the animals, in nats."""
    log_p = jax.nn.log_softmax(forward(model, CONFIG, texts[:, :-1])[:, 1::2])
    return -jnp.take_along_axis(log_p, texts[:, 2::2, None], axis=-1).mean()


@functools.partial(jax.jit, static_argnames=("count", "sizes"))
def _chunk(
    models: Any, states: Any, keys: PRNGKeyArray, first: Array, count: int, sizes: Sizes
) -> Any:
    """Some steps of every seed, and after them the loss of each step."""
    known, rule = layouts(count), _rule(sizes)

    def one(model: Any, state: Any, key: PRNGKeyArray, step: Array) -> Any:
        now = jax.random.fold_in(key, step)
        texts = prompting.draw_pairs(now, known, sizes.batch, share(count))
        value, slope = jax.value_and_grad(loss)(model, texts)
        update, state = rule.update(slope, state, model)
        return optax.apply_updates(model, update), state, value

    def step(carry: Any, at: Array) -> Any:
        models, states = carry
        each = jax.vmap(one, (0, 0, 0, None))
        models, states, values = each(models, states, keys, at)
        return (models, states), values

    steps = first + jnp.arange(CHUNK)
    (models, states), losses = jax.lax.scan(step, (models, states), steps)
    return models, states, losses


@jax.jit
def _animals(models: Any, texts: Int[Array, "batch time"]) -> Array:
    """Of every seed, how likely it holds each animal at each pair."""

    def one(model: Model) -> Array:
        return jax.nn.softmax(forward(model, CONFIG, texts[:, :-1])[:, 1::2])

    return jax.vmap(one)(models)[..., ANIMALS]


def tests(count: int, sizes: Sizes) -> dict[str, np.ndarray]:
    """Texts of known and of new layouts."""
    kinds = {"new": 1.0, "known": 0.0} if count else {"new": 1.0}
    return {
        kind: np.asarray(
            prompting.draw_pairs(
                jax.random.key(900 + i), layouts(count), sizes.tested, fresh
            )
        )
        for i, (kind, fresh) in enumerate(kinds.items())
    }


def repeated(texts: Int[np.ndarray, "batch time"]) -> np.ndarray:
    """Whether the cup of each pair stood before it."""
    cups = texts[:, 1::2]
    return np.array([[c in row[:i] for i, c in enumerate(row)] for row in cups])


def _watch(models: Any, texts: Int[np.ndarray, "batch time"]) -> list[float]:
    """Of every seed, how often it is right where the cup stood before."""
    said = np.asarray(_animals(models, texts)).argmax(-1)
    where, truth = repeated(texts), texts[:, 2::2] - 1 - SIZE
    return [round(float((row == truth)[where].mean()), 4) for row in said]


def train(work: Path, count: int, sizes: Sizes) -> dict[str, Any]:
    """All seeds of one kind; their weights are left in ``work``."""
    keys = jax.vmap(jax.random.key)(jnp.array(sizes.seeds))
    models = jax.vmap(lambda key: init_model(key, CONFIG))(keys)
    states = jax.vmap(_rule(sizes).init)(models)
    new, rise, losses = tests(count, sizes)["new"], [], []
    for first in range(0, sizes.steps, CHUNK):
        at = jnp.int32(first)
        models, states, found = _chunk(models, states, keys, at, count, sizes)
        losses.append(np.asarray(found).mean(0).round(4).tolist())
        rise.append(_watch(models, new))
        if first % 200 == 0:
            print("layouts", count, first, losses[-1], rise[-1], flush=True)
    for i, seed in enumerate(sizes.seeds):
        model = jax.tree.map(lambda x, i=i: x[i], models)
        checkpoints.save(work / f"layouts-{count}-{seed}.npz", model, CONFIG)
    return {"every": CHUNK, "rise": rise, "loss": losses}


def examine(work: Path, count: int, seed: int, sizes: Sizes) -> dict[str, Any]:
    """By pairs before it: right, and how far from the exact reader, in nats."""
    like = init_model(jax.random.key(0), CONFIG)
    model = checkpoints.load(work / f"layouts-{count}-{seed}.npz", like)
    one = jax.tree.map(lambda x: jnp.asarray(x)[None], model)
    known = np.asarray(layouts(count)) if count else np.zeros((0, SIZE), int)
    found: dict[str, Any] = {}
    for kind, texts in tests(count, sizes).items():
        p = np.asarray(_animals(one, texts), float)[0]
        exact = prompting.beliefs(known, texts, share(count))
        truth = (texts[:, 2::2] - 1 - SIZE)[..., None]
        ratio = np.log(np.maximum(exact, 1e-30) / np.maximum(p, 1e-30))
        far = np.where(exact > 0, exact * ratio, 0.0).sum(-1)
        where = repeated(texts)
        found[kind] = {
            "p": _mean(np.take_along_axis(p, truth, -1)[..., 0]),
            "exact": _mean(np.take_along_axis(exact, truth, -1)[..., 0]),
            "far": _mean(far),
            "far_all": round(float(far.mean()), 4),
            "seen": round(float((p.argmax(-1) == truth[..., 0])[where].mean()), 4),
        }
    return found


def _mean(values: np.ndarray) -> list[float]:
    return [round(float(x), 4) for x in values.mean(0)]


def exchanged(work: Path, count: int, seed: int, sizes: Sizes) -> dict[str, Any]:
    """Known layouts with one pair told otherwise: does it follow text or memory?

    Two animals of a known layout change places; three of its own pairs stand before,
    then one of the changed ones, and its cup is asked again.
    """
    like = init_model(jax.random.key(0), CONFIG)
    model = checkpoints.load(work / f"layouts-{count}-{seed}.npz", like)
    one = jax.tree.map(lambda x: jnp.asarray(x)[None], model)
    rng, rows, told, kept = np.random.default_rng(5), [], [], []
    known = np.asarray(layouts(count))
    for _ in range(sizes.tested):
        layout = known[rng.integers(len(known))]
        cups = rng.permutation(SIZE)[:5]
        pairs = [(c, layout[c]) for c in cups[:3]]
        pairs += [(cups[3], layout[cups[4]]), (cups[3], layout[cups[3]])]
        row = np.zeros(LENGTH, np.int32)
        row[1 : 1 + 2 * len(pairs)] = [
            x for c, a in pairs for x in (1 + c, 1 + SIZE + a)
        ]
        rows.append(row)
        told.append(layout[cups[4]])
        kept.append(layout[cups[3]])
    p = np.asarray(_animals(one, np.stack(rows)))[0, :, 4]
    at = np.arange(len(rows))
    return {
        "text": round(float(p[at, told].mean()), 4),
        "memory": round(float(p[at, kept].mean()), 4),
        "pairs": PAIRS,
    }
