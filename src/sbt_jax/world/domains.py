"""Other worlds by the same engine: what a story model is specialized for.

A harbour's logbook, a lullaby, a quiz. Each has rules of its own and the words of the
stories, so that the true probabilities, and with them the floor of the loss, are known.
Every token of theirs is one that stories use, and a test counts that. In the logbook
everybody brings always the same thing, which no story tells.
"""

from functools import cache

from sbt_jax.world.corpus import WORLD
from sbt_jax.world.rules import Rules
from sbt_jax.world.tables import World
from sbt_jax.world.words import BOYS, FRUITS, GIRLS

LOGBOOK: Rules = {
    "story": [
        (
            1,
            "",
            "~On {d~days}, {weather~weathers}, {_p~places: _p.water} <rest>",
        )
    ],
    "rest": [(1, "", "[-]. <guest> <beast> <goods> <evening> <tomorrow>")],
    "guest": [
        (2, "", "Later, {a~names}, with [k~adjectives] {k.a#choice} {k} {x~objects}."),
        (
            1,
            "",
            "Later, {a~names}, with [k~adjectives] {k.a#choice} {k} {x~objects}, now"
            " {spot~spots}.",
        ),
    ],
    "beast": [
        (2, "", "Soon, [_c~animals] {_c.a#choice} {_c#choice}, for {_c.food#lore}."),
        (1, "", "Soon, [_c~animals] {_c.a#choice} {_c#choice}, {_c.sound#lore}."),
        (1, "", ""),
    ],
    "goods": [
        (
            3,
            "",
            "Then, {b~names: b!=a}, with {_m~few} {b.cargo#fact} and {_n~more} more,"
            " now {_m+_n#sum}.",
        ),
        (
            2,
            "",
            "Then, {b~names: b!=a}, with {_m~many} {b.cargo#fact}, and {_n~some} of"
            " them for {a#recall}, now {_m-_n#sum}.",
        ),
    ],
    "evening": [
        (1, "spot", "In the evening, the {x#state} still {spot#where}."),
        (1, "!spot", "In the evening, {a#recall} home, with the {k#recall} {x#state}."),
        (1, "", "In the evening, {b#recall} home, by the {_q~places: !_q.water}."),
    ],
    "tomorrow": [(1, "", "So tomorrow is {d.next#lore}.")],
}

LULLABY: Rules = {
    "story": [
        (
            1,
            "",
            "~It was a {weather~weathers} evening. The stars came out. Good night,"
            " {a~names}. [n='0] <lines> Good night, {a#recall}. The moon was still"
            " there.",
        )
    ],
    "lines": [
        (1, "n<'2", "[n=n+'1] <line> [-] <lines>"),
        (3, "'1<n, n<'5", "[n=n+'1] <line> [-] <lines>"),
        (1, "'1<n", ""),
    ],
    "line": [
        (
            3,
            "",
            "Good night, little {_c~animals}. The little {_c#recall} fell asleep.",
        ),
        (3, "", "Good night, {_k~adjectives} {_x~objects}, {_l~spots}."),
        (2, "", "Good night, {_p~places}. Good night, {_q~places: _q!=_p}."),
        (1, "", "Good night, {_d~days}. Good night, {_d.next#lore}."),
    ],
}

ASKED = (
    (
        3,
        "Who says {_c.sound#choice}? It is {_c.a#lore} {_c#lore}.",
        "[_c~animals]",
    ),
    (3, "How much is {_m~few} and {_n~more}? It is {_m+_n#sum}.", ""),
    (2, "Where does {_f~people} live? In {_f.town#fact}.", ""),
)
QUIZ: Rules = {
    "story": [(1, "", "<first> [-] [n='0] <others>")],
    "first": [(weight, "", f"~{pick}{text}") for weight, text, pick in ASKED],
    "other": [(weight, "", f"{pick} {text}") for weight, text, pick in ASKED],
    "others": [
        (1, "n<'2", "[n=n+'1] <other> [-] <others>"),
        (3, "'1<n, n<'5", "[n=n+'1] <other> [-] <others>"),
        (1, "'1<n", ""),
    ],
}

RULES = {"logbook": LOGBOOK, "lullaby": LULLABY, "quiz": QUIZ}
DOMAINS = tuple(RULES)


def cargoes() -> dict[str, str]:
    """What everybody brings in the logbook, always the same.

    Example:
      >>> cargoes()["Anna"], cargoes()["Tom"]
      ('apples', 'plums')
    """
    names = sorted(GIRLS + BOYS)
    return {name: FRUITS[(7 * i) % len(FRUITS)] for i, name in enumerate(names)}


@cache
def domain(name: str) -> World:
    """Another world with the words of the stories.

    Args:
      name: One of ``DOMAINS``.

    Raises:
      ValueError: If there is none of this name.

    Example:
      >>> from sbt_jax.world import stories
      >>> for told in stories(1, seed=3, world=domain("logbook")):
      ...     print(told.text[:65])
      On Monday, sunny, river. Later, Ella, with a yellow kite. Soon, a
    """
    if name not in RULES:
        raise ValueError(f"name must be one of {DOMAINS}, got {name!r}")
    known = dict(WORLD.things)
    for person, cargo in cargoes().items():
        known[person] = {**known[person], "cargo": cargo}
    return World(known, WORLD.sets, RULES[name])
