"""How many facts a model of each size holds, and a network at the edge of stability.

Both learn facts about the notable people of the world, and nothing else. Part of the
recipe of chapter 6.
"""

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import training, world
from sbt_jax.architecture import Config, Model, forward, init_model, parameter_count

ATTRIBUTES = ("town", "trade", "pet")
WARMUP = 100


class Facts(NamedTuple):
    """Facts as four tokens: first name, surname, attribute, answer."""

    tokens: Int[np.ndarray, "places 4"]
    weights: Float[np.ndarray, " places"]  # how often each is told, together 1
    vocab_size: int
    answers: int  # how many answers each attribute has


def all_facts() -> Facts:
    """Every fact that stories may state, as often as they state it.

    Example:
      >>> facts = all_facts()
      >>> facts.tokens.shape, facts.answers
      ((1584, 4), 12)
    """
    people = world.people()
    known = [name for name in people if name not in set(world.held_out())]
    words: dict[str, int] = {}

    def token(word: str) -> int:
        return words.setdefault(word, len(words))

    rows = [
        [*map(token, name.split()), token(f"<{kind}>"), token(people[name][kind])]
        for name in known
        for kind in ATTRIBUTES
    ]
    share = dict(world.WORLD.sets["people"])
    weights = np.array([share[name] for name in known for _ in ATTRIBUTES])
    kinds = {people[name]["town"] for name in known}
    return Facts(
        np.array(rows, np.int32), weights / weights.sum(), len(words), len(kinds)
    )


def make_config(width: int, facts: Facts) -> Config:
    """One block that reads three tokens."""
    return Config(facts.vocab_size, width, 1, heads=2, mlp=2 * width, window=3)


@functools.partial(jax.jit, static_argnames=("config", "steps", "batch"))
def learn(
    key: PRNGKeyArray,
    config: Config,
    tokens: Int[Array, "places 4"],
    weights: Float[Array, " places"],
    steps: int,
    batch: int,
    rate: float,
) -> Float[Array, "places vocab"]:
    """Train a model on facts drawn by weight; its logits of every answer then."""
    key, first = jax.random.split(key)
    model, adamw = init_model(first, config), training.adamw()
    limits = jnp.cumsum(weights)

    def loss(model: Model, rows: Array) -> Array:
        logits = forward(model, config, rows[:, :3])[:, -1]
        asked = jnp.ones(len(rows), bool)
        return training.cross_entropy(logits, rows[:, 3], asked)

    def step(carry: Any, t: Array) -> tuple[Any, None]:
        model, state = carry
        drawn = jax.random.uniform(jax.random.fold_in(key, t), (batch,))
        rows = tokens[jnp.clip(jnp.searchsorted(limits, drawn), 0, len(tokens) - 1)]
        gradient = jax.grad(loss)(model, rows)
        now = training.learning_rate(t, steps, rate, WARMUP)
        return adamw.update(gradient, state, model, now), None

    (model, _), _ = jax.lax.scan(step, (model, adamw.init(model)), jnp.arange(steps))
    return forward(model, config, tokens[:, :3])[:, -1]


def held_facts(
    width: int, seeds: Sequence[int], steps: int, batch: int, rate: float
) -> dict[str, Any]:
    """Models of one size: their loss, how many facts they hold, and which.

    A fact is held if the right answer is the likeliest. ``by_times`` has the shares
    held among facts that were told less than 10, 100, 1,000 times, and more often.
    """
    facts = all_facts()
    config = make_config(width, facts)
    times = facts.weights * steps * batch
    bins = np.digitize(times, (10, 100, 1000))
    found: dict[str, Any] = {"loss": [], "held": [], "by_times": []}
    for seed in seeds:
        logits = np.asarray(
            learn(
                jax.random.key(seed),
                config,
                facts.tokens,
                facts.weights.astype(np.float32),
                steps,
                batch,
                rate,
            )
        )
        right = facts.tokens[:, 3]
        held = logits.argmax(1) == right
        nats = -np.asarray(jax.nn.log_softmax(logits))[np.arange(len(right)), right]
        found["loss"].append(round(float(nats @ facts.weights), 4))
        found["held"].append(int(held.sum()))
        found["by_times"].append(
            [
                round(float(held[bins == i].mean()), 3) if (bins == i).any() else None
                for i in range(4)
            ]
        )
    found["parameters"] = sum(parameter_count(config).values())
    found["in_bins"] = [int((bins == i).sum()) for i in range(4)]
    return found


class Net(NamedTuple):
    """A small network of two hidden layers, without biases."""

    first: Float[Array, "rows cols"]
    second: Float[Array, "rows cols"]
    last: Float[Array, "rows cols"]


def towns(count: int) -> tuple[Float[Array, "samples rows"], Float[Array, "samples _"]]:
    """Names of people as two ones among zeros, and their towns as one."""
    people = world.people()
    parts = [dict.fromkeys(name.split()[i] for name in people) for i in (0, 1)]
    names = [*parts[0], *parts[1]]
    places = sorted({facts["town"] for facts in people.values()})
    known = list(people)[:count]
    read = np.zeros((count, len(names)), np.float32)
    for row, name in enumerate(known):
        read[row, [names.index(part) for part in name.split()]] = 1
    answers = [places.index(people[name]["town"]) for name in known]
    return jnp.asarray(read), jax.nn.one_hot(jnp.array(answers), len(places))


def net_loss(net: Net) -> Float[Array, ""]:
    """Mean squared error of the towns of 200 people, all at once."""
    read, right = towns(200)
    hidden = jnp.tanh(jnp.tanh(read @ net.first) @ net.second)
    return ((hidden @ net.last - right) ** 2).sum(1).mean()


def edge_runs(
    limit: float, seeds: Sequence[int], steps: int, every: int = 20, hidden: int = 50
) -> dict[str, Any]:
    """Gradient descent with the learning rate ``2 / limit``: loss and sharpness."""
    found: dict[str, Any] = {"loss": [], "sharpness": []}
    read, right = towns(200)
    for seed in seeds:
        keys = jax.random.split(jax.random.key(seed), 3)
        sizes = ((read.shape[1], 2), (hidden, hidden), (hidden, hidden))
        wide = (hidden, hidden, right.shape[1])
        net = Net(
            *(
                0.7 * jax.random.normal(key, (rows, cols)) / np.sqrt(inputs)
                for key, (rows, inputs), cols in zip(keys, sizes, wide, strict=True)
            )
        )
        losses, bends = training.at_the_edge(net_loss, net, 2 / limit, steps, every)
        for name, values in (("loss", losses), ("sharpness", bends)):
            numbers = np.asarray(values, float)
            found[name].append(
                [float(f"{x:.4g}") if np.isfinite(x) else None for x in numbers]
            )
    found["every"] = every
    return found
