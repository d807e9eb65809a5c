"""Evaluation: a small model that writes programs from three examples.

Run by :mod:`sbt_jax.recipes.evaluation`. There are so few programs that the chance of
each is computed, and nothing need be drawn.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import architecture, checkpoints, training
from sbt_jax.architecture import Config, Model, init_model
from sbt_jax.evaluation import coder
from sbt_jax.evaluation.chances import passing, program_chances, same_everywhere, starts
from sbt_jax.evaluation.coder import END, LENGTH, MOST, NAMES, VOCABULARY, Problem
from sbt_jax.training import Batch, Settings

CONFIG = Config(VOCABULARY, width=64, layers=3, heads=4, mlp=128, window=LENGTH + 5)
PROMPT = LENGTH - MOST - 1  # tokens of the longest examples
BLOCK = 2_000  # texts that are read side by side


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and asked; tests do less."""

    seeds: tuple[int, ...] = (1, 2)
    steps: int = 1200
    rate: float = 6e-3
    rows: int = 96
    problems: int = 100
    temperatures: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
    most: int = 100  # programs asked for


def rows_of(problems: list[Problem]) -> tuple[np.ndarray, np.ndarray]:
    """Problems with their programs as rows, and which tokens are learned."""
    rows = np.full((len(problems), LENGTH), END, np.int32)
    learned = np.zeros((len(problems), LENGTH), bool)
    for row, mask, problem in zip(rows, learned, problems, strict=True):
        ids = coder.spell_problem(problem.pairs)
        said = [10 + NAMES.index(name) for name in problem.program]
        row[: len(ids) + len(said)] = [*ids, *said]
        mask[len(ids) : len(ids) + len(said) + 1] = True
    return rows, learned


def lessons(sizes: Sizes, seed: int) -> functools.partial[Batch]:
    """The batch of each step; every row is a problem that comes once."""
    drawn = coder.draw_problems(1000 + seed, sizes.steps * sizes.rows)
    return functools.partial(_batch, *rows_of(drawn), sizes.rows)


def _batch(rows: np.ndarray, learned: np.ndarray, many: int, step: int) -> Batch:
    at = slice(step * many, (step + 1) * many)
    return Batch(rows[at], learned[at], np.zeros_like(rows[at]))


def _loss(model: Model, batch: Batch) -> Float[Array, ""]:
    return training.batch_loss(model, CONFIG, batch)


def train(work: Path, sizes: Sizes, seed: int) -> dict[str, Any]:
    """One model; the weights are left in ``work``."""
    model, losses = training.fit(
        init_model(jax.random.key(seed), CONFIG),
        _loss,
        lessons(sizes, seed),
        Settings(sizes.steps, sizes.rate, min(50, sizes.steps // 2)),
        save=work / f"coder-{seed}.state.npz",
        every=96,
        progress=False,
    )
    checkpoints.save(work / f"coder-{seed}.npz", model, CONFIG)
    print("coder", seed, losses[::100].round(3).tolist(), flush=True)
    return {"loss": round(float(losses[-50:].mean()), 4)}


@jax.jit
def _after(model: Model, rows: Array, last: Array) -> Array:
    logits = architecture.forward(model, CONFIG, rows)
    return logits[jnp.arange(len(rows)), last]


def program_logits(model: Model, problems: list[Problem]) -> list[np.ndarray]:
    """Of each problem, the logits after each beginning of a program."""
    texts = [
        [*coder.spell_problem(problem.pairs), *(10 + op for op in start)]
        for problem in problems
        for start in starts()
    ]
    found = []
    for first in range(0, len(texts), BLOCK):
        part = texts[first : first + BLOCK]
        rows = np.full((BLOCK, LENGTH), END, np.int32)
        last = np.zeros(BLOCK, np.int32)
        for i, ids in enumerate(part):
            rows[i, : len(ids)] = ids
            last[i] = len(ids) - 1
        found.append(np.asarray(_after(model, rows, last), float)[: len(part)])
    return list(np.concatenate(found).reshape(len(problems), len(starts()), -1))


def judged(problems: list[Problem]) -> tuple[np.ndarray, np.ndarray]:
    """Of each problem, which programs pass its examples, and which all inputs."""
    every = coder.programs()
    examples = np.zeros((len(problems), len(every)), bool)
    whole = np.zeros_like(examples)
    for at, problem in enumerate(problems):
        good = passing(problem.pairs)
        examples[at, good] = True
        same = same_everywhere(problem.program, [every[i] for i in good])
        whole[at, good] = same
    return examples, whole


def examine(work: Path, sizes: Sizes, seed: int) -> dict[str, Any]:
    """pass@k of a model as it is shipped, exactly: by examples and on all inputs."""
    like = init_model(jax.random.key(0), CONFIG)
    kept = checkpoints.load(work / f"coder-{seed}.npz", like)
    model = jax.tree.map(jnp.asarray, kept)
    problems = coder.draw_problems(5, sizes.problems)
    after = program_logits(model, problems)
    examples, whole = judged(problems)
    ks = np.arange(1, sizes.most + 1)
    found: dict[str, Any] = {"examples": {}, "all inputs": {}, "valid": {}}
    for t in sizes.temperatures:
        p = np.stack([program_chances(one, t) for one in after])
        for name, good in (("examples", examples), ("all inputs", whole)):
            right = np.minimum((p * good).sum(1), 1.0)
            curve = 1 - (1 - right[:, None]) ** ks
            found[name][str(t)] = [round(float(x), 4) for x in curve.mean(0)]
            if t == 1.0:
                found[f"{name} each"] = [round(float(x), 4) for x in right]
        found["valid"][str(t)] = round(float(p.sum(1).mean()), 4)
    found["fit the examples"] = round(float(examples.sum(1).mean()), 1)
    found["fit all inputs"] = round(float(whole.sum(1).mean()), 1)
    return found
