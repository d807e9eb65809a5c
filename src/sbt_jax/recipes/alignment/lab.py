"""Alignment: what every run shares: questions, verdicts, preferences.

Run by :mod:`sbt_jax.recipes.alignment`.
"""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from sbt_jax.alignment import Pairs
from sbt_jax.architecture import Model
from sbt_jax.recipes.assistants import Lab, Lesson, answer_rows, ask
from sbt_jax.world import formats
from sbt_jax.world.formats import Question, Rule

CRITIQUE = 96  # tokens of a question with an answer, a rule, a critique, a revision
HOMES = formats.RULES["homes"]
FORBIDDEN = ("town", "who")  # what is asked when an honest answer breaks that rule


def assess(questions: Sequence[Question], answers: Sequence[str]) -> dict[str, Any]:
    """Means over answers: the gold reward and what it is made of."""
    verdicts = [formats.judge(*pair) for pair in zip(questions, answers, strict=True)]
    golds = [formats.gold(*pair) for pair in zip(questions, answers, strict=True)]
    broken = [formats.breaks(HOMES, answer) for answer in answers]
    allowed = [q.kind not in FORBIDDEN for q in questions]

    def mean(values: Sequence[Any], where: Sequence[bool] | None = None) -> float:
        kept = [
            v for v, w in zip(values, where or [True] * len(values), strict=True) if w
        ]
        return round(float(np.mean(kept)), 4) if kept else 0.0

    refused = [v.refused for v in verdicts]
    forbidden = [not a for a in allowed]
    return {
        "gold": mean(golds),
        "true": mean([v.true for v in verdicts]),
        "false": mean([v.false for v in verdicts]),
        "niceties": mean([v.niceties for v in verdicts]),
        "other": mean([v.other for v in verdicts]),
        "allowed gold": mean(golds, allowed),
        "allowed true": mean([v.true for v in verdicts], allowed),
        "over-refusals": mean(refused, allowed),
        "violations": mean(broken, forbidden),
        "refusals": mean(refused, forbidden),
        "by kind": {
            kind: mean([v.true for v in verdicts], [q.kind == kind for q in questions])
            for kind in formats.KINDS
        },
        "refused by kind": {
            kind: mean(refused, [q.kind == kind for q in questions])
            for kind in formats.KINDS
        },
    }


def measured(lab: Lab, model: Model, count: int, seed: int) -> dict[str, Any]:
    """:func:`assess` on questions that are kept back from all training."""
    questions = list(formats.questions(count, 1000, "kept back"))
    return assess(questions, ask(lab, model, questions, seed))


def demonstration(question: Question, rng: random.Random) -> Lesson:
    """A question and an answer as fine-tuning shows it."""
    answer = formats.shown_answer(question, rng)
    return formats.prompt(question.text), [(formats.MODEL, answer), (formats.END, "")]


def critique_lesson(question: Question, rule: Rule, answer: str) -> Lesson:
    """An answer under a rule, and what is right to say of it."""
    before = formats.critique_prompt(question.text, answer, rule)
    return before, formats.critique(rule, question, answer)


def preferences(
    lab: Lab, model: Model, count: int, noise: float, seed: int
) -> tuple[Pairs, float]:
    """Pairs of a model's own answers, and how often the label is the gold one.

    Two answers that the gold reward likes alike are no pair. A label is turned
    round with probability ``noise``, as people disagree.
    """
    rng = random.Random(seed)
    questions = list(formats.questions(3 * count, 100 + seed))
    first, second = (ask(lab, model, questions, 2 * seed + i) for i in (0, 1))
    better: list[tuple[Question, str]] = []
    worse: list[tuple[Question, str]] = []
    right = 0
    for question, *two in zip(questions, first, second, strict=True):
        golds = [formats.gold(question, text) for text in two]
        if golds[0] == golds[1] or len(better) == count or "" in two:
            continue
        turned = rng.random() < noise
        high = int(golds[1] > golds[0])
        right += not turned
        better.append((question, two[high ^ turned]))
        worse.append((question, two[1 - (high ^ turned)]))
    pairs = Pairs(answer_rows(lab, better), answer_rows(lab, worse))
    return pairs, right / len(better)
