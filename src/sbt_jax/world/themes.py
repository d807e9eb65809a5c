"""What notes tell of: facts, friends, things, gifts, counts.

Public names: :mod:`sbt_jax.world.notes`.
"""

import functools
import itertools
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sbt_jax.world.words import (
    ANIMALS,
    FRUITS,
    NUMBERS,
    SPOTS,
    TOWNS,
    TRADES,
)

#: Kinds of notes about one person each, with one question each: what is measured first.
FACTS = ("town", "trade", "pet")


class Asked(NamedTuple):
    """A question, the answer to give, and the notes that it rests on."""

    kind: str
    question: str
    answer: str
    rests_on: tuple[int, ...]  # places of notes; none if nobody told


class Told(NamedTuple):
    """What one theme adds to a text: notes, and questions about them by place."""

    notes: list[str]
    asked: list[Asked]


class Pool(NamedTuple):
    """What a text has not spoken of yet; each theme takes from the end."""

    names: list[str]
    firsts: list[str]
    things: list[str]


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


# kind: the question, the note, and what may stand in it
_FACTS: dict[str, tuple[str, str, Sequence[str]]] = {
    "town": ("Where does {} live?", "{} lives in {}.", TOWNS),
    "trade": ("What does {} do?", "{} is {}.", [_article(t) for t in TRADES]),
    "pet": ("What does {} have?", "{} has {}.", [_article(a) for a in ANIMALS]),
}


def fact(kind: str, name: str, value: str) -> Asked:
    """What a note says of a person, as the answer that quotes it, with its question.

    Args:
      kind: ``town``, ``trade`` or ``pet``.
      name: Of the person.
      value: One of :func:`values`.

    Raises:
      ValueError: If there is no such kind or value.

    Example:
      >>> fact("town", "Maya Frost", "Kirby")[1:3]
      ('Where does Maya Frost live?', 'Maya Frost lives in Kirby.')
    """
    if value not in values(kind):
        raise ValueError(f"value must be among {values(kind)}, got {value!r}")
    question, note, _ = _FACTS[kind]
    return Asked(kind, question.format(name), note.format(name, value), (0,))


def values(kind: str) -> Sequence[str]:
    """What a note of a kind may say of a person.

    Raises:
      ValueError: If there is no such kind.

    Example:
      >>> len(values("town")), values("pet")[-2:]
      (12, ['a pig', 'a sheep'])
    """
    if kind not in _FACTS:
        raise ValueError(f"kind must be among {FACTS}, got {kind!r}")
    return _FACTS[kind][2]


def _a_fact(rng: random.Random, pool: Pool, kinds: Sequence[str] = FACTS) -> Told:
    kind = rng.choice(kinds)
    one = fact(kind, pool.names.pop(), rng.choice(values(kind)))
    return Told([one.answer], [one])


def _a_person(rng: random.Random, pool: Pool) -> Told:
    """Two facts of one person: the name alone does not tell which note answers."""
    name = pool.names.pop()
    told = [
        fact(kind, name, rng.choice(values(kind)))._replace(rests_on=(i,))
        for i, kind in enumerate(rng.sample(FACTS, 2))
    ]
    return Told([one.answer for one in told], told)


def _a_friend(rng: random.Random, pool: Pool) -> Told:
    """A look-up in two steps: a friend, and what is told of the friend."""
    name, other, kind = pool.names.pop(), pool.names.pop(), rng.choice(FACTS)
    who, first = f"the friend of {name}", f"The friend of {name} is {other}."
    second = fact(kind, other, rng.choice(values(kind)))
    through = _FACTS[kind][0].format(who)
    asked = [
        Asked("friend", f"Who is {who}?", first, (0,)),
        Asked("two steps", through, f"{first} {second.answer}", (0, 1)),
        second._replace(rests_on=(1,)),
    ]
    return Told([first, second.answer], asked)


def _a_thing(rng: random.Random, pool: Pool) -> Told:
    """Where a thing is; of two notes the later one holds."""
    thing, spots = pool.things.pop(), rng.sample(list(SPOTS), rng.choice((1, 1, 2)))
    notes = [f"The {thing} is {spot}." for spot in spots]
    last = len(notes) - 1
    asked = Asked("spot", f"Where is the {thing}?", notes[last], (last,))
    return Told(notes, [asked])


def _a_gift(rng: random.Random, pool: Pool) -> Told:
    """Who gave what to whom; a thing may be handed on."""
    thing = pool.things.pop()
    chain = [pool.firsts.pop() for _ in range(rng.choice((2, 2, 3)))]
    pairs = list(itertools.pairwise(chain))
    notes = [f"{giver} gave the {thing} to {taker}." for giver, taker in pairs]
    last = len(notes) - 1
    now = f"{notes[last]} {chain[-1]} has the {thing} now."
    asked = [Asked("holder", f"Who has the {thing} now?", now, (last,))]
    for i, (giver, taker) in enumerate(pairs):
        who, what = (
            f"Who gave the {thing} to {taker}?",
            f"What did {giver} give to {taker}?",
        )
        asked += [
            Asked("giver", who, notes[i], (i,)),
            Asked("gift", what, notes[i], (i,)),
        ]
    return Told(notes, asked)


def _two_counts(rng: random.Random, pool: Pool) -> Told:
    """How many somebody has, and two people together."""
    fruit, pair = rng.choice(FRUITS), [pool.names.pop(), pool.names.pop()]
    many = [rng.randint(2, 6) for _ in pair]
    told = zip(pair, many, strict=True)
    notes = [f"{name} has {NUMBERS[n]} {fruit}." for name, n in told]
    asked = [
        Asked("count", f"How many {fruit} does {name} have?", notes[i], (i,))
        for i, name in enumerate(pair)
    ]
    question = f"How many {fruit} do {pair[0]} and {pair[1]} have?"
    together = " ".join([*notes, f"They have {NUMBERS[sum(many)]} {fruit}."])
    return Told(notes, [*asked, Asked("sum", question, together, (0, 1))])


#: What notes tell of, and how it is drawn.
THEMES: dict[str, Callable[[random.Random, Pool], Told]] = {
    "fact": _a_fact,
    **{kind: functools.partial(_a_fact, kinds=(kind,)) for kind in FACTS},
    "person": _a_person,
    "friend": _a_friend,
    "thing": _a_thing,
    "gift": _a_gift,
    "counts": _two_counts,
}
