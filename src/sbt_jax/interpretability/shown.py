"""What the figures of chapter 20 offer: stories, features and facts."""

from collections.abc import Mapping
from typing import Any

Table = Mapping[str, Any]

START = "On Sunday Mia went to the garden. Tom was there too."
STORIES = {
    "Mia gives to Tom": f"{START} Mia had a red ball. With a smile Mia gave the ball to"
    " Tom. With a smile",
    "and Tom gives it back": f"{START} Mia had a red ball. With a smile Mia gave the"
    " ball to Tom. With a smile Tom gave the ball to Mia. With a smile",
    "who has it now?": f"{START} Mia had a red ball. With a smile Mia gave the ball to"
    " Tom. Who has the ball now?",
    "hidden: who has it is not asked": f"{START} Mia had a red ball. In secret Mia"
    " hid the ball on the table. Later Tom looked on the",
    "no story of this world": "The capital of France",
}
BEGINNINGS = {
    "Mia and Tom in the garden": START,
    "nothing but a day": "On Sunday",
    "a ball is there": f"{START} Mia had a red ball.",
}
#: Words whose features can be turned up.
PUSHED = (" Tom", " Mia", " Vera", " yellow", " key", " violin")
#: Pairs of stories of the map, in the order of its list.
PAIRS = ("who has it", "where it lies", "what it says")
ROLES = {
    "gets it": "this name gets the thing",
    "gives it": "this name gives the thing",
    "speaks": "this name speaks",
}


def _unit(table: Table, label: str) -> int:
    scores = table["scores"]["main"]
    return int(scores["feature"]["unit"][scores["labels"].index(label)])


def known_features(table: Table) -> dict[str, int]:
    """Features by what the world says of them, the one of the receiver first.

    Two facts may share a feature: then the first of them names it.
    """
    labels = table["scores"]["main"]["labels"]
    found: dict[str, int] = {}
    wanted = {
        "gets the thing": "role gets it",
        "gives the thing": "role gives it",
        "who has it comes next": "next who",
        "a sum comes next": "next sum",
        "the word Mia": "word Mia",
        "the word Tom": "word Tom",
        "the word Leo": "word Leo",
    }
    for name, label in wanted.items():
        number = _unit(table, label) if label in labels else None
        if number is not None and number not in found.values():
            found[f"{name}, #{number}"] = number
    return found


def facts_shown(table: Table) -> dict[str, str]:
    """Facts for the list, some of each kind, by what they are called there."""
    labels = table["scores"]["main"]["labels"]
    found = {name: f"role {role}" for role, name in ROLES.items()}
    kept = {
        "word Tom": "this word is Tom",
        "word ball": "this word is ball",
        "state somebody has it": "somebody has the thing now",
        "state holder: Tom": "Tom has the thing now",
        "state the first has it": "the friend named first has it now",
        "state one has gone off": "a friend has gone off",
        "state animal: dog": "there is a dog in the story",
        "next name": "a friend's name must come next",
        "next who": "who has it must come next",
        "next sum": "a sum's result must come next",
        "next pronoun": "he, she or it must come next",
    }
    found |= {name: label for label, name in kept.items()}
    return {name: label for name, label in found.items() if label in labels}
