"""An archive of people, drawn anew for each task: what only a tool can know.

Public names: :mod:`sbt_jax.agents`.
"""

import random
from collections.abc import Sequence
from typing import NamedTuple

from sbt_jax import checks
from sbt_jax.world import notes
from sbt_jax.world.words import BOYS, FRUITS, GIRLS, NUMBERS, OBJECTS

#: What may be asked of a person, and the kind of note that tells it.
WHAT = {"home": "town", "work": "trade", "pet": "pet"}
LINKS = ("friend",)
ASKED = (*WHAT, *LINKS, *FRUITS)
NOTE = "Give the {thing} to {to}."


class Archive(NamedTuple):
    """What is on file: a sentence for each thing of each person, and one note."""

    facts: dict[str, dict[str, str]]  # by person, then by what is asked
    note: str

    def look_up(self, what: str, who: str) -> str | None:
        """The sentence on file, or None if there is none.

        Example:
          >>> Archive({"Leo Reed": {"home": "He lives here."}}, "").look_up(
          ...     "home", "Leo Reed")
          'He lives here.'
        """
        return self.facts.get(who, {}).get(what)


def draw_archive(rng: random.Random, names: Sequence[str]) -> Archive:
    """A town, a trade, a pet, a friend and some fruit for everybody.

    Args:
      rng: Draws everything.
      names: Who is on file, at least two. The friend of each is the next one.

    Raises:
      ValueError: If there are fewer than two names.

    Example:
      >>> drawn = draw_archive(random.Random(0), ["Leo Reed", "Ada Wood"])
      >>> drawn.look_up("friend", "Leo Reed"), drawn.look_up("home", "Ada Wood")
      ('The friend of Leo Reed is Ada Wood.', 'Ada Wood lives in Dunmore.')
      >>> drawn.look_up("home", "Tom Snow") is None
      True
    """
    names = checks.words("names", names)
    if len(names) < 2:
        raise ValueError(f"names must be at least 2, got {list(names)}")
    facts = {}
    for name, friend in zip(names, [*names[1:], names[0]], strict=True):
        own = {
            what: notes.fact(kind, name, rng.choice(notes.values(kind))).answer
            for what, kind in WHAT.items()
        }
        own["friend"] = f"The friend of {name} is {friend}."
        for fruit in FRUITS:
            own[fruit] = f"{name} has {NUMBERS[rng.randint(2, 6)]} {fruit}."
        facts[name] = own
    thing, to = rng.choice(OBJECTS), rng.choice(GIRLS + BOYS)
    return Archive(facts, NOTE.format(thing=thing, to=to))
