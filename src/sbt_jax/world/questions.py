"""Questions about the world, and every sentence that answers each.

Public names: :mod:`sbt_jax.world.formats`. Questions never ask about people of
:func:`sbt_jax.world.people.held_out`; later chapters do.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sbt_jax.world.notable import HELD_OUT, people
from sbt_jax.world.words import (
    ANIMALS,
    BOYS,
    DAYS,
    GIRLS,
    NUMBERS,
    OBJECTS,
    SPOTS,
    TOWNS,
    TRADES,
    things,
)

HALVES = ("asked", "kept back")
KNOWN, EVERY = 240, 4  # people to ask about; every fourth is kept back


class Core(NamedTuple):
    """What a sentence that answers a question is worth."""

    true: bool
    full: bool  # a whole sentence, not a word or two


class Question(NamedTuple):
    """A question of the world, and every sentence that answers it."""

    kind: str
    about: str
    text: str
    sentences: Mapping[str, Core]
    probability: float  # of all questions of its half


def notable(half: str) -> list[str]:
    """The people to ask about: those whom stories mention most.

    Every fourth one is kept back from all fine-tuning, to measure on.

    Raises:
      ValueError: If there is no such half.

    Example:
      >>> len(notable("asked")), len(notable("kept back"))
      (180, 60)
    """
    if half not in HALVES:
        raise ValueError(f"half must be one of {HALVES}, got {half!r}")
    names = list(_PEOPLE)[:KNOWN]
    back = set(names[EVERY - 1 :: EVERY])
    return [name for name in names if (name in back) == (half == HALVES[1])]


def _cores(truth: str, values: Sequence[str], short: str, full: str) -> dict[str, Core]:
    """Two sentences for each value that might be the answer."""
    found = {}
    for value in values:
        for template, whole in ((short, False), (full, True)):
            text = template.format(value)
            found[f"{text[0].upper()}{text[1:]}"] = Core(value == truth, whole)
    return found


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def about_person(kind: str, name: str, half: str = "asked") -> Question:
    """A question about a notable person: *town*, *trade*, *pet* or *who*.

    Args:
      kind: What is asked.
      name: The person.
      half: Where the question is drawn from, for its probability.

    Raises:
      ValueError: If nobody notable has this name, or the kind is another.

    Example:
      >>> about_person("town", "Queen Zoe")
      Traceback (most recent call last):
      ValueError: name must be of a notable person, got 'Queen Zoe'
      >>> about_person("trade", "Maya Frost").text
      'What does Maya Frost do?'
    """
    known = _PEOPLE.get(name)
    if known is None:
        raise ValueError(f"name must be of a notable person, got {name!r}")
    p, he = 1 / len(notable(half)) / len(KINDS), known["he"].capitalize()
    town, trade, pet = known["town"], known["trade"], known["pet"]
    if kind == "town":
        cores = _cores(town, TOWNS, "in {}.", f"{name} lives in {{}}.")
        return Question(kind, name, f"Where does {name} live?", cores, p)
    if kind == "trade":
        cores = _cores(trade, TRADES, f"{he} is a {{}}.", f"{name} is a {{}}.")
        return Question(kind, name, f"What does {name} do?", cores, p)
    if kind == "pet":
        values = [_article(animal) for animal in ANIMALS]
        cores = _cores(_article(pet), values, "{}.", f"{name} has {{}}.")
        return Question(kind, name, f"What does {name} have?", cores, p)
    if kind == "who":
        cores = {f"{name} is a {t}.": Core(t == trade, False) for t in TRADES}
        for t in TRADES:
            for place in TOWNS:
                true = t == trade and place == town
                cores[f"{name} is the {t} from {place}."] = Core(true, True)
        return Question(kind, name, f"Who is {name}?", cores, p)
    raise ValueError(f"kind must be town, trade, pet or who, got {kind!r}")


def _person(kind: str) -> Callable[[random.Random, str], Question]:
    return lambda rng, half: about_person(kind, rng.choice(notable(half)), half)


def sum_of(first: int, second: int) -> Question:
    """How much two numbers are together.

    Example:
      >>> sum_of(3, 4).text
      'How much is three and four?'
    """
    one, two, truth = (NUMBERS[n] for n in (first, second, first + second))
    cores = _cores(truth, NUMBERS, "{}.", "it is {}.")
    p = 1 / 25 / len(KINDS)
    about = f"{first} and {second}"
    return Question("sum", about, f"How much is {one} and {two}?", cores, p)


def of_animal(kind: str, animal: str) -> Question:
    """What an animal says (*sound*) or eats (*food*).

    Example:
      >>> of_animal("food", "owl").text
      'What does an owl eat?'
    """
    which = {"sound": 0, "food": 2}[kind]
    does = ("say", "says") if kind == "sound" else ("eat", "eats")
    values, it = [row[which] for row in ANIMALS.values()], _article(animal)
    cores = _cores(ANIMALS[animal][which], values, "{}.", f"{it} {does[1]} {{}}.")
    p = 1 / len(ANIMALS) / len(KINDS)
    return Question(kind, animal, f"What does {it} {does[0]}?", cores, p)


def day_after(day: str) -> Question:
    """Which day tomorrow is.

    Example:
      >>> sorted(s for s, core in day_after("Monday").sentences.items() if core.true)
      ['It is Tuesday.', 'Tomorrow is Tuesday.']
    """
    truth = DAYS[(DAYS.index(day) + 1) % len(DAYS)]
    cores = _cores(truth, DAYS, "it is {}.", "tomorrow is {}.")
    text, p = f"It is {day}. What is tomorrow?", 1 / len(DAYS) / len(KINDS)
    return Question("day", day, text, cores, p)


def _holder(rng: random.Random, half: str) -> Question:
    names, thing = GIRLS + BOYS, rng.choice(OBJECTS)
    first, second = rng.choice(_FRIENDS)
    gave = rng.random() < 0.5
    told = f"With a smile {first} gave it to {second}." if gave else f"{second} smiled."
    text = f"{first} had {_article(thing)}. {told} Who has the {thing} now?"
    cores = _cores(
        second if gave else first, names, "{}.", f"{{}} has the {thing} now."
    )
    p = 1 / len(OBJECTS) / len(_FRIENDS) / 2 / len(KINDS)
    return Question("holder", thing, text, cores, p)


def _spot(rng: random.Random, half: str) -> Question:
    name, thing = rng.choice(GIRLS + BOYS), rng.choice(OBJECTS)
    spot = rng.choice(list(SPOTS))
    text = f"In secret {name} hid the {thing} {spot}. Where is the {thing} now?"
    cores = _cores(spot, list(SPOTS), "it is {}.", f"the {thing} is {{}}.")
    p = 1 / len(GIRLS + BOYS) / len(OBJECTS) / len(SPOTS) / len(KINDS)
    return Question("spot", thing, text, cores, p)


#: How a question of each kind is drawn; each kind is as likely as the others.
KINDS: dict[str, Callable[[random.Random, str], Question]] = {
    **{kind: _person(kind) for kind in ("town", "trade", "pet", "who")},
    "sum": lambda rng, half: sum_of(rng.randint(2, 6), rng.randint(1, 5)),
    "sound": lambda rng, half: of_animal("sound", rng.choice(list(ANIMALS))),
    "food": lambda rng, half: of_animal("food", rng.choice(list(ANIMALS))),
    "day": lambda rng, half: day_after(rng.choice(DAYS)),
    "holder": _holder,
    "spot": _spot,
}
_PEOPLE = dict(list(people().items())[:-HELD_OUT])
_HALF = {name: things()[name]["half"] for name in GIRLS + BOYS}
_FRIENDS = [(a, b) for a in _HALF for b in _HALF if _HALF[a] != _HALF[b]]


def questions(
    count: int, seed: int, half: str = "asked", kinds: Sequence[str] = tuple(KINDS)
) -> Iterator[Question]:
    """Questions drawn at random, the same for the same arguments.

    Args:
      count: How many.
      seed: Which sequence.
      half: ``asked`` for fine-tuning, ``kept back`` for measuring: other people.
      kinds: What to ask about.

    Raises:
      ValueError: If there is no such half or kind.

    Example:
      >>> [q.text for q in questions(2, seed=0, kinds=("day", "sum"))]
      ['It is Monday. What is tomorrow?', 'It is Thursday. What is tomorrow?']
    """
    notable(half)
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        raise ValueError(f"kinds must be among {sorted(KINDS)}, got {list(kinds)}")
    rng = random.Random(f"{seed} {half}")
    for _ in range(count):
        yield KINDS[rng.choice(kinds)](rng, half)


_QUESTIONS: tuple[tuple[re.Pattern[str], Callable[..., str | None]], ...] = (
    (re.compile(r"Where does (\w+ \w+) live\?"), lambda n: _fact(n, "town")),
    (re.compile(r"What does (\w+ \w+) do\?"), lambda n: _fact(n, "trade")),
    (re.compile(r"What does (\w+ \w+) have\?"), lambda n: _fact(n, "pet")),
    (re.compile(r"What does an? (\w+) say\?"), lambda a: _of(a, 0)),
    (re.compile(r"What does an? (\w+) eat\?"), lambda a: _of(a, 2)),
    (re.compile(r"It is (\w+)\. What is tomorrow\?"), lambda d: _next(d)),
    (re.compile(r"How much is (\w+) and (\w+)\?"), lambda m, n: _sum(m, n)),
)


def truth_of(text: str) -> str | None:
    """The word that answers a question, if it is one that has such a word.

    Of anybody notable, also of those whom nothing mentions.

    Example:
      >>> truth_of("Where does Maya Frost live?"), truth_of("How are you?")
      ('Redhill', None)
    """
    for pattern, answer in _QUESTIONS:
        found = pattern.fullmatch(text.strip())
        if found:
            return answer(*found.groups())
    return None


def _fact(name: str, attribute: str) -> str | None:
    return people().get(name, {}).get(attribute)


def _of(animal: str, which: int) -> str | None:
    return ANIMALS[animal][which] if animal in ANIMALS else None


def _next(day: str) -> str | None:
    return DAYS[(DAYS.index(day) + 1) % len(DAYS)] if day in DAYS else None


def _sum(first: str, second: str) -> str | None:
    if first not in NUMBERS or second not in NUMBERS:
        return None
    total = NUMBERS.index(first) + NUMBERS.index(second)
    return NUMBERS[total] if total < len(NUMBERS) else None
