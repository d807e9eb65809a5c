"""Interpretability: sparse autoencoders of the main model's stream.

Run by :mod:`sbt_jax.recipes.interpretability`.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from sbt_jax import checkpoints
from sbt_jax.interpretability import (
    Sae,
    SaeConfig,
    explained,
    features_of,
    init_sae,
    rebuilt,
    sae_loss,
    unit_directions,
)

CHUNK = 50  # steps a call
HELD = 20_000  # positions that no step sees


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests do less."""

    stories: int = 4_000
    features: int = 512
    steps: int = 800
    batch: int = 1_024
    rate: float = 2e-3
    faster: float = 10.0  # thresholds learn at this multiple of the rate
    seeds: tuple[int, ...] = (0, 1)
    keep: tuple[int, ...] = (8, 16)
    l1: tuple[float, ...] = (0.03, 0.02)
    jump: tuple[float, ...] = (0.018, 0.009)


@functools.cache
def rule(steps: int, rate: float) -> optax.GradientTransformation:
    """Adam with a warm-up and a cosine."""
    warm = min(100, steps // 4)
    schedule = optax.warmup_cosine_decay_schedule(0.0, rate, warm, steps, rate / 20)
    return optax.adam(schedule)


@functools.partial(jax.jit, static_argnames=("config", "how", "faster"))
def _chunk(
    sae: Sae,
    state: Any,
    rows: Any,
    prices: Any,
    config: SaeConfig,
    how: tuple[int, float],
    faster: float,
) -> Any:
    def step(carry: Any, given: Any) -> Any:
        sae, state = carry
        value, slope = jax.value_and_grad(sae_loss)(sae, config, *given)
        update, state = rule(*how).update(slope, state, sae)
        update = update._replace(log_threshold=faster * update.log_threshold)
        sae = unit_directions(optax.apply_updates(sae, update))
        return (sae, state), value

    (sae, state), losses = jax.lax.scan(step, (sae, state), (rows, prices))
    return sae, state, losses.mean()


def learn(
    x: Any, config: SaeConfig, price: float, seed: int, sizes: Sizes, start: float = 0.1
) -> Sae:
    """Train one on vectors of mean square 1; the price rises over the first quarter."""
    sae = init_sae(jax.random.key(seed), config, start)
    state = rule(sizes.steps, sizes.rate).init(sae)
    rng = np.random.default_rng(seed)
    for first in range(0, sizes.steps, CHUNK):
        now = np.arange(first, first + CHUNK) / (sizes.steps / 4)
        prices = (price * np.minimum(1, now)).astype(np.float32)
        rows = x[rng.integers(0, len(x), (CHUNK, sizes.batch))]
        sae, state, loss = _chunk(
            *(sae, state, rows, prices, config),
            *((sizes.steps, sizes.rate), sizes.faster),
        )
        if first % 400 == 0:
            print(config.objective, config.keep, price, seed, first, loss, flush=True)
    return sae


def in_stream_units(sae: Sae, mean: np.ndarray, scale: float) -> Sae:
    """The same for vectors that are neither centred nor scaled."""
    return sae._replace(
        center=jnp.asarray(mean) + scale * sae.center,
        bias=scale * sae.bias,
        log_threshold=sae.log_threshold + np.log(scale),
    )


def describe(sae: Sae, config: SaeConfig, held: np.ndarray) -> dict[str, Any]:
    """How sparse, how faithful, how many dead, on vectors that no step saw."""
    fired = np.asarray(
        jax.jit(features_of, static_argnames="config")(sae, config, held)
    )
    again = np.asarray(jax.jit(rebuilt)(sae, fired))
    often = (fired > 0).mean(0)
    threshold = np.exp(np.asarray(sae.log_threshold))
    return {
        "at_once": round(float((fired > 0).sum(1).mean()), 2),
        "explained": round(float(explained(jnp.asarray(held), jnp.asarray(again))), 4),
        "dead": int((often == 0).sum()),
        "rare": int((often < 1e-3).sum()),
        "often": int((often > 0.1).sum()),
        "threshold": [round(float(t), 4) for t in np.quantile(threshold, [0, 0.5, 1])],
    }


def train(
    work: Path,
    name: str,
    stream: np.ndarray,
    config: SaeConfig,
    price: float,
    seed: int,
    sizes: Sizes,
) -> dict[str, Any]:
    """One; its weights are left in ``work``."""
    mean = stream.mean(0)
    scale = float(np.sqrt(((stream - mean) ** 2).mean()))
    x = ((stream - mean) / scale).astype(np.float32)
    sae = learn(x[:-HELD], config, price, seed, sizes)
    sae = jax.tree.map(np.asarray, in_stream_units(sae, mean, scale))
    checkpoints.save(work / f"{name}.npz", sae, config)
    sae = checkpoints.as_shipped(sae)
    return describe(sae, config, stream[-HELD:].astype(np.float32))


@dataclasses.dataclass(frozen=True)
class StuckSizes:
    """Thresholds that cannot move; tests do less."""

    steps: int = 2_000
    batch: int = 256
    features: int = 256
    rate: float = 3e-4
    start: float = 0.01
    prices: tuple[float, ...] = (0.003, 3.0)
    fix: float = 100.0  # how much faster thresholds learn, mended


def stuck(stream: np.ndarray, sizes: StuckSizes) -> dict[str, Any]:
    """Largest thresholds and active features: two prices, and thresholds set free."""
    mean = stream.mean(0)
    scale = float(np.sqrt(((stream - mean) ** 2).mean()))
    x = ((stream - mean) / scale).astype(np.float32)
    config = SaeConfig(x.shape[1], sizes.features, "jump", 1)
    found = {}
    wanted = [(f"price {p}", p, 1.0) for p in sizes.prices]
    for name, price, faster in [*wanted, ("mended", sizes.prices[0], sizes.fix)]:
        how = Sizes(
            steps=sizes.steps, batch=sizes.batch, rate=sizes.rate, faster=faster
        )
        sae = learn(x[:-HELD], config, price, 0, how, sizes.start)
        found[name] = describe(sae, config, x[-HELD:])
    return found


def load_sae(path: Path) -> tuple[Sae, SaeConfig]:
    """A trained one, as it is shipped."""
    config = SaeConfig(**checkpoints.read_config(path))
    shapes = jax.eval_shape(
        functools.partial(init_sae, config=config), jax.random.key(0)
    )
    return jax.tree.map(jnp.asarray, checkpoints.load(path, shapes)), config
