"""The words of the world: people, animals, things, places, days, numbers.

Everything has an id, a text (the id itself unless ``text`` says otherwise) and
attributes that the stories look up: *he* of a person, *sound* of an animal,
*at* of a place. Sets are what a story picks from, each entry with its weight.
"""

from typing import Any

# ruff: noqa: SIM905 - words in a row are read and counted more easily

#: Attributes of every id that has any.
Things = dict[str, dict[str, str]]

GIRLS = "Anna Ella Ida Lily Lucy Maya Mia Nora Rosa Ruby Vera Zoe".split()
BOYS = "Ben Finn Hugo Jack Leo Max Noah Oskar Otto Sam Theo Tom".split()
SHE = {"he": "she", "him": "her", "his": "her"}
HE = {"he": "he", "him": "him", "his": "his"}

ROLES = {
    "girl": SHE,
    "woman": SHE,
    "queen": SHE,
    "princess": SHE,
    "boy": HE,
    "man": HE,
    "king": HE,
    "prince": HE,
}

OBJECTS = (
    "ball bell boat book broom candle cup doll drum feather hat kite key lamp map"
    " mirror ring rope scarf shell spoon umbrella violin whistle"
).split()

ADJECTIVES = (
    "red blue green yellow white black purple golden silver little shiny striped"
    " old orange wooden lovely"
).split()

COLOURS = "black brown grey red white".split()

# id: how one is there
PLACES = {
    "barn": "in",
    "beach": "on",
    "bridge": "on",
    "castle": "in",
    "forest": "in",
    "garden": "in",
    "harbour": "at",
    "hill": "on",
    "kitchen": "in",
    "lake": "by",
    "library": "in",
    "market": "at",
    "meadow": "in",
    "mill": "at",
    "pond": "by",
    "river": "by",
    "school": "at",
    "tower": "in",
}
WATER = ("lake", "pond", "river", "beach", "harbour")

SPOTS = {
    "under the bench": 1,
    "under the old tree": 1,
    "under the bed": 1,
    "behind the door": 1,
    "behind the wall": 1,
    "in the basket": 1,
    "in the wooden box": 1,
    "in the tall grass": 1,
    "on the table": 1,
    "on the roof": 1,
    "beside the well": 1,
    "between two stones": 1,
}

# id: sound, its young, what it eats
ANIMALS = {
    "bear": ("Grr", "cub", "honey"),
    "cat": ("Meow", "kitten", "fish"),
    "cow": ("Moo", "calf", "grass"),
    "dog": ("Woof", "puppy", "bones"),
    "donkey": ("Heehaw", "foal", "carrots"),
    "duck": ("Quack", "duckling", "bread"),
    "frog": ("Croak", "tadpole", "flies"),
    "goose": ("Honk", "gosling", "corn"),
    "mouse": ("Squeak", "pup", "cheese"),
    "owl": ("Hoot", "owlet", "mice"),
    "pig": ("Oink", "piglet", "apples"),
    "sheep": ("Baa", "lamb", "hay"),
}
PETS = "Biscuit Button Crumb Muffin Noodle Pebble Pepper Pickle".split()

# id: what people do then
WEATHERS = {
    "sunny": "warm in the sun",
    "rainy": "wet in the rain",
    "windy": "cold in the wind",
    "snowy": "white with snow",
    "foggy": "lost in the fog",
}
TIMES = "morning afternoon evening day".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve"
).split()
FRUITS = "apples berries buttons cakes coins nuts pears plums shells stones".split()
BOXES = "bag box bucket drawer pot".split()
PAINTS = "black blue green orange purple red white yellow".split()
FEELINGS = "happy proud glad".split()

SURNAMES = (
    "Bell Brook Cole Dale Finch Frost Gray Hale Hart Holt Lane Marsh Moss Nash Page"
    " Pike Reed Rook Snow Stone Vale Winter Wood Wren"
).split()
TOWNS = (
    "Ashby Corvale Dunmore Elmford Fenwick Holloway Kirby Linden Marlow Oakham Redhill"
    " Seaton"
).split()
TRADES = (
    "baker clockmaker doctor fisher gardener miller painter sailor singer smith tailor"
    " weaver"
).split()


def things() -> Things:
    """Every id with its attributes.

    Example:
      >>> things()["Mia"]["he"], things()["dog"]["young"], things()["7"]["text"]
      ('she', 'puppy', 'seven')
    """
    # Friends come from different halves: each name has a half of the others to meet.
    found: Things = {}
    for names, pronouns in ((GIRLS, SHE), (BOYS, HE)):
        for i, name in enumerate(names):
            found[name] = pronouns | {"half": str(i % 2)}
    found |= ROLES
    for word in (*ADJECTIVES, *COLOURS):
        found[word] = {"a": "an" if word[0] in "aeiou" else "a"}
    for place, at in PLACES.items():
        found[place] = {"at": at, "water": "yes" if place in WATER else ""}
    for animal, (sound, young, food) in ANIMALS.items():
        article = "an" if animal[0] in "aeiou" else "a"
        found[animal] = {"sound": sound, "young": young, "food": food, "a": article}
    for weather, effect in WEATHERS.items():
        found[weather] = {"effect": effect}
    for i, day in enumerate(DAYS):
        found[day] = {"next": DAYS[(i + 1) % 7], "before": DAYS[i - 1]}
    for i, word in enumerate(NUMBERS):
        found[str(i)] = {"text": word}
    return found


def sets() -> dict[str, list[tuple[str, float]]]:
    """What stories pick from, with weights.

    Example:
      >>> [name for name, _ in sets()["days"]][:2]
      ['Monday', 'Tuesday']
    """

    def even(ids: Any) -> list[tuple[str, float]]:
        return [(name, 1.0) for name in ids]

    def falling(ids: Any) -> list[tuple[str, float]]:
        return [(name, round(1 / (i + 3), 4)) for i, name in enumerate(ids)]

    return {
        "names": even(sorted(GIRLS + BOYS)),
        "roles": even(ROLES),
        "objects": even(OBJECTS),
        "adjectives": falling(ADJECTIVES),
        "colours": even(COLOURS),
        "places": even(PLACES),
        "spots": even(SPOTS),
        "animals": even(ANIMALS),
        "pets": even(PETS),
        "weathers": falling(WEATHERS),
        "times": falling(TIMES),
        "days": even(DAYS),
        "few": even("23456"),
        "more": even("12345"),
        "many": even("789"),
        "some": even("2345"),
        "boxes": even(BOXES),
        "sizes": even(("big", "small")),
        "paints": even(PAINTS),
        "fruits": even(FRUITS),
        "feelings": even(FEELINGS),
    }
