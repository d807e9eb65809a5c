"""Fine-tuning *main* on other worlds: ranks, matrices, replay, weights in four bits.

Run by :mod:`sbt_jax.recipes.finetuning`.
"""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax import checkpoints, finetuning
from sbt_jax.architecture import Model
from sbt_jax.recipes.finetuning import tuning
from sbt_jax.recipes.finetuning.tuning import Plan, Test
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.stories import StoryModel, story_model
from sbt_jax.training import AdapterConfig, Batch
from sbt_jax.world import WORLD, stories
from sbt_jax.world.domains import DOMAINS, domain

LENGTH = 96  # tokens of a text
STORY = 256
TRAINED, HELD_OUT = 10, 11  # seeds of texts


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests train less."""

    model: str = "main"
    ranks: tuple[int, ...] = (1, 2, 4, 8, 16, 64)
    alpha: float = 16.0
    rate: float = 5e-3
    full_rate: float = 2e-3
    steps: int = 150
    rows: int = 8
    seeds: tuple[int, ...] = (0, 1)
    # The same number of numbers to learn as rank 4 of all matrices, nearly.
    others: tuple[tuple[str, int], ...] = (("attention", 10), ("MLP", 7))
    replay: tuple[int, int] = (4, 2)  # the rank, and how many of the rows are stories
    shipped: int = 2  # rank of the three adapters
    rounded_rank: int = 4
    tested: tuple[int, int] = (120, 60)  # texts of the other world, stories
    asked: int = 48  # stories that rounded weights are measured on


def plan_of(sizes: Sizes, rank: int, targets: str, seed: int) -> Plan:
    """How one run learns: by the rule of the chapter."""
    if rank == 0:
        return Plan(0, targets, 1.0, sizes.full_rate, seed)
    scale = finetuning.scaled(sizes.alpha, rank).scale
    return Plan(rank, targets, scale, sizes.rate, seed)


def opened(sizes: Sizes) -> tuple[StoryModel, Model]:
    """The model, with its weights on the device."""
    reader = story_model(sizes.model)
    return reader, jax.tree.map(jnp.asarray, reader.model)


def lessons(reader: StoryModel, sizes: Sizes, name: str, old: int = 0) -> Batch:
    """Texts of another world, and among each eight rows some beginnings of stories."""
    count = sizes.steps * sizes.rows
    new = tuning.texts(reader, domain(name), count, TRAINED, LENGTH)
    if old:
        told = tuning.beginnings(reader, list(stories(count)), LENGTH)
        tokens, asked = np.array(new.tokens), np.array(new.asked)
        taken = np.arange(count) % sizes.rows < old
        tokens[taken], asked[taken] = told.tokens[taken], told.asked[taken]
        new = Batch(tokens, asked)
    return new


def tests(reader: StoryModel, sizes: Sizes, name: str) -> tuple[Test, Test]:
    """Texts that nobody trains on: of the other world, and stories."""
    new = tuning.test_of(reader, domain(name), sizes.tested[0], HELD_OUT, LENGTH)
    return new, tuning.test_of(reader, WORLD, sizes.tested[1], 1, STORY)


def learned(
    sizes: Sizes, plan: Plan, name: str, work: Any, old: int = 0, keep: str = ""
) -> dict[str, Any]:
    """One run, and how far it is from both floors."""
    reader, model = opened(sizes)
    batch = lessons(reader, sizes, name, old)
    weights, losses = tuning.tune(reader, model, batch, plan, sizes.steps, sizes.rows)
    after = tuning.as_model(model, weights, plan)
    new, story = tests(reader, sizes, name)
    if keep:
        small = tuning.cut(weights, plan)
        config = AdapterConfig(plan.rank, plan.scale)
        checkpoints.save(work / f"{keep}.npz", small, config)
    found = {
        "rank": plan.rank,
        "targets": plan.targets,
        "numbers": _count(model, plan),
        "new": tuning.gap(reader, after, new),
        "old": tuning.gap(reader, after, story),
        "losses": losses[::10],
    }
    if plan.rank == 0 and plan.seed == 0:
        found["spectrum"] = spectrum(reader, sizes, model, after, new)
    return found


def _count(model: Model, plan: Plan) -> int:
    if plan.rank == 0:
        return sum(x.size for x in jax.tree.leaves(model))
    names = finetuning.TARGETS[plan.targets]
    return sum(
        plan.rank * sum(matrix.shape)
        for name, matrix in finetuning.matrices(model).items()
        if name.split(".", 2)[2] in names
    )


def spectrum(
    reader: StoryModel, sizes: Sizes, model: Model, after: Model, new: Test
) -> dict[str, Any]:
    """What full fine-tuning changed, by its largest directions only."""
    moved = finetuning.changes(after, model)
    held = [finetuning.share_held(change, sizes.ranks) for change in moved.values()]
    old = finetuning.matrices(model)
    gaps = []
    for rank in sizes.ranks:
        kept = {
            name: old[name] + jnp.asarray(finetuning.truncated(change, rank))
            for name, change in moved.items()
        }
        cut = finetuning.with_matrices(after, kept)
        gaps.append(tuning.gap(reader, cut, new))
    return {"held": np.mean(held, axis=0).round(4).tolist(), "new": gaps}


def before(sizes: Sizes) -> dict[str, Any]:
    """How far the model is from every floor before it learns anything new."""
    reader, model = opened(sizes)
    found = {}
    for name in DOMAINS:
        new, old = tests(reader, sizes, name)
        found[name] = tuning.gap(reader, model, new)
    return found | {"stories": tuning.gap(reader, model, old)}


def make(run: Run, sizes: Sizes) -> dict[str, Any]:
    """All runs of the main model."""
    of = dataclasses.asdict(sizes)
    base = {k: of[k] for k in ("model", "steps", "rows", "tested")}
    how = base | {k: of[k] for k in ("alpha", "rate", "full_rate")}

    def one(name: str, rank: int, targets: str, seed: int, **more: Any) -> Any:
        plan = plan_of(sizes, rank, targets, seed)
        old, keep = more.get("old", 0), more.get("keep", "")
        part = f"{name}-{rank}-{targets}-{seed}" + (f"-{old}" if old else "")
        given = (sizes, plan, name, run.work, old, keep)
        return run.remembered(part, [how, plan, old], learned, *given)

    found: dict[str, Any] = {"before": run.remembered("before", base, before, sizes)}
    shipped = {name: f"finetuning_{name}" for name in DOMAINS}
    ranks = [0, *sizes.ranks]
    for seed in sizes.seeds:
        rows = []
        for rank in ranks:
            first = rank == sizes.shipped and not seed
            keep = shipped["logbook"] if first else ""
            rows.append(one("logbook", rank, "all", seed, keep=keep))
        found.setdefault("ranks", []).append(rows)
        if not seed:
            found["others"] = [
                one("logbook", rank, targets, 0) for targets, rank in sizes.others
            ]
            rank, old = sizes.replay
            found["replay"] = one("logbook", rank, "all", 0, old=old)
            found["domains"] = {
                name: one(name, sizes.shipped, "all", 0, keep=shipped[name])
                for name in DOMAINS[1:]
            }
            found["formats"] = run.remembered("formats", of["asked"], formats, sizes)
            found["merging"] = run.remembered(
                "merging", [how, sizes.rounded_rank], merging, sizes
            )
    return found


# -- Weights in four bits ---------------------------------------------------------


def rounded(model: Model, how: finetuning.Format) -> Model:
    """A model whose matrices went into a format and back."""
    found = {
        name: jnp.asarray(finetuning.rounded(np.asarray(matrix), how))
        for name, matrix in finetuning.matrices(model).items()
    }
    return finetuning.with_matrices(model, found)


def formats(sizes: Sizes) -> list[dict[str, Any]]:
    """What every format does to the weights, and to the loss on stories."""
    reader, model = opened(sizes)
    test = tuning.test_of(reader, WORLD, sizes.asked, 1, STORY)
    first = tuning.gap(reader, model, test) * test.words
    whole = [np.asarray(x).ravel() for x in finetuning.matrices(model).values()]
    weights = np.concatenate(whole)
    rows = []
    for name, how in finetuning.formats().items():
        blocks = {how.block, *((256, 1024) if name == "NF4" else ())}
        for block in sorted(blocks):
            this = dataclasses.replace(how, block=block)
            codes = finetuning.encode_blocks(weights, this).codes
            after = tuning.gap(reader, rounded(model, this), test) * test.words
            error = finetuning.relative_error(
                weights, finetuning.rounded(weights, this)
            )
            rows.append(
                {
                    "name": name,
                    "block": block,
                    "bits": round(finetuning.stored_bits(this), 4),
                    "carried": round(finetuning.code_bits(codes, len(how.levels)), 4),
                    "error": round(error, 4),
                    "lost": round((after - first) / test.tokens, 5),
                }
            )
    return rows


def merging(sizes: Sizes) -> dict[str, Any]:
    """Adapters learned on rounded weights, and three ways to merge them."""
    reader, model = opened(sizes)
    nf4 = finetuning.formats()["NF4"]
    base = rounded(model, nf4)
    new, old = tests(reader, sizes, "logbook")
    plan = plan_of(sizes, sizes.rounded_rank, "all", 0)
    batch = lessons(reader, sizes, "logbook")
    weights, _ = tuning.tune(reader, base, batch, plan, sizes.steps, sizes.rows)
    learned = tuning.as_model(base, weights, plan)
    ways = {
        "as learned": learned,
        "into the first weights": tuning.as_model(model, weights, plan),
        "rounded again": rounded(learned, nf4),
        "rounded again, from the first weights": rounded(
            tuning.as_model(model, weights, plan), nf4
        ),
    }
    return {
        way: [tuning.gap(reader, whole, test) for test in (new, old)]
        for way, whole in ways.items()
    }
