"""Evaluation: a coder, a test that leaks, a quiz scored in ways, an arena's answers.

``python -m sbt_jax.recipes evaluation`` trains small models that write programs from
three examples and computes their pass@k exactly, fine-tunes the small story model while
a test leaks, and lets it and the assistants of chapter 8 sit a quiz and answer the
questions of an arena. It ships one coder and two tables. A run that is stopped goes on
where it was.
"""

import dataclasses
from typing import Any

from sbt_jax.recipes.evaluation import coders, leaks, quiz
from sbt_jax.recipes.evaluation.quiz import CONTESTANTS
from sbt_jax.recipes.runner import Run, Table

RECIPE = "sbt_jax.recipes.evaluation"
READS = (
    *("world", "main", "small"),
    *("alignment_sft", "alignment_rlhf", "alignment_dpo", "alignment_rule"),
)
TABLES = {
    "evaluation": Table(
        "pass@k of small coders, a test that leaks, and a quiz scored in four ways.",
        READS,
    ),
    "evaluation_arena": Table(
        "Answers of six contestants to the questions of an arena.", READS
    ),
}
CODER = "evaluation_coder"
JUDGE = ("DPO", "fine-tuned")  # what the one gains over the other is its reward


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    coded: coders.Sizes = coders.Sizes()  # noqa: RUF009 - frozen
    leaked: leaks.Sizes = leaks.Sizes()  # noqa: RUF009 - frozen
    asked: quiz.Sizes = quiz.Sizes()  # noqa: RUF009 - frozen
    seeds: tuple[int, ...] = (0, 1)


def coder(run: Run, seed: int) -> dict[str, Any]:
    """One coder, trained and measured."""
    sizes = run.sizes.coded
    alone = run.depending(None)
    asked = dataclasses.asdict(sizes)
    whole = {k: v for k, v in asked.items() if k != "seeds"}
    of = {k: v for k, v in whole.items() if k in ("steps", "rate", "rows")}
    trained = alone.remembered(
        f"coder-{seed}", [of, seed], coders.train, run.work, sizes, seed
    )
    return trained | alone.remembered(
        f"coder-{seed}-measured", [whole, seed], coders.examine, run.work, sizes, seed
    )


def leak(run: Run, share: float, form: str, seed: int) -> dict[str, Any]:
    """One small model whose lessons hold some of its test."""
    sizes = run.sizes.leaked
    of = {
        k: v
        for k, v in dataclasses.asdict(sizes).items()
        if k not in ("seeds", "leaks")
    }
    name = f"leak-{share}-{form.replace(' ', '-')}-{seed}"
    return run.remembered(
        name, [of, share, form, seed], leaks.train, run.work, sizes, share, form, seed
    )


def contestant(run: Run, what: str, name: str) -> dict[str, Any]:
    """A contestant's marks in the quiz, or its answers in the arena."""
    sizes, seed = run.sizes.asked, run.sizes.leaked.seeds[0]
    do = {"quiz": quiz.examine, "pool": quiz.pool}[what]
    of = [dataclasses.asdict(sizes), name, seed]
    return run.remembered(f"{what}-{name}", of, do, run.work, sizes, name, seed)


def make(run: Run, name: str) -> dict[str, Any]:
    """Measure and train what is not yet there, and ship it."""
    run.work.mkdir(parents=True, exist_ok=True)
    sizes = run.sizes
    if name == "evaluation_arena":
        return arena(run)
    told = {
        f"{share:g} {form}": [leak(run, share, form, s) for s in sizes.leaked.seeds]
        for share, form in sizes.leaked.leaks
    }
    coded = {str(seed): coder(run, seed) for seed in sizes.coded.seeds}
    best = sizes.coded.seeds[0]
    run.ship(
        f"{CODER}.npz",
        "A small model that writes programs from three examples.",
        kept=f"coder-{best}.npz",
        seeds=(best,),
        inputs={},
        held_out={"loss": coded[str(best)]["loss"]},
    )
    return {
        "coder": coded,
        "leaks": told,
        "people": sizes.leaked.people,
        "quiz": {who: contestant(run, "quiz", who) for who in CONTESTANTS},
        "asked": 4 * sizes.asked.asked,
    }


def arena(run: Run) -> dict[str, Any]:
    """The answers of all, with what a program and a judge say of each."""
    sizes = run.sizes.asked
    rows = {who: contestant(run, "pool", who)["answers"] for who in CONTESTANTS}
    texts = [row["text"] for answers in rows.values() for row in answers]
    liked = run.remembered(
        "liked",
        [dataclasses.asdict(sizes), texts],
        quiz.liked,
        run.work,
        sizes,
        texts,
        JUDGE,
    )
    marks = iter(liked)
    return {
        "questions": [q.text for q in quiz.asked_in_arena(sizes)],
        "each": sizes.each,
        "answers": {
            who: [row | {"liked": next(marks)} for row in answers]
            for who, answers in rows.items()
        },
    }
