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
from sbt_jax.recipes.reader.lessons import Phase, Sizes, apart, lessons
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.measures import measure_gap
from sbt_jax.shipped.stories import StoryModel, story_model
from sbt_jax.shipped.writing import story_validity
from sbt_jax.training import Batch, Settings
from sbt_jax.world import notes

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


def watch(reader: StoryModel, sizes: Sizes) -> dict[str, Any]:
    """What it can do on its way, by the number of notes."""
    count = sizes.watched
    right = {
        str(n): measures.share(reader, measures.texts_of(count, n, seed=9))
        for n in sizes.numbers
    }
    gone = measures.texts_of(count, 4, seed=10, absent=1.0)
    gap = measure_gap(reader, max(1, sizes.held_out // 10))["gap_per_word"]
    return {"right": right, "absent": measures.share(reader, gone), "gap": gap}


def train(run: Run, base: StoryModel, seed: int, at: int, phase: Phase) -> list[Any]:
    """One phase: from the weights of the one before, watched and saved."""
    sizes, work, name = run.sizes, run.work, f"{seed}-{at}"
    work.mkdir(parents=True, exist_ok=True)
    start = apart(base.model, base.tokenizer, seed)
    if at:
        start = checkpoints.load(work / f"{seed}-{at - 1}.npz", base.model)

    def seen(step: int, model: Model) -> None:
        row = {"step": step} | watch(base._replace(model=model), sizes)
        path = work / f"{name}-{step}.json"
        checkpoints.remembered(path, [run.of, name], lambda: row)
        print(name, row, flush=True)

    marks = [m for m in phase.marks if m < phase.steps] + [phase.steps]
    model, _ = training.fit(
        start,
        _loss(base.config),
        lessons(base.tokenizer, sizes, phase, seed + at, base.config.window),
        Settings(phase.steps, phase.rate, phase.warmup),
        snapshot=seen,
        snapshot_at=marks,
        save=work / f"{name}.state.npz",
    )
    checkpoints.save(work / f"{name}.npz", model, base.config)
    return [
        checkpoints.remembered(work / f"{name}-{m}.json", [run.of, name], _missing)
        for m in marks
    ]


def trained(run: Run, base: StoryModel, seed: int, phases: Any) -> list[Any]:
    """Every phase in turn, as one row of marks; a phase depends on those before it."""
    rows, before = [], 0
    for at, phase in enumerate(phases):
        part = run.depending([run.of, phases[: at + 1]])
        of = (part, base, seed, at, phase)
        found = part.remembered(f"train-{seed}-{at}", seed, train, *of)
        rows += [row | {"step": row["step"] + before} for row in found]
        before += phase.steps
    return rows


def measure(run: Run, base: StoryModel, seed: int) -> dict[str, Any]:
    """What the weights can do, as they are shipped."""
    sizes = run.sizes
    last = f"{seed}-{len(sizes.phases) - 1}.npz"
    kept = checkpoints.load(run.work / last, base.model)
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
    whole = {"phases", "short_seeds", "short_steps"}
    how = {k: v for k, v in dataclasses.asdict(sizes).items() if k not in whole}
    part = run.depending([run.of, how])
    runs = {str(seed): trained(part, base, seed, sizes.phases)}
    short = (sizes.phases[0]._replace(steps=sizes.short_steps),)
    for other in sizes.short_seeds:
        runs[str(other)] = trained(part, base, other, short)
    part = part.depending([part.of, sizes.phases])
    measured = part.remembered("measured", seed, measure, part, base, seed)
    held_out = measured["stories"] | {
        f"right with {n} notes": measured["right"][str(n)] for n in sizes.numbers
    }
    what = "Main after mid-training on stories and on notes with questions."
    kept = f"{seed}-{len(sizes.phases) - 1}.npz"
    run.ship("reader.npz", what, kept=kept, held_out=held_out)
    table = {"runs": runs, "measured": measured, "before": measures.reserved(base)}
    checkpoints.write_table("reading", table, run.card(TABLE), run.out)
    return table
