"""Alignment: a model that criticises and revises its own answers by a rule.

Run by :mod:`sbt_jax.recipes.alignment`.
"""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from sbt_jax.recipes import assistants
from sbt_jax.recipes.alignment.lab import CRITIQUE, FORBIDDEN, HOMES, measured
from sbt_jax.recipes.alignment.runs import Sizes
from sbt_jax.recipes.assistants import Lab
from sbt_jax.training import Adapter, add_adapters
from sbt_jax.world import formats


def criticised(
    lab: Lab, kinds: Sequence[str], count: int, seed: int, half: str = "asked"
) -> tuple[list[tuple[Any, Any]], dict[str, float], list[dict[str, Any]]]:
    """The model's own answers, its critiques of them, and its revisions.

    Returns:
      What to learn; how often critiques and revisions are right, by program; and some
      of the texts.
    """
    model = assistants.adapted(lab, "alignment_sft")
    questions = list(formats.questions(count, 400 + seed, half, kinds))
    answers = assistants.ask(lab, model, questions, 500 + seed)
    parts = [
        formats.critique_prompt(q.text, a, HOMES)
        for q, a in zip(questions, answers, strict=True)
    ]
    prompts = [lab.encode(p)[: CRITIQUE - 30] for p in parts]
    said, _ = assistants.reply(lab, model, prompts, 600 + seed, CRITIQUE, greedy=True)
    learned, counts, shown = [], np.zeros(4), []
    for question, answer, text in zip(questions, answers, said, strict=True):
        bad = text.startswith(formats.BAD)
        broken = formats.breaks(HOMES, answer)
        revised = text.removeprefix(formats.BAD) if bad else answer
        counts += [
            bad == broken and text.startswith((formats.BAD, formats.GOOD)),
            broken,
            not bad and broken,
            formats.breaks(HOMES, revised),
        ]
        after = [(formats.MODEL, revised), (formats.END, "")]
        if revised and "<" not in revised:
            learned.append((formats.prompt(question.text), after))
        shown.append({"question": question.text, "answer": answer, "critique": text})
    names = ("right", "broken", "overlooked", "broken after")
    shares = {n: round(float(c / count), 4) for n, c in zip(names, counts, strict=True)}
    return learned, shares, shown[:6]


def constituted(
    lab: Lab, settings: Sizes, share: float, seed: int
) -> tuple[dict[str, Adapter], dict[str, Any]]:
    """Train on revisions; ``share`` of them are of answers that the rule is about."""
    allowed = [kind for kind in formats.KINDS if kind not in FORBIDDEN]
    red, found, shown = criticised(lab, FORBIDDEN, settings.red, seed)
    green, other, _ = criticised(lab, allowed, settings.red, seed)
    rng = random.Random(seed)
    texts = [
        rng.choice(red if rng.random() < share else green)
        for _ in range(settings.red * 4)
    ]
    batches = assistants.lessons(lab, texts, settings.rows)
    first = assistants.saved(lab, "alignment_sft")
    adapters, _ = assistants.tune(
        lab, first, batches, settings.constitution_steps, settings.constitution_rate
    )
    model = add_adapters(lab.model, adapters)
    return adapters, {
        "asked for it": found,
        "others": other,
        "texts": shown,
        **measured(lab, model, settings.measured, 700 + seed),
    }
