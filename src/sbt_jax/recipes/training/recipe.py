"""Training: learning rates, sizes, facts, overfitting, the edge of stability.

``python -m sbt_jax.recipes training`` trains many small models on stories of the
world and on its facts (``training/facts.py``), with several seeds each, and writes
one table. A run that is stopped goes on where it was.
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from sbt_jax import checkpoints, training, world
from sbt_jax.architecture import Config, init_model, parameter_count
from sbt_jax.recipes.runner import Run
from sbt_jax.recipes.stories import make_config
from sbt_jax.recipes.training import facts
from sbt_jax.shipped.measures import (
    measure_gap,
    story_entropy,
    story_surprise,
    word_costs,
    word_marks,
)
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import StoryModel, story_tokenizer

RECIPE = "sbt_jax.recipes.training"
WHAT = "Learning rates, sizes, facts held, overfitting, the edge of stability."
READS = ("world", "tokenizer")
WARMUP = 20
EVERY = 10  # steps of one point of a curve


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests train less."""

    seeds: tuple[int, ...] = (0, 1, 2)
    # 24 learning rates at once
    rates: tuple[float, ...] = tuple(
        float(f"{x:.3g}") for x in np.geomspace(1e-4, 1, 24)
    )
    rate_widths: tuple[int, ...] = (16, 32, 64)
    rate_steps: int = 200
    # sizes, on the same stories
    widths: tuple[int, ...] = (8, 16, 32, 64, 128)
    steps: int = 1200
    batch: int = 4
    # facts alone
    fact_widths: tuple[int, ...] = (4, 8, 16, 32, 64)
    fact_steps: int = 4000
    # few stories, again and again
    few: tuple[int, ...] = (100, 1000, 10_000)
    marks: tuple[int, ...] = (0, 25, 50, 100, 200, 400, 800)
    # full-batch descent: 2 / learning rate
    limits: tuple[float, ...] = (10.0, 7.0, 5.0, 2.0, 0.5)
    edge_steps: int = 4000
    held_out: int = 200


def story_config(width: int) -> Config:
    """Two layers, as *small* has."""
    return make_config(width, layers=2, mlp=5 * width // 2)


@functools.partial(jax.jit, static_argnames="config")
def train_rates(
    key: PRNGKeyArray,
    config: Config,
    rates: Float[Array, " runs"],
    batches: training.Batch,
    start: Any = None,
    share: Any = None,
) -> Float[Array, "runs steps"]:
    """Losses of as many models as there are rates, all at once and from one start.

    ``start`` and ``share`` hold a number for each array, if given: the first weights
    are multiplied by those, and each update by these.
    """
    model, adamw = init_model(key, config), training.adamw(b2=0.95)
    steps = len(batches.tokens)
    if start is not None:
        model = jax.tree.map(jnp.multiply, model, start)

    def run(rate: Array) -> Array:
        def step(carry: Any, now: Any) -> tuple[Any, Array]:
            batch, t = now
            weights, state = carry
            loss, gradient = jax.value_and_grad(training.batch_loss)(
                weights, config, batch
            )
            eta = training.learning_rate(t, steps, rate, WARMUP)
            new, state = adamw.update(gradient, state, weights, eta)
            if share is not None:
                part = lambda old, new, much: old + much * (new - old)  # noqa: E731
                new = jax.tree.map(part, weights, new, share)
            return (new, state), loss

        first = model, adamw.init(model)
        return jax.lax.scan(step, first, (batches, jnp.arange(steps)))[1]

    return jax.vmap(run)(rates)


def try_rates(rows: training.Rows, width: int, settings: Sizes) -> dict[str, Any]:
    """The loss of the last steps by rate, a row a seed, and the curves of one seed."""
    config, ends, curves = story_config(width), [], []
    for seed in settings.seeds:
        first = seed * settings.rate_steps
        batches = jax.tree.map(
            lambda *parts: np.stack(parts),
            *(rows_at(rows, 2, first + i) for i in range(settings.rate_steps)),
        )
        rates = jnp.array(settings.rates)
        losses = np.asarray(train_rates(jax.random.key(seed), config, rates, batches))
        ends.append(_numbers(losses[:, -EVERY:].mean(1)))
        means = losses.reshape(len(rates), -1, EVERY).mean(2)
        curves.append([_numbers(curve) for curve in means])
    return {
        "end": ends,
        "curves": curves[0],
        "parameters": sum(parameter_count(config).values()),
    }


def _numbers(values: Float[np.ndarray, " places"]) -> list[float | None]:
    """Three digits after the point; nothing for what is not finite."""
    return [round(float(x), 3) if np.isfinite(x) else None for x in values]


def try_size(
    rows: training.Rows, width: int, seed: int, settings: Sizes
) -> dict[str, Any]:
    """A model of one width after a fixed number of stories: its gap, by skill too."""
    config, tokenizer = story_config(width), story_tokenizer()
    plan = training.Settings(settings.steps, 5e-3, warmup=min(60, settings.steps // 2))
    model, _ = training.train(
        jax.random.key(seed),
        config,
        plan,
        functools.partial(rows_at, rows, settings.batch),
    )
    reader = StoryModel(model, config, tokenizer)
    found = measure_gap(reader, settings.held_out)
    told = [s.text for s in world.stories(settings.held_out, world.HELD_OUT_SEED)]
    costs = word_costs(reader, told)
    nats = [
        float(cost)
        for text, row in zip(told, costs, strict=True)
        for (_, skill, _), cost in zip(word_marks(text), row, strict=True)
        if skill == "fact"
    ]
    return {
        "gap": found["gap_per_word"],
        "fact": round(float(np.mean(nats)), 4),
        "parameters": sum(parameter_count(config).values()),
    }


def overfit(count: int, seed: int, settings: Sizes) -> dict[str, Any]:
    """Few stories, again and again: nats a token on them, and on new ones."""
    config, tokenizer = story_config(64), story_tokenizer()
    rows = story_rows(tokenizer, count, start=seed * count)
    told = [s.text for s in world.stories(min(count, 100), start=seed * count)]
    new = [s.text for s in world.stories(100, world.HELD_OUT_SEED)]
    found: dict[str, list[float]] = {"train": [], "held_out": []}

    def look(_: int, model: Any) -> None:
        reader = StoryModel(model, config, tokenizer)
        for name, texts in (("train", told), ("held_out", new)):
            nats = np.concatenate(story_surprise(reader, texts))
            found[name].append(round(float(nats.mean()), 4))

    steps = settings.marks[-1]
    training.train(
        jax.random.key(seed),
        config,
        training.Settings(steps, 5e-3, warmup=min(50, steps // 2)),
        functools.partial(rows_at, rows, settings.batch),
        snapshot=look,
        snapshot_at=settings.marks,
    )
    return found | {"passes": round(steps * settings.batch / len(rows.tokens), 2)}


def make(run: Run) -> dict[str, Any]:
    """Measure what is not yet measured."""
    s, tokenizer = run.sizes, story_tokenizer()
    # What learns facts and nothing else does not ask how stories tell them.
    known = repr((world.people(), world.WORLD.sets["people"]))
    of_facts = run.depending({"people": checkpoints.digest(known)})
    rows = story_rows(tokenizer, 12_000)

    def rates(width: int) -> Any:
        key = [width, s.rates, s.rate_steps, s.seeds]
        return run.remembered(f"rates-{width}", key, try_rates, rows, width, s)

    def size(width: int, seed: int) -> Any:
        key = [width, seed, s.steps, s.batch, s.held_out]
        return run.remembered(
            f"size-{width}-{seed}", key, try_size, rows, width, seed, s
        )

    def held(width: int) -> Any:
        key = [width, s.fact_steps, s.seeds]
        how = (width, s.seeds, s.fact_steps, 256, 1e-2)
        return of_facts.remembered(f"facts-{width}", key, facts.held_facts, *how)

    def few(count: int, seed: int) -> Any:
        key = [count, seed, s.marks, s.batch]
        return run.remembered(f"overfit-{count}-{seed}", key, overfit, count, seed, s)

    def edge(limit: float) -> Any:
        key, how = [limit, s.edge_steps, s.seeds], (limit, s.seeds, s.edge_steps)
        return of_facts.remembered(f"edge-{limit:g}", key, facts.edge_runs, *how)

    return {
        "settings": dataclasses.asdict(s),
        "floor": story_entropy(tokenizer, s.held_out)._asdict(),
        "rates": {str(width): rates(width) for width in s.rate_widths},
        "sizes": {str(w): [size(w, seed) for seed in s.seeds] for w in s.widths},
        "facts": {str(width): held(width) for width in s.fact_widths},
        "overfit": {str(n): [few(n, seed) for seed in s.seeds] for n in s.few},
        "edge": {f"{limit:g}": edge(limit) for limit in s.limits},
    }
