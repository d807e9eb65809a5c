"""Reader: *main* after mid-training, so that it reads what stands before it.

``python -m sbt_jax.recipes reader`` lets all weights of *main* go on learning, on
stories and on notes with questions (:mod:`sbt_jax.world.notes`), watches how many notes
it can look through, measures the weights as they are shipped, and ships them with a
card and the table of its training. A run that is stopped goes on where it was.
"""

import dataclasses
import functools
from typing import Any

from jaxtyping import Array, Float

from sbt_jax import checkpoints, training
from sbt_jax.architecture import Config, Model
from sbt_jax.recipes.reader import measures
from sbt_jax.recipes.reader.lessons import Sizes, apart, lessons
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.measures import measure_gap
from sbt_jax.shipped.stories import StoryModel, story_model
from sbt_jax.shipped.writing import story_validity
from sbt_jax.training import Batch, Settings
from sbt_jax.world import notes
from sbt_jax.world.notes import MOST

RECIPE = "sbt_jax.recipes.reader"
READS = ("world", "tokenizer", "main", "notes")
MAKES = ("reader",)
TABLE = "How main learned to look things up: answers about notes, by their number."


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digest of notes as they are drawn today."""
    return {"notes": checkpoints.digest(repr(list(notes.texts(100, seed=0))))}


@functools.cache
def _loss(config: Config) -> Any:
    def loss(model: Model, batch: Batch) -> Float[Array, ""]:
        return training.batch_loss(model, config, batch)

    return loss


def _missing() -> Any:
    raise ValueError("a mark of the training was not watched: empty the work folder")


def train(run: Run, base: StoryModel, seed: int, steps: int) -> dict[str, Any]:
    """Mid-train from the shipped weights, watch, save."""
    sizes, work = run.sizes, run.work
    work.mkdir(parents=True, exist_ok=True)
    batch_at = lessons(base.tokenizer, sizes, seed, base.config.window)

    def watch(step: int, model: Model) -> None:
        now = base._replace(model=model)
        texts = {
            n: measures.texts_of(sizes.watched, n, seed=9) for n in range(1, MOST + 1)
        }
        right = {str(n): measures.share(now, told) for n, told in texts.items()}
        gone = measures.share(
            now, measures.texts_of(sizes.watched, 4, seed=10, absent=1.0)
        )
        gap = measure_gap(now, max(1, sizes.held_out // 10))["gap_per_word"]
        row = {"step": step, "right": right, "absent": gone, "gap": gap}
        checkpoints.remembered(
            work / f"{seed}-{step}.json", [run.of, seed], lambda: row
        )
        print(seed, row, flush=True)

    model, losses = training.fit(
        apart(base.model, base.tokenizer, seed),
        _loss(base.config),
        batch_at,
        Settings(steps, sizes.rate, sizes.warmup),
        snapshot=watch,
        snapshot_at=(marks := [m for m in sizes.marks if m < steps] + [steps]),
        save=work / f"{seed}.state.npz",
    )
    watched = [
        checkpoints.remembered(work / f"{seed}-{m}.json", [run.of, seed], _missing)
        for m in marks
    ]
    checkpoints.save(work / f"reader-{seed}.npz", model, base.config)
    return {"watched": watched, "last_loss": round(float(losses[-100:].mean()), 4)}


def measure(run: Run, base: StoryModel, seed: int) -> dict[str, Any]:
    """What the weights can do, as they are shipped."""
    sizes = run.sizes
    kept = checkpoints.load(run.work / f"reader-{seed}.npz", base.model)
    reader = base._replace(model=kept)
    return {
        **measures.by_number(reader, sizes.asked),
        "against memory": measures.against_memory(reader, sizes.asked),
        "kinds": measures.by_kind(reader, sizes.asked),
        "distance": measures.by_distance(reader, sizes.asked),
        "reserved": measures.reserved(reader),
        "stories": measure_gap(reader, sizes.held_out)
        | story_validity(reader, sizes.samples, seed=0),
    }


def make(run: Run) -> dict[str, Any]:
    """Train and measure what is not yet there, and ship it."""
    sizes, base = run.sizes, story_model(run.sizes.model)
    (seed,) = sizes.seeds
    how = {k: v for k, v in dataclasses.asdict(sizes).items() if "short" not in k}
    part = run.depending([run.of, how])
    plans = {seed: sizes.steps} | dict.fromkeys(sizes.short_seeds, sizes.short_steps)
    runs: dict[str, Any] = {}
    for one, steps in plans.items():
        of = (part, base, one, steps)
        runs[str(one)] = part.remembered(f"train-{one}", [one, steps], train, *of)
    measured = part.remembered("measured", seed, measure, part, base, seed)
    held_out = measured["stories"] | {
        f"right with {n} notes": measured["right"][str(n)] for n in (1, 2, 4, 6, 8, 10)
    }
    what = "Main after mid-training on stories and on notes with questions."
    run.ship("reader.npz", what, kept=f"reader-{seed}.npz", held_out=held_out)
    table = {"runs": runs, "measured": measured, "before": measures.reserved(base)}
    checkpoints.write_table("reading", table, run.card(TABLE), run.out)
    return table
