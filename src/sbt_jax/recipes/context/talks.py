"""Context: long chats, cut to a budget in four ways, and what the reader still knows.

Run by :mod:`sbt_jax.recipes.context.recipe`.
"""

import dataclasses
import functools
import random
from typing import Any, NamedTuple

import numpy as np

from sbt_jax import alignment, context
from sbt_jax.context import POLICIES
from sbt_jax.shipped.reading import read_notes
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.tokenization import Tokenizer
from sbt_jax.world import notes
from sbt_jax.world.notes import FACTS, THEMES, Asked, Text
from sbt_jax.world.themes import Pool
from sbt_jax.world.words import BOYS, GIRLS, OBJECTS

SMALL_TALK = ("thing", "gift")  # what nobody is asked about


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is measured; tests do less."""

    chats: int = 120
    people: int = 6
    tokens: int = 400  # of a chat, at least
    budgets: tuple[int, ...] = (64, 96, 128, 192, 256)
    seed: int = 0
    alone: tuple[int, ...] = (1, 4, 8, 16)  # messages, with no budget


class Talk(NamedTuple):
    """A chat, and the one question that it is about."""

    messages: tuple[str, ...]
    asked: Asked


def cost_of(tokenizer: Tokenizer, text: str) -> int:
    """Tokens of a message, its mark included."""
    return len(alignment.encode_parts(tokenizer, [notes.said(notes.USER, text)]))


def talk(rng: random.Random, tokenizer: Tokenizer, sizes: Sizes) -> Talk:
    """Facts about people nobody has learned of, hidden in small talk."""
    names = rng.sample(notes.kept_back(), sizes.people)
    facts = [
        notes.fact(k := rng.choice(FACTS), name, rng.choice(notes.values(k)))
        for name in names
    ]
    told = [(rng.random(), fact.answer) for fact in facts]
    size = sum(cost_of(tokenizer, text) for _, text in told)
    while size < sizes.tokens:
        pool = Pool([], rng.sample(GIRLS + BOYS, 4), rng.sample(OBJECTS, 2))
        at = rng.random()
        for i, text in enumerate(THEMES[rng.choice(SMALL_TALK)](rng, pool).notes):
            told.append((at + i / 1000, text))
            size += cost_of(tokenizer, text)
    told.sort()
    return Talk(tuple(text for _, text in told), rng.choice(facts))


def talks(tokenizer: Tokenizer, sizes: Sizes) -> list[Talk]:
    """As many chats as there are asked for."""
    rng = random.Random(f"talks {sizes.seed}")
    return [talk(rng, tokenizer, sizes) for _ in range(sizes.chats)]


def measure(reader: StoryModel, sizes: Sizes) -> dict[str, Any]:
    """Right answers by policy and budget, and whether the fact was sent at all."""
    cost = functools.partial(cost_of, reader.tokenizer)
    told = talks(reader.tokenizer, sizes)
    table: dict[str, Any] = {}
    for policy in POLICIES:
        for budget in sizes.budgets:
            texts, there, used = [], [], []
            for one in told:
                question = one.asked.question
                room = context.room_for(question, budget, cost)
                kept = context.sent(policy, one.messages, question, room, cost)
                at = one.messages.index(one.asked.answer)
                there.append(at in kept.places)
                used.append(sum(map(cost, kept.texts)))
                asked = one.asked._replace(rests_on=())
                texts.append(Text(kept.texts, (asked,)))
            answers = read_notes(reader, texts, mark=notes.USER)
            right = np.array([one.right for one in answers])
            refused = np.array([one.refused for one in answers])
            here = np.array(there)
            table.setdefault(policy, {})[str(budget)] = {
                "right": _mean(right),
                "there": _mean(here),
                "right if there": _mean(right[here]),
                "refused if not": _mean(refused[~here]),
                "tokens": round(float(np.mean(used)), 1),
                "messages": round(float(np.mean([len(t.notes) for t in texts])), 1),
            }
    size = [sum(map(cost, one.messages)) for one in told]
    return {
        "chats": len(told),
        "people": sizes.people,
        "tokens": [int(min(size)), int(max(size))],
        "policies": table,
        "crowd": crowd(reader, told, sizes),
    }


def _mean(values: np.ndarray) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None


def crowd(reader: StoryModel, told: list[Talk], sizes: Sizes) -> dict[str, Any]:
    """The right message among more and more others, at every third of the way."""
    found: dict[str, Any] = {}
    rng = random.Random(f"crowd {sizes.seed}")
    for many in sizes.alone:
        texts, thirds = [], []
        for one in told:
            others = [text for text in one.messages if text != one.asked.answer]
            chosen = rng.sample(others, many - 1)
            at = rng.randrange(many)
            chosen.insert(at, one.asked.answer)
            texts.append(Text(tuple(chosen), (one.asked._replace(rests_on=()),)))
            thirds.append(min(2, 3 * at // many))
        answers = read_notes(reader, texts, mark=notes.USER)
        right = np.array([one.right for one in answers])
        third = np.array(thirds)
        found[str(many)] = {
            "right": _mean(right),
            "by third": [_mean(right[third == i]) for i in range(3)],
        }
    return found
