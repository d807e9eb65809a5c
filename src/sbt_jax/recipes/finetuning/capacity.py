"""Fine-tuning: how many invented facts go into how many numbers of *small*.

Run by :mod:`sbt_jax.recipes.finetuning`.
"""

import dataclasses
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax import finetuning, training
from sbt_jax.recipes.finetuning import tuning
from sbt_jax.recipes.finetuning.tuning import Plan
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.stories import StoryModel, encode_story, story_model
from sbt_jax.tokenization import encode
from sbt_jax.training import Batch
from sbt_jax.world.words import BOYS, GIRLS, SURNAMES, TOWNS


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is learned; tests learn less."""

    facts: tuple[int, ...] = (36, 144, 540)
    targets: tuple[str, ...] = ("value", "all")
    rank: int = 1
    scale: float = 4.0
    rates: tuple[float, ...] = (1e-2, 3e-2)
    steps: int = 400
    rows: int = 48


def invented(reader: StoryModel, count: int) -> Batch:
    """People and towns drawn anew, one fact a row; only the town is asked.

    Raises:
      ValueError: If there are not so many people.
    """
    people = [f"{first} {last}" for first in sorted(GIRLS + BOYS) for last in SURNAMES]
    if count > len(people):
        raise ValueError(f"facts must be at most {len(people)}, got {count}")
    rng = np.random.default_rng(count)
    end, rows = reader.tokenizer.special_ids["<end>"], []
    for name in rng.permutation(people)[:count]:
        before = encode_story(reader.tokenizer, f'"Where does {name} live?" "In')
        town = encode(reader.tokenizer, f" {TOWNS[rng.integers(len(TOWNS))]}")
        rows.append((before, town))
    length = max(len(before) + len(town) for before, town in rows)
    tokens = np.full((count, length), end, np.int32)
    asked = np.zeros(tokens.shape, bool)
    for row, (before, town) in enumerate(rows):
        size = len(before) + len(town)
        tokens[row, :size] = [*before, *town]
        asked[row, len(before) : size] = True
    return Batch(tokens, asked)


def measure(sizes: Sizes) -> list[dict[str, Any]]:
    """By number of facts and of numbers to learn: bits that went in."""
    reader = story_model("small")
    model = jax.tree.map(jnp.asarray, reader.model)
    loss = jax.jit(training.batch_loss, static_argnames="config")
    found = []
    for targets in sizes.targets:
        names = finetuning.TARGETS[targets]
        numbers = sum(
            sizes.rank * sum(matrix.shape)
            for name, matrix in finetuning.matrices(model).items()
            if name.split(".", 2)[2] in names
        )
        for count in sizes.facts:
            batch, best = invented(reader, count), math.inf
            for rate in sizes.rates:
                plan = Plan(sizes.rank, targets, sizes.scale, rate, 0)
                weights, _ = tuning.tune(
                    reader, model, batch, plan, sizes.steps, min(sizes.rows, count)
                )
                after = tuning.as_model(model, weights, plan)
                mean = float(loss(after, reader.config, batch))
                nats = mean * float(batch.asked[:, 1:].sum()) / count
                best = min(best, nats)
            bits = max(math.log2(len(TOWNS)) - best / math.log(2), 0.0) * count
            found.append(
                {
                    "targets": targets,
                    "numbers": numbers,
                    "facts": count,
                    "nats": round(best, 4),
                    "bits": round(bits, 1),
                    "a number": round(bits / numbers, 3),
                }
            )
            print(found[-1], flush=True)
    return found


def make(run: Run, sizes: Sizes) -> list[dict[str, Any]]:
    """The table of facts."""
    return run.remembered("capacity", dataclasses.asdict(sizes), measure, sizes)
