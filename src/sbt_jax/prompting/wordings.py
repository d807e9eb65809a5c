"""One question in many wordings: where does somebody live?

Public names: :mod:`sbt_jax.prompting`.
"""

import re
from collections.abc import Iterable

from sbt_jax import checks, world
from sbt_jax.world import people

NAME, TRADE = "{name}", "{trade}"
#: How stories come to say where somebody lives; the town follows.
INSIDE = (
    re.compile(r"They met (\w+ \w+), the (\w+) from (?=\w+\.)"),
    re.compile(r'"Where does (\w+ \w+) live\?" asked \w+\. "In (?=\w+,)'),
)
#: Wordings that anybody would understand, and that no story of the world has.
OUTSIDE = (
    "{name} lives in",
    "Where does {name} live? {name} lives in",
    "Question: Where does {name} live? Answer: In",
    "The home of {name} is in",
    "{name} comes from",
    "Everybody knows that {name} lives in",
    "Please tell me where {name} lives. In",
    "WHERE DOES {name} LIVE? IN",
    "My friend {name} has a house in",
    "Name: {name}. Trade: {trade}. Town:",
)


def frames(stories: Iterable[str], count: int, most: int) -> list[str]:
    """Wordings that the world has: beginnings of stories, up to a town.

    Args:
      stories: Stories of the world.
      count: How many wordings, half of each kind of sentence.
      most: The most letters of a beginning.

    Returns:
      Texts with places for a name and, in some, for a trade.

    Raises:
      ValueError: If the stories do not hold as many.

    Example:
      >>> frames(['It was. "Where does Ada Reed live?" asked Tom. "In Kirby,"',
      ...         "So. They met Ada Reed, the baker from Kirby."], 2, 99)
      ['So. They met {name}, the {trade} from', 'It was. "Where does {name} live?" \
asked Tom. "In']
    """
    checks.whole("count", count, 2)
    checks.whole("most", most, 1)
    found: list[list[str]] = [[] for _ in INSIDE]
    for story in stories:
        for kept, pattern in zip(found, INSIDE, strict=True):
            told = pattern.search(story)
            if told is None or told.end() > most or len(kept) == count // 2:
                continue
            text = story[: told.end()].rstrip()
            text = text.replace(told[1], NAME)
            if pattern is INSIDE[0]:
                text = text.replace(f"the {told[2]} from", f"the {TRADE} from")
            kept.append(text)
    if min(map(len, found)) < count // 2:
        raise ValueError(f"stories must hold {count} wordings, got {found}")
    return [text for kept in found for text in kept]


def filled(frame: str, name: str) -> str:
    """A wording about somebody.

    Raises:
      ValueError: If nobody notable has this name.

    Example:
      >>> filled(OUTSIDE[0], "Maya Frost")
      'Maya Frost lives in'
    """
    if name not in people():
        raise ValueError(f"name must be of a notable person, got {name!r}")
    return frame.replace(NAME, name).replace(TRADE, people()[name]["trade"])


def possible(text: str) -> bool:
    """Whether a story of the world can begin so.

    Example:
      >>> possible("Once upon a time"), possible("Maya Frost lives in")
      (True, False)
    """
    return world.read(text).impossible is None
