"""Interpretability: how sparse against how faithful; more features; other depths.

Run by :mod:`sbt_jax.recipes.interpretability.further`.
"""

import dataclasses
import functools
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.architecture import gated_mlp, logit_lens, rms_norm
from sbt_jax.attention import multi_head
from sbt_jax.interpretability import SaeConfig, features_of, rebuilt
from sbt_jax.recipes.interpretability import (
    dictionaries,
    labels,
    scoring,
    stand_ins,
    streams,
)
from sbt_jax.recipes.interpretability.traces import held
from sbt_jax.shipped.stories import story_model
from sbt_jax.world import HELD_OUT_SEED

DEPTH = 2  # blocks after which most are trained
INSIDE, ENOUGH = 0.8, 0.05  # of a feature that is a part of another one


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests do less."""

    trained: dictionaries.Sizes = dictionaries.Sizes(  # noqa: RUF009 - frozen
        stories=1_200,
        steps=400,
        batch=512,
        seeds=(0,),
        keep=(4, 8, 16),
        l1=(0.045, 0.03, 0.02),
        jump=(0.036, 0.018, 0.009),
    )
    wide: int = 2_048
    tested: int = 20  # stories on which main goes on with what is rebuilt
    scored: int = 120  # stories whose facts are told
    every: int = 2  # places: each second one


def kinds(sizes: Sizes) -> dict[str, tuple[SaeConfig, float]]:
    """Every kind after block 2, from few features at once to many."""
    of, found = sizes.trained, {}
    for level, (keep, l1, jump) in enumerate(zip(of.keep, of.l1, of.jump, strict=True)):
        for objective, price in (("topk", 0.0), ("l1", l1), ("jump", jump)):
            width = story_model("main").config.width
            config = SaeConfig(width, of.features, objective, keep)
            found[f"{objective}-{level}"] = (config, price)
    return found


def stream(depth: int, stories: int) -> np.ndarray:
    """What stands in the stream after so many blocks."""
    return stand_ins.fresh(stories).streams[depth].astype(np.float32)


@functools.partial(jax.jit, static_argnames=("config", "sizes", "depth"))
def _lost(
    model: Any, config: Any, sae: Any, sizes: SaeConfig, depth: int, rows: Any
) -> Any:
    """The loss of each next token, with the stream at one depth rebuilt."""

    def one(tokens: Any) -> Any:
        now = model.embedding[tokens]
        word = (jnp.arange(len(tokens)) > 0)[:, None]
        for at in range(config.layers + 1):
            if at == depth:
                again = rebuilt(sae, features_of(sae, sizes, now))
                now = jnp.where(word, again, now)
            if at == config.layers:
                break
            block = model.blocks[at]
            read = rms_norm(block.attention_norm, now, config.epsilon)
            now = now + multi_head(block.attention, read, base=config.rotary_base)
            read = rms_norm(block.mlp_norm, now, config.epsilon)
            now = now + gated_mlp(block.mlp, read)
        logs = jax.nn.log_softmax(logit_lens(model, now, epsilon=config.epsilon))
        return -jnp.take_along_axis(logs, jnp.roll(tokens, -1)[:, None], 1)[:, 0]

    return jax.lax.map(one, rows, batch_size=4)


def loss_with(sae: Any, config: SaeConfig, depth: int, tested: int) -> float:
    """Nats a token with the stream rebuilt; a depth of -1 rebuilds nothing."""
    reader = story_model("main")
    rows, known = stand_ins.padded(stand_ins.tested(tested), reader.config.window)
    found = _lost(reader.model, reader.config, sae, config, depth, rows)
    return float(np.asarray(found)[known].mean())


def train(
    work: Path,
    name: str,
    depth: int,
    config: SaeConfig,
    price: float,
    seed: int,
    sizes: Sizes,
) -> dict[str, Any]:
    """One autoencoder, and what main loses if it reads on from what that rebuilds."""
    vectors = stream(depth, sizes.trained.stories)
    found = dictionaries.train(work, name, vectors, config, price, seed, sizes.trained)
    sae, _ = dictionaries.load_sae(work / f"{name}.npz")
    plain = loss_with(sae, config, -1, sizes.tested)
    lost = loss_with(sae, config, depth, sizes.tested) - plain
    return {**found, "loss": round(plain, 4), "lost": round(lost, 4)}


@functools.lru_cache(maxsize=1)
def facts(sizes: Sizes) -> tuple[np.ndarray, list[str], np.ndarray, np.ndarray]:
    """Which places are scored, what may be true there, and in which half each is."""
    read = held(sizes.scored)
    told = list(islice(streams.texts(HELD_OUT_SEED, stand_ins.START), sizes.scored))
    true = labels.told(story_model("main"), told)
    kept = np.arange(len(read.story)) % sizes.every == 0
    places = zip(read.story[kept], read.place[kept], strict=True)
    halves = (read.story[kept] % 2).astype(int)
    names, truth = labels.matrix([true[s][p - 1] for s, p in places], halves)
    return kept, names, truth, halves


def told_by(work: Path, name: str, depth: int, sizes: Sizes) -> dict[str, Any]:
    """How well the best feature, axis and a probe at a depth tell facts, by kind."""
    kept, names, truth, halves = facts(sizes)
    vectors = held(sizes.scored).streams[depth][kept].astype(np.float32)
    fired = scoring.fired(work / f"{name}.npz", vectors)
    scores = {
        "feature": scoring.best_unit(fired, truth, halves)["auc"],
        "axis": scoring.best_unit(vectors, truth, halves)["auc"],
        "probe": scoring.fitted(vectors, truth, halves)["probe"],
    }
    return {
        "places": int(kept.sum()),
        "labels": {k: sum(n.startswith(k) for n in names) for k in labels.KINDS},
        **{
            unit: {
                kind: round(
                    median(
                        [
                            x
                            for n, x in zip(names, auc, strict=True)
                            if n.startswith(kind)
                        ]
                        or [0.5]
                    ),
                    4,
                )
                for kind in labels.KINDS
            }
            for unit, auc in scores.items()
        },
        "gets it": {
            unit: round(auc[names.index(labels.ALWAYS[0])], 4)
            if labels.ALWAYS[0] in names
            else 0.5
            for unit, auc in scores.items()
        },
    }


def split(work: Path, one: str, other: str, sizes: Sizes) -> dict[str, Any]:
    """How many features of one have several parts in another.

    A part fires nearly only where the whole does, and on some of it.
    """
    read = held(sizes.scored)
    vectors = read.streams[DEPTH].astype(np.float32)
    whole, part = (scoring.fired(work / f"{n}.npz", vectors) > 0 for n in (one, other))
    both = whole.T.astype(np.float32) @ part.astype(np.float32)
    inside = both / np.maximum(part.sum(0), 1)
    covers = both / np.maximum(whole.sum(0), 1)[:, None]
    parts = (inside >= INSIDE) & (covers >= ENOUGH)
    many = parts.sum(1)
    alive = whole.any(0)
    best = int(np.where(many >= 2, many * (whole.mean(0) > 0.005), 0).argmax())
    table = story_model("main").tokenizer.token_bytes

    def words(fires: np.ndarray) -> list[str]:
        found, counts = np.unique(read.tokens[fires], return_counts=True)
        order = np.argsort(-counts, kind="stable")[:4]
        return [table[found[i]].decode().strip() for i in order]

    order = np.flatnonzero(parts[best])
    order = order[np.argsort(-covers[best][order], kind="stable")][:6]
    return {
        "alive": int(alive.sum()),
        "alive_there": int(part.any(0).sum()),
        "split": int((many >= 2).sum()),
        "example": {
            "number": best,
            "often": round(float(whole[:, best].mean()), 4),
            "words": words(whole[:, best]),
            "parts": [
                {
                    "number": int(i),
                    "covers": round(float(covers[best, i]), 3),
                    "inside": round(float(inside[best, i]), 3),
                    "words": words(part[:, i]),
                }
                for i in order
            ],
        },
    }
