"""What the reader does with passages: many, wrong, none, and those that were found."""

import random
from collections.abc import Sequence
from typing import Any

from sbt_jax import rag, world
from sbt_jax.embeddings import load_glove
from sbt_jax.rag import Library
from sbt_jax.shipped.reading import Answer, read_notes
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.world import notes
from sbt_jax.world.notes import Asked, Text
from sbt_jax.world.questions import notable

FOUND_BY = ("BM25", "dense", "hybrid")


def by_number(reader: StoryModel, counts: Sequence[int], texts: int, seed: int) -> Any:
    """Questions about people of whom nothing was ever told, by notes and place.

    Returns:
      By number of notes: of each place how often it was asked and right; and of
      questions that no note answers, how many and how often it said so.
    """
    found = {}
    for count in counts:
        rng = random.Random(f"rag {count} {seed}")
        said = read_notes(
            reader, [notes.draw(rng, count, 1, "kept back") for _ in range(texts)]
        )
        places = [[0, 0] for _ in range(count)]
        for one in said:
            if one.asked.rests_on:
                place = places[one.asked.rests_on[0]]
                place[0] += 1
                place[1] += one.right
        absent = [one for one in said if not one.asked.rests_on]
        found[str(count)] = {
            "places": places,
            "absent": len(absent),
            "said so": sum(one.right for one in absent),
        }
    return found


def contradicted(reader: StoryModel, seed: int) -> dict[str, int]:
    """A passage says otherwise than the stories did: who is believed?

    Of everybody notable, one note names another town. The answer is that of the note,
    that of the stories, or neither.
    """
    rng = random.Random(f"rag told {seed}")
    told, known = [], []
    for name in notable("asked"):
        truth = world.people()[name]["town"]
        other = rng.choice([t for t in notes.values("town") if t != truth])
        here, there = (notes.fact("town", name, town) for town in (other, truth))
        told.append(Text((here.answer,), (here,)))
        known.append(Text((here.answer,), (there._replace(rests_on=()),)))
    return {
        "asked": len(told),
        "told": sum(one.right for one in read_notes(reader, told)),
        "remembered": sum(one.right for one in read_notes(reader, known)),
    }


def a_library(seed: int) -> list[Asked]:
    """Three facts on each of the people whom no note of training was about."""
    rng = random.Random(f"rag library {seed}")
    return [
        notes.fact(kind, name, rng.choice(notes.values(kind)))
        for name in notes.kept_back()
        for kind in notes.FACTS
    ]


def found_and_read(
    reader: StoryModel, counts: Sequence[int], asked: int, seed: int
) -> dict[str, Any]:
    """The whole way: search a library of notes, lay the best before the reader, ask.

    Returns:
      By search and number of notes: how often the note was among them, how often the
      answer was right, and of those without the note, how often it said so.
    """
    facts = a_library(seed)
    where = Library(tuple(one.answer for one in facts), load_glove())
    chosen = random.Random(f"rag asked {seed}").sample(range(len(facts)), asked)
    table: dict[str, Any] = {"notes": len(facts), "asked": asked}
    for search in FOUND_BY:
        ranks = {i: rag.ranked(where, facts[i].question, search, 20) for i in chosen}
        table[search] = {}
        for count in counts:
            texts = [laid(facts, i, ranks[i][:count]) for i in chosen]
            table[search][str(count)] = counted(read_notes(reader, texts))
    return table


def laid(facts: Sequence[Asked], asked: int, found: Sequence[int]) -> Text:
    """The notes that were found, and the question with the answer that they allow."""
    one = facts[asked]
    rests = tuple(place for place, i in enumerate(found) if i == asked)
    answer = one.answer if rests else notes.ABSENT
    return Text(
        tuple(facts[i].answer for i in found),
        (Asked(one.kind, one.question, answer, rests),),
    )


def counted(said: Sequence[Answer]) -> dict[str, int]:
    """Found or not, read right or not."""
    there = [one for one in said if one.asked.rests_on]
    return {
        "found": len(there),
        "right": sum(one.right for one in there),
        "refused": sum(one.refused for one in there),
        "said so": sum(one.right for one in said if not one.asked.rests_on),
    }
